"""The made-up world as one frozen value. A fault is a pure function from one such value to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Place = tuple[str, int]
"""(documentation address, port), as the checks dial it."""


class DnsTrouble(StrEnum):
    """How a name server misbehaves when it is asked for one name."""

    SERVFAIL = "servfail"
    REFUSED = "refused"
    SILENT = "silent"


ANY = "*"
"""Stands for every name or every record type in `State.troubles`."""


class Issuer(StrEnum):
    INTERMEDIATE = "intermediate"
    """The sandbox's own authority, by its intermediate certificate: the normal case."""
    OLD_INTERMEDIATE = "old-intermediate"
    """The same, by an intermediate certificate that has ended."""
    ITSELF = "itself"
    STRANGER = "stranger"
    """An authority that nobody trusts."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a leaf certificate says. Times are days from the start of the sandbox."""

    names: tuple[str, ...]
    begins_in_days: float = -31
    ends_in_days: float = 59
    issuer: Issuer = Issuer.INTERMEDIATE
    sends_intermediate: bool = True
    alternative_names: bool = True
    """False: the names stand in the common name only, where browsers have not looked since 2017."""
    weak_key: bool = False
    """RSA with 1024 bits in place of a curve."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer. In a `location` header, `{path}` stands for the path and query that were asked for."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    methods: tuple[str, ...] = ("GET", "HEAD")
    wait_ms: int = 0
    """Time before the first byte."""
    answers: bool = True
    """False: takes the request and never says anything."""
    hangs_up: bool = False
    """True: takes the request and closes the connection."""
    next: Reply | None = None
    """The reply to every second request, where the two differ."""


@dataclass(frozen=True, slots=True)
class Served:
    """Replies by path, and the reply to every other path."""

    replies: Mapping[str, Reply]
    otherwise: Reply


@dataclass(frozen=True, slots=True)
class Site:
    """What one host name serves: over https, over plain http, and with which certificate."""

    secure: Served
    plain: Served
    certificate: Certificate


@dataclass(frozen=True, slots=True)
class Door:
    """One listening place. `host` is the name served to a client that asks for none that is known.

    `certificate`, if given, is shown here whatever name is asked for: two addresses of one name can differ.
    """

    host: str
    tls: bool
    open: bool = True
    certificate: Certificate | None = None


Records = Mapping[str, Mapping[str, tuple[str, ...]]]
"""name -> record type -> values in presentation form. Names are lower case without the trailing dot; the root is ""."""


@dataclass(frozen=True, slots=True)
class State:
    records: Records
    sites: Mapping[str, Site]
    doors: Mapping[Place, Door]
    troubles: Mapping[tuple[str, str], DnsTrouble] = field(default_factory=dict)
    """(name or ANY, record type or ANY) -> what goes wrong."""
    captive_address: str = ""
    """An address given as the answer to every question, as a hotel network does before one logs in."""
