"""What is proposed from a name alone, in the made-up startup and in worlds of a few records."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from checks.discovery import Discovery, answered_by_wildcard, discover, role_of
from checks.discovery_pages import named_pages, speaks_of_health
from checks.links import LINKS, Link, links_of
from checks.probes.names import HostAddress, HostAddresses, Resolution
from checks.reach import AddressKind
from checks.response import Headers, Response, Timings
from checks.sandbox import changes
from checks.sandbox.pages import APEX, API, APP, DOMAIN, WWW, everywhere, html, redirect
from checks.sandbox.startup import RESOLVER, fixed_state
from checks.sandbox.state import Certificate, DnsTrouble
from checks.sandbox.world import RunningWorld
from checks.target import Domain, EndpointKind, Host, HostRole, Target
from checks.world import NetworkOptions, Server, World
from tests.checks.dns.zone import PLAIN, zone_world

PLUMLINE = Domain(DOMAIN)
FOUND = {APEX, WWW, APP, API, f"docs.{DOMAIN}", f"staging.{DOMAIN}"}


@asynccontextmanager
async def plumline(folder: Path, *edits: changes.Change) -> AsyncIterator[World]:
    """A World that looks at the made-up startup with a few things changed, knowing nothing but its domain."""
    state = changes.together(*edits)(fixed_state())
    running = RunningWorld(state, folder)
    await running.start()
    options = NetworkOptions(
        resolvers=(Server(RESOLVER),),
        connect_to=running.connect_to(),
        only_mapped=True,
        ca_file=running.ca_file,
    )
    try:
        async with World(options, target=Target(PLUMLINE, (Host(APEX, HostRole.APEX),))) as world:
            yield world
    finally:
        running.stop()


def confirmed(found: Discovery) -> set[str]:
    return {host.name for host in found.hosts if host.confirmed}


def names(found: Discovery) -> set[str]:
    return {host.name for host in found.hosts}


def endpoints(found: Discovery) -> dict[str, tuple[EndpointKind, bool]]:
    return {endpoint.url: (endpoint.kind, endpoint.confirmed) for endpoint in found.endpoints}


async def test_the_made_up_startup_is_found_from_its_name(tmp_path: Path) -> None:
    async with plumline(tmp_path) as world:
        found = await discover(world, PLUMLINE)
        contacts = {contact.host for contact in world.reach.log if contact.purpose == "HTTP"}
    assert names(found) == FOUND
    assert confirmed(found) == {APEX, WWW}
    assert {host.name: host.role for host in found.hosts}[API] is HostRole.API
    assert endpoints(found) == {
        f"https://{APEX}/": (EndpointKind.LANDING, True),
        f"https://{APP}/signup": (EndpointKind.SIGNUP, False),
        f"https://{APP}/login": (EndpointKind.LOGIN, False),
        f"https://{API}/health": (EndpointKind.HEALTH, False),
    }
    assert all(endpoint.method == "GET" and not endpoint.side_effects for endpoint in found.endpoints)
    assert contacts <= FOUND


async def test_guesses_that_do_not_exist_are_dropped(tmp_path: Path) -> None:
    async with plumline(tmp_path) as world:
        found = await discover(world, PLUMLINE)
    assert {drop.name for drop in found.dropped} == {
        f"{label}.{DOMAIN}" for label in ("admin", "status", "blog")
    }


@pytest.mark.parametrize(
    "wildcard",
    [("A", "192.0.2.10", "192.0.2.11"), ("CNAME", f"{APEX}.")],
)
async def test_guesses_that_only_a_wildcard_answers_are_dropped(
    tmp_path: Path, wildcard: tuple[str, ...]
) -> None:
    rdtype, *values = wildcard
    async with plumline(tmp_path, changes.set_record(f"*.{DOMAIN}", rdtype, *values)) as world:
        found = await discover(world, PLUMLINE)
    assert names(found) == FOUND
    assert {drop.reason for drop in found.dropped} == {"only a wildcard answers"}


async def test_www_is_confirmed_only_where_it_exists(tmp_path: Path) -> None:
    async with plumline(tmp_path, changes.remove_name(WWW)) as world:
        found = await discover(world, PLUMLINE)
    assert WWW not in names(found)


async def test_a_host_that_the_page_leads_to_is_proposed_even_when_dns_lacks_it(tmp_path: Path) -> None:
    async with plumline(tmp_path, changes.remove_name(APP)) as world:
        found = await discover(world, PLUMLINE)
    assert APP in names(found)
    assert APP not in confirmed(found)
    assert APP not in {drop.name for drop in found.dropped}


async def test_the_typed_host_is_confirmed_and_the_page_it_serves_is_read(tmp_path: Path) -> None:
    async with plumline(tmp_path) as world:
        found = await discover(world, PLUMLINE, APP)
    assert confirmed(found) == {APEX, WWW, APP}
    assert endpoints(found)[f"https://{APP}/"] == (EndpointKind.LANDING, True)


async def test_typing_www_adds_nothing(tmp_path: Path) -> None:
    async with plumline(tmp_path) as world:
        found = await discover(world, PLUMLINE, WWW)
    assert [host.name for host in found.hosts].count(WWW) == 1
    assert confirmed(found) == {APEX, WWW}


async def test_a_landing_page_behind_a_bad_certificate_is_still_read(tmp_path: Path) -> None:
    def expired(certificate: Certificate) -> Certificate:
        return replace(certificate, begins_in_days=-90, ends_in_days=-1)

    async with plumline(tmp_path, changes.change_certificate(APEX, expired)) as world:
        found = await discover(world, PLUMLINE)
    assert f"https://{APP}/signup" in endpoints(found)


async def test_a_landing_page_that_leads_away_is_not_followed(tmp_path: Path) -> None:
    away = everywhere(redirect("https://elsewhere.example/"))
    async with plumline(tmp_path, changes.serve(APEX, away), changes.serve_plain(APEX, away)) as world:
        found = await discover(world, PLUMLINE)
        contacts = {contact.host for contact in world.reach.log}
    assert f"https://{APP}/signup" not in endpoints(found)
    assert "elsewhere.example" not in contacts


async def test_a_host_that_says_the_same_to_every_path_has_no_health_check(tmp_path: Path) -> None:
    page = everywhere(html(b"<!doctype html><title>app</title>"))
    async with plumline(tmp_path, changes.serve(API, page)) as world:
        found = await discover(world, PLUMLINE)
    assert EndpointKind.HEALTH not in {endpoint.kind for endpoint in found.endpoints}


async def test_a_name_that_a_platform_lends_gets_no_guesses() -> None:
    lent = Domain("acme.lovable.app")
    async with zone_world({"*.lovable.app": {"A": ("192.0.2.1",)}}, target=Target(lent)) as world:
        found = await discover(world, lent, lent.name)
        asked = len(world.reach.log)
    assert found.hosts == (Host(lent.name, HostRole.APEX),)
    assert [endpoint.url for endpoint in found.endpoints] == ["https://acme.lovable.app/"]
    assert asked == 0


@pytest.mark.parametrize("troubles", [{}, {("acme.example", "*"): DnsTrouble.SERVFAIL}])
async def test_a_name_that_is_missing_or_unknown_gets_no_guesses(
    troubles: dict[tuple[str, str], DnsTrouble],
) -> None:
    async with zone_world({}, troubles=troubles) as world:
        found = await discover(world, Domain("acme.example"), "app.acme.example")
        asked = {contact.host.rstrip(".") for contact in world.reach.log}
    assert names(found) == confirmed(found) == {"acme.example", "app.acme.example"}
    assert "api.acme.example" not in asked


async def test_a_guess_about_which_dns_says_nothing_is_dropped_with_that_reason() -> None:
    zone = {**PLAIN, "api.acme.example": {"A": ("192.0.2.7",)}}
    async with zone_world(zone, troubles={("docs.acme.example", "*"): DnsTrouble.SERVFAIL}) as world:
        found = await discover(world, Domain("acme.example"))
    assert "api.acme.example" in names(found)
    assert ("docs.acme.example", "DNS did not say whether it exists") in {
        (d.name, d.reason) for d in found.dropped
    }


async def test_a_guess_whose_alias_leads_nowhere_is_kept_because_somebody_made_it() -> None:
    zone = {**PLAIN, "blog.acme.example": {"CNAME": ("gone.builder.example.",)}}
    async with zone_world(zone) as world:
        found = await discover(world, Domain("acme.example"))
    assert "blog.acme.example" in names(found)


def addresses(*values: str, chain: tuple[str, ...] = ()) -> HostAddresses:
    kinds = tuple(HostAddress(value, AddressKind.PUBLIC) for value in values)
    return HostAddresses("x.acme.example", Resolution.FOUND, kinds, chain)


@pytest.mark.parametrize(
    ("guess", "wild", "same"),
    [
        (addresses("9.9.9.9"), addresses("9.9.9.9"), True),
        (addresses("9.9.9.9", "9.9.9.8"), addresses("9.9.9.8", "9.9.9.7"), True),
        (addresses("9.9.9.9"), addresses("8.8.8.8"), False),
        (addresses("9.9.9.9", chain=("a.host",)), addresses("8.8.8.8", chain=("a.host",)), True),
        (addresses("9.9.9.9", chain=("a.host",)), addresses("8.8.8.8", chain=("b.host",)), False),
        (addresses("9.9.9.9"), addresses(), False),
    ],
)
def test_what_a_wildcard_answers(guess: HostAddresses, wild: HostAddresses, same: bool) -> None:
    assert answered_by_wildcard(guess, [wild]) is same


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (DOMAIN, HostRole.APEX),
        (WWW, HostRole.WWW),
        (APP, HostRole.APP),
        (f"cdn.{DOMAIN}", HostRole.OTHER),
        (f"app.eu.{DOMAIN}", HostRole.OTHER),
    ],
)
def test_roles(name: str, role: HostRole) -> None:
    assert role_of(name, PLUMLINE) is role


class TestLinks:
    PAGE = """<base href="https://acme.ai/en/"><a href="/pricing">Prices</a><img src=//cdn.acme.ai/x.png>
    <a href="https://app.acme.ai/register?utm=1#top"> Start <b>for free</b></a><form action="https://api.acme.ai/join">
    <a href="mailto:ana@acme.ai">Mail</a><a href="javascript:alert(1)">x</a><a href="#top">Top</a><a href="help">Help"""

    def test_absolute_http_links_with_their_words(self) -> None:
        assert [(link.url, link.tag, link.words) for link in links_of(self.PAGE, "https://acme.ai/")] == [
            ("https://acme.ai/pricing", "a", "Prices"),
            ("https://cdn.acme.ai/x.png", "img", ""),
            ("https://app.acme.ai/register?utm=1", "a", "Start for free"),
            ("https://api.acme.ai/join", "form", ""),
            ("https://acme.ai/en/help", "a", "Help"),
        ]

    @pytest.mark.parametrize(
        "html",
        [
            "<" * 400_000,
            "<a " * 120_000,
            "<a b=c " * 60_000,
            "<!--" * 90_000,
            "<a href='" * 40_000,
            "<script>" + "</scrip" * 50_000,
            "".join(f"<a href=/{number}>x</a>" for number in range(20_000)),
            "\ud800\x00<a href='http://[::1'>",
        ],
    )
    def test_hostile_pages_end(self, html: str) -> None:
        assert len(links_of(html, "https://acme.ai/")) <= LINKS


def page(url: str, words: str = "", tag: str = "a") -> Link:
    return Link(url, tag, words)


class TestNamedPages:
    @pytest.mark.parametrize(
        ("link", "kind"),
        [
            (page("https://app.acme.ai/signup?plan=pro"), EndpointKind.SIGNUP),
            (page("https://acme.ai/sign-up"), EndpointKind.SIGNUP),
            (page("https://acme.ai/get-started"), EndpointKind.SIGNUP),
            (page("https://acme.ai/x7", "Start for free"), EndpointKind.SIGNUP),
            (page("https://acme.ai/login"), EndpointKind.LOGIN),
            (page("https://acme.ai/sign_in"), EndpointKind.LOGIN),
            (page("https://acme.ai/x8", "Log in"), EndpointKind.LOGIN),
        ],
    )
    def test_found(self, link: Link, kind: EndpointKind) -> None:
        (found,) = named_pages([page("https://acme.ai/pricing"), link], Domain("acme.ai"))
        assert (found.url, found.kind, found.confirmed) == (link.bare, kind, False)

    @pytest.mark.parametrize(
        "link",
        [
            page("https://acme.ai/logout"),
            page("https://acme.ai/pricing", "Prices"),
            page("https://acme.ai/", "Sign up"),
            page("https://acme.ai/signup", tag="form"),
            page("https://acme.lovable.app/signup"),
            page("https://acme.ai:8443/signup"),
            page("https://notacme.ai/login"),
        ],
    )
    def test_not_found(self, link: Link) -> None:
        assert named_pages([link], Domain("acme.ai")) == ()


def answer(status: int, kind: str = "application/json") -> Response:
    headers = Headers({"Content-Type": kind})
    timings = Timings(0.0, 0.0, None, 0.0, 0.0)
    return Response("https://api.acme.ai/health", status, headers, b"", False, "192.0.2.1", 443, timings)  # noqa: FBT003


@pytest.mark.parametrize(
    ("candidate", "made_up", "health"),
    [
        (answer(200), answer(404), True),
        (answer(200), answer(200, "text/html"), True),
        (answer(503), answer(404), True),
        (answer(200, "text/html"), answer(404), True),
        (answer(200), answer(200), False),
        (answer(200, "text/html"), answer(200, "text/html"), False),
        (answer(503, "text/html"), answer(404), False),
        (answer(503), answer(503), False),
        (answer(401), answer(404), False),
        (answer(302), answer(404), False),
        (None, answer(404), False),
        (answer(200), None, False),
    ],
)
def test_what_speaks_of_health(candidate: Response | None, made_up: Response | None, health: bool) -> None:
    assert speaks_of_health(candidate, made_up) is health
