"""The HTTP client of World: the right server for each request, honest failures, nothing that leaks."""

from __future__ import annotations

import asyncio
import gzip
import zlib
from pathlib import Path

import dns.message
import dns.rdatatype
import pytest

from checks.failure import ExchangeFailed, Failure, FailureKind
from checks.http import proxy_in_environment
from checks.response import Headers, Response, Timings
from checks.secret import Secret
from checks.world import NetworkOptions, Server, World
from tests.checks.servers import (
    TARGET,
    Authority,
    DnsReply,
    answering,
    closed_world,
    dns_serving,
    ok,
    reply,
    request_of,
    serving,
)


async def failure_of(world: World, url: str, **options: object) -> Failure:
    with pytest.raises(ExchangeFailed) as caught:
        await world.http.fetch(url, **options)  # type: ignore[arg-type]
    return caught.value.failure


class Counting:
    """Answers keep-alive requests by its name and counts connections and requests."""

    def __init__(self, name: str) -> None:
        self.name, self.connections, self.heads = name, 0, list[str]()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        while True:
            self.heads.append(await request_of(reader))
            writer.write(ok(self.name.encode()))
            await writer.drain()


async def test_each_request_reaches_the_server_its_name_and_address_say(tmp_path: Path) -> None:
    """Two names on one address, one name on two addresses: never one's answer over another's connection."""
    root = Authority(tmp_path)
    first, second, other = Counting("first"), Counting("second"), Counting("other")
    both = root.context("www.acme.example", "app.acme.example")
    async with serving(first, both) as port_1, serving(second, both) as port_2, serving(other) as plain:
        mapped = {
            ("192.0.2.1", 443): ("127.0.0.1", port_1),
            ("192.0.2.2", 443): ("127.0.0.1", port_2),
            ("192.0.2.1", 80): ("127.0.0.1", plain),
        }
        async with closed_world(mapped, ca_file=root.ca_file) as world:

            async def body(url: str, address: str) -> str:
                response = await world.http.fetch(url, address=address)
                assert response.address == address
                return response.text

            for _ in range(2):
                assert await body("https://www.acme.example/", "192.0.2.1") == "first"
                assert await body("https://www.acme.example/", "192.0.2.2") == "second"
                assert await body("https://app.acme.example/", "192.0.2.1") == "first"
                assert await body("http://app.acme.example/", "192.0.2.1") == "other"
            together = [("192.0.2.1", "first"), ("192.0.2.2", "second")] * 4
            bodies = await asyncio.gather(*(body("https://app.acme.example/", a) for a, _ in together))
            assert bodies == [name for _, name in together]
    hosts = [[line for line in head.split("\r\n") if line.startswith("Host:")] for head in first.heads]
    assert hosts[:2] == [["Host: www.acme.example"], ["Host: app.acme.example"]]
    assert other.connections == 1, "an open connection is used again"
    assert len(other.heads) == 2


async def test_the_certificate_is_judged_for_each_name_and_address(tmp_path: Path) -> None:
    """One name on two addresses with different certificates, and two names of which one is not covered."""
    root = Authority(tmp_path)
    good, wrong = Counting("good"), Counting("wrong")
    async with (
        serving(good, root.context("www.acme.example")) as port_1,
        serving(wrong, root.context("elsewhere.example")) as port_2,
    ):
        mapped = {("192.0.2.1", 443): ("127.0.0.1", port_1), ("192.0.2.2", 443): ("127.0.0.1", port_2)}
        async with closed_world(mapped, ca_file=root.ca_file) as world:
            url = "https://www.acme.example/"
            assert (await world.http.fetch(url, address="192.0.2.1")).text == "good"
            failure = await failure_of(world, url, address="192.0.2.2")
            assert (failure.kind, failure.verify_code, failure.address) == (FailureKind.TLS, 62, "192.0.2.2")
            failure = await failure_of(world, "https://app.acme.example/", address="192.0.2.1")
            assert (failure.kind, failure.verify_code) == (FailureKind.TLS, 62)
            unverified = await world.http.fetch(url, address="192.0.2.2", verify=False)
            assert unverified.text == "wrong"
            failure = await failure_of(world, url, address="192.0.2.2")
            assert failure.verify_code == 62, "an unverified connection is never used for a verified request"


@pytest.mark.parametrize(
    ("options", "code"),
    [({"days": (-30, -1)}, 10), ({"days": (1, 30)}, 9), ({"self_signed": True}, 18)],
    ids=["expired", "not yet valid", "self-signed"],
)
async def test_a_bad_certificate_is_told_by_its_code(
    tmp_path: Path, options: dict[str, object], code: int
) -> None:
    root = Authority(tmp_path)
    context = root.context("www.acme.example", **options)  # type: ignore[arg-type]
    async with (
        serving(answering(ok()), context) as port,
        closed_world({("192.0.2.1", 443): ("127.0.0.1", port)}, ca_file=root.ca_file) as world,
    ):
        failure = await failure_of(world, "https://www.acme.example/", address="192.0.2.1")
    assert (failure.kind, failure.verify_code) == (FailureKind.TLS, code)


async def test_the_next_address_is_tried_when_one_does_not_answer() -> None:
    def two(question: dns.message.Message, _: str) -> DnsReply:
        name = question.question[0].name
        if question.question[0].rdtype == dns.rdatatype.A:
            return reply(question, f"{name} 60 IN A 192.0.2.1")
        return reply(question, f"{name} 60 IN AAAA 2001:db8::1")

    async with serving(answering(ok())) as port, dns_serving(two) as dns_port:
        mapped = {("2001:db8::1", 80): ("127.0.0.1", port), ("192.0.2.53", 53): ("127.0.0.1", dns_port)}
        async with closed_world(mapped, resolvers=(Server("192.0.2.53"),)) as world:
            response = await world.http.fetch("http://www.acme.example/")
            with pytest.raises(ExchangeFailed) as caught:
                await world.http.fetch("http://www.acme.example:81/")
    assert response.address == "2001:db8::1"
    assert 0 < response.timings.dns_ms < response.timings.total_ms
    assert (caught.value.failure.kind, caught.value.failure.address) == (FailureKind.REFUSED, "192.0.2.1")


async def test_timings_tell_the_parts_apart(tmp_path: Path) -> None:
    async def thinking(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            await request_of(reader)
            await asyncio.sleep(0.08)
            writer.write(ok())
            await writer.drain()

    root = Authority(tmp_path)
    async with (
        serving(thinking, root.context("www.acme.example")) as port,
        closed_world({("192.0.2.1", 443): ("127.0.0.1", port)}, ca_file=root.ca_file) as world,
    ):
        url = "https://www.acme.example/"
        first = (await world.http.fetch(url, address="192.0.2.1")).timings
        again = (await world.http.fetch(url, address="192.0.2.1")).timings
        fresh = (await world.http.fetch(url, address="192.0.2.1", fresh=True)).timings
    assert first.connect_ms > 0
    assert first.tls_ms
    assert 75 <= first.first_byte_ms <= first.total_ms
    assert (again.connect_ms, again.tls_ms) == (0, 0)
    assert again.first_byte_ms >= 75
    assert fresh.connect_ms > 0
    assert fresh.tls_ms


async def test_an_idle_connection_that_the_server_closed_is_not_held_against_it() -> None:
    async def once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(ok())
        await writer.drain()
        await request_of(reader)  # the second request gets no answer on this connection

    async with serving(once) as port, closed_world({("192.0.2.1", 80): ("127.0.0.1", port)}) as world:
        for _ in range(3):
            response = await world.http.fetch("http://www.acme.example/", address="192.0.2.1")
            assert response.status == 200


async def test_only_what_is_on_the_list_is_requested() -> None:
    heard = Counting("never")
    async with serving(heard) as port:
        mapped = {("192.0.2.1", 80): ("127.0.0.1", port), ("other.example", 80): ("127.0.0.1", port)}
        async with closed_world(mapped) as world:
            for url in (
                "http://other.example/",
                "http://acme.example.other.example/",
                "http://www.acme.example@other.example/",
                "http://192.0.2.1/",
                "http://[::1]/",
                "http://xacme.example/",
            ):
                assert (await failure_of(world, url)).kind is FailureKind.OUT_OF_REACH, url
            assert {contact.outcome for contact in world.reach.log} == {"out-of-reach"}
    assert heard.heads == []


@pytest.mark.parametrize(
    "url",
    [
        "ftp://acme.example/",
        "javascript:alert(1)",
        "",
        "acme.example",
        "http://",
        "http://acme.example:0/",
        "http://acme.example:99999/",
    ],
)
async def test_what_is_no_web_address_fails_in_words(url: str) -> None:
    async with closed_world({}) as world:
        assert (await failure_of(world, url)).kind is FailureKind.PROTOCOL


async def test_no_login_no_cookie_and_our_own_name_are_sent() -> None:
    heard: list[str] = []

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await request_of(reader))
        writer.write(ok(b"x", "Set-Cookie: session=abc", "Set-Cookie: b=2"))
        await writer.drain()

    async with serving(handler) as port, closed_world({("192.0.2.1", 80): ("127.0.0.1", port)}) as world:
        url = "http://ana:pa55@www.acme.example/a?b=c#d"
        for _ in range(2):
            response = await world.http.fetch(url, address="192.0.2.1")
    assert response.headers.get_list("set-cookie") == ("session=abc", "b=2")
    assert "pa55" not in response.url
    for head in heard:
        assert head.startswith("GET /a?b=c HTTP/1.1\r\n")
        assert "cookie" not in head.lower()
        assert "authorization" not in head.lower()
        assert "LaunchReady/" in head


async def test_a_proxy_in_the_environment_is_known_and_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    assert not proxy_in_environment()
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    assert proxy_in_environment()
    async with (
        serving(answering(ok())) as port,
        closed_world({("192.0.2.1", 80): ("127.0.0.1", port)}) as world,
    ):
        assert (await world.http.fetch("http://www.acme.example/", address="192.0.2.1")).status == 200


async def test_a_credential_goes_to_its_own_origin_over_verified_tls_and_nowhere_else(tmp_path: Path) -> None:
    token = "-".join(["built", "at", "run", "time"])

    async def credentials(name: str, origin: str) -> Secret | None:
        return Secret(token) if name == "provider" else None

    root = Authority(tmp_path)
    server = Counting("x")
    context = root.context("api.acme.example", "www.acme.example")
    async with serving(server, context) as port, serving(server) as plain:
        mapped = {
            ("192.0.2.1", 443): ("127.0.0.1", port),
            ("192.0.2.1", 8443): ("127.0.0.1", port),
            ("192.0.2.1", 80): ("127.0.0.1", plain),
        }
        options = NetworkOptions(connect_to=mapped, only_mapped=True, ca_file=root.ca_file)
        async with World(options, target=TARGET, credentials=credentials) as world:
            assert await world.credential("unknown", "https://api.acme.example") is None
            secret = await world.credential("provider", "https://api.acme.example")
            assert secret is not None

            async def carried(url: str, bearer: Secret, *, verify: bool = True) -> bool:
                await world.http.fetch(url, address="192.0.2.1", bearer=bearer, verify=verify)
                return f"Bearer {token}" in server.heads[-1]

            assert await carried("https://api.acme.example/v4", secret)
            assert await carried("https://API.acme.example:443/v4", secret)
            assert not await carried("https://www.acme.example/", secret)
            assert not await carried("https://api.acme.example:8443/", secret)
            assert not await carried("http://api.acme.example/", secret)
            assert not await carried("https://api.acme.example/", secret, verify=False)
            assert not await carried("https://api.acme.example/", Secret(token))


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("gzip", gzip.compress(b"hello " * 50)),
        ("x-gzip", gzip.compress(b"hello " * 20) + gzip.compress(b"hello " * 30) + b"\0" * 8),
        ("deflate", zlib.compress(b"hello " * 50)),
        ("deflate", zlib.compress(b"hello " * 50)[2:-4]),
        ("", b"hello " * 50),
    ],
    ids=["gzip", "two members and padding", "deflate", "raw deflate", "as is"],
)
async def test_bodies_are_unpacked(coding: str, packed: bytes) -> None:
    headers = (f"Content-Encoding: {coding}",) if coding else ()
    async with (
        serving(answering(ok(packed, *headers))) as port,
        closed_world({("192.0.2.1", 80): ("127.0.0.1", port)}) as world,
    ):
        response = await world.http.fetch("http://acme.example/", address="192.0.2.1")
        exact = await world.http.fetch("http://acme.example/", address="192.0.2.1", max_bytes=300)
        cut = await world.http.fetch("http://acme.example/", address="192.0.2.1", max_bytes=299)
    assert (response.body, response.truncated) == (b"hello " * 50, False)
    assert (exact.body, exact.truncated) == (b"hello " * 50, False)
    assert (len(cut.body), cut.truncated) == (299, True)


def test_headers_and_text_are_read_as_browsers_do() -> None:
    headers = Headers([("Content-Type", 'text/html; Charset="iso-8859-1"'), ("Via", "a"), ("VIA", "b")])
    assert headers.get("via") == "a, b"
    assert headers.get("x-none", "?") == "?"
    assert "VIA" in headers

    def text(body: bytes, content_type: str) -> str:
        timings = Timings(0, 0, None, 0, 0)
        return Response(
            "u",
            200,
            Headers({"content-type": content_type}),
            body,
            truncated=False,
            address="",
            port=80,
            timings=timings,
        ).text

    assert text(b"caf\xe9", 'text/html; Charset="iso-8859-1"') == "café"
    assert text(b"caf\xc3\xa9", "text/html") == "café"
    for charset in ("undefined", "no-such", "zlib", "idna", "utf-16", "\0", "unicode_escape"):
        assert isinstance(text(b"\xff\\ud800.", f"text/html; charset={charset}"), str)
