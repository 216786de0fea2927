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
from checks.target import Host, HostRole, Target
from checks.text import visible
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
    settled: Result | None = None
    """The result, where nothing needs to be found out for it."""

    @property
    def id(self) -> str:
        return f"{self.check.id}@{visible(str(self.subject))}"


def _plan(target: Target, checks: Iterable[Check]) -> list[_Planned]:
    return [item for check in checks for item in _plan_of(check, target)]


def _plan_of(check: Check, target: Target) -> list[_Planned]:
    """One check on every subject; subjects of one name are one subject."""
    reasons = [e.reason for e in target.exclusions if e.covers(check.id, check.item)]
    if reasons:
        return [_Planned(check, target.domain, not_applicable(reasons[0]))]
    planned: dict[str, _Planned] = {}
    try:
        for subject in check.each(target):
            item = _Planned(check, subject)
            planned.setdefault(item.id, item)
    except Exception as error:
        log.exception("%s does not know what to look at", check.id)
        cause = bug(f"{type(error).__name__} while choosing what {check.id} looks at")
        return [_Planned(check, target.domain, could_not_check(cause))]
    return list(planned.values())


def _effective_severity(check: Check, subject: Subject, result: Result) -> Severity:
    severity = result.severity or check.severity
    if severity.rank > check.severity.rank:
        raise ValueError(f"{check.id} is declared {check.severity} and a result says {severity}")
    if _at_most_medium(subject) and severity.rank > Severity.MEDIUM.rank:
        return Severity.MEDIUM
    return severity


def _at_most_medium(subject: Subject) -> bool:
    """A guess may be nobody's, and no paying visitor ever sees staging: neither can stop a launch."""
    return not subject.confirmed or (isinstance(subject, Host) and subject.role is HostRole.STAGING)


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
        if isinstance(answer, BaseException):
            log.error("probe for %s failed", planned.check.id, exc_info=answer)
            return bug(f"{type(answer).__name__} while looking for what {planned.check.id} needs")
        facts.append(answer)
    return facts


async def _result_of(world: World, planned: _Planned) -> CheckResult:
    check, subject = planned.check, planned.subject
    if planned.settled is not None:
        return _without_facts(check, subject, planned.settled, world.now())
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
