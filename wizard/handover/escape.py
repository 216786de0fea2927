"""Text in Markdown. Whatever is not a plain word stands in a code span, so that no text can become a link, an image,
a tag, a task or a table cell, in CommonMark, GitHub's dialect or readers that guess links."""

from __future__ import annotations

import re
from collections.abc import Iterable

from checks.text import visible

CODE_LIMIT = 1300
"""Characters of one code span. What the constructors let through fits; the delimiter stays below cmark's limit of 80
backticks, because runs of 1, 2, 3, … up to 80 backticks would take 3,240 characters."""

EMPTY = "(empty)"

# A word without anything that Markdown, GitHub (#12, GH-12, @name, :smile:, $math$) or a link guesser acts on.
_LETTERS = r"[^\W_]+"
_WORD = re.compile(
    rf"[(“‘\"']*(?:[A-Z]\d\.\d|\d[\d,]*(?:\.\d+)?(?:%|[^\W\d_]+)?|{_LETTERS}(?:[-'’/–—]{_LETTERS})*|[–—→…≤≥×·%])[)”’\"',;.:!?…]*\Z"
)
_TICKET = re.compile(r"GH-\d", re.IGNORECASE)
_LIST_MARKER = re.compile(r"\d+[.)]")
_TAIL = re.compile(r"[,;:.!?)”]+\Z")
_TAIL_OF_A_RECORD = re.compile(r"[,:.!?)”]+\Z")
"""In `v=DMARC1; p=none;` the semicolons are part of what is written."""
_HEAD = re.compile(r"\A[(“]+")


def _unmarked(text: str, limit: int) -> str:
    """Visible text in which nothing looks like one of our marks, also to a reader that searches without parsing."""
    return visible(text, limit).replace("<!--lr:", "<\\u{21}--lr:")


def code(text: str) -> str:
    """`text` as a code span that nothing in it can end."""
    shown = _unmarked(text, CODE_LIMIT)
    if not shown.strip():
        return EMPTY
    used = {len(run) for run in re.findall(r"`+", shown)}
    ticks = "`" * next(length for length in range(1, len(used) + 2) if length not in used)
    # CommonMark takes one space off both ends; a backtick at an end would join the delimiter.
    padded = shown[0] == "`" or shown[-1] == "`" or (shown[0] == " " and shown[-1] == " ")
    return f"{ticks} {shown} {ticks}" if padded else f"{ticks}{shown}{ticks}"


def cell(markdown: str) -> str:
    """Markdown made by `code` or `prose`, fit for a cell of a table: GFM splits cells before it looks for code."""
    return markdown.replace("|", "\\|")


def row(*cells: str) -> str:
    return f"| {' | '.join(cell(text) for text in cells)} |"


def table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> list[str]:
    """A table whose columns are not padded, so that a longer cell changes one line of a diff and not all."""
    return [row(*header), row(*("---" for _ in header)), *(row(*cells) for cells in rows)]


def _is_word(token: str, first: bool) -> bool:
    if not token.isascii() and any(
        not c.isalnum() and c not in "–—→…≤≥×·“”‘’" for c in token if ord(c) > 127
    ):
        return False
    if first and _LIST_MARKER.match(token):
        return False
    return bool(_WORD.match(token)) and not _TICKET.search(token)


def _tail_of(text: str) -> str:
    """The punctuation that ends a sentence or a part of it. A bracket that closes one in `text` is none."""
    found = (_TAIL_OF_A_RECORD if "=" in text else _TAIL).search(text)
    tail = found.group() if found else ""
    inner = text[: len(text) - len(tail)]
    opened = inner.removeprefix("(").count("(")
    while opened > inner.count(")") and ")" in tail:
        cut = tail.index(")") + 1
        inner, tail = inner + tail[:cut], tail[cut:]
    return tail if inner else ""


def _spanned(text: str) -> str:
    """`text` as a code span, the punctuation around it left outside."""
    head = _HEAD.match(text)
    before = head.group() if head else ""
    after = _tail_of(text[len(before) :])
    inner = text[len(before) : len(text) - len(after)]
    return f"{before}{code(inner)}{after}" if inner else code(text)


def prose(text: str) -> str:
    """A sentence in which plain words stay as they are and names, addresses, records, whatever else stands in code.

    Runs of spaces become one. Neighbours that need code share one span.
    """
    out: list[str] = []
    strange: list[str] = []

    def flush() -> None:
        if strange:
            out.append(_spanned(" ".join(strange)))
            strange.clear()

    for token in visible(text, CODE_LIMIT).split(" "):
        if not token:
            continue
        if _is_word(token, first=not out and not strange):
            flush()
            out.append(token)
        else:
            if _HEAD.match(token):
                flush()
            strange.append(token)
            if _tail_of(token):
                flush()
    flush()
    return " ".join(out) or EMPTY


def fence(text: str) -> list[str]:
    """`text`, which may have several lines, as a code block that nothing in it can end."""
    lines = [_unmarked(line, 100_000) for line in text.splitlines()] or [""]
    longest = max((len(run) for line in lines for run in re.findall(r"`+", line)), default=0)
    bar = "`" * max(3, longest + 1)
    return [f"{bar}text", *lines, bar]


_UNSAFE_ID = re.compile(r"[^A-Za-z0-9.@_-]")


def mark(id: str) -> str:
    """The invisible name of a line, `<!--lr:s2.2-->`. No space, and no `--` inside, which would end it early in
    GitHub's parser (an IDN such as xn--… has one)."""
    quoted = _UNSAFE_ID.sub(lambda found: "".join(f"%{byte:02X}" for byte in _bytes(found.group())), id)
    while "--" in quoted:
        quoted = quoted.replace("--", "-%2D")
    return f"<!--lr:{re.sub('-$', '%2D', quoted) or 'none'}-->"


def _bytes(character: str) -> bytes:
    return character.encode("utf-8", "surrogatepass")
