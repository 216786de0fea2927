"""What the results mean for the launch: items, minimum bar, verdict, risk list, cut list. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checks.model import Cause, CheckResult, Outcome, Severity
from wizard.decisions import AcceptedRisk, Decisions
from wizard.roadmap import Bar, Item, Roadmap, load_roadmap
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


@dataclass(frozen=True, slots=True)
class ItemStatus:
    """A roadmap item with the worst of its results. `outcome` None: nothing has looked at it yet."""

    item: Item
    outcome: Outcome | None
    results: tuple[CheckResult, ...]
    delivered: bool = False

    @property
    def whole(self) -> bool:
        """Whether the outcome speaks for the whole item; a pass of the part looked at does not."""
        return self.outcome is not None and not (self.outcome is Outcome.PASS and self.item.part)

    @property
    def label(self) -> str:
        if self.delivered:
            return "in this document" if not self.item.part else "in this document, in part"
        if self.outcome is None:
            return "not looked at yet"
        if not self.whole:
            return f"nothing wrong so far; not looked at yet: {self.item.part}"
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
    """`items_looked_at` of `items_total` roadmap checks (S-items); `answered` of `asked` single results."""

    items_looked_at: int
    items_total: int
    answered: int
    asked: int

    def __str__(self) -> str:
        return f"{self.items_looked_at} of {self.items_total} roadmap checks, {self.answered} of {self.asked} probes"


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


def _item_status(item: Item, results: Sequence[CheckResult]) -> ItemStatus:
    own = tuple(r for r in results if r.counts and (r.item == item.id or r.check_id in item.checks))
    return ItemStatus(item, worst(r.outcome for r in own), own, bool(item.delivered_by) and bool(results))


def _bar_status(
    bar: Bar, items: Mapping[str, ItemStatus], results: Sequence[CheckResult], accepted: frozenset[str]
) -> BarStatus:
    statuses = [items[id] for id in bar.items]
    own = {r.id: r for s in statuses for r in s.results if r.topic not in bar.without}
    own |= {r.id: r for r in results if r.check_id in bar.checks}
    blockers = [r for r in own.values() if r.severity is Severity.BLOCKER and r.id not in accepted]
    if failing := [r for r in blockers if r.outcome is Outcome.FAIL]:
        return BarStatus(bar, BarState.NOT_MET, failing[0].summary)
    if own and all(r.outcome is Outcome.NOT_APPLICABLE for r in own.values()):
        return BarStatus(bar, BarState.NOT_APPLICABLE, next(iter(own.values())).summary)
    if undecided := [r for r in blockers if r.outcome in _UNDECIDED]:
        return BarStatus(bar, BarState.OPEN, undecided[0].summary)
    missing = [s.item for s in statuses if not s.whole]
    if missing:
        named = "; ".join(item.part or item.title for item in missing[:2])
        more = f" (and {len(missing) - 2} more)" if len(missing) > 2 else ""
        return BarStatus(bar, BarState.OPEN, f"Not looked at yet: {named}{more}")
    return BarStatus(bar, BarState.MET, "Proven by what was checked")


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
        Finding(id, severity, text_of(id, texts), tuple(rows), accepted.get(alone))
        for (id, severity, alone), rows in groups.items()
    ]
    return tuple(sorted(findings, key=lambda f: (-f.severity.rank, f.minutes, f.check_id)))


def _unchecked(results: Sequence[CheckResult]) -> tuple[Unchecked, ...]:
    groups: dict[Cause, list[CheckResult]] = {}
    for r in results:
        if r.counts and r.cause is not None:
            groups.setdefault(r.cause, []).append(r)
    unchecked = [Unchecked(cause, tuple(rows)) for cause, rows in groups.items()]
    return tuple(sorted(unchecked, key=lambda u: (-u.severity.rank, -len(u.results), u.cause.code)))


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
        named.append(name if count == total else f"{count} of {total} of {name}")
    return ", ".join(named)


def _verdict(
    results: Sequence[CheckResult], bars: Sequence[BarStatus], findings: Sequence[Finding]
) -> Verdict:
    accepted = {r.id for f in findings if f.accepted for r in f.results}
    blockers = [r for r in results if r.severity is Severity.BLOCKER and r.id not in accepted]
    if any(r.outcome is Outcome.FAIL for r in blockers):
        return Verdict.NO_GO
    undecided = any(r.outcome in _UNDECIDED for r in blockers)
    # Nothing applicable is no reason to go: at least one bar must have been proven.
    if undecided or any(bar.state is BarState.OPEN for bar in bars) or not _any_met(bars):
        return Verdict.CANNOT_SAY
    return Verdict.GO_WITH_RISKS if accepted else Verdict.GO


def _any_met(bars: Sequence[BarStatus]) -> bool:
    return any(bar.state is BarState.MET for bar in bars)


def _plural(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"


def _verdict_line(
    verdict: Verdict,
    findings: Sequence[Finding],
    unchecked: Sequence[Unchecked],
    coverage: Coverage,
    rest: str,
) -> str:
    looked_at = f"{coverage.items_looked_at} of {coverage.items_total}"
    not_yet = f", not looked at yet: {rest}" if rest else ""
    accepted = sum(bool(f.accepted) for f in findings)
    counts = {s: sum(f.severity is s and not f.accepted for f in findings) for s in Severity}
    if verdict is Verdict.NO_GO:
        blockers = _plural(counts[Severity.BLOCKER], "launch blocker", "launch blockers")
        return f"NO-GO: {blockers} in what is looked at so far ({looked_at}){not_yet}"
    if verdict is Verdict.GO_WITH_RISKS:
        return f"GO, with {_plural(accepted, 'accepted risk', 'accepted risks')} ({looked_at} looked at)"
    if verdict is Verdict.GO:
        return f"GO ({looked_at} looked at)"
    said = []
    if counts[Severity.BLOCKER]:
        said.append(
            _plural(counts[Severity.BLOCKER], "launch blocker half mended", "launch blockers half mended")
        )
    if counts[Severity.HIGH]:
        said.append(_plural(counts[Severity.HIGH], "high risk", "high risks"))
    if counts[Severity.MEDIUM]:
        said.append(_plural(counts[Severity.MEDIUM], "medium risk", "medium risks"))
    if unchecked:
        said.append(f"{_plural(sum(len(u.results) for u in unchecked), 'check', 'checks')} could not be made")
    found = ", ".join(said) if said else "nothing wrong found"
    return f"CANNOT SAY YET: {found} in what is looked at so far ({looked_at}){not_yet}"


def assess(
    results: Sequence[CheckResult],
    decisions: Decisions | None = None,
    roadmap: Roadmap | None = None,
    texts: Mapping[str, CheckText] | None = None,
) -> Assessment:
    """What `results` and `decisions` add up to. Pure given roadmap and texts, which default to the assets."""
    decisions = decisions or Decisions()
    roadmap = roadmap or load_roadmap()
    items = {id: _item_status(item, results) for id, item in roadmap.items.items()}
    findings = _findings(results, decisions, load_check_texts() if texts is None else texts)
    accepted = frozenset(r.id for f in findings if f.accepted for r in f.results)
    bars = tuple(_bar_status(bar, items, results, accepted) for bar in roadmap.bars)
    coverage = _coverage(items, results)
    unchecked = _unchecked(results)
    not_looked_at = tuple(s.item for s in items.values() if s.outcome is None and not s.delivered)
    verdict = _verdict(results, bars, findings)
    rest = _not_looked_at_line(not_looked_at, roadmap)
    return Assessment(
        verdict=verdict,
        verdict_line=_verdict_line(verdict, findings, unchecked, coverage, rest),
        bars=bars,
        coverage=coverage,
        items=items,
        findings=findings,
        unchecked=unchecked,
        notes=tuple(r for r in results if not r.counts),
        questions=tuple(r for r in results if r.counts and r.outcome is Outcome.NEEDS_ANSWER),
        not_looked_at=not_looked_at,
    )
