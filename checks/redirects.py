"""Redirects followed by hand, hop by hop, so that each hop can be shown and none is trusted."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit

from checks.cookies import Cookies
from checks.failure import ExchangeFailed, Failure, FailureKind
from checks.reach import is_address

if TYPE_CHECKING:
    from checks.response import Response
    from checks.world import World

REDIRECTS = frozenset({301, 302, 303, 307, 308})
HOP_LIMIT = 10
LOCATION_LIMIT = 8000
"""Characters; no browser and no server handles longer addresses dependably."""
_BLANKS = "".join(map(chr, range(0x21)))
_SURROGATES = re.compile("[\ud800-\udfff]")
_FORM = re.compile(r"(?:(https?):)?(/*)(.*)", re.IGNORECASE | re.DOTALL)


class HopEnd(StrEnum):
    """What comes after a hop."""

    NEXT = "next"
    """The next hop of the list."""
    ANSWER = "answer"
    """Nothing: this one answered with something else than a redirect."""
    FAILED = "failed"
    """Nothing: no answer; `failure` says why. OUT_OF_REACH there: recorded and not fetched."""
    LOOP = "loop"
    """`target` is an address that an earlier hop, or this one, stands for, asked for with the same cookies."""
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
    text = re.sub(r"[\t\r\n]", "", location.strip(_BLANKS))
    try:
        parts = urlsplit(_absolute(base, text))
        host, port = _host(parts.hostname or "", bracketed="[" in parts.netloc), parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or port == 0:
        return ""
    usual = {"http": 80, "https": 443}[parts.scheme]
    at = host if port in (None, usual) else f"{host}:{port}"
    path = _quoted(parts.path) or "/"
    return f"{parts.scheme}://{at}{path}" + (f"?{_quoted(parts.query)}" if parts.query else "")


def _absolute(base: str, text: str) -> str:
    """`text` seen from `base`. Browsers read backslashes as slashes, and any number of them before a host as two."""
    path_end = re.search(r"[?#]|\Z", text)
    cut = path_end.start() if path_end else len(text)
    before, after = text[:cut].replace("\\", "/"), text[cut:]
    scheme, slashes, rest = _FORM.fullmatch(before).groups()  # type: ignore[union-attr]
    base_scheme = urlsplit(base).scheme
    wanted = scheme.lower() if scheme else base_scheme
    if len(slashes) >= 2 or wanted != base_scheme:
        return f"{wanted}://{rest}{after}"
    if scheme:
        return urljoin(base, f"{slashes or './'}{rest}{after}")
    return urljoin(base, before + after)


def _host(host: str, *, bracketed: bool) -> str:
    """The host in ASCII; "" when no name or address can be spelled so."""
    if bracketed:
        return f"[{host}]" if is_address(host) and "%" not in host else ""
    if not host.isascii():
        import idna

        try:
            host = idna.encode(host, uts46=True).decode("ascii")
        except (idna.IDNAError, UnicodeError):
            return ""
    name = host.lower()
    return name if re.fullmatch(r"(?!\.)[a-z0-9_.-]{1,253}", name) and ".." not in name else ""


def _quoted(text: str) -> str:
    return quote(_SURROGATES.sub("\ufffd", text), safe="/:@!$&'()*+,;=-._~%?[]|^")


AddressOf = Callable[[str], Awaitable[str | None]]
"""A URL -> the address to dial for its host, None for any of its addresses."""


async def any_address(url: str) -> str | None:
    return None


async def follow(
    world: World,
    url: str,
    limit: int = HOP_LIMIT,
    *,
    max_bytes: int = 100_000,
    timeout: float = 10.0,
    address_of: AddressOf = any_address,
) -> tuple[Hop, ...]:
    """Every hop from `url` on, at least one. Never raises for what servers do; `timeout` (seconds) is for each hop.

    Cookies set on the way are sent back on it, as browsers do: many sites set one, lead to the same address again, and
    open then.

    `address_of` keeps a dead or stale address of a host out of the way where another one is known to be good.

    The list ends with an answer, a failure, a loop or the limit; the last hop's `end` says which.
    """
    hops: list[Hop] = []
    seen: set[tuple[str, str]] = set()
    cookies = Cookies()
    here = resolve_location(url, "")
    if not here:
        failure = Failure(FailureKind.PROTOCOL, f"{url} is no http or https address")
        return (Hop(url, HopEnd.FAILED, failure=failure),)
    while True:
        cookie = cookies.header(here)
        seen.add((here, cookie))
        hop = await _hop(world, here, max_bytes, timeout, await address_of(here), cookie)
        if hop.response is not None:
            cookies.keep(here, hop.response.headers)
        if hop.end is HopEnd.NEXT and (hop.target, cookies.header(hop.target)) in seen:
            hop = replace(hop, end=HopEnd.LOOP)
        elif hop.end is HopEnd.NEXT and len(hops) + 1 >= limit:
            hop = replace(hop, end=HopEnd.LIMIT)
        hops.append(hop)
        if hop.end is not HopEnd.NEXT:
            return tuple(hops)
        here = hop.target


async def _hop(
    world: World, url: str, max_bytes: int, timeout: float, address: str | None, cookie: str
) -> Hop:
    headers = {"Cookie": cookie} if cookie else {}
    try:
        response = await world.http.fetch(
            url, max_bytes=max_bytes, timeout=timeout, address=address, headers=headers
        )
    except ExchangeFailed as error:
        return Hop(url, HopEnd.FAILED, address=error.failure.address, failure=error.failure)
    location = next(iter(response.headers.get_list("location")), "")
    hop = Hop(url, HopEnd.ANSWER, response.status, location, "", response.address, None, response)
    if response.status not in REDIRECTS:
        return hop
    target = resolve_location(url, location) if location else ""
    return replace(hop, end=HopEnd.NEXT if target else HopEnd.NO_TARGET, target=target)
