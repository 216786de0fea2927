"""World: the one way out. Everything a probe learns from outside comes through here, with limits."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

from checks.check import Probe, S
from checks.facts import Facts
from checks.http import Http
from checks.reach import Reach
from checks.resolver import Resolver
from checks.secret import Secret
from checks.target import Target

A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Server:
    """A DNS server to ask: an IP address (as dialled, before any mapping) and a port."""

    address: str
    port: int = 53


Dialled = tuple[str, int]
"""(address or name, port), as it would be dialled or as it is."""


@dataclass(frozen=True, slots=True)
class NetworkOptions:
    """How this computer reaches the outside: the options `--resolver`, `--connect-to`, `--only-mapped`, `--ca-file`.

    `resolvers` empty: those of the operating system. `silent`: (address, port) pairs that never answer (sandbox).
    """

    resolvers: tuple[Server, ...] = ()
    connect_to: Mapping[Dialled, Dialled] = field(default_factory=dict)
    silent: frozenset[Dialled] = frozenset()
    only_mapped: bool = False
    ca_file: Path | None = None


Credentials = Callable[[str, str], Awaitable[Secret | None]]
"""(credential name, origin) -> the secret, or None where the person gave none."""


async def no_credentials(name: str, origin: str) -> Secret | None:
    return None
