"""HTTP: one exchange at a time, limited in time and size, over a connection to a known address.

The only file that imports httpx.
"""

from __future__ import annotations

import asyncio
import os
import time
import zlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.request import getproxies

import httpcore
import httpx

from checks.decoding import BodyDecoder, decoder_for
from checks.failure import ExchangeFailed, Failure, FailureKind
from checks.network import Network, shown
from checks.pools import CONNECT_SECONDS, Exchange, Pin, Pools, running
from checks.reach import is_address, plain
from checks.response import ACCEPT_PAGES, Headers, Response, Timings
from checks.secret import Secret
from checks.tls import Contexts

_PIN = "launch_ready.pin"
_HEADERS = "launch_ready.headers"

__all__ = ["Headers", "Http", "Response", "Timings", "proxy_in_environment", "user_agent"]


def user_agent() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        number = version("launch-ready")
    except PackageNotFoundError:
        number = "dev"
    return f"LaunchReady/{number} (+audit run by the site's owner)"


def proxy_in_environment() -> bool:
    """Whether this computer is set up for a proxy. We do not use it; a cause may mention it."""
    return bool({"http", "https", "all"} & getproxies().keys()) or "ALL_PROXY" in os.environ


class _Body(httpx.AsyncByteStream):
    def __init__(self, stream: Any) -> None:
        self._stream = stream

    async def __aiter__(self) -> Any:
        async for part in self._stream:
            yield part

    async def aclose(self) -> None:
        await self._stream.aclose()


class _PinnedTransport(httpx.AsyncBaseTransport):
    """httpx over our own pools."""

    def __init__(self, pools: Pools) -> None:
        self._pools = pools

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        raw = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=request.stream,
            extensions={"timeout": request.extensions.get("timeout", {})},
        )
        response = await self._pools.send(raw, request.extensions[_PIN])
        # The headers travel beside: given a Location that it cannot parse, httpx raises even when it is not to follow
        # it; and without Set-Cookie no cookie is stored or sent back, so every exchange is that of a first visitor.
        received = Headers((_text(name), _text(value)) for name, value in response.headers)
        extensions = {**response.extensions, _HEADERS: received}
        return httpx.Response(response.status, stream=_Body(response.stream), extensions=extensions)

    async def aclose(self) -> None:
        await self._pools.aclose()


@dataclass(frozen=True, slots=True)
class _Call:
    """One request as it will be sent."""

    url: httpx.URL
    method: str
    headers: dict[str, str]
    max_bytes: int
    timeout: float
    dns_ms: float


Lookup = Callable[[str], Awaitable[tuple[tuple[str, ...], float, str]]]
"""A name -> (addresses to dial, milliseconds that took, why there are none)."""


class Http:
    """The one HTTP client of a World."""

    def __init__(
        self,
        network: Network,
        lookup: Lookup,
        contexts: Contexts,
        origin_of: Callable[[Secret], str],
    ) -> None:
        self._network = network
        self._lookup = lookup
        self._origin_of = origin_of
        self._pools = Pools(network, contexts)
        self._client = httpx.AsyncClient(
            transport=_PinnedTransport(self._pools),
            trust_env=False,
            follow_redirects=False,
            headers={"User-Agent": user_agent(), "Accept-Encoding": "gzip, deflate", "Accept": ACCEPT_PAGES},
        )
        self._numbers = 0

    async def fetch(
        self,
        url: str,
        *,
        method: str = "GET",
        address: str | None = None,
        verify: bool = True,
        max_bytes: int = 1_000_000,
        headers: Mapping[str, str] = {},
        timeout: float = 10.0,
        bearer: Secret | None = None,
        fresh: bool = False,
    ) -> Response:
        """One request, one response; redirects are not followed. Raises ExchangeFailed.

        `address` pins where to dial; otherwise the name's addresses are tried in order. `timeout` (seconds) bounds
        everything after the name is resolved, for each address. `bearer` comes from `World.credential` and is sent
        only to the origin it was asked for, over verified TLS. `fresh` opens a new connection (for measurements).
        """
        target = _parsed(url)
        name = plain(_host(target))
        port = target.port or (443 if target.scheme == "https" else 80)
        if not self._network.reach.may_contact(name):
            self._network.reach.record("HTTP", name, "", port, FailureKind.OUT_OF_REACH.value)
            raise ExchangeFailed(
                Failure(FailureKind.OUT_OF_REACH, f"{name} is not among what may be contacted", "", port)
            )
        addresses, dns_ms = ((address,), 0.0) if address else await self._addresses(name, port)
        sent = dict(headers)
        if bearer is not None and verify and self._may_carry(bearer, target):
            sent["Authorization"] = f"Bearer {bearer.reveal()}"
        call = _Call(target, method, sent, max_bytes, timeout, dns_ms)
        number = 0
        if fresh:
            self._numbers = number = self._numbers + 1
        failed: ExchangeFailed | None = None
        for tried in addresses:
            pin = Pin(target.scheme, name, tried, port, verify, number)
            try:
                return await self._try(call, pin)
            except ExchangeFailed as error:
                failed = failed or error
                if error.failure.kind not in _TRY_NEXT:
                    raise
            finally:
                if fresh:
                    await self._pools.forget(pin)
        assert failed is not None
        raise failed

    def _may_carry(self, bearer: Secret, target: httpx.URL) -> bool:
        bound = self._origin_of(bearer)
        return target.scheme == "https" and bool(bound) and origin(_parsed(bound)) == origin(target)

    async def _addresses(self, name: str, port: int) -> tuple[tuple[str, ...], float]:
        if is_address(name):
            return (name,), 0.0
        addresses, took_ms, why = await self._lookup(name)
        if not addresses:
            raise ExchangeFailed(Failure(FailureKind.NO_ADDRESS, why, "", port))
        return addresses, took_ms

    async def _try(self, call: _Call, pin: Pin) -> Response:
        async with self._network.connections:
            exchange = Exchange()
            try:
                return await self._exchange(call, pin, exchange)
            except ExchangeFailed as error:
                # The server closed an idle connection while we sent: not its fault, ask again on a new one.
                stale = exchange.reused and not exchange.received and error.failure.kind is FailureKind.RESET
                if not stale or call.method not in ("GET", "HEAD"):
                    raise
            await self._pools.forget(pin)
            return await self._exchange(call, pin, Exchange())

    async def _exchange(self, call: _Call, pin: Pin, exchange: Exchange) -> Response:
        token = running.set(exchange)
        started = time.perf_counter()
        try:
            async with asyncio.timeout(call.timeout):
                return await self._receive(call, pin, exchange, started)
        except TimeoutError as error:
            raise ExchangeFailed(_late(call, pin, exchange)) from error
        except (httpcore.RemoteProtocolError, httpcore.WriteError) as error:
            raise ExchangeFailed(_broken(pin, exchange, error)) from error
        except (httpx.InvalidURL, httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as error:
            text = f"{call.url} cannot be requested: {error}"
            raise ExchangeFailed(Failure(FailureKind.PROTOCOL, text, pin.address, pin.port)) from error
        finally:
            running.reset(token)

    async def _receive(self, call: _Call, pin: Pin, exchange: Exchange, started: float) -> Response:
        request = self._client.build_request(
            call.method,
            call.url,
            headers=call.headers,
            timeout=httpx.Timeout(call.timeout, connect=min(CONNECT_SECONDS, call.timeout)),
            extensions={_PIN: pin},
        )
        answer = await self._client.send(request, stream=True)
        try:
            exchange.headers_read = True
            headers: Headers = answer.extensions[_HEADERS]
            body, truncated = await _read(
                answer, decoder_for(headers.get("content-encoding")), call.max_bytes, pin
            )
        finally:
            await answer.aclose()
        ended = time.perf_counter()
        timings = Timings(
            dns_ms=call.dns_ms,
            connect_ms=exchange.connect_ms,
            tls_ms=exchange.tls_ms if pin.scheme == "https" else None,
            first_byte_ms=max(0.0, exchange.first_byte_at - exchange.sent_at) * 1000,
            total_ms=call.dns_ms + (ended - started) * 1000,
        )
        return Response(
            url=str(call.url),
            status=answer.status_code,
            headers=headers,
            body=body,
            truncated=truncated,
            address=pin.address,
            port=pin.port,
            timings=timings,
            http_version=answer.http_version,
        )

    async def close(self) -> None:
        await self._client.aclose()


_TRY_NEXT = frozenset(
    {FailureKind.REFUSED, FailureKind.TIMED_OUT, FailureKind.UNREACHABLE, FailureKind.NOT_PUBLIC}
)


async def _read(answer: httpx.Response, decoder: BodyDecoder, max_bytes: int, pin: Pin) -> tuple[bytes, bool]:
    body, raw = bytearray(), 0
    try:
        async for part in answer.aiter_raw():
            raw += len(part)
            # One byte of room beyond the limit tells "exactly full" from "cut".
            body += decoder.feed(part, max_bytes + 1 - len(body))
            if len(body) > max_bytes or raw > max_bytes:
                return bytes(body[:max_bytes]), True
    except zlib.error as error:
        text = f"The body from {shown(pin.address, pin.port)} is not the compressed data it says it is"
        raise ExchangeFailed(Failure(FailureKind.PROTOCOL, text, pin.address, pin.port)) from error
    return bytes(body), False


def _late(call: _Call, pin: Pin, exchange: Exchange) -> Failure:
    at, seconds = shown(pin.address, pin.port), f"{call.timeout:g} seconds"
    if exchange.received:
        what = "its body" if exchange.headers_read else "its header"
        text = f"{at} began to answer, but {what} was not complete within {seconds}"
        return Failure(FailureKind.SLOW, text, pin.address, pin.port)
    if exchange.connected and pin.scheme == "https" and not exchange.tls_ms:
        text = f"{at} did not finish the TLS handshake within {seconds}"
    elif exchange.connected or exchange.reused:
        text = f"{at} took the request and sent no answer within {seconds}"
    else:
        text = f"{at} did not answer within {seconds}"
    return Failure(FailureKind.TIMED_OUT, text, pin.address, pin.port)


def _broken(pin: Pin, exchange: Exchange, error: Exception) -> Failure:
    at = shown(pin.address, pin.port)
    if exchange.headers_read and exchange.ended:
        text = f"The connection to {at} broke off in the middle of the body"
        return Failure(FailureKind.RESET, text, pin.address, pin.port)
    if not exchange.received:
        text = f"{at} closed the connection without an answer"
        return Failure(FailureKind.RESET, text, pin.address, pin.port)
    return Failure(FailureKind.PROTOCOL, f"{at} sent no valid HTTP: {error}", pin.address, pin.port)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _parsed(url: str) -> httpx.URL:
    """The URL without login and fragment. Raises ExchangeFailed on what is no http or https URL."""
    try:
        parsed = httpx.URL(url)
        port = 80 if parsed.port is None else parsed.port
        if parsed.scheme in ("http", "https") and parsed.host and 0 < port < 65536:
            return parsed.copy_with(username=None, password=None, fragment=None)
    except (httpx.InvalidURL, ValueError, TypeError):
        pass
    raise ExchangeFailed(Failure(FailureKind.PROTOCOL, f"{url} is no http or https address"))


def _host(url: httpx.URL) -> str:
    """As asked in DNS and TLS: `httpx.URL.host` would give an IDN in its Unicode form."""
    return url.raw_host.decode("ascii")


def origin(url: httpx.URL) -> str:
    """`https://api.acme.ai`, with the port only where it is not the usual one."""
    usual = {"https": 443, "http": 80}[url.scheme]
    port = url.port or usual
    host = f"[{_host(url)}]" if ":" in _host(url) else _host(url)
    return f"{url.scheme}://{host}" + ("" if port == usual else f":{port}")
