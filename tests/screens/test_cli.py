"""The command line: what it accepts, how it refuses, and that nothing heavy stands before its help."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from screens import cli, options
from screens.commands import wizard as wizard_command
from screens.exits import Exit, UsageError
from tests.screens.program import DOMAIN, OFFLINE, PROGRAM, environment, run

HEAVY = (
    "asyncio",
    "textual",
    "pydantic",
    "keyring",
    "httpx",
    "dns",
    "cryptography",
    "ssl",
    "inspect",
    "wizard",
)


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in cli.COMMANDS)])
def test_help_waits_for_nothing(words: list[str]) -> None:
    program = f"""
import sys
from screens.cli import main
assert main({words!r}) == 0
print(*(name for name in {HEAVY!r} if name in sys.modules), sep=",", file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, env=environment())
    assert done.returncode == 0
    assert "usage: launch-ready" in done.stdout
    assert done.stderr.strip() == ""


def test_version_is_one_line_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--version"]) == Exit.OK
    assert re.fullmatch(r"launch-ready \S.*\n", capsys.readouterr().out)


def test_every_command_has_a_parser_and_a_module() -> None:
    from importlib import import_module

    assert set(cli.PARSERS) == {*cli.COMMANDS, "wizard"}
    for name in cli.PARSERS:
        assert callable(import_module(f"screens.commands.{name}").run)


REFUSED = {
    "no domain": (["check"], "Which domain?"),
    "empty": (["check", ""], "Type a domain"),
    "300 characters": (["check", "a" * 300 + ".ai"], "too long"),
    "label of 70": (["check", "a" * 70 + ".ai"], "at most 63"),
    "leading dash": (["check", "-acme.ai"], "neither an option of launch-ready check nor a domain"),
    "leading dash, wizard": (["-acme.ai"], "neither an option"),
    "escape characters": (["check", "acme\x1b[31m.ai"], "control characters"),
    "escape in an option": (["check", "--\x1b]0;x\x07"], r"\u{1b}"),
    "bidi": (["check", "acme\u202e.ai"], r"\u{202e}"),
    "lone surrogate": (["check", "ac\udc80me.ai"], r"\u{dc80}"),
    "IPv4": (["check", "192.0.2.1"], "is an IP address"),
    "IPv6": (["check", "[2001:db8::1]"], "is an IP address"),
    "no ending": (["check", "acme"], "has no ending"),
    "two domains": (["check", "acme.ai", "acme.com"], "one word too many"),
    "no such command": (["chek", "acme.ai"], "did you mean launch-ready check?"),
    "command behind": (["--plain", "demo"], "Put the command first: launch-ready demo"),
    "abbreviated option": (["check", "acme.ai", "--fail", "high"], "“--fail” is neither"),
    "bad level": (["check", "acme.ai", "--fail-on", "low"], "give blocker, high, medium or never, not “low”"),
    "bad format": (["check", "acme.ai", "--format", "sarif"], "give text or json"),
    "stage 0": (["check", "acme.ai", "--stage", "0"], "from 1 to 7"),
    "stage 8": (["check", "acme.ai", "--stage", "8"], "from 1 to 7"),
    "stage with nothing": (["check", "acme.ai", "--stage", "7"], "Nothing is checked there yet"),
    "only nonsense": (["check", "acme.ai", "--only", "E D"], "give a topic such as edge"),
    "only unknown": (["check", "acme.ai", "--only", "teapots"], "there is no such check; topics are"),
    "only unknown id": (["check", "acme.ai", "--only", "edge.teapots"], "there is no such check"),
    "resolver by name": (["check", "acme.ai", "--resolver", "ns1.acme.ai:53"], "is no IP address"),
    "resolver port": (["check", "acme.ai", "--resolver", "9.9.9.9:0"], "is no port"),
    "resolver port words": (["check", "acme.ai", "--resolver", "9.9.9.9:dns"], "is no port"),
    "resolver bare IPv6": (["check", "acme.ai", "--resolver", "2001:db8::1"], "brackets: [2001:db8::1]:53"),
    "resolver nothing": (["check", "acme.ai", "--resolver", ""], "ADDRESS:PORT"),
    "connect-to short": (["check", "acme.ai", "--connect-to", "acme.ai:443"], "DIALLED:PORT:TO:PORT"),
    "connect-to port": (["check", "acme.ai", "--connect-to", "acme.ai:443:127.0.0.1:99999"], "is no port"),
    "connect-to IPv6": (["check", "acme.ai", "--connect-to", "[acme]:443:127.0.0.1:1"], "is no IPv6 address"),
    "only mapped alone": (["check", "acme.ai", "--only-mapped"], "leaves nothing to dial"),
    "no CA file": (["check", "acme.ai", "--ca-file", "/nonexistent"], "cannot be read: No such file"),
    "CA file without CA": (["check", "acme.ai", "--ca-file", __file__], "no certificate in PEM form"),
    "host": (["check", "acme.ai", "--host", "192.0.2.1"], "--host: “192.0.2.1” is an IP address"),
    "endpoint kind": (["check", "acme.ai", "--endpoint", "pay=https://acme.ai/"], "KIND is one of"),
    "endpoint no URL": (["check", "acme.ai", "--endpoint", "signup=/signup"], "begins with https://"),
    "endpoint host": (["check", "acme.ai", "--endpoint", "signup=https://10.0.0.1/"], "is an IP address"),
    "selector": (["check", "acme.ai", "--dkim-selector", "-"], "is no DKIM selector"),
    "option without value": (["check", "acme.ai", "--resolver"], "expected one argument"),
    "check option of the demo": (["demo", "--format", "json"], "goes with launch-ready demo --check"),
    "state of the demo": (["demo", "--state", "half"], "give broken or fixed"),
    "export without": (["export"], "Which domain?"),
    "export of both": (["export", "--demo", "acme.ai", "--output", "-"], "not both"),
}


@pytest.mark.parametrize(("words", "told"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_done_is_one_sentence_and_2(
    words: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(words) == Exit.USAGE
    captured = capsys.readouterr()
    assert captured.out == ""
    assert told in captured.err
    assert captured.err.count("\n") == 1
    assert captured.err[:-1].isprintable()


def test_a_login_in_an_endpoint_is_dropped() -> None:
    from screens import reading
    from wizard.domain_name import read_domain

    secret = "hunter" + "2"
    words = ["acme.ai", "--endpoint", f"signup=HTTPS://ana:{secret}@App.acme.ai:8443/a?b=1#c"]
    words += ["--endpoint", "generation=https://api.acme.ai/v1", "--host", "https://APP.acme.ai/x"]
    words += ["--dkim-selector", "PM2026"]
    project = reading.project(read_domain("acme.ai"), cli.PARSERS["check"]().read(words))
    signup, generation = project.endpoints
    assert signup.url == "https://app.acme.ai:8443/a?b=1"
    assert not signup.side_effects
    assert generation.side_effects, "it does something, so it is never requested"
    assert [(host.name, host.role.value, host.confirmed) for host in project.hosts] == [
        ("app.acme.ai", "app", True)
    ]
    assert project.mail_domains[0].selectors == ("pm2026",)


def test_addresses_are_read_in_every_form() -> None:
    assert options.resolver("9.9.9.9") == ("9.9.9.9", 53)
    assert options.resolver("9.9.9.9:5353") == ("9.9.9.9", 5353)
    assert options.resolver("[2001:db8::1]:53") == ("2001:db8::1", 53)
    assert options.redirection("WWW.Acme.ai.:443:[::1]:8443") == (("www.acme.ai", 443), ("::1", 8443))
    assert options.redirection("[2001:db8::1]:80:127.0.0.1:1") == (("2001:db8::1", 80), ("127.0.0.1", 1))


def test_only_and_stage_choose_checks() -> None:
    from checks.target import Domain, Host, Target
    from screens import reading

    def chosen(*words: str) -> list[str]:
        return [check.id for check in reading.checks(cli.PARSERS["check"]().read(["acme.ai", *words]))]

    assert set(chosen()) > set(chosen("--stage", "2")) > set(chosen("--only", "edge.tls-trusted"))
    assert {id.partition(".")[0] for id in chosen("--only", "mail", "--only", "dns")} == {"mail", "dns"}
    one = reading.checks(cli.PARSERS["check"]().read(["acme.ai", "--only", "edge.tls-trusted@app.acme.ai"]))
    target = Target(Domain("acme.ai"), (Host("acme.ai"), Host("app.acme.ai")))
    assert [str(subject) for subject in one[0].each(target)] == ["app.acme.ai"]


class Secret(Exception):
    pass


@pytest.mark.parametrize("debug", [False, True])
def test_a_mistake_of_ours_is_one_sentence_and_no_value(
    debug: bool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    canary = "canary" + "-4711"

    def broken(values: object) -> int:
        raise Secret(canary)

    monkeypatch.setattr(wizard_command, "run", broken)
    assert cli.main(["acme.ai", *(["--debug"] if debug else [])]) == Exit.BUG
    told = capsys.readouterr().err
    assert canary not in told
    assert "Secret" in told
    assert ("Traceback" in told or "File" in told) is debug
    assert debug or told.count("\n") == 1


BROKEN_CHECK = """
import sys
from checks import check
from screens.cli import main

def broken(*facts):
    raise ValueError("ca" "nary-4711")

from checks.dns import domain  # declares what is replaced below
import dataclasses
for id, known in list(check.REGISTRY.items()):
    check.REGISTRY[id] = dataclasses.replace(known, judge=broken)
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("debug", [[], ["--debug"]])
def test_a_check_that_breaks_prints_no_traceback_between_our_lines(debug: list[str]) -> None:
    words = ["demo", "--check", "--only", "dns.name-exists", *debug]
    done = subprocess.run(
        [sys.executable, "-c", BROKEN_CHECK, *words],
        capture_output=True,
        text=True,
        env=environment(),
        timeout=30,
    )
    assert done.returncode == Exit.NO_ANSWER
    assert "The check itself failed" in done.stdout
    assert "canary" not in done.stdout + done.stderr
    assert ("ValueError" in done.stderr) is bool(debug)
    assert debug or done.stderr == ""


def test_without_a_terminal_and_a_domain_it_does_not_hang() -> None:
    ended = run()
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("launch-ready: No terminal to ask in")
    assert ended.err.count("\n") == 1


@pytest.mark.skipif(sys.platform == "win32", reason="closing a descriptor needs a POSIX shell")
def test_closed_streams_end_by_what_was_found() -> None:
    words = ["check", DOMAIN, *OFFLINE]
    line = " ".join([*PROGRAM, *words, "<&-", ">&-", "2>&-"])
    assert subprocess.run(["sh", "-c", line], env=environment(), timeout=30).returncode == Exit.NO_ANSWER


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_is_one_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        words = [*PROGRAM, "check", DOMAIN, *OFFLINE]
        done = subprocess.run(
            words, stdout=full, stderr=subprocess.PIPE, text=True, env=environment(), timeout=30
        )
    assert done.returncode == Exit.BUG
    assert "no room left" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_is_no_error() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    words = [*PROGRAM, "check", DOMAIN, *OFFLINE]
    done = subprocess.run(
        words, stdout=write_end, stderr=subprocess.PIPE, text=True, env=environment(), timeout=30
    )
    os.close(write_end)
    assert done.returncode == Exit.PIPE_CLOSED
    assert done.stderr == ""


@pytest.mark.skipif(sys.platform == "win32", reason="a console's Ctrl+C cannot be sent to one process")
def test_interrupted_is_130() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(20)
        words = [*PROGRAM, "check", DOMAIN, "--resolver", f"127.0.0.1:{silent.getsockname()[1]}"]
        child = subprocess.Popen(
            words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment()
        )
        silent.recv(512)
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert child.returncode == Exit.INTERRUPTED
    assert (out, err) == ("", "Stopped.\n")


def test_a_narrow_encoding_gets_plain_symbols() -> None:
    ended = run("check", "bücher.example", *OFFLINE, PYTHONIOENCODING="ascii")
    assert ended.code == Exit.NO_ANSWER
    assert ended.out.isascii()
    assert "? CANNOT SAY YET" in ended.out
    assert "xn--bcher-kva.example" in ended.out


def test_errors_of_a_parser_are_raised_and_not_printed() -> None:
    with pytest.raises(UsageError, match="one word too many"):
        cli.PARSERS["check"]().read(["a.ai", "b.ai"])
