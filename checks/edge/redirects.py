"""How the front doors redirect: encrypted, by the right first hop, in few hops, never in a circle.

Which judge owns which fault stands in `checks/edge/doors.py`.
"""

from __future__ import annotations

from checks.check import check
from checks.edge.door_words import canonical_host, evidence_of, expected_path, judgeable, place_of, served_by
from checks.model import (
    Cause,
    Change,
    Evidence,
    Result,
    Severity,
    could_not_check,
    failed,
    partial,
    passed,
)
from checks.probes.doors import Door, DoorEnd, DoorHop, FrontDoors, front_doors, host_of
from checks.target import Domain, the_domain

HOPS_ALLOWED = 2
_NGINX = "server { listen 80; listen [::]:80; server_name %s; return 301 https://$host$request_uri; }"


def _is_plain(door: Door) -> bool:
    return door.url.startswith("http://")


def _change(door: Door, canonical: str) -> Change:
    return Change(door.path, expected_path(door.url, canonical), place_of(door))


def _to_https(door: Door, canonical: str) -> Change:
    by_nginx = any(served_by(hop.headers) == "nginx" for hop in door.hops)
    paste = _NGINX % door.host if by_nginx else ""
    return Change(door.path, expected_path(door.url, canonical), place_of(door), paste)


def _steps_back(door: Door) -> DoorHop | None:
    """The hop that leaves https for http again."""
    return next((hop for hop in door.hops if hop.encrypted and hop.target.startswith("http://")), None)


def _ends_plain(door: Door) -> bool:
    return door.end is DoorEnd.PAGE and door.end_url.startswith("http://")


@check("edge.https-only", item="S2.5", severity=Severity.HIGH, each=the_domain, needs=front_doors)
def https_only(domain: Domain, found: FrontDoors) -> Result:
    """No door ends in a page without encryption, and none steps back from https to http on its way."""
    doors, cause = judgeable(found)
    canonical = canonical_host(found)
    bad = [door for door in doors if _ends_plain(door) or _steps_back(door) is not None]
    if bad:
        first = bad[0]
        back = _steps_back(first)
        told = (
            f"{back.url} sends visitors back to http, where anybody on the way can read and change the page"
            if back is not None
            else f"{first.url} serves the page without encryption and does not lead to https"
        )
        seen = [evidence_of(door, canonical) for door in bad]
        return failed(told, *seen, change=_to_https(first, canonical))
    if cause is not None:
        return could_not_check(cause)
    return passed(f"No door of {domain} serves anything without encryption", *_all(doors, canonical))


def _covers_subdomains(hop: DoorHop) -> bool:
    """Whether HSTS as sent by this hop holds for the names below its host too (RFC 6797, 6.1.2)."""
    directives = [part.strip().lower() for part in hop.headers.get("strict-transport-security").split(";")]
    return hop.encrypted and "includesubdomains" in directives


def is_good_first_hop(door: Door) -> bool:
    """From http to https on the same host; or to a parent of it that declares HSTS for all names below, which protects
    the skipped host as well."""
    first = door.hops[0]
    if not first.target.startswith("https://"):
        return False
    reached = host_of(first.target)
    if reached == first.host:
        return True
    after = door.hops[1] if len(door.hops) > 1 else None
    return after is not None and first.host.endswith(f".{reached}") and _covers_subdomains(after)


def _no_redirect(domain: Domain) -> Cause:
    return Cause(
        "no-http-redirect",
        f"No http door of {domain} redirects, so there is no first redirect to judge",
        "Mend the http doors first (see edge.https-only and edge.doors-reach), then check again.",
    )


@check("edge.first-hop", item="S2.5", severity=Severity.MEDIUM, each=the_domain, needs=front_doors)
def first_hop(domain: Domain, found: FrontDoors) -> Result:
    """The first redirect of each http door leads to https on its own host, so that browsers can remember it (HSTS).
    Fails when it stays on http, partial when it jumps to another host at once."""
    doors, cause = judgeable(found)
    canonical = canonical_host(found)
    redirecting = [door for door in doors if _is_plain(door) and door.hops and door.hops[0].target]
    bad = [door for door in redirecting if not is_good_first_hop(door)]
    if bad:
        stays = [door for door in bad if door.hops[0].target.startswith("http://")]
        first = (stays or bad)[0]
        seen = [evidence_of(door, canonical) for door in bad]
        if stays:
            told = f"The first redirect of {first.url} stays on http"
            return failed(told, *seen, change=_to_https(first, canonical))
        told = f"The first redirect of {first.url} goes to {host_of(first.hops[0].target)} at once"
        return partial(told, *seen, change=_to_https(first, canonical))
    if cause is not None:
        return could_not_check(cause)
    if not redirecting:
        return could_not_check(_no_redirect(domain))
    return passed("The first redirect leads to https on the same host", *_all(redirecting, canonical))


@check("edge.redirect-hops", item="S2.5", severity=Severity.HIGH, each=the_domain, needs=front_doors)
def redirect_hops(domain: Domain, found: FrontDoors) -> Result:
    """At most two redirects from any door to its page. A circle belongs to `edge.redirect-loop`."""
    doors, cause = judgeable(found)
    canonical = canonical_host(found)
    long = sorted((d for d in doors if d.redirects > HOPS_ALLOWED), key=lambda door: -door.redirects)
    if long:
        seen = [evidence_of(door, canonical) for door in long]
        told = f"{long[0].url} needs {long[0].redirects} redirects: each costs a visitor on a phone 100 to 300 ms"
        return failed(told, *seen, change=_change(long[0], canonical))
    if cause is not None:
        return could_not_check(cause)
    most = max((door.redirects for door in doors), default=0)
    return passed(
        f"No door needs more than {most} redirect{'' if most == 1 else 's'}", *_all(doors, canonical)
    )


def suspect(door: Door) -> str:
    """Where to look first for a circle."""
    behind = any(served_by(hop.headers) == "Cloudflare" for hop in door.hops)
    if behind:
        return (
            "Cloudflare: SSL/TLS → Overview: the mode Flexible asks your server over http, which sends visitors back "
            "to https, for ever. Choose Full (strict)"
        )
    if door.endless:
        return f"the rule that sends every address on to a longer or a new one: {place_of(door)}"
    hosts = {hop.host for hop in door.hops}
    if len(hosts) > 1:
        return f"two rules that contradict each other, one for each of {' and '.join(sorted(hosts))}: {place_of(door)}"
    return (
        "the server behind a proxy or load balancer does not see that the visitor already uses https (it must trust "
        f"X-Forwarded-Proto), or a rule that redirects to itself: {place_of(door)}"
    )


@check("edge.redirect-loop", item="S2.5", severity=Severity.BLOCKER, each=the_domain, needs=front_doors)
def redirect_loop(domain: Domain, found: FrontDoors) -> Result:
    """No door leads in a circle or through more than ten redirects."""
    canonical = canonical_host(found)
    looping = [door for door in found.doors if door.cause is None and door.end is DoorEnd.LOOP]
    if looping:
        first = looping[0]
        seen = [evidence_of(door, canonical) for door in looping]
        change = Change(first.path, expected_path(first.url, canonical), suspect(first))
        how = "redirects for ever" if first.endless else "redirects in a circle"
        told = f"{first.url} {how}: browsers show an error and no page"
        return failed(told, *seen, change=change)
    cause = next((door.cause for door in found.doors if door.cause is not None), None)
    if cause is not None:
        return could_not_check(cause)
    return passed(f"No front door of {domain} goes round in a circle", *_all(list(found.doors), canonical))


def _all(doors: list[Door], canonical: str) -> list[Evidence]:
    return [evidence_of(door, canonical) for door in doors]
