"""The web servers: one loopback listener for each (address, port) of the made-up world."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from collections import Counter
from collections.abc import Callable

from checks.sandbox.certificates import Authority, server_context
from checks.sandbox.http_server import Conversation
from checks.sandbox.relay import Relay
from checks.sandbox.sockets import LOOPBACK, bound
from checks.sandbox.state import Certificate, Door, Place, State


def certificate_for(state: State, place: Place, asked: str | None) -> Certificate:
    """The certificate shown at `place` to a client that asks for the name `asked`."""
    door = state.doors[place]
    if door.certificate is not None:
        return door.certificate
    site = state.sites.get((asked or "").lower()) or state.sites[door.host]
    return site.certificate


class Listener:
    """One door. It keeps its port for its whole life, open or closed."""

    def __init__(self, place: Place, state: Callable[[], State], authority: Authority, delay: float) -> None:
        self._place = place
        self._state = state
        self._authority = authority
        self._context = self._make_context()
        self._tls = False
        self._delay = delay
        self._behind: asyncio.Server | None = None
        self._server: asyncio.Server | None = None
        self._waiting: socket.socket | None = bound()
        self.port: int = self._waiting.getsockname()[1]
        self._live: set[asyncio.StreamWriter] = set()
        self._turns: Counter[str] = Counter()

    def _make_context(self) -> ssl.SSLContext:
        context = server_context()

        def choose(connection: ssl.SSLObject, asked: str | None, _: ssl.SSLContext) -> None:
            wanted = certificate_for(self._state(), self._place, asked)
            connection.context = self._authority.context(wanted)

        context.sni_callback = choose
        return context

    async def follow(self, door: Door) -> None:
        """Open or close as `door` says, and hang up on everyone who came in under the old state."""
        self._turns.clear()
        for writer in list(self._live):
            writer.transport.abort()
        if self._server is not None and not (door.open and door.tls == self._tls):
            self._close()
            self._waiting = bound(self.port)
        self._tls = door.tls
        if door.open and self._server is None:
            await self._open()

    async def _open(self) -> None:
        assert self._waiting is not None
        context = self._context if self._tls else None
        if self._delay:
            self._behind = await asyncio.start_server(self._converse, LOOPBACK, 0, ssl=context)
            relay = Relay(self._behind.sockets[0].getsockname()[1], self._delay)
            self._server = await asyncio.start_server(relay.carry, sock=self._waiting)
        else:
            self._server = await asyncio.start_server(self._converse, sock=self._waiting, ssl=context)
        self._waiting = None

    def _close(self) -> None:
        for server in (self._server, self._behind):
            if server is not None:
                server.close()
        self._server = self._behind = None

    def stop(self) -> None:
        self._close()
        if self._waiting is not None:
            self._waiting.close()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._live.add(writer)
        try:
            await Conversation(reader, writer, self._state, self._turns, tls=self._tls).hold()
        finally:
            self._live.discard(writer)
            with contextlib.suppress(OSError):
                writer.close()
