"""For every test: nothing leaves this computer, and services that are missing are told in one line."""

from __future__ import annotations

import ipaddress
import socket
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest


class OffLoopback(BaseException):
    """A test tried to reach beyond this computer. No Exception, so that no code under test can swallow it."""


attempts: list[str] = []
"""What was tried in the running test; the guard's own test empties it."""


def stays_here(address: object) -> bool:
    """Whether a socket address is on this computer (or no internet address at all)."""
    if not isinstance(address, tuple):
        return True
    host = str(address[0])
    if host in ("localhost", ""):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse(what: str, address: object) -> None:
    attempts.append(f"{what} {address!r}")
    raise OffLoopback(f"{what} to {address!r}: tests stay on this computer")


def _guarded(name: str, place: Callable[..., object]) -> Callable[..., Any]:
    original = getattr(socket.socket, name)

    def guard(self: socket.socket, *args: Any) -> Any:
        address = place(*args)
        if self.family in (socket.AF_INET, socket.AF_INET6) and not stays_here(address):
            _refuse(f"socket.{name}", address)
        return original(self, *args)

    return guard


def _guarded_lookup(original: Callable[..., Any]) -> Callable[..., Any]:
    def guard(host: Any, *args: Any, **kwargs: Any) -> Any:
        name = host.decode() if isinstance(host, bytes) else host
        literal = name is None or name.replace(".", "").isdigit() or ":" in name
        if not literal and not stays_here((name, 0)):
            _refuse("socket.getaddrinfo", name)
        return original(host, *args, **kwargs)

    return guard


def pytest_configure(config: pytest.Config) -> None:
    # asyncio, http.client, dnspython and subprocess helpers all end in these methods.
    for name, place in (
        ("connect", lambda address: address),
        ("connect_ex", lambda address: address),
        ("sendto", lambda *args: args[-1]),
        ("sendmsg", lambda *args: args[3] if len(args) > 3 else None),
    ):
        if hasattr(socket.socket, name):
            setattr(socket.socket, name, _guarded(name, place))
    socket.getaddrinfo = _guarded_lookup(socket.getaddrinfo)


@pytest.fixture(autouse=True)
def nothing_leaves_this_computer() -> Iterator[None]:
    """Fails the test that tried, also where a thread or a task took the refusal for itself."""
    attempts.clear()
    yield
    assert not attempts, f"tried to leave this computer: {attempts}"


def pytest_terminal_summary(terminalreporter: Any) -> None:
    skipped = terminalreporter.stats.get("skipped", [])
    missing = Counter(str(report.longrepr[2]) for report in skipped if "services" in report.keywords)
    if missing:
        reasons = "; ".join(reason.removeprefix("Skipped: ") for reason in missing)
        terminalreporter.write_line(f"{sum(missing.values())} tests skipped for missing services: {reasons}")
