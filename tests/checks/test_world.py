"""World: where connections really go, what is never dialled, and what a handshake tells."""

from __future__ import annotations

import asyncio
import errno
import socket
import ssl
import time
from pathlib import Path

import pytest
from cryptography import x509

from checks.failure import ExchangeFailed, FailureKind
from checks.network import CONNECTIONS, kind_of_error
from checks.tls import TlsStream
from checks.world import NetworkOptions, Server, World
from tests.checks.servers import (
    TARGET,
    Authority,
    answering,
    closed_world,
    dns_serving,
    ok,
    reply,
    serving,
)

NOT_PUBLIC = [
    "127.0.0.1",
    "::1",
    "10.1.2.3",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "192.0.2.1",
    "::ffff:127.0.0.1",
    "64:ff9b::7f00:1",
    "2002:7f00:1::",
    "fe80::1",
    "fec0::1",
    "fd00::1",
    "ff02::1",
    "2001:db8::1",
]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(await reader.readline())
    await writer.drain()
    await reader.read()


async def kind_of_connect(world: World, address: str, port: int, timeout: float = 2.0) -> FailureKind:
    with pytest.raises(ExchangeFailed) as caught:
        await world.connect(address, port, timeout=timeout)
    assert caught.value.failure.address == address
    assert address in caught.value.failure.sentence
    return caught.value.failure.kind


async def test_the_map_redirects_addresses_and_names() -> None:
    async with serving(echo) as port:
        here = ("127.0.0.1", port)
        mapped = {("192.0.2.1", 25): here, ("2001:DB8::1", 25): here, ("Mail.Acme.Example.", 25): here}
        async with closed_world(mapped) as world:
            for dialled in ("192.0.2.1", "2001:db8:0::1", "mail.acme.example"):
                async with await world.connect(dialled, 25) as stream:
                    stream.writer.write(b"EHLO\n")
                    assert await stream.reader.readline() == b"EHLO\n"
                    assert stream.connect_ms > 0
                    assert stream.address == dialled
            assert await world.addresses("mail.acme.example") == ("mail.acme.example",)


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


async def test_a_closed_port_refuses_and_an_unmapped_one_looks_the_same() -> None:
    async with closed_world({("192.0.2.1", 80): ("127.0.0.1", closed_port())}) as world:
        assert await kind_of_connect(world, "192.0.2.1", 80) is FailureKind.REFUSED
        assert await kind_of_connect(world, "192.0.2.1", 443) is FailureKind.REFUSED
        assert await kind_of_connect(world, "8.8.8.8", 443) is FailureKind.REFUSED
        assert [contact.outcome for contact in world.reach.log] == ["refused"] * 3


async def test_a_silent_address_times_out_and_opens_no_socket() -> None:
    async with closed_world({}, silent=frozenset({("192.0.2.9", 443)})) as world:
        started = time.perf_counter()
        assert await kind_of_connect(world, "192.0.2.9", 443, 0.2) is FailureKind.TIMED_OUT
        assert 0.15 < time.perf_counter() - started < 1
        assert await kind_of_connect(world, "192.0.2.9", 80, 0.2) is FailureKind.REFUSED


@pytest.mark.parametrize("address", NOT_PUBLIC)
async def test_what_is_not_public_is_never_dialled(address: str) -> None:
    """The guard of conftest and a listening port would both notice a connection."""
    async with World(target=TARGET) as world:
        assert await kind_of_connect(world, address, 80) is FailureKind.NOT_PUBLIC
        with pytest.raises(ExchangeFailed) as caught:
            await world.handshake(address, 443, "www.acme.example")
        assert caught.value.failure.kind is FailureKind.NOT_PUBLIC


async def test_an_address_that_somebody_named_is_dialled() -> None:
    async with serving(echo) as port, World(target=TARGET) as world:
        world.reach.allow_address("127.0.0.1", "typed", port)
        async with await world.connect("127.0.0.1", port):
            pass
        assert world.reach.log[-1].outcome == "ok"


async def test_dns_cannot_lead_a_request_to_a_private_address() -> None:
    """Our own name, and a DNS answer that points into this computer: judged on the address that would be dialled."""
    dns = dns_serving(lambda q, _: reply(q, f"{q.question[0].name} 60 IN A 127.0.0.1"))
    async with serving(answering(ok(b"inside"))) as port, dns as dns_port:
        options = NetworkOptions(
            resolvers=(Server("192.0.2.53"),), connect_to={("192.0.2.53", 53): ("127.0.0.1", dns_port)}
        )
        async with World(options, target=TARGET) as world:
            with pytest.raises(ExchangeFailed) as caught:
                await world.http.fetch(f"http://internal.acme.example:{port}/")
            assert await world.addresses("internal.acme.example") == ("127.0.0.1",)
    assert caught.value.failure.kind is FailureKind.NOT_PUBLIC


async def test_addresses_are_four_then_six_and_none_when_there_are_none() -> None:
    known = {"A": "192.0.2.1", "AAAA": "2001:db8::1"}

    def handler(question: object, _: str) -> object:
        name, _, kind = question.question[0].to_text().split(" ")  # type: ignore[attr-defined]
        return reply(question, *([f"{name} 60 IN {kind} {known[kind]}"] if name.startswith("www") else []))  # type: ignore[arg-type]

    async with dns_serving(handler) as port:  # type: ignore[arg-type]
        mapped = {("192.0.2.53", 53): ("127.0.0.1", port)}
        async with closed_world(mapped, resolvers=(Server("192.0.2.53"),)) as world:
            assert await world.addresses("www.acme.example") == ("192.0.2.1", "2001:db8::1")
            assert await world.addresses("none.acme.example") == ()
            assert await world.addresses("192.0.2.77") == ("192.0.2.77",)


async def test_no_more_connections_at_once_than_the_limit() -> None:
    open_now = most = 0

    async def counting(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal open_now, most
        open_now += 1
        most = max(most, open_now)
        await reader.read()
        open_now -= 1

    async with serving(counting) as port, closed_world({("192.0.2.1", 80): ("127.0.0.1", port)}) as world:

        async def visit() -> None:
            async with await world.connect("192.0.2.1", 80):
                await asyncio.sleep(0.01)

        await asyncio.gather(*(visit() for _ in range(3 * CONNECTIONS)))
        assert CONNECTIONS // 2 < most <= CONNECTIONS + 5, "closing is seen by the server a little later"


async def test_closing_the_world_closes_what_was_left_open() -> None:
    gone = asyncio.Event()

    async def watching(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.read()
        finally:
            gone.set()

    async with serving(watching) as port:
        async with closed_world({("192.0.2.1", 80): ("127.0.0.1", port)}) as world:
            stream = await world.connect("192.0.2.1", 80)
        await asyncio.wait_for(gone.wait(), 2)
        assert stream.writer.transport.is_closing()


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (ConnectionRefusedError(errno.ECONNREFUSED, ""), FailureKind.REFUSED),
        (TimeoutError(errno.ETIMEDOUT, ""), FailureKind.TIMED_OUT),
        (TimeoutError(), FailureKind.TIMED_OUT),
        (OSError(errno.ENETUNREACH, ""), FailureKind.UNREACHABLE),
        (OSError(errno.EHOSTUNREACH, ""), FailureKind.UNREACHABLE),
        (OSError(errno.EADDRNOTAVAIL, ""), FailureKind.UNREACHABLE),
        (PermissionError(errno.EACCES, ""), FailureKind.UNREACHABLE),
        (ConnectionResetError(errno.ECONNRESET, ""), FailureKind.RESET),
        (ConnectionAbortedError(errno.ECONNABORTED, ""), FailureKind.RESET),
    ],
)
def test_what_the_system_says_is_told_apart(error: OSError, kind: FailureKind) -> None:
    assert kind_of_error(error) is kind


def at(port: int) -> dict[tuple[str, int], tuple[str, int]]:
    return {("192.0.2.1", 443): ("127.0.0.1", port)}


async def test_a_good_handshake(tmp_path: Path) -> None:
    root = Authority(tmp_path)
    context = root.context("www.acme.example")
    async with serving(echo, context) as port, closed_world(at(port), ca_file=root.ca_file) as world:
        shaken = await world.handshake("192.0.2.1", 443, "www.acme.example")
    assert (shaken.completed, shaken.verify_code, shaken.address) == (True, 0, "192.0.2.1")
    assert shaken.protocol.startswith("TLSv1.")
    assert shaken.took_ms > 0
    names = x509.load_der_x509_certificate(shaken.chain[0]).extensions.get_extension_for_class(
        x509.SubjectAlternativeName
    )
    assert names.value.get_values_for_type(x509.DNSName) == ["www.acme.example"]


@pytest.mark.parametrize(
    ("names", "options", "code"),
    [
        (("www.acme.example",), {"days": (-30, -1)}, 10),
        (("www.acme.example",), {"days": (1, 30)}, 9),
        (("www.acme.example",), {"self_signed": True}, 18),
        (("other.example",), {}, 62),
        ((), {"common_name": "www.acme.example"}, 62),
    ],
    ids=["expired", "not yet valid", "self-signed", "wrong name", "name only in CN"],
)
async def test_a_refused_certificate_is_told_with_its_chain(
    tmp_path: Path, names: tuple[str, ...], options: dict[str, object], code: int
) -> None:
    root = Authority(tmp_path)
    context = root.context(*names, **options)  # type: ignore[arg-type]
    async with serving(echo, context) as port, closed_world(at(port), ca_file=root.ca_file) as world:
        shaken = await world.handshake("192.0.2.1", 443, "www.acme.example")
    assert (shaken.completed, shaken.verify_code) == (False, code)
    assert shaken.verify_message
    assert len(shaken.chain) == 1
    x509.load_der_x509_certificate(shaken.chain[0])


async def test_an_unknown_root_is_refused_and_the_public_roots_are_the_default(tmp_path: Path) -> None:
    root, trusted = Authority(tmp_path, "Root A"), Authority(tmp_path, "Root B")
    async with serving(echo, root.context("www.acme.example")) as port:
        for ca_file in (trusted.ca_file, None):
            async with closed_world(at(port), ca_file=ca_file) as world:
                shaken = await world.handshake("192.0.2.1", 443, "www.acme.example")
                assert shaken.verify_code == 20


async def test_where_the_chain_cannot_be_read_after_a_refusal_a_second_look_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = TlsStream.chain

    def only_when_unverified(self: TlsStream) -> tuple[bytes, ...]:
        return read(self) if self.object.context.verify_mode is ssl.CERT_NONE else ()

    monkeypatch.setattr(TlsStream, "chain", only_when_unverified)
    root = Authority(tmp_path)
    context = root.context("other.example")
    async with serving(echo, context) as port, closed_world(at(port), ca_file=root.ca_file) as world:
        shaken = await world.handshake("192.0.2.1", 443, "www.acme.example")
    assert (shaken.completed, shaken.verify_code, len(shaken.chain)) == (False, 62, 1)


async def stall(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await asyncio.Event().wait()


async def hang_up(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)


async def speak_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read(10)
    writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    await writer.drain()


@pytest.mark.parametrize(
    ("handler", "kind"),
    [(stall, FailureKind.TIMED_OUT), (hang_up, FailureKind.RESET), (speak_http, FailureKind.TLS)],
)
async def test_no_handshake_at_all(handler: object, kind: FailureKind) -> None:
    async with serving(handler) as port, closed_world(at(port)) as world:  # type: ignore[arg-type]
        with pytest.raises(ExchangeFailed) as caught:
            await world.handshake("192.0.2.1", 443, "www.acme.example", timeout=0.4)
    assert (caught.value.failure.kind, caught.value.failure.verify_code) == (kind, None)


@pytest.mark.parametrize("name", ["", ".acme.example", "x" * 70 + ".example", "a\0b"])
async def test_a_name_that_tls_cannot_ask_for_fails_in_words(name: str) -> None:
    async with serving(stall) as port, closed_world(at(port)) as world:
        with pytest.raises(ExchangeFailed) as caught:
            await world.handshake("192.0.2.1", 443, name, timeout=0.4)
    assert caught.value.failure.kind is FailureKind.TLS
