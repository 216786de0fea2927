"""Faults of mail: the records by which other servers believe the domain."""

from __future__ import annotations

from checks.sandbox.changes import remove_name, set_record, together, trouble
from checks.sandbox.fault import Fault, at
from checks.sandbox.pages import DOMAIN
from checks.sandbox.startup import SELECTOR
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
