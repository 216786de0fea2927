"""One client's sitting: applies events, runs checks, keeps results. The only writer of its state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

from checks.check import Check, all_checks
from checks.discovery import Discovery, discover
from checks.model import CheckResult, Outcome
from checks.platforms import platform_of
from checks.reach import Reach
from checks.run import CheckFinished, Event, Listener, RunStarted, run
from checks.target import Domain, Exclusion, Host, Target
from checks.world import NetworkOptions, World
from wizard.assessment import Assessment, assess
from wizard.decisions import AcceptedRisk
from wizard.next_step import NextStep, next_step
from wizard.project import Project, target_of, unconfirmed_hosts

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class SessionState:
    """Everything a screen shows, frozen. `running` while checks run; `looked_at` is when the last run ended."""

    project: Project
    target: Target
    discovery: Discovery | None = None
    results: tuple[CheckResult, ...] = ()
    running: bool = False
    looked_at: datetime | None = None

    @property
    def assessment(self) -> Assessment:
        return _assessed(self.results, self.project, self.target.exclusions)

    @property
    def unconfirmed(self) -> tuple[Host, ...]:
        return unconfirmed_hosts(self.target)

    @property
    def next_step(self) -> NextStep:
        return next_step(self.assessment, self.unconfirmed)

    def result(self, id: str) -> CheckResult | None:
        return next((r for r in self.results if r.id == id), None)


@lru_cache(maxsize=4)
def _assessed(
    results: tuple[CheckResult, ...], project: Project, exclusions: tuple[Exclusion, ...]
) -> Assessment:
    return assess(results, project.decisions, exclusions=exclusions)


@dataclass(slots=True)
class Session:
    """`options` may be a callable, for a world that changes while the sitting lasts."""

    project: Project
    options: NetworkOptions = field(default_factory=NetworkOptions)
    on_change: Callable[[SessionState], None] = lambda state: None
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    checks: Callable[[], Iterable[Check]] = all_checks
    reach: Reach | None = None
    """What may be contacted and what was, kept over all runs of the sitting."""
    state: SessionState = field(init=False)
    _undo: list[SessionState] = field(default_factory=list, init=False)

    def __post_init__(self) -> None:
        self.state = SessionState(self.project, target_of(self.project))

    async def look(self, listener: Listener = lambda event: None) -> SessionState:
        """Discover hosts and check everything. Cancelling keeps what was found; the rest is told as stopped."""
        async with self._world() as world:
            await self._discover(world)
            self._set(results=())
            await self._run(world, listener, lambda id: True)
        return self.state

    async def check_again(self, ids: Iterable[str], listener: Listener = lambda event: None) -> SessionState:
        """Check `ids` again with everything that may hang on them: the same subjects, and whatever was blinded."""
        wanted = set(ids)
        subjects = {id.partition("@")[2] for id in wanted}
        again = wanted | {
            r.id for r in self.state.results if r.subject in subjects or r.outcome is Outcome.COULD_NOT_CHECK
        }
        known = {r.id for r in self.state.results}
        async with self._world() as world:
            await self._run(world, listener, lambda id: id in again or id not in known)
        return self.state

    def confirm_hosts(self, confirmed: Iterable[str], rejected: Iterable[str]) -> None:
        """Say which guessed hosts are the person's. Results of rejected ones go at once; severities follow a run."""
        gone = frozenset(rejected)
        decisions = self.state.project.decisions.confirm(frozenset(confirmed), gone)
        self._remember()
        self._set(project=replace(self.state.project, decisions=decisions))
        self._retarget()
        subjects = {str(s) for s in (*self.state.target.hosts, *self.state.target.endpoints)}
        subjects |= {str(m) for m in self.state.target.mail_domains} | {str(self.state.target.domain)}
        self._set(results=tuple(r for r in self.state.results if r.subject in subjects))

    def accept_risk(self, risk: AcceptedRisk) -> None:
        """Take a risk on, by name and date. Raises KeyError when there is no such finding."""
        result = self.state.result(risk.result_id)
        if result is None or result.outcome not in (Outcome.FAIL, Outcome.PARTIAL):
            raise KeyError(risk.result_id)
        self._remember()
        decisions = self.state.project.decisions.accept(risk)
        self._set(project=replace(self.state.project, decisions=decisions))

    def withdraw_risk(self, result_id: str) -> None:
        self._remember()
        decisions = self.state.project.decisions.withdraw(result_id)
        self._set(project=replace(self.state.project, decisions=decisions))

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    def undo(self) -> bool:
        """Take the last decision back; results found since then stay. False when there is none."""
        if not self._undo:
            return False
        before = self._undo.pop()
        self._set(project=replace(self.state.project, decisions=before.project.decisions))
        self._retarget()
        return True

    def _remember(self) -> None:
        self._undo.append(self.state)

    def _world(self) -> World:
        if self.reach is None:
            self.reach = Reach()
        return World(self.options, target=self.state.target, reach=self.reach, now=self.now)

    async def _discover(self, world: World) -> None:
        project = self.state.project
        if project.complete:
            self._retarget()
            return
        self._set(running=True)
        try:
            domain = Domain(project.domain.name)
            self._set(discovery=await discover(world, domain, project.domain.host))
        finally:
            self._set(running=False)
        self._retarget()

    def _retarget(self) -> None:
        project = self.state.project
        platform = platform_of(project.domain.host)
        self._set(target=target_of(project, self.state.discovery, platform))

    async def _run(self, world: World, listener: Listener, only: Callable[[str], bool]) -> None:
        found = {r.id: r for r in self.state.results}

        def keep(event: Event) -> None:
            if isinstance(event, RunStarted):
                self._set(running=True)
            if isinstance(event, CheckFinished):
                found[event.result.id] = event.result
                self._set(results=tuple(found[id] for id in sorted(found)))
            listener(event)

        try:
            await run(self.state.target, world, self.checks(), keep, only)
        finally:
            self._set(running=False, looked_at=self.now())

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.on_change(self.state)
