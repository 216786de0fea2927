"""A run as it is told, event by event, in the shape in which a screen shows it. No widget in here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from checks.model import CheckResult, Outcome
from checks.run import CheckFinished, CheckStarted, Event, RunStarted


@dataclass(frozen=True, slots=True)
class SubjectProgress:
    """What is known so far about one subject; `outcomes` counts results, `left` those still to come."""

    subject: str
    outcomes: Counter[Outcome]
    left: int
    topics: tuple[str, ...]


@dataclass(slots=True)
class RunProgress:
    """`began` is on the clock of `time.monotonic`; `total` is 0 until the plan is known (hosts come first)."""

    title: str
    clock: Callable[[], float] = monotonic
    began: float = field(init=False)
    planned: tuple[str, ...] = ()
    finished: dict[str, CheckResult] = field(default_factory=dict)
    current: dict[str, None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.began = self.clock()

    @property
    def total(self) -> int:
        return len(self.planned)

    @property
    def done(self) -> int:
        return len(self.finished)

    @property
    def seconds(self) -> float:
        return self.clock() - self.began

    def hear(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self.planned = event.planned
        elif isinstance(event, CheckStarted):
            self.current[event.id] = None
        elif isinstance(event, CheckFinished):
            self.current.pop(event.result.id, None)
            self.finished[event.result.id] = event.result

    def by_subject(self) -> tuple[SubjectProgress, ...]:
        """Shortest names first, so that the domain itself leads and its hosts follow."""
        ids: dict[str, list[str]] = {}
        for id in self.planned:
            ids.setdefault(id.partition("@")[2], []).append(id)
        rows = []
        for subject in sorted(ids, key=lambda name: ("://" in name, name.count("."), name)):
            own = [self.finished[id].outcome for id in ids[subject] if id in self.finished]
            topics = dict.fromkeys(id.partition(".")[0] for id in ids[subject])
            rows.append(
                SubjectProgress(subject, Counter(own), len(ids[subject]) - len(own), tuple(sorted(topics)))
            )
        return tuple(rows)

    def troubles(self) -> tuple[CheckResult, ...]:
        """Results that are worth a look, in the order in which they arrived; one cause is told once."""
        told: dict[object, CheckResult] = {}
        for result in self.finished.values():
            if result.counts and result.outcome in (Outcome.FAIL, Outcome.PARTIAL, Outcome.COULD_NOT_CHECK):
                told.setdefault(result.cause or result.id, result)
        return tuple(told.values())

    def looking_at(self) -> tuple[str, ...]:
        """Subjects that something is being found out about right now."""
        return tuple(dict.fromkeys(id.partition("@")[2] for id in self.current))
