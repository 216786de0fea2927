"""Whether this computer can ask about names at all, found once and before everything else."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import probe
from checks.model import Cause, CouldNotCheck
from checks.resolver import DnsAnswer, DnsStatus
from checks.target import Domain

if TYPE_CHECKING:
    from checks.world import World

ANSWERED = frozenset({DnsStatus.OK, DnsStatus.NXDOMAIN, DnsStatus.NO_DATA, DnsStatus.LOOP})
"""What a resolver says only after it has really looked a name up."""


@dataclass(frozen=True, slots=True)
class WorkingNetwork:
    """The network works and does not invent names. `resolver` is the server that said so."""

    resolver: str


def captive_network(address: str) -> Cause:
    return Cause(
        "captive-network",
        f"This network answers for names that do not exist (a made-up name came back as {address}), "
        "so nothing it says about yours can be trusted",
        "Sign in to the Wi-Fi in a browser, or use another network or a resolver such as 1.1.1.1, and check again.",
        removable=True,
    )


def no_network(answers: tuple[DnsAnswer, ...], *, proxy: bool, unmapped: bool = False) -> Cause:
    """The one cause why no name at all could be looked up from here."""
    statuses = {answer.status for answer in answers}
    if unmapped:
        return Cause(
            "resolver-not-mapped",
            "With --only-mapped nothing but the map is dialled, and no --connect-to names the resolver",
            "Add --connect-to RESOLVER:53:ADDRESS:PORT for the name server to ask, and check again.",
            removable=True,
        )
    if statuses <= {DnsStatus.REFUSED}:
        sentence = "The name resolver of this computer refuses every question"
    elif statuses <= {DnsStatus.TIMEOUT, DnsStatus.UNREACHABLE}:
        sentence = "No name resolver can be reached from this computer: it seems to be offline"
    else:
        sentence = "The name resolver of this computer answers every question with an error"
    remedy = (
        "Connect to a network, or name a resolver that works with --resolver 1.1.1.1:53, and check again."
    )
    if proxy:
        remedy = (
            "This computer is set to use a proxy, which is not used here: checks need direct connections. "
            "Run them from a network without one, and check again."
        )
    return Cause("no-network", sentence, remedy, removable=True)


@probe(deadline=30)
async def network(world: World, domain: Domain) -> WorkingNetwork:
    """A name below `.invalid` must not exist (RFC 6761 section 6.4). Raises CouldNotCheck when it does (a captive
    portal, a resolver that rewrites answers) or when nobody answers any question."""
    made_up, top_level = await asyncio.gather(
        world.dns.query(f"{secrets.token_hex(8)}.invalid", "A"),
        world.dns.query(domain.name.rpartition(".")[2], "SOA"),
    )
    if made_up.status is DnsStatus.OK and made_up.records:
        raise CouldNotCheck(captive_network(made_up.records[0]))
    # Some resolvers drop or refuse special names; that alone proves nothing about the others.
    for answer in (made_up, top_level):
        if answer.status in ANSWERED:
            return WorkingNetwork(answer.server)
    own = await asyncio.gather(world.dns.query(domain.name, "SOA"), world.dns.query(domain.name, "A"))
    for answer in own:
        if answer.status in ANSWERED:
            return WorkingNetwork(answer.server)
    from checks.http import proxy_in_environment

    options = world.options
    unmapped = options.only_mapped and not any(
        world.network.is_mapped(server.address, server.port) for server in options.resolvers
    )
    raise CouldNotCheck(
        no_network((made_up, top_level, *own), proxy=proxy_in_environment(), unmapped=unmapped)
    )
