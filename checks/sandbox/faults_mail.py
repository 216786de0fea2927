"""Faults of mail: the records by which other servers believe the domain."""

from __future__ import annotations

from checks.sandbox.changes import remove_name, set_record, together, trouble
from checks.sandbox.fault import Fault, at
from checks.sandbox.pages import APP, DOMAIN
from checks.sandbox.startup import MAIL_HOST, SELECTOR, SENDER
from checks.sandbox.state import DnsTrouble

_DKIM = f"{SELECTOR}._domainkey.{DOMAIN}"
_DMARC = f"_dmarc.{DOMAIN}"

FAULTS = (
    Fault(
        "mx-missing",
        "Nobody takes mail for the domain",
        "The mail records were left behind when the DNS moved: replies to the founder bounce.",
        set_record(DOMAIN, "MX"),
        breaks=at(DOMAIN, "mail.mx-present"),
    ),
    Fault(
        "mx-contradicts-itself",
        "The domain says that it takes mail, and that it takes none",
        "A template for domains without mail was applied on top of the real records.",
        set_record(DOMAIN, "MX", "0 .", f"10 {MAIL_HOST}."),
        breaks=at(DOMAIN, "mail.mx-present"),
    ),
    Fault(
        "spf-twice",
        "Two SPF records",
        "Each of the two mail services asked for a record, and each got one of its own.",
        set_record(DOMAIN, "TXT", '"v=spf1 mx -all"', f'"v=spf1 include:{SENDER} ~all"'),
        breaks=at(DOMAIN, "mail.spf-present"),
    ),
    Fault(
        "spf-misspelt",
        "The SPF record is no SPF record",
        "A space too many at its beginning, and receivers read it as just another text.",
        set_record(DOMAIN, "TXT", f'"v = spf1 include:{SENDER} -all"'),
        breaks=at(DOMAIN, "mail.spf-present"),
    ),
    Fault(
        "dmarc-twice",
        "Two DMARC records",
        "The reporting service added its record beside the old one.",
        set_record(_DMARC, "TXT", '"v=DMARC1; p=none"', '"v=DMARC1; p=quarantine"'),
        breaks=at(DOMAIN, "mail.dmarc-present"),
    ),
    Fault(
        "dmarc-misspelt",
        "The DMARC record is no DMARC record",
        "Its version was written DMARC where it must say DMARC1.",
        set_record(_DMARC, "TXT", '"v=DMARC; p=quarantine"'),
        breaks=at(DOMAIN, "mail.dmarc-present"),
    ),
    Fault(
        "dmarc-name-doubled",
        "The DMARC record stands under a name with the domain in it twice",
        "The DNS panel adds the domain by itself, and the name was pasted whole.",
        together(remove_name(_DMARC), set_record(f"{_DMARC}.{DOMAIN}", "TXT", '"v=DMARC1; p=quarantine"')),
        breaks=at(DOMAIN, "mail.dmarc-present"),
    ),
    Fault(
        "dkim-key-withdrawn",
        "The DKIM key was withdrawn",
        "The key was rotated and the new selector was told to nobody.",
        set_record(_DKIM, "TXT", '"v=DKIM1; p="'),
        blinds=frozenset({DOMAIN}),
    ),
    Fault(
        "app-takes-mail",
        "app takes mail that nobody thinks of",
        "A help desk was tried out under app.plumline.example and its mail record stayed.",
        set_record(APP, "MX", f"10 {MAIL_HOST}."),
        breaks=at(APP, "dns.host-mail"),
    ),
    Fault(
        "spf-missing",
        "No SPF record",
        "Nothing says who may send mail for the domain; sign-up mail lands in spam.",
        set_record(DOMAIN, "TXT", '"status-page=plumline"'),
        breaks=at(DOMAIN, "mail.spf-present"),
    ),
    Fault(
        "dmarc-missing",
        "No DMARC record",
        "Gmail and Yahoo want one from whoever sends in bulk.",
        remove_name(_DMARC),
        breaks=at(DOMAIN, "mail.dmarc-present"),
    ),
    Fault(
        "dkim-key-gone",
        "The DKIM key is not where it was",
        "The mail service was changed; its selector is not known yet, and the old key is deleted.",
        remove_name(_DKIM),
        blinds=frozenset({DOMAIN}),
    ),
    Fault(
        "mail-dns-silent",
        "No answer to questions about mail",
        "The name servers lose the questions for MX and TXT records.",
        together(
            trouble(DOMAIN, DnsTrouble.SILENT, "MX"),
            trouble(DOMAIN, DnsTrouble.SILENT, "TXT"),
            trouble(_DMARC, DnsTrouble.SILENT),
            trouble(_DKIM, DnsTrouble.SILENT),
            trouble(f"_domainkey.{DOMAIN}", DnsTrouble.SILENT),
        ),
        blinds=frozenset({DOMAIN}),
    ),
)
