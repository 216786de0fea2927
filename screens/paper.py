"""Text laid out for a terminal or a pipe: wrapped lines, a colour where it is wanted, symbols where they exist."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass, field
from typing import TextIO

from screens.terminal import has_colour, has_symbols, text_width

_CODES = {"bad": "1;31", "warn": "1;33", "good": "1;32", "muted": "2", "strong": "1", "accent": "1;36"}
_ASCII = str.maketrans(
    {
        "✖": "x", "✔": "+", "▲": "!", "△": "!", "◐": "~", "–": "-", "—": "-", "·": "-", "›": ">", "…": "...",
        "“": '"', "”": '"', "‘": "'", "’": "'", "─": "-", "→": "->", "×": "x",
    }
)  # fmt: skip
LABEL = 7
"""Columns of the labels before a field: `Have`, `Want`, `Where`."""


@dataclass(slots=True)
class Paper:
    """Lines gathered one after another. `str()` gives them, each ended by LF, no blank line at either end."""

    width: int = 80
    colour: bool = False
    symbols: bool = True
    _lines: list[str] = field(default_factory=list, init=False)

    @classmethod
    def of(cls, stream: TextIO) -> Paper:
        """What suits `stream` now."""
        return cls(text_width(stream), has_colour(stream), has_symbols(stream))

    def ink(self, text: str, style: str) -> str:
        return f"\x1b[{_CODES[style]}m{text}\x1b[0m" if self.colour and style and text else text

    def blank(self) -> None:
        if self._lines and self._lines[-1]:
            self._lines.append("")

    def heading(self, text: str, aside: str = "") -> None:
        self.blank()
        self.text(text.upper(), indent=0, style="strong", aside=aside)

    def text(self, text: str, *, indent: int = 2, hang: int = 0, style: str = "", aside: str = "") -> None:
        """A paragraph; later lines are indented by `hang` more, `aside` follows in a quiet voice."""
        lines = [self._styled(line, style) for line in self._wrapped(text, indent, indent + hang)]
        self._put(lines, aside, indent + hang)

    def marked(self, mark: str, text: str, *, style: str, indent: int = 0, aside: str = "") -> None:
        """A paragraph that begins with a mark in colour, as `✖ launch blocker  The certificate has expired`."""
        mark = self._known(mark)
        lines = self._wrapped(f"{mark}  {text}", indent, indent + 2)
        lines[0] = lines[0].replace(mark, self.ink(mark, style), 1)
        self._put(lines, aside, indent + 2)

    def field(self, label: str, text: str, *, indent: int = 2, hang: int = 0) -> None:
        """`Have   what stands there`; later lines are indented by `hang` more; nothing when there is no text."""
        if not text:
            return
        beside = self.width >= 40 and len(label) < LABEL
        begun = f"{label:<{LABEL}}{text}" if beside else f"{label}: {text}" if label else text
        lines = self._wrapped(begun, indent, indent + (LABEL if beside else 2) + hang)
        lines[0] = lines[0].replace(label, self.ink(label, "muted"), 1)
        self._lines.extend(lines)

    def verbatim(self, text: str, *, indent: int = 4) -> None:
        """Something to copy: never wrapped or changed, because that would be pasted as well."""
        self._lines.append(" " * indent + text)

    def show(self, stream: TextIO) -> None:
        """Write what was gathered and begin anew."""
        stream.write(str(self))
        stream.flush()
        self._lines = []

    def __str__(self) -> str:
        return "\n".join(_inert(line.rstrip()) for line in self._lines).strip("\n") + "\n"

    def _put(self, lines: list[str], aside: str, indent: int) -> None:
        self._lines.extend(lines)
        if not aside:
            return
        if _printed(lines[-1]) + 2 + len(aside) <= self.width:
            self._lines[-1] += f"  {self.ink(self._known(aside), 'muted')}"
        else:
            self._lines.extend(self._styled(line, "muted") for line in self._wrapped(aside, indent, indent))

    def _known(self, text: str) -> str:
        return text if self.symbols else text.translate(_ASCII)

    def _styled(self, line: str, style: str) -> str:
        bare = line.lstrip(" ")
        return line[: len(line) - len(bare)] + self.ink(bare, style)

    def _wrapped(self, text: str, first: int, later: int) -> list[str]:
        # Deep indents in a narrow terminal would leave a column of single letters.
        first, later = min(first, self.width // 4), min(later, self.width // 4)
        return textwrap.wrap(
            self._known(text),
            self.width,
            initial_indent=" " * first,
            subsequent_indent=" " * later,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [""]


def _inert(line: str) -> str:
    """`line` without what the runners of GitHub and Azure obey in a job's output: `::command` at its beginning,
    `##[command]` and `##vso[command]` anywhere. An address such as `::1` stays as it is."""
    line = re.sub(r"(##(?:vso)?)\[", r"\1\\u{5b}", line)
    return re.sub(r"^(\s*):(?=:[A-Za-z])", r"\1\\u{3a}", line)


def _printed(line: str) -> int:
    """Columns that a line with colours takes."""
    return len(re.sub(r"\x1b\[[0-9;]*m", "", line))
