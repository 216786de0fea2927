"""Whether anything answers at all under a host name, at each of its addresses."""

from __future__ import annotations

from checks.check import check
from checks.failure import FailureKind
from checks.model import Change, Evidence, Result, Severity, failed, partial, passed
from checks.probes.reachability import Reachability, reachability
from checks.target import Host, all_hosts

_WORDS = {
    FailureKind.REFUSED: "refused",
    FailureKind.TIMED_OUT: "no answer",
    FailureKind.UNREACHABLE: "no way there from this computer",
    FailureKind.RESET: "broke off",
    FailureKind.NOT_PUBLIC: "not a public address, not tried",
}


def _seen(found: Reachability, address: str) -> Evidence:
    told = [
        f"port {knock.port}: {'answers' if knock.failure is None else _WORDS.get(knock.failure, knock.failure.value)}"
        for knock in found.knocks_at(address)
    ]
    tested = (
        "" if address not in found.untested else " (not tested from this computer: it has no working IPv6)"
    )
    return Evidence(", ".join(told) + tested, where=address, expected="port 443 and port 80 answer")


def _record(address: str) -> str:
    return "AAAA" if ":" in address else "A"


def _listed(addresses: tuple[str, ...]) -> str:
    return ", ".join(addresses)


@check("edge.host-answers", item="S2.6", severity=Severity.BLOCKER, each=all_hosts, needs=reachability)
def host_answers(host: Host, found: Reachability) -> Result:
    """Fails when no address accepts a connection on port 443 or 80; partial when some do not. An IPv6 address that this
    computer cannot dial is told and not held against the host."""
    addresses = (*found.answering, *found.dead, *found.untested)
    seen = [_seen(found, address) for address in addresses]
    if not found.answering:
        refused = all(
            knock.failure is FailureKind.REFUSED
            for address in found.dead
            for knock in found.knocks_at(address)
        )
        what = (
            f"A server is there for {host}, but nothing listens on port 443 or 80"
            if refused
            else f"Nothing answers for {host}: visitors wait until their browser gives up"
        )
        want = "a web server that listens on ports 443 and 80, open to everybody"
        where = (
            f"the server behind {_listed(found.dead)}, or the DNS record of {host} if that is an old address"
        )
        return failed(what, *seen, change=Change(f"{_listed(found.dead)}: silent", want, where))
    if found.dead:
        records = " and ".join(dict.fromkeys(_record(address) for address in found.dead))
        total = len(addresses)
        whom = "visitors over IPv6" if all(":" in a for a in found.dead) else "some visitors"
        verb = "does" if len(found.dead) == 1 else "do"
        change = Change(
            have=f"{host}: {_listed(addresses)}",
            want=f"{host}: {_listed(found.answering + found.untested)}",
            where=f"the {records} record of {host} in your DNS zone, or the server behind {_listed(found.dead)}",
        )
        told = f"{len(found.dead)} of {total} addresses of {host} {verb} not answer: {whom} wait, or see an error"
        return partial(told, *seen, change=change, severity=Severity.HIGH)
    summary = f"{host} answers at {_listed(found.answering)}"
    if found.untested:
        summary += f"; not tested from this computer: {_listed(found.untested)}"
    return passed(summary, *seen)
