"""What may be contacted, why, and what was. The only list of its kind; the person can read it at any time."""

from __future__ import annotations

import ipaddress
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from checks.platforms import is_public_suffix, registrable_domain
from checks.text import visible

if TYPE_CHECKING:
    from checks.target import Target

LOG_LIMIT = 5000
"""Contacts that are remembered; older ones fall out."""


class AddressKind(StrEnum):
    PUBLIC = "public"
    PRIVATE = "private"
    LOOPBACK = "loopback"
    LINK_LOCAL = "link-local"
    SITE_LOCAL = "site-local"
    SHARED = "shared"
    """100.64.0.0/10: behind a provider's own translation (RFC 6598)."""
    DOCUMENTATION = "documentation"
    BENCHMARKING = "benchmarking"
    MULTICAST = "multicast"
    TRANSLATED = "translated"
    """Carries another address inside: IPv4-mapped, NAT64, 6to4, Teredo. What would answer is not what is written."""
    UNSPECIFIED = "unspecified"
    RESERVED = "reserved"


# IANA special-purpose registries, the narrowest network first. `ipaddress.is_global` is not used: it passes NAT64,
# multicast and fec0::/10, and its answers change between Python versions.
_KINDS: tuple[tuple[str, AddressKind], ...] = (
    ("0.0.0.0/32", AddressKind.UNSPECIFIED),
    ("0.0.0.0/8", AddressKind.RESERVED),
    ("10.0.0.0/8", AddressKind.PRIVATE),
    ("100.64.0.0/10", AddressKind.SHARED),
    ("127.0.0.0/8", AddressKind.LOOPBACK),
    ("169.254.0.0/16", AddressKind.LINK_LOCAL),
    ("172.16.0.0/12", AddressKind.PRIVATE),
    ("192.0.0.0/24", AddressKind.RESERVED),
    ("192.0.2.0/24", AddressKind.DOCUMENTATION),
    ("192.88.99.0/24", AddressKind.TRANSLATED),
    ("192.168.0.0/16", AddressKind.PRIVATE),
    ("198.18.0.0/15", AddressKind.BENCHMARKING),
    ("198.51.100.0/24", AddressKind.DOCUMENTATION),
    ("203.0.113.0/24", AddressKind.DOCUMENTATION),
    ("224.0.0.0/4", AddressKind.MULTICAST),
    ("240.0.0.0/4", AddressKind.RESERVED),
    ("::/128", AddressKind.UNSPECIFIED),
    ("::1/128", AddressKind.LOOPBACK),
    ("::/96", AddressKind.TRANSLATED),
    ("::ffff:0:0/96", AddressKind.TRANSLATED),
    ("::ffff:0:0:0/96", AddressKind.TRANSLATED),
    ("64:ff9b::/96", AddressKind.TRANSLATED),
    ("64:ff9b:1::/48", AddressKind.TRANSLATED),
    ("2001::/32", AddressKind.TRANSLATED),
    ("2001:2::/48", AddressKind.BENCHMARKING),
    ("2001::/23", AddressKind.RESERVED),
    ("2001:db8::/32", AddressKind.DOCUMENTATION),
    ("2002::/16", AddressKind.TRANSLATED),
    ("3fff::/20", AddressKind.DOCUMENTATION),
    ("2000::/3", AddressKind.PUBLIC),
    ("fc00::/7", AddressKind.PRIVATE),
    ("fe80::/10", AddressKind.LINK_LOCAL),
    ("fec0::/10", AddressKind.SITE_LOCAL),
    ("ff00::/8", AddressKind.MULTICAST),
    ("::/0", AddressKind.RESERVED),
)


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[int, int, int, AddressKind], ...]:
    networks = ((ipaddress.ip_network(text), kind) for text, kind in _KINDS)
    return tuple((n.version, int(n.network_address), int(n.netmask), kind) for n, kind in networks)


@lru_cache(maxsize=4096)
def address_kind(address: str) -> AddressKind:
    """What kind of address this is, by our own table. A zone (`%eth0`) is ignored. ValueError when it is none."""
    parsed = ipaddress.ip_address(address)
    value = int(parsed)
    for version, network, mask, kind in _table():
        if version == parsed.version and value & mask == network:
            return kind
    return AddressKind.PUBLIC


def is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def plain(host: str) -> str:
    """A name or address in the one form in which it is compared: lower case, no trailing dot, no brackets."""
    bare = host.removeprefix("[").removesuffix("]").rstrip(".").lower()
    return str(ipaddress.ip_address(bare)) if is_address(bare) else bare


@dataclass(frozen=True, slots=True)
class Contact:
    """One attempt to reach something. `outcome` is `ok` or a failure's kind."""

    at: datetime
    purpose: str
    host: str
    address: str
    port: int
    outcome: str


@dataclass(frozen=True, slots=True)
class Allowed:
    """One line of the list that the person reads: what may be contacted, and why."""

    what: str
    why: str


def _log() -> deque[Contact]:
    return deque(maxlen=LOG_LIMIT)


@dataclass(slots=True)
class Reach:
    """What may be contacted. Names decide about requests, addresses decide about dialling."""

    log: deque[Contact] = field(default_factory=_log)
    _hosts: dict[str, str] = field(default_factory=dict)
    _trees: dict[str, str] = field(default_factory=dict)
    _addresses: dict[tuple[str, int | None], str] = field(default_factory=dict)
    _unread: list[str] = field(default_factory=list)
    """Domains whose registrable part is not looked up yet: reading the suffix list is left to the first question."""

    def allow_host(self, host: str, why: str) -> None:
        """This very name: what the person typed or confirmed."""
        self._hosts.setdefault(plain(host), why)

    def allow_tree(self, name: str, why: str) -> None:
        """This name and every name below it."""
        self._trees.setdefault(plain(name), why)

    def allow_address(self, address: str, why: str, port: int | None = None) -> None:
        """Dial this address though it may not be public; None means on every port."""
        self._addresses.setdefault((plain(address), port), why)

    def allow_target(self, target: Target) -> None:
        """Everything the target names: its registrable domain, confirmed hosts and endpoints elsewhere."""
        name = target.domain.name
        # Below a platform's suffix only this one name is the person's own; all others are strangers.
        self.allow_host(name, "the domain you typed")
        if target.platform:
            self.allow_tree(name, "names below your domain")
        else:
            self._unread.append(name)
        for host in target.hosts:
            if host.confirmed:
                self.allow_host(host.name, "a host you named")
        for mail in target.mail_domains:
            if mail.confirmed:
                self.allow_host(mail.name, "a mail domain you named")
        for endpoint in target.endpoints:
            host_name = _host_of(endpoint.url)
            if endpoint.confirmed and host_name:
                self.allow_host(host_name, "an address of your product you named")

    def may_contact(self, host: str) -> bool:
        """Whether requests may be sent to this name."""
        name = plain(host)
        if name in self._hosts or any(address == name for address, _ in self._addresses):
            return True
        self._read_suffixes()
        labels = name.split(".")
        return any(".".join(labels[start:]) in self._trees for start in range(len(labels)))

    def may_dial(self, address: str, port: int) -> bool:
        """Whether this very address may be dialled: it is public, or somebody named it."""
        bare = plain(address)
        if (bare, None) in self._addresses or (bare, port) in self._addresses:
            return True
        return address_kind(bare) is AddressKind.PUBLIC

    def record(self, purpose: str, host: str, address: str, port: int, outcome: str) -> None:
        self.log.append(Contact(datetime.now(UTC), purpose, visible(host, 300), address, port, outcome))

    def describe(self) -> tuple[Allowed, ...]:
        """The list as shown to the person: what may be contacted, and why."""
        self._read_suffixes()
        rows = [Allowed(f"{name} and every name below it", why) for name, why in sorted(self._trees.items())]
        rows += [Allowed(name, why) for name, why in sorted(self._hosts.items()) if not self._covered(name)]
        rows += [Allowed(_dialled(key), why) for key, why in sorted(self._addresses.items(), key=str)]
        return tuple(rows)

    def _read_suffixes(self) -> None:
        while self._unread:
            name = plain(self._unread.pop())
            if not is_public_suffix(name):
                self.allow_tree(registrable_domain(name), "names below your domain")

    def _covered(self, name: str) -> bool:
        return any(name == tree or name.endswith(f".{tree}") for tree in self._trees)


def _dialled(key: tuple[str, int | None]) -> str:
    address, port = key
    bare = f"[{address}]" if ":" in address else address
    return bare if port is None else f"{bare}:{port}"


def _host_of(url: str) -> str:
    from urllib.parse import urlsplit

    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
