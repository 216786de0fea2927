"""Bot walls and rate limits: answers that are meant for a robot and say nothing about the page behind them."""

from __future__ import annotations

from dataclasses import dataclass

from checks.model import Cause
from checks.response import Response

SUSPICIOUS = frozenset({202, 403, 405, 429, 503})
"""Statuses of challenge pages as the vendors document them; a 200 is never taken for one."""
_ALLOW = "or allow the user agent that begins with LaunchReady/ while you check; then check again."


@dataclass(frozen=True, slots=True)
class Wall:
    name: str
    remedy: str


CLOUDFLARE = Wall(
    "Cloudflare",
    f"In Cloudflare: Security → WAF → add a Skip rule for this computer's IP address, {_ALLOW}",
)
VERCEL = Wall(
    "Vercel",
    f"In Vercel: Firewall → add a Bypass rule for this computer's IP address, or switch Attack Mode off, {_ALLOW}",
)
AWS = Wall("AWS WAF", f"In AWS WAF: add this computer's IP address to an IP set that is allowed, {_ALLOW}")
AKAMAI = Wall("Akamai", f"In Akamai: add this computer's IP address to the allow list, {_ALLOW}")
IMPERVA = Wall("Imperva", f"In Imperva: add this computer's IP address to the allow list, {_ALLOW}")
DATADOME = Wall("DataDome", f"In DataDome: add this computer's IP address to the allow list, {_ALLOW}")
SUCURI = Wall("Sucuri", f"In Sucuri: Access Control → allow this computer's IP address, {_ALLOW}")
_CLOUDFLARE_TITLES = ("<title>Just a moment...</title>", "<title>Attention Required! | Cloudflare</title>")


def wall_of(response: Response) -> Wall | None:
    """Who stopped us, or None when the answer comes from the site itself.

    One header is enough where a vendor sends it on challenges only (`cf-mitigated: challenge`); words of the page count
    only together with the vendor's own header, since a page may well write about Cloudflare.
    """
    if response.status not in SUSPICIOUS:
        return None
    header = response.headers.get
    server, page = header("server").lower(), response.text[:20_000]
    if header("cf-mitigated").lower() == "challenge":
        return CLOUDFLARE
    if server == "cloudflare" and any(title in page for title in _CLOUDFLARE_TITLES):
        return CLOUDFLARE
    if header("x-vercel-mitigated") or (server == "vercel" and "Vercel Security Checkpoint" in page):
        return VERCEL
    if header("x-amzn-waf-action"):
        return AWS
    if header("x-datadome") and response.status == 403:
        return DATADOME
    if server == "akamaighost" and "Access Denied" in page:
        return AKAMAI
    if (header("x-iinfo") or header("x-cdn").lower() == "imperva") and "Incapsula incident" in page:
        return IMPERVA
    if server.startswith("sucuri") and response.status == 403:
        return SUCURI
    return None


def walled(host: str, wall: Wall) -> Cause:
    return Cause(
        "bot-wall",
        f"{wall.name} in front of {host} stops robots, this one too: what visitors see could not be checked",
        wall.remedy,
        removable=True,
    )


def rate_limited(host: str) -> Cause:
    """The same for every question to the host, whatever time it asks to wait: that differs from answer to answer."""
    return Cause(
        "rate-limited",
        f"{host} limits how often we may ask: what visitors see could not be checked",
        "Wait a few minutes, then check again; or let this computer's address through the limit.",
        removable=True,
    )


def wall_cause(response: Response, host: str) -> Cause | None:
    """Why an answer is about us and not about the page: a bot wall, a rate limit."""
    wall = wall_of(response)
    if wall is not None:
        return walled(host, wall)
    return rate_limited(host) if response.status == 429 else None
