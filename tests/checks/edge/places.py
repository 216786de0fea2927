"""A small public world on loopback: names with documentation addresses, and what listens behind them."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime
from email.utils import formatdate
from pathlib import Path

import dns.message
import dns.rcode
import dns.rdatatype

from checks.target import Domain, Endpoint, Host, HostRole, Target
from checks.world import NetworkOptions, Server, World, utc_now
from tests.checks.servers import DnsReply, dns_serving, reply, request_of, serving

DOMAIN = Domain("acme.example")
APEX, WWW = Host("acme.example", HostRole.APEX), Host("www.acme.example", HostRole.WWW)
APP = Host("app.acme.example", HostRole.APP)
ONE, TWO, SIX = "192.0.2.1", "192.0.2.2", "2001:db8::1"
RESOLVER = Server("192.0.2.53")

Place = tuple[str, int]
Served = Callable[[str, str], bytes]
"""(host, path) -> the raw response."""
Doors = Mapping[Place, tuple[Served, ssl.SSLContext | None]]


def response(status: int = 200, body: bytes = b"hello", **headers: str) -> bytes:
    """A response that closes its connection; header names with underscores for dashes."""
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if "Date" not in headers:
        lines.append(f"Date: {formatdate(usegmt=True)}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def always(raw: bytes) -> Served:
    return lambda host, path: raw


def to(location: str, status: int = 301) -> bytes:
    return response(status, b"", Location=location)


def to_https(host: str, path: str) -> bytes:
    return to(f"https://{host}{path}")


def _handler(served: Served) -> Callable[[asyncio.StreamReader, asyncio.StreamWriter], object]:
    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await request_of(reader)
        lines = head.split("\r\n")
        host = next(line.partition(":")[2].strip() for line in lines if line.lower().startswith("host:"))
        writer.write(served(host.partition(":")[0], lines[0].split(" ")[1]))
        await writer.drain()

    return handle


def _dns(names: Mapping[str, tuple[str, ...]]) -> Callable[[dns.message.Message, str], DnsReply]:
    def answer(question: dns.message.Message, transport: str) -> DnsReply:
        asked = question.question[0]
        name, kind = asked.name.to_text().rstrip(".").lower(), dns.rdatatype.to_text(asked.rdtype)
        addresses = names.get(name)
        if addresses is None:
            return reply(question, rcode=dns.rcode.NXDOMAIN)
        wanted = [a for a in addresses if kind == ("AAAA" if ":" in a else "A")]
        return reply(question, *(f"{name}. 60 IN {kind} {address}" for address in wanted))

    return answer


@asynccontextmanager
async def acme(
    names: Mapping[str, tuple[str, ...]],
    doors: Doors,
    *,
    hosts: tuple[Host, ...] = (APEX,),
    endpoints: tuple[Endpoint, ...] = (),
    ca_file: Path | None = None,
    silent: tuple[Place, ...] = (),
    now: Callable[[], datetime] = utc_now,
) -> AsyncIterator[World]:
    """A World for acme.example in which DNS knows `names` and `doors` listen. What is not a door refuses, what is
    silent says nothing."""
    async with AsyncExitStack() as stack:
        mapped: dict[Place, Place] = {
            (RESOLVER.address, 53): ("127.0.0.1", await stack.enter_async_context(dns_serving(_dns(names))))
        }
        for place, (served, tls) in doors.items():
            port = await stack.enter_async_context(serving(_handler(served), tls))  # type: ignore[arg-type]
            mapped[place] = ("127.0.0.1", port)
        options = NetworkOptions(
            resolvers=(RESOLVER,),
            connect_to=mapped,
            silent=frozenset(silent),
            only_mapped=True,
            ca_file=ca_file,
        )
        target = Target(DOMAIN, hosts, (), endpoints)
        yield await stack.enter_async_context(World(options, target=target, now=now))
