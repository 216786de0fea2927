"""The front doors of a domain: http and https, with and without www, each followed hop by hop."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from checks.check import probe
from checks.facts import cause_of
from checks.failure import Failure, FailureKind
from checks.model import Cause, CouldNotCheck
from checks.platforms import registrable_domain
from checks.probes.names import HostAddresses, Resolution, existing_domain, host_addresses
from checks.probes.pages import address_for
from checks.probes.reachability import answering_host, host_named
from checks.probes.walls import wall_cause
from checks.redirects import Hop, HopEnd, follow
from checks.response import Headers
from checks.target import Domain, Target

if TYPE_CHECKING:
    from checks.world import World

PAGE_BYTES = 200_000


class DoorEnd(StrEnum):
    PAGE = "page"
    """Answered with success (2xx)."""
    ERROR = "error"
    """Answered with anything else that is no redirect."""
    FAILED = "failed"
    """No answer at the last hop; `failure` says why."""
    NOWHERE = "nowhere"
    """A redirect without a usable Location."""
    ELSEWHERE = "elsewhere"
    """A redirect to a name that is not ours to contact: recorded, not fetched."""
    LOOP = "loop"
    """Comes back to an address it has been at, or goes on for more than ten hops."""


BROKEN = frozenset({DoorEnd.ERROR, DoorEnd.FAILED, DoorEnd.NOWHERE})
"""Ends that are no page, told by `edge.doors-reach`."""


@dataclass(frozen=True, slots=True)
class DoorHop:
    """One request on the way. `status` is None when nothing came back."""

    url: str
    status: int | None
    target: str = ""
    headers: Headers = field(default_factory=Headers)

    @property
    def host(self) -> str:
        return host_of(self.url)

    @property
    def encrypted(self) -> bool:
        return self.url.startswith("https://")


@dataclass(frozen=True, slots=True)
class Door:
    """`end_url` is where it ends: the last address asked, or the foreign one it points to.

    `cause`: why it could not be judged, where another check tells the fault (or a bot wall stood in the way).
    """

    url: str
    hops: tuple[DoorHop, ...]
    end: DoorEnd
    end_url: str
    failure: Failure | None = None
    cause: Cause | None = None

    @property
    def host(self) -> str:
        return host_of(self.url)

    @property
    def redirects(self) -> int:
        """Redirects that a visitor goes through."""
        return sum(1 for hop in self.hops if hop.target)

    @property
    def status(self) -> int | None:
        return self.hops[-1].status if self.hops else None

    @property
    def endless(self) -> bool:
        """More redirects than anybody follows, and never the same address twice."""
        return self.end is DoorEnd.LOOP and self.end_url not in {hop.url for hop in self.hops}

    @property
    def path(self) -> str:
        """`http://acme.ai/ →301→ https://acme.ai/ (200)`; long ways are shortened in the middle."""
        steps = [f"{hop.url} →{hop.status}→" for hop in self.hops if hop.target]
        if len(steps) > 6:
            steps = [*steps[:4], f"… {len(steps) - 5} more …", steps[-1]]
        again = "and on and on" if self.endless else "and round again"
        end = {DoorEnd.LOOP: again, DoorEnd.ELSEWHERE: "not fetched", DoorEnd.FAILED: "no answer"}
        last = end.get(self.end) or str(self.status)
        return " ".join([*steps, self.end_url, f"({last})"])


@dataclass(frozen=True, slots=True)
class FrontDoors:
    """`missing`: hosts among the doors that DNS lacks, or knows as an alias that leads nowhere."""

    domain: str
    doors: tuple[Door, ...]
    missing: tuple[str, ...] = ()


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def door_hosts(target: Target) -> tuple[str, ...]:
    """The domain and its www; the domain alone where a www makes no sense: below a platform's suffix, or when the
    launch stands on a subdomain."""
    name = target.domain.name
    if target.platform is None and registrable_domain(name) == name:
        return (name, f"www.{name}")
    return (name,)


def end_of(hop: Hop) -> DoorEnd:
    """How a chain ends, by its last hop."""
    if hop.end in (HopEnd.LOOP, HopEnd.LIMIT):
        return DoorEnd.LOOP
    if hop.end is HopEnd.NO_TARGET:
        return DoorEnd.NOWHERE
    if hop.end is HopEnd.FAILED:
        foreign = hop.failure is not None and hop.failure.kind is FailureKind.OUT_OF_REACH
        return DoorEnd.ELSEWHERE if foreign else DoorEnd.FAILED
    return DoorEnd.PAGE if hop.status is not None and 200 <= hop.status < 300 else DoorEnd.ERROR


def door_of(url: str, hops: tuple[Hop, ...], cause: Cause | None = None) -> Door:
    """The door as judged, from the hops as followed."""
    last = hops[-1]
    end = end_of(last)
    asked = hops[:-1] if end is DoorEnd.ELSEWHERE else hops
    seen = tuple(
        DoorHop(hop.url, hop.status, hop.target, hop.response.headers if hop.response else Headers())
        for hop in asked
    )
    end_url = last.target if end is DoorEnd.LOOP else last.url
    failure = last.failure if end is DoorEnd.FAILED else None
    return Door(url, seen, end, end_url, failure, cause)


async def follow_from(world: World, url: str) -> tuple[tuple[Hop, ...], Cause | None]:
    """Every hop from `url`, each over a good address of its host; and why the way cannot be judged, where the checks of
    a listed host on it tell that host's fault, or a bot wall stood at its end."""
    causes: list[Cause] = []

    async def address_of(here: str) -> str | None:
        if not world.reach.may_contact(host_of(here)):
            return None
        ready = await cause_of(address_for(world, here))
        if isinstance(ready, Cause):
            causes.append(ready)
            return None
        return ready

    hops = await follow(world, url, max_bytes=PAGE_BYTES, address_of=address_of)
    last = hops[-1]
    if not causes and last.response is not None:
        wall = wall_cause(last.response, host_of(last.url))
        return hops, wall
    return hops, causes[0] if causes else None


async def _open(world: World, url: str) -> Door:
    return door_of(url, *await follow_from(world, url))


async def _is_missing(world: World, name: str) -> bool:
    """Whether DNS has no such host, or an alias that leads nowhere. Raises CouldNotCheck when nobody can say."""
    found: HostAddresses = await world.find(host_addresses, host_named(world.target, name))
    return found.resolution is not Resolution.FOUND and not found.mapped


async def _doors_of(world: World, name: str) -> tuple[Door, ...] | None:
    """Both doors of a host; None when DNS lacks it. They carry the cause when they cannot be opened."""
    urls = (f"http://{name}/", f"https://{name}/")
    absent = await cause_of(_is_missing(world, name))
    if absent is True:
        return None
    reached = await cause_of(world.find(answering_host, host_named(world.target, name)))
    cause = absent if isinstance(absent, Cause) else reached if isinstance(reached, Cause) else None
    if cause is not None:
        return tuple(Door(url, (), DoorEnd.FAILED, url, None, cause) for url in urls)
    return tuple(await asyncio.gather(*(_open(world, url) for url in urls)))


@probe(deadline=60)
async def front_doors(world: World, domain: Domain) -> FrontDoors:
    """Every front door of `domain`. Raises CouldNotCheck when the domain does not exist or the apex leads nowhere.

    A door whose way touches a listed host that does not answer, or whose certificate is refused, carries that host's
    cause: the per-host checks tell it, once.
    """
    await world.find(existing_domain, domain)
    await world.find(answering_host, host_named(world.target, domain.name))
    names = door_hosts(world.target)
    found = await asyncio.gather(*(_doors_of(world, name) for name in names))
    missing = tuple(name for name, doors in zip(names, found, strict=True) if doors is None)
    return FrontDoors(domain.name, tuple(door for doors in found if doors for door in doors), missing)


def circle(domain: str) -> Cause:
    """The one cause of everything behind a front door that loops; `edge.redirect-loop` tells the fault."""
    return Cause(
        "redirect-loop",
        f"Redirects in front of {domain} go round in a circle, so what lies behind them could not be checked",
        "Break the circle first (see edge.redirect-loop), then check again.",
    )


def leads_elsewhere(found: FrontDoors) -> Cause:
    """The one cause of everything behind doors that lead to somebody else's name; `edge.canonical-host` tells it."""
    foreign = (host_of(door.end_url) for door in found.doors if door.end is DoorEnd.ELSEWHERE)
    return Cause(
        "leads-elsewhere",
        f"{found.domain} leads to {', '.join(dict.fromkeys(foreign))}, which was not contacted",
        "If that is where you launch, start again with that name; else mend the redirect (see edge.canonical-host).",
    )


async def pass_own_door(world: World, url: str) -> None:
    """Raises CouldNotCheck when `url` is itself a front door that ends in no page: `edge.doors-reach` tells that."""
    if world.target.platform is not None or host_of(url) not in door_hosts(world.target):
        return
    found = await world.find(front_doors, world.target.domain)
    for door in found.doors:
        if door.url == url and door.cause is None and door.end in BROKEN:
            raise CouldNotCheck(
                Cause(
                    "front-door-broken",
                    f"{url} ends at no page, so its answers could not be measured",
                    "Mend the front doors first (see edge.doors-reach), then check again.",
                )
            )


async def pass_front_door(world: World, host: str) -> None:
    """Raises CouldNotCheck when the https front door of `host` goes in a circle or to a foreign name: then every page
    of that host is most likely behind the same redirect."""
    if host not in door_hosts(world.target):
        return
    found = await world.find(front_doors, world.target.domain)
    for door in found.doors:
        if door.url != f"https://{host}/" or door.cause is not None:
            continue
        if door.end is DoorEnd.LOOP:
            raise CouldNotCheck(circle(found.domain))
        if door.end is DoorEnd.ELSEWHERE:
            raise CouldNotCheck(leads_elsewhere(found))
