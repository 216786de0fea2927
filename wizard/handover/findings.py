"""Each finding in full: what stands there, what should, where, what to paste, how long, why, and how to verify."""

from __future__ import annotations

from collections.abc import Iterable

from checks.model import Change, CheckResult
from wizard.assessment import Finding
from wizard.handover.escape import code, fence, mark, prose
from wizard.handover.evidence import seen
from wizard.handover.material import Material, finding_id, intro, minutes, told, who


def findings(material: Material) -> list[str]:
    lines = ["## Findings", "", prose(intro("findings"))]
    for finding in material.assessment.findings:
        lines += ["", *_finding(finding)]
    if not material.assessment.findings:
        lines += ["", "Nothing wrong was found in what was looked at."]
    return lines


def _finding(finding: Finding) -> list[str]:
    text = finding.text
    lines = [
        f"### {code(finding.check_id)}: {prose(text.title)} {mark(f'finding.{finding_id(finding)}')}",
        "",
        f"A {finding.severity.label}. Takes {minutes(finding.minutes)}. "
        f"Who can do it: {prose(who(finding.check_id).name)}. Roadmap point: {finding.results[0].item}.",
        "",
        "What was found:",
        "",
    ]
    for result in finding.results:
        lines += _found(result)
    lines += _changes(finding.results)
    if text.fix:
        lines += ["", "How to mend it:", ""]
        lines += [f"{number}. {prose(step)}" for number, step in enumerate(text.fix, 1)]
    if text.why:
        lines += ["", f"Why it matters: {prose(text.why)}"]
    if text.verify:
        lines += ["", f"How to see that it worked: {prose(text.verify)}"]
    if text.references:
        lines += ["", f"Read more: {', '.join(code(reference) for reference in text.references)}"]
    return lines


def _found(result: CheckResult) -> list[str]:
    return [
        f"- {told(result)} {mark(f'found.{result.id}')}",
        *(f"  {line}" for line in seen(result)),
    ]


def _changes(results: Iterable[CheckResult]) -> list[str]:
    """Each change once, however many results ask for it."""
    subjects: dict[Change, list[str]] = {}
    for result in results:
        if result.change is not None:
            subjects.setdefault(result.change, []).append(result.subject)
    lines: list[str] = []
    for change, names in subjects.items():
        lines += ["", f"The change for {', '.join(map(code, names))}:", ""]
        lines += [
            f"- Have: {prose(change.have)}",
            f"- Want: {prose(change.want)}",
            f"- Where: {prose(change.where)}",
        ]
        if change.paste:
            lines += ["", "Paste this:", "", *fence(change.paste)]
    return lines
