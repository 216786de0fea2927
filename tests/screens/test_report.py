"""The text report, from results made by hand."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model import (
    Cause,
    Change,
    CheckResult,
    Evidence,
    Outcome,
    Result,
    Severity,
    could_not_check,
    failed,
    needs_answer,
    partial,
    passed,
)
from checks.target import Domain, Host, Target
from screens.outcome import exit_code
from screens.paper import Paper
from screens.report import report
from wizard.decisions import AcceptedRisk, Decisions
from wizard.domain_name import read_domain
from wizard.project import new_project
from wizard.session import SessionState

AT = datetime(2026, 11, 24, 12, tzinfo=UTC)
OFFLINE = Cause("no-network", "This computer is offline", "Connect it.", removable=True)
EXPIRED = failed(
    "The certificate has expired",
    Evidence("expired on 18 Nov", "app.acme.ai", "a date in the future"),
    change=Change("expired", "renewed", "your hosting platform", "certbot renew " + "x" * 200),
)


def row(check_id: str, subject: str, result: Result, severity: Severity = Severity.BLOCKER) -> CheckResult:
    item = "S1.1" if check_id.startswith(("dns", "mail")) else "S2.2"
    return CheckResult(check_id, item, subject, severity, result, AT, 12.0)


def state(
    *results: CheckResult, decisions: Decisions | None = None, unconfirmed: Sequence[str] = ()
) -> SessionState:
    project = new_project(read_domain("acme.ai"))
    hosts = (Host("acme.ai"), *(Host(name, confirmed=False) for name in unconfirmed))
    if decisions is not None:
        project = replace(project, decisions=decisions)
    return SessionState(
        project, Target(Domain("acme.ai"), hosts), results=tuple(sorted(results, key=lambda r: r.id))
    )


def told(now: SessionState, width: int = 80, **settings: bool) -> str:
    return report(now, Paper(width, **settings))


def one_line(text: str) -> str:
    return " ".join(text.split())


def test_the_next_step_stands_first_with_everything_it_takes() -> None:
    text = told(state(row("edge.tls-in-date", "app.acme.ai", EXPIRED)))
    lines = text.splitlines()
    assert lines[0] == "Launch Ready: acme.ai"
    assert lines[2].startswith("✖ NO-GO  1 launch blocker")
    assert lines[4].startswith("NEXT STEP")
    head = text.partition("FIX BEFORE LAUNCH DAY")[0]
    for part in (
        "The certificate has expired",
        "Where  your hosting platform",
        "Have   expired",
        "Want   renewed",
    ):
        assert part in head
    assert "    certbot renew " + "x" * 200 + "\n" in head, "what is to be pasted is never wrapped"


def test_severity_is_a_word_and_a_symbol() -> None:
    text = told(
        state(
            row("edge.tls-in-date", "app.acme.ai", EXPIRED),
            row("edge.https-only", "acme.ai", failed("No https", Evidence("http")), Severity.HIGH),
            row("edge.first-hop", "acme.ai", partial("Slow hop", Evidence("hop")), Severity.MEDIUM),
            row("dns.no-ipv6", "acme.ai", partial("No IPv6 address", Evidence("none")), Severity.NOTE),
        )
    )
    for words in (
        "✖ launch blocker  ",
        "▲ high risk  ",
        "△ medium risk (in part)  ",
        "· note  acme.ai: No IPv6",
    ):
        assert words in text
    assert (
        text.index("FIX BEFORE LAUNCH DAY")
        < text.index("MAY WAIT")
        < text.index("MINIMUM BAR")
        < text.index("MORE")
    )


def test_one_cause_is_told_once_however_much_it_hides() -> None:
    hidden = [row("edge.tls-in-date", f"h{n}.acme.ai", could_not_check(OFFLINE)) for n in range(9)]
    seen = row("dns.name-exists", "acme.ai", passed("It exists", Evidence("SOA")))
    text = told(state(seen, *hidden))
    assert text.partition("COULD NOT CHECK")[2].count("This computer is offline") == 1 + len(
        [bar for bar in state(seen, *hidden).assessment.bars if "offline" in bar.reason]
    )
    assert "and 6 more" in text


def test_when_one_cause_hid_everything_the_report_is_short() -> None:
    text = told(
        state(*(row("edge.tls-in-date", f"h{n}.acme.ai", could_not_check(OFFLINE)) for n in range(9)))
    )
    assert text.count("This computer is offline") == 1
    assert "Connect it." in text
    assert "MINIMUM BAR" not in text
    assert len(text.splitlines()) < 15


def test_a_cause_that_nobody_can_remove_is_told_as_well() -> None:
    ours = Cause("internal-error", "The check itself failed", "Report it.")
    text = told(state(row("edge.tls-in-date", "acme.ai", could_not_check(ours))))
    assert "The check itself failed" in text
    assert "Report it." in text


def test_one_mending_of_several_hosts_is_one_finding() -> None:
    rows = [row("edge.tls-in-date", f"h{n}.acme.ai", EXPIRED) for n in range(3)]
    text = told(state(*rows))
    assert text.count("✖ launch blocker") == 1
    assert "edge.tls-in-date on h0.acme.ai, h1.acme.ai, h2.acme.ai" in text


def test_accepted_risks_questions_and_guessed_hosts_are_told() -> None:
    taken = AcceptedRisk("edge.tls-in-date@app.acme.ai", "Ana", date(2026, 11, 24), "it is only a test")
    now = state(
        row("edge.tls-in-date", "app.acme.ai", EXPIRED),
        row("mail.dkim-key-seen", "acme.ai", needs_answer("Which service sends your mail?")),
        decisions=Decisions(accepted=(taken,)),
        unconfirmed=["blog.acme.ai"],
    )
    text = one_line(told(now))
    assert "accepted by Ana on 24 Nov 2026: it is only a test" in text
    assert "NEEDS YOUR ANSWER › Which service sends your mail?" in text
    assert "Say which of these are yours: blog.acme.ai" in text


@pytest.mark.parametrize("width", [20, 40, 80, 100])
def test_every_line_fits(width: int) -> None:
    text = told(
        state(row("edge.tls-in-date", "app.acme.ai", EXPIRED), row("dns.x-y", "b", could_not_check(OFFLINE))),
        width,
    )
    too_long = [line for line in text.splitlines() if len(line) > width]
    assert all(" " not in line.strip() or "certbot" in line for line in too_long)


def test_without_symbols_it_is_ascii() -> None:
    text = told(state(row("edge.tls-in-date", "app.acme.ai", EXPIRED)), symbols=False)
    assert text.isascii()
    assert "x launch blocker" in text


HOSTILE = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from("\x00\x07\x1b\x9b\x9d\u202e\u2066\u200b\ufeff[]|<>&`\r\n\t"),
        st.characters(min_codepoint=0xD800, max_codepoint=0xDFFF),
    ),
    min_size=1,
    max_size=60,
).filter(lambda text: bool(text.strip()))


@settings(max_examples=300, deadline=None)
@given(HOSTILE, HOSTILE, st.sampled_from([20, 80]), st.booleans())
def test_nothing_from_outside_reaches_the_terminal_raw(
    seen: str, where: str, width: int, symbols: bool
) -> None:
    change = Change(seen, where, seen, where)
    now = state(
        row("edge.tls-in-date", where, failed(f"Saw {seen}", Evidence(seen, where, seen), change=change)),
        row("edge.https-only", seen, failed(f"Saw {seen}", Evidence(seen, where, seen))),
        row("dns.name-exists", where, could_not_check(Cause("x", seen, where, removable=True))),
        row("dns.no-ipv6", where, partial(f"Saw {seen}", Evidence(seen)), Severity.NOTE),
    )
    text = told(now, width, symbols=symbols)
    assert all(character == "\n" or character.isprintable() for character in text)
    coloured = told(now, width, symbols=symbols, colour=True)
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text


PASS = passed("Fine", Evidence("fine"))
FAIL = failed("Bad", Evidence("bad"))
HALF = partial("Half", Evidence("half"))
UNKNOWN = could_not_check(OFFLINE)
SELECTOR = could_not_check(Cause("dkim-selector-unknown", "Nobody knows the selector"))
ASKED = needs_answer("Which one?")


@pytest.mark.parametrize(
    ("result", "severity", "fail_on", "strict", "code"),
    [
        (PASS, Severity.BLOCKER, "medium", False, 0),
        (FAIL, Severity.BLOCKER, "blocker", False, 1),
        (HALF, Severity.BLOCKER, "blocker", False, 1),
        (FAIL, Severity.HIGH, "blocker", False, 0),
        (FAIL, Severity.HIGH, "high", False, 1),
        (FAIL, Severity.MEDIUM, "high", False, 0),
        (FAIL, Severity.MEDIUM, "medium", False, 1),
        (FAIL, Severity.NOTE, "medium", True, 3),
        (FAIL, Severity.BLOCKER, "never", True, 0),
        (UNKNOWN, Severity.BLOCKER, "blocker", False, 3),
        (UNKNOWN, Severity.HIGH, "blocker", False, 0),
        (UNKNOWN, Severity.HIGH, "high", False, 3),
        (UNKNOWN, Severity.BLOCKER, "never", False, 0),
        (SELECTOR, Severity.BLOCKER, "blocker", False, 0),
        (SELECTOR, Severity.BLOCKER, "blocker", True, 3),
        (ASKED, Severity.BLOCKER, "blocker", False, 0),
        (ASKED, Severity.BLOCKER, "blocker", True, 3),
        (PASS, Severity.BLOCKER, "blocker", True, 3),
    ],
)
def test_exit_codes(result: Result, severity: Severity, fail_on: str, strict: bool, code: int) -> None:
    now = state(row("edge.tls-in-date", "app.acme.ai", result, severity))
    assert exit_code(now.results, now.assessment, fail_on=fail_on, strict=strict) == code


def test_findings_win_over_missing_answers_and_accepted_risks_over_findings() -> None:
    both = state(row("edge.tls-in-date", "a.acme.ai", FAIL), row("edge.tls-in-date", "b.acme.ai", UNKNOWN))
    assert exit_code(both.results, both.assessment) == 1
    taken = AcceptedRisk("edge.tls-in-date@a.acme.ai", "Ana", date(2026, 11, 24), "known")
    accepted = state(row("edge.tls-in-date", "a.acme.ai", FAIL), decisions=Decisions(accepted=(taken,)))
    assert exit_code(accepted.results, accepted.assessment) == 0


def test_strict_wants_only_what_was_asked_for() -> None:
    now = state(row("edge.tls-in-date", "a.acme.ai", PASS))
    assert exit_code(now.results, now.assessment, strict=True, stages=[4]) == 3
    assert exit_code(now.results, now.assessment, strict=True, everything=False) == 0


def test_every_outcome_and_severity_has_its_look() -> None:
    from screens import report as looks
    from wizard.assessment import BarState, Verdict

    for kinds, table in (
        (Outcome, looks.OUTCOMES),
        (Severity, looks.SEVERITIES),
        (Verdict, looks.VERDICTS),
        (BarState, looks.BARS),
    ):
        assert set(table) == set(kinds)
