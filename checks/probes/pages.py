"""What stands before a request to one URL: its host answers, its certificate is good, its front door leads there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checks.model import Cause, CouldNotCheck
from checks.probes.certificates import trusted_host
from checks.probes.reachability import HTTP, answering_host, host_named, is_listed
from checks.target import Host

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


OF_THE_HOST = frozenset({"host-unreachable", "https-broken", "host-missing", "host-loop", "private-address"})
"""Causes that are a fault of the host and are told by its own checks, where it has any."""


async def address_for(world: World, url: str) -> str | None:
    """A good address to dial for `url`; None for any.

    Raises CouldNotCheck with the cause of whatever is broken before the URL itself, so that a dead host or a refused
    certificate is told once: by the checks of that host. A host that the target does not list has no checks, so there
    the fault is left for the exchange itself to run into.
    """
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
    try:
        return await _good_address(world, host_named(world.target, host), parts.scheme)
    except CouldNotCheck as error:
        if error.cause.code in OF_THE_HOST and not is_listed(world.target, host):
            return None
        raise


async def _good_address(world: World, host: Host, scheme: str) -> str:
    if scheme == "https":
        return (await world.find(trusted_host, host)).good[0]
    reached = await world.find(answering_host, host)
    # With port 80 closed everywhere any address will do: the refusal is what there is to see.
    return next(iter(reached.open_at(HTTP)), reached.answering[0])
