"""The risk list (D1.1): everything found wrong in three severities, and the risks that somebody took on."""

from __future__ import annotations

from wizard.assessment import Finding
from wizard.handover.escape import code, mark, prose
from wizard.handover.material import SEVERITIES, Material, finding_id, intro, places, who


def risk_list(material: Material) -> list[str]:
    lines = ["## Risk list", "", prose(intro("risk-list")), ""]
    for severity, title in SEVERITIES:
        lines += [f"### {title}", ""]
        rows = [f for f in material.assessment.findings if f.severity is severity and not f.accepted]
        for finding in rows:
            lines += _risk(finding)
        lines += [] if rows else ["None found in what was looked at."]
        lines.append("")
    lines += ["### Accepted risks", ""]
    for finding in material.assessment.accepted:
        lines += _accepted(finding)
    lines += [] if material.assessment.accepted else ["Nobody has taken a risk on."]
    return lines


def _risk(finding: Finding) -> list[str]:
    return [
        f"- {prose(finding.title)} {mark(f'risk.{finding_id(finding)}')}",
        f"  - Where: {prose(places(finding))}",
        f"  - Can be mended by: {prose(who(finding.check_id).name)}",
        "  - Owner: nobody yet",
        f"  - More: under {code(finding.check_id)} in Findings",
    ]


def _accepted(finding: Finding) -> list[str]:
    risk = finding.accepted
    if risk is None:
        return []
    return [
        f"- {prose(finding.title)} ({finding.severity.label}) {mark(f'risk.{finding_id(finding)}')}",
        f"  - Where: {prose(places(finding))}",
        f"  - Owner: {prose(risk.by)}, who took it on {risk.on.isoformat()}",
        f"  - Reason: {prose(risk.reason)}",
    ]
