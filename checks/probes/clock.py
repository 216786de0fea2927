"""What time the servers of the launch say it is: asked only when a certificate is out of date by our own clock."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from checks.check import probe
from checks.facts import cause_of
from checks.failure import ExchangeFailed
from checks.model import Cause, CouldNotCheck
from checks.probes.reachability import HTTP, HTTPS, Reachability, reachability
from checks.target import Domain, Host

if TYPE_CHECKING:
    from checks.world import World

HOSTS_ASKED = 4
AGREEMENT = timedelta(hours=1)
DOUBT = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Clock:
    """`ours` and `servers` were read at the same moment; `agree` says that all servers asked tell the same time."""

    ours: datetime
    servers: datetime
    asked: int
    agree: bool

    @property
    def ours_is_wrong(self) -> bool:
        return self.agree and abs(self.ours - self.servers) > DOUBT


def parsed_date(header: str) -> datetime | None:
    """An HTTP Date header (RFC 9110, 5.6.7) as aware UTC; None when it is none."""
    try:
        found = parsedate_to_datetime(header)
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def clock_of(ours: datetime, dates: list[datetime]) -> Clock:
    """The median of what the servers say. `dates` must not be empty."""
    ordered = sorted(dates)
    return Clock(ours, ordered[len(ordered) // 2], len(ordered), ordered[-1] - ordered[0] < AGREEMENT)


def wrong_clock(clock: Clock) -> Cause:
    def day(moment: datetime) -> str:
        return f"{moment:%d %b %Y %H:%M} UTC"

    return Cause(
        "wrong-clock",
        f"This computer's clock says {day(clock.ours)}, the servers say {day(clock.servers)}: "
        "whether a certificate is in date could not be judged",
        "Set this computer's date and time (best: automatically), then check again.",
        removable=True,
    )


async def _date(world: World, host: Host) -> datetime | None:
    reached = await cause_of(world.find(reachability, host))
    if not isinstance(reached, Reachability) or not reached.answering:
        return None
    scheme = "http" if reached.open_at(HTTP) else "https"
    address = reached.open_at(HTTP if scheme == "http" else HTTPS)[0]
    try:
        # Not verified: a certificate that our clock calls out of date is just what is in doubt.
        response = await world.http.fetch(
            f"{scheme}://{host.name}/", address=address, verify=False, max_bytes=1000, timeout=5.0
        )
    except ExchangeFailed:
        return None
    return parsed_date(response.headers.get("date"))


@probe(deadline=8)
async def clock(world: World, domain: Domain) -> Clock:
    """The time by the Date headers of up to four hosts. Raises CouldNotCheck when none of them tells it."""
    hosts = world.target.hosts[:HOSTS_ASKED]
    answers = await asyncio.gather(*(_date(world, host) for host in hosts))
    dates = [date for date in answers if date is not None]
    if not dates:
        raise CouldNotCheck(
            Cause(
                "no-time", f"No host of {domain} says what time it is, so our own clock could not be compared"
            )
        )
    return clock_of(world.now(), dates)
