"""A sandbox of its own for each module, spoken to as its parent would: JSON lines over a pipe."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest


class Child:
    """The running sandbox. `at(place)` tells where a place of the made-up world really is."""

    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-m", "checks.sandbox", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.map = self._read()
        self._places = {(row[0], row[1]): (row[2], row[3]) for row in self.map["connect_to"]}

    def _read(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        told = json.loads(self.process.stdout.readline())
        assert isinstance(told, dict)
        return told

    def ask(self, command: object) -> dict[str, Any]:
        return self.ask_raw(json.dumps(command))

    def ask_raw(self, line: str) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self._read()

    def faults(self, *ids: str) -> None:
        assert self.ask({"faults": list(ids)}) == {"faults": list(ids)}

    def at(self, address: str, port: int) -> tuple[str, int]:
        return self._places[address, port]

    def trust(self) -> ssl.SSLContext:
        """A client's context that trusts the made-up authority and nothing else."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.load_verify_locations(self.map["ca_file"])
        return context

    def end(self) -> int:
        assert self.process.stdin is not None and self.process.stdout is not None
        self.process.stdin.close()
        code = self.process.wait(10)
        self.process.stdout.close()
        return code


@pytest.fixture(scope="module")
def running() -> Iterator[Child]:
    child = Child()
    yield child
    assert child.end() == 0


@pytest.fixture
def child(running: Child) -> Iterator[Child]:
    """The module's sandbox, without faults before and after."""
    yield running
    running.faults()
