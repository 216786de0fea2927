"""The first screen: one question, answered by typing a domain."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from textual.containers import VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.tui.base import BaseScreen, Step
from screens.tui.line_input import LineInput

if TYPE_CHECKING:
    from wizard.session import SessionState

PROMISE = "Find what would break when paid traffic arrives, and what to do about it, one step at a time."
HINT = "Enter checks it. A pasted address such as https://acme.ai/pricing is fine too."
CONTACTED = (
    "· name servers, to read the public records of this domain",
    "· its own web servers: the start page, and hosts such as www, app, api and docs",
    "· nothing else; nothing is changed there, and nothing is sent to us",
)
DEMO_HINT = "A made-up startup that runs on this computer only. Enter checks it."
DEMO_CONTACTED = ("· nothing outside this computer: the demo brings its own internet",)


def _contacts(lines: tuple[str, ...]) -> Content:
    return Content.assemble(
        ("What will be contacted", "$text-primary bold"), *(f"\n{line}" for line in lines)
    )


class DomainInput(LineInput):
    """The field of the first question."""


class DomainScreen(BaseScreen):
    AUTO_FOCUS = "DomainInput"
    HELP_NAME = "domain"

    def body(self) -> Iterable[Widget]:
        demo = self.launch.source.demo
        yield VerticalScroll(
            Static(PROMISE, id="promise", markup=False),
            Static(Content.styled("Which domain do you launch on?", "bold"), id="question", markup=False),
            DomainInput(self.launch.source.typed, placeholder="acme.ai", select_on_focus=False),
            Static(DEMO_HINT if demo else HINT, id="answer", markup=False),
            Static(_contacts(DEMO_CONTACTED if demo else CONTACTED), id="contacts", markup=False),
            can_focus=False,
        )

    def on_descendant_focus(self) -> None:
        self.launch.first_screen_has_focus()

    def step(self) -> Step | None:
        """The question is the step, unless there is a sitting to go back to."""
        return self.launch.step() if self.launch.state is not None else None

    def show_state(self, state: SessionState) -> None:
        self.say("")

    def opened(self, name: str) -> None:
        """Show what was understood: a login that came along with an address is on the screen no longer."""
        self.query_one(DomainInput).value = name

    def on_input_changed(self, event: Input.Changed) -> None:
        self.say("")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.launch.open(event.value)

    def say(self, sentence: str, *, wrong: bool = False) -> None:
        """One sentence below the field; what was typed stays."""
        answer = self.query_one("#answer", Static)
        answer.set_class(wrong, "-wrong")
        usual = DEMO_HINT if self.launch.source.demo else HINT
        answer.update(Content(f"✖ {sentence}" if wrong else sentence or usual))
