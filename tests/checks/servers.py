"""Small servers on loopback for the tests of World: a certificate authority, TCP and TLS by hand, DNS by function."""

from __future__ import annotations

import asyncio
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from checks.target import Domain, Target
from checks.world import Dialled, NetworkOptions, Server, World

Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
DOMAIN = "acme.example"
TARGET = Target(Domain(DOMAIN))


def closed_world(
    connect_to: Mapping[Dialled, Dialled],
    *,
    ca_file: Path | None = None,
    resolvers: tuple[Server, ...] = (),
    silent: frozenset[Dialled] = frozenset(),
) -> World:
    """A World for acme.example in which nothing outside the map is dialled."""
    options = NetworkOptions(
        connect_to=connect_to, only_mapped=True, ca_file=ca_file, resolvers=resolvers, silent=silent
    )
    return World(options, target=TARGET)


@asynccontextmanager
async def serving(handler: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    """Serve every connection by `handler` until the end; gives the port. What still runs then is cancelled."""
    running: set[asyncio.Task[None]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, EOFError):
            try:
                await handler(reader, writer)
                writer.close()
                await writer.wait_closed()
            finally:
                writer.transport.abort()

    def start(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.ensure_future(one(reader, writer))
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_server(start, "127.0.0.1", 0, ssl=tls)
    try:
        yield int(server.sockets[0].getsockname()[1])
    finally:
        server.close()
        for task in list(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def request_of(reader: asyncio.StreamReader) -> str:
    """The request's head as text."""
    return (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")


def answering(raw: bytes, *, hold: bool = False) -> Handler:
    """Answer every request of a connection by `raw`; with `hold` the connection then stays open and silent."""

    async def handler(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await request_of(reader)
        writer.write(raw)
        await writer.drain()
        if hold:
            await asyncio.Event().wait()

    return handler


def ok(body: bytes = b"hello", *headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def redirect(location: str, status: int = 301) -> bytes:
    return f"HTTP/1.1 {status} Moved\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n".encode()


class Authority:
    """A certificate authority of one test, in a folder of its own."""

    def __init__(self, folder: Path, name: str = "Test Root") -> None:
        self.folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.certificate = self._built(self._name, self._key.public_key(), ca=True).sign(
            self._key, hashes.SHA256()
        )
        self.ca_file = folder / f"{name.replace(' ', '-')}.pem"
        self.ca_file.write_bytes(self.certificate.public_bytes(serialization.Encoding.PEM))

    def context(
        self, *names: str, days: tuple[int, int] = (-1, 30), common_name: str = "", self_signed: bool = False
    ) -> ssl.SSLContext:
        """A server context for `names`, valid from and until so many days from now."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(
            self.file(*names, days=days, common_name=common_name, self_signed=self_signed)
        )
        return context

    def file(
        self, *names: str, days: tuple[int, int] = (-1, 30), common_name: str = "", self_signed: bool = False
    ) -> Path:
        """The key and the certificate for `names` in one file."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name or "a server")])
        built = self._built(
            subject, key.public_key(), names=names, days=days, issuer=subject if self_signed else None
        )
        signed = built.sign(key if self_signed else self._key, hashes.SHA256())
        file = self.folder / f"server-{signed.serial_number}.pem"
        file.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
            + signed.public_bytes(serialization.Encoding.PEM)
        )
        return file

    def _built(
        self,
        subject: x509.Name,
        public_key: ec.EllipticCurvePublicKey,
        *,
        names: tuple[str, ...] = (),
        days: tuple[int, int] = (-1, 30),
        ca: bool = False,
        issuer: x509.Name | None = None,
    ) -> x509.CertificateBuilder:
        now = datetime.now(UTC)
        built = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(issuer or self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(now + timedelta(days=days[0]))
            .not_valid_after(now + timedelta(days=days[1]))
            .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        )
        if names:
            built = built.add_extension(
                x509.SubjectAlternativeName([_alternative(name) for name in names]), critical=False
            )
        return built


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


DnsReply = dns.message.Message | bytes | None
DnsHandler = Callable[[dns.message.Message, str], DnsReply]
"""(question, "udp" or "tcp") -> the reply, raw bytes, or None for silence."""


def reply(
    question: dns.message.Message, *records: str, rcode: int = dns.rcode.NOERROR, truncated: bool = False
) -> dns.message.Message:
    """An answer with `records` in zone-file form: `www.acme.example. 60 IN A 192.0.2.1`."""
    message = dns.message.make_response(question)
    message.set_rcode(dns.rcode.Rcode(rcode))
    if truncated:
        message.flags |= dns.flags.TC
    for record in records:
        name, ttl, _, kind, data = record.split(" ", 4)
        message.answer.append(dns.rrset.from_text(name, int(ttl), "IN", kind, data))
    return message


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, handler: DnsHandler) -> None:
        self._handler = handler

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        answer = self._handler(dns.message.from_wire(data), "udp")
        if answer is not None:
            self._transport.sendto(answer if isinstance(answer, bytes) else answer.to_wire(), addr)


@asynccontextmanager
async def dns_serving(handler: DnsHandler) -> AsyncIterator[int]:
    """A DNS server over UDP and TCP on one port."""

    async def by_tcp(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        length = int.from_bytes(await reader.readexactly(2), "big")
        answer = handler(dns.message.from_wire(await reader.readexactly(length)), "tcp")
        if answer is not None:
            wire = answer if isinstance(answer, bytes) else answer.to_wire(max_size=65535)
            writer.write(len(wire).to_bytes(2, "big") + wire)
            await writer.drain()

    loop = asyncio.get_running_loop()
    for attempt in range(20):
        async with serving(by_tcp) as port:
            try:
                transport, _ = await loop.create_datagram_endpoint(
                    lambda: _Udp(handler), local_addr=("127.0.0.1", port)
                )
            except OSError:
                assert attempt < 19, "no port free for both UDP and TCP"
                continue
            try:
                yield port
            finally:
                transport.close()
            return
