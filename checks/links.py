"""Where a page leads: read from its HTML with limits, because anybody may have written it."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urlsplit, urlunsplit

from checks.redirects import resolve_location

PAGE_CHARACTERS = 300_000
LINKS = 2_000
SECONDS = 0.5
"""How long one page may keep the parser busy."""
_CHUNK = 8_192
_WORDS = 200
"""Characters of a link's own text that are kept."""
_ATTRIBUTES = ("href", "src", "action")


@dataclass(frozen=True, slots=True)
class Link:
    """`url` is absolute, http or https, without fragment. `tag` is `a`, `form`, `img` …; `words` what people click."""

    url: str
    tag: str
    words: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def bare(self) -> str:
        """The URL without its query."""
        parts = urlsplit(self.url)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


class _Parser(HTMLParser):
    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self.base = base
        self.links: list[Link] = []
        self._open: Link | None = None
        self._words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value for name, value in attrs if value}
        if tag == "base" and "href" in values:
            self.base = resolve_location(self.base, values["href"]) or self.base
            return
        if tag in ("a", "form"):
            self._finish()
        for name in _ATTRIBUTES:
            value = values.get(name, "").strip()
            url = resolve_location(self.base, value) if value and not value.startswith("#") else ""
            if url and len(self.links) < LINKS:
                link = Link(url, tag)
                if tag == "a":
                    self._open = link
                else:
                    self.links.append(link)

    def handle_data(self, data: str) -> None:
        if self._open is not None:
            self._words.append(data[:_WORDS])

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._finish()

    def _finish(self) -> None:
        if self._open is not None:
            words = re.sub(r"\s+", " ", " ".join(self._words[:20])).strip()[:_WORDS]
            self.links.append(Link(self._open.url, self._open.tag, words))
        self._open = None
        self._words = []

    def end(self) -> list[Link]:
        self._finish()
        return self.links


def links_of(html: str, url: str) -> tuple[Link, ...]:
    """Every link, source and form target of the page at `url`, in order, each once. Takes up to half a second of
    processor time on hostile input: call it in a thread."""
    parser = _Parser(url)
    started = time.perf_counter()
    text = html[:PAGE_CHARACTERS]
    for start in range(0, len(text), _CHUNK):
        parser.feed(text[start : start + _CHUNK])
        if len(parser.links) >= LINKS or time.perf_counter() - started > SECONDS:
            break
    return tuple(dict.fromkeys(parser.end()))
