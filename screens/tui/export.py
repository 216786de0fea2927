"""The handover as it will be written, and where to."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input, Static

from screens.tui.accept import LineInput
from screens.tui.base import BaseScreen, Step, style
from wizard.session import SessionState

if TYPE_CHECKING:
    from textual.widgets import Markdown


def usual_path(state: SessionState, *, demo: bool) -> str:
    return "handover.md" if demo else f"handover-{state.project.domain.host}.md"


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
        self._text = ""

    def body(self) -> Iterable[Widget]:
        yield HorizontalGroup(
            Static("Save as", id="label", markup=False), LineInput(id="path", compact=True), id="where"
        )
        yield Static(id="answer", markup=False)
        scroll = VerticalScroll(id="preview")
        scroll.can_focus = True
        yield scroll

    def step(self) -> Step | None:
        """Enter in the field saves; a second thing to do would only compete with it."""
        return None

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.query_one("#path").focus()

    def show_state(self, state: SessionState) -> None:
        path = self.query_one("#path", Input)
        if not path.value:
            path.value = usual_path(state, demo=self.launch.source.demo)
            path.cursor_position = len(path.value)
        if state is not self._shown:
            self._shown = state
            self._say("Enter writes it. Below is what it says.")
            self.run_worker(self._preview(state), group="preview", exclusive=True, exit_on_error=False)

    async def _preview(self, state: SessionState) -> None:
        from wizard.handover.write import write_handover

        text = await asyncio.to_thread(write_handover, state, generated=datetime.now(UTC))
        self._text = text
        view = await self._markdown()
        await view.update(_without_front_matter(text))

    async def _markdown(self) -> Markdown:
        # Markdown and its parser are heavy, and this is the only screen that shows any.
        from textual.widgets import Markdown

        known = list(self.query(Markdown))
        if known:
            return known[0]
        view = Markdown(open_links=False)
        await self.query_one("#preview").mount(view)
        return view

    def _say(self, sentence: str, *, wrong: bool = False) -> None:
        answer = self.query_one("#answer", Static)
        answer.set_class(wrong, "-wrong")
        answer.update(Content(f"✖ {sentence}" if wrong else sentence))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        state = self.launch.state
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
            self._say(str(error), wrong=True)
            return
        self.launch.handover_saved = True
        own = "  Now yours: launch-ready your-domain.com" if self.launch.source.demo else ""
        self._say(f"✔ Written to {saved}. Esc goes back.{own}")

    def action_other_part(self) -> None:
        path = self.query_one("#path")
        (self.query_one("#preview") if path.has_focus else path).focus()


def _without_front_matter(text: str) -> str:
    """The machine-read head would show as a heading in a preview."""
    if text.startswith("---\n"):
        return text.partition("\n---\n")[2]
    return text
