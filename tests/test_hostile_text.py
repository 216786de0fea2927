"""More than 20,000 hostile strings through the constructors and every writer. Nothing that a stranger sent may become
an escape, a link, an image, a tag, a heading, a cell, a task, or a command to whoever reads the document."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from markdown_it import MarkdownIt

from checks.failure import Failure, FailureKind
from checks.model import Cause, Change, CheckResult, CouldNotCheck, Evidence, Outcome, Result, Severity
from checks.reach import Contact
from checks.target import Domain, Endpoint, EndpointKind, Host, HostRole, MailDomain, Platform, Target
from checks.text import visible
from tests.hostile import NASTY, hostile
from tests.wizard.made import AT, DOMAIN
from tests.wizard.markdown import MARK, body, by_cmark, by_markdown_it, front_matter
from wizard.decisions import AcceptedRisk, Decisions
from wizard.documents import check_document
from wizard.domain_name import DomainName
from wizard.handover.write import write_handover
from wizard.project import Project
from wizard.session import SessionState

STRINGS = 20_400
BATCH = 1_700
"""Strings of one document."""

BATCHES = tuple(range(STRINGS // BATCH))
LANGUAGE = {("pre", "lang"), ("code", "class")}
"""How the parsers say what the first line of a fence said."""
_HIDDEN = re.compile(r"[\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def clean(text: str) -> bool:
    """Whether `text` has nothing that a terminal obeys or an eye misses; line feeds are the writer's."""
    return all(c.isprintable() or c == "\n" for c in text) and not _HIDDEN.search(text)


def batch(number: int) -> list[str]:
    return hostile(STRINGS)[number * BATCH : (number + 1) * BATCH]


def a_state(strings: list[str]) -> SessionState:
    """A sitting in which every string stands somewhere: in results, target, decisions, contacts."""
    text = iter(strings)
    target = _target(text)
    decisions = Decisions()
    contacts = [Contact(AT, _next(text), _next(text), _next(text), 443, "ok") for _ in range(20)]
    results: list[CheckResult] = []
    for number in range(40):
        results.append(_failing(f"edge.check-{number}", text))
        results.append(_blinded(f"dns.check-{number}", text))
        results.append(_asking(f"mail.check-{number}", text))
    for result in results[:30:3]:
        decisions = decisions.accept(AcceptedRisk(result.id, _next(text), date(2026, 11, 24), _next(text)))
    for number, first in enumerate(text):
        seen = (
            Evidence(first, _next(text), _next(text)),
            Evidence(_next(text), _next(text)),
            Evidence(_next(text)),
        )
        fine = Result(Outcome.PASS, _next(text), seen)
        results.append(_named(f"deployment.check-{number}", _next(text), fine))
    name = strings[0]
    project = Project(strings[1], DomainName(name, name, strings[2]), hosts=target.hosts, decisions=decisions)
    return SessionState(project, target, results=tuple(results), looked_at=AT, contacted=tuple(contacts))


def _next(text: Iterator[str]) -> str:
    return next(text, "x")


def _target(text: Iterator[str]) -> Target:
    return Target(
        domain=Domain(_next(text)),
        hosts=tuple(Host(_next(text), HostRole.OTHER) for _ in range(20)),
        mail_domains=tuple(MailDomain(_next(text)) for _ in range(5)),
        endpoints=tuple(Endpoint(_next(text), EndpointKind.LANDING, _next(text)) for _ in range(20)),
        platform=Platform(_next(text), _next(text)),
    )


def _named(check_id: str, subject: str, result: Result, severity: Severity = Severity.HIGH) -> CheckResult:
    return CheckResult(check_id, "S2.6", subject, severity, result, AT, 1.0)


def _failing(check_id: str, text: Iterator[str]) -> CheckResult:
    seen = Evidence(_next(text), _next(text), _next(text))
    change = Change(_next(text), _next(text), _next(text), _next(text))
    return _named(
        check_id, _next(text), Result(Outcome.FAIL, _next(text), (seen,), change=change), Severity.BLOCKER
    )


def _blinded(check_id: str, text: Iterator[str]) -> CheckResult:
    # The number keeps causes apart, so that a batch and its harmless twin group in the same way.
    cause = Cause(check_id, _next(text), _next(text), removable=True)
    return _named(check_id, _next(text), Result(Outcome.COULD_NOT_CHECK, cause.sentence, cause=cause))


def _asking(check_id: str, text: Iterator[str]) -> CheckResult:
    return _named(check_id, _next(text), Result(Outcome.NEEDS_ANSWER, _next(text), (Evidence(_next(text)),)))


def harmless(strings: list[str]) -> list[str]:
    """As many plain words, all different, as there are strings."""
    return [f"word{number}" for number in range(len(strings))]


@pytest.fixture(scope="module", params=BATCHES)
def pair(request: pytest.FixtureRequest) -> tuple[SessionState, SessionState]:
    """A sitting full of hostile text, and its harmless twin."""
    strings = batch(request.param)
    return a_state(strings), a_state(harmless(strings))


def test_there_are_enough_and_they_are_the_same_each_time() -> None:
    strings = hostile(STRINGS)
    assert len(strings) >= 20_000
    assert strings == hostile(STRINGS)
    assert len(set(strings)) == len(strings)
    assert not clean("".join(strings))


# --- constructors ----------------------------------------------------------------------------------------------


def test_constructors_make_everything_visible() -> None:
    for text in hostile(STRINGS):
        evidence = Evidence(text, text, text)
        cause = Cause(text, text, text)
        change = Change(text, text, text, text)
        result = _named("edge.some-check", text, Result(Outcome.FAIL, text, (evidence,), change=change))
        risk = AcceptedRisk(result.id, f"a{text}", date(2026, 11, 24), f"a{text}")
        kept = (
            *(evidence.seen, evidence.where, evidence.expected, cause.code, cause.sentence, cause.remedy),
            *(
                change.have,
                change.want,
                change.where,
                change.paste,
                result.summary,
                result.subject,
                result.id,
            ),
            *(risk.by, risk.reason, Failure(FailureKind.RESET, text).sentence),
        )
        for said in set(kept):
            assert clean(said), ascii(text)
            assert "\n" not in said, ascii(text)
            # What is to be pasted is never cut short.
            assert len(said) < 1300 or said is change.paste, ascii(text)
            said.encode("utf-8")


def test_what_is_visible_stays_as_it_is() -> None:
    for text in hostile(STRINGS):
        once = visible(text)
        assert visible(once, 1300) == once, ascii(text)


def test_an_exception_says_it_visibly_too() -> None:
    for text in NASTY:
        assert clean(str(CouldNotCheck(Cause("code", text))))


# --- the handover ----------------------------------------------------------------------------------------------


def test_handover(pair: tuple[SessionState, SessionState]) -> None:
    state, twin = pair
    document, plain = (write_handover(one, generated=AT) for one in (state, twin))
    assert clean(document)
    document.encode("utf-8")
    assert list(front_matter(document)) == ["schema", "domain", "generated"]
    assert front_matter(document)["domain"] == visible(state.project.domain.name)

    marks = [mark[4:-3] for mark in MARK.findall(body(document))]
    assert len(marks) == len(set(marks)) == len(MARK.findall(plain))
    expected = Counter(by_cmark(plain).tags)
    for seen in (by_cmark(document), by_markdown_it(document)):
        tags = Counter(seen.tags)
        if "input" not in tags:
            tags["input"] = expected["input"]
        del tags["code"]
        assert tags == Counter({tag: count for tag, count in expected.items() if tag != "code"})
        assert seen.comments == marks
        assert seen.attributes <= {("input", "type"), ("input", "disabled"), ("input", "checked")} | LANGUAGE
    assert by_cmark(document).codes == by_markdown_it(document).codes

    codes = set(by_cmark(document).codes)
    for result in state.results:
        for evidence in result.evidence:
            for said in {evidence.seen, evidence.where, evidence.expected} - {""}:
                assert said.replace("<!--lr:", "<\\u{21}--lr:") in codes


def test_headings_are_the_same_with_and_without_hostile_text(pair: tuple[SessionState, SessionState]) -> None:
    assert _headings(pair[0]) == _headings(pair[1])


def _headings(state: SessionState) -> list[str]:
    parsed = MarkdownIt("gfm-like", {"html": True}).parse(body(write_handover(state, generated=None)))
    return [
        MARK.sub("", parsed[at + 1].content)
        for at, token in enumerate(parsed)
        if token.type == "heading_open"
    ]


# --- JSON and text ---------------------------------------------------------------------------------------------


def test_json(pair: tuple[SessionState, SessionState]) -> None:
    state, _ = pair
    text = check_document(state)
    assert clean(text)
    assert not commands(text)
    document: Any = json.loads(text)
    assert json.loads(text.encode("utf-8")) == document
    rows = {row["id"]: row for row in document["results"]}
    assert set(rows) == {result.id for result in state.results}
    for result in state.results:
        row = rows[result.id]
        assert row["summary"] == result.summary
        assert [one["seen"] for one in row["evidence"]] == [one.seen for one in result.evidence]


def commands(text: str) -> list[str]:
    """Lines that a CI runner would obey: `::cmd` at the beginning of a line, `##[` or `##vso[` anywhere."""
    return [line for line in text.splitlines() if re.search(r"^\s*::[A-Za-z]|##(vso)?\[", line)]


@pytest.mark.parametrize("width", [40, 80, 200])
def test_text_report(width: int) -> None:
    from screens.paper import Paper
    from screens.report import report

    for number in BATCHES:
        state = a_state(batch(number))
        # No stranger chooses the domain: it went through read_domain.
        state = replace(state, project=replace(state.project, domain=DOMAIN))
        text = report(state, Paper(width=width, colour=False, symbols=True))
        assert clean(text)
        assert not commands(text)
