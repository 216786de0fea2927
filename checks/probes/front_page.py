"""The page that a visitor of a host sees first. Shared: every check about it costs the one walk that fetched it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.check import probe
from checks.model import Cause, CouldNotCheck
from checks.probes.doors import DoorEnd, door_of, follow_from
from checks.response import Response
from checks.target import Host

if TYPE_CHECKING:
    from checks.world import World


@probe(deadline=30)
async def front_page(world: World, host: Host) -> Response:
    """The answer at the end of `https://HOST/`, redirects followed as far as they stay with hosts of the target.

    Raises CouldNotCheck when nothing answers, at a bot wall, and when the way leads to somebody else or nowhere.
    """
    url = f"https://{host}/"
    hops, cause = await follow_from(world, url)
    if cause is not None:
        raise CouldNotCheck(cause)
    door, response = door_of(url, hops), hops[-1].response
    if response is None or door.end not in (DoorEnd.PAGE, DoorEnd.ERROR):
        raise CouldNotCheck(
            Cause(
                "no-front-page",
                f"{url} shows no page of its own: {door.path}",
                "Mend the front door first, or check the host that it leads to.",
            )
        )
    return response
