"""`launch-ready demo`: the made-up startup, in the wizard, as one check, or from broken to mended unattended."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model import Severity
from checks.text import visible
from screens.exits import Exit, UsageError
from screens.logs import silence
from screens.terminal import Face, face, require_room

if TYPE_CHECKING:
    from screens.paper import Paper
    from wizard.session import SessionState

HANDOVER = Path("handover.md")
SECOND_CHOICE = Path("handover-launch-ready.md")


def run(values: argparse.Namespace) -> int:
    if values.check:
        from screens.commands.check import run_on_demo

        return run_on_demo(values)
    for option in ("format", "stage", "only", "fail_on", "strict"):
        if getattr(values, option):
            raise UsageError(f"--{option.replace('_', '-')} goes with launch-ready demo --check.")
    state = values.state or "broken"
    where = face(plain=values.plain)
    if where is Face.FULL:
        require_room()
        from screens.tui.app import run_demo

        silence()
        return run_demo(state)
    if where is Face.PROMPTS:
        from screens.plain import prompt_demo

        return prompt_demo(state)
    if values.state is not None:
        raise UsageError(
            "--state goes with a terminal or with --check; without them the demo shows both states."
        )
    return asyncio.run(unattended())


async def unattended() -> int:
    """Audit it broken, mend it, audit it again; both verdicts, and the handover as a file."""
    from screens.audit import demo, look
    from screens.paper import Paper
    from wizard.handover.write import write_handover
    from wizard.session import Session

    async with demo("broken") as (sandbox, project):
        paper = Paper.of(sys.stdout)
        session = Session(project, sandbox.options)
        paper.text(f"A made-up startup that runs on this computer: {sandbox.startup.product}.", indent=0)
        tell(paper, "As it stands", await look(session))
        paper.show(sys.stdout)
        await sandbox.set_state("fixed")
        mended = await look(session)
        sys.stdout.write("\n")
        tell(paper, "After its founder has mended what was found", mended)
        paper.show(sys.stdout)
    chosen = save(write_handover(mended, generated=datetime.now(UTC)))
    program = invoked()
    sys.stdout.write(f"\nWritten: ./{chosen}, what a founder hands on.\n")
    if chosen != HANDOVER:
        sys.stdout.write(f"{HANDOVER} was not written by Launch Ready, so it was left alone.\n")
    offers = {
        f"{program} demo": "in a terminal: the same by keys",
        f"{program} your-domain.com": "your own domain",
    }
    longest = max(map(len, offers))
    sys.stdout.write("\n" + "".join(f"  {line:<{longest}}  {what}\n" for line, what in offers.items()))
    return Exit.OK


def save(text: str) -> Path:
    """Write to handover.md, or beside it when something that is not ours stands there. Returns where it went."""
    from screens.files import NotSaved, save_handover

    taken = HANDOVER.exists() or HANDOVER.is_symlink()
    try:
        save_handover(HANDOVER, text)
    except NotSaved as error:
        if not taken:
            raise UsageError(f"{error} Everything else is told above.") from error
    else:
        return HANDOVER
    try:
        save_handover(SECOND_CHOICE, text)
    except NotSaved as error:
        raise UsageError(f"{error} Neither was {HANDOVER}.") from error
    return SECOND_CHOICE


def tell(paper: Paper, title: str, state: SessionState) -> None:
    """Verdict, counts and the next step: what fits on a glance."""
    from screens.report import minutes, write_verdict

    assessment, step = state.assessment, state.next_step
    paper.heading(title)
    write_verdict(paper, assessment)
    counts = {
        "launch blocker": len(assessment.must_fix),
        "high risk": sum(f.severity is Severity.HIGH for f in assessment.may_wait),
        "medium risk": sum(f.severity is Severity.MEDIUM for f in assessment.may_wait),
    }
    found = [f"{count} {word}{'' if count == 1 else 's'}" for word, count in counts.items() if count]
    unanswered = sum(len(unchecked.results) for unchecked in assessment.unchecked)
    found += [f"{unanswered} without an answer"] if unanswered else []
    paper.field("Found", ", ".join(found))
    paper.field("Next", step.title + (f" ({minutes(step.minutes)})" if step.minutes else ""))


def invoked() -> str:
    """The program as this person calls it, so that the line we offer can be typed."""
    called = visible(sys.argv[0]) if sys.argv else ""
    if (
        Path(called).name not in ("launch-ready", "launch-ready.exe")
        or shutil.which("launch-ready") == called
    ):
        return "launch-ready"
    return called
