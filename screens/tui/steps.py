"""What the step bar says for each kind of next step, and what Enter does about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from screens.tui.base import Step
from screens.tui.words import minutes_words
from wizard.next_step import NextStep, StepKind

if TYPE_CHECKING:
    from screens.tui.app import LaunchReadyApp
    from wizard.session import SessionState

_HINTS = {
    StepKind.LOOK: "checks the domain.",
    StepKind.CONFIRM_HOSTS: "shows the list.",
    StepKind.FIX: "shows how to mend it.",
    StepKind.UNBLOCK: "shows what stands in the way.",
    StepKind.ANSWER: "shows the question.",
    StepKind.STAGE: "shows how to mend it.",
    StepKind.EXPORT: "shows the document.",
}


def running_step(app: LaunchReadyApp) -> Step:
    progress = app.progress
    counted = f": {progress.done} of {progress.total}" if progress is not None and progress.total else ""
    return Step(
        f"Checks are running{counted}",
        "shows them. Ctrl+C stops them.",
        lambda: app.go("checking"),
        label="WAIT",
    )


def next_step(app: LaunchReadyApp, state: SessionState) -> Step:
    step = state.next_step
    if step.kind is StepKind.EXPORT and app.handover_saved:
        return _after_export(app)
    time = minutes_words(step.minutes)
    title = f"{step.title} ({time})" if time else step.title
    hint = f"{_HINTS[step.kind]} {step.why}".rstrip()
    return Step(title, hint, lambda: take(app, step))


def _after_export(app: LaunchReadyApp) -> Step:
    if app.source.demo:
        return Step(
            "Now yours: launch-ready your-domain.com", "leaves the demo.", lambda: app.leave(0), "DONE"
        )
    return Step("Handover written", "checks everything again.", app.look, "DONE")


def take(app: LaunchReadyApp, step: NextStep) -> None:
    """Do what the step says; what changes anything is asked for on the screen that opens."""
    if step.kind is StepKind.LOOK:
        app.look()
    elif step.kind is StepKind.CONFIRM_HOSTS:
        app.go("hosts")
    elif step.kind is StepKind.EXPORT:
        app.go("export")
    elif step.result_id:
        app.open_result(step.result_id)
