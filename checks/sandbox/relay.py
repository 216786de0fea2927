"""Distance, made by hand: a relay that holds every byte back for half a round trip in each direction."""

from __future__ import annotations

import asyncio
import contextlib

from checks.sandbox.sockets import LOOPBACK

_CHUNK = 65536


class Relay:
    """Carries connections to a local `port` as if it were `delay` seconds of round trip away.

    The system accepts at once, so the round trip of connecting is added to the first bytes.
    """

    def __init__(self, port: int, delay: float) -> None:
        self._port = port
        self._delay = delay

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError), contextlib.closing(writer):
            await asyncio.sleep(self._delay)
            far_reader, far_writer = await asyncio.open_connection(LOOPBACK, self._port)
            with contextlib.closing(far_writer):
                directions = [
                    asyncio.ensure_future(self._pump(reader, far_writer)),
                    asyncio.ensure_future(self._pump(far_reader, writer)),
                ]
                await asyncio.wait(directions, return_when=asyncio.FIRST_COMPLETED)
                # Whoever hung up, the other direction still delivers what is under way.
                await asyncio.wait(directions, timeout=self._delay)
                for direction in directions:
                    direction.cancel()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def take() -> None:
            chunk = b"?"
            while chunk:
                try:
                    chunk = await reader.read(_CHUNK)
                except OSError:
                    chunk = b""
                under_way.put_nowait((loop.time() + self._delay / 2, chunk))

        taking = asyncio.ensure_future(take())
        try:
            while True:
                due, chunk = await under_way.get()
                await asyncio.sleep(due - loop.time())
                if not chunk:
                    return
                writer.write(chunk)
                with contextlib.suppress(OSError):
                    await writer.drain()
        finally:
            taking.cancel()
