"""World: the one way out. Everything a probe learns from outside comes through here, with limits."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import cached_property
from types import TracebackType
from typing import TYPE_CHECKING, TypeVar

from checks.check import Probe, S
from checks.facts import Facts
from checks.network import Dialled, Network, NetworkOptions, Server, Stream
from checks.reach import Reach, is_address, plain
from checks.secret import Secret
from checks.target import Domain, Target

if TYPE_CHECKING:
    from checks.http import Http
    from checks.resolver import Resolver
    from checks.tls import Contexts, Handshake

A = TypeVar("A")

__all__ = ["Dialled", "NetworkOptions", "Server", "World", "no_credentials", "preload"]

ADDRESSES = 16
"""Addresses of one name that are looked at: more than any honest site has, few enough to dial."""

Credentials = Callable[[str, str], Awaitable[Secret | None]]
"""(credential name, origin) -> the secret, or None where the person gave none."""


async def no_credentials(name: str, origin: str) -> Secret | None:
    return None


def utc_now() -> datetime:
    return datetime.now(UTC)


def preload() -> None:
    """Import what the first exchange needs. For a worker thread, so that no screen waits for it."""
    from checks.platforms import registrable_domain

    registrable_domain("example.com")


class World:
    """The outside of one run: its facts, its connections, its log. Use in `async with`, or call `close()`."""

    def __init__(
        self,
        options: NetworkOptions = NetworkOptions(),  # noqa: B008
        *,
        target: Target | None = None,
        credentials: Credentials = no_credentials,
        reach: Reach | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.options = options
        self.reach = reach if reach is not None else Reach()
        self.now = now
        self.facts = Facts(self, now)
        self.network = Network(options, self.reach)
        for server in options.resolvers:
            self.reach.allow_address(server.address, "a DNS server you named", server.port)
        self._credentials = credentials
        self._secrets: list[tuple[Secret, str]] = []
        self._dns: Resolver | None = None
        self._http: Http | None = None
        self._target = Target(Domain(""))
        if target is not None:
            self.target = target

    @property
    def target(self) -> Target:
        return self._target

    @target.setter
    def target(self, target: Target) -> None:
        """What this run looks at; its names are added to what may be contacted."""
        self._target = target
        self.reach.allow_target(target)

    @property
    def dns(self) -> Resolver:
        if self._dns is None:
            from checks.resolver import Resolver

            self._dns = Resolver(self.network, self.options.resolvers)
        return self._dns

    @property
    def http(self) -> Http:
        if self._http is None:
            from checks.http import Http

            self._http = Http(self.network, self._lookup, self.tls, self._origin_of)
        return self._http

    async def find(self, probe: Probe[S, A], subject: S) -> A:
        """The fact, found now or shared with whoever asked before."""
        return await self.facts.find(probe, subject)

    async def addresses(self, name: str) -> tuple[str, ...]:
        """What to dial for `name`: its A, then its AAAA records; the name itself where the map redirects it."""
        return (await self._lookup(name))[0]

    async def connect(self, address: str, port: int, *, timeout: float = 5.0) -> Stream:
        """A TCP connection; close the stream, or use it in `async with`. Raises ExchangeFailed."""
        await self.network.connections.acquire()
        try:
            stream = await self.network.open(address, port, timeout, "TCP")
        except BaseException:
            self.network.connections.release()
            raise
        stream.permit = self.network.connections
        return stream

    async def handshake(
        self, address: str, port: int, server_name: str, *, timeout: float = 8.0
    ) -> Handshake:
        """One TLS handshake and the chain as served. Raises ExchangeFailed when there is none to tell about."""
        from checks.tls import handshake

        async with self.network.connections:
            return await handshake(self.network, address, port, server_name, self.tls, timeout)

    async def credential(self, name: str, origin: str) -> Secret | None:
        """The secret of that name, for that origin alone: `Http.fetch(bearer=...)` sends it nowhere else."""
        secret = await self._credentials(name, origin)
        if secret is None:
            return None
        bound = Secret(secret.reveal())
        self._secrets.append((bound, origin))
        return bound

    @cached_property
    def tls(self) -> Contexts:
        from checks.tls import Contexts

        return Contexts(self.options.ca_file)

    def _origin_of(self, secret: Secret) -> str:
        return next((origin for known, origin in self._secrets if known is secret), "")

    async def _lookup(self, name: str) -> tuple[tuple[str, ...], float, str]:
        bare = plain(name)
        if is_address(bare) or self.network.is_named(bare):
            return (bare,), 0.0, ""
        four, six = await asyncio.gather(self.dns.query(bare, "A"), self.dns.query(bare, "AAAA"))
        why = f"{bare} has no address (DNS: {four.status.value})"
        return (four.records + six.records)[:ADDRESSES], max(four.took_ms, six.took_ms), why

    async def close(self) -> None:
        """Stop whatever still runs and close every connection."""
        await self.facts.close()
        if self._dns is not None:
            await self._dns.close()
        if self._http is not None:
            await self._http.close()
        self.network.close()

    async def __aenter__(self) -> World:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()
