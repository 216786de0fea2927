"""Checks while they run: how far, on what, and what was found already."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from checks.model import Outcome
from screens.tui.base import BaseScreen, Step, style
from screens.tui.progress import RunProgress, SubjectProgress
from screens.tui.words import GOOD, MUTED, heading, lines, muted, outcome_symbol, severity_symbol

BAR_CELLS = 40
WORD_CELLS = 15
_COUNTED = (Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL, Outcome.COULD_NOT_CHECK, Outcome.NEEDS_ANSWER)


def progress_bar(done: int, total: int, cells: int = BAR_CELLS) -> Content:
    full = round(cells * done / total) if total else 0
    return Content.assemble(("━" * full, f"{GOOD} bold"), ("━" * (cells - full), "$foreground 20%"))


def _subject_line(row: SubjectProgress, width: int) -> Content:
    name = row.subject if len(row.subject) <= width else f"{row.subject[: width - 1]}…"
    parts: list[Content | str] = [f"  {name.ljust(width)}  "]
    for outcome in _COUNTED:
        if row.outcomes[outcome]:
            parts += [outcome_symbol(outcome), f" {row.outcomes[outcome]}  "]
    if row.left:
        parts.append(muted(f"… {row.left} to come"))
    elif not any(row.outcomes[outcome] for outcome in _COUNTED):
        parts.append(muted("– not applicable"))
    return Content("").join(parts)


def head_of(progress: RunProgress, cells: int) -> Content:
    if not progress.total:
        return lines(["Looking for the hosts of this domain", progress_bar(0, 1, cells)])
    looking = ", ".join(progress.looking_at()[:3])
    return lines(
        [
            Content.assemble(
                (f"{progress.done} of {progress.total}", "bold"),
                (f"  looking at {looking}" if looking else "  done", MUTED),
            ),
            progress_bar(progress.done, progress.total, cells),
        ]
    )


def found_of(progress: RunProgress, width: int) -> Content:
    """The list of subjects and, below, what deserves a look. One subject and one trouble a line."""
    rows = progress.by_subject()
    if not rows:
        return Content("")
    name_width = min(max(len(row.subject) for row in rows), max(16, width - 34))
    parts: list[Content | str] = [heading("Looked at"), *(_subject_line(row, name_width) for row in rows)]
    troubles = progress.troubles()
    if troubles:
        parts += ["", heading("Found so far")]
    for result in troubles:
        symbol = (
            severity_symbol(result.severity)
            if result.outcome is Outcome.FAIL
            else outcome_symbol(result.outcome)
        )
        word = result.severity.label if result.outcome is Outcome.FAIL else result.outcome.label
        parts.append(Content.assemble("  ", symbol, (f" {word.ljust(WORD_CELLS)}  ", MUTED), result.summary))
    return lines(parts)


class CheckingScreen(BaseScreen):
    CSS_PATH = style("checking")
    PLACE = "checking"
    HELP_NAME = "checking"
    AUTO_FOCUS = "#found"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("s", "app.stop_run", "stop")]

    def body(self) -> Iterable[Widget]:
        yield Static(id="understood", markup=False)
        yield Static(id="progress", markup=False)
        with_scroll = VerticalScroll(Static(id="list", markup=False), id="found")
        with_scroll.can_focus = True
        yield with_scroll

    def step(self) -> Step | None:
        return None

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        if self.launch.progress is None:
            self.call_later(self._over)

    def _over(self) -> None:
        """The run ended while something covered this screen."""
        if self.launch.progress is None and self.is_current:
            self.launch.show_outcome()

    def refresh_all(self) -> None:
        super().refresh_all()
        if not self.composed:
            return
        domain = self.launch.domain
        understood = self.query_one("#understood", Static)
        understood.update(Content(domain.understood if domain is not None else ""))
        understood.display = bool(domain is not None and domain.understood)
        self.tick()

    def tick(self) -> None:
        progress = self.launch.progress
        if progress is None or not self.composed:
            return
        width = self.size.width
        self.query_one("#progress", Static).update(head_of(progress, max(10, min(60, width - 4))))
        self.query_one("#list", Static).update(found_of(progress, width - 4))
