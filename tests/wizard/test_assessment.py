"""What results add up to."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model import CheckResult, Evidence, Outcome, Result, Severity
from checks.run import STOPPED
from checks.target import Exclusion
from tests.wizard.made import STEADY, cause, made, ready
from wizard.assessment import Assessment, BarState, Verdict, assess
from wizard.decisions import AcceptedRisk, Decisions

GOES = (Verdict.GO, Verdict.GO_WITH_RISKS)


def accept(*ids: str) -> Decisions:
    return Decisions(accepted=tuple(AcceptedRisk(id, "Ana", date(2026, 11, 24), "known") for id in ids))


def bar(assessment: Assessment, id: str) -> tuple[BarState, str]:
    found = next(status for status in assessment.bars if status.bar.id == id)
    return found.state, found.reason


@pytest.fixture(autouse=True)
def whole_items(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every item can be proven as a whole, as when all stages are built; the parts have tests of their own."""
    from wizard import assessment
    from wizard.roadmap import load_roadmap

    roadmap = load_roadmap()
    stages = tuple(
        replace(stage, items=tuple(replace(item, part="") for item in stage.items))
        for stage in roadmap.stages
    )
    monkeypatch.setattr(assessment, "load_roadmap", lambda: replace(roadmap, stages=stages))


# --- verdict words ---------------------------------------------------------------------------------------------


def test_go() -> None:
    assessment = assess(ready())
    assert assessment.verdict is Verdict.GO
    assert {status.state for status in assessment.bars} == {BarState.MET}
    assert assessment.verdict_line.startswith("GO (")
    assert "still open" not in assessment.verdict_line


def test_nothing_at_all_is_no_reason_to_go() -> None:
    assessment = assess(())
    assert assessment.verdict is Verdict.CANNOT_SAY
    assert assessment.coverage.asked == 0


def test_no_go() -> None:
    assessment = assess((*ready(), made(outcome=Outcome.FAIL, summary="The certificate has expired")))
    assert assessment.verdict is Verdict.NO_GO
    assert assessment.verdict_line.startswith("NO-GO: 1 launch blocker in what is looked at so far (")
    assert bar(assessment, "M3") == (BarState.NOT_MET, "The certificate has expired")


def test_go_with_accepted_risks() -> None:
    results = (
        *ready(),
        made(outcome=Outcome.FAIL),
        made("edge.https-only", Outcome.FAIL),
    )
    ids = ("edge.tls-trusted@acme.example", "edge.https-only@acme.example")
    assert assess(results, accept(ids[1])).verdict is Verdict.NO_GO
    assessment = assess(results, accept(*ids))
    assert assessment.verdict is Verdict.GO_WITH_RISKS
    assert assessment.verdict_line.startswith("GO, with 2 accepted risks (")
    assert [finding.accepted for finding in assessment.findings if not finding.accepted] == []
    assert assessment.must_fix == assessment.may_wait == ()
    assert bar(assessment, "M3") == (BarState.MET, "Proven by what was checked, but 2 risks were accepted")


def test_smaller_risks_do_not_stop_the_launch_and_are_named_beside_it() -> None:
    results = (
        *ready(),
        made("edge.https-only", Outcome.FAIL),
        made("edge.first-hop", Outcome.PARTIAL),
        made("performance.baseline", Outcome.COULD_NOT_CHECK),
    )
    assessment = assess(results)
    assert assessment.verdict is Verdict.GO
    assert "still open: 1 high risk, 1 medium risk, 1 check could not be made" in assessment.verdict_line
    assert bar(assessment, "M3") == (
        BarState.MET,
        "Proven by what was checked, but 2 smaller risks stay open",
    )
    assert bar(assessment, "M1") == (
        BarState.MET,
        "Proven by what was checked, but 1 smaller thing is unknown",
    )


@pytest.mark.parametrize("outcome", [Outcome.PARTIAL, Outcome.COULD_NOT_CHECK, Outcome.NEEDS_ANSWER])
def test_a_blocker_in_doubt_is_never_ready(outcome: Outcome) -> None:
    for id in ("edge.tls-trusted", "edge.host-answers"):
        assessment = assess((*ready(), made(id, outcome)))
        assert assessment.verdict is Verdict.CANNOT_SAY
        assert bar(assessment, "M3")[0] is BarState.OPEN


def test_doubt_about_a_blocker_outside_every_bar_counts_as_well() -> None:
    assessment = assess(
        (*ready(), made("deployment.health", Outcome.COULD_NOT_CHECK, severity=Severity.BLOCKER))
    )
    assert {status.state for status in assessment.bars} == {BarState.MET}
    assert assessment.verdict is Verdict.CANNOT_SAY


def test_a_stopped_run_is_never_clean() -> None:
    for severity in (Severity.BLOCKER, Severity.HIGH, Severity.MEDIUM):
        stopped = made("edge.first-hop", Outcome.COULD_NOT_CHECK, why_not=STOPPED, severity=severity)
        assert assess((*ready(), stopped)).verdict is Verdict.CANNOT_SAY


def test_a_missing_item_leaves_its_bar_open() -> None:
    without = [r for r in ready() if r.item != "S2.4"]
    assessment = assess(without)
    assert assessment.verdict is Verdict.CANNOT_SAY
    state, reason = bar(assessment, "M4")
    assert state is BarState.OPEN
    assert reason.startswith("Not looked at yet: ")
    assert "not looked at yet:" in assessment.verdict_line


def test_an_item_whose_every_result_is_unknown_proves_nothing() -> None:
    blind = [made(r.check_id, Outcome.COULD_NOT_CHECK, item=r.item, severity=Severity.HIGH) for r in ready()]
    results = [b if b.item == "S2.4" else r for b, r in zip(blind, ready(), strict=True)]
    assert bar(assess(results), "M4")[0] is BarState.OPEN


def test_the_fixed_demo_line_says_what_is_not_looked_at() -> None:
    assessment = assess((made("dns.host-resolves"), made("edge.tls-trusted")))
    assert assessment.verdict_line == (
        "CANNOT SAY YET: nothing wrong found in what is looked at so far "
        f"(2 of {assessment.coverage.items_total}), not looked at yet: "
        "6 of 7 in Quick audit, 5 of 6 in Edge, Deployment, Backend performance, Email, Monitoring, Handover"
    )


# --- not applicable --------------------------------------------------------------------------------------------


def test_a_bar_to_which_nothing_applies_says_so_beside_the_verdict() -> None:
    reason = "no mail is sent by this product"
    results = [
        made(r.check_id, Outcome.NOT_APPLICABLE, item=r.item, summary=reason)
        if r.topic == "mail" or r.item.startswith("S5")
        else r
        for r in ready()
    ]
    assessment = assess(results)
    assert bar(assessment, "M5") == (BarState.NOT_APPLICABLE, reason)
    assert assessment.verdict is Verdict.GO
    assert f"M5 does not apply: {reason}" in assessment.verdict_line


def test_a_bar_of_which_a_part_was_not_looked_at_is_open_though_the_rest_does_not_apply() -> None:
    results = [
        made(r.check_id, Outcome.NOT_APPLICABLE, item=r.item) if r.item == "S2.1" else r
        for r in ready()
        if r.item not in ("S2.3", "S2.4")
    ]
    assert bar(assess(results), "M4")[0] is BarState.OPEN


def test_nothing_applicable_anywhere_is_no_reason_to_go() -> None:
    results = [made(r.check_id, Outcome.NOT_APPLICABLE, item=r.item) for r in ready()]
    assessment = assess(results)
    assert {status.state for status in assessment.bars} == {BarState.NOT_APPLICABLE}
    assert assessment.verdict is Verdict.CANNOT_SAY


def test_an_excluded_item_without_a_check_does_not_apply() -> None:
    results = [r for r in ready() if r.item != "S5.4"]
    exclusion = Exclusion("S5.4", "the platform sends the mail")
    assert assess(results).verdict is Verdict.CANNOT_SAY
    assessment = assess(results, exclusions=(exclusion,))
    assert assessment.items["S5.4"].label == "not applicable"
    assert assessment.items["S5.4"].reason == exclusion.reason
    assert assessment.verdict is Verdict.GO


# --- notes, grouping, lists ------------------------------------------------------------------------------------


def test_notes_count_nowhere() -> None:
    plain = assess(ready())
    for outcome in Outcome:
        noted = assess((*ready(), made("dns.no-ipv6", outcome)))
        # Its cause stands with the blockers that it hides.
        assert (noted.notes == ()) == (outcome is Outcome.COULD_NOT_CHECK)
        assert replace(noted, notes=()) == replace(plain, notes=())


def test_findings_are_worst_first_then_quickest_and_grouped_by_check() -> None:
    results = (
        made("edge.first-hop", Outcome.FAIL),
        made("edge.https-only", Outcome.FAIL),
        made("edge.tls-trusted", Outcome.PARTIAL, "a.acme.example"),
        made("edge.tls-trusted", Outcome.FAIL, "b.acme.example"),
        made("edge.tls-trusted", Outcome.PASS, "c.acme.example"),
    )
    findings = assess(results).findings
    assert [f.check_id for f in findings] == ["edge.tls-trusted", "edge.https-only", "edge.first-hop"]
    assert [r.subject for r in findings[0].results] == ["b.acme.example", "a.acme.example"]
    assert findings[0].title == "edge.tls-trusted on b.acme.example: fail (and 1 more)"


def test_an_accepted_result_stands_alone_and_leaves_the_others_to_be_mended() -> None:
    results = (
        made("edge.tls-trusted", Outcome.FAIL, "a.acme.example"),
        made("edge.tls-trusted", Outcome.FAIL, "b.acme.example"),
    )
    assessment = assess(results, accept("edge.tls-trusted@a.acme.example"))
    assert [r.subject for f in assessment.accepted for r in f.results] == ["a.acme.example"]
    assert [r.subject for f in assessment.must_fix for r in f.results] == ["b.acme.example"]
    assert assessment.verdict is Verdict.NO_GO


def test_a_risk_accepted_once_does_not_cover_what_can_no_longer_be_seen() -> None:
    id = "edge.tls-trusted@acme.example"
    assert assess((*ready(), made(outcome=Outcome.FAIL)), accept(id)).verdict is Verdict.GO_WITH_RISKS
    blinded = assess((*ready(), made(outcome=Outcome.COULD_NOT_CHECK)), accept(id))
    assert blinded.verdict is Verdict.CANNOT_SAY
    assert assess((*ready(), made()), accept(id)).verdict is Verdict.GO


def test_one_cause_is_told_once() -> None:
    down, slow = cause("down"), cause("slow")
    results = (
        made("edge.first-hop", Outcome.COULD_NOT_CHECK, why_not=slow),
        made("edge.tls-trusted", Outcome.COULD_NOT_CHECK, why_not=down),
        made("edge.host-answers", Outcome.COULD_NOT_CHECK, "x.acme.example", why_not=down),
    )
    assert [(u.cause, len(u.results)) for u in assess(results).unchecked] == [(down, 2), (slow, 1)]


def test_results_on_a_guess_weigh_medium_and_do_not_stop_the_launch() -> None:
    guess = made(outcome=Outcome.FAIL, severity=Severity.MEDIUM, confirmed=False)
    assessment = assess((*ready(), guess))
    assert assessment.verdict is Verdict.GO
    assert "1 medium risk" in assessment.verdict_line


def test_mail_records_are_the_business_of_m5_and_not_of_m3() -> None:
    assessment = assess((*ready(), made("mail.spf-present", Outcome.FAIL, "mail.acme.example")))
    assert bar(assessment, "M3")[0] is BarState.MET
    assert bar(assessment, "M5")[0] is BarState.NOT_MET


def test_coverage_counts_points_and_single_checks() -> None:
    results = (
        made("dns.host-resolves"),
        made("dns.host-resolves", Outcome.FAIL, "x.acme.example"),
        made("edge.tls-trusted", Outcome.COULD_NOT_CHECK),
        made("dns.no-ipv6", Outcome.FAIL),
    )
    coverage = assess(results).coverage
    assert (coverage.items_looked_at, coverage.answered, coverage.asked) == (1, 2, 3)
    assert str(coverage) == (
        f"1 of {coverage.items_total} points of the roadmap looked at, 2 of 3 single checks answered"
    )


# --- properties ------------------------------------------------------------------------------------------------

_SEVERITIES = st.sampled_from(list(Severity))
_OUTCOMES = st.sampled_from(list(Outcome))


@st.composite
def _results(draw: st.DrawFn) -> list[CheckResult]:
    """A launch that is ready but for up to six results which end in any way."""
    results = {r.id: r for r in ready()}
    items = sorted({r.item for r in results.values()} | {"S3.5", "F1.1", "S1.3"})
    for number in range(draw(st.integers(0, 6))):
        made_up = made(
            f"other.number-{number}",
            draw(_OUTCOMES),
            draw(st.sampled_from(["a.example", "b.example"])),
            item=draw(st.sampled_from(items)),
            severity=draw(_SEVERITIES),
        )
        results[made_up.id] = made_up
    for id in draw(st.lists(st.sampled_from(sorted(results)), max_size=3, unique=True)):
        outcome = draw(_OUTCOMES)
        results[id] = made(results[id].check_id, outcome, results[id].subject, item=results[id].item)
    return list(results.values())


@st.composite
def _decisions(draw: st.DrawFn, results: Sequence[CheckResult]) -> Decisions:
    ids = [r.id for r in results if r.outcome in (Outcome.FAIL, Outcome.PARTIAL)]
    return accept(*draw(st.lists(st.sampled_from(ids), unique=True, max_size=3))) if ids else Decisions()


_RANK = {Verdict.NO_GO: 0, Verdict.CANNOT_SAY: 1, Verdict.GO_WITH_RISKS: 2, Verdict.GO: 3}


@settings(STEADY, max_examples=150)
@given(st.data())
def test_a_failing_blocker_never_improves_anything(data: st.DataObject) -> None:
    results = data.draw(_results())
    decisions = data.draw(_decisions(results))
    item = data.draw(st.sampled_from([r.item for r in results]))
    before, worse = (
        assess(results, decisions),
        assess(
            [*results, made("new.blocker", Outcome.FAIL, item=item, severity=Severity.BLOCKER)], decisions
        ),
    )
    assert worse.verdict is Verdict.NO_GO
    order = [BarState.NOT_MET, BarState.OPEN, BarState.NOT_APPLICABLE, BarState.MET]
    for old, new in zip(before.bars, worse.bars, strict=True):
        assert order.index(new.state) <= order.index(old.state)


@settings(STEADY, max_examples=200)
@given(st.data())
def test_losing_evidence_never_makes_a_launch_ready(data: st.DataObject) -> None:
    results = data.draw(_results())
    decisions = data.draw(_decisions(results))
    lost = data.draw(st.sampled_from(results))
    before = assess(results, decisions)
    blinded = [
        made(r.check_id, Outcome.COULD_NOT_CHECK, r.subject, item=r.item, severity=r.severity)
        if r is lost
        else r
        for r in results
    ]
    after = assess(blinded, decisions)
    if before.verdict not in GOES:
        assert after.verdict not in GOES
    if lost.severity is Severity.BLOCKER:
        assert after.verdict not in GOES
    gone = [r for r in results if r.item != lost.item and r.check_id != lost.check_id]
    if any(lost.item in status.bar.items for status in before.bars):
        assert assess(gone, decisions).verdict not in GOES


@settings(STEADY, max_examples=100)
@given(st.data(), st.randoms(use_true_random=False))
def test_the_order_of_results_never_matters(data: st.DataObject, chance: random.Random) -> None:
    results = data.draw(_results())
    decisions = data.draw(_decisions(results))
    shuffled = list(results)
    chance.shuffle(shuffled)
    assert assess(shuffled, decisions) == assess(results, decisions)


@settings(STEADY, max_examples=100)
@given(st.data())
def test_accepting_a_risk_never_hides_a_blocker_that_nobody_accepted(data: st.DataObject) -> None:
    results = data.draw(_results())
    decisions = data.draw(_decisions(results))
    assessment = assess(results, decisions)
    taken = {risk.result_id for risk in decisions.accepted}
    unmet = [
        r
        for r in results
        if r.severity is Severity.BLOCKER
        and r.outcome not in (Outcome.PASS, Outcome.NOT_APPLICABLE)
        and not (r.id in taken and r.outcome in (Outcome.FAIL, Outcome.PARTIAL))
    ]
    assert (assessment.verdict in GOES) <= (not unmet)


def test_a_result_needs_a_person_or_evidence_before_it_can_pass() -> None:
    with pytest.raises(ValueError, match="without evidence"):
        Result(Outcome.PASS, "fine")
    with pytest.raises(ValueError, match="what was seen"):
        Evidence("  ")
