"""Every outcome of the judges of endpoints, from facts made by hand."""

from __future__ import annotations

import pytest

from checks.failure import Failure, FailureKind
from checks.model import Outcome
from checks.performance.endpoints import LATER, baseline, endpoint_answers
from checks.performance.samples import Sample, Samples
from checks.target import Endpoint, EndpointKind

URL = "https://app.acme.example/signup"
SIGNUP = Endpoint(URL, EndpointKind.SIGNUP)
LOST = Sample(None, failure=Failure(FailureKind.TIMED_OUT, "192.0.2.1:443 sent no answer within 8 seconds"))
BROKE = Sample(None, failure=Failure(FailureKind.RESET, "192.0.2.1:443 closed the connection"))


def taken(*samples: Sample, measured: str = URL, broken: str = "") -> Samples:
    return Samples(URL, measured, samples, broken)


def three(status: int, *times: float) -> Samples:
    times = times or (120, 80, 100)
    return taken(*(Sample(status, ms, 40.0 if n == 0 else 0.0) for n, ms in enumerate(times)))


def test_a_good_endpoint_passes_and_its_baseline_is_recorded() -> None:
    found = three(200)
    assert endpoint_answers(SIGNUP, found).outcome is Outcome.PASS
    result = baseline(SIGNUP, found)
    assert result.outcome is Outcome.PASS
    assert "median 100 ms, 80 to 120 ms" in result.summary
    assert "a first visit adds 40 ms" in result.summary
    assert LATER in result.summary
    assert len(result.evidence) == 4


@pytest.mark.parametrize("status", [401, 403, 405])
def test_a_demand_for_a_login_is_an_answer_with_a_sentence(status: int) -> None:
    checkout = Endpoint(URL, EndpointKind.CHECKOUT)
    result = endpoint_answers(checkout, three(status))
    assert result.outcome is Outcome.PASS
    assert "was not looked at" in result.summary
    assert baseline(checkout, three(status)).outcome is Outcome.PASS


@pytest.mark.parametrize("kind", [EndpointKind.LANDING, EndpointKind.SIGNUP, EndpointKind.LOGIN])
@pytest.mark.parametrize("status", [401, 403, 405])
def test_a_page_before_the_login_that_refuses_is_no_pass(status: int, kind: EndpointKind) -> None:
    result = endpoint_answers(Endpoint(URL, kind), three(status))
    assert result.outcome is Outcome.PARTIAL
    assert f"HTTP {status}" in result.summary


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (three(500), "server error (HTTP 500)"),
        (three(404), "is not there (HTTP 404)"),
        (three(410), "is not there (HTTP 410)"),
        (three(522), "Cloudflare gets no answer from your server"),
        (taken(LOST), "gives no answer in time"),
        (taken(BROKE, BROKE, BROKE), "does not open"),
        (taken(broken="redirects in a circle"), "redirects in a circle"),
    ],
)
def test_no_usable_answer_fails_and_leaves_no_baseline(found: Samples, words: str) -> None:
    result = endpoint_answers(SIGNUP, found)
    assert result.outcome is Outcome.FAIL
    assert words in result.summary
    assert result.change is not None
    cause = baseline(SIGNUP, found).cause
    assert cause is not None
    assert cause.code == "no-answer-to-time"


def test_now_and_then_is_partial_for_both() -> None:
    found = taken(Sample(200, 90), Sample(502, 10), Sample(200, 110))
    result = endpoint_answers(SIGNUP, found)
    assert result.outcome is Outcome.PARTIAL
    assert "1 of 3 times" in result.summary
    recorded = baseline(SIGNUP, found)
    assert recorded.outcome is Outcome.PARTIAL
    assert "Only 2 of 3" in recorded.summary


def test_a_run_cut_short_by_silence_is_partial() -> None:
    found = taken(Sample(200, 90), LOST)
    assert endpoint_answers(SIGNUP, found).outcome is Outcome.PARTIAL
    assert baseline(SIGNUP, found).outcome is Outcome.PARTIAL


def test_a_strange_client_error_is_partial() -> None:
    assert endpoint_answers(SIGNUP, three(400)).outcome is Outcome.PARTIAL


def test_slow_means_that_even_the_fastest_is() -> None:
    assert baseline(SIGNUP, three(200, 2400, 1300, 1001)).outcome is Outcome.PARTIAL
    assert baseline(SIGNUP, three(200, 2400, 1300, 900)).outcome is Outcome.PASS


def test_where_redirects_led_is_said() -> None:
    found = taken(Sample(200, 90), Sample(200, 90), Sample(200, 90), measured="https://app.acme.example/join")
    assert "it leads to https://app.acme.example/join" in endpoint_answers(SIGNUP, found).summary
    assert baseline(SIGNUP, found).evidence[0].where == "https://app.acme.example/join"
