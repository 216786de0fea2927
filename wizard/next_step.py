"""The one next thing to do. Pure; every screen shows it and Enter does it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from checks.model import Outcome, Severity
from checks.target import Host
from wizard.assessment import Assessment, Finding, Unchecked
from wizard.roadmap import Roadmap, load_roadmap


class StepKind(StrEnum):
    LOOK = "look"
    """Nothing has been checked yet."""
    CONFIRM_HOSTS = "confirm-hosts"
    FIX = "fix"
    UNBLOCK = "unblock"
    ANSWER = "answer"
    STAGE = "stage"
    EXPORT = "export"


@dataclass(frozen=True, slots=True)
class NextStep:
    """`result_id` names the result that the step is about; `minutes` is 0 where no time can be said."""

    kind: StepKind
    title: str
    why: str
    result_id: str = ""
    stage: int = 0
    minutes: int = 0


def _fix(finding: Finding, kind: StepKind = StepKind.FIX, stage: int = 0) -> NextStep:
    result = finding.results[0]
    return NextStep(kind, finding.title, finding.text.why, result.id, stage, finding.minutes)


def _unblock(unchecked: Unchecked) -> NextStep:
    blinded = max(unchecked.results, key=lambda result: result.severity.rank)
    return NextStep(StepKind.UNBLOCK, unchecked.cause.sentence, unchecked.cause.remedy, blinded.id)


def next_step(
    assessment: Assessment, unconfirmed: Sequence[Host] = (), roadmap: Roadmap | None = None
) -> NextStep:
    """The order of design.md: an unconfirmed host, a failing blocker (quickest first), a blocker whose missing
    evidence the person can bring, a blocker that needs an answer, the next stage with something to mend, a smaller
    thing that the person can bring to light, export."""
    roadmap = roadmap or load_roadmap()
    if assessment.coverage.asked == 0:
        return NextStep(StepKind.LOOK, "Check the domain", "Nothing has been looked at yet.")
    if unconfirmed:
        names = ", ".join(host.name for host in unconfirmed[:3])
        more = f" and {len(unconfirmed) - 3} more" if len(unconfirmed) > 3 else ""
        return NextStep(
            StepKind.CONFIRM_HOSTS,
            f"Say which of these are yours: {names}{more}",
            "They were found by guessing. Until you say so, what is wrong with them counts as medium at most.",
        )
    for finding in assessment.must_fix:
        if any(r.outcome is Outcome.FAIL for r in finding.results):
            return _fix(finding)
    for unchecked in assessment.unchecked:
        if unchecked.severity is Severity.BLOCKER and unchecked.cause.removable:
            return _unblock(unchecked)
    for question in assessment.questions:
        if question.severity is Severity.BLOCKER:
            return NextStep(StepKind.ANSWER, question.summary, "A launch blocker hangs on it.", question.id)
    for stage in roadmap.stages:
        ids = {item.id for item in stage.items}
        for finding in (*assessment.must_fix, *assessment.may_wait):
            if finding.results[0].item in ids:
                return _fix(finding, StepKind.STAGE, stage.number)
    for unchecked in assessment.unchecked:
        if unchecked.cause.removable:
            return _unblock(unchecked)
    return NextStep(
        StepKind.EXPORT,
        "Write the handover",
        "There is nothing left to mend in what was looked at; keep what is known as a document.",
    )
