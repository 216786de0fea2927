"""Which exit code a finished audit ends with."""

from __future__ import annotations

from collections.abc import Iterable

from checks.model import CheckResult, Outcome, Severity
from screens.exits import Exit
from wizard.assessment import Assessment

SELECTOR_UNKNOWN = "dkim-selector-unknown"
MISSING_ANSWER = frozenset({SELECTOR_UNKNOWN})
"""Codes of causes that only the person can lift. They fail no run, except with --strict."""


def exit_code(
    results: Iterable[CheckResult],
    assessment: Assessment,
    *,
    fail_on: str = "blocker",
    strict: bool = False,
    stages: Iterable[int] = (),
    everything: bool = True,
) -> Exit:
    """`stages` narrows what --strict wants to have been looked at; not `everything`: only what was run counts."""
    if fail_on == "never":
        return Exit.OK
    level = Severity(fail_on).rank
    accepted = {r.id for finding in assessment.accepted for r in finding.results}
    heavy = [r for r in results if r.counts and r.severity.rank >= level and r.id not in accepted]
    if any(r.outcome in (Outcome.FAIL, Outcome.PARTIAL) for r in heavy):
        return Exit.FINDINGS
    if any(_unanswered(r, strict) for r in heavy):
        return Exit.NO_ANSWER
    if strict and everything and _anything_left(assessment, frozenset(stages)):
        return Exit.NO_ANSWER
    return Exit.OK


def _unanswered(result: CheckResult, strict: bool) -> bool:
    if result.outcome is Outcome.NEEDS_ANSWER:
        return strict
    return result.cause is not None and (strict or result.cause.code not in MISSING_ANSWER)


def _anything_left(assessment: Assessment, stages: frozenset[int]) -> bool:
    return any(
        not status.whole and status.item.is_check and (not stages or status.item.stage in stages)
        for status in assessment.items.values()
    )
