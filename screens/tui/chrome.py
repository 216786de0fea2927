"""The frame round every screen: title line, next step, keys, and the one sentence for a window too small."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Resize
from textual.message import Message
from textual.widgets import Footer, Input, Static

if TYPE_CHECKING:
    from screens.tui.base import Step

MOST_KEYS = 6


class TitleLine(Static):
    """`Launch Ready  acme.ai  overview`, on one line."""

    def __init__(self) -> None:
        super().__init__(markup=False)

    def show(self, domain: str, place: str) -> None:
        parts: list[tuple[str, str] | str] = [("Launch Ready", "$text-primary bold")]
        if domain:
            parts.append(f"  {domain}")
        if place:
            parts.append((f"  › {place}", "$foreground 62%"))
        self.update(Content.assemble(*parts))


class StepBar(Static, can_focus=True):
    """The one next thing to do; Enter does it."""

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,ctrl+j", "do", "do it", show=False),
        Binding("down,j", "app.focus_next", "to the list", show=False),
    ]

    class Chosen(Message):
        """Enter was pressed on the bar, or it was clicked."""

    def __init__(self) -> None:
        super().__init__(markup=False)
        self._step: Step | None = None

    def show(self, step: Step | None) -> None:
        self._step = step
        self.display = step is not None
        self._draw()

    def _draw(self) -> None:
        step = self._step
        if step is None:
            return
        # Where one is typing, n is a letter.
        elsewhere = "Tab Enter" if isinstance(self.screen.focused, Input) else "n"
        key = "Enter" if self.has_focus else elsewhere
        self.update(
            Content.assemble(
                (f"{step.label}  ", "$text-accent bold"),
                (step.title, "bold"),
                "\n",
                (key, "$text-accent bold"),
                (f"  {step.hint}", "$foreground 62%"),
            )
        )

    def watch_has_focus(self, focused: bool) -> None:
        super().watch_has_focus(focused)
        self._draw()
        self.call_after_refresh(self._place_cursor)

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._place_cursor)

    def _place_cursor(self) -> None:
        if self.has_focus:
            self.app.cursor_position = self.content_region.offset

    def on_click(self, event: Click) -> None:
        self.action_do()

    def action_do(self) -> None:
        self.post_message(self.Chosen())


class KeyLine(Footer):
    """The footer, cut to what fits and to six keys: what is cut stands in the help and in the palette."""

    def __init__(self) -> None:
        super().__init__(compact=True)
        self._room = 0

    def compose(self) -> ComposeResult:
        keys = list(super().compose())
        # The palette comes last and stays; a way back and a way to help are what a lost person looks for.
        first = {"escape": 0, "f1": 1}
        keys.sort(key=lambda key: first.get(getattr(key, "key", ""), 2))
        room, kept = self.app.size.width, 0
        palette = [key for key in keys if key.has_class("-command-palette")]
        for key in [*palette, *(key for key in keys if key not in palette)]:
            width = len(getattr(key, "key_display", "")) + len(getattr(key, "description", "")) + 3
            if kept < MOST_KEYS and width <= room:
                kept, room = kept + 1, room - width
                yield key

    def on_resize(self, event: Resize) -> None:
        before, self._room = self._room, event.size.width
        if before not in (0, self._room):
            self.call_after_refresh(self.recompose)


class TooSmall(Static):
    """Covers the screen when nothing sensible fits."""

    def __init__(self) -> None:
        super().__init__("Make this window larger, please: 30 by 8 at least. Ctrl+Q leaves.", markup=False)
