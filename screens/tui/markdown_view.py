"""A long Markdown document to scroll through. Textual's own widget builds a widget a paragraph, which takes seconds
for a handover; here Rich lays the text out in a thread and the screen only draws lines."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.events import Focus, Resize
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip


def lay_out(text: str, width: int, colours: Mapping[str, str]) -> list[Strip]:
    """Lines of at most `width` cells. For a worker thread. Links are shown as text and never become live."""
    from io import StringIO

    from rich.console import Console
    from rich.markdown import Markdown
    from rich.theme import Theme

    primary, accent = colours.get("primary", "blue"), colours.get("accent", "yellow")
    theme = Theme(
        {
            "markdown.h1": f"bold {accent}",
            "markdown.h2": f"bold {primary} underline",
            "markdown.h3": f"bold {primary}",
            "markdown.h4": "bold",
            "markdown.code": f"{accent}",
            "markdown.code_block": f"{accent}",
            "markdown.item.bullet": f"{accent}",
            "markdown.item.number": f"{accent}",
            "markdown.link": primary,
            "markdown.link_url": primary,
            "markdown.hr": "dim",
            "markdown.table.border": "dim",
            "markdown.table.header": "bold",
            "markdown.block_quote": "italic",
        }
    )
    console = Console(
        width=width, file=StringIO(), color_system="truecolor", force_terminal=True, theme=theme, markup=False
    )
    document = Markdown(text, hyperlinks=False, code_theme="bw")
    return [
        Strip(line) for line in console.render_lines(document, console.options.update(width=width), pad=False)
    ]


class MarkdownView(ScrollView, can_focus=True):
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "scroll_down", "Down", show=False),
        Binding("k", "scroll_up", "Up", show=False),
        Binding("space", "page_down", "Page down", show=False),
    ]

    class LaidOut(Message):
        def __init__(self, view: MarkdownView, lines: list[Strip]) -> None:
            super().__init__()
            self.view, self.lines = view, lines

        @property
        def control(self) -> MarkdownView:
            return self.view

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._text = ""
        self._lines: list[Strip] = []
        self._width = 0

    def show(self, text: str) -> None:
        self._text = text
        self._width = 0
        self._begin()

    def on_resize(self, event: Resize) -> None:
        self._begin()

    def on_focus(self, event: Focus) -> None:
        self.app.cursor_position = self.content_region.offset

    def _begin(self) -> None:
        width = self.scrollable_content_region.width
        if self._text and width > 0 and width != self._width:
            self._width = width
            self.run_worker(
                self._work(self._text, width), group="layout", exclusive=True, exit_on_error=False
            )

    async def _work(self, text: str, width: int) -> None:
        colours = dict(self.app.theme_variables)
        self.post_message(self.LaidOut(self, await asyncio.to_thread(lay_out, text, width, colours)))

    def on_markdown_view_laid_out(self, message: LaidOut) -> None:
        message.stop()
        self._lines = message.lines
        self.virtual_size = Size(self._width, len(self._lines))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        line = round(self.scroll_y) + y
        width, style = self.size.width, self.rich_style
        if line >= len(self._lines):
            return Strip.blank(width, style)
        return self._lines[line].apply_style(style).extend_cell_length(width, style).crop(0, width)
