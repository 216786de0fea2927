"""Loopback sockets on ports of the system's choice."""

from __future__ import annotations

import socket
import sys

LOOPBACK = "127.0.0.1"


def bound(port: int = 0, kind: socket.SocketKind = socket.SOCK_STREAM) -> socket.socket:
    """A socket bound on loopback. One of TCP that does not listen yet refuses connections and holds its port."""
    made = socket.socket(socket.AF_INET, kind)
    try:
        # On Windows the option would let two sockets share a port; elsewhere it lets us have ours back at once.
        if kind is socket.SOCK_STREAM and sys.platform != "win32":
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((LOOPBACK, port))
        made.settimeout(0)
    except OSError:
        made.close()
        raise
    return made


def free_pair() -> tuple[socket.socket, socket.socket]:
    """A UDP and a TCP socket on the same port number. Raises OSError when twenty tries found none."""
    for _ in range(20):
        tcp = bound()
        try:
            return bound(tcp.getsockname()[1], socket.SOCK_DGRAM), tcp
        except OSError:
            tcp.close()
    raise OSError("no port is free for both UDP and TCP")
