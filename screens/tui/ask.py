"""One question with one line as its answer; what cannot be understood is said below it and stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from screens.tui.answer import Answer
from screens.tui.base import style
from screens.tui.line_input import LineInput


class AskScreen(ModalScreen["str | None"]):
    """Gives what `read` makes of the answer, or None. `read` raises ValueError with a sentence for the person."""

    CSS_PATH = style("accept")
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "back")]

    def __init__(self, question: str, about: str, example: str, read: Callable[[str], str]) -> None:
        super().__init__()
        self._question, self._about, self._example, self._read = question, about, example, read

    def compose(self) -> ComposeResult:
        yield VerticalScroll(
            Static(Content.styled(self._question, "bold"), markup=False),
            Static(Content(self._about), id="about", markup=False),
            LineInput(placeholder=self._example, compact=True, max_length=300),
            Answer(),
            Static("Enter goes on · Esc goes back", id="keys", markup=False),
            id="box",
            can_focus=False,
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        try:
            understood = self._read(event.value)
        except ValueError as error:
            self.query_one(Answer).say(str(error))
        else:
            self.dismiss(understood)
