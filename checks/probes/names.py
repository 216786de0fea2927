"""What names lead to: whether the domain exists, and which addresses a host has. Found before anything is dialled."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from typing import TYPE_CHECKING, TypeVar

from checks.check import probe
from checks.model import Cause, CouldNotCheck
from checks.probes.network import network
from checks.reach import AddressKind, address_kind
from checks.resolver import DnsAnswer, DnsStatus
from checks.target import Domain, Host

if TYPE_CHECKING:
    from checks.world import World

A = TypeVar("A")

_UNKNOWN = {
    DnsStatus.SERVFAIL: (
        "The name servers of {name} give no usable answer (SERVFAIL)",
        "Check again in a minute. If it stays, the domain's name servers or its DNSSEC are broken: "
        "ask your DNS provider.",
    ),
    DnsStatus.REFUSED: (
        "The name servers refuse to answer for {name} (REFUSED)",
        "Check again in a minute. If it stays, the domain points to name servers that do not know it: "
        "compare the name servers at your registrar with those your DNS provider names.",
    ),
    DnsStatus.TIMEOUT: (
        "Nobody answered in time when asked for {name}",
        "Check again in a minute. If it stays, the domain's name servers are down: ask your DNS provider.",
    ),
    DnsStatus.UNREACHABLE: (
        "No name server could be reached to ask for {name}",
        "Check the network of this computer, then check again.",
    ),
    DnsStatus.MALFORMED: (
        "The answer for {name} cannot be understood: it is no valid DNS",
        "Try another network or --resolver 1.1.1.1:53; something on the way may be changing DNS answers.",
    ),
}


def is_known(answer: DnsAnswer) -> bool:
    """Whether the answer says something about the name, rather than about who was asked."""
    return answer.status not in _UNKNOWN


def dns_cause(answer: DnsAnswer, about: str = "") -> Cause:
    """Why `answer` tells nothing about its name. KeyError when it does.

    Equal for every record type of a name, and for every name where `about` says what all of them belong to.
    """
    sentence, remedy = _UNKNOWN[answer.status]
    return Cause(
        f"dns-{answer.status.value}", sentence.format(name=about or answer.name), remedy, removable=True
    )


async def hindrance(wait: Awaitable[A]) -> Cause | None:
    """Wait, and tell what stood in the way. So that questions can be on their way meanwhile."""
    try:
        await wait
    except CouldNotCheck as error:
        return error.cause
    return None


def exists(answer: DnsAnswer) -> bool:
    """Whether the answer proves that its name exists. An alias does, even one that leads nowhere."""
    found = answer.status in (DnsStatus.OK, DnsStatus.NO_DATA, DnsStatus.LOOP)
    return found or bool(answer.chain)


@dataclass(frozen=True, slots=True)
class NameStatus:
    """Whether the domain is in DNS. `top_level_exists` is None when that was not asked or not answered."""

    name: str
    exists: bool
    server: str
    name_servers: tuple[str, ...] = ()
    top_level_exists: bool | None = None

    @property
    def top_level(self) -> str:
        return self.name.rpartition(".")[2]


@probe(deadline=20)
async def domain_name(world: World, domain: Domain) -> NameStatus:
    """Whether `domain` exists in DNS at all. Raises CouldNotCheck when nobody can say."""
    cause, soa, a, ns = await asyncio.gather(
        hindrance(world.find(network, domain)),
        world.dns.query(domain.name, "SOA"),
        world.dns.query(domain.name, "A"),
        world.dns.query(domain.name, "NS"),
    )
    if cause is not None:
        raise CouldNotCheck(cause)
    answers = (soa, a, ns)
    for answer in answers:
        if exists(answer):
            return NameStatus(
                domain.name, exists=True, server=answer.server, name_servers=tuple(sorted(ns.records))
            )
    denied = next((answer for answer in answers if answer.status is DnsStatus.NXDOMAIN), None)
    if denied is None:
        raise CouldNotCheck(dns_cause(soa))
    top_level = await world.dns.query(domain.name.rpartition(".")[2], "SOA")
    top_level_exists = top_level.status is not DnsStatus.NXDOMAIN if is_known(top_level) else None
    return NameStatus(domain.name, exists=False, server=denied.server, top_level_exists=top_level_exists)


def name_missing(status: NameStatus) -> Cause:
    return Cause(
        "name-missing",
        f"{status.name} does not exist in DNS, so nothing else about it can be checked",
        "Put the domain into DNS first, or check the spelling.",
    )


@probe(deadline=20)
async def existing_domain(world: World, domain: Domain) -> NameStatus:
    """The status of a name that exists. Raises CouldNotCheck with the one cause of everything below a missing one."""
    status = await world.find(domain_name, domain)
    if not status.exists:
        raise CouldNotCheck(name_missing(status))
    return status


def is_at_or_below(name: str, parent: str) -> bool:
    return name == parent or name.endswith(f".{parent}")


async def ready_to_ask(world: World, name: str) -> None:
    """Wait until questions about `name` make sense. Raises CouldNotCheck with the cause shared by all who wait."""
    domain = world.target.domain
    if domain.name and is_at_or_below(name, domain.name):
        await world.find(existing_domain, domain)
    else:
        await world.find(network, domain if domain.name else Domain(name))


async def name_servers_of(world: World, name: str) -> tuple[str, ...]:
    """Who serves the records of `name`, as far as it was asked: () for names outside the launch's own domain."""
    domain = world.target.domain
    if not domain.name or not is_at_or_below(name, domain.name):
        return ()
    return (await world.find(existing_domain, domain)).name_servers


class Resolution(StrEnum):
    """What a host name leads to. Every value is the owner's doing: what nobody could say is a cause instead."""

    FOUND = "found"
    NO_NAME = "no-name"
    NO_ADDRESS = "no-address"
    DANGLING = "dangling"
    """An alias for a name that does not exist, or that has no address."""
    LOOP = "loop"


@dataclass(frozen=True, slots=True)
class HostAddress:
    """`kind` as a judge should see it: a documentation address that stands in for a real one counts as public."""

    address: str
    kind: AddressKind

    @property
    def is_ipv6(self) -> bool:
        return ":" in self.address


@dataclass(frozen=True, slots=True)
class HostAddresses:
    """`chain` holds the aliases in order. `ipv4_cause`, `ipv6_cause`: why that half is not known, though the other
    is. `mapped`: the person said where to dial this very name (`--connect-to`)."""

    name: str
    resolution: Resolution
    addresses: tuple[HostAddress, ...] = ()
    chain: tuple[str, ...] = ()
    server: str = ""
    ipv4_cause: Cause | None = None
    ipv6_cause: Cause | None = None
    mapped: bool = False
    name_servers: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """How the name resolves, in one line: `docs.acme.ai → acme.host.example → 203.0.113.4, 203.0.113.5`."""
        end = ", ".join(item.address for item in self.addresses)
        return " → ".join([self.name, *self.chain, *([end] if end else [])])


def _judged_kind(world: World, address: str) -> AddressKind:
    kind = address_kind(address)
    if kind is AddressKind.DOCUMENTATION:
        named = any(known == address for known, _ in (*world.options.connect_to, *world.options.silent))
        if named or world.options.only_mapped:
            return AddressKind.PUBLIC
    return kind


def _resolution(answers: tuple[DnsAnswer, DnsAnswer]) -> Resolution:
    """Read from two answers of which at least one is known and none has a record."""
    statuses = {answer.status for answer in answers}
    if DnsStatus.LOOP in statuses:
        return Resolution.LOOP
    if any(answer.chain for answer in answers):
        return Resolution.DANGLING
    return Resolution.NO_ADDRESS if DnsStatus.NO_DATA in statuses else Resolution.NO_NAME


@probe(deadline=20)
async def host_addresses(world: World, host: Host) -> HostAddresses:
    """Where `host` leads. Raises CouldNotCheck when DNS does not say: never "missing" for "no answer"."""
    cause, four, six = await asyncio.gather(
        hindrance(ready_to_ask(world, host.name)),
        world.dns.query(host.name, "A"),
        world.dns.query(host.name, "AAAA"),
    )
    if cause is not None:
        raise CouldNotCheck(cause)
    # Servers give addresses in changing order; in one order two runs can be compared.
    ordered = (*sorted(four.records, key=ip_address), *sorted(six.records, key=ip_address))
    found = tuple(HostAddress(address, _judged_kind(world, address)) for address in ordered)
    denied = DnsStatus.NXDOMAIN in (four.status, six.status)
    for answer in (four, six):
        # A name that does not exist for one type exists for none; otherwise half an answer proves no absence.
        if not is_known(answer) and not found and not denied:
            raise CouldNotCheck(dns_cause(answer))
    return HostAddresses(
        name=host.name,
        resolution=Resolution.FOUND if found else _resolution((four, six)),
        addresses=found,
        chain=four.chain or six.chain,
        server=four.server or six.server,
        ipv4_cause=None if is_known(four) else dns_cause(four),
        ipv6_cause=None if is_known(six) else dns_cause(six),
        mapped=world.network.is_named(host.name),
        name_servers=await name_servers_of(world, host.name),
    )


def unresolved(fact: HostAddresses) -> Cause:
    """The cause shared by everything that hangs on a host without an address."""
    sentence = {
        Resolution.NO_NAME: f"{fact.name} is not in DNS",
        Resolution.NO_ADDRESS: f"{fact.name} has no address in DNS",
        Resolution.DANGLING: f"{fact.name} is an alias for {fact.chain[-1] if fact.chain else 'a name'}, "
        "which leads nowhere",
        Resolution.LOOP: f"{fact.name} is an alias that leads back to itself",
    }[fact.resolution]
    code = "host-loop" if fact.resolution is Resolution.LOOP else "host-missing"
    return Cause(code, f"{sentence}, so nothing behind it can be checked", "Mend its DNS record first.")


@probe(deadline=20)
async def resolved_addresses(world: World, host: Host) -> HostAddresses:
    """The addresses of a host that has some. Raises CouldNotCheck with the one cause where it has none: that of the
    host it is an alias of, where that one is listed too."""
    fact = await world.find(host_addresses, host)
    if fact.resolution is Resolution.DANGLING:
        for other in world.target.hosts:
            if other.name == fact.chain[-1]:
                await world.find(resolved_addresses, other)
    if fact.resolution is not Resolution.FOUND:
        raise CouldNotCheck(unresolved(fact))
    return fact


def private_address(fact: HostAddresses) -> Cause:
    shown = ", ".join(f"{item.address} ({item.kind.value})" for item in fact.addresses)
    return Cause(
        "private-address",
        f"{fact.name} points only to {shown}, which nobody outside can reach, so nothing behind it can be checked",
        "Point it to a public address first.",
    )


@probe(deadline=20)
async def dialable_addresses(world: World, host: Host) -> tuple[str, ...]:
    """What to dial for `host`, IPv4 first; its own name where the person mapped it, which needs no DNS. Never empty.

    Raises CouldNotCheck (name-missing, host-missing, host-loop, private-address, or what DNS says) when there is
    nothing to dial. Addresses that nobody outside can reach are left out where others remain.
    """
    if world.network.is_named(host.name):
        return (host.name,)
    fact = await world.find(resolved_addresses, host)
    found = tuple(item.address for item in fact.addresses if _may_dial(world, item))
    if not found:
        raise CouldNotCheck(private_address(fact))
    return found


def _may_dial(world: World, item: HostAddress) -> bool:
    named = any(world.reach.may_dial(item.address, port) for port in (443, 80))
    return item.kind is AddressKind.PUBLIC or named
