"""The name servers: UDP and TCP on one port number each, in front of `dns_answers`."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from typing import cast

import dns.exception
import dns.message

from checks.sandbox.dns_answers import answer, to_wire
from checks.sandbox.sockets import free_pair
from checks.sandbox.state import State


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, server: NameServer) -> None:
        self._server = server

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # On Python 3.11 the transport of a datagram is no instance of the class that describes it.
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, address: tuple[str, int]) -> None:
        wire = self._server.reply_to(data, udp=True)
        if wire is not None:
            asyncio.get_running_loop().call_later(self._server.delay, self._transport.sendto, wire, address)


class NameServer:
    """One name server. `delay` in seconds stands for one round trip."""

    def __init__(self, state: Callable[[], State], delay: float = 0.0) -> None:
        self._state = state
        self.delay = delay
        self.port = 0
        self._closers: list[Callable[[], None]] = []

    async def start(self) -> None:
        loop = asyncio.get_running_loop()
        udp, tcp = free_pair()
        self.port = tcp.getsockname()[1]
        transport, _ = await loop.create_datagram_endpoint(lambda: _Udp(self), sock=udp)
        server = await asyncio.start_server(self._serve_tcp, sock=tcp)
        self._closers = [transport.close, server.close]

    def stop(self) -> None:
        for close in self._closers:
            close()

    def reply_to(self, data: bytes, *, udp: bool) -> bytes | None:
        try:
            query = dns.message.from_wire(data)
        except dns.exception.DNSException:
            return None
        if query.flags & 0x8000:
            return None
        response = answer(self._state(), query)
        return None if response is None else to_wire(response, query, udp=udp)

    async def _serve_tcp(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, OSError), contextlib.closing(writer):
            await asyncio.sleep(self.delay)
            while True:
                size = int.from_bytes(await reader.readexactly(2), "big")
                wire = self.reply_to(await reader.readexactly(size), udp=False)
                await asyncio.sleep(self.delay)
                if wire is not None:
                    writer.write(len(wire).to_bytes(2, "big") + wire)
                    await writer.drain()
