"""A list to choose from. Its rows are one line each, and the terminal's own cursor stands on the chosen one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Blur, Focus
from textual.geometry import Offset
from textual.widgets import OptionList
from textual.widgets.option_list import Option


def row(text: Content | str, id: str | None = None) -> Option:
    """A row of a list; without an id it is a heading, which the highlight steps over."""
    content = Content(text) if isinstance(text, str) else text
    return Option(content, id, disabled=id is None)


class Choices(OptionList):
    """Screen readers follow the hardware cursor, which Textual moves for inputs only."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+j", "select", "Select", show=False),
        Binding("j", "cursor_down", "Down", show=False),
        Binding("k", "cursor_up", "Up", show=False),
        Binding("right", "select", "Open", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes, markup=False, compact=True)

    def show_rows(self, rows: Iterable[Option]) -> None:
        """Replace all rows and keep the highlight on the row that had it, when it is still there."""
        before = self.highlighted_id
        top = self.scroll_y
        self.clear_options()
        self.add_options(rows)
        found = next((n for n, option in enumerate(self.options) if option.id and option.id == before), None)
        self.highlighted = found
        if found is not None:
            self.scroll_to(y=top, animate=False, immediate=True)
            self.scroll_to_highlight()
        self.call_after_refresh(self.place_cursor)

    @property
    def highlighted_id(self) -> str | None:
        option = self.highlighted_option
        return option.id if option is not None else None

    def on_focus(self, event: Focus) -> None:
        if self.highlighted is None:
            self.action_first()
        self.call_after_refresh(self.place_cursor)

    def on_blur(self, event: Blur) -> None:
        # A highlight that lingers would look like a second focus.
        self.refresh()

    def watch_highlighted(self, highlighted: int | None) -> None:
        super().watch_highlighted(highlighted)
        self.call_after_refresh(self.place_cursor)

    def action_cursor_up(self) -> None:
        """Up from the first row leaves the list, so that arrows alone reach everything."""
        enabled = [n for n, option in enumerate(self.options) if not option.disabled]
        if enabled and self.highlighted == enabled[0]:
            self.scroll_home(animate=False)
            self.screen.focus_previous()
        else:
            super().action_cursor_up()

    def action_cursor_down(self) -> None:
        """No wrapping round: the last row is the last row."""
        enabled = [n for n, option in enumerate(self.options) if not option.disabled]
        if not enabled or self.highlighted != enabled[-1]:
            super().action_cursor_down()

    def place_cursor(self) -> None:
        if self.highlighted is None or not self.has_focus:
            return
        y = self.highlighted - round(self.scroll_y)
        region = self.content_region
        if 0 <= y < region.height:
            self.app.cursor_position = region.offset + Offset(0, y)
