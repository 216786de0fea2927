"""The runner: every check on every subject, facts shared, progress told, one cancel for all."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from checks.check import Check
from checks.facts import Found, bug
from checks.model import (
    Cause,
    CheckResult,
    CouldNotCheck,
    Result,
    Severity,
    Subject,
    could_not_check,
    not_applicable,
)
from checks.target import Target
from checks.world import World

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RunStarted:
    """`planned` holds the ids (`check@subject`) of every result that will come."""

    planned: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckStarted:
    id: str


@dataclass(frozen=True, slots=True)
class CheckFinished:
    result: CheckResult
    done: int
    total: int


Event = RunStarted | CheckStarted | CheckFinished
Listener = Callable[[Event], None]


@dataclass(frozen=True, slots=True)
class _Planned:
    check: Check
    subject: Subject
    exclusion: str = ""

    @property
    def id(self) -> str:
        return f"{self.check.id}@{self.subject}"


def _plan(target: Target, checks: Iterable[Check]) -> list[_Planned]:
    planned: list[_Planned] = []
    for check in checks:
        reasons = [e.reason for e in target.exclusions if e.covers(check.id, check.item)]
        if reasons:
            planned.append(_Planned(check, target.domain, reasons[0]))
        else:
            planned.extend(_Planned(check, subject) for subject in dict.fromkeys(check.each(target)))
    return planned


def _effective_severity(check: Check, subject: Subject, result: Result) -> Severity:
    severity = result.severity or check.severity
    if severity.rank > check.severity.rank:
        raise ValueError(f"{check.id} is declared {check.severity} and a result says {severity}")
    if not subject.confirmed and severity.rank > Severity.MEDIUM.rank:
        return Severity.MEDIUM
    return severity


def judge(check: Check, subject: Subject, facts: Sequence[Found[Any]], now: datetime) -> CheckResult:
    """The judge's answer under its name. Whatever the judge does wrong becomes *could not check*, never a pass."""
    try:
        returned = cast("object", check.judge(subject, *(fact.value for fact in facts)))
        if not isinstance(returned, Result):
            raise TypeError(f"{check.id} returned {type(returned).__name__} and no result")
        result, severity = returned, _effective_severity(check, subject, returned)
    except Exception as error:
        log.exception("judge of %s failed", check.id)
        result = could_not_check(bug(f"{type(error).__name__} in {check.id}"))
        severity = _effective_severity(check, subject, result)
    found_at = max((fact.at for fact in facts), default=now)
    took_ms = max((fact.took_ms for fact in facts), default=0.0)
    return CheckResult(
        check.id, check.item, str(subject), severity, result, found_at, took_ms, subject.confirmed
    )


def _without_facts(
    check: Check, subject: Subject, result: Result, now: datetime, took_ms: float = 0.0
) -> CheckResult:
    severity = _effective_severity(check, subject, result)
    return CheckResult(check.id, check.item, str(subject), severity, result, now, took_ms, subject.confirmed)


async def _facts_of(world: World, planned: _Planned) -> list[Found[Any]] | Cause:
    needed = (world.facts.found(probe, planned.subject) for probe in planned.check.needs)
    answers = await asyncio.gather(*needed, return_exceptions=True)
    facts: list[Found[Any]] = []
    for answer in answers:
        if isinstance(answer, CouldNotCheck):
            return answer.cause
        if isinstance(answer, Exception):
            log.error("probe for %s failed", planned.check.id, exc_info=answer)
            return bug(f"{type(answer).__name__} while looking for what {planned.check.id} needs")
        if isinstance(answer, BaseException):
            raise answer
        facts.append(answer)
    return facts


async def _result_of(world: World, planned: _Planned) -> CheckResult:
    check, subject = planned.check, planned.subject
    if planned.exclusion:
        return _without_facts(check, subject, not_applicable(planned.exclusion), world.now())
    started = time.perf_counter()
    facts = await _facts_of(world, planned)
    if isinstance(facts, Cause):
        took_ms = (time.perf_counter() - started) * 1000
        return _without_facts(check, subject, could_not_check(facts), world.now(), took_ms)
    return judge(check, subject, facts, world.now())


STOPPED = Cause(
    "stopped",
    "You stopped the checks before this one was done",
    "Check again when you are ready.",
    removable=True,
)


async def run(
    target: Target,
    world: World,
    checks: Iterable[Check],
    listener: Listener = lambda event: None,
    only: Callable[[str], bool] = lambda id: True,
) -> tuple[CheckResult, ...]:
    """Judge `target` by `checks`, but only results whose id `only` lets through. Results come ordered by id.

    Cancelling cancels every probe as well; what was not done yet is told to the listener as could not check,
    so that a stopped run never looks like a clean one.
    """
    planned = [item for item in _plan(target, checks) if only(item.id)]
    world.target = target
    listener(RunStarted(tuple(p.id for p in planned)))
    results: list[CheckResult] = []

    async def one(item: _Planned) -> None:
        listener(CheckStarted(item.id))
        result = await _result_of(world, item)
        results.append(result)
        listener(CheckFinished(result, len(results), len(planned)))

    try:
        async with asyncio.TaskGroup() as group:
            for item in planned:
                group.create_task(one(item), name=item.id)
    except asyncio.CancelledError:
        done = {result.id for result in results}
        for item in planned:
            if item.id not in done:
                stopped = _without_facts(item.check, item.subject, could_not_check(STOPPED), world.now())
                results.append(stopped)
                listener(CheckFinished(stopped, len(results), len(planned)))
        raise
    finally:
        await world.facts.close()
    return tuple(sorted(results, key=lambda result: result.id))
