"""Mistakes that mypy must find. A line that ends in `# error: CODE` holds exactly one error, no other line any."""

from checks.check import check, probe
from checks.model import Evidence, Result, Severity, passed
from checks.target import Host, MailDomain, all_hosts, mail_domains
from checks.world import World

SEEN = Evidence("200")
NOTE = Severity.NOTE


@probe(deadline=1)
async def status(world: World, host: Host) -> int:
    return len(host.name)


@probe(deadline=1)
async def server(world: World, host: Host) -> str:
    return host.name


BOTH = (status, server)


@check("typing.wrong-fact", item="S2.5", severity=NOTE, each=all_hosts, needs=status)  # error: arg-type
def wrong_fact(host: Host, status: str) -> Result:
    return passed(status, SEEN)


@check("typing.missing-fact", item="S2.5", severity=NOTE, each=all_hosts, needs=BOTH)  # error: arg-type
def missing_fact(host: Host, status: int) -> Result:
    return passed("fine", SEEN)


@check("typing.async-judge", item="S2.5", severity=NOTE, each=all_hosts, needs=status)  # error: arg-type
async def async_judge(host: Host, status: int) -> Result:
    return passed("fine", SEEN)


@check("typing.swapped-facts", item="S2.5", severity=NOTE, each=all_hosts, needs=BOTH)  # error: arg-type
def swapped_facts(host: Host, server: str, status: int) -> Result:
    return passed(server, SEEN)


@check("typing.no-result", item="S2.5", severity=NOTE, each=all_hosts, needs=status)  # error: arg-type
def no_result(host: Host, status: int) -> bool:
    return status == 200


@check("typing.wrong-subject", item="S2.5", severity=NOTE, each=all_hosts, needs=status)  # error: arg-type
def wrong_subject(domain: MailDomain, status: int) -> Result:
    return passed("fine", SEEN)


@check("typing.wrong-each", item="S2.5", severity=NOTE, each=mail_domains, needs=status)  # error: arg-type
def wrong_each(host: Host, status: int) -> Result:
    return passed("fine", SEEN)


@probe(deadline=1)
async def asks_wrongly(world: World, host: Host) -> str:
    return await world.find(status, host)  # error: arg-type
