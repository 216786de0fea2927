"""Whether the domain says what to do with mail that fails authentication (DMARC, RFC 9989; before it, RFC 7489)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import check, probe
from checks.mail.records import ask, asked_at, mail_cause
from checks.model import Change, CouldNotCheck, Evidence, Result, Severity, failed, passed
from checks.platforms import registrable_domain
from checks.probes.dns_home import dns_settings
from checks.probes.names import is_known, name_servers_of
from checks.resolver import DnsAnswer
from checks.target import MailDomain, mail_domains

if TYPE_CHECKING:
    from checks.world import World

_RECORD = re.compile(r"v\s*=\s*DMARC1\s*(;|\Z)")
_NEARLY = re.compile(
    r"[\s\"'“”]*v\s*=\s*[\"']?dmarc|[\s\"'“”]*p\s*=\s*(none|quarantine|reject)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class DmarcRecords:
    """`found_at`: the name that has the records, which may be that of a parent domain. `nearly`: TXT records at the
    domain's own name that are none. `doubled`: a name with the domain in it twice that has one, or ""."""

    found_at: str
    records: tuple[str, ...]
    nearly: tuple[str, ...] = ()
    doubled: str = ""
    server: str = ""
    name_servers: tuple[str, ...] = ()


def _names(mail: MailDomain) -> tuple[str, ...]:
    """Where receivers look: the domain's own name, then those above it down to the name one owns."""
    own, labels = registrable_domain(mail.name), mail.name.split(".")
    parents = (".".join(labels[start:]) for start in range(len(labels)))
    return tuple(f"_dmarc.{name}" for name in parents if name == own or name.endswith(f".{own}"))


def _records(answer: DnsAnswer) -> tuple[str, ...]:
    return tuple(text for text in sorted(answer.records) if _RECORD.match(text))


@probe(deadline=20)
async def dmarc_records(world: World, mail: MailDomain) -> DmarcRecords:
    """Raises CouldNotCheck when DNS does not say, or the mail domain does not exist."""
    answers = await ask(world, mail, "TXT", *_names(mail))
    name_servers = await name_servers_of(world, mail.name)
    for answer in answers:
        if not is_known(answer):
            raise CouldNotCheck(mail_cause(mail, answer))
        if records := _records(answer):
            return DmarcRecords(answer.name, records, server=answer.server, name_servers=name_servers)
    own = answers[0]
    # Panels that append the domain by themselves turn `_dmarc.acme.ai` into this; a frequent slip.
    twice = await world.dns.query(f"{own.name}.{mail.name}", "TXT")
    return DmarcRecords(
        found_at="",
        records=(),
        nearly=tuple(text for text in sorted(own.records) if _NEARLY.match(text)),
        doubled=twice.name if _records(twice) else "",
        server=own.server,
        name_servers=name_servers,
    )


def first_step(mail: MailDomain) -> str:
    """A record that changes nothing about delivery and starts the reports."""
    return f"v=DMARC1; p=none; rua=mailto:dmarc@{mail}"


@check("mail.dmarc-present", item="S1.1", severity=Severity.BLOCKER, each=mail_domains, needs=dmarc_records)
def dmarc_present(mail: MailDomain, fact: DmarcRecords) -> Result:
    own = f"_dmarc.{mail}"
    asked, where = (
        f"TXT {fact.found_at or own}, {asked_at(fact.server)}",
        dns_settings(mail.name, fact.name_servers),
    )
    if len(fact.records) == 1:
        covered = (
            "has a DMARC record"
            if fact.found_at == own
            else f"is covered by the DMARC record at {fact.found_at}"
        )
        return passed(f"{mail} {covered}", Evidence(fact.records[0], asked))
    if fact.records:
        return failed(
            f"There are {len(fact.records)} DMARC records for {mail}; receivers then use none of them",
            *(Evidence(record, asked, "exactly one record") for record in fact.records),
            change=Change(
                have=" and ".join(fact.records),
                want=f"one of them at {fact.found_at}; delete the others",
                where=where,
                paste=fact.records[0],
            ),
        )
    want = f"a TXT record named {own}, and a mailbox dmarc@{mail} in which the reports arrive"
    if fact.doubled:
        return failed(
            f"The DMARC record of {mail} stands under a name with the domain in it twice",
            Evidence(f"TXT {fact.doubled}", asked_at(fact.server), f"TXT {own}"),
            change=Change(
                fact.doubled, "the same record under the name _dmarc; your DNS panel adds the domain", where
            ),
        )
    if fact.nearly:
        return failed(
            f"{own} has a record that is nearly DMARC, and therefore none",
            *(Evidence(text, asked, "a record that begins with v=DMARC1;") for text in fact.nearly),
            change=Change(fact.nearly[0], want, where, first_step(mail)),
        )
    return failed(
        f"{mail} has no DMARC record",
        Evidence(f"Nothing at {own}", asked, "exactly one record that begins with v=DMARC1;"),
        change=Change("no DMARC record", want, where, first_step(mail)),
    )
