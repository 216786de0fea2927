"""What tests of the runner share: a world without an outside, and checks made on the spot."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from checks.check import Check, Probe
from checks.facts import Facts
from checks.model import (
    Cause,
    Evidence,
    Result,
    Severity,
    Subject,
    passed,
)
from checks.target import Domain, Host, Target, the_domain
from checks.world import World

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
APEX, WWW, GUESS = Host("acme.example"), Host("www.acme.example"), Host("blog.acme.example", confirmed=False)
TARGET = Target(Domain("acme.example"), hosts=(APEX, WWW))
SEEN = Evidence("200 OK", where="https://acme.example/")
DEAD = Cause("no-answer", "acme.example does not answer")


@dataclass
class FakeWorld:
    """All that the runner needs of a World."""

    target: Target = TARGET
    facts: Facts = field(init=False)

    def __post_init__(self) -> None:
        self.facts = Facts(self, self.now)

    def now(self) -> datetime:
        return NOON


def world() -> World:
    return cast("World", FakeWorld())


async def one(world: Any, subject: Any) -> int:
    return 1


ONE: Probe[Any, int] = Probe("one", 5, one)


def probing(find: Callable[[Any, Any], Coroutine[Any, Any, Any]], deadline: float = 5) -> Probe[Any, Any]:
    return Probe(find.__name__, deadline, find)


def fine(subject: Subject, *facts: object) -> Result:
    return passed("fine", SEEN)


def make(
    id: str = "edge.door",
    judge: Callable[..., Any] = fine,
    needs: tuple[Probe[Any, Any], ...] = (ONE,),
    each: Callable[[Target], Iterable[Subject]] = the_domain,
    severity: Severity = Severity.BLOCKER,
) -> Check:
    return Check(id, "S1.2", severity, each, needs, judge)
