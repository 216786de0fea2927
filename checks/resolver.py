"""DNS: one question, one answer that says what happened. Never raises for what a server does."""
# mypy: allow-untyped-calls
# (dnspython leaves some of its exceptions untyped)

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import dns.asyncresolver
import dns.exception
import dns.message
import dns.name
import dns.nameserver
import dns.rdata
import dns.rdatatype
import dns.resolver

from checks.failure import ExchangeFailed, FailureKind
from checks.network import Network, Server, kind_of_error, shown

TRY_SECONDS = 1.5
"""How long one server may take for one try."""
LIFETIME_SECONDS = 5.0
"""How long one question may take, all servers and tries together."""
PAYLOAD = 1232
"""Bytes of a UDP answer that pass every network unfragmented (DNS flag day 2020)."""


class DnsStatus(StrEnum):
    OK = "ok"
    NXDOMAIN = "nxdomain"
    NO_DATA = "no-data"
    SERVFAIL = "servfail"
    REFUSED = "refused"
    LOOP = "loop"
    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    """No server could be dialled at all: no network, a closed port, an address we do not dial."""
    MALFORMED = "malformed"


@dataclass(frozen=True, slots=True)
class DnsAnswer:
    """What came back. `records` are in presentation form, names without their last dot (`10 mail.acme.ai`), the
    strings of a TXT joined; `chain` holds the CNAME targets in order, also when the last one does not exist.
    `server` is who said so, or who was asked in vain; `failure` says why a server could not be dialled."""

    name: str
    rdtype: str
    status: DnsStatus
    records: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    ttl: int | None = None
    server: str = ""
    took_ms: float = 0.0
    failure: FailureKind | None = None


class _NotDialled(OSError):
    """Tells dnspython to go on with the next server, and us why."""

    def __init__(self, kind: FailureKind) -> None:
        super().__init__(kind.value)
        self.kind = kind


def _dns_name(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=name != dns.name.root)


def presentation(record: Any) -> str:
    """A record as people write it, names without the last dot."""
    kind = record.rdtype
    if kind in (dns.rdatatype.TXT, dns.rdatatype.SPF):
        joined = b"".join(record.strings)
        try:
            return joined.decode("utf-8")
        except UnicodeDecodeError:
            return joined.decode("latin-1")
    if kind == dns.rdatatype.MX:
        return f"{record.preference} {_dns_name(record.exchange)}"
    if kind in (dns.rdatatype.NS, dns.rdatatype.CNAME, dns.rdatatype.PTR, dns.rdatatype.DNAME):
        return _dns_name(record.target)
    if kind == dns.rdatatype.SRV:
        return f"{record.priority} {record.weight} {record.port} {_dns_name(record.target)}"
    if kind == dns.rdatatype.SOA:
        numbers = f"{record.serial} {record.refresh} {record.retry} {record.expire} {record.minimum}"
        return f"{_dns_name(record.mname)} {_dns_name(record.rname)} {numbers}"
    return str(record.to_text())


class _WorldNameserver(dns.nameserver.AddressAndPortNameserver):
    """A DNS server that is dialled by World: through the map, past the guard, into the log."""

    def __init__(self, network: Network, server: Server, answered: list[str]) -> None:
        super().__init__(server.address, server.port)
        self.network = network
        self.answered = answered

    def kind(self) -> str:
        return "World"

    async def async_query(
        self,
        request: dns.message.QueryMessage,
        timeout: float,
        source: str | None,
        source_port: int,
        max_size: bool,
        backend: Any,
        one_rr_per_rrset: bool = False,
        ignore_trailing: bool = False,
    ) -> dns.message.Message:
        ask = self._by_tcp if max_size else self._by_udp
        asked = _dns_name(request.question[0].name)
        try:
            async with self.network.recorded("DNS", asked, self.address, self.port):
                answer = await _or_truncated(ask(request, timeout))
            if isinstance(answer, dns.message.Truncated):
                raise answer
            self.answered.append(_shown(Server(self.address, self.port)))
            return answer
        except ExchangeFailed as error:
            if error.failure.kind is FailureKind.TIMED_OUT:
                raise dns.exception.Timeout(timeout=timeout) from error
            raise _NotDialled(error.failure.kind) from error
        except TimeoutError as error:
            raise dns.exception.Timeout(timeout=timeout) from error
        except OSError as error:
            raise _NotDialled(kind_of_error(error)) from error

    async def _by_udp(self, request: dns.message.QueryMessage, timeout: float) -> dns.message.Message:
        address, port = await self.network.route(self.address, self.port, timeout)
        loop = asyncio.get_running_loop()
        async with asyncio.timeout(timeout):
            # A connected socket: the kernel drops datagrams from any other address, and a closed port is told.
            transport, replies = await loop.create_datagram_endpoint(_Replies, remote_addr=(address, port))
            try:
                transport.sendto(request.to_wire())
                while True:
                    wire = await replies.next()
                    message = _parse(wire, request)
                    if message is not None:
                        return message
            finally:
                transport.abort()

    async def _by_tcp(self, request: dns.message.QueryMessage, timeout: float) -> dns.message.Message:
        async with asyncio.timeout(timeout):
            async with await self.network.open(self.address, self.port, timeout, "DNS over TCP") as stream:
                wire = request.to_wire()
                stream.writer.write(len(wire).to_bytes(2, "big") + wire)
                length = int.from_bytes(await stream.reader.readexactly(2), "big")
                message = _parse(await stream.reader.readexactly(length), request)
        if message is None:
            raise dns.exception.FormError("the answer is not to our question")
        return message


async def _or_truncated(
    answer: Awaitable[dns.message.Message],
) -> dns.message.Message | dns.message.Truncated:
    """For the log "come back by TCP" is an answer like any other."""
    try:
        return await answer
    except dns.message.Truncated as truncated:
        return truncated


def _parse(wire: bytes, request: dns.message.QueryMessage) -> dns.message.Message | None:
    """The message, or None when it answers another question (a late or forged datagram).

    Raises dns.message.Truncated when the server asks us to come back by TCP.
    """
    if wire[:2] != request.id.to_bytes(2, "big"):
        return None
    try:
        message = dns.message.from_wire(wire, raise_on_truncation=True)
    except dns.message.Truncated as error:
        if request.is_response(error.message()):
            raise
        return None
    except dns.exception.DNSException as error:
        raise dns.exception.FormError(str(error)) from error
    except Exception as error:  # dnspython lets a few others through on hostile bytes
        raise dns.exception.FormError(type(error).__name__) from error
    return message if request.is_response(message) else None


class _Replies(asyncio.DatagramProtocol):
    def __init__(self) -> None:
        self._arrived: asyncio.Queue[bytes | Exception] = asyncio.Queue(maxsize=64)

    def datagram_received(self, data: bytes, addr: object) -> None:
        if not self._arrived.full():
            self._arrived.put_nowait(data)

    def error_received(self, exc: Exception) -> None:
        if not self._arrived.full():
            self._arrived.put_nowait(exc)

    async def next(self) -> bytes:
        item = await self._arrived.get()
        if isinstance(item, Exception):
            raise item
        return item


def system_resolvers() -> tuple[Server, ...]:
    """The DNS servers this computer uses; () when it has none. Reads files or the registry: call in a thread."""
    try:
        found = dns.resolver.Resolver()
    except (dns.resolver.NoResolverConfiguration, OSError):
        return ()
    return tuple(Server(str(s), found.port) for s in found.nameservers if isinstance(s, str))


Key = tuple[str, str, Server | None]


class Resolver:
    """Asks the given servers, or the computer's own. Each question is asked once in one World."""

    def __init__(
        self,
        network: Network,
        servers: tuple[Server, ...] = (),
        *,
        try_seconds: float = TRY_SECONDS,
        lifetime: float = LIFETIME_SECONDS,
    ) -> None:
        self._try_seconds = try_seconds
        self._lifetime = lifetime
        self._network = network
        self._servers = servers
        self._asked: dict[Key, asyncio.Task[DnsAnswer]] = {}
        self._reading = asyncio.Lock()

    async def servers(self) -> tuple[Server, ...]:
        """Whom we ask."""
        async with self._reading:
            if not self._servers:
                self._servers = await asyncio.to_thread(system_resolvers)
            for server in self._servers:
                self._network.reach.allow_address(
                    server.address, "a DNS server of this computer", server.port
                )
        return self._servers

    async def query(self, name: str, rdtype: str, *, server: Server | None = None) -> DnsAnswer:
        """The answer, shared by all who ask the same. `server` asks that one alone (an authoritative one)."""
        key: Key = (name.rstrip(".").lower(), rdtype.upper(), server)
        task = self._asked.get(key)
        if task is None:
            task = asyncio.create_task(self._ask(*key), name=f"dns {key[0]} {key[1]}")
            self._asked[key] = task
        return await asyncio.shield(task)

    async def _ask(self, name: str, rdtype: str, server: Server | None) -> DnsAnswer:
        blank = DnsAnswer(name, rdtype, DnsStatus.MALFORMED)
        try:
            question = dns.name.from_text(name + ".")
            kind = dns.rdatatype.from_text(rdtype)
        except (dns.exception.DNSException, UnicodeError):
            return blank
        servers = (server,) if server is not None else await self.servers()
        if not servers:
            return replace(blank, status=DnsStatus.UNREACHABLE, failure=FailureKind.UNREACHABLE)
        async with self._network.questions:
            started = time.perf_counter()
            answer = await self._resolve(blank, question, kind, servers)
            took_ms = (time.perf_counter() - started) * 1000
        return replace(answer, took_ms=took_ms, server=answer.server or _shown(servers[0]))

    async def _resolve(
        self,
        blank: DnsAnswer,
        question: dns.name.Name,
        kind: dns.rdatatype.RdataType,
        servers: tuple[Server, ...],
        *,
        edns: bool = True,
    ) -> DnsAnswer:
        answered: list[str] = []
        resolver = dns.asyncresolver.Resolver(configure=False)
        resolver.nameservers = [_WorldNameserver(self._network, s, answered) for s in servers]
        resolver.timeout, resolver.lifetime = self._try_seconds, self._lifetime
        resolver.use_edns(0 if edns else -1, 0, PAYLOAD)
        try:
            found = await resolver.resolve(question, kind, raise_on_no_answer=False, search=False)
        except dns.resolver.NXDOMAIN as error:
            who = answered[-1] if answered else ""
            return replace(
                blank, status=DnsStatus.NXDOMAIN, chain=_chain(error.response(question)), server=who
            )
        except (dns.resolver.NoNameservers, dns.resolver.LifetimeTimeout) as error:
            outcomes = [entry[3] for entry in error.kwargs.get("errors") or []]
            if edns and "FORMERR" in outcomes:
                # Some home routers know no EDNS.
                return await self._resolve(blank, question, kind, servers, edns=False)
            status, failure = _most_telling(outcomes)
            return replace(blank, status=status, failure=failure, server=answered[-1] if answered else "")
        except dns.exception.DNSException:
            return blank
        chain = tuple(_dns_name(link[0].target) for link in found.chaining_result.cnames)
        told = replace(blank, status=DnsStatus.NO_DATA, chain=chain, server=answered[-1] if answered else "")
        if found.rrset is None:
            return told
        records = tuple(presentation(record) for record in found.rrset)
        return replace(told, status=DnsStatus.OK, records=records, ttl=found.rrset.ttl)

    async def close(self) -> None:
        """Stop every question still on its way."""
        pending = [task for task in self._asked.values() if not task.done()]
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)


def _shown(server: Server) -> str:
    return server.address if server.port == 53 else shown(server.address, server.port)


def _chain(response: Any) -> tuple[str, ...]:
    try:
        return tuple(_dns_name(link[0].target) for link in response.resolve_chaining().cnames)
    except dns.exception.DNSException:
        return ()


_BY_WEIGHT = (
    DnsStatus.LOOP,
    DnsStatus.SERVFAIL,
    DnsStatus.REFUSED,
    DnsStatus.MALFORMED,
    DnsStatus.TIMEOUT,
    DnsStatus.UNREACHABLE,
)


def _most_telling(outcomes: Iterable[object]) -> tuple[DnsStatus, FailureKind | None]:
    """One status for what several servers did: an answer, though bad, tells more than silence."""
    told = dict(_status_of(outcome) for outcome in outcomes if not isinstance(outcome, dns.message.Truncated))
    for status in _BY_WEIGHT:
        if status in told:
            return status, told[status]
    return DnsStatus.TIMEOUT, FailureKind.TIMED_OUT


def _status_of(outcome: object) -> tuple[DnsStatus, FailureKind | None]:
    if isinstance(outcome, dns.message.ChainTooLong):
        return DnsStatus.LOOP, None
    if isinstance(outcome, _NotDialled):
        return DnsStatus.UNREACHABLE, outcome.kind
    if isinstance(outcome, dns.exception.Timeout):
        return DnsStatus.TIMEOUT, FailureKind.TIMED_OUT
    if outcome == "SERVFAIL":
        return DnsStatus.SERVFAIL, None
    if isinstance(outcome, str):
        return DnsStatus.REFUSED, None
    return DnsStatus.MALFORMED, None
