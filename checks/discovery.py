"""What a launch seems to consist of: hosts and endpoints, proposed for the person to confirm.

Proposals only: nothing here judges. What DNS says is asked by the same probes as the checks ask, so it is asked once.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.discovery_pages import health_endpoints, landing_links, named_pages
from checks.links import Link
from checks.model import CouldNotCheck
from checks.platforms import platform_of
from checks.probes.names import (
    HostAddresses,
    Resolution,
    domain_name,
    host_addresses,
    is_at_or_below,
)
from checks.reach import is_address
from checks.target import Domain, Endpoint, EndpointKind, Host, HostRole

if TYPE_CHECKING:
    from checks.world import World

GUESSES = (
    HostRole.APP,
    HostRole.API,
    HostRole.DOCS,
    HostRole.ADMIN,
    HostRole.STAGING,
    HostRole.STATUS,
    HostRole.BLOG,
)
LINKED_HOSTS = 12
"""Hosts taken from the landing page's links at most."""
_ROLES = {role.value: role for role in (HostRole.WWW, *GUESSES)}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A name that was considered and not proposed."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Discovery:
    """`hosts` and `endpoints` are confirmed where the person typed them or they follow from that; else guesses."""

    hosts: tuple[Host, ...]
    endpoints: tuple[Endpoint, ...]
    dropped: tuple[Dropped, ...] = ()


def _landing(name: str) -> Endpoint:
    return Endpoint(f"https://{name}/", EndpointKind.LANDING)


def _given(domain: Domain, typed: str | None) -> tuple[tuple[Host, ...], tuple[Endpoint, ...]]:
    """What needs no guess: the domain, and the host that was typed."""
    apex = Host(domain.name, HostRole.APEX)
    if typed in (None, domain.name, f"www.{domain.name}") or not is_at_or_below(typed, domain.name):
        return (apex,), (_landing(domain.name),)
    return (apex, Host(typed, role_of(typed, domain))), (_landing(domain.name), _landing(typed))


def role_of(name: str, domain: Domain) -> HostRole:
    """The role that the first label of a host suggests."""
    if name == domain.name:
        return HostRole.APEX
    return _ROLES.get(name.removesuffix(f".{domain.name}"), HostRole.OTHER)


def answered_by_wildcard(found: HostAddresses, wild: Iterable[HostAddresses]) -> bool:
    """Whether a name that nobody made leads to the same place. Addresses may differ between two questions, so one in
    common is enough; behind an alias the alias decides."""
    for other in wild:
        if found.chain and found.chain == other.chain:
            return True
        if {a.address for a in found.addresses} & {a.address for a in other.addresses}:
            return True
    return False


async def _looked_up(world: World, host: Host) -> HostAddresses | None:
    """What a host leads to; None where DNS does not say."""
    try:
        return await world.find(host_addresses, host)
    except CouldNotCheck:
        return None


async def _guessed(world: World, domain: Domain, known: set[str]) -> tuple[list[Host], list[Dropped]]:
    """Guesses that exist by themselves, www first. Those that do not are dropped."""
    www = Host(f"www.{domain}", HostRole.WWW)
    guesses = [www, *(Host(f"{role.value}.{domain}", role, confirmed=False) for role in GUESSES)]
    guesses = [host for host in guesses if host.name not in known]
    made_up = [Host(f"{secrets.token_hex(8)}.{domain}", HostRole.OTHER, confirmed=False) for _ in range(2)]
    facts = await asyncio.gather(*(_looked_up(world, host) for host in (*guesses, *made_up)))
    wild = [fact for fact in facts[len(guesses) :] if fact is not None]
    kept: list[Host] = []
    dropped: list[Dropped] = []
    for host, fact in zip(guesses, facts, strict=False):
        if reason := _why_not(host, fact, wild):
            dropped.append(Dropped(host.name, reason))
        else:
            kept.append(host)
    return kept, dropped


def _why_not(host: Host, fact: HostAddresses | None, wild: list[HostAddresses]) -> str:
    """Why a guess is not proposed; "" when it is. A www that answers is a front door, by a wildcard or not."""
    if fact is None:
        return "DNS did not say whether it exists"
    if fact.mapped:
        return ""
    if fact.resolution in (Resolution.NO_NAME, Resolution.NO_ADDRESS):
        return "not in DNS"
    if host.role is not HostRole.WWW and answered_by_wildcard(fact, wild):
        return "only a wildcard answers"
    return ""


def _linked(links: Iterable[Link], domain: Domain, known: set[str]) -> list[Host]:
    """Hosts below the domain that the landing page leads to. They need not exist: a dead link is worth knowing."""
    names = dict.fromkeys(link.host for link in links)
    new = [
        name for name in names if name not in known and name.endswith(f".{domain}") and not is_address(name)
    ]
    return [Host(name, role_of(name, domain), confirmed=False) for name in new[:LINKED_HOSTS]]


def _health_hosts(hosts: Iterable[Host]) -> list[Host]:
    """Where a health check is usually served: the API, the app, the domain itself."""
    order = (HostRole.API, HostRole.APP, HostRole.APEX)
    return sorted((host for host in hosts if host.role in order), key=lambda host: order.index(host.role))


async def _exists(world: World, domain: Domain) -> bool:
    try:
        return (await world.find(domain_name, domain)).exists
    except CouldNotCheck:
        return False


async def discover(world: World, domain: Domain, typed: str | None = None) -> Discovery:
    """Propose hosts and endpoints of `domain`. `typed` is the host as the person wrote it, which may be below it.

    Never raises for what the outside does. A name that a platform lends, or that does not exist, gets no guesses.
    """
    platform = platform_of(typed or domain.name)
    if platform is not None:
        lent = Domain(typed or domain.name)
        hosts, endpoints = _given(lent, None)
        return Discovery(hosts, endpoints)
    given, endpoints = _given(domain, typed)
    if not await _exists(world, domain):
        return Discovery(given, endpoints)
    known = {host.name for host in given}
    front = typed if typed is not None and typed in known else domain.name
    (guessed, dropped), links = await asyncio.gather(
        _guessed(world, domain, known), landing_links(world, domain, front)
    )
    hosts = (*given, *guessed)
    linked = _linked(links, domain, {host.name for host in hosts})
    # A name that the page leads to is no mere guess, whatever spoke against it before.
    dropped = [drop for drop in dropped if drop.name not in {host.name for host in linked}]
    hosts = (*hosts, *linked)
    health = await health_endpoints(world, _health_hosts(hosts))
    return Discovery(hosts, (*endpoints, *named_pages(links, domain), *health), tuple(dropped))
