"""The front doors: does each open, and do they all lead to one host.

Each fault has one owner, so that one mistake is told once:
- a host that does not answer, a refused certificate: the per-host checks (the door carries their cause);
- a circle, or more than ten hops: `edge.redirect-loop`; nothing else is judged about that door;
- no page at the end (an error, a broken connection, a redirect to nowhere, a www that DNS lacks): `doors-reach`;
- a page at the end of more than one host, or of somebody else's: `canonical-host`;
- a page without encryption, or a step back to http: `https-only`;
- a first redirect that leaves its host or stays on http: `first-hop`; more than two redirects: `redirect-hops`.
"""

from __future__ import annotations

from checks.check import check
from checks.edge.door_words import canonical_host, evidence_of, expected_path, judgeable, place_of, served_by
from checks.failure import FailureKind
from checks.model import Cause, Change, Evidence, Result, Severity, could_not_check, failed, passed
from checks.platforms import registrable_domain
from checks.probes.doors import BROKEN, Door, DoorEnd, FrontDoors, front_doors, host_of, leads_elsewhere
from checks.target import Domain, the_domain


def _is_port_80_closed(door: Door) -> bool:
    return (
        door.failure is not None
        and door.failure.port == 80
        and door.failure.kind in (FailureKind.REFUSED, FailureKind.TIMED_OUT)
        and door.redirects == 0
    )


def _trouble(door: Door) -> str:
    if _is_port_80_closed(door):
        return f"{door.url} does not open: port 80 is closed, so old links and typed addresses fail"
    if door.end is DoorEnd.NOWHERE:
        return f"{door.url} ends in a redirect that leads nowhere"
    if door.end is DoorEnd.FAILED:
        return f"{door.url} does not open"
    if door.status in (401, 407):
        return f"{door.url} asks visitors for a password"
    return f"{door.url} ends in an error (HTTP {door.status})"


def _severity(found: FrontDoors, broken: list[Door]) -> Severity:
    """The apex over https decides the launch; a second spelling that fails costs part of the visitors."""
    if any(door.host == found.domain and not _is_port_80_closed(door) for door in broken):
        return Severity.BLOCKER
    return Severity.HIGH if broken else Severity.MEDIUM


def _missing_www(found: FrontDoors) -> tuple[str, Evidence, Change]:
    name = found.missing[0]
    seen = Evidence(
        f"{name} is not in DNS", where=name, expected=expected_path(f"http://{name}/", found.domain)
    )
    change = Change(
        have=f"no DNS record that leads {name} to an address",
        want=f"{name} points where {found.domain} points, and redirects there",
        where="your DNS provider (then add the name as a domain at your host, so that it gets a certificate)",
        paste=f"{name}. CNAME {found.domain}.",
    )
    return f"{name} leads nowhere, and many people type it", seen, change


@check("edge.doors-reach", item="S1.2", severity=Severity.BLOCKER, each=the_domain, needs=front_doors)
def doors_reach(domain: Domain, found: FrontDoors) -> Result:
    """Each door ends in a page. Fails on an error, a broken connection or a www that DNS lacks."""
    doors, cause = judgeable(found)
    canonical = canonical_host(found)
    broken = [door for door in doors if door.end in BROKEN]
    seen = [evidence_of(door, canonical) for door in broken]
    if broken:
        first = broken[0]
        change = Change(first.path, expected_path(first.url, canonical), place_of(first))
        more = f" (and {len(broken) - 1} more of the front doors)" if len(broken) > 1 else ""
        return failed(_trouble(first) + more, *seen, change=change, severity=_severity(found, broken))
    if found.missing:
        told, missing, change = _missing_www(found)
        return failed(told, missing, change=change, severity=Severity.MEDIUM)
    if cause is not None:
        return could_not_check(cause)
    open_doors = [door for door in doors if door.end is DoorEnd.PAGE]
    if not open_doors:
        return could_not_check(leads_elsewhere(found))
    return passed(
        f"All {len(open_doors)} front doors of {domain} open",
        *(evidence_of(d, canonical) for d in open_doors),
    )


def _no_page(found: FrontDoors) -> Cause:
    return Cause(
        "no-front-door",
        f"No front door of {found.domain} ends at a page, so which host is the main one could not be judged",
        "Mend the front doors first (see edge.doors-reach), then check again.",
    )


@check("edge.canonical-host", item="S1.2", severity=Severity.HIGH, each=the_domain, needs=front_doors)
def canonical(domain: Domain, found: FrontDoors) -> Result:
    """Every door that opens ends at the same host, and that host is ours. A duplicate fails even when some doors could
    not be judged: those that could are enough to prove it."""
    doors, cause = judgeable(found)
    main = canonical_host(found)
    seen = [evidence_of(door, main) for door in doors if door.end in (DoorEnd.PAGE, DoorEnd.ELSEWHERE)]
    foreign = [door for door in doors if door.end is DoorEnd.ELSEWHERE]
    if foreign:
        other = host_of(foreign[0].end_url)
        change = Change(
            have=foreign[0].path,
            want=f"either every door ends at https://{main}/, or the launch is audited under {other}",
            where=place_of(foreign[0]),
        )
        told = (
            f"Visitors of {host_of(foreign[0].url)} are sent to {other}, which is outside {_own(domain.name)}"
        )
        return failed(told, *seen, change=change)
    hosts = list(dict.fromkeys(host_of(door.end_url) for door in doors if door.end is DoorEnd.PAGE))
    if len(hosts) > 1:
        wrong = next(d for d in doors if d.end is DoorEnd.PAGE and host_of(d.end_url) != main)
        change = Change(
            have=wrong.path,
            want=expected_path(wrong.url, main),
            where=place_of(wrong),
            paste=_to_main(wrong, main),
        )
        told = f"{' and '.join(hosts)} both serve the site: search engines and cookies see two"
        return failed(told, *seen, change=change)
    if cause is not None:
        return could_not_check(cause)
    if not hosts:
        return could_not_check(_no_page(found))
    return passed(f"Every door leads to {hosts[0]}", *seen)


def _to_main(door: Door, main: str) -> str:
    """The line for a server whose language is known; for a panel there is nothing to paste."""
    if not any(served_by(hop.headers) == "nginx" for hop in door.hops):
        return ""
    return f"if ($host = {host_of(door.end_url)}) {{ return 301 https://{main}$request_uri; }}"


def _own(name: str) -> str:
    return registrable_domain(name)
