"""Everything that can be made to go wrong in the demo, as data, and the two stories told with it."""

from __future__ import annotations

from collections.abc import Iterable

from checks.sandbox import (
    faults_endpoints,
    faults_mail,
    faults_names,
    faults_reach,
    faults_redirects,
    faults_tls,
)
from checks.sandbox.fault import Fault
from checks.sandbox.state import State

FAULTS: tuple[Fault, ...] = (
    *faults_names.FAULTS,
    *faults_mail.FAULTS,
    *faults_reach.FAULTS,
    *faults_redirects.FAULTS,
    *faults_tls.FAULTS,
    *faults_endpoints.FAULTS,
)

STATES: dict[str, tuple[str, ...]] = {
    "fixed": (),
    "broken": (
        "www-duplicate",
        "http-stays-http",
        "app-certificate-expired",
        "docs-private-address",
        "app-without-ipv6",
        "dmarc-missing",
        "health-only-ok",
        "staging-self-signed",
    ),
}
"""`broken`: Plumline two days before the launch. The ads are booked. The site moved hosts last week, so www and http
were never told where to go; app runs on the small server that Ines set up by hand in August, which has no IPv6 and
whose certificate ended last week; docs still has the address of the office machine; DMARC was on the list for "after
launch"; staging signed its own certificate; and the health check says OK while the database is down."""


def with_faults(state: State, ids: Iterable[str]) -> State:
    """`state` with these faults, always applied in the order of FAULTS. Raises KeyError on an unknown id."""
    wanted = set(ids)
    unknown = wanted - {fault.id for fault in FAULTS}
    if unknown:
        raise KeyError(f"no fault is called {', '.join(sorted(unknown))}")
    for fault in FAULTS:
        if fault.id in wanted:
            state = fault.apply(state)
    return state
