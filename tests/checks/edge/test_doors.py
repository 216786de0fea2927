"""Every outcome of the judges of front doors, from facts made by hand: one mistake, one owner."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import pytest

from checks.edge.door_words import canonical_host, expected_path, served_by
from checks.edge.doors import canonical, doors_reach
from checks.edge.redirects import first_hop, https_only, redirect_hops, redirect_loop
from checks.failure import Failure, FailureKind
from checks.model import Cause, Outcome, Result, Severity
from checks.probes.doors import Door, DoorEnd, DoorHop, FrontDoors, circle
from checks.response import Headers
from checks.target import Domain

DOMAIN = Domain("acme.example")
A, W = "acme.example", "www.acme.example"
ELSEWHERE = Cause("host-unreachable", "Nothing accepts a connection at 192.0.2.1")
Judge = Callable[[Domain, FrontDoors], Result]
JUDGES: dict[str, Judge] = {
    "reach": doors_reach,
    "canonical": canonical,
    "https": https_only,
    "first": first_hop,
    "hops": redirect_hops,
    "loop": redirect_loop,
}
HSTS = Headers({"Strict-Transport-Security": "max-age=31536000; includeSubDomains"})
CLOUDFLARE = Headers({"Server": "cloudflare", "CF-RAY": "8f2c-LHR"})


def door(*urls: str, status: int = 200, end: DoorEnd | None = None, headers: Headers = Headers()) -> Door:  # noqa: B008
    """A door that goes through `urls` and ends at the last one."""
    ended = end or (DoorEnd.PAGE if status < 300 else DoorEnd.ERROR)
    hops = [DoorHop(url, 301, target, headers) for url, target in pairwise(urls)]
    if ended not in (DoorEnd.LOOP, DoorEnd.ELSEWHERE):
        hops.append(DoorHop(urls[-1], status, headers=headers))
    return Door(urls[0], tuple(hops), ended, urls[-1])


def closed(url: str, port: int = 80, kind: FailureKind = FailureKind.REFUSED) -> Door:
    failure = Failure(kind, f"192.0.2.1:{port} refused the connection", "192.0.2.1", port)
    return Door(url, (DoorHop(url, None),), DoorEnd.FAILED, url, failure)


GOOD = (
    door(f"http://{A}/", f"https://{A}/"),
    door(f"https://{A}/"),
    door(f"http://{W}/", f"https://{W}/", f"https://{A}/"),
    door(f"https://{W}/", f"https://{A}/"),
)


def doors(*changed: Door, missing: tuple[str, ...] = ()) -> FrontDoors:
    """The good doors, with some in another state."""
    by_url = {one.url: one for one in (*GOOD, *changed)}
    kept = tuple(one for one in by_url.values() if not any(name in one.url for name in missing))
    return FrontDoors(A, kept, missing)


def outcomes(found: FrontDoors) -> dict[str, Outcome]:
    """Every judge that does not pass."""
    judged = {name: judge(DOMAIN, found).outcome for name, judge in JUDGES.items()}
    return {name: outcome for name, outcome in judged.items() if outcome is not Outcome.PASS}


def test_good_doors_pass_with_the_hop_lists_as_evidence() -> None:
    assert outcomes(doors()) == {}
    seen = doors_reach(DOMAIN, doors()).evidence
    assert seen[2].seen == f"http://{W}/ →301→ https://{W}/ →301→ https://{A}/ (200)"
    assert seen[2].expected == f"http://{W}/ → https://{W}/ → https://{A}/"


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        (
            "reach",
            doors(door(f"https://{W}/", status=404), door(f"http://{W}/", f"https://{W}/", status=404)),
        ),
        ("reach", doors(door(f"https://{A}/", status=500))),
        ("reach", doors(closed(f"http://{A}/"))),
        ("reach", doors(door(f"https://{W}/", end=DoorEnd.NOWHERE, status=301))),
        ("reach", doors(missing=(W,))),
        ("canonical", doors(door(f"http://{W}/", f"https://{W}/"), door(f"https://{W}/"))),
        ("https", doors(door(f"http://{A}/"))),
        ("https", doors(door(f"https://{W}/", f"http://{A}/x", f"https://{A}/"))),
        ("first", doors(door(f"http://{W}/", f"http://{A}/", f"https://{A}/"))),
        ("hops", doors(door(f"https://{W}/", f"https://{W}/a", f"https://{A}/b", f"https://{A}/"))),
    ],
)
def test_one_mistake_turns_one_judge_and_comes_with_a_change(owner: str, found: FrontDoors) -> None:
    assert outcomes(found) == {owner: Outcome.FAIL}
    result = JUDGES[owner](DOMAIN, found)
    assert result.change is not None
    assert result.change.want
    assert result.evidence[0].expected


def test_a_jump_to_another_host_is_partial_unless_hsts_covers_it() -> None:
    jumps = door(f"http://{W}/", f"https://{A}/")
    assert outcomes(doors(jumps)) == {"first": Outcome.PARTIAL}
    covered = Door(
        f"http://{W}/",
        (DoorHop(f"http://{W}/", 301, f"https://{A}/"), DoorHop(f"https://{A}/", 200, headers=HSTS)),
        DoorEnd.PAGE,
        f"https://{A}/",
    )
    assert outcomes(doors(covered)) == {}
    # The other way round HSTS of www says nothing about the domain above it.
    up = Door(
        f"http://{A}/",
        (
            DoorHop(f"http://{A}/", 301, f"https://{W}/"),
            DoorHop(f"https://{W}/", 301, f"https://{A}/", HSTS),
            DoorHop(f"https://{A}/", 200),
        ),
        DoorEnd.PAGE,
        f"https://{A}/",
    )
    assert outcomes(doors(up)) == {"first": Outcome.PARTIAL}


def test_a_circle_is_told_once_and_blinds_the_rest() -> None:
    loop = door(f"https://{A}/", f"http://{A}/", f"https://{A}/", end=DoorEnd.LOOP, headers=CLOUDFLARE)
    found = doors(loop)
    told = redirect_loop(DOMAIN, found)
    assert told.outcome is Outcome.FAIL
    assert told.change is not None
    assert "Flexible" in told.change.where
    assert "and round again" in told.evidence[0].seen
    for name in ("reach", "canonical", "https", "first", "hops"):
        assert JUDGES[name](DOMAIN, found).cause == circle(A)


def test_what_to_suspect_first_depends_on_the_circle() -> None:
    both = door(f"https://{A}/", f"https://{W}/", f"https://{A}/", end=DoorEnd.LOOP)
    change = redirect_loop(DOMAIN, doors(both)).change
    assert change is not None
    assert "contradict" in change.where
    alone = door(f"https://{A}/", f"http://{A}/", f"https://{A}/", end=DoorEnd.LOOP)
    change = redirect_loop(DOMAIN, doors(alone)).change
    assert change is not None
    assert "X-Forwarded-Proto" in change.where
    for_ever = door(*(f"https://{A}/{n}" for n in range(11)), end=DoorEnd.LOOP)
    result = redirect_loop(
        DOMAIN, doors(Door(f"https://{A}/", for_ever.hops, DoorEnd.LOOP, f"https://{A}/10"))
    )
    assert "for ever" in result.summary
    assert "on and on" in result.evidence[0].seen
    assert "more …" in result.evidence[0].seen


def test_a_mistake_of_another_door_is_still_told_beside_a_circle() -> None:
    loop = door(f"https://{W}/", f"https://{W}/a", f"https://{W}/", end=DoorEnd.LOOP)
    found = doors(loop, door(f"http://{A}/"))
    assert https_only(DOMAIN, found).outcome is Outcome.FAIL
    assert doors_reach(DOMAIN, found).cause == circle(A)


def test_what_another_check_tells_is_not_told_here() -> None:
    blind = [
        Door(f"{s}://{W}/", (), DoorEnd.FAILED, f"{s}://{W}/", None, ELSEWHERE) for s in ("http", "https")
    ]
    found = doors(*blind)
    for judge in JUDGES.values():
        assert judge(DOMAIN, found).cause == ELSEWHERE
    assert https_only(DOMAIN, doors(*blind, door(f"http://{A}/"))).outcome is Outcome.FAIL


def test_the_way_to_another_domain_belongs_to_the_canonical_host() -> None:
    away = [
        door(f"https://{A}/", "https://acme.builder.example/", end=DoorEnd.ELSEWHERE),
        door(f"http://{A}/", f"https://{A}/", "https://acme.builder.example/", end=DoorEnd.ELSEWHERE),
        door(f"https://{W}/", f"https://{A}/", "https://acme.builder.example/", end=DoorEnd.ELSEWHERE),
        door(f"http://{W}/", f"https://{W}/", f"https://{A}/", end=DoorEnd.ELSEWHERE),
    ]
    found = doors(*away)
    told = canonical(DOMAIN, found)
    assert told.outcome is Outcome.FAIL
    assert "acme.builder.example" in told.summary
    cause = doors_reach(DOMAIN, found).cause
    assert cause is not None
    assert cause.code == "leads-elsewhere"
    assert outcomes(found) == {"reach": Outcome.COULD_NOT_CHECK, "canonical": Outcome.FAIL}


def test_without_any_page_there_is_no_main_host_to_name() -> None:
    found = doors(*(door(one.url, status=500) for one in GOOD if one.url.startswith("https")),
                  *(closed(one.url) for one in GOOD if one.url.startswith("http:")))  # fmt: skip
    assert doors_reach(DOMAIN, found).outcome is Outcome.FAIL
    cause = canonical(DOMAIN, found).cause
    assert cause is not None
    assert cause.code == "no-front-door"
    # No http door redirects: there is nothing to judge about first hops.
    assert first_hop(DOMAIN, found).outcome is Outcome.COULD_NOT_CHECK


@pytest.mark.parametrize(
    ("found", "severity", "words"),
    [
        (doors(door(f"https://{A}/", status=500)), Severity.BLOCKER, "HTTP 500"),
        (doors(door(f"https://{A}/", status=401)), Severity.BLOCKER, "password"),
        (doors(closed(f"http://{A}/")), Severity.HIGH, "port 80 is closed"),
        (doors(closed(f"https://{W}/", 443)), Severity.HIGH, "does not open"),
        (doors(missing=(W,)), Severity.MEDIUM, "leads nowhere"),
    ],
)
def test_how_bad_a_closed_door_is(found: FrontDoors, severity: Severity, words: str) -> None:
    result = doors_reach(DOMAIN, found)
    assert (result.outcome, result.severity) == (Outcome.FAIL, severity)
    assert words in result.summary


def test_a_missing_www_comes_with_the_record_to_paste() -> None:
    change = doors_reach(DOMAIN, doors(missing=(W,))).change
    assert change is not None
    assert change.paste == f"{W}. CNAME {A}."


def test_a_plain_nginx_gets_the_line_to_paste() -> None:
    plain = door(f"http://{A}/", headers=Headers({"Server": "nginx/1.24"}))
    change = https_only(DOMAIN, doors(plain)).change
    assert change is not None
    assert f"server_name {A};" in change.paste
    change = https_only(DOMAIN, doors(door(f"http://{A}/"))).change
    assert change is not None
    assert change.paste == ""


def test_two_addresses_behind_nginx_come_with_a_line_that_nginx_takes() -> None:
    nginx = Headers({"Server": "nginx"})
    both = [door(f"https://{A}/", headers=nginx), door(f"https://{W}/", headers=nginx)]
    change = canonical(DOMAIN, doors(*both)).change
    assert change is not None
    assert change.paste == f"if ($host = {W}) {{ return 301 https://{A}$request_uri; }}"
    change = canonical(DOMAIN, doors(door(f"https://{A}/"), door(f"https://{W}/"))).change
    assert change is not None
    assert change.paste == ""


def test_the_main_host_is_the_one_most_doors_end_at() -> None:
    assert canonical_host(doors()) == A
    www = [door(f"{s}://{h}/", f"https://{W}/") for s in ("http", "https") for h in (A, W)]
    assert canonical_host(doors(*www)) == W
    even = doors(door(f"http://{W}/", f"https://{W}/"), door(f"https://{W}/"))
    assert canonical_host(even) == A
    assert expected_path(f"http://{A}/", W) == f"http://{A}/ → https://{A}/ → https://{W}/"
    assert expected_path(f"https://{A}/", A) == f"https://{A}/"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ({"Server": "cloudflare"}, "Cloudflare"),
        ({"Server": "Vercel"}, "Vercel"),
        ({"CF-RAY": "x", "Server": "nginx"}, "Cloudflare"),
        ({"Server": "nginx/1.2"}, "nginx"),
        ({"Content-Security-Policy": "cdnjs.cloudflare.com"}, ""),
    ],
)
def test_who_answered(headers: dict[str, str], name: str) -> None:
    assert served_by(Headers(headers)) == name
