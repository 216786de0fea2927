"""The runner: whatever goes wrong becomes could-not-check with a cause, never a pass, never a hang."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from checks.check import Check
from checks.model import (
    CheckResult,
    CouldNotCheck,
    Outcome,
    Result,
    Severity,
    failed,
    passed,
)
from checks.run import Event, RunStarted, judge, run
from checks.target import Domain, Exclusion, Host, HostRole, Target, all_hosts
from tests.checks.running import (
    APEX,
    DEAD,
    GUESS,
    NOON,
    ONE,
    SEEN,
    TARGET,
    FakeWorld,
    make,
    probing,
    world,
)


async def only_result(check: Check, target: Target = TARGET) -> CheckResult:
    results = await asyncio.wait_for(run(target, world(), [check]), 5)
    assert len(results) == 1
    return results[0]


def assert_our_mistake(result: CheckResult) -> None:
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert result.cause is not None
    assert result.cause.code == "internal-error"
    assert "mistake in Launch Ready" in result.cause.remedy
    assert not result.evidence


async def test_a_judge_gets_its_subject_and_its_facts_in_order() -> None:
    async def two(world: Any, subject: Any) -> str:
        return f"two of {subject}"

    def judge(subject: Host, first: int, second: str) -> Result:
        return passed(f"{subject}: {first}, {second}", SEEN)

    results = await run(TARGET, world(), [make(judge=judge, needs=(ONE, probing(two)), each=all_hosts)])
    assert [r.summary for r in results] == [
        "acme.example: 1, two of acme.example",
        "www.acme.example: 1, two of www.acme.example",
    ]
    assert [r.id for r in results] == ["edge.door@acme.example", "edge.door@www.acme.example"]
    assert all(r.found_at == NOON and r.took_ms >= 0 for r in results)


def raises(*_: object) -> Result:
    raise KeyError("x-robots-tag")


def returns_nothing(*_: object) -> None:
    return None


def returns_a_word(*_: object) -> str:
    return "pass"


def passes_without_evidence(*_: object) -> Result:
    return passed("trust me")


def raises_severity(*_: object) -> Result:
    return failed("terrible", SEEN, severity=Severity.BLOCKER)


def recurses(subject: object, fact: object) -> Result:
    return recurses(subject, fact)


@pytest.mark.parametrize(
    "judge", [raises, returns_nothing, returns_a_word, passes_without_evidence, raises_severity, recurses]
)
async def test_a_judge_that_is_wrong_never_passes(judge: Callable[..., Any]) -> None:
    result = await only_result(make(judge=judge, severity=Severity.HIGH))
    assert_our_mistake(result)
    assert result.severity is Severity.HIGH


async def test_a_judge_that_could_not_check_is_believed() -> None:
    from checks.model import could_not_check

    result = await only_result(make(judge=lambda *_: could_not_check(DEAD)))
    assert (result.outcome, result.cause) == (Outcome.COULD_NOT_CHECK, DEAD)


async def test_a_result_may_lower_the_declared_severity() -> None:
    def judge(*_: object) -> Result:
        return failed("half as bad", SEEN, severity=Severity.MEDIUM)

    assert (await only_result(make(judge=judge))).severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "error", [KeyError("x"), OSError("no"), ValueError(), AssertionError(), asyncio.CancelledError()]
)
async def test_a_probe_that_fails_becomes_could_not_check(error: BaseException) -> None:
    async def broken(world: Any, subject: Any) -> int:
        raise error

    assert_our_mistake(await only_result(make(needs=(probing(broken),))))


async def test_a_probe_that_lets_a_time_out_escape_becomes_could_not_check() -> None:
    async def careless(world: Any, subject: Any) -> int:
        raise TimeoutError

    result = await only_result(make(needs=(probing(careless),)))
    assert_our_mistake(result)
    assert "careless" in result.summary


async def test_a_probe_past_its_deadline_becomes_could_not_check() -> None:
    async def hanging(world: Any, subject: Any) -> None:
        await asyncio.Event().wait()

    result = await only_result(make(needs=(ONE, probing(hanging, deadline=0.02))))
    assert result.outcome is Outcome.COULD_NOT_CHECK
    assert result.cause is not None
    assert result.cause.code == "deadline"


async def test_probes_that_wait_for_each_other_become_could_not_check() -> None:
    async def left(world: FakeWorld, subject: Any) -> Any:
        return await world.facts.find(right_probe, subject)

    async def right(world: FakeWorld, subject: Any) -> Any:
        return await world.facts.find(left_probe, subject)

    left_probe, right_probe = probing(left), probing(right)
    result = await only_result(make(needs=(left_probe, right_probe)))
    assert_our_mistake(result)
    assert "ProbeCycle" in result.summary


async def test_one_dead_host_is_one_cause_however_many_checks_it_blinds() -> None:
    looked = 0

    async def dead(world: Any, subject: Any) -> int:
        nonlocal looked
        looked += 1
        raise CouldNotCheck(DEAD)

    dead_probe = probing(dead)

    async def page(world: FakeWorld, subject: Any) -> Any:
        return await world.facts.find(dead_probe, subject)

    page_probe = probing(page)
    checks = [make(f"edge.door-{n}", needs=(page_probe if n % 2 else dead_probe,)) for n in range(30)]
    results = await run(TARGET, world(), checks)
    assert {(r.outcome, r.cause) for r in results} == {(Outcome.COULD_NOT_CHECK, DEAD)}
    assert (len(results), looked) == (30, 1)


async def test_a_guessed_host_is_at_most_a_medium_risk() -> None:
    def judge(subject: Host, fact: int) -> Result:
        return failed("bad", SEEN)

    target = replace(TARGET, hosts=(APEX, GUESS))
    checks = [make(f"edge.{severity}", judge, each=all_hosts, severity=severity) for severity in Severity]
    results = await run(target, world(), checks)
    severities = {(r.check_id, r.confirmed): r.severity for r in results}
    for severity in Severity:
        assert severities[f"edge.{severity}", True] is severity
        capped = Severity.MEDIUM if severity.rank > Severity.MEDIUM.rank else severity
        assert severities[f"edge.{severity}", False] is capped


async def test_a_guessed_host_that_cannot_be_checked_is_capped_too() -> None:
    async def dead(world: Any, subject: Any) -> int:
        raise CouldNotCheck(DEAD)

    target = replace(TARGET, hosts=(GUESS,))
    result = await only_result(make(needs=(probing(dead),), each=all_hosts), target)
    assert (result.severity, result.confirmed) == (Severity.MEDIUM, False)


async def test_what_is_excluded_is_not_applicable_with_the_reason_and_costs_no_request() -> None:
    async def forbidden(world: Any, subject: Any) -> int:
        raise AssertionError("looked")

    target = replace(TARGET, exclusions=(Exclusion("edge", "the platform owns this name"),))
    checks = [
        make(needs=(probing(forbidden),), each=all_hosts),
        make("mail.spf-present", each=all_hosts),
    ]
    results = await run(target, world(), checks)
    assert [(r.id, r.outcome) for r in results] == [
        ("edge.door@acme.example", Outcome.NOT_APPLICABLE),
        ("mail.spf-present@acme.example", Outcome.PASS),
        ("mail.spf-present@www.acme.example", Outcome.PASS),
    ]
    assert results[0].summary == "the platform owns this name"


async def test_a_check_that_does_not_know_what_to_look_at_does_not_end_the_run() -> None:
    def confused(target: Target) -> tuple[Host, ...]:
        raise IndexError

    results = await run(TARGET, world(), [make("edge.broken", each=confused), make("edge.whole")])
    assert_our_mistake(results[0])
    assert results[1].outcome is Outcome.PASS


async def test_subjects_of_one_name_are_looked_at_once() -> None:
    target = replace(TARGET, hosts=(APEX, APEX, replace(APEX, confirmed=False)))
    results = await run(target, world(), [make(each=all_hosts)])
    assert [(r.id, r.confirmed) for r in results] == [("edge.door@acme.example", True)]


async def test_a_check_without_subjects_gives_no_result() -> None:
    assert await run(replace(TARGET, hosts=()), world(), [make(each=all_hosts)]) == ()


async def test_only_what_was_asked_for_is_looked_at() -> None:
    seen: list[Event] = []
    results = await run(
        TARGET, world(), [make(each=all_hosts)], seen.append, lambda id: id.endswith("@www.acme.example")
    )
    assert [r.id for r in results] == ["edge.door@www.acme.example"]
    assert seen[0] == RunStarted(("edge.door@www.acme.example",))


async def test_probes_see_the_target_of_the_run() -> None:
    async def sees(world: FakeWorld, subject: Any) -> Target:
        return world.target

    other = replace(TARGET, hosts=())
    seen: list[Target] = []

    def judge(subject: Domain, target: Target) -> Result:
        seen.append(target)
        return passed("fine", SEEN)

    await only_result(make(judge=judge, needs=(probing(sees),)), other)
    assert seen == [other]


@pytest.mark.parametrize(
    ("role", "severity"), [(HostRole.STAGING, Severity.MEDIUM), (HostRole.APP, Severity.BLOCKER)]
)
def test_what_is_wrong_with_staging_never_stops_a_launch(role: HostRole, severity: Severity) -> None:
    declared = Check("edge.x", "S2.2", Severity.BLOCKER, all_hosts, (), lambda host: failed("broken", SEEN))
    assert judge(declared, Host("some.acme.example", role), (), NOON).severity is severity
