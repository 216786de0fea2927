"""What a check can say. Frozen; text from outside is made visible where it enters, so no writer can forget."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol, runtime_checkable

from checks.text import LINE_LIMIT, visible


class Outcome(StrEnum):
    """The one way in which a result ends. The values are the words of the JSON document."""

    PASS = "pass"  # noqa: S105
    PARTIAL = "partial"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    COULD_NOT_CHECK = "could_not_check"
    NEEDS_ANSWER = "needs_answer"

    @property
    def label(self) -> str:
        """The words a person reads."""
        return _LABELS[self]


_LABELS = {
    Outcome.PASS: "pass",
    Outcome.PARTIAL: "partial",
    Outcome.FAIL: "fail",
    Outcome.NOT_APPLICABLE: "not applicable",
    Outcome.COULD_NOT_CHECK: "could not check",
    Outcome.NEEDS_ANSWER: "needs your answer",
}

JUDGED = frozenset({Outcome.PASS, Outcome.PARTIAL, Outcome.FAIL})
"""Outcomes that are verdicts, and therefore impossible without evidence."""


class Severity(StrEnum):
    """How much a finding threatens the launch. A note has no say in verdict, coverage, risk list or exit code."""

    BLOCKER = "blocker"
    HIGH = "high"
    MEDIUM = "medium"
    NOTE = "note"

    @property
    def rank(self) -> int:
        """3 for a launch blocker down to 0 for a note."""
        return _RANKS[self]

    @property
    def label(self) -> str:
        return _SEVERITY_LABELS[self]


_RANKS = {Severity.BLOCKER: 3, Severity.HIGH: 2, Severity.MEDIUM: 1, Severity.NOTE: 0}
_SEVERITY_LABELS = {
    Severity.BLOCKER: "launch blocker",
    Severity.HIGH: "high risk",
    Severity.MEDIUM: "medium risk",
    Severity.NOTE: "note",
}


@runtime_checkable
class Subject(Protocol):
    """Whatever can be looked at. `str()` gives the name under which its results are known."""

    @property
    def confirmed(self) -> bool:
        """Whether a person said that this is theirs. Results on a mere guess are at most medium."""

    def __hash__(self) -> int: ...
    def __str__(self) -> str: ...


PASTE_LIMIT = 4000
"""Characters of what is to be pasted: a record cut short would be a wrong record."""


def _make_visible(instance: object, *names: str, limit: int = LINE_LIMIT) -> None:
    for name in names:
        object.__setattr__(instance, name, visible(getattr(instance, name), limit))


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that was seen, where it was seen, and what would have been right."""

    seen: str
    where: str = ""
    expected: str = ""

    def __post_init__(self) -> None:
        if not self.seen.strip():
            raise ValueError("evidence must say what was seen")
        _make_visible(self, "seen", "where", "expected")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why something could not be checked. Equal causes are told once, however many results they blind.

    `code` is a stable slug; `removable` says that the person at the keyboard can do something about it.
    """

    code: str
    sentence: str
    remedy: str = ""
    removable: bool = False

    def __post_init__(self) -> None:
        if not self.code.strip() or not self.sentence.strip():
            raise ValueError("a cause needs a code and a sentence")
        _make_visible(self, "code", "sentence", "remedy")


class CouldNotCheck(Exception):
    """Raised by a probe that cannot find out. Carries the cause; never becomes a verdict."""

    def __init__(self, cause: Cause) -> None:
        super().__init__(cause.sentence)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class Change:
    """The exact change that mends a finding: what stands there, what should, where, and what to paste."""

    have: str
    want: str
    where: str
    paste: str = ""

    def __post_init__(self) -> None:
        if len(self.paste) > PASTE_LIMIT:
            raise ValueError("what is to be pasted must not be cut short")
        _make_visible(self, "have", "want", "where")
        _make_visible(self, "paste", limit=8 * PASTE_LIMIT)


@dataclass(frozen=True, slots=True)
class Result:
    """What a judge returns. Pass, partial and fail need evidence; could not check needs a cause."""

    outcome: Outcome
    summary: str
    evidence: tuple[Evidence, ...] = ()
    cause: Cause | None = None
    change: Change | None = None
    severity: Severity | None = None
    """A severity below the declared one; None keeps the declared one."""

    def __post_init__(self) -> None:
        if self.outcome in JUDGED and not self.evidence:
            raise ValueError(f"{self.outcome.label} without evidence")
        if (self.outcome is Outcome.COULD_NOT_CHECK) != (self.cause is not None):
            raise ValueError("a cause belongs to could-not-check, and could-not-check needs one")
        if not self.summary.strip():
            raise ValueError("a result needs a sentence")
        _make_visible(self, "summary")


def passed(summary: str, *evidence: Evidence) -> Result:
    return Result(Outcome.PASS, summary, evidence)


def failed(
    summary: str, *evidence: Evidence, change: Change | None = None, severity: Severity | None = None
) -> Result:
    return Result(Outcome.FAIL, summary, evidence, change=change, severity=severity)


def partial(
    summary: str, *evidence: Evidence, change: Change | None = None, severity: Severity | None = None
) -> Result:
    return Result(Outcome.PARTIAL, summary, evidence, change=change, severity=severity)


def not_applicable(reason: str, *evidence: Evidence) -> Result:
    return Result(Outcome.NOT_APPLICABLE, reason, evidence)


def could_not_check(cause: Cause, *evidence: Evidence) -> Result:
    return Result(Outcome.COULD_NOT_CHECK, cause.sentence, evidence, cause=cause)


def needs_answer(question: str, *evidence: Evidence) -> Result:
    return Result(Outcome.NEEDS_ANSWER, question, evidence)


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A result under its name: the check's id, the roadmap item, the subject, when and how fast it was found."""

    check_id: str
    item: str
    subject: str
    severity: Severity
    result: Result
    found_at: datetime
    took_ms: float
    confirmed: bool = field(default=True)

    def __post_init__(self) -> None:
        _make_visible(self, "subject")

    @property
    def id(self) -> str:
        """`edge.tls-trusted@app.acme.ai`: stable over runs, used in exports and on the command line."""
        return f"{self.check_id}@{self.subject}"

    @property
    def topic(self) -> str:
        return self.check_id.partition(".")[0]

    @property
    def outcome(self) -> Outcome:
        return self.result.outcome

    @property
    def summary(self) -> str:
        return self.result.summary

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        return self.result.evidence

    @property
    def cause(self) -> Cause | None:
        return self.result.cause

    @property
    def change(self) -> Change | None:
        return self.result.change

    @property
    def counts(self) -> bool:
        """Whether it has a say in verdict, coverage, risk list and exit code."""
        return self.severity is not Severity.NOTE
