"""What stands before a request to one URL: its host answers, its certificate is good, its front door leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checks.model import Cause, CouldNotCheck
from checks.probes.certificates import trusted_host
from checks.probes.reachability import answering_host, host_named

if TYPE_CHECKING:
    from checks.world import World


def no_web_address(url: str) -> Cause:
    return Cause(
        "no-web-address",
        f"{url} is no http or https address",
        "Correct the address, then check again.",
        removable=True,
    )


def not_contacted(host: str) -> Cause:
    return Cause(
        "out-of-reach",
        f"{host} is outside your domain and nobody said that it is yours, so it was not contacted",
        "If it is yours, confirm the address first.",
        removable=True,
    )


async def address_for(world: World, url: str) -> str | None:
    """The address to dial for `url`; None for any. Raises CouldNotCheck, with the cause of whatever is broken before
    the URL itself, so that a dead host or a refused certificate is told once."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise CouldNotCheck(no_web_address(url)) from error
    if parts.scheme not in ("http", "https") or not host:
        raise CouldNotCheck(no_web_address(url))
    if not world.reach.may_contact(host):
        raise CouldNotCheck(not_contacted(host))
    if port not in (None, 80, 443):
        # The per-host checks look at the usual ports alone and say nothing about this one.
        return None
    subject = host_named(world.target, host)
    if parts.scheme == "https":
        return (await world.find(trusted_host, subject)).good[0]
    reached = await world.find(answering_host, subject)
    return next(iter(reached.open_at(80)), reached.answering[0])
