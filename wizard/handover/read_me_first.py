"""The first minute: the verdict, what is wrong, what to do next and who can do it."""

from __future__ import annotations

from wizard.assessment import BarState
from wizard.handover.escape import code, mark, prose
from wizard.handover.material import Material, finding_id, intro, minutes, who, words
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
        *_roles(material),
        "### About this document",
        "",
        prose(intro("read-me-first")),
    ]


def _next(material: Material) -> list[str]:
    step = material.state.next_step
    if step.kind is StepKind.EXPORT:
        # This document is what that step asks for; naming it here would send the reader in a circle.
        return [
            "### The next thing to do",
            "",
            f"- [ ] {prose(intro('nothing-left'))} {mark('next-step')}",
            "",
        ]
    takes = f" ({minutes(step.minutes)})" if step.minutes else ""
    lines = ["### The next thing to do", "", f"- [ ] {prose(step.title)}{takes} {mark('next-step')}"]
    if step.why:
        lines.append(f"  - Why: {prose(step.why)}")
    result = material.state.result(step.result_id) if step.result_id else None
    if result is not None and step.kind in (StepKind.FIX, StepKind.STAGE):
        lines.append(f"  - Who can do it: {prose(who(result.check_id).name)}")
        if result.change is not None:
            lines.append(f"  - What should be there: {prose(result.change.want)}")
            lines.append(f"  - Where: {prose(result.change.where)}")
        lines.append(f"  - Everything about it: under {code(result.check_id)} in Findings")
        lines.append("  - Then check again with Launch Ready: it asks anew and says whether it worked")
    return [*lines, ""]


def _worst(material: Material) -> list[str]:
    """The worst few findings and how many more there are, or what keeps the verdict open when nothing is wrong."""
    must, wait = material.assessment.must_fix, material.assessment.may_wait
    if not must and not wait:
        return _still_open(material)
    shown = (must or wait)[:_TOP]
    lines = ["### What is wrong", ""]
    lines += [
        f"- {prose(f.title)}: {f.severity.label}, for {prose(who(f.check_id).name)} {mark(f'top.{finding_id(f)}')}"
        for f in shown
    ]
    if more := len(must) + len(wait) - len(shown):
        lines.append(f"- and {more} more, in the risk list below {mark('top.more')}")
    return [*lines, ""]


def _still_open(material: Material) -> list[str]:
    missing = [status for status in material.assessment.bars if status.state is BarState.OPEN]
    if not missing:
        return []
    lines = ["### What is still to be proven", ""]
    for status in missing:
        lines.append(f"- {status.bar.id} {prose(status.bar.title)} {mark(f'open.{status.bar.id.lower()}')}")
        lines.append(f"  - {prose(status.reason)}")
    return [*lines, ""]


def _roles(material: Material) -> list[str]:
    """Who is meant by the roles that the document names."""
    roles = {role.name: role for role in (who(f.check_id) for f in material.assessment.findings)}
    if not roles:
        return []
    lines = ["### Who is meant", ""]
    lines += [f"- {prose(name[:1].upper() + name[1:])}: {prose(roles[name].means)}" for name in sorted(roles)]
    return [*lines, ""]
