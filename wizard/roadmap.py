"""The roadmap as data: seven stages, their items, and the minimum bar. Read from assets/roadmap."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any


class How(StrEnum):
    """Who can decide an item: a probe, a person, either; or what else the item is."""

    LIVE = "live"
    ASKED = "asked"
    BOTH = "both"
    DELIVERABLE = "deliverable"
    SIGNAL = "signal"
    AUTOMATION = "automation"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the roadmap. `stage` 0 stands for none.

    `part` names what no check looks at yet, so that a pass is not told as the whole; `part_topic` is the topic of
    checks that this missing part belongs to, empty for all. `checks` are ids of checks that bear on the item besides
    those declared for it.
    """

    id: str
    stage: int
    how: How
    title: str
    why: str = ""
    part: str = ""
    checks: frozenset[str] = frozenset()
    delivered_by: str = ""
    part_topic: str = ""

    @property
    def is_check(self) -> bool:
        """Whether it is one of the S-items that coverage counts."""
        return self.id.startswith("S")


@dataclass(frozen=True, slots=True)
class Stage:
    number: int
    name: str
    question: str
    items: tuple[Item, ...]

    @property
    def title(self) -> str:
        return f"{self.number} {self.name}"


@dataclass(frozen=True, slots=True)
class Bar:
    """One line of the go / no-go verdict: `items` and single `checks` decide it, topics in `without` do not."""

    id: str
    title: str
    items: tuple[str, ...]
    checks: frozenset[str]
    without: frozenset[str]


@dataclass(frozen=True)
class Roadmap:
    stages: tuple[Stage, ...]
    bars: tuple[Bar, ...]
    automation: tuple[Item, ...]
    advice: tuple[Item, ...]

    @cached_property
    def items(self) -> Mapping[str, Item]:
        """Every item by id, stages first."""
        staged = [item for stage in self.stages for item in stage.items]
        return {item.id: item for item in (*staged, *self.automation, *self.advice)}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files("assets") / "roadmap" / name).read_text(encoding="utf-8"))


def _item(row: Mapping[str, Any], stage: int, how: How | None = None) -> Item:
    return Item(
        id=row["id"],
        stage=stage,
        how=how or How(row["how"]),
        title=row["title"],
        why=row.get("why", ""),
        part=row.get("part", ""),
        checks=frozenset(row.get("checks", ())),
        delivered_by=row.get("delivered_by", ""),
        part_topic=row.get("part_topic", ""),
    )


def _stage(number: int) -> Stage:
    data = _read(f"stage{number}.toml")
    items = tuple(_item(row, number) for row in data["items"])
    return Stage(data["number"], data["name"], data["question"], items)


@lru_cache(maxsize=1)
def load_roadmap() -> Roadmap:
    bars = tuple(
        Bar(
            row["id"],
            row["title"],
            tuple(row["items"]),
            frozenset(row.get("checks", ())),
            frozenset(row.get("without", ())),
        )
        for row in _read("minimum_bar.toml")["bars"]
    )
    return Roadmap(
        stages=tuple(_stage(number) for number in range(1, 8)),
        bars=bars,
        automation=tuple(_item(row, 0, How.AUTOMATION) for row in _read("automation.toml")["items"]),
        advice=tuple(_item(row, 0, How.ADVICE) for row in _read("advice.toml")["items"]),
    )
