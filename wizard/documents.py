"""Documents that leave the program, as pydantic models. Import this only where one is written: pydantic is slow to
import, and nothing before the first paint needs it."""

from __future__ import annotations

import json
import re
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from checks import model
from checks.model import CheckResult, Outcome, Severity
from checks.text import visible
from wizard.assessment import Assessment, BarState, Verdict
from wizard.handover.front_matter import moment
from wizard.next_step import StepKind
from wizard.roadmap import load_roadmap
from wizard.texts import CheckText, text_of

if TYPE_CHECKING:
    from wizard.session import SessionState

CHECK_SCHEMA_ID = "launch-ready/check-1"


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Tool(_Document):
    name: Literal["launch-ready"] = "launch-ready"
    version: str


class Step(_Document):
    """The one thing to do next. `result` is the id of the result it is about, `minutes` how long it takes."""

    kind: StepKind
    title: str
    why: str
    result: str | None
    stage: int | None
    minutes: int | None


class Bar(_Document):
    """One line of the minimum bar. `items` are the points of the roadmap that decide it."""

    id: str
    title: str
    state: BarState
    reason: str
    items: list[str]


class Coverage(_Document):
    """Points of the roadmap looked at, and single checks that got an answer. Notes are not counted."""

    items_looked_at: int
    items_total: int
    answered: int
    asked: int


class Evidence(_Document):
    """What was seen and where; `expected` is empty where nothing else would have been right."""

    seen: str
    where: str
    expected: str


class Cause(_Document):
    """Why something could not be checked. `removable`: the person at the keyboard can do something about it."""

    code: str
    sentence: str
    remedy: str
    removable: bool


class FixStep(_Document):
    """One step of the mending, in words."""

    kind: Literal["step"] = "step"
    text: str


class FixChange(_Document):
    """The exact change: what stands there, what should, where, and what to paste (empty when nothing is)."""

    kind: Literal["change"] = "change"
    have: str
    want: str
    where: str
    paste: str


Fix = Annotated[FixStep | FixChange, Field(discriminator="kind")]


class Row(_Document):
    """One result. `item` is the point of the roadmap it bears on; `fix` is empty unless something is wrong."""

    id: str
    subject: str
    stage: int
    item: str
    title: str
    outcome: Outcome
    severity: Severity
    summary: str
    cause: Cause | None
    evidence: list[Evidence]
    fix: list[Fix]
    took_ms: float


class CheckDocument(_Document):
    """What `launch-ready check --format json` prints."""

    schema_version: Literal[1] = 1
    tool: Tool
    domain: str
    generated: str | None = Field(description="When the last run ended, UTC; null when nothing was run")
    verdict: Verdict
    verdict_line: str
    next_step: Step
    minimum_bar: list[Bar]
    coverage: Coverage
    results: list[Row]


def tool_version() -> str:
    try:
        return version("launch-ready")
    except PackageNotFoundError:
        return "unknown"


def check_document(state: SessionState) -> str:
    """The results of one state as JSON, ordered by id, ending in a line feed."""
    assessment, step = state.assessment, state.next_step
    document = CheckDocument(
        tool=Tool(version=tool_version()),
        domain=visible(str(state.target.domain)),
        generated=moment(state.looked_at) if state.looked_at else None,
        verdict=assessment.verdict,
        verdict_line=assessment.verdict_line,
        next_step=Step(
            kind=step.kind,
            title=step.title,
            why=step.why,
            result=step.result_id or None,
            stage=step.stage or None,
            minutes=step.minutes or None,
        ),
        minimum_bar=_bars(assessment),
        coverage=Coverage(
            items_looked_at=assessment.coverage.items_looked_at,
            items_total=assessment.coverage.items_total,
            answered=assessment.coverage.answered,
            asked=assessment.coverage.asked,
        ),
        results=[_row(result) for result in sorted(state.results, key=lambda result: result.id)],
    )
    return _inert(json.dumps(document.model_dump(mode="json"), indent=2, ensure_ascii=False)) + "\n"


def _inert(text: str) -> str:
    """The same JSON, in which the runners of GitHub and Azure find no command of theirs: they obey `##[…]` and
    `##vso[…]` anywhere in a line that a program prints. Both can only stand inside strings."""
    return re.sub(r"(##(?:vso)?)\[", r"\1\\u005b", text)


def check_schema() -> str:
    """The published JSON schema of `check_document`, as it stands in assets/schemas/check-1.json."""
    schema: dict[str, Any] = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": CHECK_SCHEMA_ID,
        **CheckDocument.model_json_schema(mode="serialization"),
    }
    return json.dumps(schema, indent=2, ensure_ascii=False, sort_keys=True) + "\n"


def _bars(assessment: Assessment) -> list[Bar]:
    return [
        Bar(
            id=bar.bar.id,
            title=bar.bar.title,
            state=bar.state,
            reason=bar.reason,
            items=list(bar.bar.items),
        )
        for bar in assessment.bars
    ]


def _row(result: CheckResult) -> Row:
    text = text_of(result.check_id)
    item = load_roadmap().items.get(result.item)
    return Row(
        id=result.id,
        subject=result.subject,
        stage=item.stage if item else 0,
        item=result.item,
        title=text.title,
        outcome=result.outcome,
        severity=result.severity,
        summary=result.summary,
        cause=_cause(result.cause),
        evidence=[Evidence(seen=e.seen, where=e.where, expected=e.expected) for e in result.evidence],
        fix=_fix(result, text),
        took_ms=round(result.took_ms, 1),
    )


def _cause(cause: model.Cause | None) -> Cause | None:
    if cause is None:
        return None
    return Cause(code=cause.code, sentence=cause.sentence, remedy=cause.remedy, removable=cause.removable)


def _fix(result: CheckResult, text: CheckText) -> list[Fix]:
    if result.outcome not in (Outcome.FAIL, Outcome.PARTIAL):
        return []
    change = result.change
    changes: list[Fix] = (
        [FixChange(have=change.have, want=change.want, where=change.where, paste=change.paste)]
        if change
        else []
    )
    return [*changes, *(FixStep(text=step) for step in text.fix)]
