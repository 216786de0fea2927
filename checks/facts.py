"""Facts of one run: each found once, shared by all who ask, with deadlines that blame the innermost waiter."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar

from checks.check import Probe, S
from checks.model import Cause, CouldNotCheck, Subject

A = TypeVar("A")
log = logging.getLogger(__name__)

Key = tuple[Probe[Any, Any], Subject]


@dataclass(frozen=True, slots=True)
class Found(Generic[A]):
    """A fact with the time at which it was found and how long that took, waiting for other facts included."""

    value: A
    at: datetime
    took_ms: float


class ProbeCycle(RuntimeError):
    """Two probes wait for each other: a mistake in the code, found before it becomes a hang."""


@dataclass(slots=True, eq=False)
class _Asking:
    """The probe on whose behalf the running code asks, and its stoppable clock."""

    key: Key
    timeout: asyncio.Timeout
    waits: int = 0
    remaining: float = 0.0
    ended: bool = False
    """The probe has returned, though a task that it left behind may still ask."""

    @contextmanager
    def clock_stopped(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        if self.waits == 0 and self._ticks:
            when = self.timeout.when()
            self.remaining = max(0.0, (when if when is not None else loop.time()) - loop.time())
            self.timeout.reschedule(None)
        self.waits += 1
        try:
            yield
        finally:
            self.waits -= 1
            if self.waits == 0 and self._ticks:
                self.timeout.reschedule(loop.time() + self.remaining)

    @property
    def _ticks(self) -> bool:
        return not self.ended and not self.timeout.expired()


_asking: ContextVar[_Asking | None] = ContextVar("asking", default=None)

CLOSING_SECONDS = 2.0

BUG = "this is a mistake in Launch Ready, not in your system; everything else was still checked"


def bug(what: str) -> Cause:
    """The cause that is told when our own code failed."""
    return Cause("internal-error", f"The check itself failed: {what}", BUG)


@dataclass(slots=True)
class Facts:
    """The facts of one run. `world` is handed to every probe."""

    world: Any
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    _tasks: dict[Key, asyncio.Task[Found[Any]]] = field(default_factory=dict)
    _waiting: dict[Key, Counter[Key]] = field(default_factory=dict)

    async def find(self, probe: Probe[S, A], subject: S) -> A:
        return (await self.found(probe, subject)).value

    async def found(self, probe: Probe[S, A], subject: S) -> Found[A]:
        """The fact, found now or shared. Raises CouldNotCheck with the innermost cause, or ProbeCycle."""
        key: Key = (probe, subject)
        asking = _asking.get()
        if asking is not None and self._leads_to(key, asking.key):
            raise ProbeCycle(f"{asking.key[0].name} and {probe.name} wait for each other")
        task: asyncio.Task[Found[A]] | None = self._tasks.get(key)
        if task is None or task.cancelled():
            task = asyncio.create_task(self._look(probe, subject), name=f"{probe.name}@{subject}")
            task.add_done_callback(_retrieved)
            self._tasks[key] = task
        if asking is None:
            return await asyncio.shield(task)
        edges = self._waiting.setdefault(asking.key, Counter())
        edges[key] += 1
        try:
            with asking.clock_stopped():
                return await asyncio.shield(task)
        finally:
            edges[key] -= 1

    async def _look(self, probe: Probe[S, A], subject: S) -> Found[A]:
        started = time.perf_counter()
        timeout = asyncio.timeout(probe.deadline)
        asking = _Asking((probe, subject), timeout)
        _asking.set(asking)
        try:
            async with timeout:
                value = await probe.find(self.world, subject)
        except TimeoutError as error:
            if not timeout.expired():
                raise CouldNotCheck(bug(f"{probe.name} let a TimeoutError escape")) from error
            raise CouldNotCheck(_too_slow(probe, subject)) from error
        except asyncio.CancelledError as error:
            if _cancelled_from_outside():
                raise
            raise CouldNotCheck(bug(f"{probe.name} cancelled itself")) from error
        except ExceptionGroup as group:
            causes, others = group.split(CouldNotCheck)
            if causes is None or others is not None:
                raise
            raise _first(causes) from group
        finally:
            asking.ended = True
        return Found(value, self.now(), (time.perf_counter() - started) * 1000)

    def _leads_to(self, start: Key, goal: Key) -> bool:
        """Whether whoever looks for `start` waits, directly or through others, for `goal`."""
        seen: set[Key] = set()
        stack = [start]
        while stack:
            key = stack.pop()
            if key == goal:
                return True
            if key not in seen:
                seen.add(key)
                stack.extend(k for k, n in self._waiting.get(key, Counter()).items() if n > 0)
        return False

    async def close(self) -> None:
        """Cancel whatever is still being looked for, and wait until it has ended, CLOSING_SECONDS at most."""
        loop = asyncio.get_running_loop()
        until = loop.time() + CLOSING_SECONDS
        told: set[asyncio.Task[Found[Any]]] = set()
        while pending := {task for task in self._tasks.values() if not task.done()}:
            # Again and again: a probe that is cancelled may ask for another fact while it clears up.
            for task in pending - told:
                task.cancel()
            told |= pending
            if loop.time() > until:
                log.error("not to be cancelled: %s", ", ".join(sorted(task.get_name() for task in pending)))
                return
            await asyncio.wait(pending, timeout=0.05)


def _too_slow(probe: Probe[Any, Any], subject: Subject) -> Cause:
    return Cause(
        "deadline",
        f"{subject} took longer than {probe.deadline:g} seconds to answer ({probe.name})",
        "Check again; if it stays slow, that is a finding of its own.",
        removable=True,
    )


def _cancelled_from_outside() -> bool:
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


def _first(causes: BaseExceptionGroup[CouldNotCheck]) -> CouldNotCheck:
    first = causes.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _retrieved(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()


async def cause_of(awaitable: Awaitable[A]) -> A | Cause:
    """The value, or the cause why there is none: for probes that gather facts of which some may be missing."""
    try:
        return await awaitable
    except CouldNotCheck as error:
        return error.cause
