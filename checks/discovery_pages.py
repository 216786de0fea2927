"""The part of discovery that asks for pages: links of the landing page, and health checks that answer as such."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Iterable
from typing import TYPE_CHECKING

from checks.failure import ExchangeFailed
from checks.links import Link, links_of
from checks.probes.names import is_at_or_below
from checks.redirects import REDIRECTS, resolve_location
from checks.response import ACCEPT_PAGES, ACCEPT_REPORTS, Response
from checks.target import Domain, Endpoint, EndpointKind, Host

if TYPE_CHECKING:
    from checks.world import World

LANDING_SECONDS = 15.0
HEALTH_SECONDS = 10.0
REQUEST_SECONDS = 6.0
PAGE_BYTES = 400_000
HEALTH_BYTES = 20_000
HOPS = 5
HEALTH_PATHS = ("/health", "/healthz", "/api/health", "/up")

_SIGNUP = re.compile(
    r"sign[-_]?up|register|create[-_]?account|get[-_]?started|/join\b|start[-_]free|free[-_]trial"
)
_LOGIN = re.compile(r"log[-_]?in|sign[-_]?in|/auth\b")
_SIGNUP_WORDS = re.compile(
    r"sign up|register|create (an |your )?account|get started|start (for )?free|try .*free", re.I
)
_LOGIN_WORDS = re.compile(r"log ?in|sign in", re.IGNORECASE)


async def _get(world: World, url: str, max_bytes: int, accept: str = ACCEPT_PAGES) -> Response | None:
    try:
        # Not verified: a refused certificate is told by its own check, and no proposal carries a secret.
        return await world.http.fetch(
            url, verify=False, max_bytes=max_bytes, timeout=REQUEST_SECONDS, headers={"Accept": accept}
        )
    except ExchangeFailed:
        return None


async def _page(world: World, url: str, domain: Domain) -> Response | None:
    """The page that `url` leads to inside the domain; None when there is none."""
    for _ in range(HOPS):
        response = await _get(world, url, PAGE_BYTES)
        if response is None or response.status not in REDIRECTS:
            return response
        url = resolve_location(url, response.headers.get("location"))
        if not url or not is_at_or_below(Link(url, "").host, domain.name):
            return None
    return None


async def landing_links(world: World, domain: Domain, host: str) -> tuple[Link, ...]:
    """Every link of the landing page of `host`, asked over https, else http; () when there is no page in time."""
    try:
        async with asyncio.timeout(LANDING_SECONDS):
            for scheme in ("https", "http"):
                page = await _page(world, f"{scheme}://{host}/", domain)
                if page is not None and page.status < 400:
                    return await asyncio.to_thread(links_of, page.text, page.url)
    except TimeoutError:
        pass
    return ()


def _is_page_of(link: Link, domain: Domain) -> bool:
    usual = link.url.split("/", 3)[2] == link.host
    return link.tag == "a" and usual and is_at_or_below(link.host, domain.name) and len(link.bare) <= 300


def named_pages(links: Iterable[Link], domain: Domain) -> tuple[Endpoint, ...]:
    """The sign-up and the log-in page, by their address or by what people click. Only links, never form targets: a
    form may do something."""
    pages = [
        link for link in links if _is_page_of(link, domain) and "out" not in link.path.rpartition("/")[2]
    ]
    found: list[Endpoint] = []
    for kind, address, words in (
        (EndpointKind.SIGNUP, _SIGNUP, _SIGNUP_WORDS),
        (EndpointKind.LOGIN, _LOGIN, _LOGIN_WORDS),
    ):
        by_address = (link for link in pages if address.search(link.path.lower()))
        by_words = (link for link in pages if words.search(link.words) and link.path not in ("", "/"))
        link = next(by_address, None) or next(by_words, None)
        if link is not None and all(link.bare != other.url for other in found):
            found.append(Endpoint(link.bare, kind, confirmed=False))
    return tuple(found)


def _kind(response: Response) -> str:
    return response.headers.get("content-type").partition(";")[0].strip().lower()


def speaks_of_health(response: Response | None, made_up: Response | None) -> bool:
    """Whether an answer is that of a health check, and not what the host says to any path."""
    if response is None or made_up is None:
        return False
    unwell = response.status == 503 and "html" not in _kind(response)
    if not 200 <= response.status < 300 and not unwell:
        return False
    if made_up.status != response.status:
        return True
    return _kind(made_up) != _kind(response) and "html" not in _kind(response)


async def _health_of(world: World, host: Host) -> Endpoint | None:
    base = f"https://{host.name}"
    made_up, *answers = await asyncio.gather(
        _get(world, f"{base}/{secrets.token_hex(8)}", HEALTH_BYTES, ACCEPT_REPORTS),
        *(_get(world, f"{base}{path}", HEALTH_BYTES, ACCEPT_REPORTS) for path in HEALTH_PATHS),
    )
    for path, answer in zip(HEALTH_PATHS, answers, strict=True):
        if speaks_of_health(answer, made_up):
            return Endpoint(f"{base}{path}", EndpointKind.HEALTH, confirmed=False)
    return None


async def health_endpoints(world: World, hosts: Iterable[Host]) -> tuple[Endpoint, ...]:
    """At most one health check a host, where one answers as such in time."""
    tasks = [asyncio.create_task(_health_of(world, host)) for host in hosts]
    if not tasks:
        return ()
    try:
        await asyncio.wait(tasks, timeout=HEALTH_SECONDS)
    finally:
        late = [task for task in tasks if not task.done()]
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
    found = (task.result() for task in tasks if not task.cancelled() and task.exception() is None)
    return tuple(endpoint for endpoint in found if endpoint is not None)
