"""The command palette: every command by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.markup import escape

if TYPE_CHECKING:
    from screens.tui.app import LaunchReadyApp

Row = tuple[str, str, Callable[[], object]]


def rows_of(app: LaunchReadyApp) -> list[Row]:
    """Name, what it does, and the deed; only what makes sense now."""
    rows: list[Row] = []
    step = app.step()
    if step is not None:
        rows.append(("Next step", step.title, step.do))
    if app.progress is not None:
        rows += [
            ("Show the checks", "how far they are", lambda: app.go("checking")),
            ("Stop the checks", "what was found so far stays", app.action_stop_run),
        ]
    if app.state is not None:
        from wizard.roadmap import load_roadmap

        if app.state.results:
            rows.append(("Overview", "verdict, what to fix, stages", lambda: app.go("overview")))
        if app.progress is None:
            rows.append(("Check again", "look at everything again", app.look))
        rows += [
            (
                f"Stage {stage.number}: {stage.name}",
                stage.question,
                partial(app.open_stage, stage.number),
            )
            for stage in load_roadmap().stages
        ]
        rows += [
            ("Export the handover", "preview it, then write it as Markdown", lambda: app.go("export")),
            ("Your hosts", "say which of the guessed hosts are yours", lambda: app.go("hosts")),
            ("What is contacted", "what may be contacted, and what was", lambda: app.go("contacts")),
            ("Undo", "take the last decision back", app.action_undo),
        ]
    if app.check_action("mend", ()):
        rows.append(("Mend the demo", "switch its faults off and check again", app.action_mend))
    rows += [
        ("Another domain", "back to the first question", app.to_domain),
        ("Theme", "other colours", app.action_change_theme),
        ("Help", "what this screen is for", app.action_help),
        ("Quit", "leave Launch Ready", lambda: app.leave(0)),
    ]
    return rows


class Commands(Provider):
    async def discover(self) -> Hits:
        for name, about, do in rows_of(cast("LaunchReadyApp", self.app)):
            yield DiscoveryHit(Content(name), do, text=name, help=escape(about))

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, about, do in rows_of(cast("LaunchReadyApp", self.app)):
            score = matcher.match(name)
            if score > 0:
                yield Hit(score, matcher.highlight(name), do, text=name, help=escape(about))
