"""Redirects by hand: every hop shown, hostile targets never followed."""

from __future__ import annotations

import asyncio
import re
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.failure import FailureKind
from checks.redirects import Hop, HopEnd, follow, resolve_location
from tests.checks.servers import closed_world, ok, redirect, request_of, serving

BASE = "https://www.acme.example/dir/page?q=1"


@pytest.mark.parametrize(
    ("location", "target"),
    [
        ("/login", "https://www.acme.example/login"),
        ("next", "https://www.acme.example/dir/next"),
        ("../up", "https://www.acme.example/up"),
        ("?q=2", "https://www.acme.example/dir/page?q=2"),
        ("//other.example/x", "https://other.example/x"),
        ("/\\other.example/x", "https://other.example/x"),
        ("http://ACME.example:80", "http://acme.example/"),
        ("https://acme.example:443/#top", "https://acme.example/"),
        ("https://acme.example:8443/", "https://acme.example:8443/"),
        ("  https://acme.example/  ", "https://acme.example/"),
        ("https://ana:pa55@acme.example/", "https://acme.example/"),
        ("https://acme.example\\@evil.example/", "https://acme.example/@evil.example/"),
        ("https://bücher.example/ü b?ö=\u202e", "https://xn--bcher-kva.example/%C3%BC%20b?%C3%B6=%E2%80%AE"),
        ("https://[2001:db8::1]:8443/", "https://[2001:db8::1]:8443/"),
        ("/a\rb\tc", "https://www.acme.example/abc"),
        ("https:///other.example/x", "https://other.example/x"),
        ("\\\\other.example", "https://other.example/"),
        ("http:other.example", "http://other.example/"),
        ("https:other.example", "https://www.acme.example/dir/other.example"),
        ("https:/x:y", "https://www.acme.example/x:y"),
        ("", BASE),
        ("/\ud800?\udfff", "https://www.acme.example/%EF%BF%BD?%EF%BF%BD"),
        ("/%zz", "https://www.acme.example/%zz"),
    ],
)
def test_where_a_browser_goes(location: str, target: str) -> None:
    assert resolve_location(BASE, location) == target


@pytest.mark.parametrize(
    "location",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "ftp://acme.example/",
        "mailto:a@acme.example",
        "JavaScript://acme.example/%0aalert(1)",
        "https://",
        "http://acme.example:99999/",
        "http://acme.example:0/",
        "http://acme.example:x/",
        "https://acme..example/",
        "https://.acme.example/",
        "https://ac me.example/",
        "https://acme.example%2eevil.example/",
        "https://[::1/",
        "https://[v1.x]/",
        "https://acme\u202e.example/",
        "https://xn--\u0080/",
        "https://\ud800.example/",
        "/" + "a" * 9000,
    ],
)
def test_where_we_never_go(location: str) -> None:
    assert resolve_location(BASE, location) == ""


hostile = st.one_of(
    st.text(max_size=60),
    st.builds(
        lambda *parts: "".join(parts),
        st.sampled_from(
            ["", "http:", "https:", "HTTPS:", "javascript:", "\x01http:", "ht\ntp:", "//", "data:"]
        ),
        st.sampled_from(["", "/", "//", "\\\\", "/\\", "///", "//@", "//a:b@"]),
        st.text(alphabet="a.\\/@:[]%?#\r\n\t\x00\x1b\u202e\u200b\u2028ß。１\ud800é -_", max_size=20),
    ),
)


@given(hostile)
def test_a_hostile_location_leads_to_a_plain_web_address_or_nowhere(location: str) -> None:
    target = resolve_location(BASE, location)
    if not target:
        return
    assert re.fullmatch(r"https?://[\x21-\x7e]+", target)
    parts = urlsplit(target)
    assert parts.hostname
    assert re.fullmatch(r"[a-z0-9_.:-]+", parts.hostname)
    assert not any(bad in target for bad in '\\<>"`#')
    assert "@" not in parts.netloc
    assert resolve_location(target, "") == target, "a target stands for itself"


def map_to(port: int, *hosts: str) -> dict[tuple[str, int], tuple[str, int]]:
    return {(host, 80): ("127.0.0.1", port) for host in hosts}


async def walk(raw: dict[str, bytes], start: str, limit: int = 10) -> tuple[Hop, ...]:
    """Follow from `start` on a server that answers each path by its raw bytes."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await request_of(reader)).split(" ")[1]
        writer.write(raw[path])
        await writer.drain()

    async with (
        serving(handler) as port,
        closed_world(map_to(port, "acme.example", "www.acme.example", "evil.example")) as world,
    ):
        return await follow(world, start, limit)


async def test_every_hop_is_recorded() -> None:
    hops = await walk(
        {"/": redirect("http://www.acme.example/a", 302), "/a": redirect("b#part", 308), "/b": ok(b"there")},
        "http://acme.example",
    )
    assert [(hop.url, hop.status, hop.location, hop.end) for hop in hops] == [
        ("http://acme.example/", 302, "http://www.acme.example/a", HopEnd.NEXT),
        ("http://www.acme.example/a", 308, "b#part", HopEnd.NEXT),
        ("http://www.acme.example/b", 200, "", HopEnd.ANSWER),
    ]
    assert [hop.target for hop in hops] == ["http://www.acme.example/a", "http://www.acme.example/b", ""]
    assert hops[0].address == "acme.example"
    assert hops[-1].response is not None
    assert hops[-1].response.body == b"there"


@pytest.mark.parametrize("location", ["/", "/#again", "http://acme.example", "http://ACME.example:80/"])
async def test_a_loop_ends_where_it_closes(location: str) -> None:
    assert [hop.end for hop in await walk({"/": redirect(location)}, "http://acme.example/")] == [HopEnd.LOOP]
    two = await walk({"/": redirect("/a"), "/a": redirect(location)}, "http://acme.example/")
    assert [hop.end for hop in two] == [HopEnd.NEXT, HopEnd.LOOP]


def setting(cookie: str, location: str) -> bytes:
    return redirect(location, 302).replace(b"\r\n\r\n", f"\r\nSet-Cookie: {cookie}\r\n\r\n".encode())


async def walk_with_cookies(first: bytes, start: str = "http://acme.example/") -> list[HopEnd]:
    """Follow on a server that gives `first` until it is shown a cookie named seen."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request_of(reader)
        writer.write(ok(b"there") if "\r\nCookie: seen=" in head else first)
        await writer.drain()

    async with (
        serving(handler) as port,
        closed_world(map_to(port, "acme.example", "www.acme.example")) as world,
    ):
        return [hop.end for hop in await follow(world, start)]


@pytest.mark.parametrize("cookie", ["seen=1", "seen=1; Path=/; HttpOnly; Max-Age=60; SameSite=Lax"])
async def test_a_page_that_first_sets_a_cookie_is_no_loop(cookie: str) -> None:
    assert await walk_with_cookies(setting(cookie, "/")) == [HopEnd.NEXT, HopEnd.ANSWER]


@pytest.mark.parametrize(
    "cookie",
    [
        "seen=1; Secure",
        "seen=1; Path=/other",
        "seen=1; Max-Age=0",
        "seen=1; Domain=other.example",
        "seen=\u00fc",
        "seen=" + "x" * 5000,
        "",
    ],
)
async def test_a_cookie_that_no_browser_sends_back_opens_no_loop(cookie: str) -> None:
    assert await walk_with_cookies(setting(cookie, "/")) == [HopEnd.LOOP]


async def test_a_cookie_goes_to_the_hosts_it_is_for() -> None:
    here, there = "http://acme.example/", "http://www.acme.example/"
    shared = setting("seen=1; Domain=acme.example", there)
    assert await walk_with_cookies(shared, here) == [HopEnd.NEXT, HopEnd.ANSWER]
    assert await walk_with_cookies(setting("seen=1", there), here) == [
        HopEnd.NEXT,
        HopEnd.NEXT,
        HopEnd.ANSWER,
    ]


async def test_a_loop_that_sets_the_same_cookie_each_time_ends() -> None:
    ends = [hop.end for hop in await walk({"/": setting("a=1", "/")}, "http://acme.example/")]
    assert ends == [HopEnd.NEXT, HopEnd.LOOP]


async def test_an_endless_chain_ends_at_the_limit() -> None:
    raw = {f"/{i}": redirect(f"/{i + 1}") for i in range(50)}
    hops = await walk(raw, "http://acme.example/0")
    assert [hop.end for hop in hops] == [HopEnd.NEXT] * 9 + [HopEnd.LIMIT]
    assert hops[-1].target == "http://acme.example/10"


async def test_a_target_out_of_reach_is_recorded_and_not_fetched() -> None:
    hops = await walk({"/": redirect("http://evil.example/x")}, "http://acme.example/")
    assert [(hop.url, hop.end) for hop in hops] == [
        ("http://acme.example/", HopEnd.NEXT),
        ("http://evil.example/x", HopEnd.FAILED),
    ]
    assert hops[1].failure is not None
    assert hops[1].failure.kind is FailureKind.OUT_OF_REACH


@pytest.mark.parametrize("location", ["javascript:alert(1)", "http://[::1", ""])
async def test_a_redirect_to_nowhere(location: str) -> None:
    hops = await walk({"/": redirect(location)}, "http://acme.example/")
    assert [(hop.end, hop.location, hop.target) for hop in hops] == [(HopEnd.NO_TARGET, location, "")]


async def test_a_start_that_is_no_address_fails_in_words() -> None:
    async with closed_world({}) as world:
        (hop,) = await follow(world, "javascript:alert(1)")
    assert hop.failure is not None
    assert hop.failure.kind is FailureKind.PROTOCOL
