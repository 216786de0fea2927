"""What stands where: hosts, ways in, pages that matter (D2.1, as far as it is known from outside)."""

from __future__ import annotations

from checks.model import CheckResult, Outcome
from checks.target import Host, HostRole
from wizard.assessment import worst
from wizard.handover.escape import code, mark, prose, table
from wizard.handover.material import Material, intro, told

_DOORS = "edge.doors-reach"
_WAYS_IN = (_DOORS, "edge.canonical-host", "edge.first-hop", "edge.https-only")
_ROLES = list(HostRole)


def system(material: Material) -> list[str]:
    target = material.state.target
    lines = ["## System and routing map", "", prose(intro("system")), ""]
    if target.platform is not None:
        lines += [f"The name belongs to {prose(target.platform.name)} ({code(target.platform.suffix)}).", ""]
    lines += ["### Hosts", "", *_hosts(material), ""]
    lines += ["### Ways in", "", *_ways_in(material), ""]
    lines += ["### Pages and endpoints that matter", "", *_endpoints(material)]
    mail = ", ".join(code(domain.name) for domain in target.mail_domains)
    if mail:
        lines += ["", "### Mail domains", "", f"Mail is sent from addresses at {mail}."]
    return lines


def _hosts(material: Material) -> list[str]:
    hosts = sorted(material.state.target.hosts, key=lambda host: (_ROLES.index(host.role), host.name))
    if not hosts:
        return ["No host is known yet."]
    return table(
        ("Host", "Role", "Yours?", "Points at", "Reachable", "Certificate"),
        (_host_row(material, host) for host in hosts),
    )


def _host_row(material: Material, host: Host) -> tuple[str, ...]:
    found = material.about(host.name)
    answers = found.get("edge.host-answers")
    certificate = [result for id, result in found.items() if id.startswith("edge.tls-")]
    return (
        f"{code(host.name)} {mark(f'host.{host.name}')}",
        host.role.value,
        "yes" if host.confirmed else "a guess",
        _points_at(found.get("dns.host-resolves")),
        _label(answers.outcome if answers else None),
        _label(worst(r.outcome for r in certificate)),
    )


def _points_at(result: CheckResult | None) -> str:
    if result is None or not result.evidence:
        return _label(result.outcome if result else None)
    return ", ".join(code(evidence.seen) for evidence in result.evidence)


def _label(outcome: Outcome | None) -> str:
    return "not looked at" if outcome is None else outcome.label


def _ways_in(material: Material) -> list[str]:
    found = [r for r in material.results if r.check_id in _WAYS_IN]
    doors = [
        (
            f"{code(seen.where)} {mark(f'door.{seen.where}')}",
            code(seen.seen),
            code(seen.expected) if seen.expected else "",
        )
        for result in found
        if result.check_id == _DOORS
        for seen in result.evidence
    ]
    lines = [f"- {told(r)} ({r.outcome.label}) {mark(f'way-in.{r.id}')}" for r in found]
    if doors:
        lines += ["", *table(("Typed", "What happens", "Should be"), doors)]
    return lines or ["Not looked at yet."]


def _endpoints(material: Material) -> list[str]:
    endpoints = sorted(
        material.state.target.endpoints, key=lambda endpoint: (endpoint.kind.value, endpoint.url)
    )
    if not endpoints:
        return ["None is known yet."]
    return table(
        ("URL", "What it is", "Method", "Requested by this program?"),
        (
            (
                f"{code(endpoint.url)} {mark(f'endpoint.{endpoint.url}')}",
                endpoint.kind.value,
                code(endpoint.method),
                "no, it has side effects" if endpoint.side_effects else "yes",
            )
            for endpoint in endpoints
        ),
    )
