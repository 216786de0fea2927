"""What the results mean for the launch: items, minimum bar, verdict, risk list, cut list. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from checks.model import Cause, CheckResult, Outcome, Severity
from checks.run import STOPPED
from checks.target import Exclusion
from wizard.bars import BarState, BarStatus, bar_status
from wizard.decisions import AcceptedRisk, Decisions
from wizard.item_status import DECIDED, UNDECIDED, WORST_FIRST, ItemStatus, item_status, plural, worst
from wizard.roadmap import Item, Roadmap, load_roadmap
from wizard.texts import CheckText, load_check_texts, text_of

__all__ = [
    "Assessment",
    "BarState",
    "BarStatus",
    "Coverage",
    "Finding",
    "ItemStatus",
    "Unchecked",
    "Verdict",
    "assess",
    "worst",
]


class Verdict(StrEnum):
    GO = "GO"
    GO_WITH_RISKS = "GO, with accepted risks"
    NO_GO = "NO-GO"
    CANNOT_SAY = "CANNOT SAY YET"


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
    return WORST_FIRST.index(result.outcome), result.id


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
        sum(status.outcome in DECIDED for status in checks),
        len(checks),
        sum(r.outcome in DECIDED for r in counted),
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
    undecided = any(r.outcome in UNDECIDED for r in blockers)
    stopped = any(r.counts and r.cause is not None and r.cause.code == STOPPED.code for r in results)
    open_bar = any(bar.state is BarState.OPEN for bar in bars)
    # Nothing applicable is no reason to go: at least one bar must have been proven.
    proven = any(bar.state is BarState.MET for bar in bars)
    if undecided or stopped or open_bar or not proven:
        return Verdict.CANNOT_SAY
    return Verdict.GO_WITH_RISKS if accepted else Verdict.GO


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
    return [plural(count, one, many) for count, one, many in said if count]


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
        blockers = plural(count, "launch blocker", "launch blockers")
        return f"NO-GO: {blockers} in what is looked at so far ({looked_at}){not_yet}"
    if verdict is Verdict.CANNOT_SAY:
        found = ", ".join(still_open) or "nothing wrong found"
        return f"CANNOT SAY YET: {found} in what is looked at so far ({looked_at}){not_yet}"
    accepted = sum(bool(f.accepted) for f in findings)
    word = f"GO, with {plural(accepted, 'accepted risk', 'accepted risks')}" if accepted else "GO"
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
    items = {id: item_status(item, results, exclusions) for id, item in roadmap.items.items()}
    findings = _findings(results, decisions, load_check_texts() if texts is None else texts)
    accepted = frozenset(r.id for f in findings if f.accepted for r in f.results)
    bars = tuple(bar_status(bar, items, results, accepted) for bar in roadmap.bars)
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
        # A note that could not be checked has a cause that stands elsewhere already.
        notes=tuple(r for r in results if not r.counts and r.cause is None),
        questions=questions,
        not_looked_at=not_looked_at,
    )
