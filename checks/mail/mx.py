"""Whether somebody takes the mail that is sent to the domain (MX; RFC 5321 section 5.1, RFC 7505)."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import check, probe
from checks.mail.records import asked_at, is_absent, mail_cause
from checks.model import Change, CouldNotCheck, Evidence, Result, Severity, failed, partial, passed
from checks.probes.dns_home import dns_settings
from checks.probes.names import hindrance, is_known, name_servers_of, ready_to_ask
from checks.target import MailDomain, mail_domains

if TYPE_CHECKING:
    from checks.world import World


@dataclass(frozen=True, slots=True)
class MxRecords:
    """`records` as `10 mail.acme.ai`, the most preferred first; a null MX is `0 .`. `exists`: the name itself does."""

    exists: bool
    records: tuple[str, ...]
    server: str = ""
    name_servers: tuple[str, ...] = ()

    @property
    def null(self) -> bool:
        """Whether one of them says "no mail here" (RFC 7505)."""
        return any(record.partition(" ")[2] == "." for record in self.records)


def _preference(record: str) -> tuple[int, str]:
    number, _, exchange = record.partition(" ")
    return (int(number) if number.isdigit() else 0, exchange)


@probe(deadline=20)
async def mx_records(world: World, mail: MailDomain) -> MxRecords:
    """Raises CouldNotCheck when DNS does not say."""
    cause, answer = await asyncio.gather(
        hindrance(ready_to_ask(world, mail.name)), world.dns.query(mail.name, "MX")
    )
    if cause is not None:
        raise CouldNotCheck(cause)
    if not is_known(answer):
        raise CouldNotCheck(mail_cause(mail, answer))
    return MxRecords(
        exists=not is_absent(answer),
        records=tuple(sorted(answer.records, key=_preference)),
        server=answer.server,
        name_servers=await name_servers_of(world, mail.name),
    )


@check("mail.mx-present", item="S1.1", severity=Severity.HIGH, each=mail_domains, needs=mx_records)
def mx_present(mail: MailDomain, fact: MxRecords) -> Result:
    asked, where = asked_at(fact.server), dns_settings(mail.name, fact.name_servers)
    shown = ", ".join(fact.records)
    if fact.null and len(fact.records) == 1:
        return passed(f"{mail} takes no mail, and says so", Evidence("MX 0 . (null MX, RFC 7505)", asked))
    if fact.null:
        return partial(
            f"{mail} says both that it takes no mail and where to deliver it",
            Evidence(f"MX {shown}", asked, "either mail servers or “0 .”, never both (RFC 7505)"),
            change=Change(f"MX {shown}", "the records of your mail provider, without “0 .”", where),
        )
    if fact.records:
        return passed(f"{mail} names who takes its mail", Evidence(f"MX {shown}", asked))
    wanted = "the MX records that your mail provider names (Google Workspace, Microsoft 365, Fastmail, …)"
    if not fact.exists:
        return failed(
            f"{mail} is not in DNS: mail to it comes back, and mail from it is refused",
            Evidence("NXDOMAIN for MX", asked, "a name with mail records"),
            change=Change("no such name", f"{mail} with {wanted}, or off your list of mail domains", where),
        )
    return failed(
        f"Nobody takes mail for {mail}: replies and bounces are lost",
        Evidence("No MX record", asked, "at least one MX record, or “0 .” where mail is never wanted"),
        change=Change("no MX record", wanted, where),
    )
