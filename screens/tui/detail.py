"""What one result has to say, in the order in which a person needs it. Pure; the screen only lays it out."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from checks.model import CheckResult, Outcome
from screens.tui.words import minutes_words, muted, outcome_badge, severity_badge
from wizard.assessment import Finding
from wizard.decisions import AcceptedRisk
from wizard.session import SessionState
from wizard.texts import text_of

MOST_LISTED = 12


@dataclass(frozen=True, slots=True)
class Detail:
    """`change` are labelled lines (have, want, where); `sections` have a heading and lines; `ids` are the results
    that one mending cures, or that one cause blinds."""

    badge: Content
    title: str
    change: tuple[tuple[str, str], ...]
    paste: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    evidence: tuple[str, ...]
    ids: tuple[str, ...]
    acceptable: bool
    accepted: AcceptedRisk | None = None

    @property
    def copied(self) -> str:
        """What `c` copies: what to paste, or else the whole finding, to send to somebody."""
        if self.paste:
            return self.paste
        told = [self.title, *(f"{label}: {text}" for label, text in self.change)]
        for head, body in self.sections:
            told += ["", head, *body]
        return "\n".join([*told, "", "Evidence", *self.evidence] if self.evidence else told)


def _finding_of(state: SessionState, result: CheckResult) -> Finding | None:
    return next((f for f in state.assessment.findings if result.id in [r.id for r in f.results]), None)


def _evidence(result: CheckResult) -> tuple[str, ...]:
    told = []
    for seen in result.evidence:
        told.append(f"seen: {seen.seen}")
        if seen.where:
            told.append(f"  where: {seen.where}")
        if seen.expected:
            told.append(f"  expected: {seen.expected}")
    found = result.found_at.strftime("%d %b %Y, %H:%M:%S UTC")
    return (*told, f"{result.id}, found on {found}, took {result.took_ms:.0f} ms")


def _listed(results: tuple[CheckResult, ...]) -> tuple[str, ...]:
    rest = len(results) - MOST_LISTED
    shown = tuple(f"· {r.summary}" for r in results[:MOST_LISTED])
    return (*shown, f"· and {rest} more") if rest > 0 else shown


def _badge(result: CheckResult, minutes: int, accepted: AcceptedRisk | None) -> Content:
    judged_bad = result.outcome in (Outcome.FAIL, Outcome.PARTIAL)
    parts: list[Content | str] = [
        severity_badge(result.severity) if result.outcome is Outcome.FAIL else outcome_badge(result.outcome)
    ]
    if result.outcome is Outcome.PARTIAL:
        parts.append(muted(f" · {result.severity.label}"))
    if judged_bad and minutes:
        parts.append(muted(f" · {minutes_words(minutes)} to mend"))
    if not result.confirmed:
        parts.append(muted(" · on a guessed host"))
    if accepted is not None:
        parts.append(muted(f" · accepted by {accepted.by}"))
    return Content("").join(parts)


def _blinded(state: SessionState, result: CheckResult) -> tuple[CheckResult, ...]:
    return tuple(r for r in state.results if r.cause is not None and r.cause == result.cause)


def detail_of(state: SessionState, result: CheckResult) -> Detail:
    text = text_of(result.check_id)
    finding = _finding_of(state, result)
    accepted = finding.accepted if finding is not None else None
    bad = result.outcome in (Outcome.FAIL, Outcome.PARTIAL)
    change = result.change
    rows: list[tuple[str, str]] = []
    sections: list[tuple[str, tuple[str, ...]]] = []
    ids: tuple[str, ...] = (result.id,)
    if change is not None and bad:
        rows = [("Have", change.have), ("Want", change.want), ("Where", change.where)]
    if accepted is not None:
        said = f"{accepted.by}, {accepted.on.strftime('%d %b %Y')}: {accepted.reason}"
        sections.append(("Accepted risk", (said,)))
    if finding is not None:
        ids = tuple(r.id for r in finding.results)
        others = tuple(r for r in finding.results if r.id != result.id)
        if others:
            sections.append((f"The same on {len(others)} more", _listed(others)))
    if result.cause is not None:
        blinded = _blinded(state, result)
        ids = tuple(r.id for r in blinded)
        if result.cause.remedy:
            sections.append(("What you can do", (result.cause.remedy,)))
        names = tuple(f"· {text_of(r.check_id).title} ({r.subject})" for r in blinded[:MOST_LISTED])
        rest = len(blinded) - MOST_LISTED
        more = (f"· and {rest} more",) if rest > 0 else ()
        sections.append(("Not checked because of this", (*names, *more)))
    if text.why:
        sections.append(("Why it matters", (text.why,)))
    if bad and text.fix:
        sections.append(("How to mend it", tuple(f"{n}. {step}" for n, step in enumerate(text.fix, 1))))
    if bad and text.verify:
        sections.append(("How you know", (text.verify,)))
    if text.references:
        sections.append(("Read more", text.references))
    return Detail(
        badge=_badge(result, text.minutes if bad else 0, accepted),
        title=result.summary,
        change=tuple((label, said) for label, said in rows if said),
        paste=change.paste if change is not None and bad else "",
        sections=tuple(sections),
        evidence=_evidence(result),
        ids=ids,
        acceptable=bad and accepted is None,
        accepted=accepted,
    )
