"""F1: what this screen is for and which keys it knows, in plain words."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from screens.tui.base import style
from screens.tui.help_texts import help_text
from screens.tui.words import heading, key_cap, lines


class HelpScreen(ModalScreen[None]):
    CSS_PATH = style("help")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f1,enter,ctrl+j,question_mark", "dismiss", "back")
    ]

    def __init__(self, section: str) -> None:
        super().__init__()
        self._section = section

    def compose(self) -> ComposeResult:
        help = help_text(self._section)
        width = max(len(key) for key, _ in help.keys)
        keys = [Content.assemble(key_cap(key.ljust(width)), f"  {does}") for key, does in help.keys]
        scroll = VerticalScroll(
            Static(
                lines([heading(help.title), "", help.text.strip(), "", heading("Keys"), *keys]), markup=False
            ),
            id="box",
        )
        scroll.can_focus = True
        yield scroll
