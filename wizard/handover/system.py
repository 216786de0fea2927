"""What stands where: hosts, ways in, pages that matter (D2.1, as far as it is known from outside)."""

from __future__ import annotations

from checks.model import CheckResult
from checks.target import Host
from wizard.handover.escape import code, mark, prose, table
from wizard.handover.evidence import seen
from wizard.handover.material import Material, intro

_WAYS_IN = ("edge.doors-reach", "edge.canonical-host", "edge.first-hop")


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
        lines += ["", "### Mail domains", "", f"Mail is sent as an address at {mail}."]
    return lines


def _hosts(material: Material) -> list[str]:
    hosts = sorted(material.state.target.hosts, key=lambda host: (host.role.value, host.name))
    if not hosts:
        return ["No host is known yet."]
    return table(
        ("Host", "Role", "Yours?", "Points at", "Answers", "Certificate"),
        (_host_row(material, host) for host in hosts),
    )


def _host_row(material: Material, host: Host) -> tuple[str, ...]:
    found = material.about(host.name)
    certificate = [found[id] for id in sorted(found) if id.startswith("edge.tls-")]
    return (
        f"{code(host.name)} {mark(f'host.{host.name}')}",
        host.role.value,
        "yes" if host.confirmed else "a guess",
        _points_at(found.get("dns.host-resolves")),
        _state(found.get("edge.host-answers")),
        _state(next((r for r in certificate if r.outcome.value != "pass"), *certificate[:1])),
    )


def _points_at(result: CheckResult | None) -> str:
    if result is None or not result.evidence:
        return _state(result)
    return ", ".join(code(evidence.seen) for evidence in result.evidence)


def _state(result: CheckResult | None = None) -> str:
    return "not looked at" if result is None else result.outcome.label


def _ways_in(material: Material) -> list[str]:
    lines: list[str] = []
    for result in material.results:
        if result.check_id in _WAYS_IN and result.evidence:
            lines.append(f"- {prose(result.summary)} {mark(f'way-in.{result.id}')}")
            lines += [f"  {line}" for line in seen(result)]
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
