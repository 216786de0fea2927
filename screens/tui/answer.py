"""What a dialog says about what was typed into it."""

from __future__ import annotations

from textual.content import Content
from textual.events import Resize
from textual.widgets import Static


class Answer(Static):
    """Comes into view whenever it says something, also where the dialog is taller than the window."""

    def __init__(self) -> None:
        super().__init__(id="answer", markup=False)

    def say(self, sentence: str) -> None:
        """`sentence` is shown as it is, never as markup."""
        self.update(Content(sentence))
        self.call_after_refresh(self.scroll_visible, animate=False)

    def on_resize(self, event: Resize) -> None:
        # A longer sentence gets its height one layout later.
        if event.size.height > 1:
            self.scroll_visible(animate=False)
