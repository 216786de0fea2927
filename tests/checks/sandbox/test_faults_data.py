"""Faults are data: known by unique ids, pure, and each a real change."""

from __future__ import annotations

import copy
import re

import pytest

from checks.sandbox.fault import EVERYTHING, Fault
from checks.sandbox.faults import FAULTS, STATES, with_faults
from checks.sandbox.startup import fixed_state

by_id = pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.id)


def test_ids_and_titles_are_unique() -> None:
    assert len({fault.id for fault in FAULTS}) == len(FAULTS)
    assert len({fault.title for fault in FAULTS}) == len(FAULTS)


@by_id
def test_a_fault_is_pure_and_changes_something(fault: Fault) -> None:
    before = fixed_state()
    kept = copy.deepcopy(before)
    after = fault.apply(before)
    assert before == kept
    assert after != before
    assert fault.apply(before) == after
    assert after.doors.keys() == before.doors.keys()


@by_id
def test_a_fault_is_well_told(fault: Fault) -> None:
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", fault.id)
    assert fault.story.endswith((".", "?")) and len(fault.story) < 200
    assert not fault.title.endswith(".")
    assert fault.blinds <= EVERYTHING
    for result in fault.breaks:
        check, _, subject = result.partition("@")
        assert "." in check and subject in EVERYTHING


def test_the_two_states() -> None:
    assert with_faults(fixed_state(), STATES["fixed"]) == fixed_state()
    broken = [fault for fault in FAULTS if fault.id in STATES["broken"]]
    assert len(broken) == len(STATES["broken"]) >= 7
    for fault in broken:
        # Each is still visible beside the others: taking it away changes the world.
        rest = set(STATES["broken"]) - {fault.id}
        assert with_faults(fixed_state(), rest) != with_faults(fixed_state(), STATES["broken"])


def test_the_order_of_asking_does_not_matter() -> None:
    ids = STATES["broken"]
    assert with_faults(fixed_state(), ids) == with_faults(fixed_state(), reversed(ids))


def test_an_unknown_fault_is_an_error() -> None:
    with pytest.raises(KeyError, match="no fault is called nonsense"):
        with_faults(fixed_state(), ["nonsense"])
