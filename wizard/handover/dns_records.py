"""DNS as found: every record that a check saw, with the server that gave it."""

from __future__ import annotations

from wizard.handover.escape import code, mark, prose, table
from wizard.handover.material import Material, intro
from wizard.texts import text_of

_NO_RECORD_OF_ITS_OWN = frozenset({"dns.own-domain", "dns.public-address", "dns.no-ipv6"})
"""Checks whose evidence repeats what `dns.host-resolves` saw, or is no record."""


def dns_records(material: Material) -> list[str]:
    rows = [
        (
            f"{code(result.subject)} {mark(f'dns.{result.id}.{number}')}",
            prose(text_of(result.check_id).title),
            code(evidence.seen),
            code(evidence.where) if evidence.where else "",
            result.outcome.label,
        )
        for result in material.of_topics("dns", "mail")
        if result.check_id not in _NO_RECORD_OF_ITS_OWN
        for number, evidence in enumerate(result.evidence, 1)
    ]
    lines = ["## DNS as found", "", prose(intro("dns")), ""]
    if not rows:
        return [*lines, "No record has been seen yet."]
    rows.sort(key=lambda row: row[0])
    return [*lines, *table(("Name", "What should hold", "Seen", "Told by", "Outcome"), rows)]
