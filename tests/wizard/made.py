"""Results and states made by hand, for tests that need no world."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from hypothesis import settings

from checks.model import (
    Cause,
    Change,
    CheckResult,
    Evidence,
    Outcome,
    Result,
    Severity,
)
from checks.target import Domain, Endpoint, EndpointKind, Host, HostRole, MailDomain, Target
from wizard.decisions import Decisions
from wizard.domain_name import DomainName
from wizard.project import Project
from wizard.roadmap import load_roadmap
from wizard.session import SessionState

STEADY = settings(derandomize=True, database=None, deadline=None)
"""The same examples on every run and every machine."""

AT = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
DOMAIN = DomainName("acme.example", "acme.example", "acme.example")

_KNOWN: dict[str, tuple[str, Severity]] = {
    "dns.name-exists": ("S1.1", Severity.BLOCKER),
    "dns.host-resolves": ("S1.1", Severity.BLOCKER),
    "dns.public-address": ("S1.1", Severity.BLOCKER),
    "dns.no-ipv6": ("S1.1", Severity.NOTE),
    "mail.mx-present": ("S1.1", Severity.HIGH),
    "mail.spf-present": ("S1.1", Severity.BLOCKER),
    "mail.dmarc-present": ("S1.1", Severity.BLOCKER),
    "mail.dkim-key-seen": ("S1.1", Severity.BLOCKER),
    "edge.host-answers": ("S2.6", Severity.BLOCKER),
    "edge.doors-reach": ("S1.2", Severity.BLOCKER),
    "edge.https-only": ("S2.5", Severity.HIGH),
    "edge.first-hop": ("S2.5", Severity.MEDIUM),
    "edge.redirect-loop": ("S2.5", Severity.BLOCKER),
    "edge.tls-trusted": ("S2.2", Severity.BLOCKER),
    "performance.baseline": ("S1.5", Severity.HIGH),
    "deployment.health": ("S3.5", Severity.HIGH),
}


def cause(code: str = "no-answer", *, removable: bool = False) -> Cause:
    return Cause(code, f"Nothing answered ({code})", "Wait a minute and check again.", removable)


def made(
    check_id: str = "edge.tls-trusted",
    outcome: Outcome = Outcome.PASS,
    subject: str = "acme.example",
    *,
    item: str | None = None,
    severity: Severity | None = None,
    summary: str = "",
    why_not: Cause | None = None,
    change: Change | None = None,
    evidence: Sequence[Evidence] | None = None,
    confirmed: bool = True,
    took_ms: float = 12.345,
) -> CheckResult:
    """A result of a known check, or of any other that is given an item and a severity."""
    known_item, known_severity = _KNOWN.get(check_id, ("S2.6", Severity.BLOCKER))
    why = (why_not or cause()) if outcome is Outcome.COULD_NOT_CHECK else None
    said = why.sentence if why else summary or f"{check_id} on {subject}: {outcome.label}"
    default = (Evidence(f"what was seen of {subject}", where="192.0.2.53:53"),)
    return CheckResult(
        check_id=check_id,
        item=item or known_item,
        subject=subject,
        severity=severity or known_severity,
        result=Result(outcome, said, tuple(evidence) if evidence is not None else default, why, change),
        found_at=AT,
        took_ms=took_ms,
        confirmed=confirmed,
    )


def ready() -> tuple[CheckResult, ...]:
    """A pass for every item that the minimum bar needs: the results of a launch that is ready."""
    roadmap = load_roadmap()
    ids = sorted({id for bar in roadmap.bars for id in bar.items})
    named = sorted({id for bar in roadmap.bars for id in bar.checks})
    return (
        *(made(f"whole.{id.lower().replace('.', '-')}", item=id, severity=Severity.BLOCKER) for id in ids),
        *(made(id) for id in named),
    )


TARGET = Target(
    domain=Domain("acme.example"),
    hosts=(
        Host("acme.example", HostRole.APEX),
        Host("www.acme.example", HostRole.WWW),
        Host("app.acme.example", HostRole.APP, confirmed=False),
    ),
    mail_domains=(MailDomain("acme.example"),),
    endpoints=(
        Endpoint("https://acme.example/", EndpointKind.LANDING),
        Endpoint("https://api.acme.example/v1/review", EndpointKind.GENERATION, "POST", side_effects=True),
    ),
)


def state_of(
    results: Sequence[CheckResult], decisions: Decisions | None = None, target: Target = TARGET
) -> SessionState:
    project = Project("Acme", DOMAIN, hosts=target.hosts, decisions=decisions or Decisions())
    return SessionState(project, target, results=tuple(results), looked_at=AT)
