"""The handover as its reader and as a parser sees it."""

from __future__ import annotations

import random
import re
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import TypeVar

import pytest
from markdown_it import MarkdownIt
from markdown_it.token import Token

from checks.model import Change, CheckResult, Evidence, Outcome, Severity
from checks.reach import Contact
from tests.wizard.made import AT, DOMAIN, TARGET, cause, made, ready, state_of
from tests.wizard.markdown import MARK, body, by_cmark, by_markdown_it, front_matter, tokens
from tests.wizard.test_roadmap import ITEMS
from wizard.decisions import AcceptedRisk, Decisions
from wizard.handover.write import MARKER, SCHEMA, has_marker, write_handover
from wizard.next_step import StepKind
from wizard.session import SessionState

T = TypeVar("T")

CHANGE = Change(
    have="A 192.0.2.1",
    want="A 198.51.100.7",
    where="The DNS settings of acme.example",
    paste="acme.example. 300 IN A 198.51.100.7",
)
DOWN = cause("host-down", removable=True)
RESULTS: tuple[CheckResult, ...] = (
    made(
        "dns.name-exists", evidence=[Evidence("Name servers: ns1.acme.example", "DNS, asked at 192.0.2.53")]
    ),
    made("dns.host-resolves", evidence=[Evidence("acme.example → 198.51.100.7")]),
    made("dns.host-resolves", subject="www.acme.example"),
    made("dns.no-ipv6", Outcome.PARTIAL),
    made(
        "edge.doors-reach", evidence=[Evidence("http://acme.example/ (200)", "http://acme.example/", "https")]
    ),
    made("edge.tls-trusted", Outcome.FAIL, summary="The certificate has expired", change=CHANGE),
    made("edge.tls-trusted", Outcome.FAIL, "www.acme.example", change=CHANGE),
    made("edge.https-only", Outcome.PARTIAL, summary="Only some pages are encrypted"),
    made("edge.first-hop", Outcome.FAIL, summary="The first hop leads elsewhere"),
    made("edge.host-answers", Outcome.COULD_NOT_CHECK, "app.acme.example", why_not=DOWN),
    made("performance.baseline", Outcome.COULD_NOT_CHECK, "https://app.acme.example/", why_not=DOWN),
    made("mail.spf-present", Outcome.NEEDS_ANSWER, summary="Which service sends your mail?"),
    made("mail.mx-present", Outcome.NOT_APPLICABLE, summary="no mail is taken"),
)
RISK = AcceptedRisk("edge.first-hop@acme.example", "Ana Example", date(2026, 11, 20), "we move next week")


def sitting() -> SessionState:
    contacts = (
        Contact(AT, "DNS", "acme.example.", "192.0.2.53", 53, "ok"),
        Contact(AT, "HTTP", "acme.example", "2001:db8::1", 443, "ok"),
        Contact(AT, "HTTP", "acme.example", "2001:db8::1", 443, "refused"),
    )
    return replace(state_of(RESULTS, Decisions(accepted=(RISK,))), contacted=contacts)


def write(state: SessionState | None = None) -> str:
    return write_handover(state or sitting(), generated=AT)


def section(document: str, title: str) -> str:
    """The text of one section, its heading left out."""
    found = re.search(rf"^## {re.escape(title)}\n(.*?)(?=^## |\Z)", document, re.MULTILINE | re.DOTALL)
    assert found, f"no section {title!r}"
    return found.group(1)


def part(document: str, title: str) -> str:
    found = re.search(rf"^### {re.escape(title)}\n(.*?)(?=^##|\Z)", document, re.MULTILINE | re.DOTALL)
    assert found, f"no part {title!r}"
    return found.group(1)


# --- the file --------------------------------------------------------------------------------------------------


def test_front_matter() -> None:
    assert front_matter(write()) == {
        "schema": SCHEMA,
        "domain": "acme.example",
        "generated": "2026-11-24T12:00:00Z",
    }
    elsewhere = AT.astimezone(timezone(timedelta(hours=9)))
    assert write_handover(sitting(), generated=elsewhere) == write()


def test_sections_stand_in_one_order() -> None:
    assert re.findall(r"^## (.+)$", write(), re.MULTILINE) == [
        "Read me first",
        "Status",
        "Risk list",
        "Cut list",
        "Findings",
        "System and routing map",
        "DNS as found",
        "The seven stages",
        "Automation",
        "Leave alone before launch",
        "Not checked, and limits",
        "What this program contacted",
        "Evidence",
    ]


def test_two_exports_of_one_state_differ_in_one_line_at_most() -> None:
    early, late = (
        write().splitlines(),
        write_handover(sitting(), generated=AT + timedelta(days=9)).splitlines(),
    )
    assert [(a, b) for a, b in zip(early, late, strict=True) if a != b] == [
        ("generated: 2026-11-24T12:00:00Z", "generated: 2026-12-03T12:00:00Z")
    ]
    plain = write_handover(sitting(), generated=AT, reproducible=True)
    assert plain == write_handover(sitting(), generated=None)
    assert "generated" not in front_matter(plain)


def test_when_and_how_fast_it_was_found_does_not_show() -> None:
    later = tuple(
        replace(r, found_at=r.found_at + timedelta(hours=5), took_ms=r.took_ms * 3) for r in RESULTS
    )
    assert write(replace(sitting(), results=later, looked_at=datetime(2027, 1, 1, tzinfo=UTC))) == write()


def test_the_order_of_results_hosts_and_contacts_does_not_show() -> None:
    chance = random.Random(7)
    state = sitting()
    for _ in range(5):
        shuffled = replace(
            state,
            results=_mixed(state.results, chance),
            contacted=_mixed(state.contacted, chance),
            target=replace(TARGET, hosts=_mixed(TARGET.hosts, chance)),
        )
        assert write(shuffled) == write(state)


def _mixed(rows: tuple[T, ...], chance: random.Random) -> tuple[T, ...]:
    return tuple(chance.sample(rows, len(rows)))


def test_line_ends_and_characters() -> None:
    document = write()
    assert document.endswith("\n")
    assert not document.endswith("\n\n")
    assert "\r" not in document
    assert "\t" not in document
    assert "\n\n\n" not in document
    assert not [line for line in document.splitlines() if line != line.rstrip()]
    assert all(character.isprintable() or character == "\n" for character in document)


def test_every_line_that_can_change_has_a_name_of_its_own() -> None:
    marks = MARK.findall(write())
    assert [mark for mark, count in Counter(marks).items() if count > 1] == []
    assert "<!--lr:s2.2-->" in marks
    assert all(" " not in mark for mark in marks)
    for line in body(write()).splitlines():
        if line.startswith(("- [", "- `")):
            assert MARK.search(line), line


def test_only_our_own_files_may_be_replaced() -> None:
    assert has_marker(write())
    assert has_marker(write().replace("\n", "\r\n"))
    assert not has_marker("")
    assert not has_marker("# My own notes\n")
    assert not has_marker(f"# My own notes about `{MARKER}`\n")
    assert not has_marker("\n" * 40 + MARKER)


# --- what a reader finds ---------------------------------------------------------------------------------------


def test_every_point_of_the_roadmap_is_there_with_its_outcome() -> None:
    document = write()
    for id in ITEMS:
        lines = [line for line in document.splitlines() if f"<!--lr:{id.lower()}-->" in line]
        assert len(lines) == 1, id
        if id[0] in "SDFA":
            assert re.match(rf"- \[[ x]\] {re.escape(id)} .+: \*\*.+\*\*", lines[0]), lines[0]


@pytest.mark.parametrize(
    ("id", "said"),
    [
        ("s1.3", "**not looked at yet** <!--"),
        ("s2.2", "**fail**, see `edge.tls-trusted` <!--"),
        ("s2.6", "**could not check**, because Nothing answered (host-down) <!--"),
        ("s1.5", "**could not check**, because Nothing answered (host-down) <!--"),
        ("d1.1", "- [x] D1.1"),
        ("d7.1", "**in this document, in part** <!--"),
        ("a1", "**not looked at yet** <!--"),
    ],
)
def test_outcomes_of_points(id: str, said: str) -> None:
    line = next(line for line in write().splitlines() if f"<!--lr:{id}-->" in line)
    assert said in line


def test_a_point_is_ticked_only_when_it_was_proven_as_a_whole() -> None:
    document = write(state_of((made("edge.tls-trusted"), made("edge.doors-reach"))))
    assert "- [ ] S2.2 " in document
    assert "- [x] S1.2 " in document


def test_the_first_minute_says_what_is_wrong_and_what_to_do() -> None:
    first = section(write(), "Read me first")
    assert "**NO-GO: 1 launch blocker" in first
    next_thing = part(write(), "The next thing to do")
    assert next_thing.startswith("\n- [ ] ")
    wrong = part(write(), "What is wrong")
    assert "The certificate has expired (and 1 more): launch blocker, for whoever runs your hosting" in wrong
    assert "Whoever runs your hosting: " in part(write(), "Who is meant")


def test_a_clean_part_says_what_is_still_to_be_proven() -> None:
    state = state_of((made("dns.host-resolves"),))
    assert "nothing wrong found in what is looked at so far" in section(write(state), "Read me first")
    proven = part(write(state), "What is still to be proven")
    assert "- M2 No secret in code" in proven
    assert "\n  - Not looked at yet: S1.4 (" in proven


def test_status_and_minimum_bar() -> None:
    status = section(write(), "Status")
    assert "- Verdict: **NO-GO** <!--" in status
    rows = [line for line in status.splitlines() if line.startswith("| M")]
    assert [row[2:4] for row in rows] == ["M1", "M2", "M3", "M4", "M5", "M6", "M7"]
    assert "| not met | The certificate has expired (and 1 more) |" in rows[2]
    assert "| cannot say yet | Which service sends your mail? |" in rows[4]


def test_the_risk_list_has_three_severities_and_the_accepted_ones() -> None:
    risks = section(write(), "Risk list")
    assert re.findall(r"^### (.+)$", risks, re.MULTILINE) == [
        "Launch blockers",
        "High risks",
        "Medium risks",
        "Accepted risks",
    ]
    assert "The certificate has expired (and 1 more)" in part(write(), "Launch blockers")
    assert "Only some pages are encrypted" in part(write(), "High risks")
    assert part(write(), "Medium risks").strip() == "None found in what was looked at."
    accepted = part(write(), "Accepted risks")
    assert "The first hop leads elsewhere (medium risk)" in accepted
    assert "Owner: Ana Example, who took it on 2026-11-20" in accepted
    assert "Reason: we move next week" in accepted


def test_the_cut_list_is_one_task_a_line() -> None:
    before, wait = part(write(), "Before launch day"), part(write(), "May wait")
    assert len(re.findall(r"^- \[ \] ", before, re.MULTILINE)) == 1
    assert len(re.findall(r"^- \[ \] ", wait, re.MULTILINE)) == 1
    assert "The certificate has expired" in before
    assert "Only some pages are encrypted" in wait
    assert "leads elsewhere" not in before + wait


def test_a_finding_says_all_that_is_needed_to_mend_it() -> None:
    document = write()
    found = section(document, "Findings").split("\n### `edge.tls-trusted`", 1)[1].split("\n### ", 1)[0]
    assert "A launch blocker. Takes about " in found
    assert "Who can do it: whoever runs your hosting." in found
    assert "Roadmap point: S2.2." in found
    assert "The change for `acme.example`, `www.acme.example`:" in found
    assert "- Have: A `192.0.2.1`" in found
    assert "- Want: A `198.51.100.7`" in found
    assert "- Where: The DNS settings of `acme.example`" in found
    assert "\n```text\nacme.example. 300 IN A 198.51.100.7\n```\n" in found
    assert "- Seen: `what was seen of www.acme.example` at `192.0.2.53:53`" in found


def test_the_routing_map_shows_what_is_known() -> None:
    hosts = part(write(), "Hosts")
    assert "| apex | yes | `acme.example → 198.51.100.7` | not looked at | fail |" in hosts
    assert "| app | a guess | not looked at | could not check | not looked at |" in hosts
    assert "| generation | `POST` | no, it has side effects |" in part(
        write(), "Pages and endpoints that matter"
    )
    assert "| `http://acme.example/ (200)` | `https` |" in part(write(), "Ways in")


def test_dns_as_found() -> None:
    assert "`Name servers: ns1.acme.example` | `DNS, asked at 192.0.2.53` | pass |" in section(
        write(), "DNS as found"
    )


def test_one_cause_is_told_once() -> None:
    unchecked = section(write(), "Not checked, and limits")
    assert unchecked.count("Nothing answered (host-down)") == 1
    assert (
        "Left unchecked: `edge.host-answers@app.acme.example`, `performance.baseline@https://app.acme.example/`"
        in unchecked
    )
    assert "What to do: Wait a minute and check again." in unchecked
    assert "- [ ] Which service sends your mail? <!--" in unchecked
    assert "S1.3, S1.4" in unchecked
    assert part(write(), "Limits").count("\n- ") >= 4


def test_what_was_contacted_is_told_once_each() -> None:
    contacted = section(write(), "What this program contacted")
    assert contacted.count("| `acme.example` | HTTP | `[2001:db8::1]:443` |") == 1
    assert "| `192.0.2.53:53` | `acme.example` |" in contacted
    nothing = section(write(state_of(RESULTS)), "What this program contacted")
    assert nothing.rstrip().endswith("Nothing.")


def test_the_appendix_holds_every_result() -> None:
    evidence = section(write(), "Evidence")
    assert len(re.findall("<!--lr:result", evidence)) == len(RESULTS)
    assert "- Could not check: `app.acme.example`: Nothing answered (host-down)" in evidence
    assert "- Partial, a note: " in evidence


def test_a_document_about_nothing_is_still_whole() -> None:
    document = write(state_of(()))
    assert "CANNOT SAY YET" in document
    assert "Nothing has been checked yet." in document
    for id in ITEMS:
        assert f"<!--lr:{id.lower()}-->" in document


def test_a_document_about_a_launch_with_nothing_left_to_mend() -> None:
    state = state_of(ready(), target=replace(TARGET, hosts=TARGET.hosts[:2]))
    assert state.next_step.kind is StepKind.EXPORT
    document = write(state)
    assert "Nothing that was found is left to mend." in part(document, "The next thing to do")
    assert "Nothing that was looked at stands in the way." in document


def test_an_idn_is_shown_as_people_write_it() -> None:
    state = sitting()
    name = replace(DOMAIN, name="xn--mnchen-3ya.de", host="xn--mnchen-3ya.de", readable="münchen.de")
    document = write(replace(state, project=replace(state.project, domain=name)))
    assert front_matter(document)["domain"] == "xn--mnchen-3ya.de"
    assert "\n- Product: Acme\n- Domain: `xn--mnchen-3ya.de`, written `münchen.de`\n" in document


# --- what parsers find -----------------------------------------------------------------------------------------


def test_both_parsers_see_the_same_and_nothing_but_what_we_wrote() -> None:
    document = write()
    ours, theirs = by_markdown_it(document), by_cmark(document)
    assert ours.codes == theirs.codes
    assert ours.comments == theirs.comments == [mark[4:-3] for mark in MARK.findall(document)]
    boxes = theirs.tags.count("input")
    assert boxes == len(re.findall(r"^- \[[ x]\] ", document, re.MULTILINE))
    assert ours.tags == [tag for tag in theirs.tags if tag != "input"]
    assert not {"a", "img", "script"} & set(theirs.tags)


def test_headings_are_ours() -> None:
    headings = [token.content for token in _headings(write())]
    assert headings == [
        line.lstrip("#").strip() for line in body(write()).splitlines() if line.startswith("#")
    ]


def _headings(document: str) -> list[Token]:
    parsed = MarkdownIt("gfm-like", {"html": True}).parse(body(document))
    return [parsed[number + 1] for number, token in enumerate(parsed) if token.type == "heading_open"]


def test_no_link_is_guessed_and_no_html_but_marks() -> None:
    kinds = Counter(token.type for token in tokens(write()))
    assert kinds["link_open"] == kinds["image"] == 0
    assert all(
        MARK.fullmatch(token.content.strip()) for token in tokens(write()) if token.type.startswith("html_")
    )


def test_severity_words_are_the_three() -> None:
    assert {Severity.BLOCKER.label, Severity.HIGH.label, Severity.MEDIUM.label} == {
        "launch blocker",
        "high risk",
        "medium risk",
    }
