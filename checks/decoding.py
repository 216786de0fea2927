"""Bodies unpacked bit by bit, so that a few kilobytes cannot grow to gigabytes in memory."""

from __future__ import annotations

import zlib
from typing import Protocol


class BodyDecoder(Protocol):
    def feed(self, data: bytes, room: int) -> bytes:
        """What `data` unpacks to, at most `room` bytes. Raises zlib.error on damaged data."""
        ...


class AsIs:
    def feed(self, data: bytes, room: int) -> bytes:
        return data[:room]


class Unpacking:
    """gzip (also several members in a row) or deflate (with the zlib header, or raw as some servers send it)."""

    def __init__(self, coding: str) -> None:
        self._window = 16 + zlib.MAX_WBITS if coding == "gzip" else zlib.MAX_WBITS
        self._maybe_raw = coding == "deflate"
        self._inflate = zlib.decompressobj(self._window)

    def feed(self, data: bytes, room: int) -> bytes:
        unpacked = bytearray()
        while data and len(unpacked) < room:
            if self._inflate.eof:
                if data.startswith(b"\0"):
                    break  # padding after the last member
                self._inflate = zlib.decompressobj(self._window)
            unpacked += self._step(data, room - len(unpacked))
            data = self._inflate.unused_data if self._inflate.eof else b""
        return bytes(unpacked)

    def _step(self, data: bytes, room: int) -> bytes:
        try:
            out = self._inflate.decompress(data, room)
        except zlib.error:
            if not self._maybe_raw:
                raise
            self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)
            out = self._inflate.decompress(data, room)
        self._maybe_raw = False
        return out


def decoder_for(content_encoding: str) -> BodyDecoder:
    """For one coding that we asked for; anything else stays as it came."""
    coding = content_encoding.strip().lower().removeprefix("x-")
    return Unpacking(coding) if coding in ("gzip", "deflate") else AsIs()
