"""Facts are found once, shared, shielded from each other's askers, and blame whoever was really slow."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from checks.check import Probe, probe
from checks.facts import Facts, ProbeCycle, cause_of
from checks.model import Cause, CouldNotCheck
from checks.target import Host

APEX = Host("acme.example")
WWW = Host("www.acme.example")
DEAD = Cause("no-answer", "acme.example does not answer")

Find = Callable[[Any, Host], Awaitable[Any]]


def make(name: str, find: Find, deadline: float = 5) -> Probe[Host, Any]:
    return Probe(name, deadline, find)


class Waiting:
    """A probe that stands still until it is let go, and counts how often it was started and cancelled."""

    def __init__(self, deadline: float = 5) -> None:
        self.begun = asyncio.Event()
        self.go = asyncio.Event()
        self.started = 0
        self.cancelled = 0
        self.probe = make("waiting", self._find, deadline)

    async def _find(self, world: Any, host: Host) -> str:
        self.started += 1
        self.begun.set()
        try:
            await self.go.wait()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise
        return f"fact of {host}"


async def test_thirty_askers_cost_one_look() -> None:
    waiting, facts = Waiting(), Facts(world=None)
    askers = [asyncio.create_task(facts.find(waiting.probe, APEX)) for _ in range(30)]
    await waiting.begun.wait()
    waiting.go.set()
    assert await asyncio.gather(*askers) == ["fact of acme.example"] * 30
    assert await facts.find(waiting.probe, APEX) == "fact of acme.example"
    assert waiting.started == 1


async def test_facts_are_kept_apart_by_subject_and_by_probe() -> None:
    first, second, facts = Waiting(), Waiting(), Facts(world=None)
    first.go.set()
    second.go.set()
    for waiting in (first, second):
        for host in (APEX, WWW):
            assert await facts.find(waiting.probe, host) == f"fact of {host}"
    assert (first.started, second.started) == (2, 2)


async def test_the_world_is_handed_to_the_probe() -> None:
    async def find(world: Any, host: Host) -> object:
        return world

    world = object()
    assert await Facts(world).find(make("world", find), APEX) is world


async def test_a_failure_is_shared_too() -> None:
    started = 0

    async def find(world: Any, host: Host) -> str:
        nonlocal started
        started += 1
        raise CouldNotCheck(DEAD)

    dead, facts = make("dead", find), Facts(world=None)
    answers = await asyncio.gather(*(cause_of(facts.find(dead, APEX)) for _ in range(30)))
    assert answers == [DEAD] * 30
    assert started == 1


async def test_cause_of_gives_the_value_or_the_cause_and_hides_no_other_exception() -> None:
    async def value() -> int:
        return 7

    async def broken() -> int:
        raise KeyError("x")

    assert await cause_of(value()) == 7
    with pytest.raises(KeyError):
        await cause_of(broken())


async def test_a_cancelled_asker_takes_nothing_from_another() -> None:
    waiting, facts = Waiting(), Facts(world=None)
    impatient = asyncio.create_task(facts.find(waiting.probe, APEX))
    patient = asyncio.create_task(facts.find(waiting.probe, APEX))
    await waiting.begun.wait()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    waiting.go.set()
    assert await patient == "fact of acme.example"
    assert waiting.cancelled == 0


async def test_a_probe_that_is_too_slow_is_told_as_such() -> None:
    slow = Waiting(deadline=0.02)
    with pytest.raises(CouldNotCheck) as caught:
        await Facts(world=None).find(slow.probe, APEX)
    assert caught.value.cause.code == "deadline"
    assert caught.value.cause.removable
    assert "acme.example took longer than 0.02 seconds" in caught.value.cause.sentence
    assert slow.cancelled == 1


async def test_the_innermost_waiter_is_blamed() -> None:
    slow = Waiting(deadline=0.2)

    async def middle(world: Any, host: Host) -> str:
        return str(await facts.find(slow.probe, WWW))

    async def outer(world: Any, host: Host) -> str:
        return str(await facts.find(middle_probe, host))

    middle_probe = make("middle", middle, deadline=0.02)
    facts = Facts(world=None)
    with pytest.raises(CouldNotCheck) as caught:
        await facts.find(make("outer", outer, deadline=0.01), APEX)
    assert "www.acme.example took longer than 0.2 seconds to answer (waiting)" in caught.value.cause.sentence


async def test_the_clock_stands_still_while_waiting_and_then_goes_on() -> None:
    other, forever = Waiting(deadline=5), asyncio.Event()
    loop = asyncio.get_running_loop()
    resumed = 0.0

    async def find(world: Any, host: Host) -> None:
        nonlocal resumed
        await facts.find(other.probe, host)
        resumed = loop.time()
        await forever.wait()

    facts = Facts(world=None)
    asker = asyncio.create_task(cause_of(facts.find(make("outer", find, deadline=0.1), APEX)))
    await other.begun.wait()
    await asyncio.sleep(0.15)
    assert not asker.done()
    other.go.set()
    cause = await asker
    assert isinstance(cause, Cause)
    assert "(outer)" in cause.sentence
    assert loop.time() - resumed > 0.05


async def test_the_clock_stands_still_until_the_last_of_several_facts_is_there() -> None:
    first, second = Waiting(), Waiting()

    async def find(world: Any, host: Host) -> Any:
        return await asyncio.gather(facts.find(first.probe, host), facts.find(second.probe, host))

    facts = Facts(world=None)
    asker = asyncio.create_task(facts.find(make("both", find, deadline=0.05), APEX))
    await first.begun.wait()
    await second.begun.wait()
    first.go.set()
    await asyncio.sleep(0.1)
    assert not asker.done()
    second.go.set()
    assert await asker == ["fact of acme.example"] * 2


async def test_a_probe_that_waits_for_itself_is_a_cycle() -> None:
    async def find(world: Any, host: Host) -> str:
        return str(await facts.find(itself, host))

    itself, facts = make("itself", find), Facts(world=None)
    with pytest.raises(ProbeCycle, match="itself"):
        await asyncio.wait_for(facts.find(itself, APEX), 2)


async def test_a_cycle_over_three_probes_is_found() -> None:
    async def find_a(world: Any, host: Host) -> str:
        return str(await facts.find(b, host))

    async def find_b(world: Any, host: Host) -> str:
        return str(await facts.find(c, host))

    async def find_c(world: Any, host: Host) -> str:
        return str(await facts.find(a, host))

    a, b, c = make("a", find_a), make("b", find_b), make("c", find_c)
    facts = Facts(world=None)
    with pytest.raises(ProbeCycle, match="wait for each other"):
        await asyncio.wait_for(facts.find(a, APEX), 2)


async def test_a_cycle_between_probes_started_side_by_side_is_found() -> None:
    both = asyncio.Barrier(2)

    async def find_a(world: Any, host: Host) -> Any:
        await both.wait()
        return await asyncio.gather(facts.find(b, host), asyncio.sleep(0))

    async def find_b(world: Any, host: Host) -> Any:
        await both.wait()
        return await asyncio.gather(asyncio.sleep(0), facts.find(a, host))

    a, b = make("a", find_a), make("b", find_b)
    facts = Facts(world=None)
    found = asyncio.gather(facts.find(a, APEX), facts.find(b, APEX), return_exceptions=True)
    answers = await asyncio.wait_for(found, 2)
    assert [type(answer) for answer in answers] == [ProbeCycle, ProbeCycle]


async def test_two_subjects_of_the_same_probes_are_no_cycle() -> None:
    async def find_a(world: Any, host: Host) -> str:
        return str(await facts.find(b, WWW)) if host == APEX else "a of www"

    async def find_b(world: Any, host: Host) -> str:
        return str(await facts.find(a, host))

    a, b = make("a", find_a), make("b", find_b)
    facts = Facts(world=None)
    assert await facts.find(a, APEX) == "a of www"


async def test_a_diamond_is_no_cycle() -> None:
    bottom = Waiting()

    async def side(world: Any, host: Host) -> str:
        return str(await facts.find(bottom.probe, host))

    async def top(world: Any, host: Host) -> list[str]:
        return list(await asyncio.gather(facts.find(left, host), facts.find(right, host)))

    left, right = make("left", side), make("right", side)
    facts = Facts(world=None)
    bottom.go.set()
    assert await facts.find(make("top", top), APEX) == ["fact of acme.example"] * 2
    assert bottom.started == 1


async def test_a_time_out_that_the_probe_let_escape_is_our_mistake() -> None:
    async def find(world: Any, host: Host) -> str:
        raise TimeoutError

    with pytest.raises(CouldNotCheck) as caught:
        await Facts(world=None).find(make("careless", find), APEX)
    assert caught.value.cause.code == "internal-error"
    assert "careless" in caught.value.cause.sentence


async def test_a_probe_that_cancels_itself_is_our_mistake_and_ends_nobody_else() -> None:
    async def find(world: Any, host: Host) -> str:
        raise asyncio.CancelledError

    with pytest.raises(CouldNotCheck) as caught:
        await Facts(world=None).find(make("confused", find), APEX)
    assert caught.value.cause.code == "internal-error"


async def test_a_cause_comes_out_of_a_task_group() -> None:
    async def dead(world: Any, host: Host) -> str:
        raise CouldNotCheck(DEAD)

    dead_probe = make("dead", dead)

    async def find(world: Any, host: Host) -> None:
        async with asyncio.TaskGroup() as group:
            group.create_task(facts.find(dead_probe, host))
            group.create_task(asyncio.Event().wait())

    facts = Facts(world=None)
    with pytest.raises(CouldNotCheck) as caught:
        await facts.find(make("grouped", find), APEX)
    assert caught.value.cause == DEAD


async def test_a_mistake_in_a_task_group_is_not_hidden_by_a_cause() -> None:
    async def find(world: Any, host: Host) -> None:
        raise ExceptionGroup("both", [CouldNotCheck(DEAD), KeyError("x")])

    with pytest.raises(ExceptionGroup):
        await Facts(world=None).find(make("grouped", find), APEX)


async def test_a_task_left_behind_may_still_ask_after_its_probe_has_ended() -> None:
    late, left_behind = Waiting(), []

    async def find(world: Any, host: Host) -> str:
        left_behind.append(asyncio.create_task(facts.find(late.probe, WWW)))
        await late.begun.wait()
        return "done"

    facts = Facts(world=None)
    assert await facts.find(make("careless", find), APEX) == "done"
    late.go.set()
    assert await left_behind[0] == "fact of www.acme.example"


async def test_closing_cancels_whatever_is_still_looked_for() -> None:
    waiting, facts = Waiting(), Facts(world=None)

    async def outer(world: Any, host: Host) -> str:
        return str(await facts.find(waiting.probe, host))

    asker = asyncio.create_task(facts.find(make("outer", outer), APEX))
    await waiting.begun.wait()
    await facts.close()
    with pytest.raises(asyncio.CancelledError):
        await asker
    assert waiting.cancelled == 1
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_reaches_what_a_probe_asks_for_while_it_clears_up() -> None:
    waiting, second, facts = Waiting(), Waiting(), Facts(world=None)

    async def find(world: Any, host: Host) -> None:
        try:
            await waiting.go.wait()
        finally:
            await facts.find(second.probe, host)

    asker = asyncio.create_task(facts.find(make("stubborn", find), APEX))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await asyncio.wait_for(facts.close(), 3)
    with pytest.raises(asyncio.CancelledError):
        await asker
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_closing_does_not_wait_for_ever(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("checks.facts.CLOSING_SECONDS", 0.05)
    begun, released = asyncio.Event(), asyncio.Event()

    async def find(world: Any, host: Host) -> str:
        begun.set()
        while not released.is_set():
            with contextlib.suppress(asyncio.CancelledError):
                await released.wait()
        return "at last"

    facts = Facts(world=None)
    asker = asyncio.create_task(facts.find(make("deaf", find), APEX))
    await begun.wait()
    await asyncio.wait_for(facts.close(), 2)
    assert "not to be cancelled: deaf@acme.example" in caplog.text
    released.set()
    assert await asker == "at last"


async def test_after_closing_a_cancelled_fact_can_be_looked_for_again() -> None:
    waiting, facts = Waiting(), Facts(world=None)
    asker = asyncio.create_task(facts.find(waiting.probe, APEX))
    await waiting.begun.wait()
    await facts.close()
    with pytest.raises(asyncio.CancelledError):
        await asker
    waiting.go.set()
    assert await facts.find(waiting.probe, APEX) == "fact of acme.example"


async def test_a_fact_says_when_it_was_found_and_how_long_that_took() -> None:
    @probe(deadline=1)
    async def quick(world: Any, host: Host) -> int:
        await asyncio.sleep(0.01)
        return 7

    found = await Facts(world=None).found(quick, APEX)
    assert found.value == 7
    assert found.at.tzinfo is not None
    assert 10 <= found.took_ms < 1000
