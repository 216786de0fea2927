"""The strongest test we have: each fault of the made-up startup alone changes exactly what it names.

Every fault is put into a world that is otherwise right, and the whole audit runs over real sockets. What the fault
`breaks` must turn into fail or partial; only results on a subject that it `blinds` may become *could not check*, all
of them with one cause; everything else must be as in the fixed world.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import pytest

from checks.check import all_checks
from checks.model import CheckResult, Outcome
from checks.run import run
from checks.sandbox.fault import Fault
from checks.sandbox.faults import FAULTS, STATES
from checks.target import Domain, Target
from checks.world import World
from wizard.demo import DemoSandbox, DemoStartup

SANDBOXES = 4
"""Worlds side by side: most of the time of a fault is spent waiting for an answer that does not come."""
BROKEN = frozenset({Outcome.FAIL, Outcome.PARTIAL})

Results = Mapping[str, CheckResult]


def demo_target(startup: DemoStartup) -> Target:
    return Target(
        Domain(startup.domain),
        hosts=startup.hosts,
        mail_domains=startup.mail_domains,
        endpoints=startup.endpoints,
    )


async def audit(demo: DemoSandbox) -> Results:
    target = demo_target(demo.startup)
    async with World(demo.options, target=target) as world:
        results = await run(target, world, all_checks())
    return {result.id: result for result in results}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the audits found: in the two states, and with each fault alone."""

    fixed: Results = field(default_factory=dict)
    broken: Results = field(default_factory=dict)
    alone: dict[str, Results] = field(default_factory=dict)


async def _audit_all(ids: Iterable[str]) -> Seen:
    alone: dict[str, Results] = {}
    states: dict[str, Results] = {}
    # The one that waits longest first, so that no sandbox is left alone with it at the end.
    waiting = sorted(ids, key=lambda id: "silent" not in id and "hangs" not in id and "network" not in id)

    async def work(demo: DemoSandbox) -> None:
        while waiting:
            id = waiting.pop(0)
            await demo.set_faults([id])
            alone[id] = await audit(demo)

    async def one(number: int) -> None:
        async with DemoSandbox() as demo:
            if number < 2:
                name = ("fixed", "broken")[number]
                await demo.set_state(name)
                states[name] = await audit(demo)
            await work(demo)

    await asyncio.gather(*(one(number) for number in range(SANDBOXES)))
    return Seen(states["fixed"], states["broken"], alone)


@pytest.fixture(scope="module")
def seen(request: pytest.FixtureRequest) -> Iterator[Seen]:
    """The audits that the selected tests need."""
    names = {item.name for item in request.session.items if item.path == request.path}
    chosen = (fault.id for fault in FAULTS if any(name.endswith(f"[{fault.id}]") for name in names))
    yield asyncio.run(_audit_all(chosen))


def described(results: Iterable[CheckResult]) -> list[str]:
    return [f"{result.id}: {result.outcome.label}: {result.summary}" for result in results]


def broken_in(results: Results) -> set[str]:
    return {id for id, result in results.items() if result.outcome in BROKEN}


def test_nothing_is_wrong_in_the_fixed_world(seen: Seen) -> None:
    assert len(seen.fixed) > 40
    wrong = [r for r in seen.fixed.values() if r.outcome in BROKEN or r.outcome is Outcome.COULD_NOT_CHECK]
    assert not wrong, described(wrong)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)
def test_a_fault_changes_exactly_what_it_names(seen: Seen, fault: Fault) -> None:
    found = seen.alone[fault.id]
    assert found.keys() == seen.fixed.keys()
    changed = [
        result
        for id, result in found.items()
        if (result.outcome, result.severity) != (seen.fixed[id].outcome, seen.fixed[id].severity)
    ]
    broken = {result.id for result in changed if result.outcome in BROKEN}
    assert broken == fault.breaks, described(changed)
    blinded = [result for result in changed if result.id not in broken]
    assert {result.outcome for result in blinded} <= {Outcome.COULD_NOT_CHECK}, described(blinded)
    assert {result.subject for result in blinded} <= fault.blinds, described(blinded)
    assert fault.blinds <= {result.subject for result in blinded}, "a subject is named that stays in sight"
    assert len({result.cause for result in blinded}) <= 1, described(blinded)


def test_the_broken_world_shows_every_fault_of_its_story(seen: Seen) -> None:
    told = [fault for fault in FAULTS if fault.id in STATES["broken"]]
    expected = {result for fault in told for result in fault.breaks}
    assert broken_in(seen.broken) == expected, described(
        seen.broken[id] for id in broken_in(seen.broken) ^ expected if id in seen.broken
    )


def test_every_check_can_fail() -> None:
    """Each check is broken by some fault, or says by its nature why no fault of a live world can do it."""
    broken = {result.partition("@")[0] for fault in FAULTS for result in fault.breaks}
    assert {check.id for check in all_checks()} - broken == NEVER_BROKEN


NEVER_BROKEN = {
    # Not finding a key proves nothing: the selector may simply be unknown.
    "mail.dkim-key-seen",
    # The demo has a domain of its own; a name lent by a platform is another target.
    "dns.own-domain",
}
