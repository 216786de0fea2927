"""A relay that stands 50 ms away and writes down every round trip. Run by bench_audit as a process of its own.

Standard input: one JSON line `[[name, port, address, port], ...]`; standard output: one JSON line with the ports, and
after standard input ends a second one with the round trips `[[name, begin, end], ...]` in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
import threading
from collections.abc import Callable
from functools import partial
from typing import cast

LOOPBACK = "127.0.0.1"
Trips = list[tuple[str, float, float]]


class Way:
    """One dialled (name, port), relayed to where it really is."""

    def __init__(self, name: str, to: tuple[str, int], delay: float, trips: Trips) -> None:
        self.name, self.to, self.delay, self.trips = name, to, delay, trips

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await asyncio.sleep(self.delay)
        self.trips.append((self.name, begin, loop.time()))
        try:
            far_reader, far_writer = await asyncio.open_connection(*self.to)
        except OSError:
            writer.close()
            return
        asked: list[float] = []
        there = asyncio.create_task(self._pump(reader, far_writer, lambda: asked.append(loop.time())))

        def answered() -> None:
            if asked:
                # The last byte is under way for half the delay still.
                self.trips.append((self.name, asked[0], loop.time() + self.delay / 2))
                asked.clear()

        back = asyncio.create_task(self._pump(far_reader, writer, answered))
        await asyncio.wait({there, back}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({there, back}, timeout=self.delay)
        for task in (there, back):
            task.cancel()
        far_writer.close()
        writer.close()

    async def _pump(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: Callable[[], None]
    ) -> None:
        loop = asyncio.get_running_loop()
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def deliver() -> None:
            while True:
                due, chunk = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                if not chunk:
                    return
                writer.write(chunk)

        delivering = asyncio.create_task(deliver())
        try:
            while True:
                chunk = await reader.read(65536)
                if chunk:
                    seen()
                queue.put_nowait((loop.time() + self.delay / 2, chunk))
                if not chunk:
                    await delivering
                    return
        except OSError:
            pass
        finally:
            delivering.cancel()


class Questions(asyncio.DatagramProtocol):
    """DNS over UDP: each question is one round trip, named by what it asks about."""

    def __init__(self, way: Way) -> None:
        self.way = way
        self.transport: asyncio.DatagramTransport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # On Python 3.11 the selector's transport does not inherit from DatagramTransport.
        self.transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.task = asyncio.ensure_future(self._ask(data, addr))

    async def _ask(self, data: bytes, addr: tuple[str, int]) -> None:
        loop = asyncio.get_running_loop()
        begin = loop.time()
        await asyncio.sleep(self.way.delay)
        answer: asyncio.Future[bytes] = loop.create_future()

        class Answer(asyncio.DatagramProtocol):
            def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
                if not answer.done():
                    answer.set_result(data)

        transport, _ = await loop.create_datagram_endpoint(Answer, remote_addr=self.way.to)
        transport.sendto(data)
        with contextlib.suppress(TimeoutError):
            self.transport.sendto(await asyncio.wait_for(answer, 5), addr)
            self.way.trips.append((f"dns:{_question(data)}", begin, loop.time()))
        transport.close()


def _question(message: bytes) -> str:
    labels, at = [], 12
    while message[at]:
        labels.append(message[at + 1 : at + 1 + message[at]].decode("ascii", "replace").lower())
        at += 1 + message[at]
    return ".".join(labels)


async def main(delay: float) -> None:
    loop = asyncio.get_running_loop()
    # Connections that are still open when the measuring ends are everyday life here.
    loop.set_exception_handler(lambda loop, context: None)
    trips: Trips = []
    ports = []
    for name, port, to_address, to_port in json.loads(sys.stdin.readline()):
        way = Way(name, (to_address, to_port), delay, trips)
        server = await asyncio.start_server(way.carry, LOOPBACK, 0)
        ports.append(server.sockets[0].getsockname()[1])
        if port == 53:
            await loop.create_datagram_endpoint(partial(Questions, way), (LOOPBACK, ports[-1]))
    print(json.dumps(ports), flush=True)
    ended = asyncio.Event()

    def wait_for_end() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait_for_end, daemon=True).start()
    await ended.wait()
    print(json.dumps(trips), flush=True)


if __name__ == "__main__":
    asyncio.run(main(float(sys.argv[1])))
