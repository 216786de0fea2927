"""A few records served on loopback, and a World that asks for them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager

from checks.check import Probe, S
from checks.facts import A
from checks.model import Cause, CouldNotCheck
from checks.sandbox.dns_server import NameServer
from checks.sandbox.state import DnsTrouble, State
from checks.target import Domain, Host, HostRole, MailDomain, Target
from checks.world import NetworkOptions, Server, World

DOMAIN = Domain("acme.example")
APEX = Host(DOMAIN.name, HostRole.APEX)
APP = Host("app.acme.example", HostRole.APP)
MAIL = MailDomain(DOMAIN.name)
RESOLVER = "192.0.2.53"
SOA = ("ns1.acme.example. hostmaster.acme.example. 1 7200 3600 1209600 300",)

Zone = Mapping[str, Mapping[str, tuple[str, ...]]]

ROOT: Zone = {"": {"SOA": SOA}, "example": {"SOA": SOA}}
"""What makes every other name a clean NXDOMAIN."""
PLAIN: Zone = {DOMAIN.name: {"SOA": SOA, "NS": ("ns1.acme.example.",), "A": ("192.0.2.10",)}}


@asynccontextmanager
async def zone_world(
    zone: Zone = PLAIN,
    *,
    troubles: Mapping[tuple[str, str], DnsTrouble] | None = None,
    captive_address: str = "",
    target: Target | None = None,
    connect_to: Mapping[tuple[str, int], tuple[str, int]] | None = None,
    only_mapped: bool = True,
) -> AsyncIterator[World]:
    """A World of acme.example whose resolver knows `zone` and nothing else."""
    state = State({**ROOT, **zone}, {}, {}, troubles or {}, captive_address)
    server = NameServer(lambda: state)
    await server.start()
    options = NetworkOptions(
        resolvers=(Server(RESOLVER),),
        connect_to={(RESOLVER, 53): ("127.0.0.1", server.port), **(connect_to or {})},
        only_mapped=only_mapped,
    )
    try:
        async with World(options, target=target or Target(DOMAIN, hosts=(APEX, APP))) as world:
            yield world
    finally:
        server.stop()


async def cause_from(world: World, probe: Probe[S, A], subject: S) -> Cause:
    """The cause with which the probe gives up; fails the test when it finds a fact."""
    try:
        fact = await world.find(probe, subject)
    except CouldNotCheck as error:
        return error.cause
    raise AssertionError(f"{probe.name} found {fact}")
