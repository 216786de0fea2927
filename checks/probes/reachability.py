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
ANSWERS = frozenset({None, FailureKind.REFUSED, FailureKind.RESET})
"""What only the other side can have said; a broken network of our own gives the other failures as well."""


@dataclass(frozen=True, slots=True)
class Knock:
    """One attempt to connect. `failure` is None when the connection was accepted."""

    address: str
    port: int
    failure: FailureKind | None


@dataclass(frozen=True, slots=True)
class Ports:
    """Every address of one host on both ports, as seen from this computer."""

    host: str
    knocks: tuple[Knock, ...]


@dataclass(frozen=True, slots=True)
class Reachability:
    """`answering`: addresses that accept a connection on some port; `dead`: those that do not, though this computer
    could have reached them; `untested`: those of a family (IPv6, IPv4) that does not work on this computer."""

    host: str
    knocks: tuple[Knock, ...]
    answering: tuple[str, ...]
    dead: tuple[str, ...]
    untested: tuple[str, ...]

    def open_at(self, port: int) -> tuple[str, ...]:
        return tuple(knock.address for knock in self.knocks if knock.port == port and knock.failure is None)

    def knocks_at(self, address: str) -> tuple[Knock, ...]:
        return tuple(knock for knock in self.knocks if knock.address == address)


def _is_untested(address: str, knocks: list[Knock], working: frozenset[int]) -> bool:
    """Whether the family of `address` does not work here. Silence over IPv4 is never explained so: nearly every network
    has IPv4, and one without says at once that there is no way."""
    if family(address) in working or any(knock.failure in ANSWERS for knock in knocks):
        return False
    no_way = any(knock.failure is FailureKind.UNREACHABLE for knock in knocks)
    return no_way or family(address) == 6


def reachability_of(host: str, knocks: tuple[Knock, ...], working: frozenset[int]) -> Reachability:
    """Sort the addresses. `working`: IP versions over which this computer has reached anything."""
    answering, dead, untested = [], [], []
    for address in dict.fromkeys(knock.address for knock in knocks):
        own = [knock for knock in knocks if knock.address == address]
        if any(knock.failure is None for knock in own):
            answering.append(address)
        elif _is_untested(address, own, working):
            untested.append(address)
        else:
            dead.append(address)
    return Reachability(host, knocks, tuple(answering), tuple(dead), tuple(untested))


def family(address: str) -> int:
    """6 or 4."""
    return 6 if ":" in address else 4


def families_that_work(all_ports: list[Ports]) -> frozenset[int]:
    answered = (k for found in all_ports for k in found.knocks if k.failure in ANSWERS)
    return frozenset(family(knock.address) for knock in answered)


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


def no_way_from_here(found: Reachability) -> Cause:
    versions = " and ".join(f"IPv{version}" for version in sorted({family(a) for a in found.untested}))
    return Cause(
        "no-way-from-here",
        f"{found.host} has {versions} addresses only, and this computer has no working {versions}",
        f"Check again from a network with {versions}.",
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
    seen = [own]
    if any(knock.failure not in ANSWERS for knock in own.knocks):
        seen += await _other_ports(world, host)
    working = families_that_work(seen)
    if not working:
        raise CouldNotCheck(nothing_answers_here(len(seen)))
    found = reachability_of(host.name, own.knocks, working)
    if not found.answering and not found.dead:
        raise CouldNotCheck(no_way_from_here(found))
    return found


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
