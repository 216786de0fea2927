"""Taking a risk on: who decides, and why. Without both it is not accepted."""

from __future__ import annotations

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


class AcceptScreen(ModalScreen["tuple[str, str] | None"]):
    """Gives (name, reason), or None when the person went back."""

    CSS_PATH = style("accept")
    AUTO_FOCUS = "#by"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss", "back")]

    def __init__(self, risk: str) -> None:
        super().__init__()
        self._risk = risk

    def compose(self) -> ComposeResult:
        yield VerticalScroll(
            Static(Content.styled("Accept this risk?", "bold"), markup=False),
            Static(Content(self._risk), id="risk", markup=False),
            Static("Who decides", markup=False),
            LineInput(id="by", placeholder="a name", compact=True, max_length=80),
            Static("Why it can wait", markup=False),
            LineInput(id="reason", placeholder="one sentence", compact=True, max_length=300),
            Answer(),
            Static("Enter goes on · Esc leaves it open", id="keys", markup=False),
            id="box",
            can_focus=False,
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        by, reason = (self.query_one(f"#{id}", Input) for id in ("by", "reason"))
        if not by.value.strip():
            self._ask(by, "A risk is accepted by somebody: type a name.")
        elif event.input is by and not reason.value.strip():
            reason.focus()
        elif not reason.value.strip():
            self._ask(reason, "Say in one sentence why it can wait.")
        else:
            self.dismiss((by.value, reason.value))

    def _ask(self, field: Input, sentence: str) -> None:
        field.focus()
        self.query_one(Answer).say(sentence)
