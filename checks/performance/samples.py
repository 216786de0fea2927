"""Three requests to one named endpoint, one after the other: does it answer, and how soon comes the first byte."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from checks.check import probe
from checks.failure import ExchangeFailed, Failure, FailureKind
from checks.model import Cause, CouldNotCheck
from checks.probes.doors import DoorEnd, door_of, follow_from, host_of, pass_front_door, pass_own_door
from checks.probes.pages import address_for
from checks.probes.walls import wall_cause
from checks.redirects import REDIRECTS
from checks.response import Response
from checks.target import Endpoint

if TYPE_CHECKING:
    from checks.world import World

SAMPLES = 3
SAMPLE_SECONDS = 8.0
BODY_BYTES = 2_000_000


@dataclass(frozen=True, slots=True)
class Sample:
    """One exchange. Milliseconds; `connection_ms` is TCP and TLS, 0 where an open connection was used again."""

    status: int | None
    first_byte_ms: float = 0.0
    connection_ms: float = 0.0
    failure: Failure | None = None

    @property
    def answered(self) -> bool:
        """Whether a visitor gets what the endpoint is for: not a server's error, not "there is nothing here"."""
        return self.status is not None and self.status < 500 and self.status not in (404, 410)


@dataclass(frozen=True, slots=True)
class Samples:
    """`url` as named, `measured` where its redirects lead; `samples` is empty when the way there is `broken`."""

    url: str
    measured: str
    samples: tuple[Sample, ...]
    broken: str = ""

    @property
    def good(self) -> tuple[Sample, ...]:
        return tuple(sample for sample in self.samples if sample.answered)


def sample_of(response: Response) -> Sample:
    t = response.timings
    return Sample(response.status, t.first_byte_ms, t.connect_ms + (t.tls_ms or 0.0))


async def _sample(world: World, url: str, *, fresh: bool) -> tuple[Sample, Response | None]:
    address = await address_for(world, url)
    try:
        response = await world.http.fetch(
            url, address=address, timeout=SAMPLE_SECONDS, max_bytes=BODY_BYTES, fresh=fresh
        )
    except ExchangeFailed as error:
        return Sample(None, failure=error.failure), None
    if (cause := wall_cause(response, host_of(url))) is not None:
        raise CouldNotCheck(cause)
    return sample_of(response), response


_BROKEN_WAYS = {
    DoorEnd.LOOP: "redirects in a circle",
    DoorEnd.NOWHERE: "ends in a redirect that leads nowhere",
}


async def _behind_redirects(world: World, url: str) -> Samples:
    """Where `url` leads, with a broken way or no samples yet. Raises CouldNotCheck when a listed host on it is at fault
    or the way leaves what may be contacted."""
    hops, cause = await follow_from(world, url)
    if cause is not None:
        raise CouldNotCheck(cause)
    door = door_of(url, hops)
    if door.end is DoorEnd.ELSEWHERE:
        raise CouldNotCheck(_foreign(url, host_of(door.end_url)))
    return Samples(url, door.end_url, (), _BROKEN_WAYS.get(door.end, ""))


def _foreign(url: str, host: str) -> Cause:
    return Cause(
        "leads-elsewhere",
        f"{url} leads to {host}, which was not contacted",
        "Name the page of yours that matters, or confirm that this one is yours too.",
        removable=True,
    )


@probe(deadline=45)
async def samples(world: World, endpoint: Endpoint) -> Samples:
    """Three GETs in a row, the first over a fresh connection. Stops at the first one that gets no answer in time.

    Raises CouldNotCheck when the host, its certificate or its front door is at fault (told elsewhere), at a bot wall,
    and when the server asks us to slow down.
    """
    url = endpoint.url
    first, response = await _sample(world, url, fresh=True)
    if response is not None and response.status in REDIRECTS:
        await pass_front_door(world, host_of(url))
        led = await _behind_redirects(world, url)
        if led.broken:
            await pass_own_door(world, endpoint.url)
            return led
        url = led.measured
        first, _ = await _sample(world, url, fresh=True)
    if first.status is None or first.status >= 400:
        await pass_own_door(world, endpoint.url)
    taken = [first]
    while len(taken) < SAMPLES and not _hung(taken[-1]):
        taken.append((await _sample(world, url, fresh=False))[0])
    return Samples(endpoint.url, url, tuple(taken))


def _hung(sample: Sample) -> bool:
    return sample.failure is not None and sample.failure.kind in (FailureKind.TIMED_OUT, FailureKind.SLOW)
