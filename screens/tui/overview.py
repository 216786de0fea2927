"""Where the launch stands: the verdict, the next step, the cut list, the minimum bar and the stages."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.events import Resize
from textual.widget import Widget
from textual.widgets import OptionList, Static

from screens.tui.base import BaseScreen, style
from screens.tui.choices import Choices
from screens.tui.help_texts import bar_names
from screens.tui.overview_rows import map_rows, todo_rows, told_in_full
from screens.tui.words import muted, verdict_lines
from wizard.session import SessionState


class OverviewScreen(BaseScreen):
    CSS_PATH = style("overview")
    PLACE = "overview"
    HELP_NAME = "overview"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("r", "check_again", "check again"),
        Binding("x", "app.go('export')", "export"),
        Binding("h", "app.go('hosts')", "hosts", show=False),
        *[Binding(str(n), f"app.open_stage({n})", f"stage {n}", show=False) for n in range(1, 8)],
        Binding("left,right", "other_list", "other list", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._rest = ""

    def body(self) -> Iterable[Widget]:
        yield Static(id="verdict", markup=False)
        yield Static(id="about", markup=False)
        yield Container(Choices(id="todo"), Choices(id="map"), id="lists")

    def show_state(self, state: SessionState) -> None:
        assessment = state.assessment
        big, rest = verdict_lines(assessment.verdict, assessment.verdict_line)
        self.query_one("#verdict", Static).update(big)
        self._rest = rest
        self.query_one("#todo", Choices).show_rows(todo_rows(assessment))
        self.query_one("#map", Choices).show_rows(
            map_rows(assessment, bar_names(), titles=self.has_class("-wide"))
        )
        self.show_row()

    def show_row(self) -> None:
        """One line that tells in full what the highlighted row has to cut."""
        focused, state = self.focused, self.launch.state
        row_id = focused.highlighted_id if isinstance(focused, Choices) else None
        said = told_in_full(state.assessment, row_id) if state is not None and row_id else self._rest
        self.query_one("#about", Static).update(muted(said))

    def on_descendant_focus(self) -> None:
        self.show_row()

    @on(OptionList.OptionHighlighted)
    def _highlighted(self) -> None:
        self.show_row()

    def on_resize(self, event: Resize) -> None:
        super().on_resize(event)
        self.call_after_refresh(self.refresh_all)

    @on(OptionList.OptionSelected)
    def _open(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        kind, colon, name = (event.option_id or "").partition(":")
        if kind == "stage" and colon:
            self.launch.open_stage(int(name))
        elif kind == "bar" and colon:
            self.launch.open_bar(name)
        elif event.option_id:
            self.launch.open_result(event.option_id)

    def action_check_again(self) -> None:
        self.launch.look()

    def action_other_list(self) -> None:
        other = "#todo" if self.query_one("#map").has_focus else "#map"
        self.query_one(other).focus()
