"""The health endpoint: does it say something useful, or just 200."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from checks.check import check, probe
from checks.deployment.health_words import Spoken, is_html, read_health
from checks.failure import ExchangeFailed, Failure
from checks.model import Change, CouldNotCheck, Evidence, Result, Severity, failed, partial, passed
from checks.probes.pages import address_for
from checks.probes.walls import wall_cause
from checks.response import ACCEPT_REPORTS
from checks.target import Endpoint, health_endpoints

if TYPE_CHECKING:
    from checks.response import Response
    from checks.world import World

BODY_BYTES = 200_000
SECONDS = 10.0
SAME = 0.95
"""Likeness from which two bodies are the same page but for a time or a token."""
SHOWN = 300
EXAMPLE = '{"status": "ok", "version": "2026.11.3", "checks": {"database": "ok", "queue": "ok"}}'


@dataclass(frozen=True, slots=True)
class Answer:
    """What one path gave."""

    url: str
    status: int
    content_type: str
    text: str
    location: str = ""

    @property
    def shown(self) -> str:
        return f"HTTP {self.status}: {self.text.strip()[:SHOWN] or '(empty)'}"


@dataclass(frozen=True, slots=True)
class Health:
    """`other`: what a made-up path beside it gave, None when that got no answer."""

    url: str
    answer: Answer | None
    failure: Failure | None = None
    other: Answer | None = None


def sibling_of(url: str, token: str) -> str:
    """A path beside `url` that nobody can have made."""
    parts = urlsplit(url)
    folder = parts.path.rstrip("/").rpartition("/")[0]
    return urlunsplit((parts.scheme, parts.netloc, f"{folder}/{token}", "", ""))


def _words(answer: Answer) -> Counter[str]:
    """The words and signs of the body, without the path asked for and without digits, which differ by nature."""
    last = urlsplit(answer.url).path.rstrip("/").rpartition("/")[2]
    text = answer.text[:20_000]
    if last:
        text = text.replace(f"/{last}", "/")
    return Counter(re.findall(r"\w+|[^\w\s]", re.sub(r"\d+", "0", text)))


def likeness(one: Answer, two: Answer) -> float:
    """How much of two bodies is the same, 0 to 1. In linear time: a judge must not hold up the screen."""
    words = _words(one), _words(two)
    total = words[0].total() + words[1].total()
    return 2 * (words[0] & words[1]).total() / total if total else 1.0


def is_catch_all(answer: Answer, other: Answer | None) -> bool:
    """Whether a path that cannot exist gives the same success and nearly the same body."""
    if other is None or other.status != answer.status or not 200 <= answer.status < 300:
        return False
    return likeness(answer, other) >= SAME


def _answer(response: Response) -> Answer:
    header = response.headers.get
    return Answer(response.url, response.status, header("content-type"), response.text, header("location"))


async def _get(world: World, url: str, address: str | None) -> Answer | Failure:
    try:
        response = await world.http.fetch(
            url, address=address, timeout=SECONDS, max_bytes=BODY_BYTES, headers={"Accept": ACCEPT_REPORTS}
        )
    except ExchangeFailed as error:
        return error.failure
    host = urlsplit(url).hostname or ""
    if (wall := wall_cause(response, host)) is not None:
        raise CouldNotCheck(wall)
    return _answer(response)


@probe(deadline=30)
async def health_answer(world: World, endpoint: Endpoint) -> Health:
    """The health endpoint and a made-up path beside it. Raises CouldNotCheck when the host or its certificate is at
    fault (told elsewhere), at a bot wall and at a rate limit."""
    address = await address_for(world, endpoint.url)
    made_up = sibling_of(endpoint.url, f"launch-ready-{secrets.token_hex(6)}")
    got, other = await asyncio.gather(
        _get(world, endpoint.url, address), _get(world, made_up, address), return_exceptions=True
    )
    if isinstance(got, BaseException):
        raise got
    if isinstance(got, Failure):
        return Health(endpoint.url, None, got)
    return Health(endpoint.url, got, None, other if isinstance(other, Answer) else None)


def _change(have: str, want: str) -> Change:
    where = "the code of your API: the route of the health check (or ask your AI builder for it)"
    return Change(have, want, where, paste=EXAMPLE)


def _without_success(answer: Answer, spoken: Spoken, seen: Evidence) -> Result:
    status = answer.status
    if 300 <= status < 400:
        told = f"The health check redirects to {answer.location or 'nowhere'}: monitors may not follow"
        return failed(told, seen, change=_change(f"HTTP {status}", "the status itself at this address"))
    if status in (401, 403, 407):
        told = f"The health check asks for a login (HTTP {status}): no monitor can read it"
        return failed(
            told, seen, change=_change(f"HTTP {status}", "open to everybody, without private details")
        )
    if status in (404, 410):
        told = f"There is no health check at this address (HTTP {status})"
        return failed(
            told, seen, change=_change("no such route", "a route that looks at the database and says so")
        )
    if status >= 500 and not is_html(answer.content_type, answer.text) and (spoken.trouble or spoken.useful):
        what = ", ".join(spoken.trouble) or "no part named"
        told = f"The health check works, and says that something is broken now ({what})"
        change = Change(
            have=what, want="every part well", where="the part that it names: its logs, its limits, its bill"
        )
        return failed(told, seen, change=change)
    told = f"The health check answers with an error (HTTP {status}) and does not say what is wrong"
    return failed(
        told, seen, change=_change(f"HTTP {status}", "200 when all is well, 503 and the broken part when not")
    )


@check("deployment.health", item="S3.5", severity=Severity.HIGH, each=health_endpoints, needs=health_answer)
def health(endpoint: Endpoint, found: Health) -> Result:
    """Passes when the answer names a dependency or the release that runs; partial when it only says that the server is
    up; fails on a page for every path, a web page, nothing, an error, or success that reports trouble."""
    if found.answer is None:
        told = found.failure.sentence if found.failure is not None else "no answer"
        seen = Evidence(told, where=found.url, expected="HTTP 200 and a few words of status")
        return failed(
            f"The health check does not answer: {told}", seen, change=_change("no answer", "an answer")
        )
    answer = found.answer
    seen = Evidence(
        answer.shown, where=found.url, expected="HTTP 200, the release, and each part it depends on"
    )
    spoken = read_health(answer.text)
    if not 200 <= answer.status < 300:
        return _without_success(answer, spoken, seen)
    if is_catch_all(answer, found.other) and found.other is not None:
        same = Evidence(found.other.shown, where=found.other.url, expected="HTTP 404")
        told = "Every path gives this same answer, so the health check can never fail"
        return failed(
            told, seen, same, change=_change("a page for every path", "a route of its own, and 404 elsewhere")
        )
    if not answer.text.strip():
        told = "The health check answers with nothing: whether the database works stays unknown"
        return failed(told, seen, change=_change("an empty body", "the release and each part it depends on"))
    if is_html(answer.content_type, answer.text):
        told = "The health check is a web page: no monitor can read from it how the parts are"
        return failed(told, seen, change=_change("HTML", "JSON with the release and each part it depends on"))
    if spoken.trouble:
        told = f"The health check says {', '.join(spoken.trouble)}, and answers with success (HTTP {answer.status})"
        want = "HTTP 503 while a part is broken: monitors read the number alone"
        return failed(told, seen, change=_change(f"HTTP {answer.status}", want))
    if not spoken.useful:
        told = "The health check says that the server is up, and not whether the database is"
        return partial(told, seen, change=_change(answer.shown, "the release and each part it depends on"))
    what = [f"looks at {', '.join(spoken.parts[:6])}"] if spoken.parts else []
    what += [f"names the release {spoken.release}"] if spoken.release else []
    return passed(f"The health check {' and '.join(what)}", seen)
