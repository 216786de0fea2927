"""The guard of conftest itself: it must refuse what leaves this computer, by every road there."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable

import pytest

from tests.conftest import OffLoopback, attempts

FAR = ("198.51.100.7", 9)


def create_connection() -> None:
    socket.create_connection(FAR, timeout=0.1)


def connect() -> None:
    with socket.socket() as s:
        s.connect(FAR)


def connect_ex() -> None:
    with socket.socket() as s:
        s.connect_ex(FAR)


def sendto() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", FAR)


def sendto_with_flags() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", 0, FAR)


def six() -> None:
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as s:
        s.sendto(b"x", ("2001:db8::1", 9, 0, 0))


def lookup() -> None:
    socket.getaddrinfo("acme.example", 80)


@pytest.mark.parametrize(
    "road",
    [create_connection, connect, connect_ex, sendto, sendto_with_flags, six, lookup],
    ids=lambda r: r.__name__,
)
def test_every_road_off_this_computer_is_refused(road: Callable[[], None]) -> None:
    with pytest.raises(OffLoopback):
        road()
    assert attempts
    attempts.clear()


async def test_asyncio_streams_and_datagrams_are_refused() -> None:
    loop = asyncio.get_running_loop()
    with pytest.raises(OffLoopback):
        await asyncio.open_connection(*FAR)
    with pytest.raises(OffLoopback):
        await loop.create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=FAR)
    assert len(attempts) == 2
    attempts.clear()


def test_loopback_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    assert not attempts
