"""The handover as it will be written, and where to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.tui.base import BaseScreen, Step, style
from screens.tui.line_input import LineInput
from screens.tui.markdown_view import MarkdownView
from wizard.session import SessionState


def usual_path(state: SessionState, *, demo: bool) -> str:
    return "handover.md" if demo else f"handover-{state.project.domain.host}.md"


class Previewed(Message):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text


class Saved(Message):
    def __init__(self, sentence: str, *, well: bool) -> None:
        super().__init__()
        self.sentence, self.well = sentence, well


class ExportScreen(BaseScreen):
    CSS_PATH = style("export")
    PLACE = "handover"
    HELP_NAME = "export"
    AUTO_FOCUS = "#path"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "other_part", "path or text"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._shown: SessionState | None = None
        self._host = ""

    def body(self) -> Iterable[Widget]:
        yield HorizontalGroup(
            Static("Save as", id="label", markup=False), LineInput(id="path", compact=True), id="where"
        )
        yield Static(id="answer", markup=False)
        yield MarkdownView(id="preview")

    def step(self) -> Step | None:
        """Enter in the field saves; a second thing to do would only compete with it."""
        return None

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.query_one("#path").focus()

    def show_state(self, state: SessionState) -> None:
        path = self.query_one("#path", Input)
        if self._host != state.project.domain.host:
            self._host = state.project.domain.host
            path.value = usual_path(state, demo=self.launch.source.demo)
            path.cursor_position = len(path.value)
        if state is not self._shown:
            self._shown = state
            self._say("Enter writes it. Below is what it says.")
            self.run_worker(self._preview(state), group="preview", exclusive=True, exit_on_error=False)

    async def _preview(self, state: SessionState) -> None:
        from wizard.handover.write import write_handover

        text = await asyncio.to_thread(write_handover, state, generated=datetime.now(UTC))
        self.post_message(Previewed(text))

    def on_previewed(self, message: Previewed) -> None:
        self.query_one("#preview", MarkdownView).show(_without_front_matter(message.text))

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        answer = self.query_one("#answer", Static)
        answer.set_class(wrong, "-wrong")
        answer.update(Content(f"✖ {sentence}" if wrong else sentence))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        state = self.launch.state
        if self.just_came:
            return
        if state is not None and event.value.strip():
            self.run_worker(
                self._save(state, Path(event.value.strip())),
                group="save",
                exclusive=True,
                exit_on_error=False,
            )
        else:
            self._say("Type where to put it, for example handover.md.", wrong=True)

    async def _save(self, state: SessionState, path: Path) -> None:
        from screens.files import NotSaved, save_handover
        from wizard.handover.write import write_handover

        text = await asyncio.to_thread(write_handover, state, generated=datetime.now(UTC))
        try:
            saved = await asyncio.to_thread(save_handover, path, text)
        except NotSaved as error:
            self.post_message(Saved(str(error), well=False))
        else:
            self.post_message(Saved(f"Written to {saved}.", well=True))

    def on_saved(self, message: Saved) -> None:
        if not message.well:
            self._say(message.sentence, wrong=True)
            return
        self.launch.handover_saved = True
        own = " Now yours: launch-ready your-domain.com" if self.launch.source.demo else ""
        self._say(f"✔ {message.sentence} Esc goes back.{own}")

    def action_other_part(self) -> None:
        path = self.query_one("#path")
        (self.query_one("#preview") if path.has_focus else path).focus()


def _without_front_matter(text: str) -> str:
    """The machine-read head would show as a heading in a preview."""
    if text.startswith("---\n"):
        return text.partition("\n---\n")[2]
    return text
