"""HTTP/1.1 by h11: one connection at a time, replies read from the state at the moment of asking."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter
from collections.abc import Callable
from email.utils import formatdate

import h11

from checks.sandbox.state import Reply, Served, State

_IDLE_SECONDS = 30.0
_UNKNOWN_HOST = Reply(
    421, (("Content-Type", "text/plain; charset=utf-8"),), b"Nothing is served by this name.\n"
)
_EMPTY = frozenset({204, 304})


def find_reply(state: State, host: str, *, tls: bool, path: str) -> Reply:
    """What `host` answers at `path` (without query)."""
    site = state.sites.get(host)
    if site is None:
        return _UNKNOWN_HOST
    served: Served = site.secure if tls else site.plain
    return served.replies.get(path, served.otherwise)


def _host_header(request: h11.Request) -> str:
    return next((value for name, value in request.headers if name == b"host"), b"").decode("ascii", "replace")


def _without_port(host: str) -> str:
    name, colon, port = host.rpartition(":")
    return (name if colon and port.isdigit() else host).lower().rstrip(".")


class Conversation:
    """One connection with one client, TLS already taken off.

    `turns` counts, for all connections of one door, the requests to each path whose replies take turns.
    """

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        state: Callable[[], State],
        turns: Counter[str],
        *,
        tls: bool,
    ) -> None:
        self._reader = reader
        self._writer = writer
        self._state = state
        self._turns = turns
        self._tls = tls
        self._http = h11.Connection(h11.SERVER)

    async def hold(self) -> None:
        """Answer requests until either side has enough."""
        with contextlib.suppress(h11.RemoteProtocolError, OSError, TimeoutError):
            while True:
                request = await self._next_request()
                if request is None:
                    break
                await self._answer(request)
                if self._http.our_state is h11.MUST_CLOSE:
                    break
                self._http.start_next_cycle()
        self._writer.close()

    async def _next_request(self) -> h11.Request | None:
        """The next request, its body read and dropped; None when the client left."""
        request: h11.Request | None = None
        while True:
            event = self._http.next_event()
            if event is h11.NEED_DATA:
                async with asyncio.timeout(_IDLE_SECONDS):
                    self._http.receive_data(await self._reader.read(65536))
            elif isinstance(event, h11.Request):
                request = event
            elif isinstance(event, h11.EndOfMessage):
                return request
            elif isinstance(event, h11.ConnectionClosed):
                return None

    async def _answer(self, request: h11.Request) -> None:
        target = request.target.decode("ascii", "replace")
        method = request.method.decode("ascii")
        path = target.partition("?")[0]
        host = _without_port(_host_header(request))
        reply = find_reply(self._state(), host, tls=self._tls, path=path)
        if reply.next is not None:
            self._turns[path] += 1
            reply = reply if self._turns[path] % 2 else reply.next
        if reply.hangs_up:
            raise ConnectionError("as the reply wants it")
        if not reply.answers:
            await self._reader.read()
            raise OSError("the client gave up")
        if method not in reply.methods:
            allowed = (("Allow", ", ".join(reply.methods)), ("Content-Type", "text/plain"))
            reply = Reply(405, allowed, b"This address takes no such request.\n")
        await asyncio.sleep(reply.wait_ms / 1000)
        await self._send(reply, target, body=method != "HEAD")

    async def _send(self, reply: Reply, target: str, *, body: bool) -> None:
        content = reply.body.replace(b"{path}", target.encode()) if 300 <= reply.status < 400 else reply.body
        headers = [("Date", formatdate(usegmt=True)), ("Server", "nginx")]
        headers += [
            (name, value.replace("{path}", target) if name == "Location" else value)
            for name, value in reply.headers
        ]
        if reply.status not in _EMPTY:
            headers.append(("Content-Length", str(len(content))))
        events: list[h11.Event] = [h11.Response(status_code=reply.status, headers=headers)]
        if body and content:
            events.append(h11.Data(data=content))
        events.append(h11.EndOfMessage())
        for event in events:
            self._writer.write(self._http.send(event) or b"")
        await self._writer.drain()
