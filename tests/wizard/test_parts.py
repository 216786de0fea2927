"""Items of which only a part is looked at: a pass of the part is not told as the whole, nor is a failure."""

from __future__ import annotations

import pytest

from checks.model import Outcome, Severity
from tests.wizard.made import made, ready
from wizard.assessment import BarState, Verdict, assess
from wizard.roadmap import load_roadmap


def test_a_pass_of_a_part_names_what_is_missing() -> None:
    status = assess([made("edge.tls-trusted")]).items["S2.2"]
    assert status.outcome is Outcome.PASS
    assert not status.whole
    assert status.label == f"nothing wrong so far; not looked at yet: {load_roadmap().items['S2.2'].part}"


def test_a_failing_part_proves_no_more_than_a_passing_one() -> None:
    for outcome in (Outcome.PASS, Outcome.FAIL, Outcome.PARTIAL):
        results = [*ready(), made("edge.https-only", outcome)]
        m3 = next(status for status in assess(results).bars if status.bar.id == "M3")
        assert m3.state is BarState.OPEN
        assert m3.reason.startswith("Not looked at yet: ")
        assert assess(results).verdict is Verdict.CANNOT_SAY


def test_the_missing_part_about_mail_is_no_matter_of_the_bar_about_names() -> None:
    m3 = next(status for status in assess(ready()).bars if status.bar.id == "M3")
    assert "mail" not in m3.reason


@pytest.mark.parametrize(
    ("outcome", "label"),
    [
        (Outcome.FAIL, "seen"),
        (Outcome.PARTIAL, "seen in part"),
        (Outcome.PASS, "not seen"),
        (Outcome.COULD_NOT_CHECK, "could not check"),
        (None, "not looked at yet"),
    ],
)
def test_a_warning_sign_is_seen_or_not(outcome: Outcome | None, label: str) -> None:
    results = [made("edge.redirect-hops", outcome, item="S2.5", severity=Severity.HIGH)] if outcome else []
    assert assess(results).items["F2.2"].label == label
