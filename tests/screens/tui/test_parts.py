"""The parts of the screens that are plain functions."""

from __future__ import annotations

import pytest

from checks.model import Change, Outcome
from checks.run import CheckFinished, CheckStarted, RunStarted
from screens.tui.checking import found_of, head_of, progress_bar
from screens.tui.detail import detail_of
from screens.tui.overview_rows import map_rows, todo_rows, told_in_full
from screens.tui.plain_text import save_text
from screens.tui.progress import RunProgress
from screens.tui.words import verdict_lines
from tests.wizard.made import cause, made, state_of
from wizard.assessment import assess


def test_progress_counts_by_subject_and_tells_one_cause_once() -> None:
    now = 10.0
    progress = RunProgress("Checking", clock=lambda: now)
    blind = [made(f"edge.x{n}", Outcome.COULD_NOT_CHECK, "a.acme.example") for n in range(3)]
    good = made("edge.tls-trusted", subject="acme.example")
    assert "hosts of this domain" in head_of(progress, 20).plain
    progress.hear(RunStarted(tuple(r.id for r in (*blind, good))))
    progress.hear(CheckStarted(good.id))
    assert progress.looking_at() == ("acme.example",)
    assert "0 of 4  looking at acme.example" in head_of(progress, 20).plain
    for number, result in enumerate((good, *blind[:2]), 1):
        progress.hear(CheckFinished(result, number, 4))
    rows = progress.by_subject()
    assert [(row.subject, row.left) for row in rows] == [("acme.example", 0), ("a.acme.example", 1)]
    assert len(progress.troubles()) == 1
    shown = found_of(progress, 76).plain
    assert "✔ 1" in shown
    assert "? 2  … 1 to come" in shown
    now = 12.5
    assert progress.seconds == 2.5


@pytest.mark.parametrize(("done", "total", "full"), [(0, 0, 0), (0, 9, 0), (3, 6, 10), (6, 6, 20)])
def test_a_bar_is_as_full_as_the_run(done: int, total: int, full: int) -> None:
    bar = progress_bar(done, total, 20)
    assert len(bar.plain) == 20
    assert bar.spans[0].end - bar.spans[0].start == full if full else True


def test_rows_say_severity_in_words_and_nothing_twice() -> None:
    results = [
        made("mail.dmarc-present", Outcome.FAIL),
        made("performance.baseline", Outcome.FAIL),
        made("edge.first-hop", Outcome.PARTIAL),
        made("edge.host-answers", Outcome.COULD_NOT_CHECK),
        made("edge.tls-trusted", Outcome.COULD_NOT_CHECK),
        made("dns.no-ipv6", Outcome.PARTIAL),
    ]
    assessment = assess(results)
    rows = todo_rows(assessment)
    headings = [str(row.prompt) for row in rows if row.id is None]
    assert headings == [
        "Launch blockers, fix first (1)",
        "High risks, may wait (1)",
        "Medium risks, may wait (1)",
        "Could not be checked (1)",
        "More, for your notes (1)",
    ]
    for row in rows:
        if row.id is not None:
            assert told_in_full(assessment, row.id)
    assert len({row.id for row in rows if row.id}) == 5


def test_with_nothing_wrong_the_list_says_so() -> None:
    assert "Nothing to fix" in str(todo_rows(assess([made()]))[0].prompt)


def test_the_map_names_every_bar_and_stage_with_a_word() -> None:
    assessment = assess([made("mail.dmarc-present", Outcome.FAIL)])
    rows = map_rows(assessment, {}, titles=False)
    by_id = {row.id: str(row.prompt) for row in rows}
    assert "not met" in by_id["bar:M5"]
    assert "cannot say yet" in by_id["bar:M1"]
    assert "not yet" in by_id["stage:7"]
    assert len(rows) == 2 + 7 + 7
    assert "Fast" in told_in_full(assessment, "bar:M1") or "fast" in told_in_full(assessment, "bar:M1")


def test_the_verdict_is_cut_into_what_was_found_and_what_was_not() -> None:
    assessment = assess([made("mail.dmarc-present", Outcome.FAIL)])
    big, rest = verdict_lines(assessment.verdict, assessment.verdict_line)
    assert big.plain.startswith(" ✖ NO-GO ")
    assert rest.startswith("Not looked at yet: ")


def test_detail_of_each_outcome() -> None:
    change = Change(have="a", want="b", where="c", paste="d")
    bad = made("mail.dmarc-present", Outcome.FAIL, change=change)
    also = made("mail.dmarc-present", Outcome.FAIL, "other.example", summary="the same there")
    blind = [made(f"edge.{n}", Outcome.COULD_NOT_CHECK, why_not=cause()) for n in ("one", "two")]
    good = made("edge.tls-trusted")
    state = state_of([bad, also, *blind, good])
    detail = detail_of(state, bad)
    assert detail.change == (("Have", "a"), ("Want", "b"), ("Where", "c"))
    assert detail.copied == "d"
    assert detail.acceptable
    assert set(detail.ids) == {bad.id, also.id}
    assert ("The same on 1 more", ("· the same there",)) in detail.sections
    stuck = detail_of(state, blind[0])
    assert set(stuck.ids) == {r.id for r in blind}
    assert ("What you can do", ("Wait a minute and check again.",)) in stuck.sections
    assert not stuck.acceptable
    fine = detail_of(state, good)
    assert "✔ pass" in fine.badge.plain
    assert not fine.acceptable
    assert good.id in fine.copied


def test_text_is_saved_without_touching_what_is_there(tmp_path: object) -> None:
    from pathlib import Path

    folder = Path(str(tmp_path))
    first, second = save_text("one", folder), save_text("two", folder)
    assert first.read_text() == "one\n"
    assert second.read_text() == "two\n"
    assert first != second
