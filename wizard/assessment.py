"""What the results mean for the launch: items, minimum bar, verdict, risk list, cut list. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from checks.model import JUDGED, Cause, CheckResult, Outcome, Severity
from checks.run import STOPPED
from checks.target import Exclusion
from wizard.decisions import AcceptedRisk, Decisions
from wizard.roadmap import Bar, How, Item, Roadmap, load_roadmap
from wizard.texts import CheckText, load_check_texts, text_of


class Verdict(StrEnum):
    GO = "GO"
    GO_WITH_RISKS = "GO, with accepted risks"
    NO_GO = "NO-GO"
    CANNOT_SAY = "CANNOT SAY YET"


class BarState(StrEnum):
    MET = "met"
    NOT_MET = "not met"
    OPEN = "cannot say yet"
    NOT_APPLICABLE = "not applicable"


_WORST_FIRST = (
    Outcome.FAIL,
    Outcome.PARTIAL,
    Outcome.COULD_NOT_CHECK,
    Outcome.NEEDS_ANSWER,
    Outcome.PASS,
    Outcome.NOT_APPLICABLE,
)
_UNDECIDED = frozenset({Outcome.PARTIAL, Outcome.COULD_NOT_CHECK, Outcome.NEEDS_ANSWER})
_DECIDED = frozenset({Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL, Outcome.NOT_APPLICABLE})


def worst(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The outcome that an item with these results shows; None when there is none."""
    return min(outcomes, key=_WORST_FIRST.index, default=None)


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


@dataclass(frozen=True, slots=True)
class BarStatus:
    bar: Bar
    state: BarState
    reason: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Failing or partial results that one and the same mending cures: one check, one severity, n subjects."""

    check_id: str
    severity: Severity
    text: CheckText
    results: tuple[CheckResult, ...]
    accepted: AcceptedRisk | None = None

    @property
    def minutes(self) -> int:
        return self.text.minutes

    @property
    def title(self) -> str:
        """What was seen: the sentence of the first result, or the check's title when there are several."""
        if len(self.results) == 1:
            return self.results[0].summary
        return f"{self.results[0].summary} (and {len(self.results) - 1} more)"


@dataclass(frozen=True, slots=True)
class Unchecked:
    """One cause, told once, with everything it kept from being checked."""

    cause: Cause
    results: tuple[CheckResult, ...]

    @property
    def severity(self) -> Severity:
        return max((r.severity for r in self.results), key=lambda severity: severity.rank)


@dataclass(frozen=True, slots=True)
class Coverage:
    """`items_looked_at` of `items_total` points of the roadmap (S-items); `answered` of `asked` single results."""

    items_looked_at: int
    items_total: int
    answered: int
    asked: int

    def __str__(self) -> str:
        return (
            f"{self.items_looked_at} of {self.items_total} points of the roadmap looked at, "
            f"{self.answered} of {self.asked} single checks answered"
        )


@dataclass(frozen=True, slots=True)
class Assessment:
    verdict: Verdict
    verdict_line: str
    bars: tuple[BarStatus, ...]
    coverage: Coverage
    items: Mapping[str, ItemStatus]
    findings: tuple[Finding, ...]
    """The risk list (D1.1): worst first, then quickest to mend. Accepted risks stay in it."""
    unchecked: tuple[Unchecked, ...]
    notes: tuple[CheckResult, ...]
    questions: tuple[CheckResult, ...]
    not_looked_at: tuple[Item, ...]

    @property
    def must_fix(self) -> tuple[Finding, ...]:
        """The cut list (D1.2), first half: what must be mended before launch day."""
        return tuple(f for f in self.findings if f.severity is Severity.BLOCKER and not f.accepted)

    @property
    def may_wait(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.severity is not Severity.BLOCKER and not f.accepted)

    @property
    def accepted(self) -> tuple[Finding, ...]:
        return tuple(f for f in self.findings if f.accepted)

    @property
    def passed(self) -> tuple[CheckResult, ...]:
        results = {r.id: r for status in self.items.values() for r in status.results}
        return tuple(r for _, r in sorted(results.items()) if r.outcome is Outcome.PASS)


def _item_status(item: Item, results: Sequence[CheckResult], exclusions: Sequence[Exclusion]) -> ItemStatus:
    own = tuple(r for r in results if r.counts and (r.item == item.id or r.check_id in item.checks))
    outcome = worst(r.outcome for r in own)
    delivered = bool(item.delivered_by) and bool(results)
    reasons = [e.reason for e in exclusions if e.scope == item.id]
    if outcome is None and reasons:
        return ItemStatus(item, Outcome.NOT_APPLICABLE, own, delivered, reasons[0])
    return ItemStatus(item, outcome, own, delivered)


def _for_bar(status: ItemStatus, bar: Bar) -> ItemStatus:
    """The item as far as the bar is concerned: without the topics that the bar leaves to another one."""
    own = tuple(r for r in status.results if r.topic not in bar.without)
    outcome = status.outcome if status.reason else worst(r.outcome for r in own)
    item = replace(status.item, part="") if status.item.part_topic in bar.without else status.item
    return replace(status, item=item, results=own, outcome=outcome)


def _and_more(named: str, others: int) -> str:
    return f"{named} (and {others} more)" if others else named


def _bar_status(
    bar: Bar, items: Mapping[str, ItemStatus], results: Sequence[CheckResult], accepted: frozenset[str]
) -> BarStatus:
    statuses = [_for_bar(items[id], bar) for id in bar.items]
    own = {r.id: r for s in statuses for r in s.results}
    own |= {r.id: r for r in results if r.counts and r.check_id in bar.checks}
    rows = [own[id] for id in sorted(own)]
    blockers = [r for r in rows if r.severity is Severity.BLOCKER and r.id not in accepted]
    if failing := [r for r in blockers if r.outcome is Outcome.FAIL]:
        return BarStatus(bar, BarState.NOT_MET, _and_more(failing[0].summary, len(failing) - 1))
    if undecided := [r for r in blockers if r.outcome in _UNDECIDED]:
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
        _plural(open_risks, "smaller risk stays open", "smaller risks stay open") if open_risks else "",
        _plural(unknown, "smaller thing is unknown", "smaller things are unknown") if unknown else "",
        _plural(taken, "risk was accepted", "risks were accepted") if taken else "",
    ]
    said = ", ".join(part for part in but if part)
    return f"Proven by what was checked, but {said}" if said else "Proven by what was checked"


def _findings(
    results: Sequence[CheckResult], decisions: Decisions, texts: Mapping[str, CheckText]
) -> tuple[Finding, ...]:
    accepted = {risk.result_id: risk for risk in decisions.accepted}
    groups: dict[tuple[str, Severity, str], list[CheckResult]] = {}
    for r in results:
        if r.counts and r.outcome in (Outcome.FAIL, Outcome.PARTIAL):
            # An accepted risk is a decision about one result: it is never grouped with others.
            key = (r.check_id, r.severity, r.id if r.id in accepted else "")
            groups.setdefault(key, []).append(r)
    findings = [
        Finding(id, severity, text_of(id, texts), tuple(sorted(rows, key=_worst_first)), accepted.get(alone))
        for (id, severity, alone), rows in groups.items()
    ]
    return tuple(sorted(findings, key=lambda f: (-f.severity.rank, f.minutes, f.check_id, f.results[0].id)))


def _worst_first(result: CheckResult) -> tuple[int, str]:
    return _WORST_FIRST.index(result.outcome), result.id


def _unchecked(results: Sequence[CheckResult]) -> tuple[Unchecked, ...]:
    groups: dict[Cause, list[CheckResult]] = {}
    for r in results:
        if r.counts and r.cause is not None:
            groups.setdefault(r.cause, []).append(r)
    unchecked = [Unchecked(cause, tuple(rows)) for cause, rows in groups.items()]
    return tuple(sorted(unchecked, key=_most_blinding_first))


def _most_blinding_first(unchecked: Unchecked) -> tuple[int, int, str, str]:
    return -unchecked.severity.rank, -len(unchecked.results), unchecked.cause.code, unchecked.results[0].id


def _coverage(items: Mapping[str, ItemStatus], results: Sequence[CheckResult]) -> Coverage:
    checks = [status for status in items.values() if status.item.is_check]
    counted = [r for r in results if r.counts]
    return Coverage(
        sum(status.outcome in _DECIDED for status in checks),
        len(checks),
        sum(r.outcome in _DECIDED for r in counted),
        len(counted),
    )


def _not_looked_at_line(items: Sequence[Item], roadmap: Roadmap) -> str:
    by_stage = {stage.number: stage for stage in roadmap.stages}
    missing: dict[int, int] = {}
    for item in items:
        if item.is_check:
            missing[item.stage] = missing.get(item.stage, 0) + 1
    named = []
    for number, count in missing.items():
        total = sum(item.is_check for item in by_stage[number].items)
        name = by_stage[number].name
        named.append(name if count == total else f"{count} of {total} in {name}")
    return ", ".join(named)


def _verdict(
    results: Sequence[CheckResult], bars: Sequence[BarStatus], findings: Sequence[Finding]
) -> Verdict:
    accepted = {r.id for f in findings if f.accepted for r in f.results}
    blockers = [r for r in results if r.severity is Severity.BLOCKER and r.id not in accepted]
    if any(r.outcome is Outcome.FAIL for r in blockers):
        return Verdict.NO_GO
    undecided = any(r.outcome in _UNDECIDED for r in blockers)
    stopped = any(r.counts and r.cause is not None and r.cause.code == STOPPED.code for r in results)
    open_bar = any(bar.state is BarState.OPEN for bar in bars)
    # Nothing applicable is no reason to go: at least one bar must have been proven.
    proven = any(bar.state is BarState.MET for bar in bars)
    if undecided or stopped or open_bar or not proven:
        return Verdict.CANNOT_SAY
    return Verdict.GO_WITH_RISKS if accepted else Verdict.GO


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _open_things(findings: Sequence[Finding], unchecked: Sequence[Unchecked], questions: int) -> list[str]:
    """What stands between here and a clean slate, failing blockers left out."""
    counts = {s: sum(f.severity is s and not f.accepted for f in findings) for s in Severity}
    blinded = sum(len(u.results) for u in unchecked)
    said = [
        (
            counts[Severity.BLOCKER],
            "launch blocker passed only in part",
            "launch blockers passed only in part",
        ),
        (counts[Severity.HIGH], "high risk", "high risks"),
        (counts[Severity.MEDIUM], "medium risk", "medium risks"),
        (blinded, "check could not be made", "checks could not be made"),
        (questions, "question needs your answer", "questions need your answer"),
    ]
    return [_plural(count, one, many) for count, one, many in said if count]


def _verdict_line(
    verdict: Verdict,
    findings: Sequence[Finding],
    still_open: Sequence[str],
    bars: Sequence[BarStatus],
    looked_at: str,
    rest: str,
) -> str:
    not_yet = f", not looked at yet: {rest}" if rest else ""
    if verdict is Verdict.NO_GO:
        count = sum(f.severity is Severity.BLOCKER and not f.accepted for f in findings)
        blockers = _plural(count, "launch blocker", "launch blockers")
        return f"NO-GO: {blockers} in what is looked at so far ({looked_at}){not_yet}"
    if verdict is Verdict.CANNOT_SAY:
        found = ", ".join(still_open) or "nothing wrong found"
        return f"CANNOT SAY YET: {found} in what is looked at so far ({looked_at}){not_yet}"
    accepted = sum(bool(f.accepted) for f in findings)
    word = f"GO, with {_plural(accepted, 'accepted risk', 'accepted risks')}" if accepted else "GO"
    left = f"; still open: {', '.join(still_open)}" if still_open else ""
    beside = [f"{b.bar.id} does not apply: {b.reason}" for b in bars if b.state is BarState.NOT_APPLICABLE]
    return "; ".join([f"{word} ({looked_at} looked at){left}", *beside])


def assess(
    results: Sequence[CheckResult],
    decisions: Decisions | None = None,
    roadmap: Roadmap | None = None,
    texts: Mapping[str, CheckText] | None = None,
    exclusions: Sequence[Exclusion] = (),
) -> Assessment:
    """What `results` and `decisions` add up to, in whatever order they come. `exclusions` are the target's, for
    items that do not apply and that no check bears on. Pure given roadmap and texts, which default to the assets."""
    results = sorted(results, key=lambda result: result.id)
    decisions = decisions or Decisions()
    roadmap = roadmap or load_roadmap()
    items = {id: _item_status(item, results, exclusions) for id, item in roadmap.items.items()}
    findings = _findings(results, decisions, load_check_texts() if texts is None else texts)
    accepted = frozenset(r.id for f in findings if f.accepted for r in f.results)
    bars = tuple(_bar_status(bar, items, results, accepted) for bar in roadmap.bars)
    coverage = _coverage(items, results)
    unchecked = _unchecked(results)
    questions = tuple(r for r in results if r.counts and r.outcome is Outcome.NEEDS_ANSWER)
    not_looked_at = tuple(s.item for s in items.values() if s.outcome is None and not s.delivered)
    verdict = _verdict(results, bars, findings)
    return Assessment(
        verdict=verdict,
        verdict_line=_verdict_line(
            verdict,
            findings,
            _open_things(findings, unchecked, len(questions)),
            bars,
            f"{coverage.items_looked_at} of {coverage.items_total}",
            _not_looked_at_line(not_looked_at, roadmap),
        ),
        bars=bars,
        coverage=coverage,
        items=items,
        findings=findings,
        unchecked=unchecked,
        notes=tuple(r for r in results if not r.counts),
        questions=questions,
        not_looked_at=not_looked_at,
    )
