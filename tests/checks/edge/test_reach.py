"""Who answers at which address: sorted, judged, and found over real sockets."""

from __future__ import annotations

import pytest

from checks.edge.reach import host_answers
from checks.failure import FailureKind
from checks.model import CouldNotCheck, Outcome, Severity
from checks.probes.reachability import (
    Knock,
    Reachability,
    answering_host,
    host_named,
    no_way_from_here,
    reachability,
    reachability_of,
    unreachable,
)
from checks.target import Domain, HostRole, Target
from tests.checks.edge.places import APEX, APP, ONE, SIX, TWO, Doors, acme, always, response

REFUSED, TIMED_OUT, NO_WAY = FailureKind.REFUSED, FailureKind.TIMED_OUT, FailureKind.UNREACHABLE
OPEN = (always(response()), None)
BOTH = frozenset({4, 6})


def at(address: str, https: FailureKind | None, http: FailureKind | None) -> tuple[Knock, Knock]:
    return Knock(address, 443, https), Knock(address, 80, http)


def sorted_out(*knocks: tuple[Knock, Knock], working: frozenset[int] = BOTH) -> Reachability:
    return reachability_of(APEX.name, tuple(k for pair in knocks for k in pair), working)


@pytest.mark.parametrize("open_port", [443, 80])
def test_one_open_port_is_an_answer(open_port: int) -> None:
    ports = (None, REFUSED) if open_port == 443 else (REFUSED, None)
    result = host_answers(APEX, sorted_out(at(ONE, *ports)))
    assert result.outcome is Outcome.PASS
    assert result.evidence[0].where == ONE


def test_nothing_at_all_is_a_blocker_that_says_how() -> None:
    refused = host_answers(APEX, sorted_out(at(ONE, REFUSED, REFUSED)))
    assert refused.outcome is Outcome.FAIL
    assert "nothing listens" in refused.summary
    lost = host_answers(APEX, sorted_out(at(ONE, TIMED_OUT, TIMED_OUT)))
    assert lost.outcome is Outcome.FAIL
    assert "wait until their browser gives up" in lost.summary
    assert lost.change is not None


def test_one_dead_address_is_partial_and_named() -> None:
    result = host_answers(APEX, sorted_out(at(ONE, None, None), at(TWO, TIMED_OUT, TIMED_OUT)))
    assert (result.outcome, result.severity) == (Outcome.PARTIAL, Severity.HIGH)
    assert result.summary.startswith("1 of 2 addresses of acme.example does not answer: some visitors wait")
    assert result.change is not None
    assert "A record" in result.change.where
    assert TWO in result.change.where


def test_a_dead_ipv6_address_counts_where_ipv6_works() -> None:
    knocks = at(ONE, None, None), at(SIX, TIMED_OUT, TIMED_OUT)
    dead = host_answers(APEX, sorted_out(*knocks))
    assert dead.outcome is Outcome.PARTIAL
    assert "visitors over IPv6" in dead.summary
    untested = host_answers(APEX, sorted_out(*knocks, working=frozenset({4})))
    assert untested.outcome is Outcome.PASS
    assert f"not tested from this computer: {SIX}" in untested.summary


def test_no_way_over_ipv6_is_not_held_against_the_host_and_a_refusal_always_is() -> None:
    no_way = sorted_out(at(ONE, None, None), at(SIX, NO_WAY, NO_WAY), working=frozenset({4}))
    assert (no_way.dead, no_way.untested) == ((), (SIX,))
    refused = sorted_out(at(ONE, None, None), at(SIX, REFUSED, REFUSED), working=frozenset({4}))
    assert (refused.dead, refused.untested) == ((SIX,), ())


async def test_addresses_are_told_in_one_order() -> None:
    doors: Doors = {(ONE, 443): OPEN, (TWO, 443): OPEN, (SIX, 443): OPEN}
    async with acme({APEX.name: (SIX, TWO, ONE)}, doors) as world:
        found = await world.find(reachability, APEX)
    assert found.answering == (ONE, TWO, SIX)
    assert found.open_at(443) == (ONE, TWO, SIX)
    assert found.open_at(80) == ()


async def test_a_dead_host_blinds_all_who_wait_with_one_cause() -> None:
    doors: Doors = {(ONE, 443): OPEN}
    async with acme({APEX.name: (ONE,), APP.name: (TWO,)}, doors, hosts=(APEX, APP)) as world:
        found = await world.find(reachability, APP)
        assert host_answers(APP, found).outcome is Outcome.FAIL
        with pytest.raises(CouldNotCheck) as caught:
            await world.find(answering_host, APP)
    assert caught.value.cause == unreachable(found)
    assert TWO in caught.value.cause.sentence


async def test_two_names_of_one_dead_server_share_the_cause() -> None:
    async with acme({APEX.name: (ONE, TWO), APP.name: (TWO, ONE)}, {}, hosts=(APEX, APP)) as world:
        causes = []
        for host in (APEX, APP):
            with pytest.raises(CouldNotCheck) as caught:
                await world.find(answering_host, host)
            causes.append(caught.value.cause)
    assert causes[0] == causes[1]


async def test_when_nothing_answers_anywhere_this_network_is_the_suspect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("checks.probes.reachability.KNOCK_SECONDS", 0.1)
    silent = tuple((address, port) for address in (ONE, TWO) for port in (443, 80))
    names = {APEX.name: (ONE,), APP.name: (TWO,)}
    async with acme(names, {}, hosts=(APEX, APP), silent=silent) as world:
        causes = []
        for host in (APEX, APP):
            with pytest.raises(CouldNotCheck) as caught:
                await world.find(reachability, host)
            causes.append(caught.value.cause)
    assert causes[0] == causes[1]
    assert (causes[0].code, causes[0].removable) == ("no-connections", True)
    assert "None of your 2 hosts" in causes[0].sentence


async def test_a_silent_host_is_red_as_soon_as_another_one_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.probes.reachability.KNOCK_SECONDS", 0.1)
    names = {APEX.name: (ONE,), APP.name: (TWO,)}
    async with acme(names, {(ONE, 443): OPEN}, hosts=(APEX, APP), silent=((TWO, 443), (TWO, 80))) as world:
        found = await world.find(reachability, APP)
    assert host_answers(APP, found).outcome is Outcome.FAIL


async def test_ipv6_counts_as_working_when_another_host_answers_over_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("checks.probes.reachability.KNOCK_SECONDS", 0.1)
    other = "2001:db8::2"
    names = {APEX.name: (ONE, SIX), APP.name: (TWO, other)}
    silent = ((SIX, 443), (SIX, 80))
    open_doors: Doors = {(ONE, 443): OPEN, (TWO, 443): OPEN, (other, 443): OPEN}
    async with acme(names, open_doors, hosts=(APEX, APP), silent=silent) as world:
        assert (await world.find(reachability, APEX)).dead == (SIX,)
    without: Doors = {(ONE, 443): OPEN, (TWO, 443): OPEN}
    async with acme({**names, APP.name: (TWO,)}, without, hosts=(APEX, APP), silent=silent) as world:
        assert (await world.find(reachability, APEX)).untested == (SIX,)


def test_a_network_without_ipv4_blames_no_host() -> None:
    only_four = sorted_out(at(ONE, NO_WAY, NO_WAY), working=frozenset({6}))
    assert only_four.untested == (ONE,)
    assert no_way_from_here(only_four).sentence.startswith("acme.example has IPv4 addresses only")
    # Silence is no such excuse.
    assert sorted_out(at(ONE, TIMED_OUT, TIMED_OUT), working=frozenset({6})).dead == (ONE,)


async def test_a_host_with_ipv6_alone_is_not_judged_without_ipv6(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("checks.probes.reachability.KNOCK_SECONDS", 0.1)
    names = {APEX.name: (SIX,), APP.name: (TWO,)}
    silent = ((SIX, 443), (SIX, 80))
    async with acme(names, {(TWO, 443): OPEN}, hosts=(APEX, APP), silent=silent) as world:
        with pytest.raises(CouldNotCheck) as caught:
            await world.find(reachability, APEX)
    assert caught.value.cause.code == "no-way-from-here"


def test_hosts_of_the_target_are_found_by_name_so_that_facts_are_shared() -> None:
    target = Target(Domain("acme.example"), (APEX, APP))
    assert host_named(target, "app.acme.example") is APP
    www = host_named(target, "www.acme.example")
    assert (www.role, www.confirmed) == (HostRole.WWW, False)
