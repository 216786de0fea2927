"""The one next thing: the order of the design, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import pytest

from checks.model import CheckResult, Outcome, Severity
from checks.target import Host
from tests.wizard.made import cause, made, ready
from wizard.assessment import assess
from wizard.decisions import AcceptedRisk, Decisions
from wizard.next_step import NextStep, StepKind, next_step
from wizard.texts import CheckText

GUESS = Host("app.acme.example", confirmed=False)
FAIL = made("edge.tls-trusted", Outcome.FAIL)
REMOVABLE = made("edge.host-answers", Outcome.COULD_NOT_CHECK, why_not=cause("no-network", removable=True))
NOT_REMOVABLE = made("edge.host-answers", Outcome.COULD_NOT_CHECK, why_not=cause("provider-down"))
QUESTION = made("edge.doors-reach", Outcome.NEEDS_ANSWER, summary="Which is your main address?")
PARTIAL = made("dns.host-resolves", Outcome.PARTIAL)
HIGH = made("edge.https-only", Outcome.FAIL)
MEDIUM = made("edge.first-hop", Outcome.FAIL)
DEPLOY = made("deployment.health", Outcome.FAIL)
UNKNOWN_HIGH = made("performance.baseline", Outcome.COULD_NOT_CHECK, why_not=cause("busy", removable=True))


def step(
    results: Sequence[CheckResult], hosts: Sequence[Host] = (), decisions: Decisions | None = None
) -> NextStep:
    return next_step(assess(results, decisions), hosts)


@pytest.mark.parametrize(
    ("name", "results", "hosts", "kind", "about"),
    [
        ("nothing checked", [], [], StepKind.LOOK, ""),
        ("nothing checked, and a guess", [], [GUESS], StepKind.LOOK, ""),
        ("only notes", [made("dns.no-ipv6", Outcome.PARTIAL)], [], StepKind.LOOK, ""),
        ("1 a guess before everything", [FAIL, REMOVABLE, QUESTION], [GUESS], StepKind.CONFIRM_HOSTS, ""),
        ("2 a failing blocker", [HIGH, QUESTION, REMOVABLE, FAIL], [], StepKind.FIX, FAIL.id),
        (
            "3 a cause one can remove",
            [HIGH, QUESTION, REMOVABLE, PARTIAL],
            [],
            StepKind.UNBLOCK,
            REMOVABLE.id,
        ),
        ("4 a question", [HIGH, QUESTION, NOT_REMOVABLE, PARTIAL], [], StepKind.ANSWER, QUESTION.id),
        ("5 a blocker passed in part", [HIGH, PARTIAL], [], StepKind.STAGE, PARTIAL.id),
        ("5 the earliest stage", [DEPLOY, HIGH], [], StepKind.STAGE, HIGH.id),
        ("5 the worst of one stage", [MEDIUM, HIGH], [], StepKind.STAGE, HIGH.id),
        ("5 the last stage with something", [DEPLOY], [], StepKind.STAGE, DEPLOY.id),
        ("5 a smaller cause after the findings", [UNKNOWN_HIGH, DEPLOY], [], StepKind.STAGE, DEPLOY.id),
        ("5 a smaller cause that one can remove", [UNKNOWN_HIGH], [], StepKind.UNBLOCK, UNKNOWN_HIGH.id),
        ("6 all is well", list(ready()), [], StepKind.EXPORT, ""),
        ("6 nothing one can do", [NOT_REMOVABLE], [], StepKind.EXPORT, ""),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_order(name: str, results: list[CheckResult], hosts: list[Host], kind: StepKind, about: str) -> None:
    found = step(results, hosts)
    assert (found.kind, found.result_id) == (kind, about)
    assert found.title


def test_the_quickest_blocker_comes_first() -> None:
    slow, quick = made("edge.slow-one", Outcome.FAIL), made("edge.quick-one", Outcome.FAIL)
    texts = {
        "edge.slow-one": CheckText("edge.slow-one", "Slow", "why", (), "", 90),
        "edge.quick-one": CheckText("edge.quick-one", "Quick", "why", (), "", 5),
    }
    found = next_step(assess([slow, quick], texts=texts))
    assert (found.result_id, found.minutes) == (quick.id, 5)


def test_an_accepted_risk_is_no_longer_the_next_thing() -> None:
    accepted = Decisions(accepted=(AcceptedRisk(FAIL.id, "Ana", date(2026, 11, 24), "known"),))
    assert step([FAIL, HIGH]).result_id == FAIL.id
    assert step([FAIL, HIGH], decisions=accepted).result_id == HIGH.id


def test_the_failing_result_of_a_finding_is_the_one_to_mend() -> None:
    half = made("edge.tls-trusted", Outcome.PARTIAL, "a.acme.example")
    broken = made("edge.tls-trusted", Outcome.FAIL, "b.acme.example")
    assert step([half, broken]).result_id == broken.id


def test_many_guesses_are_named_in_one_line() -> None:
    hosts = [Host(f"h{number}.acme.example", confirmed=False) for number in range(5)]
    assert step([FAIL], hosts).title == (
        "Say which of these are yours: h0.acme.example, h1.acme.example, h2.acme.example and 2 more"
    )


def test_a_stopped_run_is_taken_up_again() -> None:
    from checks.run import STOPPED

    for severity in (Severity.BLOCKER, Severity.MEDIUM):
        stopped = made("edge.host-answers", Outcome.COULD_NOT_CHECK, why_not=STOPPED, severity=severity)
        assert step([stopped]).kind is StepKind.UNBLOCK
