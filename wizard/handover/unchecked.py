"""What was not checked and why, each cause once; and the limits of looking from outside."""

from __future__ import annotations

from wizard.assessment import Unchecked
from wizard.handover.escape import code, mark, prose
from wizard.handover.material import Material, intro, words


def unchecked(material: Material) -> list[str]:
    lines = [
        "## Not checked, and limits",
        "",
        prose(intro("unchecked")),
        "",
        "### No answer was to be had",
        "",
    ]
    for group in material.assessment.unchecked:
        lines += _cause(group)
    if not material.assessment.unchecked:
        lines.append("Every check that was run got its answer.")
    lines += ["", "### Waiting for your answer", ""]
    lines += [
        f"- [ ] {prose(question.summary)} {mark(f'question.{question.id}')}"
        for question in material.assessment.questions
    ] or ["No question is open."]
    missing = [item.id for item in material.assessment.not_looked_at if item.is_check]
    lines += ["", "### No check has been run for", ""]
    lines.append(
        f"{', '.join(missing)} (see the seven stages)." if missing else "Nothing: every point was looked at."
    )
    lines += ["", "### Limits", ""]
    lines += [
        f"- {prose(line)} {mark(f'limit.{number}')}"
        for number, line in enumerate(words()["limits"]["lines"], 1)
    ]
    return lines


def _cause(group: Unchecked) -> list[str]:
    cause, first = group.cause, group.results[0]
    lines = [f"- {prose(cause.sentence)} {mark(f'cause.{cause.code}.{first.id}')}"]
    if cause.remedy:
        lines.append(f"  - What to do: {prose(cause.remedy)}")
    lines.append(f"  - Left unchecked: {', '.join(code(result.id) for result in group.results)}")
    return lines
