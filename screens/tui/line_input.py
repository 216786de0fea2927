"""One line of typing, the same wherever something is asked."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Paste
from textual.widgets import Input

from checks.text import visible

LONGEST = 4000


class LineInput(Input):
    """Enter that was typed before the terminal was ready arrives as a line feed. Pasted control characters are shown
    and never reach the terminal."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("ctrl+j", "submit", "Submit", show=False)]

    def validate_value(self, value: str) -> str:
        return value if value.isprintable() else visible(value.strip("\r\n\t"), LONGEST)

    def _on_paste(self, event: Paste) -> None:
        # The field takes the first line; what was copied with a line break before it would paste nothing.
        event.text = event.text.lstrip()
