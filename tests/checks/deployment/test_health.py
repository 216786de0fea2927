"""The health endpoint: what is read from it, every outcome, and what is asked over real sockets."""

from __future__ import annotations

import json
import time

import pytest

from checks.deployment.health import Answer, Health, health, health_answer, is_catch_all, sibling_of
from checks.deployment.health_words import is_html, read_health
from checks.failure import Failure, FailureKind
from checks.model import CouldNotCheck, Outcome
from checks.target import Endpoint, EndpointKind
from tests.checks.edge.places import APEX, ONE, acme, response

URL = "http://acme.example/health"
HEALTH = Endpoint(URL, EndpointKind.HEALTH)
FULL = json.dumps(
    {"status": "ok", "version": "2026.11.3", "checks": {"database": "ok", "queue": {"status": "ok"}}}
)
HTML = "<!doctype html>\n<title>Acme</title>\n<div id=app></div>"
OTHER = "http://acme.example/launch-ready-0a1b2c"
JSON, PAGE, TEXT = "application/json", "text/html; charset=utf-8", "text/plain"


@pytest.mark.parametrize(
    ("text", "parts", "release"),
    [
        (FULL, ("database", "queue"), "2026.11.3"),
        (
            '{"status":"UP","components":{"db":{"status":"UP"},"diskSpace":{"status":"UP"}}}',
            ("db", "diskspace"),
            "",
        ),
        ('{"status":"pass","checks":{"postgres:connections":[{"status":"pass"}]}}', ("postgres",), ""),
        ('{"ok":true,"commit":"9f41c2e"}', (), "9f41c2e"),
        ('{"redis":"connected","uptime":1234}', ("redis",), ""),
        ('{"services":[{"name":"Mailer","status":"ok"}]}', ("mailer",), ""),
        ('{"data":{"health":{"services":{"db":{"status":"ok"}}}}}', ("db",), ""),
        ('\ufeff{"status":"ok","database":"ok"}', ("database",), ""),
        ('{"status":"ok","version":"unknown"}', (), ""),
        ('{"status":"ok","features":{"search":false},"db":"up"}', ("db",), ""),
        ('{"status":"warn","checks":{"disk:free":[{"status":"warn"}]}}', ("disk",), ""),
        ('{"status":"ok","redis":{"error":null},"db":{"error":"no errors"}}', ("redis", "db"), ""),
        ('{"status":"ok","database":"0 failed queries"}', ("database",), ""),
        ('{"status":"ok"}', (), ""),
        ('{"status":"ok","uptime":5,"timestamp":"2026-11-24"}', (), ""),
        ('"OK"', (), ""),
        ("OK", (), ""),
        ("[]", (), ""),
        ("database: ok\nredis: ok\nversion: 1.2.3", ("database", "redis"), "1.2.3"),
    ],
)
def test_what_a_body_names(text: str, parts: tuple[str, ...], release: str) -> None:
    spoken = read_health(text)
    assert (spoken.parts, spoken.release) == (parts, release)
    assert spoken.trouble == ()
    assert spoken.useful is bool(parts or release)


@pytest.mark.parametrize(
    ("text", "trouble"),
    [
        ('{"status":"degraded"}', ("status: degraded",)),
        ('{"status":"ok","checks":{"database":"down"}}', ("database: down",)),
        ('{"status":"ok","checks":{"database":{"status":"DOWN"}}}', ("database: down",)),
        ('{"healthy":false}', ("healthy: false",)),
        ('{"status":"ok","database":"connection refused"}', ("database: connection refused",)),
        ('{"status":"ok","database":"not connected"}', ("database: not connected",)),
        ('{"status":"ok","redis":{"error":"ECONNREFUSED"}}', ("redis: ECONNREFUSED",)),
        (
            '{"status":"ok","checks":{"db":{"status":"could not reach 10.0.0.3"}}}',
            ("db: could not reach 10.0.0.3",),
        ),
        ('{"database":false}', ("database: false",)),
        ("database: failed", ("database: failed",)),
        ("unhealthy", ("unhealthy",)),
    ],
)
def test_trouble_is_found_where_it_is_said(text: str, trouble: tuple[str, ...]) -> None:
    assert read_health(text).trouble == trouble


@pytest.mark.parametrize(
    "text",
    [
        '{"status":"ok","message":"no error"}',
        '{"status":"ok","debug":false}',
        '{"status":"ok","last_error":"down"}',
    ],
)
def test_words_that_are_no_verdict_are_no_trouble(text: str) -> None:
    assert read_health(text).trouble == ()


def test_absurd_bodies_end() -> None:
    started = time.perf_counter()
    for text in ("\n" * 200_000, "a" * 200_000, "[[" * 9000, " : " * 60_000):
        read_health(text)
        is_catch_all(answer(text), answer(text[::-1], url=OTHER))
    assert time.perf_counter() - started < 1
    assert not read_health("[" * 100_000).useful
    assert not read_health('{"a":' * 9 + '{"version": "1"}' + "}" * 9).useful


def test_html_by_type_or_by_look() -> None:
    assert is_html(PAGE, "ok")
    assert is_html(TEXT, "  <!DOCTYPE HTML><p>")
    assert not is_html(JSON, FULL)


def answer(text: str, kind: str = JSON, status: int = 200, url: str = URL, location: str = "") -> Answer:
    return Answer(url, status, kind, text, location)


MISSING = answer('{"error":"not found"}', status=404, url=OTHER)


@pytest.mark.parametrize(
    ("given", "outcome", "words"),
    [
        (answer(FULL), Outcome.PASS, "looks at database, queue and names the release 2026.11.3"),
        (answer('{"version":"1.4"}'), Outcome.PASS, "names the release 1.4"),
        (answer("OK", TEXT), Outcome.PARTIAL, "not whether the database is"),
        (answer('{"status":"ok"}'), Outcome.PARTIAL, "not whether the database is"),
        (answer("", TEXT), Outcome.FAIL, "answers with nothing"),
        (answer(" \n", TEXT, 204), Outcome.FAIL, "answers with nothing"),
        (answer(HTML, PAGE), Outcome.FAIL, "a web page"),
        (answer('{"ok":true,"checks":{"database":"down"}}'), Outcome.FAIL, "database: down, and answers with success"),
        (answer('{"status":"degraded","checks":{"database":"failed"}}', status=503), Outcome.FAIL, "works, and says"),
        (answer(HTML, PAGE, 503), Outcome.FAIL, "does not say what is wrong"),
        (answer("", TEXT, 500), Outcome.FAIL, "does not say what is wrong"),
        (answer("", TEXT, 404), Outcome.FAIL, "no health check at this address"),
        (answer("", TEXT, 401), Outcome.FAIL, "asks for a login"),
        (answer("", TEXT, 302, location="/login"), Outcome.FAIL, "redirects to /login"),
        (answer("", TEXT, 405), Outcome.FAIL, "HTTP 405"),
    ],
)  # fmt: skip
def test_every_way_to_answer(given: Answer, outcome: Outcome, words: str) -> None:
    result = health(HEALTH, Health(URL, given, None, MISSING))
    assert result.outcome is outcome
    assert words in result.summary
    assert (result.change is None) is (outcome is Outcome.PASS)


def test_no_answer_fails() -> None:
    lost = Failure(FailureKind.TIMED_OUT, "192.0.2.1:80 sent no answer within 10 seconds")
    result = health(HEALTH, Health(URL, None, lost))
    assert result.outcome is Outcome.FAIL
    assert "sent no answer" in result.summary


@pytest.mark.parametrize("text", [HTML, FULL, '{"path":"/health","at":1732450000}'])
def test_the_same_answer_for_every_path_fails(text: str) -> None:
    other = text.replace("/health", "/launch-ready-0a1b2c").replace("1732450000", "1732450001")
    found = Health(URL, answer(text, PAGE), None, answer(other, PAGE, url=OTHER))
    result = health(HEALTH, found)
    assert result.outcome is Outcome.FAIL
    assert "Every path" in result.summary
    assert [e.where for e in result.evidence] == [URL, OTHER]


def test_what_is_no_catch_all() -> None:
    full = answer(FULL)
    assert not is_catch_all(full, None)
    assert not is_catch_all(full, MISSING)
    assert not is_catch_all(full, answer(HTML, PAGE, url=OTHER))
    assert not is_catch_all(answer("{}", status=404), answer("{}", status=404, url=OTHER))


def test_a_path_beside_it() -> None:
    assert sibling_of("https://api.acme.example/v1/health?full=1", "x") == "https://api.acme.example/v1/x"
    assert sibling_of("https://api.acme.example/health/", "x") == "https://api.acme.example/x"
    assert sibling_of("https://api.acme.example", "x") == "https://api.acme.example/x"


class Paths:
    def __init__(self, at_health: bytes, elsewhere: bytes) -> None:
        self.at_health, self.elsewhere = at_health, elsewhere
        self.asked: list[str] = []

    def __call__(self, host: str, path: str) -> bytes:
        self.asked.append(path)
        return self.at_health if path == "/health" else self.elsewhere


async def look(paths: Paths) -> Health:
    async with acme({APEX.name: (ONE,)}, {(ONE, 80): (paths, None)}) as world:
        return await world.find(health_answer, HEALTH)


async def test_both_paths_are_asked_once() -> None:
    paths = Paths(response(200, FULL.encode(), Content_Type=JSON), response(404))
    found = await look(paths)
    assert len(paths.asked) == 2
    assert health(HEALTH, found).outcome is Outcome.PASS
    assert found.other is not None
    assert found.other.status == 404


async def test_a_catch_all_is_seen_over_the_wire() -> None:
    same = response(200, HTML.encode(), Content_Type=PAGE)
    assert "Every path" in health(HEALTH, await look(Paths(same, same))).summary


async def test_a_rate_limit_or_a_wall_is_no_verdict_about_the_endpoint() -> None:
    for status, extra, code in ((429, {}, "rate-limited"), (403, {"cf_mitigated": "challenge"}, "bot-wall")):
        with pytest.raises(CouldNotCheck) as caught:
            await look(Paths(response(status, b"", **extra), response(404)))
        assert caught.value.cause.code == code


async def test_a_wall_before_the_made_up_path_alone_changes_nothing() -> None:
    found = await look(Paths(response(200, FULL.encode()), response(429)))
    assert found.other is None
    assert health(HEALTH, found).outcome is Outcome.PASS
