"""Which addresses of a host accept a connection: knocked at once on ports 443 and 80, told once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import probe
from checks.facts import cause_of
from checks.failure import ExchangeFailed, FailureKind
from checks.http import proxy_in_environment
from checks.model import Cause, CouldNotCheck
from checks.probes.names import dialable_addresses
from checks.target import Host, HostRole, Target

if TYPE_CHECKING:
    from checks.world import World

HTTPS, HTTP = 443, 80
KNOCK_SECONDS = 5.0
NO_ANSWER = frozenset({FailureKind.TIMED_OUT, FailureKind.UNREACHABLE})
"""Failures that a broken network on our side would give as well."""


@dataclass(frozen=True, slots=True)
class Knock:
    """One attempt to connect. `failure` is None when the connection was accepted."""

    address: str
    port: int
    failure: FailureKind | None

    @property
    def is_ipv6(self) -> bool:
        return ":" in self.address


@dataclass(frozen=True, slots=True)
class Ports:
    """Every address of one host on both ports, as seen from this computer."""

    host: str
    knocks: tuple[Knock, ...]

    @property
    def connected(self) -> bool:
        return any(knock.failure is None for knock in self.knocks)


@dataclass(frozen=True, slots=True)
class Reachability:
    """`answering`: addresses that accept a connection on some port; `dead`: those that do not, though this computer
    could have reached them; `untested`: IPv6 addresses on a computer without working IPv6."""

    host: str
    knocks: tuple[Knock, ...]
    answering: tuple[str, ...]
    dead: tuple[str, ...]
    untested: tuple[str, ...]

    def open_at(self, port: int) -> tuple[str, ...]:
        return tuple(knock.address for knock in self.knocks if knock.port == port and knock.failure is None)

    def knocks_at(self, address: str) -> tuple[Knock, ...]:
        return tuple(knock for knock in self.knocks if knock.address == address)


def reachability_of(host: str, knocks: tuple[Knock, ...], *, ipv6_works: bool) -> Reachability:
    """Sort the addresses. A refused IPv6 connection is an answer; a silent one counts only where IPv6 works here."""
    answering, dead, untested = [], [], []
    for address in dict.fromkeys(knock.address for knock in knocks):
        failures = [knock.failure for knock in knocks if knock.address == address]
        silent = all(failure in NO_ANSWER for failure in failures)
        if None in failures:
            answering.append(address)
        elif ":" in address and (FailureKind.UNREACHABLE in failures or (silent and not ipv6_works)):
            untested.append(address)
        else:
            dead.append(address)
    return Reachability(host, knocks, tuple(answering), tuple(dead), tuple(untested))


async def _knock(world: World, address: str, port: int) -> Knock:
    try:
        stream = await world.connect(address, port, timeout=KNOCK_SECONDS)
    except ExchangeFailed as error:
        return Knock(address, port, error.failure.kind)
    stream.close()
    return Knock(address, port, None)


@probe(deadline=20)
async def ports(world: World, host: Host) -> Ports:
    """Knock at every address that may be dialled. Raises CouldNotCheck where the name leads to none."""
    found = await world.find(dialable_addresses, host)
    # DNS names them in a different order each time; what is said and what is dialled first must not change with it.
    addresses = sorted(found, key=lambda address: (":" in address, address))
    attempts = (_knock(world, address, port) for address in addresses for port in (HTTPS, HTTP))
    return Ports(host.name, tuple(await asyncio.gather(*attempts)))


def nothing_answers_here(hosts: int) -> Cause:
    """The cause when no host of the launch accepts any connection: more likely our network than all of them."""
    which = "Your one host does not answer" if hosts == 1 else f"None of your {hosts} hosts answers"
    sentence = f"{which} on ports 443 and 80 from this computer"
    if proxy_in_environment():
        remedy = (
            "This computer is set to use a proxy, which is not used here: checks need direct connections. "
            "Run them from a network without one."
        )
    else:
        remedy = (
            "Open the site on a phone without Wi-Fi. If it opens there, this network blocks the way: check again "
            "from another one. If it does not open there either, the server is down."
        )
    return Cause("no-connections", sentence, remedy, removable=True)


def only_ipv6(host: str) -> Cause:
    return Cause(
        "no-ipv6-here",
        f"{host} has IPv6 addresses only, and this computer has no working IPv6",
        "Check again from a network with IPv6; visitors without IPv6 cannot reach this host at all.",
        removable=True,
    )


async def _ports_or_cause(world: World, host: Host) -> Ports | Cause:
    return await cause_of(world.find(ports, host))


async def _other_ports(world: World, host: Host) -> list[Ports]:
    others = [other for other in world.target.hosts if other.name != host.name]
    found: list[Ports | Cause] = await asyncio.gather(*(_ports_or_cause(world, other) for other in others))
    return [answer for answer in found if isinstance(answer, Ports)]


@probe(deadline=5)
async def reachability(world: World, host: Host) -> Reachability:
    """The addresses of `host`, sorted. Raises CouldNotCheck when this computer seems to be the one that is cut off."""
    own = await world.find(ports, host)
    silent6 = any(knock.is_ipv6 and knock.failure in NO_ANSWER for knock in own.knocks)
    works = any(knock.is_ipv6 and knock.failure is None for knock in own.knocks)
    silent = all(knock.failure in NO_ANSWER for knock in own.knocks)
    others: list[Ports] = []
    if silent or (silent6 and not works):
        others = await _other_ports(world, host)
        works = works or any(k.is_ipv6 and k.failure is None for other in others for k in other.knocks)
    answered = any(knock.failure not in NO_ANSWER for other in others for knock in other.knocks)
    if silent and not answered:
        raise CouldNotCheck(nothing_answers_here(1 + len(others)))
    sorted_out = reachability_of(host.name, own.knocks, ipv6_works=works)
    if not sorted_out.answering and not sorted_out.dead:
        raise CouldNotCheck(only_ipv6(host.name))
    return sorted_out


def unreachable(found: Reachability) -> Cause:
    """The one cause of everything that a wholly unreachable host blinds; `edge.host-answers` tells the fault.

    It names the addresses and not the host, so that two names of one dead server share it.
    """
    where = ", ".join(sorted((*found.dead, *found.untested)))
    return Cause(
        "host-unreachable",
        f"Nothing accepts a connection on port 443 or 80 at {where}, so nothing behind it could be checked",
        "Bring the server up first (see edge.host-answers), then check again.",
    )


@probe(deadline=5)
async def answering_host(world: World, host: Host) -> Reachability:
    """A host on which something listens. Raises CouldNotCheck otherwise, with the same cause for all who ask."""
    reached = await world.find(reachability, host)
    if not reached.answering:
        raise CouldNotCheck(unreachable(reached))
    return reached


def host_named(target: Target, name: str) -> Host:
    """The host of the target with that name, so that facts are shared; else one that nobody confirmed."""
    for host in target.hosts:
        if host.name == name:
            return host
    roles = {target.domain.name: HostRole.APEX, f"www.{target.domain.name}": HostRole.WWW}
    return Host(name, roles.get(name, HostRole.OTHER), confirmed=False)


def is_listed(target: Target, name: str) -> bool:
    """Whether the per-host checks speak about this name: then they tell its faults, and nobody else does."""
    return any(host.name == name for host in target.hosts)
