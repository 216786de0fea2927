"""Redirects followed by hand, hop by hop, so that each hop can be shown and none is trusted."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from checks.failure import ExchangeFailed, Failure, FailureKind
from checks.reach import is_address

if TYPE_CHECKING:
    from checks.response import Response
    from checks.world import World

REDIRECTS = frozenset({301, 302, 303, 307, 308})
HOP_LIMIT = 10
LOCATION_LIMIT = 8000
"""Characters; no browser and no server handles longer addresses dependably."""


class HopEnd(StrEnum):
    """What comes after a hop."""

    NEXT = "next"
    """The next hop of the list."""
    ANSWER = "answer"
    """Nothing: this one answered with something else than a redirect."""
    FAILED = "failed"
    """Nothing: no answer; `failure` says why. OUT_OF_REACH there: recorded and not fetched."""
    LOOP = "loop"
    """`target` is an address that an earlier hop, or this one, stands for."""
    LIMIT = "limit"
    """More hops than we follow."""
    NO_TARGET = "no-target"
    """A redirect to nowhere: its Location is missing or no http or https address."""


@dataclass(frozen=True, slots=True)
class Hop:
    """One request of a chain. `location` is the header as sent, `target` the address it leads to ("" for none)."""

    url: str
    end: HopEnd
    status: int | None = None
    location: str = ""
    target: str = ""
    address: str = ""
    failure: Failure | None = None
    response: Response | None = None


def resolve_location(base: str, location: str) -> str:
    """Where a browser at `base` goes by `location`: a printable http or https URL without login and fragment, or ""
    when it goes nowhere that we would follow (RFC 9110, 10.2.2; the WHATWG URL standard for slips like backslashes).
    """
    if len(location) > LOCATION_LIMIT:
        return ""
    text = re.sub(r"[\t\r\n]", "", location.strip("".join(map(chr, range(0x21)))))
    head, mark, tail = re.match(r"([^?#]*)([?#]?)(.*)\Z", text, re.DOTALL).groups()  # type: ignore[union-attr]
    try:
        parts = urlsplit(urljoin(base, head.replace("\\", "/") + mark + tail))
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or port == 0:
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    at = host if port in (None, usual) else f"{host}:{port}"
    path = _quoted(parts.path) or "/"
    return f"{parts.scheme}://{at}{path}" + (f"?{_quoted(parts.query)}" if parts.query else "")


def _host(host: str) -> str:
    """The host in ASCII; "" when no name or address can be spelled so."""
    if is_address(host):
        return f"[{host}]" if ":" in host and "%" not in host else "" if ":" in host else host
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    name = host.lower()
    return name if re.fullmatch(r"(?!\.)[a-z0-9_.-]{1,253}", name) and ".." not in name else ""


def _quoted(text: str) -> str:
    return quote(text, safe="/:@!$&'()*+,;=-._~%?[]|^", errors="replace")


async def follow(
    world: World, url: str, limit: int = HOP_LIMIT, *, max_bytes: int = 100_000, timeout: float = 10.0
) -> tuple[Hop, ...]:
    """Every hop from `url` on, at least one. Never raises for what servers do; `timeout` (seconds) is for each hop.

    The list ends with an answer, a failure, a loop or the limit; the last hop's `end` says which.
    """
    hops: list[Hop] = []
    seen: set[str] = set()
    here = resolve_location(url, "")
    if not here:
        failure = Failure(FailureKind.PROTOCOL, f"{url} is no http or https address")
        return (Hop(url, HopEnd.FAILED, failure=failure),)
    while True:
        seen.add(here)
        hop = await _hop(world, here, max_bytes, timeout)
        if hop.end is HopEnd.NEXT and hop.target in seen:
            hop = replace(hop, end=HopEnd.LOOP)
        elif hop.end is HopEnd.NEXT and len(hops) + 1 >= limit:
            hop = replace(hop, end=HopEnd.LIMIT)
        hops.append(hop)
        if hop.end is not HopEnd.NEXT:
            return tuple(hops)
        here = hop.target


async def _hop(world: World, url: str, max_bytes: int, timeout: float) -> Hop:
    try:
        response = await world.http.fetch(url, max_bytes=max_bytes, timeout=timeout)
    except ExchangeFailed as error:
        return Hop(url, HopEnd.FAILED, address=error.failure.address, failure=error.failure)
    location = next(iter(response.headers.get_list("location")), "")
    hop = Hop(url, HopEnd.ANSWER, response.status, location, "", response.address, None, response)
    if response.status not in REDIRECTS:
        return hop
    target = resolve_location(url, location) if location else ""
    return replace(hop, end=HopEnd.NEXT if target else HopEnd.NO_TARGET, target=target)
