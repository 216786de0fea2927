"""`launch-ready check` against the made-up startup, reached by the network options alone."""

from __future__ import annotations

import json
from collections.abc import Iterator

import jsonschema
import pytest

from screens import cli
from tests.screens.program import DOMAIN, OFFLINE, Startup, running_startup
from wizard.documents import check_schema


@pytest.fixture(scope="module")
def startup() -> Iterator[Startup]:
    with running_startup() as startup:
        yield startup


@pytest.fixture
def check(startup: Startup, capsys: pytest.CaptureFixture[str]) -> Check:
    startup.become("fixed")
    return Check(startup, capsys)


class Check:
    """Runs the command and keeps what it printed."""

    def __init__(self, startup: Startup, capsys: pytest.CaptureFixture[str]) -> None:
        self.startup, self.capsys = startup, capsys
        self.out = self.err = ""

    def __call__(self, *words: str) -> int:
        code = cli.main(["check", *words, *self.startup.words])
        self.out, self.err = self.capsys.readouterr()
        return code

    @property
    def document(self) -> dict[str, object]:
        document = json.loads(self.out)
        jsonschema.validate(document, json.loads(check_schema()))
        assert isinstance(document, dict)
        return document

    def outcomes(self) -> dict[str, str]:
        results = self.document["results"]
        assert isinstance(results, list)
        return {row["id"]: row["outcome"] for row in results}


def test_a_sound_domain_is_0_and_hosts_are_found(check: Check) -> None:
    assert check(DOMAIN) == 0
    assert check.err == ""
    assert check.out.startswith(f"Launch Ready: {DOMAIN}\n")
    told = " ".join(check.out.split())
    assert "Say which of these are yours: " in told
    line = next(
        line for line in check.out.splitlines() if line.startswith(f"    launch-ready check {DOMAIN} --host")
    )
    for host in ("app", "api", "docs", "staging"):
        assert f"--host {host}.{DOMAIN}" in line


def test_a_broken_one_is_1_whatever_else_is_unknown(check: Check) -> None:
    check.startup.become("broken")
    assert check(DOMAIN, "--format", "json") == 1
    assert check.document["verdict"] == "NO-GO"
    assert check.err == ""
    assert check(DOMAIN, "--fail-on", "never") == 0


def test_a_guessed_host_counts_in_full_only_when_named(check: Check) -> None:
    check.startup.become("broken")
    narrowed = ["--only", f"edge.tls-in-date@app.{DOMAIN}"]
    assert check(DOMAIN, *narrowed) == 0
    assert "△ medium risk" in check.out
    assert check(DOMAIN, *narrowed, "--fail-on", "medium") == 1
    assert check(DOMAIN, *narrowed, "--host", f"app.{DOMAIN}") == 1
    assert "✖ launch blocker" in check.out


def test_the_document_stands_alone_on_standard_output(check: Check) -> None:
    login = "hunter" + "2"
    assert check(f"https://ana:{login}@WWW.{DOMAIN.upper()}:443/pricing", "--format", "json") == 0
    assert check.document["domain"] == DOMAIN
    assert check.err.startswith(f"Understood as {DOMAIN}, without ")
    assert login not in check.err + check.out


def test_what_was_typed_is_shown_as_understood(check: Check) -> None:
    check(f"www.{DOMAIN}.", "--only", "dns")
    assert check.out.splitlines()[1] == f"Understood as {DOMAIN}, without www"


def test_only_and_stage_narrow_the_document(check: Check) -> None:
    check(DOMAIN, "--format", "json", "--only", "mail", "--only", f"dns.host-resolves@{DOMAIN}")
    ids = check.outcomes()
    assert {id.partition(".")[0] for id in ids} == {"mail", "dns"}
    assert [id for id in ids if id.startswith("dns")] == [f"dns.host-resolves@{DOMAIN}"]
    check(DOMAIN, "--format", "json", "--stage", "3", "--endpoint", f"health=https://api.{DOMAIN}/health")
    assert check.outcomes() == {f"deployment.health@https://api.{DOMAIN}/health": "pass"}


def test_a_narrowed_name_that_leads_to_nothing_is_no_clean_run(check: Check) -> None:
    there, gone = f"edge.tls-trusted@{DOMAIN}", f"edge.tls-trusted@gone.{DOMAIN}"
    assert check(DOMAIN, "--format", "json", "--only", there, "--only", gone) == 3
    assert list(check.outcomes()) == [there]
    assert (
        check.err
        == f"--only {gone}: nothing of that name was there to check, so nothing is known about it.\n"
    )
    assert check(DOMAIN, "--only", gone, "--fail-on", "never") == 0
    assert check(DOMAIN, "--only", there) == 0
    assert check.err == ""


def test_an_unknown_selector_fails_only_a_strict_run_and_can_be_named(check: Check) -> None:
    narrowed = ["--only", "mail.dkim-key-seen"]
    for host in ("www", "app", "api", "docs", "staging"):
        narrowed += ["--host", f"{host}.{DOMAIN}"]
    assert check(DOMAIN, *narrowed) == 0
    assert "could" in check.out.lower()
    assert "--dkim-selector NAME" in check.out
    assert check(DOMAIN, *narrowed, "--strict") == 3
    assert check(DOMAIN, *narrowed, "--strict", "--dkim-selector", "pm2026") == 0


def test_strict_wants_everything_to_have_been_looked_at(check: Check) -> None:
    assert check(DOMAIN, "--stage", "3", "--strict") == 3


def test_a_name_that_does_not_exist_is_one_finding(check: Check) -> None:
    assert check("nothere.example", "--format", "json") == 1
    outcomes = check.outcomes()
    assert [id for id, outcome in outcomes.items() if outcome == "fail"] == [
        "dns.name-exists@nothere.example"
    ]


def test_no_network_is_3_and_told_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["check", DOMAIN, *OFFLINE]) == 3
    out = " ".join(capsys.readouterr().out.split())
    assert out.count("No name resolver can be reached from this computer") == 1


def test_a_line_to_paste_cannot_act_in_a_shell() -> None:
    from checks.target import Domain, Host, Target
    from screens.commands.check import hint
    from tests.screens.test_report import PASS, row
    from wizard.domain_name import read_domain
    from wizard.project import new_project
    from wizard.session import SessionState

    hosts = (Host("acme.ai"), Host("a;reboot\x1b.acme.ai", confirmed=False))
    state = SessionState(
        new_project(read_domain("acme.ai")),
        Target(Domain("acme.ai"), hosts),
        results=(row("dns.name-exists", "acme.ai", PASS),),
    )
    assert hint(state, "launch-ready check acme.ai") == (
        "launch-ready check acme.ai --host 'a;reboot\\u{1b}.acme.ai'"
    )
