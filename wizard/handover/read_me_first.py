"""The first minute: the verdict, what is wrong, what to do next and who can do it."""

from __future__ import annotations

from wizard.assessment import BarState
from wizard.handover.escape import code, mark, prose
from wizard.handover.material import Material, finding_id, intro, minutes, places, who, words
from wizard.next_step import StepKind

_TOP = 5


def read_me_first(material: Material) -> list[str]:
    assessment = material.assessment
    meaning = words()["verdicts"][assessment.verdict.value]
    return [
        "## Read me first",
        "",
        f"**{prose(assessment.verdict_line)}.** {mark('verdict')}",
        "",
        prose(str(meaning)),
        "",
        *_next(material),
        *_worst(material),
        prose(intro("read-me-first")),
    ]


def _next(material: Material) -> list[str]:
    step = material.state.next_step
    takes = f" ({minutes(step.minutes)})" if step.minutes else ""
    lines = ["### The next thing to do", "", f"- [ ] {prose(step.title)}{takes} {mark('next-step')}"]
    if step.why:
        lines.append(f"  - Why: {prose(step.why)}")
    result = material.state.result(step.result_id) if step.result_id else None
    if result is not None and step.kind in (StepKind.FIX, StepKind.STAGE):
        lines.append(f"  - Who can do it: {prose(who(result.check_id))}.")
        lines.append(f"  - How: the exact change stands below, under {code(result.check_id)}.")
        lines.append("  - Then: check again with Launch Ready. It asks anew and says whether it worked.")
    return [*lines, ""]


def _worst(material: Material) -> list[str]:
    """The worst few findings, or what keeps the verdict open when nothing is wrong."""
    findings = material.assessment.must_fix or material.assessment.may_wait
    if not findings:
        return _still_open(material)
    lines = ["### What is wrong", ""]
    lines += [
        f"- {prose(f.text.title)}: {prose(f.title)} (on {prose(places(f))}) {mark(f'top.{finding_id(f)}')}"
        for f in findings[:_TOP]
    ]
    if len(findings) > _TOP:
        lines.append(f"- and {len(findings) - _TOP} more, in the risk list below.")
    return [*lines, ""]


def _still_open(material: Material) -> list[str]:
    missing = [status for status in material.assessment.bars if status.state is BarState.OPEN]
    if not missing:
        return []
    lines = ["### What is still to be proven", ""]
    lines += [
        f"- {status.bar.id} {prose(status.bar.title)} {mark(f'open.{status.bar.id}')}" for status in missing
    ]
    return [*lines, ""]
