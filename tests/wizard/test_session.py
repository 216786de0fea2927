"""One sitting: looking, checking again, deciding, undoing, stopping. The checks are made here; no network is used."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

import pytest

from checks.check import Check, Probe
from checks.model import (
    Cause,
    CouldNotCheck,
    Evidence,
    Outcome,
    Result,
    Severity,
    Subject,
    failed,
    passed,
)
from checks.run import CheckFinished, Event, RunStarted
from checks.target import Host, HostRole, Target, all_hosts, the_domain
from checks.world import NetworkOptions, World
from tests.wizard.made import DOMAIN
from wizard.assessment import Verdict
from wizard.decisions import AcceptedRisk
from wizard.next_step import StepKind
from wizard.project import Project
from wizard.session import Session, SessionState

APEX, WWW, APP = "acme.example", "www.acme.example", "app.acme.example"
HOSTS = (
    Host(APEX, HostRole.APEX),
    Host(WWW, HostRole.WWW),
    Host(APP, HostRole.APP, confirmed=False),
)
DAY = date(2026, 11, 24)


@dataclass
class Outside:
    """What the checks of these tests find: `broken` subjects fail, `silent` ones cannot be checked, and one that is
    in `held` is not answered before the gate opens."""

    broken: set[str] = field(default_factory=set)
    silent: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    asked: Counter[str] = field(default_factory=Counter)

    def checks(self) -> tuple[Check, ...]:
        async def find(world: World, subject: Subject) -> bool:
            self.asked[str(subject)] += 1
            if str(subject) in self.held:
                self.reached.set()
                await self.gate.wait()
            if str(subject) in self.silent:
                raise CouldNotCheck(Cause("silent", f"{subject} says nothing"))
            return str(subject) not in self.broken

        def judge(subject: Subject, fine: bool) -> Result:
            seen = Evidence(f"{subject} is {'fine' if fine else 'broken'}")
            return passed("Fine", seen) if fine else failed("Broken", seen)

        answers: Probe[Subject, bool] = Probe("test.answers", 20.0, find)
        return (
            Check("dns.name-exists", "S1.1", Severity.BLOCKER, the_domain, (answers,), judge),
            Check("edge.host-answers", "S2.6", Severity.BLOCKER, all_hosts, (answers,), judge),
            Check("edge.first-hop", "S2.5", Severity.MEDIUM, all_hosts, (answers,), judge),
        )


def sitting(outside: Outside, hosts: tuple[Host, ...] = HOSTS) -> Session:
    project = Project("Acme", DOMAIN, hosts=hosts, complete=True)
    checks = outside.checks()
    return Session(project, NetworkOptions(only_mapped=True), checks=lambda: checks)


def outcomes(state: SessionState) -> dict[str, Outcome]:
    return {result.id: result.outcome for result in state.results}


def of(state: SessionState, id: str) -> Outcome:
    return outcomes(state)[id]


def severity(state: SessionState, id: str) -> Severity:
    found = state.result(id)
    assert found is not None
    return found.severity


# --- looking ---------------------------------------------------------------------------------------------------


async def test_before_anything_was_checked() -> None:
    session = sitting(Outside())
    assert session.state.results == ()
    assert session.state.next_step.kind is StepKind.LOOK
    assert not session.state.running
    assert session.state.looked_at is None


async def test_a_look_checks_everything_and_tells_as_it_goes() -> None:
    session = sitting(Outside(broken={WWW}))
    events: list[Event] = []
    states: list[SessionState] = []
    session.on_change = states.append
    state = await session.look(events.append)
    assert state is session.state
    assert len(state.results) == 7
    assert of(state, f"edge.host-answers@{WWW}") is Outcome.FAIL
    assert isinstance(events[0], RunStarted)
    assert len(events[0].planned) == 7
    assert [event.done for event in events if isinstance(event, CheckFinished)] == list(range(1, 8))
    assert any(state.running for state in states)
    assert not state.running
    assert state.looked_at is not None
    sizes = [len(state.results) for state in states]
    assert sizes == sorted(sizes)


async def test_a_second_look_sees_what_changed() -> None:
    outside = Outside(broken={APEX})
    session = sitting(outside)
    assert (await session.look()).assessment.verdict is Verdict.NO_GO
    outside.broken.clear()
    assert of(await session.look(), f"edge.host-answers@{APEX}") is Outcome.PASS


async def test_results_on_a_guess_weigh_medium() -> None:
    state = await sitting(Outside(broken={APP})).look()
    assert severity(state, f"edge.host-answers@{APP}") is Severity.MEDIUM
    assert state.assessment.verdict is not Verdict.NO_GO
    assert state.next_step.kind is StepKind.CONFIRM_HOSTS


# --- checking again --------------------------------------------------------------------------------------------


async def test_check_again_asks_anew_and_leaves_the_rest() -> None:
    outside = Outside(broken={WWW})
    session = sitting(outside)
    await session.look()
    outside.broken.clear()
    outside.asked.clear()
    state = await session.check_again([f"edge.host-answers@{WWW}"])
    assert of(state, f"edge.host-answers@{WWW}") is Outcome.PASS
    assert APP not in outside.asked
    assert len(state.results) == 7


async def test_check_again_takes_along_what_could_not_be_checked() -> None:
    outside = Outside(broken={WWW}, silent={APP})
    session = sitting(outside)
    await session.look()
    outside.broken.clear()
    outside.silent.clear()
    state = await session.check_again([f"edge.host-answers@{WWW}"])
    assert of(state, f"edge.host-answers@{APP}") is Outcome.PASS


async def test_check_again_takes_along_the_pages_on_the_same_host() -> None:
    from checks.target import Endpoint, EndpointKind, safe_endpoints

    outside = Outside(broken={WWW, f"https://{WWW}/pricing"})
    page = Endpoint(f"https://{WWW}/pricing", EndpointKind.LANDING)
    host_check = outside.checks()[1]
    page_check = replace(host_check, id="performance.endpoint-answers", item="S1.5", each=safe_endpoints)
    project = Project("Acme", DOMAIN, hosts=HOSTS, endpoints=(page,), complete=True)
    checks = (host_check, page_check)
    session = Session(project, NetworkOptions(only_mapped=True), checks=lambda: checks)
    await session.look()
    outside.broken.clear()
    state = await session.check_again([host_check.id + f"@{WWW}"])
    assert of(state, f"performance.endpoint-answers@{page.url}") is Outcome.PASS


async def test_check_again_looks_at_hosts_that_came_since() -> None:
    session = sitting(Outside(broken={APEX}))
    await session.look()
    session.state = replace(
        session.state, target=replace(session.state.target, hosts=(*HOSTS, Host("new.acme.example")))
    )
    state = await session.check_again([f"edge.host-answers@{APEX}"])
    assert of(state, "edge.host-answers@new.acme.example") is Outcome.PASS


# --- stopping --------------------------------------------------------------------------------------------------


async def stopped(session: Session, outside: Outside, again: Iterable[str] = ()) -> SessionState:
    """Start, wait until only what is held is still being asked, stop, and give back what is known then."""
    ids, left, only_held_left = list(again), set[str](), asyncio.Event()

    def listen(event: Event) -> None:
        if isinstance(event, RunStarted):
            left.update(event.planned)
        elif isinstance(event, CheckFinished):
            left.discard(event.result.id)
        if {id.partition("@")[2] for id in left} <= outside.held:
            only_held_left.set()

    task = asyncio.create_task(session.check_again(ids, listen) if ids else session.look(listen))
    await asyncio.wait_for(outside.reached.wait(), 10)
    await asyncio.wait_for(only_held_left.wait(), 10)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return session.state


async def test_stopping_keeps_what_was_found_and_is_never_clean() -> None:
    outside = Outside(held={WWW})
    session = sitting(outside)
    state = await stopped(session, outside)
    assert len(state.results) == 7
    assert of(state, f"edge.host-answers@{APEX}") is Outcome.PASS
    held = state.result(f"edge.host-answers@{WWW}")
    assert held is not None
    assert held.cause is not None
    assert held.cause.code == "stopped"
    assert not state.running
    assert state.assessment.verdict is Verdict.CANNOT_SAY
    assert "checks could not be made" in state.assessment.verdict_line


async def test_stopping_a_second_check_keeps_the_first_answer() -> None:
    outside = Outside(broken={WWW})
    session = sitting(outside)
    await session.look()
    outside.held.add(WWW)
    state = await stopped(session, outside, [f"edge.host-answers@{WWW}"])
    assert of(state, f"edge.host-answers@{WWW}") is Outcome.FAIL
    assert state.assessment.verdict is Verdict.NO_GO


async def test_after_a_stop_the_next_thing_is_to_go_on() -> None:
    outside = Outside(held={WWW})
    session = sitting(outside, HOSTS[:2])
    state = await stopped(session, outside)
    assert state.next_step.kind is StepKind.UNBLOCK
    outside.held.clear()
    state = await session.check_again([state.next_step.result_id])
    assert set(outcomes(state).values()) == {Outcome.PASS}


# --- deciding and undoing --------------------------------------------------------------------------------------


async def test_a_confirmed_host_counts_in_full_at_once() -> None:
    session = sitting(Outside(broken={APP}))
    await session.look()
    session.confirm_hosts([APP], [])
    state = session.state
    assert state.unconfirmed == ()
    assert severity(state, f"edge.host-answers@{APP}") is Severity.BLOCKER
    assert severity(state, f"edge.first-hop@{APP}") is Severity.MEDIUM
    assert state.assessment.verdict is Verdict.NO_GO


async def test_a_rejected_host_is_gone_at_once() -> None:
    session = sitting(Outside(broken={APP}))
    await session.look()
    session.confirm_hosts([], [APP])
    assert APP not in {str(host) for host in session.state.target.hosts}
    assert not [id for id in outcomes(session.state) if APP in id]
    assert len(session.state.results) == 5
    await session.look()
    assert len(session.state.results) == 5


async def test_undo_takes_a_rejection_back_with_its_results() -> None:
    session = sitting(Outside(broken={APP}))
    before = await session.look()
    session.confirm_hosts([], [APP])
    assert session.can_undo
    assert session.undo()
    assert session.state.results == before.results
    assert session.state.target == before.target
    assert not session.can_undo
    assert not session.undo()


async def test_undo_takes_a_confirmation_back() -> None:
    session = sitting(Outside(broken={APP}))
    before = await session.look()
    session.confirm_hosts([APP], [])
    session.undo()
    assert session.state.results == before.results
    assert [host.name for host in session.state.unconfirmed] == [APP]


async def test_undo_keeps_what_was_found_since() -> None:
    outside = Outside(broken={WWW})
    session = sitting(outside)
    await session.look()
    session.confirm_hosts([APP], [])
    outside.broken.clear()
    await session.check_again([f"edge.host-answers@{WWW}"])
    session.undo()
    assert of(session.state, f"edge.host-answers@{WWW}") is Outcome.PASS
    assert len(session.state.unconfirmed) == 1


async def test_accepting_a_risk_and_taking_it_back() -> None:
    session = sitting(Outside(broken={WWW}))
    await session.look()
    risk = AcceptedRisk(f"edge.host-answers@{WWW}", "Ana", DAY, "moving next week")
    session.accept_risk(risk)
    assert not session.state.assessment.must_fix
    assert [finding.accepted for finding in session.state.assessment.accepted] == [risk]
    session.withdraw_risk(risk.result_id)
    assert session.state.assessment.verdict is Verdict.NO_GO
    session.undo()
    assert session.state.project.decisions.accepted == (risk,)
    session.undo()
    assert not session.state.project.decisions.accepted


async def test_only_what_is_wrong_can_be_accepted() -> None:
    session = sitting(Outside(silent={WWW}))
    await session.look()
    for id in (f"edge.host-answers@{APEX}", f"edge.host-answers@{WWW}", "no.such@thing"):
        with pytest.raises(KeyError):
            session.accept_risk(AcceptedRisk(id, "Ana", DAY, "known"))
    assert not session.can_undo


async def test_decisions_survive_a_look() -> None:
    session = sitting(Outside(broken={APP}))
    await session.look()
    session.confirm_hosts([APP], [])
    state = await session.look()
    assert severity(state, f"edge.host-answers@{APP}") is Severity.BLOCKER


def test_a_target_of_a_sitting_is_the_projects() -> None:
    session = sitting(Outside())
    assert isinstance(session.state.target, Target)
    assert session.state.target.hosts == HOSTS
