"""What one HTTP exchange gave. Plain data, cheap to import."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

ACCEPT_PAGES = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
"""What browsers accept: some servers answer 406 to whoever does not name HTML."""
ACCEPT_REPORTS = "application/health+json, application/json, */*;q=0.8"
"""What monitors accept: a server that has a page and a report in one place gives the report."""


class Headers:
    """Response headers: names without regard to case, every line kept in order."""

    __slots__ = ("_items",)

    def __init__(self, items: Iterable[tuple[str, str]] | Mapping[str, str] = ()) -> None:
        pairs = items.items() if isinstance(items, Mapping) else items
        self._items = tuple((name.lower(), value) for name, value in pairs)

    def get(self, name: str, default: str = "") -> str:
        """All lines of that name joined by ", " (RFC 9110, 5.3), or `default`."""
        values = self.get_list(name)
        return ", ".join(values) if values else default

    def get_list(self, name: str) -> tuple[str, ...]:
        """Every line of that name on its own: needed for Set-Cookie and for headers that must stand once."""
        wanted = name.lower()
        return tuple(value for key, value in self._items if key == wanted)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and any(key == name.lower() for key, _ in self._items)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self._items == other._items

    def __hash__(self) -> int:
        return hash(self._items)

    def __repr__(self) -> str:
        return f"Headers({list(self._items)!r})"


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds. `tls_ms` is None over http; `first_byte_ms` runs from the request sent to the first byte back.

    `connect_ms` and `tls_ms` are 0 where an open connection was used again; `dns_ms` is what the question took when
    it was asked, and 0 where the address was given.
    """

    dns_ms: float
    connect_ms: float
    tls_ms: float | None
    first_byte_ms: float
    total_ms: float


@dataclass(frozen=True, slots=True)
class Response:
    """One response to one request; redirects are not followed. `body` is decompressed and ends at the limit."""

    url: str
    status: int
    headers: Headers
    body: bytes
    truncated: bool
    address: str
    port: int
    timings: Timings
    http_version: str = field(default="HTTP/1.1")

    @property
    def text(self) -> str:
        """The body as text, in the charset the server names, else UTF-8; what does not fit becomes U+FFFD."""
        try:
            return self.body.decode(self._charset(), "replace")
        except (LookupError, ValueError):
            return self.body.decode("utf-8", "replace")

    def _charset(self) -> str:
        for part in self.headers.get("content-type").split(";")[1:]:
            name, _, value = part.partition("=")
            if name.strip().lower() == "charset":
                return value.strip().strip("\"'") or "utf-8"
        return "utf-8"
