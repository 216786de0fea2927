"""What all screens share: where one is, the next step, a way back, and a line of keys."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.screen import Screen
from textual.widget import Widget

import assets
from screens.tui.chrome import KeyLine, StepBar, TitleLine, TooSmall

if TYPE_CHECKING:
    from screens.tui.app import LaunchReadyApp
    from wizard.session import SessionState


SMALLEST = (30, 8)
"""Columns and lines below which one sentence takes the place of a screen."""


WIDTHS = [(0, "-tiny"), (SMALLEST[0], "-narrow"), (72, "-normal"), (110, "-wide")]
HEIGHTS = [(0, "-flat"), (SMALLEST[1], "-short"), (20, "-medium"), (34, "-tall")]
"""From so many columns or lines on, a screen has this class."""


def size_classes(width: int, height: int) -> tuple[str, str]:
    """The classes that a screen of this size has."""
    wide = [name for least, name in WIDTHS if width >= least]
    high = [name for least, name in HEIGHTS if height >= least]
    return wide[-1], high[-1]


def style(name: str) -> Path:
    """The path of a style sheet; Textual reads style sheets from files only."""
    return Path(assets.__path__[0]) / "styles" / f"{name}.tcss"


@dataclass(frozen=True, slots=True)
class Step:
    """What the bar says and what Enter does on it. Texts are shown as they are, never as markup."""

    title: str
    hint: str
    do: Callable[[], None]
    label: str = "NEXT"


class BaseScreen(Screen[None]):
    """Subclasses give `body`, `place` and `show_state`; the rest is the same everywhere."""

    AUTO_FOCUS = "StepBar"
    HORIZONTAL_BREAKPOINTS = WIDTHS
    VERTICAL_BREAKPOINTS = HEIGHTS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back"),
        Binding("n", "next_step", "next step", show=False),
        Binding("x", "app.go('export')", "export", show=False),
    ]
    PLACE: ClassVar[str] = ""
    """The words behind the domain in the title line."""
    HELP_NAME: ClassVar[str] = ""
    """The section of assets/help/screens.toml that F1 shows."""

    @property
    def launch(self) -> LaunchReadyApp:
        return cast("LaunchReadyApp", self.app)

    def compose(self) -> ComposeResult:
        yield TitleLine()
        # On the very first screen there is no next step yet, and every widget delays the first paint.
        if self.launch.state is not None:
            yield StepBar()
        yield from self.body()
        yield KeyLine()

    def body(self) -> Iterable[Widget]:
        return ()

    composed = False
    _came = 0.0

    def on_mount(self) -> None:
        self.composed = True
        self.refresh_all()

    def on_screen_resume(self) -> None:
        self._came = monotonic()
        self.refresh_all()

    def refresh_all(self) -> None:
        """Show the state of the sitting as it is now."""
        if not self.composed:
            return
        self.query_one(TitleLine).show(self.launch.domain_shown, self.place())
        self.show_step()
        state = self.launch.state
        if state is not None:
            self.show_state(state)

    def on_resize(self, event: Resize) -> None:
        width, height = event.size
        if (width < SMALLEST[0] or height < SMALLEST[1]) and not self.query(TooSmall):
            self.mount(TooSmall())

    def show_step(self) -> None:
        bar, step = self.query_one_optional(StepBar), self.step()
        if bar is None and step is not None:
            bar = StepBar()
            self.mount(bar, after=self.query_one(TitleLine))
        if bar is not None:
            bar.show(step)

    def place(self) -> str:
        return self.PLACE

    def show_state(self, state: SessionState) -> None:
        """Called when the state of the sitting changed, and when the screen comes to the front."""

    def tick(self) -> None:
        """Called about ten times a second while checks run."""
        if self.composed:
            self.show_step()

    def run_ended(self, stopped: bool) -> None:
        """Called on the screen in front when a run is over."""

    def step(self) -> Step | None:
        return self.launch.step()

    @on(StepBar.Chosen)
    def action_next_step(self) -> None:
        step = self.step()
        if step is not None and not self.just_came:
            step.do()

    @property
    def just_came(self) -> bool:
        """Whether an Enter now may be the second half of a double press that was meant for the screen before."""
        return monotonic() - self._came < self.launch.hasty

    def action_back(self) -> None:
        self.launch.back()
