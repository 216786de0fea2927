"""Hosts that are no mail domain: whether they take mail all the same."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import check, probe
from checks.model import Change, CouldNotCheck, Evidence, Result, Severity, partial, passed
from checks.probes.names import dns_cause, hindrance, is_known, resolved_addresses
from checks.target import Host, Target

if TYPE_CHECKING:
    from checks.world import World


def hosts_without_mail(target: Target) -> tuple[Host, ...]:
    """Hosts whose name stands to the right of no @, as far as we were told."""
    names = {mail.name for mail in target.mail_domains}
    return tuple(host for host in target.hosts if host.name not in names)


@dataclass(frozen=True, slots=True)
class HostMail:
    """The MX records of a host itself, without a null MX. `alias_of`: whose mail records apply instead, or ""."""

    exchanges: tuple[str, ...]
    alias_of: str
    server: str


@probe(deadline=20)
async def host_mail(world: World, host: Host) -> HostMail:
    """Raises CouldNotCheck where the host does not resolve, or DNS does not say."""
    answer, _ = await asyncio.gather(
        world.dns.query(host.name, "MX"), hindrance(world.find(resolved_addresses, host))
    )
    fact = await world.find(resolved_addresses, host)
    if fact.chain:
        # An alias has no records of its own (RFC 1034 section 3.6.2): those of its target are judged there.
        return HostMail((), fact.chain[-1], fact.server)
    if not is_known(answer):
        raise CouldNotCheck(dns_cause(answer))
    exchanges = tuple(
        record for record in sorted(answer.records) if record.partition(" ")[2] not in ("", ".")
    )
    return HostMail(exchanges, "", answer.server)


@check("dns.host-mail", item="S1.1", severity=Severity.NOTE, each=hosts_without_mail, needs=host_mail)
def takes_no_mail(host: Host, fact: HostMail) -> Result:
    where = f"DNS, asked at {fact.server}"
    if fact.alias_of:
        seen = Evidence(f"CNAME to {fact.alias_of}", where)
        return passed(f"{host} is an alias of {fact.alias_of} and has no mail records of its own", seen)
    if not fact.exchanges:
        return passed(f"{host} takes no mail", Evidence("No mail server (MX) is named", where))
    shown = ", ".join(fact.exchanges)
    return partial(
        f"{host} takes mail, but is not among your mail domains, so its mail records were not looked at",
        Evidence(f"MX {shown}", where, "no MX record, or this name among your mail domains"),
        change=Change(
            have=f"MX {shown}",
            want=f"{host} named as a mail domain if you send or receive mail there; no MX record otherwise",
            where=f"Here, in the list of mail domains; or the DNS settings of {host}",
        ),
    )
