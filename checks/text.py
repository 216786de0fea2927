"""Text from outside, made safe to show: what a terminal would obey or an eye would miss becomes visible."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

LINE_LIMIT = 600
"""Characters that one piece of outside text may take on a screen or in an export."""

# Letters and marks by category, yet drawn as nothing (Unicode Default_Ignorable_Code_Point and blanks).
_BLANK = frozenset(
    [
        0x034F,
        0x115F,
        0x1160,
        0x17B4,
        0x17B5,
        0x2800,
        0x3164,
        0xFFA0,
        *range(0xFE00, 0xFE10),
        *range(0xE0100, 0xE01F0),
    ]
)
_HIDDEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_PRINTABLE_ASCII = re.compile(r"[\x20-\x7e]*\Z")
_HALF_ESCAPE = re.compile(r"\\(u(\{[0-9a-f]*)?)?\Z")
_SHORTEST = 40


@lru_cache(maxsize=4096)
def _shown(character: str) -> str:
    hidden = (
        unicodedata.category(character) in _HIDDEN_CATEGORIES
        or (character.isspace() and character != " ")
        or ord(character) in _BLANK
    )
    return f"\\u{{{ord(character):x}}}" if hidden else character


def visible(text: str, limit: int = LINE_LIMIT) -> str:
    """`text` on one line of at most `limit` characters (at least 40), with every control, bidirectional, zero-width,
    unassigned and surrogate code point written as `\\u{...}`. What is cut off is told. Idempotent."""
    limit = max(limit, _SHORTEST)
    cut = text[: limit + 1]
    shown = cut if _PRINTABLE_ASCII.match(cut) else "".join(map(_shown, cut))
    if len(shown) <= limit:
        return shown
    told = f"… ({len(text):,} characters in all)"
    return _HALF_ESCAPE.sub("", shown[: limit - len(told)]) + told
