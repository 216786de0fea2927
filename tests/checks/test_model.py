"""The guards that make a verdict without evidence impossible to write down."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import (
    JUDGED,
    Cause,
    Change,
    CheckResult,
    CouldNotCheck,
    Evidence,
    Outcome,
    Result,
    Severity,
    Subject,
    could_not_check,
    failed,
    needs_answer,
    not_applicable,
    partial,
    passed,
)
from checks.target import Domain, Endpoint, EndpointKind, Exclusion, Host, MailDomain

SEEN = Evidence("HTTP/1.1 200 OK", where="https://acme.example/", expected="200")
CAUSE = Cause("no-answer", "acme.example does not answer")
CHANGE = Change("nothing", "a record", "your DNS provider")


@pytest.mark.parametrize("outcome", sorted(JUDGED))
def test_no_verdict_without_evidence(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="without evidence"):
        Result(outcome, "so it is said")


@pytest.mark.parametrize("build", [passed, failed, partial])
def test_the_short_forms_keep_that_guard(build: Callable[[str], Result]) -> None:
    with pytest.raises(ValueError, match="without evidence"):
        build("so it is said")


@pytest.mark.parametrize("outcome", [o for o in Outcome if o is not Outcome.COULD_NOT_CHECK])
def test_a_cause_belongs_to_could_not_check_alone(outcome: Outcome) -> None:
    with pytest.raises(ValueError, match="cause"):
        Result(outcome, "a sentence", (SEEN,), cause=CAUSE)


def test_could_not_check_needs_a_cause() -> None:
    with pytest.raises(ValueError, match="cause"):
        Result(Outcome.COULD_NOT_CHECK, "a sentence")


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_every_result_has_a_sentence(blank: str) -> None:
    for build in (
        lambda: passed(blank, SEEN),
        lambda: not_applicable(blank),
        lambda: needs_answer(blank),
        lambda: Cause("code", blank),
        lambda: Cause(blank, "sentence"),
        lambda: Evidence(blank),
        lambda: Exclusion("mail", blank),
    ):
        with pytest.raises(ValueError, match=r"sentence|evidence|reason"):
            build()


def test_each_short_form_gives_its_outcome() -> None:
    assert passed("fine", SEEN).outcome is Outcome.PASS
    assert failed("bad", SEEN, change=CHANGE).change == CHANGE
    assert partial("half", SEEN, severity=Severity.MEDIUM).severity is Severity.MEDIUM
    assert not_applicable("you send no mail").outcome is Outcome.NOT_APPLICABLE
    assert needs_answer("who is on call?").outcome is Outcome.NEEDS_ANSWER
    blinded = could_not_check(CAUSE)
    assert (blinded.outcome, blinded.cause, blinded.summary) == (
        Outcome.COULD_NOT_CHECK,
        CAUSE,
        CAUSE.sentence,
    )


def test_severities_are_ordered_and_every_word_has_a_label() -> None:
    ordered = [Severity.BLOCKER, Severity.HIGH, Severity.MEDIUM, Severity.NOTE]
    assert all(a.rank > b.rank for a, b in itertools.pairwise(ordered))
    assert len({s.label for s in Severity}) == len(Severity)
    assert len({o.label for o in Outcome}) == len(Outcome)


HOSTILE = "\x1b[31m\u202e\ud800\nline two"
SHOWN = "\\u{1b}[31m\\u{202e}\\u{d800}\\u{a}line two"


def test_every_text_of_the_model_is_made_visible() -> None:
    result = CheckResult(
        "edge.door",
        "S1.2",
        HOSTILE,
        Severity.HIGH,
        failed(
            HOSTILE, Evidence(HOSTILE, HOSTILE, HOSTILE), change=Change(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
        ),
        datetime.now(UTC),
        1.0,
    )
    assert result.change is not None
    texts = [
        result.subject,
        result.summary,
        *dataclasses.astuple(result.evidence[0]),
        *dataclasses.astuple(result.change),
    ]
    assert texts == [SHOWN] * len(texts)
    cause = Cause(HOSTILE, HOSTILE, HOSTILE)
    assert (cause.code, cause.sentence, cause.remedy) == (SHOWN, SHOWN, SHOWN)
    assert result.id == f"edge.door@{SHOWN}"


@given(st.text(min_size=1).filter(lambda text: bool(text.strip())))
def test_equal_texts_give_equal_causes(text: str) -> None:
    assert Cause("code", text) == Cause("code", text)
    assert CouldNotCheck(Cause("code", text)).cause == Cause("code", text)


def test_nothing_can_be_changed_afterwards() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        SEEN.seen = "something else"  # type: ignore[misc]


def test_a_result_is_known_by_check_and_subject() -> None:
    result = CheckResult(
        "edge.door", "S1.2", "www.acme.example", Severity.NOTE, passed("fine", SEEN), datetime.now(UTC), 2.0
    )
    assert result.id == "edge.door@www.acme.example"
    assert result.topic == "edge"
    assert not result.counts
    assert result.evidence == (SEEN,)


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        (Domain("acme.example"), "acme.example"),
        (Host("app.acme.example"), "app.acme.example"),
        (MailDomain("acme.example"), "acme.example"),
        (Endpoint("https://acme.example/health", EndpointKind.HEALTH), "https://acme.example/health"),
    ],
)
def test_every_subject_has_a_name_and_says_whether_it_was_confirmed(subject: Subject, name: str) -> None:
    assert isinstance(subject, Subject)
    assert str(subject) == name
    assert subject.confirmed


def test_an_exclusion_covers_a_check_a_topic_or_an_item() -> None:
    for scope in ("mail.spf-present", "mail", "S1.1"):
        assert Exclusion(scope, "you send no mail").covers("mail.spf-present", "S1.1")
    assert not Exclusion("mail.spf", "you send no mail").covers("mail.spf-present", "S1.1")


def test_what_is_to_be_pasted_is_never_cut_short() -> None:
    key = "v=DKIM1; p=" + "A" * 3000
    assert Change("have", "want", "where", key).paste == key
    with pytest.raises(ValueError, match="cut short"):
        Change("have", "want", "where", "A" * 5000)
