"""How probes and checks are declared.

A probe finds out and never judges; a check is a pure synchronous judge of facts. See `checks/run.py` for what
happens to both.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from checks.model import Result, Severity, Subject
from checks.target import Target

if TYPE_CHECKING:
    from checks.world import World

S = TypeVar("S", bound=Subject)
A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


@dataclass(frozen=True, slots=True, eq=False)
class Probe(Generic[S, A]):
    """One way to find out one kind of fact. Known by identity; `deadline` is in seconds of its own work."""

    name: str
    deadline: float
    find: Callable[[World, S], Awaitable[A]]


def probe(*, deadline: float) -> Callable[[Callable[[World, S], Awaitable[A]]], Probe[S, A]]:
    """Declare an async function `(world, subject) -> fact` as a probe.

    `deadline` (seconds) counts only the probe's own work: it stands still while the probe waits for another fact.
    """

    def declare(find: Callable[[World, S], Awaitable[A]]) -> Probe[S, A]:
        name = f"{find.__module__.removeprefix('checks.')}.{getattr(find, '__name__', 'probe')}"
        return Probe(name, deadline, find)

    return declare


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A judge with its name: what it looks at (`each`), what it needs, which roadmap item it bears on."""

    id: str
    item: str
    severity: Severity
    each: Callable[[Target], Iterable[Subject]]
    needs: tuple[Probe[Any, Any], ...]
    judge: Callable[..., Result]

    @property
    def topic(self) -> str:
        return self.id.partition(".")[0]


REGISTRY: dict[str, Check] = {}
_ID = re.compile(r"[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*\Z")
_ITEM = re.compile(r"[SF][1-7]\.[1-9]\Z")


@overload
def check(
    id: str, *, item: str, severity: Severity, each: Callable[[Target], Iterable[S]], needs: Probe[S, A]
) -> Callable[[Callable[[S, A], Result]], Callable[[S, A], Result]]: ...
@overload
def check(
    id: str,
    *,
    item: str,
    severity: Severity,
    each: Callable[[Target], Iterable[S]],
    needs: tuple[Probe[S, A], Probe[S, B]],
) -> Callable[[Callable[[S, A, B], Result]], Callable[[S, A, B], Result]]: ...
@overload
def check(
    id: str,
    *,
    item: str,
    severity: Severity,
    each: Callable[[Target], Iterable[S]],
    needs: tuple[Probe[S, A], Probe[S, B], Probe[S, C]],
) -> Callable[[Callable[[S, A, B, C], Result]], Callable[[S, A, B, C], Result]]: ...
def check(
    id: str,
    *,
    item: str,
    severity: Severity,
    each: Callable[[Target], Iterable[Any]],
    needs: Probe[Any, Any] | tuple[Probe[Any, Any], ...],
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """Register a judge. The judge itself comes back unchanged, so a test calls it with facts made by hand.

    Raises ValueError on an id that is malformed or taken by another function, or on an item that is no roadmap id.
    """
    if not _ID.match(id):
        raise ValueError(f"check id {id!r} is not of the form topic.words-with-dashes")
    if not _ITEM.match(item):
        raise ValueError(f"check {id}: {item!r} is no roadmap item")

    def declare(judge: Callable[..., Result]) -> Callable[..., Result]:
        known = REGISTRY.get(id)
        if known is not None and _full_name(known.judge) != _full_name(judge):
            raise ValueError(f"check id {id!r} is declared twice")
        probes = needs if isinstance(needs, tuple) else (needs,)
        REGISTRY[id] = Check(id, item, severity, each, probes, judge)
        return judge

    return declare


def _full_name(judge: Callable[..., Result]) -> tuple[str, str]:
    return judge.__module__, judge.__qualname__


def _modules(path: Iterable[str], prefix: str) -> Iterator[str]:
    for found in pkgutil.iter_modules(path, prefix):
        if found.name == "checks.sandbox":
            continue
        yield found.name
        if found.ispkg:
            yield from _modules(importlib.import_module(found.name).__path__, f"{found.name}.")


@lru_cache(maxsize=1)
def all_checks() -> tuple[Check, ...]:
    """Every check of every topic, by id. Imports the topic packages, so a new file needs no other edit."""
    import checks

    for name in _modules(checks.__path__, "checks."):
        importlib.import_module(name)
    return tuple(REGISTRY[id] for id in sorted(REGISTRY))
