"""The certificate that each address of a host shows, read; and whether a visitor's browser would open the host."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from checks.check import probe
from checks.facts import cause_of
from checks.failure import ExchangeFailed, Failure
from checks.model import Cause, CouldNotCheck
from checks.probes.chain import DATE, OK, SELF_SIGNED_IN_CHAIN, SELF_SIGNED_LEAF, Leaf, Problem, read_chain
from checks.probes.clock import clock, wrong_clock
from checks.probes.reachability import HTTPS, answering_host
from checks.target import Host
from checks.tls import Contexts, Handshake, handshake

if TYPE_CHECKING:
    from checks.world import World


@dataclass(frozen=True, slots=True)
class Shown:
    """What one address showed for the host's name. `failure` is set when there was no handshake to read."""

    address: str
    leaf: Leaf | None
    problems: frozenset[Problem]
    verify_message: str = ""
    protocol: str = ""
    failure: Failure | None = None

    @property
    def accepted(self) -> bool:
        """Whether a browser opens the page without a warning."""
        return self.failure is None and not self.problems


@dataclass(frozen=True, slots=True)
class Certificates:
    """`shown`: one for each address with port 443 open, empty when nothing listens there. `closed` addresses answer
    on port 80 alone; `untested` are IPv6 addresses this computer cannot dial."""

    host: str
    seen_at: datetime
    shown: tuple[Shown, ...]
    closed: tuple[str, ...] = ()
    untested: tuple[str, ...] = ()

    @property
    def good(self) -> tuple[str, ...]:
        """Addresses at which a browser opens the host without a warning."""
        return tuple(shown.address for shown in self.shown if shown.accepted)

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        return tuple(shown.leaf for shown in self.shown if shown.leaf is not None)


def read_handshake(shaken: Handshake, host: str, now: datetime) -> Shown:
    reading = read_chain(shaken.chain, shaken.verify_code, host, now)
    return Shown(shaken.address, reading.leaf, reading.problems, shaken.verify_message, shaken.protocol)


async def _shake(world: World, host: str, address: str) -> tuple[Shown, Handshake | None]:
    try:
        shaken = await world.handshake(address, HTTPS, host)
    except ExchangeFailed as error:
        return Shown(address, None, frozenset(), failure=error.failure), None
    return read_handshake(shaken, host, world.now()), shaken


def intercepted(issuer: str) -> Cause:
    return Cause(
        "tls-intercepted",
        f"Something on this computer or network opens encrypted connections and signs them again ({issuer}), "
        "so the certificates that visitors see could not be checked",
        "Usually a company proxy or an antivirus program: switch its HTTPS scan off, or check again from another "
        "network.",
        removable=True,
    )


def worth_a_second_opinion(shown: Shown, verify_code: int) -> bool:
    """Whether the store of this computer may know better. A leaf that says where its issuer can be had is an ordinary
    public one whose server forgot the intermediate; some stores fetch that by themselves and would say yes."""
    if verify_code == OK or shown.leaf is None:
        return False
    if verify_code in (SELF_SIGNED_LEAF, SELF_SIGNED_IN_CHAIN):
        return True
    untrusted = {Problem.UNTRUSTED_ROOT, Problem.MISSING_INTERMEDIATE} & shown.problems
    return bool(untrusted) and not shown.leaf.issuer_url


class _ThisComputer(Contexts):
    """Trusts what the operating system trusts, in place of what the public does."""

    @cached_property
    def public(self) -> ssl.SSLContext:
        import truststore

        return truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


async def _trusted_by_this_computer(world: World, host: str, address: str) -> bool:
    """Whether the operating system's store accepts what certifi does not."""
    try:
        second = await handshake(world.network, address, HTTPS, host, _ThisComputer(), 5.0)
    except ExchangeFailed:
        return False
    return second.completed


async def _check_interception(world: World, host: str, found: list[tuple[Shown, Handshake | None]]) -> None:
    if world.options.ca_file is not None:
        return
    for shown, shaken in found:
        if shaken is None or not worth_a_second_opinion(shown, shaken.verify_code):
            continue
        if await _trusted_by_this_computer(world, host, shown.address):
            raise CouldNotCheck(intercepted(shown.leaf.top_issuer if shown.leaf else ""))
        return


async def _check_clock(world: World, shown: tuple[Shown, ...]) -> None:
    """Raises CouldNotCheck when a certificate is out of date by our clock alone."""
    doubtful = [one.leaf for one in shown if one.leaf is not None and DATE & one.problems]
    if not doubtful:
        return
    told = await cause_of(world.find(clock, world.target.domain))
    if isinstance(told, Cause) or not told.ours_is_wrong:
        return
    if all(leaf.valid_at(told.servers) for leaf in doubtful):
        raise CouldNotCheck(wrong_clock(told))


@probe(deadline=20)
async def certificates(world: World, host: Host) -> Certificates:
    """One handshake with every address that listens on port 443.

    Raises CouldNotCheck when the host is unreachable, when this computer's clock is wrong, or when something of its
    own re-signs what it reads.
    """
    reached = await world.find(answering_host, host)
    listening = reached.open_at(HTTPS)
    found = list(await asyncio.gather(*(_shake(world, host.name, address) for address in listening)))
    shown = tuple(one for one, _ in found)
    await _check_clock(world, shown)
    await _check_interception(world, host.name, found)
    closed = tuple(address for address in reached.answering if address not in listening)
    return Certificates(host.name, world.now(), shown, closed, reached.untested)


def not_opened(host: str) -> Cause:
    """The one cause of everything behind a certificate that browsers refuse; the `edge.tls-…` checks tell the fault."""
    return Cause(
        "https-broken",
        f"https://{host} does not open for visitors, so nothing behind it could be checked",
        f"Mend the certificate of {host} first (see the edge.tls checks), then check again.",
    )


@probe(deadline=5)
async def trusted_host(world: World, host: Host) -> Certificates:
    """A host that opens over https at one address at least (`good`). Raises CouldNotCheck otherwise.

    Further exchanges go to a good address: which one DNS names first is chance, and verdicts must not be.
    """
    found = await world.find(certificates, host)
    if not found.good:
        raise CouldNotCheck(not_opened(host.name))
    return found
