"""Progress is complete and in order; one cancel ends everything and says what was not done."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from checks.model import (
    Outcome,
)
from checks.run import CheckFinished, CheckStarted, Event, RunStarted, run
from checks.target import Endpoint, EndpointKind, Host, all_hosts
from tests.checks.running import APEX, TARGET, WWW, FakeWorld, make, probing, world


def assert_complete(events: list[Event]) -> None:
    """Every planned result starts once, ends once, in that order; the count goes up by one to the total."""
    assert isinstance(events[0], RunStarted)
    planned = events[0].planned
    started = [e.id for e in events if isinstance(e, CheckStarted)]
    finished = [e for e in events if isinstance(e, CheckFinished)]
    assert len(set(planned)) == len(planned)
    assert sorted(started) == sorted(planned)
    assert sorted(e.result.id for e in finished) == sorted(planned)
    assert [e.done for e in finished] == list(range(1, len(planned) + 1))
    assert {e.total for e in finished} <= {len(planned)}
    for event in finished:
        assert events.index(CheckStarted(event.result.id)) < events.index(event)


async def test_progress_is_complete_and_results_come_as_they_are_found() -> None:
    gates = {str(host): asyncio.Event() for host in (APEX, WWW)}
    events: list[Event] = []
    first_finished = asyncio.Event()

    async def gated(world: Any, subject: Any) -> int:
        await gates[str(subject)].wait()
        return 1

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, CheckFinished):
            first_finished.set()

    running = asyncio.create_task(
        run(TARGET, world(), [make(needs=(probing(gated),), each=all_hosts)], listen)
    )
    gates["www.acme.example"].set()
    await asyncio.wait_for(first_finished.wait(), 5)
    assert [e.result.subject for e in events if isinstance(e, CheckFinished)] == ["www.acme.example"]
    gates["acme.example"].set()
    results = await running
    assert_complete(events)
    assert [r.subject for r in results] == ["acme.example", "www.acme.example"]


async def test_a_strange_subject_starts_and_ends_under_one_name() -> None:
    strange = Endpoint("https://acme.example/\u202egnp.exe", EndpointKind.LANDING)
    events: list[Event] = []
    await run(
        replace(TARGET, endpoints=(strange,)), world(), [make(each=lambda t: t.endpoints)], events.append
    )
    assert_complete(events)


async def test_cancelling_cancels_every_probe_and_says_what_was_not_done() -> None:
    begun, quick_is_done = asyncio.Barrier(3), asyncio.Event()
    cancelled: list[str] = []
    events: list[Event] = []

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, CheckFinished):
            quick_is_done.set()

    async def hanging(world: Any, subject: Any) -> None:
        await begun.wait()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(str(subject))
            raise

    hanging_probe = probing(hanging)

    async def outer(world: FakeWorld, subject: Any) -> None:
        await world.facts.find(hanging_probe, subject)

    checks = [make("edge.a-quick"), make("edge.hanging", needs=(probing(outer),), each=all_hosts)]
    running = asyncio.create_task(run(TARGET, world(), checks, listen))
    await asyncio.wait_for(begun.wait(), 5)
    await asyncio.wait_for(quick_is_done.wait(), 5)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(running, 5)

    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert sorted(cancelled) == ["acme.example", "www.acme.example"]
    assert_complete(events)
    told = {e.result.id: e.result for e in events if isinstance(e, CheckFinished)}
    assert told["edge.a-quick@acme.example"].outcome is Outcome.PASS
    for host in TARGET.hosts:
        stopped = told[f"edge.hanging@{host}"]
        assert stopped.outcome is Outcome.COULD_NOT_CHECK
        assert stopped.cause is not None
        assert stopped.cause.code == "stopped"


async def test_no_task_is_left_after_an_ordinary_run() -> None:
    async def untidy(world: FakeWorld, subject: Any) -> int:
        first = asyncio.ensure_future(world.facts.find(slow_probe, subject))
        await asyncio.sleep(0)
        first.cancel()
        return 1

    async def slow(world: Any, subject: Any) -> None:
        await asyncio.Event().wait()

    slow_probe = probing(slow)
    (result,) = await run(TARGET, world(), [make(needs=(probing(untidy),))])
    assert result.outcome is Outcome.PASS
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_a_run_is_bounded_by_its_slowest_chain_not_by_the_number_of_checks() -> None:
    async def hanging(world: Any, subject: Any) -> None:
        await asyncio.Event().wait()

    hosts = tuple(Host(f"h{n}.acme.example") for n in range(200))
    checks = [
        make(f"edge.hanging-{n}", needs=(probing(hanging, deadline=0.1),), each=all_hosts) for n in range(5)
    ]
    loop = asyncio.get_running_loop()
    started = loop.time()
    results = await run(replace(TARGET, hosts=hosts), world(), checks)
    assert len(results) == 1000
    assert {r.outcome for r in results} == {Outcome.COULD_NOT_CHECK}
    assert loop.time() - started < 5
