"""A text with nothing round it, for selecting by hand where the clipboard cannot be reached, or for saving."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from checks.text import visible

MOST_FILES = 100


def save_text(text: str, folder: Path) -> Path:
    """Write `text` to a new file in `folder`; an existing file is never touched. Raises OSError."""
    for number in range(1, MOST_FILES + 1):
        path = folder / ("launch-ready-paste.txt" if number == 1 else f"launch-ready-paste-{number}.txt")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(f"{text}\n")
        except FileExistsError:
            continue
        return path
    raise OSError(f"there are {MOST_FILES} such files in {folder} already")


class PlainTextScreen(Screen[None]):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,f", "dismiss", "back"),
        Binding("s", "save", "save to a file"),
    ]

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text

    def compose(self) -> ComposeResult:
        yield VerticalScroll(Static(Content(self._text), markup=False))
        yield Static("Select with the mouse (Shift in most terminals) · s saves · Esc back", markup=False)

    def action_save(self) -> None:
        try:
            path = save_text(self._text, Path.cwd())
        except OSError as error:
            self.notify(visible(f"Not saved: {error.strerror or error}"), severity="error", markup=False)
        else:
            self.notify(f"Saved as {path.name} in the current folder.", markup=False)
