"""The probes behind the checks of the edge, over real sockets: clock, interception, stale addresses, doors, walls."""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import certifi
import pytest

from checks.edge.doors import doors_reach
from checks.model import CouldNotCheck, Outcome
from checks.probes.certificates import certificates, intercepted, not_opened, trusted_host
from checks.probes.clock import clock_of, parsed_date
from checks.probes.doors import DoorEnd, FrontDoors, circle, front_doors, pass_front_door
from checks.probes.walls import wall_of
from checks.response import Headers, Response, Timings
from checks.world import World
from tests.checks.edge.chains import Authorities, make
from tests.checks.edge.places import (
    APEX,
    APP,
    DOMAIN,
    ONE,
    TWO,
    WWW,
    Doors,
    Served,
    acme,
    always,
    response,
    to,
    to_https,
)

Door = tuple[Served, ssl.SSLContext | None]
PAGE = always(response())


async def cause_at(world: World, probe: object, subject: object) -> object:
    with pytest.raises(CouldNotCheck) as caught:
        await world.find(probe, subject)  # type: ignore[type-var, arg-type]
    return caught.value.cause


# The clock


def test_dates_of_headers() -> None:
    assert parsed_date("Tue, 24 Nov 2026 12:00:00 GMT") == datetime(2026, 11, 24, 12, tzinfo=UTC)
    for nonsense in ("", "yesterday", "Tue, 99 Nov 2026 12:00:00 GMT"):
        assert parsed_date(nonsense) is None


def test_servers_that_disagree_prove_nothing_about_our_clock() -> None:
    ours = datetime(2026, 11, 24, tzinfo=UTC)
    far = ours + timedelta(days=40)
    assert clock_of(ours, [far, far + timedelta(minutes=1)]).ours_is_wrong
    assert not clock_of(ours, [far, ours]).ours_is_wrong
    assert not clock_of(ours, [ours + timedelta(hours=23)]).ours_is_wrong


def doors_of(authorities: Authorities, date: str = "") -> Doors:
    page = always(response(Date=date) if date else response())
    return {(ONE, 443): (page, authorities.good(APEX.name)), (ONE, 80): (page, None)}


async def test_a_wrong_clock_is_the_cause_and_no_expired_certificate(authorities: Authorities) -> None:
    late = datetime.now(UTC) + timedelta(days=4000)
    async with acme(
        {APEX.name: (ONE,)}, doors_of(authorities), ca_file=authorities.ca_file, now=lambda: late
    ) as world:
        cause = await cause_at(world, certificates, APEX)
        assert await cause_at(world, trusted_host, APEX) == cause
    assert getattr(cause, "code", "") == "wrong-clock"
    assert getattr(cause, "removable", False)
    assert f"{late:%d %b %Y}" in str(cause)


async def test_servers_that_agree_with_us_leave_an_expired_certificate_expired(
    authorities: Authorities,
) -> None:
    late = datetime.now(UTC) + timedelta(days=4000)
    doors = doors_of(authorities, format_datetime(late, usegmt=True))
    async with acme({APEX.name: (ONE,)}, doors, ca_file=authorities.ca_file, now=lambda: late) as world:
        found = await world.find(certificates, APEX)
        assert not found.good
        assert await cause_at(world, trusted_host, APEX) == not_opened(APEX.name)


async def test_one_that_is_out_of_date_at_the_servers_time_too_is_told(authorities: Authorities) -> None:
    late = datetime.now(UTC) + timedelta(days=4000)
    old = make("old", authorities.intermediate, names=(APEX.name,), days=(-96, -6))
    tls = authorities.context(old, authorities.intermediate)
    doors: Doors = {(ONE, 443): (PAGE, tls), (ONE, 80): (PAGE, None)}
    async with acme({APEX.name: (ONE,)}, doors, ca_file=authorities.ca_file, now=lambda: late) as world:
        assert not (await world.find(certificates, APEX)).good


# Interception


async def test_what_only_this_computer_trusts_is_signed_again_on_the_way(
    authorities: Authorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    # truststore asks OpenSSL's own store on this system, which this variable names.
    monkeypatch.setenv("SSL_CERT_FILE", str(authorities.ca_file))
    leaf = make("leaf", authorities.root, names=(APEX.name,))
    doors: Doors = {(ONE, 443): (PAGE, authorities.context(leaf, authorities.root))}
    async with acme({APEX.name: (ONE,)}, doors) as world:
        cause = await cause_at(world, certificates, APEX)
    assert cause == intercepted("Good Root")


async def test_what_nobody_trusts_is_the_servers_fault(
    authorities: Authorities, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())
    leaf = make("leaf", authorities.root, names=(APEX.name,))
    doors: Doors = {(ONE, 443): (PAGE, authorities.context(leaf, authorities.root))}
    async with acme({APEX.name: (ONE,)}, doors) as world:
        assert not (await world.find(certificates, APEX)).good


async def test_a_store_that_fetches_intermediates_does_not_hide_a_forgotten_one(
    authorities: Authorities, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    bundle = tmp_path / "store.pem"
    bundle.write_bytes(authorities.root.pem + authorities.intermediate.pem)
    monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
    leaf = make("leaf", authorities.intermediate, names=(APEX.name,), issuer_url="http://ca.example/r1")
    doors: Doors = {(ONE, 443): (PAGE, authorities.context(leaf))}
    async with acme({APEX.name: (ONE,)}, doors) as world:
        assert not (await world.find(certificates, APEX)).good


# Doors


def four_doors(authorities: Authorities, **changed: Door) -> Doors:
    apex = (PAGE, authorities.good(APEX.name, WWW.name))
    doors: dict[str, Door] = {
        "apex": apex,
        "plain": (to_https, None),
        "www": (always(to(f"https://{APEX.name}/")), authorities.good(WWW.name)),
        "www_plain": (to_https, None),
        **changed,
    }
    return {
        (ONE, 443): doors["apex"],
        (ONE, 80): doors["plain"],
        (TWO, 443): doors["www"],
        (TWO, 80): doors["www_plain"],
    }


BOTH = {APEX.name: (ONE,), WWW.name: (TWO,)}


async def doors_seen(
    authorities: Authorities, names: Mapping[str, tuple[str, ...]], doors: Doors
) -> FrontDoors:
    hosts = tuple(host for host in (APEX, WWW) if host.name in names)
    async with acme(names, doors, hosts=hosts, ca_file=authorities.ca_file) as world:
        return await world.find(front_doors, DOMAIN)


async def test_four_doors_and_their_hops(authorities: Authorities) -> None:
    found = await doors_seen(authorities, BOTH, four_doors(authorities))
    assert [(door.url, door.end, door.redirects) for door in found.doors] == [
        ("http://acme.example/", DoorEnd.PAGE, 1),
        ("https://acme.example/", DoorEnd.PAGE, 0),
        ("http://www.acme.example/", DoorEnd.PAGE, 2),
        ("https://www.acme.example/", DoorEnd.PAGE, 1),
    ]
    assert found.missing == ()


async def test_a_www_that_dns_lacks_is_missing_and_blinds_nothing(authorities: Authorities) -> None:
    found = await doors_seen(authorities, {APEX.name: (ONE,)}, four_doors(authorities))
    assert found.missing == (WWW.name,)
    assert all(door.cause is None for door in found.doors)
    assert doors_reach(DOMAIN, found).outcome is Outcome.FAIL


async def test_a_refused_certificate_of_a_listed_host_is_told_there(authorities: Authorities) -> None:
    bad = (always(to(f"https://{APEX.name}/")), authorities.good("other.example"))
    doors = four_doors(authorities, www=bad)
    found = await doors_seen(authorities, BOTH, doors)
    assert [door.cause for door in found.doors] == [None, None, not_opened(WWW.name), not_opened(WWW.name)]
    async with acme(BOTH, doors, hosts=(APEX,), ca_file=authorities.ca_file) as world:
        unlisted = await world.find(front_doors, DOMAIN)
    # Nobody else speaks about a host that is not listed, so the doors do.
    assert [door.cause for door in unlisted.doors] == [None] * 4
    assert doors_reach(DOMAIN, unlisted).outcome is Outcome.FAIL


async def test_a_stale_address_does_not_decide_what_is_behind_the_door(authorities: Authorities) -> None:
    old = make("old", authorities.intermediate, names=(APEX.name,), days=(-96, -6))
    doors: Doors = {
        (ONE, 443): (always(response(500)), authorities.context(old, authorities.intermediate)),
        (TWO, 443): (PAGE, authorities.good(APEX.name)),
        (ONE, 80): (to_https, None),
        (TWO, 80): (to_https, None),
    }
    found = await doors_seen(authorities, {APEX.name: (ONE, TWO)}, doors)
    assert {door.end for door in found.doors} == {DoorEnd.PAGE}
    assert all(door.cause is None for door in found.doors)


async def test_a_circle_and_what_waits_behind_it(authorities: Authorities) -> None:
    back = (always(to(f"http://{APEX.name}/")), authorities.good(APEX.name))
    doors = four_doors(authorities, apex=back)
    async with acme(BOTH, doors, hosts=(APEX, WWW, APP), ca_file=authorities.ca_file) as world:
        found = await world.find(front_doors, DOMAIN)
        assert {door.end for door in found.doors} == {DoorEnd.LOOP}
        with pytest.raises(CouldNotCheck) as caught:
            await pass_front_door(world, APEX.name)
        await pass_front_door(world, APP.name)
    assert caught.value.cause == circle(APEX.name)


async def test_a_foreign_target_is_recorded_and_never_asked(authorities: Authorities) -> None:
    away = (always(to("https://builder.test/acme")), authorities.good(APEX.name))
    async with acme(
        BOTH, four_doors(authorities, apex=away), hosts=(APEX, WWW), ca_file=authorities.ca_file
    ) as world:
        found = await world.find(front_doors, DOMAIN)
        asked = {contact.host for contact in world.reach.log if contact.outcome == "ok"}
        with pytest.raises(CouldNotCheck) as caught:
            await pass_front_door(world, APEX.name)
    assert {door.end for door in found.doors} == {DoorEnd.ELSEWHERE}
    assert {door.end_url for door in found.doors} == {"https://builder.test/acme"}
    assert not any("builder.test" in host for host in asked)
    assert caught.value.cause.code == "leads-elsewhere"


async def test_a_bot_wall_is_a_cause_that_says_what_to_allow(authorities: Authorities) -> None:
    wall = (always(response(403, b"", cf_mitigated="challenge")), authorities.good(APEX.name))
    found = await doors_seen(authorities, BOTH, four_doors(authorities, apex=wall))
    causes = {door.cause for door in found.doors}
    assert len(causes) == 1
    cause = causes.pop()
    assert cause is not None
    assert (cause.code, cause.removable) == ("bot-wall", True)
    assert "Skip rule" in cause.remedy


async def test_a_rate_limit_is_no_verdict_about_the_doors(authorities: Authorities) -> None:
    limit = (always(response(429, b"", Retry_After="60")), authorities.good(APEX.name))
    found = await doors_seen(authorities, BOTH, four_doors(authorities, apex=limit))
    assert {door.cause.code for door in found.doors if door.cause is not None} == {"rate-limited"}
    assert all(door.cause is not None for door in found.doors)


# Walls


def answer(status: int, body: str = "", **headers: str) -> Response:
    shown = Headers({name.replace("_", "-"): value for name, value in headers.items()})
    return Response(
        "https://acme.example/", status, shown, body.encode(), truncated=False,
        address=ONE, port=443, timings=Timings(0, 0, 0, 0, 0),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("given", "name"),
    [
        (answer(403, cf_mitigated="challenge"), "Cloudflare"),
        (answer(503, "<title>Just a moment...</title>", server="cloudflare"), "Cloudflare"),
        (answer(429, "<h1>Vercel Security Checkpoint</h1>", server="Vercel"), "Vercel"),
        (answer(403, x_vercel_mitigated="challenge"), "Vercel"),
        (answer(405, x_amzn_waf_action="captcha"), "AWS WAF"),
        (answer(403, "<h1>Access Denied</h1>", server="AkamaiGHost"), "Akamai"),
        (answer(403, "Incapsula incident ID", x_iinfo="1-2"), "Imperva"),
        (answer(403, x_datadome="protected"), "DataDome"),
        (answer(403, server="Sucuri/Cloudproxy"), "Sucuri"),
        (answer(403, "Forbidden", server="nginx"), ""),
        (answer(503, "How to read <title>Just a moment...</title>", server="nginx"), ""),
        (answer(200, "Vercel Security Checkpoint", server="Vercel"), ""),
        (answer(403, "{}", server="cloudflare"), ""),
    ],
)
def test_bot_walls_by_their_own_signs(given: Response, name: str) -> None:
    wall = wall_of(given)
    assert (wall.name if wall else "") == name
