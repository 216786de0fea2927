"""Whether the domain says which servers may send its mail (SPF, RFC 7208). What the record says is judged later."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import check, probe
from checks.mail.records import ask_one, asked_at
from checks.model import Change, Evidence, Result, Severity, failed, passed
from checks.probes.dns_home import dns_settings
from checks.probes.names import name_servers_of
from checks.target import MailDomain, mail_domains

if TYPE_CHECKING:
    from checks.world import World

_RECORD = re.compile(r"v=spf1( |\Z)", re.IGNORECASE)
"""RFC 7208 section 4.5: the version is compared without regard to case and ends at a space or at the end."""
_NEARLY = re.compile(r"[\s\"'“”]*v\s*=\s*[\"']?spf|[\s\"'“”]*spf1\b", re.IGNORECASE)
_BEGINNING = re.compile(r"[\s\"'“”]*(v\s*=\s*[\"']?)?spf\d*[\s\"'”]*", re.IGNORECASE)
_ALL = re.compile(r"[-+~?]?all\Z", re.IGNORECASE)
_LENIENCE = {"-all": 0, "~all": 1, "?all": 2, "+all": 3, "all": 3}


@dataclass(frozen=True, slots=True)
class SpfRecords:
    """`records`: every SPF record of the name. `nearly`: TXT records that were meant as one and are none."""

    records: tuple[str, ...]
    nearly: tuple[str, ...] = ()
    server: str = ""
    name_servers: tuple[str, ...] = ()


@probe(deadline=20)
async def spf_records(world: World, mail: MailDomain) -> SpfRecords:
    """Raises CouldNotCheck when DNS does not say, or the name does not exist."""
    answer = await ask_one(world, mail, "TXT", mail.name)
    records = tuple(text for text in sorted(answer.records) if _RECORD.match(text))
    nearly = tuple(text for text in sorted(answer.records) if text not in records and _NEARLY.match(text))
    return SpfRecords(records, nearly, answer.server, await name_servers_of(world, mail.name))


def mended(text: str) -> str:
    """A record that is nearly SPF with a right beginning, its terms untouched."""
    return "v=spf1 " + _BEGINNING.sub("", text, count=1).strip(" \"'”")


def merged(records: tuple[str, ...]) -> str:
    """All records as one: every term once, the most lenient ending. "" when that cannot be done mechanically."""
    terms: dict[str, None] = {}
    endings: list[str] = []
    for record in records:
        for term in record.split()[1:]:
            if _ALL.match(term):
                endings.append(term.lower())
            elif "=" in term:
                return ""
            else:
                terms.setdefault(term)
    ending = max(endings, key=_LENIENCE.__getitem__, default="~all")
    # What lets everybody send is never pasted by us.
    ending = "~all" if _LENIENCE[ending] > 1 else ending
    return " ".join(["v=spf1", *terms, ending])


@check("mail.spf-present", item="S1.1", severity=Severity.BLOCKER, each=mail_domains, needs=spf_records)
def spf_present(mail: MailDomain, fact: SpfRecords) -> Result:
    asked, where = f"TXT {mail}, {asked_at(fact.server)}", dns_settings(mail.name, fact.name_servers)
    if len(fact.records) == 1:
        return passed(f"{mail} has one SPF record", Evidence(fact.records[0], asked))
    if fact.records:
        count = len(fact.records)
        return failed(
            f"{mail} has {count} SPF records; receivers then use none of them",
            *(Evidence(record, asked, "exactly one record (RFC 7208, 4.5)") for record in fact.records),
            change=Change(
                have=" and ".join(fact.records),
                want="one TXT record that names every sender of all of them; delete the others",
                where=where,
                paste=merged(fact.records),
            ),
        )
    if fact.nearly:
        return failed(
            f"{mail} has a TXT record that is nearly SPF, and therefore none",
            *(Evidence(text, asked, "a record that begins with v=spf1 and a space") for text in fact.nearly),
            change=Change(
                fact.nearly[0], "the same record, beginning exactly with v=spf1 and a space", where
            ),
        )
    return failed(
        f"{mail} has no SPF record: nothing says who may send its mail",
        Evidence("No TXT record begins with v=spf1", asked, "exactly one"),
        change=Change(
            have="no SPF record",
            want="one TXT record on the domain itself: “v=spf1”, then the “include:” of each service that sends "
            "as you (their set-up page shows it), then “~all”",
            where=where,
        ),
    )
