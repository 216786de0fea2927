"""The certificates that visitors are shown: trusted, for the right name, in date, soon expiring, the same everywhere.

Each judge owns one kind of fault and judges the worst address; a fault of another kind never turns it. Where nothing
listens on port 443, or an address does not finish a handshake, `edge.tls-trusted` alone tells it.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from checks.check import check
from checks.edge.certificate_words import change_of, describe, renewal_hint, sentence_of
from checks.model import Change, Evidence, Result, Severity, could_not_check, failed, partial, passed
from checks.probes.certificates import Certificates, Shown, certificates, not_opened
from checks.probes.chain import DATE, NAME, TRUST, Leaf, Problem
from checks.target import Host, all_hosts

SOFT = frozenset({Problem.WEAK_KEY, Problem.WEAK_SIGNATURE})
"""Refused by strict clients, not by every browser."""


def _evidence(found: Certificates, shown: Shown) -> Evidence:
    return Evidence(describe(shown, found.seen_at), where=f"{found.host} at {shown.address}")


def _worst(found: Certificates, kinds: frozenset[Problem]) -> list[tuple[Shown, Problem]]:
    """The addresses that show a problem of these kinds, each with its gravest (in the order of `Problem`)."""
    order = list(Problem)
    return [
        (shown, min(kinds & shown.problems, key=order.index))
        for shown in found.shown
        if kinds & shown.problems
    ]


def _untested(found: Certificates) -> str:
    return f"; not tested from this computer: {', '.join(found.untested)}" if found.untested else ""


def _no_certificate(found: Certificates) -> Result | None:
    """The answer of every judge but `tls-trusted` where no address showed a certificate."""
    if found.leaves:
        return None
    return could_not_check(not_opened(found.host))


def _judged(found: Certificates, kinds: frozenset[Problem], good: str) -> Result:
    worst = _worst(found, kinds)
    seen = [_evidence(found, shown) for shown in found.shown if shown.leaf is not None]
    if not worst:
        return passed(good + _untested(found), *seen)
    shown, problem = worst[0]
    bad = [_evidence(found, one) for one, _ in worst]
    severity = Severity.HIGH if all(problem in SOFT for _, problem in worst) else None
    return failed(
        sentence_of(problem, shown, found), *bad, change=change_of(problem, shown, found), severity=severity
    )


@check("edge.tls-trusted", item="S2.2", severity=Severity.BLOCKER, each=all_hosts, needs=certificates)
def tls_trusted(host: Host, found: Certificates) -> Result:
    """Fails without https, on a handshake that does not end, on a chain that browsers do not trust."""
    if not found.shown:
        seen = Evidence(
            "port 443 closed, port 80 answers", where=f"{host} at {', '.join(found.closed)}", expected="https"
        )
        change = Change(
            have=f"{host} answers over http only",
            want=f"https://{host} with a certificate from a public authority",
            where="your hosting platform (Domains or Custom domain), or the web server itself",
        )
        return failed(f"{host} has no https: nothing listens on port 443", seen, change=change)
    broken = [shown for shown in found.shown if shown.failure is not None]
    if broken and not _worst(found, TRUST):
        bad = [_evidence(found, shown) for shown in broken]
        failure = broken[0].failure
        told = failure.sentence if failure is not None else "no handshake"
        change = Change(
            have=told,
            want="a web server that completes TLS on port 443",
            where=f"the server or load balancer at {', '.join(shown.address for shown in broken)}",
        )
        return failed(f"https://{host} does not open: {told}", *bad, change=change)
    return _judged(found, TRUST, f"Browsers trust the certificate of {host}")


@check("edge.tls-right-name", item="S2.2", severity=Severity.BLOCKER, each=all_hosts, needs=certificates)
def tls_right_name(host: Host, found: Certificates) -> Result:
    """Fails when an address shows a certificate for other names."""
    return _no_certificate(found) or _judged(found, NAME, f"The certificate is for {host}")


@check("edge.tls-in-date", item="S2.2", severity=Severity.BLOCKER, each=all_hosts, needs=certificates)
def tls_in_date(host: Host, found: Certificates) -> Result:
    """Fails when an address shows a certificate, or a chain, that has expired or does not hold yet."""
    return _no_certificate(found) or _judged(found, DATE, f"The certificate of {host} is in date")


def alarm_after(leaf: Leaf) -> tuple[timedelta, timedelta]:
    """How much time left means "late" and "at the last moment".

    A fraction of the lifetime, since that shrinks (90 days today, 47 by 2029, 6 for short-lived ones): robots renew
    when a third is left, so two ninths say that a renewal was missed. At most 30 and 14 days.
    """
    lifetime = leaf.not_after - leaf.not_before
    return min(lifetime * 2 / 9, timedelta(days=30)), min(lifetime / 9, timedelta(days=14))


def _time_left(left: timedelta) -> str:
    if left >= timedelta(days=2):
        return f"{left.days} days"
    return f"{max(0, int(left.total_seconds() // 3600))} hours"


def _soonest(found: Certificates, now: datetime) -> Leaf | None:
    current = [leaf for leaf in found.leaves if leaf.valid_at(now)]
    return min(current, key=lambda leaf: leaf.not_after, default=None)


@check("edge.tls-expires-soon", item="S2.2", severity=Severity.HIGH, each=all_hosts, needs=certificates)
def tls_expires_soon(host: Host, found: Certificates) -> Result:
    """Judges the certificate in date that ends first. One out of date belongs to `edge.tls-in-date`."""
    if (nothing := _no_certificate(found)) is not None:
        return nothing
    leaf = _soonest(found, found.seen_at)
    if leaf is None:
        return could_not_check(not_opened(host.name))
    left = leaf.not_after - found.seen_at
    late, last_moment = alarm_after(leaf)
    seen = Evidence(
        f"valid until {leaf.not_after:%d %b %Y %H:%M} UTC, issued by {leaf.issuer} for {leaf.lifetime_days:.0f} days",
        where=str(host),
        expected=f"more than {_time_left(late)} left",
    )
    if left > late:
        return passed(f"The certificate of {host} has {_time_left(left)} left{_untested(found)}", seen)
    change = Change(
        have=f"a certificate that ends on {leaf.not_after:%d %b %Y}",
        want="a renewed one, and a renewal that runs by itself",
        where=renewal_hint(leaf.issuer),
    )
    told = f"The certificate of {host} has {_time_left(left)} left and was not renewed in time"
    judge = failed if left <= last_moment else partial
    return judge(told, seen, change=change)


@check("edge.tls-addresses-agree", item="S2.2", severity=Severity.HIGH, each=all_hosts, needs=certificates)
def tls_addresses_agree(host: Host, found: Certificates) -> Result:
    """Fails when some addresses open and others do not, or fail differently. Different good certificates agree."""
    if (nothing := _no_certificate(found)) is not None:
        return nothing
    states = {(shown.problems, shown.failure is None) for shown in found.shown}
    seen = [_evidence(found, shown) for shown in found.shown]
    closed = [Evidence("port 443 closed, port 80 answers", where=f"{host} at {a}") for a in found.closed]
    if len(states) == 1 and not closed:
        count = len(found.shown)
        agree = (
            f"All {count} addresses of {host} agree" if count > 1 else f"{host} has one address to look at"
        )
        return passed(agree + _untested(found), *seen)
    good = [shown.address for shown in found.shown if shown.accepted]
    bad = [shown.address for shown in found.shown if not shown.accepted] + list(found.closed)
    change = Change(
        have=f"{', '.join(bad)} differs from {', '.join(good) or 'the others'}",
        want="the same good certificate at every address",
        where=f"the server behind {', '.join(bad)}, or its A or AAAA record if it is an old one",
    )
    told = f"The addresses of {host} disagree: whether a visitor gets a warning is chance"
    return failed(told, *seen, *closed, change=change)
