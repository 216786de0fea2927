"""The roadmap as data: complete, and every reference in it leads somewhere."""

from __future__ import annotations

import re

import pytest

from wizard.roadmap import How, load_roadmap

# The whole of the mission: what a founder must be walked through, by id.
ITEMS = [
    *("S1.1", "S1.2", "S1.3", "S1.4", "S1.5", "S1.6", "S1.7", "D1.1", "D1.2", "F1.1", "F1.2", "F1.3", "F1.4"),
    *("S2.1", "S2.2", "S2.3", "S2.4", "S2.5", "S2.6", "D2.1", "D2.2", "F2.1", "F2.2", "F2.3", "F2.4"),
    *("S3.1", "S3.2", "S3.3", "S3.4", "S3.5", "D3.1", "D3.2", "F3.1", "F3.2", "F3.3"),
    *("S4.1", "S4.2", "S4.3", "S4.4", "S4.5", "D4.1", "D4.2", "F4.1", "F4.2", "F4.3"),
    *("S5.1", "S5.2", "S5.3", "S5.4", "S5.5", "D5.1", "F5.1", "F5.2", "F5.3"),
    *("S6.1", "S6.2", "S6.3", "S6.4", "S6.5", "D6.1", "D6.2", "F6.1", "F6.2", "F6.3"),
    *("S7.1", "S7.2", "S7.3", "S7.4", "S7.5", "D7.1", "F7.1", "F7.2"),
    *("A1", "A2", "A3", "A4", "A5", "A6", "A7"),
    *("R1", "R2", "R3", "R4", "R5", "R6", "R7"),
]

BARS = {
    "M1": ("S1.5", "S1.7", "S4.5"),
    "M2": ("S1.4",),
    "M3": ("S1.1", "S1.2", "S2.2", "S2.5", "S2.6", "F2.1"),
    "M4": ("S2.1", "S2.3", "S2.4"),
    "M5": ("S5.1", "S5.2", "S5.3", "S5.4"),
    "M6": ("S3.1", "S3.2", "S3.3", "S7.2"),
    "M7": ("S6.1", "S6.2"),
}

ASKED = {"S1.7", "S7.5"}
BOTH = {"S1.3", "S2.4", "S3.1", "S3.3", "S4.4", "S5.4", "S5.5", "S6.1", "S6.2", "S6.5", "S7.2", "S7.3"}


def test_every_item_is_there_once_and_in_order() -> None:
    assert list(load_roadmap().items) == ITEMS


def test_the_minimum_bar_hangs_on_the_items_it_should() -> None:
    assert {bar.id: bar.items for bar in load_roadmap().bars} == BARS


def test_every_item_says_who_can_decide_it() -> None:
    letters = {"D": How.DELIVERABLE, "F": How.SIGNAL, "A": How.AUTOMATION, "R": How.ADVICE}
    for id, item in load_roadmap().items.items():
        if item.is_check:
            assert item.how is (How.ASKED if id in ASKED else How.BOTH if id in BOTH else How.LIVE)
        else:
            assert item.how is letters[id[0]]


def test_items_stand_in_their_stage() -> None:
    roadmap = load_roadmap()
    assert [stage.number for stage in roadmap.stages] == list(range(1, 8))
    for stage in roadmap.stages:
        assert stage.title == f"{stage.number} {stage.name}"
        assert {item.stage for item in stage.items} == {stage.number}
        assert all(item.id[1] == str(stage.number) for item in stage.items)
    assert {item.stage for item in (*roadmap.automation, *roadmap.advice)} == {0}


@pytest.mark.parametrize("id", ITEMS)
def test_texts_are_plain_sentences(id: str) -> None:
    item = load_roadmap().items[id]
    for text in (item.title, item.why, item.part):
        assert text == text.strip()
        assert text.isprintable()
        assert not re.search(r"\bTODO\b|\bTBD\b", text)
    assert item.title
    assert not item.title.endswith(".")
    if item.is_check:
        assert item.why.endswith(".")


def test_what_is_named_in_the_data_exists() -> None:
    from checks.check import all_checks

    known = {check.id for check in all_checks()}
    topics = {check.topic for check in all_checks()}
    roadmap = load_roadmap()
    named = {id for item in roadmap.items.values() for id in item.checks} | {
        i for b in roadmap.bars for i in b.checks
    }
    assert named <= known
    assert {topic for bar in roadmap.bars for topic in bar.without} <= topics
    assert {item.part_topic for item in roadmap.items.values()} - {""} <= topics
    assert {check.item for check in all_checks()} <= set(roadmap.items)
