"""The minimum bar: which of its lines hold, and why not. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from checks.model import CheckResult, Outcome, Severity
from wizard.item_status import UNDECIDED, ItemStatus, plural, worst
from wizard.roadmap import Bar


class BarState(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    OPEN = "cannot say yet"
    NOT_APPLICABLE = "not applicable"


@dataclass(frozen=True, slots=True)
class BarStatus:
    bar: Bar
    state: BarState
    reason: str


def _for_bar(status: ItemStatus, bar: Bar) -> ItemStatus:
    """The item as far as the bar is concerned: without the topics that the bar leaves to another one."""
    own = tuple(r for r in status.results if r.topic not in bar.without)
    outcome = status.outcome if status.reason else worst(r.outcome for r in own)
    item = replace(status.item, part="") if status.item.part_topic in bar.without else status.item
    return replace(status, item=item, results=own, outcome=outcome)


def _and_more(named: str, others: int) -> str:
    return f"{named} (and {others} more)" if others else named


def bar_status(
    bar: Bar, items: Mapping[str, ItemStatus], results: Sequence[CheckResult], accepted: frozenset[str]
) -> BarStatus:
    statuses = [_for_bar(items[id], bar) for id in bar.items]
    own = {r.id: r for s in statuses for r in s.results}
    own |= {r.id: r for r in results if r.counts and r.check_id in bar.checks}
    rows = [own[id] for id in sorted(own)]
    blockers = [r for r in rows if r.severity is Severity.BLOCKER and r.id not in accepted]
    if failing := [r for r in blockers if r.outcome is Outcome.FAIL]:
        return BarStatus(bar, BarState.NOT_MET, _and_more(failing[0].summary, len(failing) - 1))
    if undecided := [r for r in blockers if r.outcome in UNDECIDED]:
        return BarStatus(bar, BarState.OPEN, _and_more(undecided[0].summary, len(undecided) - 1))
    if missing := [s.item for s in statuses if not s.whole]:
        named = ", ".join(f"{item.id} ({item.part or item.title})" for item in missing[:2])
        more = f" and {len(missing) - 2} more" if len(missing) > 2 else ""
        return BarStatus(bar, BarState.OPEN, f"Not looked at yet: {named}{more}")
    outcomes = {s.outcome for s in statuses} | {r.outcome for r in rows}
    if outcomes == {Outcome.NOT_APPLICABLE}:
        reasons = [r.summary for r in rows] + [s.reason for s in statuses if s.reason]
        return BarStatus(bar, BarState.NOT_APPLICABLE, reasons[0])
    return BarStatus(bar, BarState.MET, _met_reason(rows, accepted))


def _met_reason(rows: Sequence[CheckResult], accepted: frozenset[str]) -> str:
    open_risks = sum(r.outcome in (Outcome.FAIL, Outcome.PARTIAL) and r.id not in accepted for r in rows)
    unknown = sum(r.outcome in (Outcome.COULD_NOT_CHECK, Outcome.NEEDS_ANSWER) for r in rows)
    taken = sum(r.id in accepted for r in rows)
    but = [
        plural(open_risks, "smaller risk stays open", "smaller risks stay open") if open_risks else "",
        plural(unknown, "smaller thing is unknown", "smaller things are unknown") if unknown else "",
        plural(taken, "risk was accepted", "risks were accepted") if taken else "",
    ]
    said = ", ".join(part for part in but if part)
    return f"Proven by what was checked, but {said}" if said else "Proven by what was checked"
