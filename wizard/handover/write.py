"""The handover: one Markdown document that a person who has never seen the product can act on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from wizard.handover.automation import advice, automation
from wizard.handover.contacted import contacted
from wizard.handover.cut_list import cut_list
from wizard.handover.dns_records import dns_records
from wizard.handover.evidence import evidence
from wizard.handover.findings import findings
from wizard.handover.front_matter import MARKER, SCHEMA, front_matter, has_marker
from wizard.handover.material import Material, material_of
from wizard.handover.read_me_first import read_me_first
from wizard.handover.risk_list import risk_list
from wizard.handover.stages import stages
from wizard.handover.status import status
from wizard.handover.system import system
from wizard.handover.unchecked import unchecked

if TYPE_CHECKING:
    from wizard.session import SessionState

__all__ = ["MARKER", "SCHEMA", "has_marker", "write_handover"]

SECTIONS: tuple[Callable[[Material], list[str]], ...] = (
    read_me_first,
    status,
    risk_list,
    cut_list,
    findings,
    system,
    dns_records,
    stages,
    automation,
    advice,
    unchecked,
    contacted,
    evidence,
)
"""In the order in which a reader needs them."""


def write_handover(state: SessionState, *, generated: datetime | None, reproducible: bool = False) -> str:
    """The document as text with LF line ends. Two exports of one state differ in the line `generated` at most;
    `reproducible` or None leaves that line out."""
    material = material_of(state)
    lines = front_matter(material, None if reproducible else generated)
    for section in SECTIONS:
        lines += ["", *section(material)]
    return "\n".join(lines) + "\n"
