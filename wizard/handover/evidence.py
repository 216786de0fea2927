"""The evidence appendix: every single check with what was seen, passed ones too."""

from __future__ import annotations

from checks.model import CheckResult
from wizard.handover.escape import code, mark, prose
from wizard.handover.material import Material, intro, told


def seen(result: CheckResult) -> list[str]:
    """What was seen, as lines of a list."""
    lines = []
    for evidence in result.evidence:
        where = f" at {code(evidence.where)}" if evidence.where else ""
        expected = f", should be {code(evidence.expected)}" if evidence.expected else ""
        lines.append(f"- Seen: {code(evidence.seen)}{where}{expected}")
    return lines


def evidence(material: Material) -> list[str]:
    lines = ["## Evidence", "", prose(intro("evidence"))]
    check_id = ""
    for result in material.results:
        if result.check_id != check_id:
            check_id = result.check_id
            lines += ["", f"### {code(check_id)}", ""]
        note = "" if result.counts else ", a note"
        guess = "" if result.confirmed else ", on a guessed name"
        lines.append(
            f"- {result.outcome.label.capitalize()}{note}{guess}: {told(result)} "
            f"{mark(f'result.{result.id}')}"
        )
        lines += [f"  {line}" for line in seen(result)]
    if not material.results:
        lines += ["", "Nothing has been checked yet."]
    return lines
