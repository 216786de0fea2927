"""Servers that do their worst: every exchange ends inside its deadline, with a kind of failure, in little memory."""

from __future__ import annotations

import asyncio
import json
import socket
import struct
import sys
import time
import zlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from checks.failure import ExchangeFailed, FailureKind
from checks.redirects import HopEnd, follow
from checks.resolver import Resolver
from checks.response import Response
from checks.world import Server
from tests.checks.servers import Handler, answering, closed_world, dns_serving, ok, request_of, serving

URL = "http://www.acme.example/"
PATIENCE = 0.5
"""Seconds that the client gives each of them."""
MEGABYTE = 1_000_000


async def exchange(handler: Handler, url: str = URL) -> Response | FailureKind:
    """What one fetch ends with; fails the test when it does not end in time."""
    async with serving(handler) as port:
        mapped = {("192.0.2.1", 80): ("127.0.0.1", port), ("192.0.2.1", 443): ("127.0.0.1", port)}
        async with closed_world(mapped) as world:
            started = time.perf_counter()
            try:
                return await world.http.fetch(url, address="192.0.2.1", timeout=PATIENCE)
            except ExchangeFailed as error:
                assert error.failure.address == "192.0.2.1"
                return error.failure.kind
            finally:
                assert time.perf_counter() - started < PATIENCE + 1


def dripping(raw: bytes, at_once: bytes = b"") -> Handler:
    """One byte at a time, forever too slow."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(at_once)
        for byte in raw:
            writer.write(bytes([byte]))
            await writer.drain()
            await asyncio.sleep(0.1)

    return handler


def pouring(head: bytes, piece: bytes, total: int = sys.maxsize) -> Handler:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(head)
        sent = 0
        while sent < total:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
        await reader.read()

    return handler


async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hangs_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)


async def resets(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await request_of(reader)
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
    await writer.drain()
    await asyncio.sleep(0.05)
    writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()


HEAD = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    ("handler", "kind"),
    [
        (dripping(HEAD), FailureKind.SLOW),
        (dripping(b"x" * 100, HEAD + b"Content-Length: 100\r\n\r\n"), FailureKind.SLOW),
        (pouring(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), FailureKind.SLOW),
        (answering(HEAD + b"Content-Length: 100\r\n\r\nhalf", hold=True), FailureKind.SLOW),
        (silent, FailureKind.TIMED_OUT),
        (hangs_up, FailureKind.RESET),
        (resets, FailureKind.RESET),
        (answering(HEAD + b"Content-Length: 100\r\n\r\nhalf"), FailureKind.RESET),
        (answering(HEAD + b"Transfer-Encoding: chunked\r\n\r\n5\r\nhe"), FailureKind.RESET),
        (pouring(HEAD + b"X-Big: ", b"a" * 65536, 10 * MEGABYTE), FailureKind.PROTOCOL),
        (pouring(HEAD, b"X-Many: " + b"b" * 100 + b"\r\n", 10 * MEGABYTE), FailureKind.PROTOCOL),
        (pouring(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"f" * 65536), FailureKind.PROTOCOL),
        (answering(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"), FailureKind.PROTOCOL),
        (answering(b"\x00\xff" * 500), FailureKind.PROTOCOL),
        (answering(HEAD + b"Content-Length: -5\r\n\r\n"), FailureKind.PROTOCOL),
        (answering(HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!"), FailureKind.PROTOCOL),
        (answering(HEAD + b"X: a\x00b\r\n\r\n"), FailureKind.PROTOCOL),
        (answering(ok(b"\x1f\x8b this is no gzip", "Content-Encoding: gzip")), FailureKind.PROTOCOL),
    ],
    ids=[
        "one byte at a time in the header",
        "one byte at a time in the body",
        "endless interim responses",
        "half a body, then silence",
        "silence",
        "hangs up",
        "reset in the middle of the body",
        "body shorter than its length",
        "a chunk cut off",
        "one header of 10 MB",
        "10 MB of headers",
        "endless chunk size",
        "another protocol",
        "noise",
        "negative length",
        "two lengths",
        "NUL in a header",
        "no gzip",
    ],
)
async def test_it_ends_in_time_with_a_kind_of_failure(handler: Handler, kind: FailureKind) -> None:
    assert await exchange(handler) == kind


@pytest.mark.parametrize(
    "handler", [silent, dripping(b"\x16\x03\x03\x40\x00" + b"x" * 50)], ids=["silent", "drip"]
)
async def test_tls_that_stalls(handler: Handler) -> None:
    assert await exchange(handler, "https://www.acme.example/") is FailureKind.TIMED_OUT


async def test_plain_http_where_tls_belongs() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(10)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        await writer.drain()

    assert await exchange(handler, "https://www.acme.example/") is FailureKind.TLS


def bomb() -> tuple[bytes, bytes]:
    """The beginning of a gzip stream, and a kilobyte that unpacks to a megabyte of zeros however often it comes."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    head = packer.compress(b"x") + packer.flush(zlib.Z_FULL_FLUSH)
    piece = packer.compress(b"\0" * MEGABYTE) + packer.flush(zlib.Z_FULL_FLUSH)
    return HEAD + b"Content-Encoding: gzip\r\n\r\n" + head, piece


@pytest.mark.parametrize(
    "handler",
    [
        pouring(HEAD + b"Content-Length: 5000000000\r\n\r\n", b"5" * 65536),
        pouring(HEAD + b"\r\n", b"no end" * 10000),
        pouring(*bomb()),
    ],
    ids=["5 GB", "no end", "gzip bomb"],
)
async def test_a_body_is_read_to_the_limit_and_no_further(handler: Handler) -> None:
    response = await exchange(handler)
    assert isinstance(response, Response)
    assert (len(response.body), response.truncated) == (MEGABYTE, True)


async def test_longer_than_its_length_ends_at_the_length() -> None:
    response = await exchange(answering(HEAD + b"Content-Length: 2\r\n\r\nhello"))
    assert isinstance(response, Response)
    assert response.body == b"he"


async def test_invalid_utf_8_is_shown_and_harms_nothing() -> None:
    raw = (
        HEAD
        + b"Content-Type: text/html; charset=utf-8\r\nX-Odd: \xff\xfe\xe9\r\nContent-Length: 4\r\n\r\na\xff\xc3("
    )
    response = await exchange(answering(raw))
    assert isinstance(response, Response)
    assert response.headers.get("x-odd") == "ÿþé"
    assert response.text == "a��("


async def test_hostile_redirects_end() -> None:
    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        number = len((await request_of(reader)).split(" ")[1])
        writer.write(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: /" + b"a" * number + b"\r\n\r\n")
        await writer.drain()

    async with serving(handler) as port, closed_world({("acme.example", 80): ("127.0.0.1", port)}) as world:
        hops = await follow(world, "http://acme.example/")
    assert len(hops) == 10
    assert hops[-1].end is HopEnd.LIMIT


@pytest.mark.parametrize(
    "location", [b"\xff\xfe\x80", b"//\xff\xfe", b"x" * 90_000, b"http://[", b"http://a:b:c/"]
)
async def test_a_hostile_location_is_recorded(location: bytes) -> None:
    raw = b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\nLocation: " + location + b"\r\n\r\n"
    async with (
        serving(answering(raw)) as port,
        closed_world({("acme.example", 80): ("127.0.0.1", port)}) as world,
    ):
        hops = await follow(world, "http://acme.example/", limit=2)
    assert hops[0].status == 302
    assert hops[0].location
    assert all(hop.url.isascii() for hop in hops)


async def test_dns_that_never_answers() -> None:
    async with dns_serving(lambda question, _: None) as port:
        mapped = {("192.0.2.53", 53): ("127.0.0.1", port)}
        async with closed_world(mapped, resolvers=(Server("192.0.2.53"),)) as world:
            world._dns = Resolver(world.network, world.options.resolvers, try_seconds=0.1, lifetime=0.3)
            started = time.perf_counter()
            with pytest.raises(ExchangeFailed) as caught:
                await world.http.fetch(URL)
            assert time.perf_counter() - started < 1.3
    assert caught.value.failure.kind is FailureKind.NO_ADDRESS
    assert "timeout" in caught.value.failure.sentence


VISITOR = """
import asyncio, json, sys
from checks.failure import ExchangeFailed
from checks.world import NetworkOptions, World
from checks.target import Domain, Target

async def visit(ports):
    ended = []
    for port in ports:
        options = NetworkOptions(connect_to={("192.0.2.1", 80): ("127.0.0.1", port)}, only_mapped=True)
        async with World(options, target=Target(Domain("acme.example"))) as world:
            for _ in range(5):
                try:
                    response = await world.http.fetch("http://acme.example/", address="192.0.2.1", timeout=5)
                    ended.append(len(response.body))
                except ExchangeFailed as error:
                    ended.append(error.failure.kind.value)
    return ended

def most_memory():
    try:
        with open("/proc/self/status") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1000
    except OSError:
        import resource
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (1_000_000 if sys.platform == "darwin" else 1000)

ended = asyncio.run(visit(json.loads(sys.argv[1])))
print(json.dumps([ended, most_memory()]))
"""


@pytest.fixture
async def greedy_ports() -> AsyncIterator[list[int]]:
    async with (
        serving(pouring(HEAD + b"Content-Length: 5000000000\r\n\r\n", b"5" * 65536)) as endless,
        serving(pouring(*bomb())) as bomb_port,
        serving(pouring(HEAD + b"X-Big: ", b"a" * 65536, 10 * MEGABYTE)) as header,
    ):
        yield [endless, bomb_port, header]


@pytest.mark.skipif(sys.platform == "win32", reason="no measure of the most memory used")
async def test_the_greediest_servers_cost_less_than_150_megabytes(greedy_ports: list[int]) -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        VISITOR,
        json.dumps(greedy_ports),
        stdout=asyncio.subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    out, _ = await asyncio.wait_for(child.communicate(), 60)
    ended, megabytes = json.loads(out)
    assert ended == [MEGABYTE] * 10 + ["protocol"] * 5
    assert megabytes < 150
