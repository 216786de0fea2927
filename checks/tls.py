"""TLS by hand over a memory buffer: the same on every Python, and the served chain is readable after a refusal."""

from __future__ import annotations

import asyncio
import ssl
import time
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from checks.failure import ExchangeFailed, Failure, FailureKind
from checks.network import Network, Stream, shown

READ_BYTES = 64 * 1024
CONNECT_SECONDS = 5.0
CHAIN_LIMIT = 20
"""Certificates of one chain that are kept."""


@dataclass(frozen=True, slots=True)
class Handshake:
    """One handshake. `completed` is False when the certificate was refused; then `verify_code` says why (OpenSSL's
    X509_V_ERR number, 0 when trusted). `chain` is DER as served, leaf first, read in either case."""

    address: str
    port: int
    server_name: str
    completed: bool
    verify_code: int
    verify_message: str
    chain: tuple[bytes, ...]
    protocol: str
    took_ms: float


def client_context(ca_file: Path | None = None, *, verify: bool = True) -> ssl.SSLContext:
    """Trust what the public trusts (certifi), and `ca_file` as well.

    Not `create_default_context`: from Python 3.13 that adds VERIFY_X509_STRICT, and the verdict on a site must not
    depend on the Python of whoever looks. A name only in CN is refused, as browsers do.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.hostname_checks_common_name = False
    context.set_alpn_protocols(["http/1.1"])
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    else:
        context.load_verify_locations(_public_roots())
        if ca_file is not None:
            context.load_verify_locations(ca_file)
    return context


def _public_roots() -> str:
    import certifi

    return certifi.where()


class Contexts:
    """The two contexts of one World, each made once: loading the public's roots takes a while."""

    def __init__(self, ca_file: Path | None = None) -> None:
        self._ca_file = ca_file

    @cached_property
    def public(self) -> ssl.SSLContext:
        return client_context(self._ca_file)

    @cached_property
    def anybody(self) -> ssl.SSLContext:
        return client_context(verify=False)


class TlsStream:
    """TLS over an open Stream."""

    def __init__(self, stream: Stream, context: ssl.SSLContext, server_name: str) -> None:
        self.stream = stream
        self.server_name = server_name
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        try:
            self.object = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        except (ValueError, TypeError) as error:
            raise ExchangeFailed(
                Failure(
                    FailureKind.TLS,
                    f"{server_name} is no name that TLS can ask for",
                    stream.address,
                    stream.port,
                )
            ) from error

    async def handshake(self) -> None:
        """Raises ssl.SSLError as OpenSSL says it, and OSError or EOFError when the connection breaks off."""
        while True:
            try:
                self.object.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            except ssl.SSLError:
                # The alert that tells the server why; best effort.
                self._drop_pending()
                raise
            else:
                await self._flush()
                return

    async def read(self, limit: int) -> bytes:
        """At most `limit` bytes; b"" at the end, also when the other side forgets to say goodbye."""
        while True:
            try:
                return self.object.read(limit)
            except ssl.SSLWantReadError:
                await self._flush()
                try:
                    await self._feed()
                except EOFError:
                    return b""
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                return b""

    async def write(self, data: bytes) -> None:
        sent = 0
        while sent < len(data):
            try:
                sent += self.object.write(data[sent:])
            except ssl.SSLWantReadError:
                await self._flush()
                await self._feed()
            await self._flush()

    def chain(self) -> tuple[bytes, ...]:
        """The certificates as served, leaf first; empty when none was seen or this Python cannot tell."""
        # Public from Python 3.13; before that the same method stands on the object below (truststore does so too).
        reader: Any = getattr(self.object, "get_unverified_chain", None)
        if reader is None:
            reader = getattr(getattr(self.object, "_sslobj", None), "get_unverified_chain", None)
        try:
            served = (reader() if reader is not None else None) or ()
        except (ssl.SSLError, ValueError):
            return ()
        return tuple(_der(certificate) for certificate in list(served)[:CHAIN_LIMIT])

    async def _feed(self) -> None:
        data = await self.stream.reader.read(READ_BYTES)
        if not data:
            self._incoming.write_eof()
            raise EOFError("the other side closed the connection")
        self._incoming.write(data)

    async def _flush(self) -> None:
        if self._outgoing.pending:
            self.stream.writer.write(self._outgoing.read())
            await self.stream.writer.drain()

    def _drop_pending(self) -> None:
        if self._outgoing.pending and not self.stream.writer.transport.is_closing():
            self.stream.writer.write(self._outgoing.read())


def _der(certificate: Any) -> bytes:
    if isinstance(certificate, bytes):
        return certificate
    encoded: bytes = certificate.public_bytes(ssl._ssl.ENCODING_DER)  # type: ignore[attr-defined]
    return encoded


def certificate_error(error: BaseException) -> ssl.SSLCertVerificationError | None:
    """The refusal of a certificate somewhere behind `error`, which libraries wrap at will."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        if isinstance(current, ssl.SSLCertVerificationError):
            return current
        seen.add(id(current))
        current = current.__cause__ or current.__context__
    return None


def tls_failure(error: BaseException, stream: Stream, server_name: str) -> Failure:
    """What a failed handshake says. A certificate's refusal carries its verify_code."""
    address, port = stream.address, stream.port
    at = shown(address, port)
    refused = certificate_error(error)
    if refused is not None:
        text = f"The certificate at {at} is not accepted for {server_name}: {refused.verify_message}"
        return Failure(FailureKind.TLS, text, address, port, refused.verify_code)
    if isinstance(error, ssl.SSLError):
        reason = (error.reason or "unknown reason").replace("_", " ").lower()
        if error.reason in ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG"):
            return Failure(FailureKind.TLS, f"{at} does not speak TLS ({reason})", address, port)
        return Failure(FailureKind.TLS, f"The TLS handshake with {at} failed: {reason}", address, port)
    return Failure(FailureKind.RESET, f"{at} broke off during the TLS handshake", address, port)


async def handshake(
    network: Network,
    address: str,
    port: int,
    server_name: str,
    contexts: Contexts,
    timeout: float,
) -> Handshake:
    """Dial and shake hands. Raises ExchangeFailed when there is no handshake to tell about: refused, time-out, reset,
    no TLS. A refused certificate is a handshake that was not completed."""
    deadline = time.perf_counter() + timeout
    shaken = await _shake_hands(network, address, port, server_name, contexts.public, timeout)
    if shaken.chain or shaken.completed:
        return shaken
    # This Python cannot show the chain of a refused handshake: look again, trusting anybody.
    left = deadline - time.perf_counter()
    if left <= 0:
        return shaken
    try:
        again = await _shake_hands(network, address, port, server_name, contexts.anybody, left)
    except ExchangeFailed:
        return shaken
    return replace(shaken, chain=again.chain)


async def _shake_hands(
    network: Network, address: str, port: int, server_name: str, context: ssl.SSLContext, timeout: float
) -> Handshake:
    started = time.perf_counter()
    code, message, completed = 0, "", True
    async with await network.open(address, port, min(timeout, CONNECT_SECONDS), "TLS", server_name) as stream:
        tls = TlsStream(stream, context, server_name)
        try:
            async with asyncio.timeout(max(0.0, timeout - (time.perf_counter() - started))):
                await tls.handshake()
        except TimeoutError as error:
            text = f"{shown(address, port)} did not finish the TLS handshake within {timeout:g} seconds"
            raise ExchangeFailed(Failure(FailureKind.TIMED_OUT, text, address, port)) from error
        except ssl.SSLCertVerificationError as error:
            completed, code, message = False, error.verify_code, error.verify_message
        except (OSError, EOFError) as error:
            raise ExchangeFailed(tls_failure(error, stream, server_name)) from error
        took_ms = (time.perf_counter() - started) * 1000
        protocol = tls.object.version() or ""
        return Handshake(address, port, server_name, completed, code, message, tls.chain(), protocol, took_ms)
