"""Connections for HTTP: one pool for each name at each address, dialled by World, told to the exchange that runs."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, NamedTuple

import httpcore

from checks.failure import ExchangeFailed
from checks.network import Network, Stream
from checks.tls import Contexts, TlsStream, tls_failure

CONNECT_SECONDS = 5.0
KEEP_ALIVE_SECONDS = 5.0


@dataclass(slots=True)
class Exchange:
    """How far one exchange came; filled by the connection it runs over."""

    connect_ms: float = 0.0
    tls_ms: float = 0.0
    connected: bool = False
    reused: bool = True
    sent_at: float = 0.0
    first_byte_at: float = 0.0
    received: int = 0
    headers_read: bool = False
    ended: bool = False


running: ContextVar[Exchange] = ContextVar("running")


class Pin(NamedTuple):
    """What one pool is for. A pool shared between names or addresses would answer one over another's connection."""

    scheme: str
    name: str
    address: str
    port: int
    verify: bool
    number: int


class _Connection(httpcore.AsyncNetworkStream):
    """An open connection as httpcore wants it; tells the running exchange what happens on it."""

    def __init__(self, stream: Stream, tls: TlsStream | None = None) -> None:
        self.stream = stream
        self.tls = tls

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        exchange = running.get()
        try:
            data = await (self.tls or self.stream.reader).read(max_bytes)
        except ssl.SSLError as error:
            # With TLS 1.3 the server's refusal arrives only with the first read.
            name = self.tls.server_name if self.tls else ""
            raise ExchangeFailed(tls_failure(error, self.stream, name)) from error
        except (OSError, EOFError):
            data = b""
        if not data:
            exchange.ended = True
        elif not exchange.received:
            exchange.first_byte_at = time.perf_counter()
        exchange.received += len(data)
        return data

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:
        try:
            if self.tls is not None:
                await self.tls.write(buffer)
            else:
                self.stream.writer.write(buffer)
                await self.stream.writer.drain()
        except (OSError, EOFError) as error:
            raise httpcore.WriteError(str(error)) from error
        running.get().sent_at = time.perf_counter()

    async def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.AsyncNetworkStream:
        started = time.perf_counter()
        name = server_hostname or self.stream.address
        try:
            tls = TlsStream(self.stream, ssl_context, name)
            await tls.handshake()
        except (OSError, EOFError) as error:
            self.stream.close()
            raise ExchangeFailed(tls_failure(error, self.stream, name)) from error
        except BaseException:
            self.stream.close()
            raise
        running.get().tls_ms = (time.perf_counter() - started) * 1000
        return _Connection(self.stream, tls)

    async def aclose(self) -> None:
        self.stream.close()

    def get_extra_info(self, info: str) -> Any:
        if info == "ssl_object":
            return self.tls.object if self.tls else None
        if info == "is_readable":
            return self.stream.reader.at_eof()
        return None


class _Backend(httpcore.AsyncNetworkBackend):
    """Dials one address by World, whatever name the URL has."""

    def __init__(self, network: Network, pin: Pin) -> None:
        self._network = network
        self._pin = pin

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        stream = await self._network.open(
            self._pin.address, self._pin.port, timeout or CONNECT_SECONDS, "HTTP", self._pin.name
        )
        exchange = running.get()
        exchange.connect_ms, exchange.connected, exchange.reused = stream.connect_ms, True, False
        return _Connection(stream)


class Pools:
    """One httpcore pool for each pin."""

    def __init__(self, network: Network, contexts: Contexts) -> None:
        self._network = network
        self._contexts = contexts
        self._pools: dict[Pin, httpcore.AsyncConnectionPool] = {}

    async def send(self, request: httpcore.Request, pin: Pin) -> httpcore.Response:
        """Send `request` over a connection to exactly what `pin` says."""
        pool = self._pools.get(pin)
        if pool is None:
            pool = httpcore.AsyncConnectionPool(
                ssl_context=self._contexts.public if pin.verify else self._contexts.anybody,
                max_keepalive_connections=2,
                keepalive_expiry=KEEP_ALIVE_SECONDS,
                network_backend=_Backend(self._network, pin),
            )
            self._pools[pin] = pool
        return await pool.handle_async_request(request)

    async def forget(self, pin: Pin) -> None:
        """Close what is open for `pin`."""
        pool = self._pools.pop(pin, None)
        if pool is not None:
            await pool.aclose()

    async def aclose(self) -> None:
        for pin in list(self._pools):
            await self.forget(pin)
