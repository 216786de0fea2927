"""`launch-ready check`: one audit, told as text or as JSON. Standard output carries the document alone."""

from __future__ import annotations

import argparse
import asyncio
import shlex
import sys
import time
from collections.abc import Iterable

from checks.text import visible
from screens import outside, reading
from screens.audit import demo, look
from screens.exits import Exit
from screens.outcome import SELECTOR_UNKNOWN, exit_code
from screens.paper import Paper
from screens.report import report
from screens.streams import say, write_document
from wizard.next_step import StepKind
from wizard.session import Session, SessionState


def run(values: argparse.Namespace) -> int:
    name = reading.domain(values.domain, "launch-ready check")
    options, project, checks = outside.network(values), reading.project(name, values), reading.checks(values)
    if name.understood and values.format == "json":
        say(name.understood)
    started = time.perf_counter()
    state = asyncio.run(look(Session(project, options, checks=lambda: checks)))
    return tell(state, values, time.perf_counter() - started, f"launch-ready check {name.host}")


def run_on_demo(values: argparse.Namespace) -> int:
    """`launch-ready demo --check`."""
    checks = reading.checks(values)

    async def one() -> SessionState:
        async with demo(values.state or "broken") as (sandbox, project):
            return await look(Session(project, sandbox.options, checks=lambda: checks))

    started = time.perf_counter()
    state = asyncio.run(one())
    return tell(state, values, time.perf_counter() - started, "launch-ready demo --check")


def tell(state: SessionState, values: argparse.Namespace, took: float, command: str) -> int:
    """Print the document and return the exit code."""
    if values.format == "json":
        from wizard.documents import check_document

        write_document(check_document(state))
    else:
        sys.stdout.write(report(state, Paper.of(sys.stdout), hint=hint(state, command), took=took))
    nothing = unmatched(values.only, [result.id for result in state.results])
    for name in nothing:
        say(f"--only {name}: nothing of that name was there to check, so nothing is known about it.")
    code = exit_code(
        state.results,
        state.assessment,
        fail_on=values.fail_on or "blocker",
        strict=values.strict,
        stages=values.stage,
        everything=not values.only,
    )
    return Exit.NO_ANSWER if nothing and code is Exit.OK and values.fail_on != "never" else code


def unmatched(only: Iterable[str], ids: Iterable[str]) -> list[str]:
    """The names of `--only` that led to no result: a host mistyped or gone must not read as "all is well"."""
    known = list(ids)
    return [
        name
        for name in dict.fromkeys(only)
        if not any(one == name or one.startswith((f"{name}@", f"{name}.")) for one in known)
    ]


def hint(state: SessionState, command: str) -> str:
    """The command line for the next step, where the step is done by typing one."""
    step = state.next_step
    if step.kind is StepKind.CONFIRM_HOSTS:
        # Names may come from links of a page that anybody wrote: nothing in them may act in a shell.
        return " ".join(
            [command, *(f"--host {shlex.quote(visible(host.name))}" for host in state.unconfirmed)]
        )
    result = state.result(step.result_id)
    if result is not None and result.cause is not None and result.cause.code == SELECTOR_UNKNOWN:
        return f"{command} --dkim-selector NAME"
    if step.kind is StepKind.EXPORT:
        return command.replace(" demo --check", " export --demo").replace(" check ", " export ")
    return ""
