"""What is kept of a project and its runs: nothing is lost on the way, and nothing odd comes back in."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model import Cause, Change, CheckResult, Evidence, Outcome, Result, Severity
from checks.secret import Secret
from checks.target import Endpoint, EndpointKind, Host, HostRole, MailDomain
from tests.wizard.made import AT, DOMAIN, STEADY, made
from wizard.decisions import AcceptedRisk, Decisions
from wizard.demo import DemoSandbox
from wizard.demo_project import demo_project
from wizard.domain_name import read_domain
from wizard.kept import Kept, NotKept, keep, keep_run, read_kept, read_run
from wizard.project import Project
from wizard.vault.memory import MemoryStore
from wizard.vault.migrations import upgrade
from wizard.vault.redactor import Redactor

LABEL = st.from_regex(r"[a-z0-9_]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True)
NAME = st.builds(lambda labels: ".".join([*labels, "example"]), st.lists(LABEL, min_size=1, max_size=3))
WORDS = st.text(min_size=1, max_size=80).filter(lambda text: text.strip() != "")
URLS = st.builds(
    lambda scheme, name, path: f"{scheme}://{name}/{path}", st.sampled_from(["https", "http"]), NAME, LABEL
)
DOMAINS = st.sampled_from(
    [
        replace(read_domain(typed), understood="")
        for typed in ("acme.example", "app.acme.example", "bücher.example", "a.b.acme.co.uk")
    ]
)


def frozen(text: st.SearchStrategy[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(text, max_size=3)


DECISIONS = st.builds(
    Decisions,
    frozen(NAME | URLS),
    frozen(NAME | URLS),
    st.lists(st.builds(AcceptedRisk, NAME, WORDS, st.dates(), WORDS), max_size=3).map(tuple),
)
PROJECTS = st.builds(
    Project,
    name=st.sampled_from(["Plumline", "Bücher & Söhne", "名前", "a" * 200]),
    domain=DOMAINS,
    hosts=st.lists(st.builds(Host, NAME, st.sampled_from(HostRole), st.booleans()), max_size=3).map(tuple),
    endpoints=st.lists(
        st.builds(
            Endpoint,
            URLS,
            st.sampled_from(EndpointKind),
            st.sampled_from(["GET", "POST"]),
            st.booleans(),
            st.booleans(),
        ),
        max_size=3,
    ).map(tuple),
    mail_domains=st.lists(
        st.builds(MailDomain, NAME, st.sampled_from([(), ("pm2026",), ("a", "k1.b")]), st.booleans()),
        max_size=2,
    ).map(tuple),
    complete=st.booleans(),
    decisions=DECISIONS,
)


def through_json(content: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(content, allow_nan=False))
    return read


@STEADY
@given(PROJECTS, st.sampled_from(["", "finding edge.tls-trusted@acme.example", "overview › 3"]))
def test_a_project_comes_back_as_it_was(project: Project, place: str) -> None:
    content = keep(project, place)
    assert through_json(content) == content, "what is kept is plain JSON"
    assert read_kept(through_json(content)) == Kept(project, place)


async def test_the_project_of_the_demo_comes_back() -> None:
    async with DemoSandbox() as sandbox:
        project = demo_project(sandbox.startup)
    assert read_kept(keep(project)).project == project


def test_it_goes_into_a_store_and_out_again() -> None:
    store = MemoryStore()
    store.save(keep(Project("Acme", DOMAIN), "overview"))
    store.add_run(keep_run((made(),), AT))
    assert read_kept(store.content) == Kept(Project("Acme", DOMAIN), "overview")
    assert read_run(store.all_runs()[-1]).results == (made(),)


def test_what_was_understood_is_told_once_and_not_kept() -> None:
    domain = read_domain("https://ana@www.bücher.example/x")
    assert domain.understood
    assert read_kept(keep(Project("x", domain))).project.domain == replace(domain, understood="")


EXAMPLE = keep(
    Project(
        "Acme",
        DOMAIN,
        (Host("app.acme.example", HostRole.APP),),
        (Endpoint("https://acme.example/", EndpointKind.LANDING),),
        (MailDomain("acme.example", ("pm2026",)),),
        decisions=Decisions(accepted=(AcceptedRisk("a@b", "Ana", date(2026, 1, 2), "soon"),)),
    )
)
SPOILT: dict[str, tuple[tuple[str | int, ...], object, str]] = {
    "no schema": (("schema",), None, "does not say in which form"),
    "schema of words": (("schema",), "1", "does not say in which form"),
    "schema true": (("schema",), True, "does not say in which form"),
    "schema 0": (("schema",), 0, "does not say in which form"),
    "name missing a text": (("name",), 7, "This could not be read: name: input should be a valid string."),
    "name empty": (("name",), " ", "name: it is empty"),
    "name too long": (("name",), "a" * 201, "name: string should have at most 200 characters"),
    "escape in the name": (("name",), "a\x1b[31m", "name: it has a character that no eye sees"),
    "bidi in the place": (("place",), "a\u202e", "place: it has a character that no eye sees"),
    "surrogate": (("name",), "a\ud800", "could not be read"),
    "domain an address": (("domain", "name"), "192.0.2.1", "domain › name: it is no host name"),
    "host an address": (("hosts", 0, "name"), "169.254.169.254", "hosts › 1 › name: it is no host name"),
    "host a number": (("hosts", 0, "name"), "127.0x1", "hosts › 1 › name: it is no host name"),
    "host of IPv6": (("hosts", 0, "name"), "[::1]", "hosts › 1 › name: it is no host name"),
    "host too long": (("hosts", 0, "name"), "a." * 130 + "b", "hosts › 1 › name: it is no host name"),
    "host of no role": (("hosts", 0, "role"), "boss", "hosts › 1 › role: input should be"),
    "confirmed in words": (("hosts", 0, "confirmed"), "yes", "hosts › 1 › confirmed: input should be a valid boolean"),
    "hosts no list": (("hosts",), {"0": 1}, "hosts: input should be a valid array"),
    "login in a URL": (("endpoints", 0, "url"), "https://ana:x@acme.example/", "or one with a login in it"),
    "file URL": (("endpoints", 0, "url"), "file:///x", "it is no address that begins with"),
    "URL to an address": (("endpoints", 0, "url"), "http://10.0.0.1/", "endpoints › 1 › url: it is no host name"),
    "odd method": (("endpoints", 0, "method"), "GET / HTTP", "endpoints › 1 › method: string should match"),
    "selector": (("mail_domains", 0, "selectors", 0), "a b", "it is no DKIM selector"),
    "date": (("decisions", "accepted", 0, "on"), "yesterday", "decisions › accepted › 1 › on: input should be"),
    "risk without a name": (("decisions", "accepted", 0, "by"), "", "by: it is empty"),
    "a set": (("hosts",), {1}, "holds something that no document can hold"),
    "not a number": (("complete",), float("nan"), "holds something that no document can hold"),
    "unknown field": (("token",), "x", "token: extra inputs are not permitted"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "value", "told"), SPOILT.values(), ids=SPOILT)
def test_anything_odd_is_refused_in_one_sentence(
    path: tuple[str | int, ...], value: object, told: str
) -> None:
    content: Any = copy.deepcopy(EXAMPLE)
    place = content
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(NotKept) as refused:
        read_kept(content)
    sentence = str(refused.value)
    assert told in sentence
    assert sentence.isprintable()
    assert sentence.endswith(".")
    assert refused.value.__cause__ is None
    assert refused.value.__context__ is None, "the values that pydantic quotes do not hang on it"


KEYS = st.text(max_size=5) | st.sampled_from(list(EXAMPLE))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)  # fmt: skip


@STEADY
@given(JSON, st.sampled_from([*EXAMPLE, ""]))
def test_no_document_ends_in_anything_but_a_sentence(value: Any, field: str) -> None:
    for content in (value, {**EXAMPLE, field: value}):
        for read in (read_kept, read_run):
            try:
                read(content)
            except NotKept as error:
                assert str(error).isprintable()


def test_a_document_nested_without_end_is_refused() -> None:
    nested: list[Any] = []
    for _ in range(100_000):
        nested = [nested]
    with pytest.raises(NotKept, match="no document can hold"):
        read_kept({**EXAMPLE, "hosts": nested})


def test_what_could_not_be_read_again_is_not_kept() -> None:
    with pytest.raises(NotKept, match="could not be kept: name: it is empty"):
        keep(Project(" ", DOMAIN))
    with pytest.raises(NotKept, match="could not be kept: hosts › 1 › name"):
        keep(Project("x", DOMAIN, (Host("10.0.0.1"),)))


def test_an_older_form_is_brought_up_step_by_step() -> None:
    old = {**EXAMPLE, "schema": 1, "title": EXAMPLE["name"]}
    del old["name"]

    def renamed(content: dict[str, Any]) -> dict[str, Any]:
        content["name"] = content.pop("title")
        return content

    steps = {1: renamed}
    read = read_kept(old, newest=2, steps=steps)
    assert (read.project.name, read.newer) == ("Acme", False)
    opened = upgrade(old, 1, newest=2, steps=steps)
    assert opened["schema"] == 2
    assert read_kept(opened, newest=2, steps=steps) == read, (
        "the store has upgraded it already; not a second time"
    )
    with pytest.raises(NotKept, match="an older form of it"):
        read_kept({"schema": 1}, newest=2, steps=steps)


def test_of_a_newer_form_what_is_known_is_read() -> None:
    newer = {**EXAMPLE, "schema": 2, "stack": "rails", "hosts": [{**EXAMPLE["hosts"][0], "cdn": 1}]}
    read = read_kept(newer)
    assert read.newer
    assert read.project.hosts == (Host("app.acme.example", HostRole.APP),)
    with pytest.raises(NotKept, match="newer Launch Ready in a way that this one cannot read"):
        read_kept({**newer, "hosts": "many"})


# Runs -----------------------------------------------------------------------------------------------------------

EVIDENCE = st.builds(Evidence, WORDS, st.text(max_size=40), st.text(max_size=40))
CHANGES = st.builds(
    Change, st.text(max_size=40), st.text(max_size=700), st.text(max_size=9), st.text(max_size=500)
)
CAUSES = st.builds(Cause, WORDS, WORDS, st.text(max_size=40), st.booleans())


@st.composite
def results(draw: st.DrawFn) -> CheckResult:
    outcome = draw(st.sampled_from(Outcome))
    unknown = outcome is Outcome.COULD_NOT_CHECK
    result = Result(
        outcome,
        draw(WORDS),
        tuple(draw(st.lists(EVIDENCE, min_size=1, max_size=3))),
        draw(CAUSES) if unknown else None,
        draw(st.none() | CHANGES),
        draw(st.none() | st.sampled_from(Severity)),
    )
    return CheckResult(
        draw(st.sampled_from(["edge.tls-trusted", "dns.no-ipv6"])),
        draw(st.sampled_from(["S1.1", "D3.2"])),
        draw(NAME | WORDS),
        draw(st.sampled_from(Severity)),
        result,
        draw(st.datetimes(timezones=st.just(UTC) | st.just(timezone(timedelta(hours=5, minutes=30))))),
        draw(st.floats(0, 1e7)),
        draw(st.booleans()),
    )


def fits(result: CheckResult) -> bool:
    return result.change is None or len(result.change.paste) <= 4000


@STEADY
@given(st.lists(results().filter(fits), max_size=3))
def test_results_come_back_as_they_were(found: list[CheckResult]) -> None:
    content = keep_run(found, AT)
    assert through_json(content) == content
    read = read_run(through_json(content))
    assert read.results == tuple(found)
    assert read.looked_at == AT


def test_what_is_too_long_to_paste_is_left_out_and_the_run_stays() -> None:
    change = Change("a", "b", "c", "\u200b" * 3000)
    assert len(change.paste) > 4000
    result = replace(made(), result=Result(Outcome.FAIL, "x", (Evidence("y"),), change=change))
    (read,) = read_run(keep_run([result], AT)).results
    assert read.change == Change("a", "b", "c", "")


def test_credentials_that_a_server_echoed_are_not_kept() -> None:
    canary = "canary" + "-4711-token"
    redactor = Redactor()
    redactor.add(Secret(canary))
    change = Change(canary, canary, canary, canary)
    cause = Cause("code", canary, canary)
    unknown = Outcome.COULD_NOT_CHECK
    found = [
        replace(made(), result=Result(Outcome.FAIL, canary, (Evidence(canary, canary, canary),), change=change)),
        replace(made(subject=f"https://acme.example/?{canary}"), result=Result(unknown, canary, (), cause)),
    ]  # fmt: skip
    content = keep_run(found, AT, redact=redactor.text)
    assert canary not in json.dumps(content)
    assert len(read_run(content).results) == 2


def test_a_result_that_breaks_a_rule_is_refused() -> None:
    content = keep_run([made()], AT)
    content["results"][0]["evidence"] = []
    with pytest.raises(NotKept, match="a result in it breaks a rule"):
        read_run(content)
    with pytest.raises(NotKept, match="results › 1 › found_at"):
        keep_run([replace(made(), found_at=datetime(2026, 1, 1))], AT)
