"""How far a point of the roadmap is: the worst of its results, and whether they speak for the whole of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from checks.model import JUDGED, CheckResult, Outcome
from checks.target import Exclusion
from wizard.roadmap import How, Item

WORST_FIRST = (
    Outcome.FAIL,
    Outcome.PARTIAL,
    Outcome.COULD_NOT_CHECK,
    Outcome.NEEDS_ANSWER,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)
UNDECIDED = frozenset({Outcome.PARTIAL, Outcome.COULD_NOT_CHECK, Outcome.NEEDS_ANSWER})
DECIDED = frozenset({Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL, Outcome.NOT_APPLICABLE})


def worst(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The outcome that an item with these results shows; None when there is none."""
    return min(outcomes, key=WORST_FIRST.index, default=None)


_SIGN_LABELS = {Outcome.PASS: "not seen", Outcome.PARTIAL: "seen in part", Outcome.FAIL: "seen"}


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """A roadmap item with the worst of its results. `outcome` None: nothing has looked at it yet.
    `reason` says why it does not apply, where the target excludes it as a whole."""

    item: Item
    outcome: Outcome | None
    results: tuple[CheckResult, ...]
    delivered: bool = False
    reason: str = ""

    @property
    def whole(self) -> bool:
        """Whether the outcome speaks for the whole item. A verdict on the part looked at does not: otherwise a
        failing part would count for more than a passing one."""
        if self.outcome is Outcome.NOT_APPLICABLE:
            return True
        return not self.item.part and any(r.outcome in JUDGED for r in self.results)

    @property
    def label(self) -> str:
        if self.delivered:
            return "in this document" if not self.item.part else "in this document, in part"
        if self.outcome is None:
            return "not looked at yet"
        if self.outcome is Outcome.PASS and self.item.part:
            return f"nothing wrong so far; not looked at yet: {self.item.part}"
        if self.item.how is How.SIGNAL:
            return _SIGN_LABELS.get(self.outcome, self.outcome.label)
        return self.outcome.label


def item_status(item: Item, results: Sequence[CheckResult], exclusions: Sequence[Exclusion]) -> ItemStatus:
    own = tuple(r for r in results if r.counts and (r.item == item.id or r.check_id in item.checks))
    outcome = worst(r.outcome for r in own)
    delivered = bool(item.delivered_by) and bool(results)
    reasons = [e.reason for e in exclusions if e.scope == item.id]
    if outcome is None and reasons:
        return ItemStatus(item, Outcome.NOT_APPLICABLE, own, delivered, reasons[0])
    return ItemStatus(item, outcome, own, delivered)


def plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
