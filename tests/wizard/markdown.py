"""A handover as two parsers of GitHub's Markdown see it, for tests that compare."""

from __future__ import annotations

import html.parser
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

import cmarkgfm
from cmarkgfm.cmark import Options
from markdown_it import MarkdownIt
from markdown_it.token import Token

MARK = re.compile(r"<!--lr:[A-Za-z0-9.@_%-]+-->")
"""The only raw HTML that a handover may hold."""


def body(document: str) -> str:
    """The document without its front matter, which is YAML and not Markdown."""
    assert document.startswith("---\n")
    return document.split("\n---\n", 1)[1]


def front_matter(document: str) -> dict[str, str]:
    lines = document.removeprefix("---\n").split("\n---\n", 1)[0].splitlines()
    pairs = (line.split(": ", 1) for line in lines)
    return {key: json.loads(value) if value.startswith('"') else value for key, value in pairs}


def tokens(document: str) -> Iterator[Token]:
    """Every token of markdown-it-py in its most eager setting: raw HTML, tables, links guessed from text."""
    for token in MarkdownIt("gfm-like", {"html": True, "linkify": True}).parse(body(document)):
        yield token
        yield from token.children or ()


@dataclass
class Seen(html.parser.HTMLParser):
    """What stands in rendered HTML: tags in order, comments, the texts of code and of cells."""

    tags: list[str] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)
    attributes: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._in_code = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        if tag == "code":
            self._in_code = True
            self.codes.append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_code = self._in_code and tag != "code"

    def handle_data(self, data: str) -> None:
        if self._in_code:
            self.codes[-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def by_cmark(document: str) -> Seen:
    """As GitHub's own parser renders it, raw HTML let through."""
    seen = Seen()
    rendered = cmarkgfm.github_flavored_markdown_to_html(body(document), Options.CMARK_OPT_UNSAFE)
    seen.feed(rendered)
    seen.close()
    return seen


def by_markdown_it(document: str) -> Seen:
    """As markdown-it-py renders it, raw HTML let through."""
    seen = Seen()
    seen.feed(MarkdownIt("gfm-like", {"html": True, "linkify": True}).render(body(document)))
    seen.close()
    return seen
