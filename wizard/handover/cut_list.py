"""The cut list (D1.2): what must be done before launch day, and what may wait. One task a line."""

from __future__ import annotations

from collections.abc import Sequence

from wizard.assessment import Finding
from wizard.handover.escape import code, mark, prose
from wizard.handover.material import Material, finding_id, intro, minutes, who


def cut_list(material: Material) -> list[str]:
    must, wait = material.assessment.must_fix, material.assessment.may_wait
    return [
        "## Cut list",
        "",
        prose(intro("cut-list")),
        "",
        "### Before launch day",
        "",
        *_total(must),
        *_tasks(must, "Nothing that was looked at stands in the way."),
        "",
        "### May wait",
        "",
        *_total(wait),
        *_tasks(wait, "Nothing that was looked at is left for later."),
    ]


def _total(findings: Sequence[Finding]) -> list[str]:
    total = sum(finding.minutes for finding in findings)
    return [f"{minutes(total).capitalize()} of work in all, waiting not included.", ""] if findings else []


def _tasks(findings: Sequence[Finding], none: str) -> list[str]:
    return [
        f"- [ ] {prose(f.title)} ({minutes(f.minutes)}; {prose(who(f.check_id).name)}; see {code(f.check_id)}) "
        f"{mark(f'task.{finding_id(f)}')}"
        for f in findings
    ] or [none]
