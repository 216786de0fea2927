"""One client's sitting: applies events, runs checks, keeps results. The only writer of its state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

from checks.check import Check, all_checks
from checks.discovery import Discovery, discover
from checks.model import CheckResult, Outcome, Severity, Subject
from checks.platforms import platform_of
from checks.reach import Contact, Reach
from checks.run import STOPPED, CheckFinished, Event, Listener, RunStarted, run
from checks.target import Domain, Exclusion, Host, MailDomain, Target
from checks.world import NetworkOptions, World
from wizard.assessment import Assessment, assess
from wizard.decisions import AcceptedRisk
from wizard.next_step import NextStep, next_step
from wizard.project import Project, host_of, target_of, unconfirmed_hosts

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
    contacted: tuple[Contact, ...] = ()
    """What was contacted so far, in order; told anew when a run ends."""

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


def _subjects(target: Target) -> tuple[Subject, ...]:
    return (target.domain, *target.hosts, *target.mail_domains, *target.endpoints)


def _name_in(subject: str) -> str:
    """The host that a result's subject, a name or a URL, stands for."""
    return host_of(subject) or subject


def _graded(result: CheckResult, confirmed: bool, declared: Mapping[str, Severity]) -> CheckResult:
    if confirmed == result.confirmed or result.check_id not in declared:
        return result
    severity = result.result.severity or declared[result.check_id]
    if not confirmed:
        severity = min(severity, Severity.MEDIUM, key=lambda one: one.rank)
    return replace(result, severity=severity, confirmed=confirmed)


def _with_selector(mail: MailDomain, selector: str) -> MailDomain:
    return mail if selector in mail.selectors else replace(mail, selectors=(*mail.selectors, selector))


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
        """Check `ids` again with everything that may hang on them: results on the same hosts and on the domain, and
        whatever could not be checked. Cancelling keeps what was known before."""
        wanted = set(ids)
        names = {_name_in(id.partition("@")[2]) for id in wanted} | {str(self.state.target.domain)}
        again = wanted | {
            r.id
            for r in self.state.results
            if _name_in(r.subject) in names or r.outcome is Outcome.COULD_NOT_CHECK
        }
        known = {r.id for r in self.state.results}
        async with self._world() as world:
            await self._run(world, listener, lambda id: id in again or id not in known)
        return self.state

    def confirm_hosts(self, confirmed: Iterable[str], rejected: Iterable[str]) -> None:
        """Say which guessed hosts are the person's. What was found on a rejected one goes, what was found on a
        confirmed one counts in full, both at once; a host that was not looked at yet comes with the next run."""
        decisions = self.state.project.decisions.confirm(frozenset(confirmed), frozenset(rejected))
        self._remember()
        self._set(project=replace(self.state.project, decisions=decisions))
        self._retarget()
        self._set(results=self._regraded(self.state.results))

    def name_selector(self, mail_domain: str, selector: str) -> None:
        """Say under which DKIM selector a mail domain's key stands; the next run of its checks looks there.

        Raises KeyError when it is no mail domain of this launch.
        """
        known = self.state.target.mail_domains
        named = tuple(_with_selector(m, selector) if m.name == mail_domain else m for m in known)
        if mail_domain not in {m.name for m in known}:
            raise KeyError(mail_domain)
        self._set(project=replace(self.state.project, mail_domains=named))
        self._retarget()

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
        """Take the last decision back. Results found since then stay, and those it put away come back. False when
        there is no decision to take back."""
        if not self._undo:
            return False
        before = self._undo.pop()
        looked_at = set(map(str, _subjects(self.state.target)))
        self._set(project=replace(self.state.project, decisions=before.project.decisions))
        self._retarget()
        put_away = (r for r in before.results if r.subject not in looked_at)
        results = {r.id: r for r in (*put_away, *self.state.results)}
        self._set(results=self._regraded(results[id] for id in sorted(results)))
        return True

    def _regraded(self, results: Iterable[CheckResult]) -> tuple[CheckResult, ...]:
        """Results on what is still looked at, each as severe as its subject, confirmed or guessed, allows."""
        # One name can be several subjects (the domain is a host as well): what a person typed counts.
        confirmed: dict[str, bool] = {}
        for subject in _subjects(self.state.target):
            confirmed[str(subject)] = confirmed.get(str(subject), False) or subject.confirmed
        declared = {check.id: check.severity for check in self.checks()}
        return tuple(_graded(r, confirmed[r.subject], declared) for r in results if r.subject in confirmed)

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
        before = {r.id for r in self.state.results}
        found = {r.id: r for r in self.state.results}

        def keep(event: Event) -> None:
            if isinstance(event, RunStarted):
                self._set(running=True)
            if isinstance(event, CheckFinished) and not (
                event.result.cause == STOPPED and event.result.id in before
            ):
                found[event.result.id] = event.result
                self._set(results=tuple(found[id] for id in sorted(found)))
            listener(event)

        try:
            await run(self.state.target, world, self.checks(), keep, only)
        finally:
            log = self.reach.log if self.reach is not None else ()
            self._set(running=False, looked_at=self.now(), contacted=tuple(log))

    def _set(self, **changes: object) -> None:
        self.state = replace(self.state, **changes)  # type: ignore[arg-type]
        self.on_change(self.state)
