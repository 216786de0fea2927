"""What the terminal can do: a full screen, numbered prompts, or nothing that a person sits at."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from enum import Enum
from typing import TextIO

from screens.exits import UsageError

DEFAULT_WIDTH = 80
SMALLEST = (20, 6)
"""Columns and lines below which the full screen cannot be used."""
WIDEST = 100
"""Columns beyond which lines of text are hard to read."""


class Face(Enum):
    FULL = "full screen"
    PROMPTS = "numbered prompts"
    NOBODY = "no terminal"


def is_dumb(environ: Mapping[str, str] = os.environ) -> bool:
    """A terminal that obeys no escape codes. Windows sets no TERM and obeys them."""
    term = environ.get("TERM", "")
    return term.lower() in ("dumb", "unknown") or (not term and sys.platform != "win32")


def face(
    *,
    plain: bool = False,
    environ: Mapping[str, str] = os.environ,
    stdin: TextIO | None = None,
    stdout: TextIO | None = None,
    stderr: TextIO | None = None,
) -> Face:
    """Textual draws on standard error, so all three streams must be a terminal for the full screen."""
    reads = (stdin or sys.stdin).isatty()
    shows = (stdout or sys.stdout).isatty()
    draws = (stderr or sys.stderr).isatty()
    if plain:
        return Face.PROMPTS
    if not (reads and shows):
        return Face.NOBODY
    return Face.FULL if draws and not is_dumb(environ) else Face.PROMPTS


def require_room() -> None:
    """Raises UsageError in a terminal too small for the full screen. A terminal that tells no size is fine."""
    size = shutil.get_terminal_size((0, 0))
    columns, lines = SMALLEST
    if 0 < size.columns < columns or 0 < size.lines < lines:
        raise UsageError(
            f"This terminal is {size.columns}x{size.lines}, and the wizard needs {columns}x{lines}: "
            "make it larger, or add --plain for numbered prompts."
        )


def text_width(stream: TextIO) -> int:
    """Columns that text on `stream` may take: the terminal's, 80 in a pipe or a file."""
    if not stream.isatty():
        return DEFAULT_WIDTH
    return min(max(shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns, SMALLEST[0]), WIDEST)


def has_colour(stream: TextIO, environ: Mapping[str, str] = os.environ) -> bool:
    """https://no-color.org: any value but the empty one switches colour off."""
    return stream.isatty() and not environ.get("NO_COLOR") and not is_dumb(environ)


def has_symbols(stream: TextIO) -> bool:
    """Whether the stream's encoding knows our symbols; a stream without one holds any character."""
    try:
        "✖✔▲△◐…“”–·›".encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
