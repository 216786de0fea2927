"""The head of the file: what it is, about whom, when it was written, and the line by which we know it as ours."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from checks.text import visible
from wizard.handover.escape import code, prose
from wizard.handover.material import Material

SCHEMA = "launch-ready/handover-1"
MARKER = "<!--lr:handover-1-->"
"""Stands on a line of its own near the top of every handover; a file without it is not ours to replace."""

_HEAD_LINES = 20


def has_marker(text: str) -> bool:
    """Whether `text` is a handover that this program wrote, so that it may be replaced."""
    return MARKER in (line.strip() for line in text.splitlines()[:_HEAD_LINES])


def moment(at: datetime) -> str:
    """UTC to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def front_matter(material: Material, generated: datetime | None) -> list[str]:
    """`generated` is the only line that changes between two exports of one state; None leaves it out."""
    name = material.state.project.domain
    lines = ["---", f"schema: {SCHEMA}", f"domain: {json.dumps(visible(name.name), ensure_ascii=False)}"]
    if generated is not None:
        lines.append(f"generated: {moment(generated)}")
    about = [f"- Domain: {code(name.name)}"]
    if name.readable != name.name:
        about[0] += f", written {code(name.readable)}"
    product = material.state.project.name
    if product not in ("", name.name):
        about.insert(0, f"- Product: {prose(product)}")
    return [*lines, "---", "", MARKER, "", "# Launch handover", "", *about]
