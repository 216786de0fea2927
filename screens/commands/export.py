"""`launch-ready export`: one audit, written down as the handover."""

from __future__ import annotations

import argparse
import asyncio
from datetime import UTC, datetime
from pathlib import Path

from checks.text import visible
from screens import outside, reading
from screens.audit import demo, look
from screens.exits import Exit, UsageError
from screens.files import NotSaved, require_free, save_handover
from screens.streams import say, write_document
from wizard.handover.write import write_handover
from wizard.session import Session, SessionState


def run(values: argparse.Namespace) -> int:
    """The exit code says whether the document was written, not what is in it."""
    path, printed = Path(values.output), values.output == "-"
    try:
        if not printed:
            require_free(path, force=values.force)
        state = _of_demo(values) if values.demo else _of_domain(values)
        text = write_handover(state, generated=datetime.now(UTC), reproducible=values.reproducible)
        if not printed:
            save_handover(path, text, force=values.force)
    except NotSaved as error:
        raise UsageError(str(error)) from error
    if printed:
        write_document(text)
    else:
        say(
            f"{state.assessment.verdict_line.partition(', not looked at yet')[0]}. Written to {visible(str(path))}."
        )
    return Exit.OK


def _of_domain(values: argparse.Namespace) -> SessionState:
    name = reading.domain(values.domain, "launch-ready export")
    options, project = outside.network(values), reading.project(name, values)
    if name.understood:
        say(name.understood)
    return asyncio.run(look(Session(project, options)))


def _of_demo(values: argparse.Namespace) -> SessionState:
    if values.domain is not None:
        raise UsageError("Give a domain or --demo, not both.")

    async def one() -> SessionState:
        async with demo("broken") as (sandbox, project):
            return await look(Session(project, sandbox.options))

    return asyncio.run(one())
