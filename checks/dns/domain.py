"""The typed name itself: whether it exists, and whether it is the founder's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import check, probe
from checks.model import Change, Evidence, Result, Severity, failed, passed
from checks.probes.names import NameStatus, domain_name, existing_domain
from checks.target import Domain, Platform, the_domain

if TYPE_CHECKING:
    from checks.world import World


@check("dns.name-exists", item="S1.1", severity=Severity.BLOCKER, each=the_domain, needs=domain_name)
def name_exists(domain: Domain, status: NameStatus) -> Result:
    where = f"DNS, asked at {status.server}"
    if status.exists:
        servers = ", ".join(status.name_servers) or "not told"
        return passed(f"{domain} exists in DNS", Evidence(f"Name servers: {servers}", where))
    seen = Evidence(f"NXDOMAIN: there is no {domain}", where, "a name with name servers of its own")
    if status.top_level_exists is False:
        return failed(
            f"There are no domains that end in .{status.top_level}: is {domain} a typing mistake?",
            Evidence(f"NXDOMAIN: there is no .{status.top_level}", where, "an ending that exists"),
            change=Change(
                have=f"{domain}, whose ending does not exist",
                want="the name that you bought, spelled as in the registrar's receipt",
                where="Here: type the name again",
            ),
        )
    return failed(
        f"{domain} does not exist: mistyped, not registered any more or not yet, or without name servers",
        seen,
        change=Change(
            have="no such name in DNS",
            want=f"{domain} registered in your name, with the name servers of your DNS provider",
            where="Your registrar: the account in which the domain was bought. First compare the spelling",
        ),
    )


@dataclass(frozen=True, slots=True)
class Ownership:
    """Under whose name the domain stands: a platform's, or None."""

    platform: Platform | None


@probe(deadline=10)
async def ownership(world: World, domain: Domain) -> Ownership:
    """Raises CouldNotCheck where a name does not exist: then there is nothing to own. That a platform lends it is
    known from the name alone, without any network."""
    if world.target.platform is None:
        await world.find(existing_domain, domain)
    return Ownership(world.target.platform)


@check("dns.own-domain", item="S1.1", severity=Severity.BLOCKER, each=the_domain, needs=ownership)
def own_domain(domain: Domain, ownership: Ownership) -> Result:
    platform = ownership.platform
    where = "Public suffix list and our own list of platforms"
    if platform is None:
        return passed(
            f"{domain} stands under no platform's name", Evidence(f"{domain} can be registered", where)
        )
    return failed(
        f"{domain} belongs to {platform.name}: buy a domain before you pay for ads",
        Evidence(f"{domain} stands under {platform.suffix}", where, "a domain registered in your name"),
        change=Change(
            have=f"{domain}, lent by {platform.name}",
            want="a domain of your own that leads to the same app",
            where=f"Any registrar to buy it, then “custom domain” in the settings of {platform.name}",
        ),
    )
