"""What to automate once the blockers are gone (A1 to A7), and what to leave alone before launch (R1 to R7)."""

from __future__ import annotations

from wizard.handover.escape import mark, prose
from wizard.handover.material import Material, intro


def automation(material: Material) -> list[str]:
    items = material.assessment.items
    return [
        "## Automation",
        "",
        prose(intro("automation")),
        "",
        *(
            f"- [ ] {item.id} {prose(item.title)}: **{items[item.id].label}** {mark(item.id.lower())}"
            for item in material.roadmap.automation
        ),
    ]


def advice(material: Material) -> list[str]:
    return [
        "## Leave alone before launch",
        "",
        prose(intro("advice")),
        "",
        *(f"- {item.id} {prose(item.title)} {mark(item.id.lower())}" for item in material.roadmap.advice),
    ]
