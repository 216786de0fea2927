"""How connections are opened: the map, the guard on addresses, the limits. World and its parts dial only here."""

from __future__ import annotations

import asyncio
import errno
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NoReturn
from weakref import WeakSet

from checks.failure import ExchangeFailed, Failure, FailureKind
from checks.reach import Reach, is_address, plain

CONNECTIONS = 40
"""Connections that are being opened or used at once."""
QUESTIONS = 50
"""DNS questions that are on their way at once."""

Dialled = tuple[str, int]
"""(address or name, port), as it would be dialled or as it is."""


@dataclass(frozen=True, slots=True)
class Server:
    """A DNS server to ask: an IP address (as dialled, before any mapping) and a port."""

    address: str
    port: int = 53


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How this computer reaches the outside: the options `--resolver`, `--connect-to`, `--only-mapped`, `--ca-file`.

    `resolvers` empty: those of the operating system. `silent`: (address, port) pairs that never answer (sandbox).
    """

    resolvers: tuple[Server, ...] = ()
    connect_to: Mapping[Dialled, Dialled] = field(default_factory=dict)
    silent: frozenset[Dialled] = frozenset()
    only_mapped: bool = False
    ca_file: Path | None = None


@dataclass(slots=True, eq=False, weakref_slot=True)
class Stream:
    """An open TCP connection; close it, or use it in `async with`. `address` is the one dialled, before mapping."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    connect_ms: float
    address: str
    port: int
    permit: asyncio.Semaphore | None = None

    def close(self) -> None:
        """Close at once, without waiting for the other side. Harmless when done twice."""
        if not self.writer.transport.is_closing():
            self.writer.transport.abort()
        if self.permit is not None:
            self.permit.release()
            self.permit = None

    async def __aenter__(self) -> Stream:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


_NO_WAY_NAMES = """
    ENETUNREACH EHOSTUNREACH ENETDOWN EHOSTDOWN EADDRNOTAVAIL EAFNOSUPPORT EPROTONOSUPPORT EACCES EPERM ENONET
    WSAENETUNREACH WSAEHOSTUNREACH WSAENETDOWN WSAEADDRNOTAVAIL WSAEAFNOSUPPORT WSAEACCES
"""
_NO_WAY = frozenset(getattr(errno, name) for name in _NO_WAY_NAMES.split() if hasattr(errno, name))
_WINDOWS = {
    1225: FailureKind.REFUSED,
    1231: FailureKind.UNREACHABLE,
    1232: FailureKind.UNREACHABLE,
    121: FailureKind.TIMED_OUT,
}


def kind_of_error(error: OSError) -> FailureKind:
    """What an operating system's error says about the way there."""
    windows = _WINDOWS.get(getattr(error, "winerror", None) or 0)
    if windows is not None:
        return windows
    if isinstance(error, ConnectionRefusedError):
        return FailureKind.REFUSED
    if isinstance(error, TimeoutError) or error.errno == errno.ETIMEDOUT:
        return FailureKind.TIMED_OUT
    if error.errno in _NO_WAY:
        return FailureKind.UNREACHABLE
    return FailureKind.RESET


def shown(address: str, port: int) -> str:
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def sentence_of(kind: FailureKind, address: str, port: int, timeout: float = 0) -> str:
    at = shown(address, port)
    return {
        FailureKind.REFUSED: f"{at} refused the connection: nothing listens there",
        FailureKind.TIMED_OUT: f"{at} did not answer within {timeout:g} seconds",
        FailureKind.UNREACHABLE: f"This computer has no way to {at}",
        FailureKind.RESET: f"The connection to {at} broke off",
        FailureKind.NOT_PUBLIC: f"{at} is not a public address, so it was not contacted",
    }[kind]


def fail(kind: FailureKind, address: str, port: int, timeout: float = 0) -> NoReturn:
    raise ExchangeFailed(Failure(kind, sentence_of(kind, address, port, timeout), address, port))


class Network:
    """Opens connections for one World. Every address passes `route`, every attempt is written to the log."""

    def __init__(self, options: NetworkOptions, reach: Reach) -> None:
        self.options = options
        self.reach = reach
        self.connections = asyncio.Semaphore(CONNECTIONS)
        self.questions = asyncio.Semaphore(QUESTIONS)
        self._map = {(plain(a), port): to for (a, port), to in options.connect_to.items()}
        self._silent = {(plain(a), port) for a, port in options.silent}
        self._open: WeakSet[Stream] = WeakSet()
        self._named = {a for a, _ in self._map if not is_address(a)}

    def is_named(self, name: str) -> bool:
        """Whether the map redirects this name itself, on some port."""
        return plain(name) in self._named

    def is_mapped(self, address: str, port: int) -> bool:
        return (plain(address), port) in self._map

    async def route(self, address: str, port: int, timeout: float) -> Dialled:
        """Where to dial really. Raises ExchangeFailed for what must not be dialled; waits out what is silent."""
        key = (plain(address), port)
        if key in self._silent:
            await asyncio.sleep(timeout)
            fail(FailureKind.TIMED_OUT, address, port, timeout)
        if key in self._map:
            return self._map[key]
        if self.options.only_mapped:
            fail(FailureKind.REFUSED, address, port)
        if not is_address(key[0]):
            raise ExchangeFailed(
                Failure(FailureKind.NO_ADDRESS, f"{address} is not mapped on port {port}", address, port)
            )
        if not self.reach.may_dial(address, port):
            fail(FailureKind.NOT_PUBLIC, address, port)
        return key

    @asynccontextmanager
    async def recorded(self, purpose: str, host: str, address: str, port: int) -> AsyncIterator[None]:
        """Write one line of the log, whatever comes out."""
        outcome = "cancelled"
        try:
            yield
            outcome = "ok"
        except ExchangeFailed as error:
            outcome = error.failure.kind.value
            raise
        except OSError as error:
            outcome = kind_of_error(error).value
            raise
        except Exception:
            outcome = FailureKind.PROTOCOL.value
            raise
        finally:
            self.reach.record(purpose, host, address, port, outcome)

    async def open(self, address: str, port: int, timeout: float, purpose: str, host: str = "") -> Stream:
        """A TCP connection. The caller holds a permit of `connections` where it matters."""
        async with self.recorded(purpose, host or address, address, port):
            to_address, to_port = await self.route(address, port, timeout)
            started = time.perf_counter()
            try:
                async with asyncio.timeout(timeout):
                    reader, writer = await asyncio.open_connection(to_address, to_port)
            except OSError as error:
                kind = kind_of_error(error)
                raise ExchangeFailed(
                    Failure(kind, sentence_of(kind, address, port, timeout), address, port)
                ) from error
            stream = Stream(reader, writer, (time.perf_counter() - started) * 1000, address, port)
            self._open.add(stream)
            return stream

    def close(self) -> None:
        """Close every connection that somebody left open."""
        for stream in list(self._open):
            stream.close()
