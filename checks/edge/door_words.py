"""How a front door should lead, and where its redirects are set: what stands beside every finding about doors."""

from __future__ import annotations

from collections import Counter

from checks.model import Cause, Evidence
from checks.probes.doors import Door, DoorEnd, FrontDoors, circle, host_of
from checks.response import Headers

_SERVERS = (
    ("cloudflare", "Cloudflare"),
    ("vercel", "Vercel"),
    ("netlify", "Netlify"),
    ("nginx", "nginx"),
    ("apache", "Apache"),
    ("caddy", "Caddy"),
    ("railway", "Railway"),
    ("fly/", "Fly.io"),
    ("bunnycdn", "Bunny"),
)
_PLACES = {
    "Cloudflare": "Cloudflare: Rules → Redirect Rules (and SSL/TLS → Edge Certificates → Always Use HTTPS)",
    "Vercel": "Vercel: your project → Settings → Domains → Edit → Redirect to",
    "Netlify": "Netlify: Domain management → set the primary domain, and HTTPS → Force HTTPS",
    "nginx": "nginx: the server blocks of both names",
    "Apache": "Apache: the virtual hosts of both names, or .htaccess",
    "Caddy": "Caddy: the Caddyfile",
    "Railway": "Railway: your service → Settings → Networking, or the app's own redirect",
    "Fly.io": "fly.toml: force_https = true, and the app's own redirect",
    "Bunny": "Bunny: the pull zone → Hostnames → Force SSL, and Edge Rules",
}


def served_by(headers: Headers) -> str:
    """Whose software answered, by the Server header and the like: a hint where to look, never a verdict."""
    if "cf-ray" in headers:
        return "Cloudflare"
    server = headers.get("server").lower()
    return next((name for sign, name in _SERVERS if sign in server), "")


def place_of(door: Door) -> str:
    """Where the redirects of this door are set."""
    for hop in door.hops:
        place = _PLACES.get(served_by(hop.headers))
        if place is not None:
            return place
    return "wherever your site is hosted: its domain settings, or the web server's configuration"


def canonical_host(found: FrontDoors) -> str:
    """The host that most doors end at; the domain itself where they disagree or none opens."""
    ends = Counter(host_of(door.end_url) for door in found.doors if door.end is DoorEnd.PAGE)
    ranked = ends.most_common(2)
    if not ranked or (len(ranked) == 2 and ranked[0][1] == ranked[1][1]):
        return found.domain
    return ranked[0][0]


def expected_path(url: str, canonical: str) -> str:
    """How the door at `url` should lead: first to https on the same host, then to the canonical one."""
    steps = [url, f"https://{host_of(url)}/", f"https://{canonical}/"]
    return " → ".join(dict.fromkeys(steps))


def evidence_of(door: Door, canonical: str) -> Evidence:
    """The hop list as seen beside the one that is expected."""
    seen = door.path if door.failure is None else f"{door.path}: {door.failure.sentence}"
    return Evidence(seen, where=door.url, expected=expected_path(door.url, canonical))


def judgeable(found: FrontDoors) -> tuple[list[Door], Cause | None]:
    """The doors that can be judged, and why the others cannot: told by another check, a bot wall, or a circle."""
    doors = [door for door in found.doors if door.cause is None and door.end is not DoorEnd.LOOP]
    cause = next((door.cause for door in found.doors if door.cause is not None), None)
    if cause is None and len(doors) < len(found.doors):
        cause = circle(found.domain)
    return doors, cause
