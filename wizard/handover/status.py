"""Status at export: verdict, minimum bar, how much was looked at."""

from __future__ import annotations

from wizard.handover.escape import mark, prose, table
from wizard.handover.material import Material, intro


def status(material: Material) -> list[str]:
    assessment = material.assessment
    coverage = assessment.coverage
    bars = table(
        ("Bar", "What must hold", "State", "Why"),
        (
            (
                f"{bar.bar.id} {mark(f'bar.{bar.bar.id.lower()}')}",
                prose(bar.bar.title),
                bar.state.value,
                prose(bar.reason),
            )
            for bar in assessment.bars
        ),
    )
    return [
        "## Status",
        "",
        prose(intro("status")),
        "",
        f"- Verdict: **{assessment.verdict.value}** {mark('status.verdict')}",
        f"- To mend before launch day: {len(assessment.must_fix)} {mark('status.must')}",
        f"- May wait: {len(assessment.may_wait)} {mark('status.wait')}",
        f"- Accepted risks: {len(assessment.accepted)} {mark('status.accepted')}",
        f"- Looked at: {coverage.items_looked_at} of {coverage.items_total} points of the roadmap "
        f"{mark('status.items')}",
        f"- Answered: {coverage.answered} of {coverage.asked} single checks {mark('status.answered')}",
        "",
        "### Minimum bar",
        "",
        *bars,
    ]
