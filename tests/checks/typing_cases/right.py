"""Judges as they should be: mypy finds nothing here."""

from checks.check import check, probe
from checks.model import Evidence, Result, Severity, failed, passed
from checks.target import Host, all_hosts
from checks.world import World


@probe(deadline=1)
async def status(world: World, host: Host) -> int:
    return len(host.name)


@probe(deadline=1)
async def server(world: World, host: Host) -> str:
    return host.name


@probe(deadline=1)
async def fast(world: World, host: Host) -> bool:
    number: int = await world.find(status, host)
    return number < 3


@check("typing.one", item="S2.5", severity=Severity.NOTE, each=all_hosts, needs=status)
def one(host: Host, status: int) -> Result:
    return passed(f"{host.name}: {status}", Evidence("200"))


@check("typing.two", item="S2.5", severity=Severity.NOTE, each=all_hosts, needs=(status, server))
def two(host: Host, status: int, server: str) -> Result:
    return failed(server.upper(), Evidence(f"{status}"))


@check("typing.three", item="S2.5", severity=Severity.NOTE, each=all_hosts, needs=(status, server, fast))
def three(host: Host, status: int, server: str, fast: bool) -> Result:
    return passed("fine", Evidence(f"{status} {server} {fast}"))


called: Result = two(Host("acme.example"), 200, "nginx")
