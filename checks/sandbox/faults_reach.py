"""Faults of servers that do not answer."""

from __future__ import annotations

from checks.sandbox.changes import close_doors, set_record, together
from checks.sandbox.fault import LANDING, LOGIN, SIGNUP, Fault, all_of, at
from checks.sandbox.pages import APEX, API, APP, DOCS, WWW
from checks.sandbox.startup import APEX_ADDRESSES, HOST_ADDRESSES, OLD_SERVER, places

FAULTS = (
    Fault(
        "app-down",
        "The app is down",
        "The server is up and nothing listens on it: the last deploy ended without a running process.",
        close_doors(*places(APP)),
        breaks=at(APP, "edge.host-answers"),
        blinds=frozenset({APP, SIGNUP, LOGIN}),
    ),
    Fault(
        "app-silent",
        "app points at the old server",
        "DNS still leads to the machine that was switched off; what is sent there gets lost.",
        together(set_record(APP, "A", OLD_SERVER[0]), set_record(APP, "AAAA", OLD_SERVER[1])),
        breaks=at(APP, "edge.host-answers"),
        blinds=frozenset({APP, SIGNUP, LOGIN}),
    ),
    Fault(
        "app-old-address-left",
        "app has its old address beside the new one",
        "The new record was added and the old one not deleted: every second visitor waits in vain.",
        set_record(APP, "A", *HOST_ADDRESSES[APP][0], OLD_SERVER[0]),
        breaks=at(APP, "edge.host-answers"),
    ),
    Fault(
        "site-down",
        "The site itself is down",
        "The web host suspended the site because the card on file had expired.",
        close_doors(*places(APEX)),
        breaks=all_of(at(APEX, "edge.host-answers"), at(WWW, "edge.host-answers")),
        blinds=frozenset({APEX, WWW, LANDING}),
    ),
    Fault(
        "one-address-closed",
        "One of the site's two servers is down",
        "Every second visitor gets an error: one of the two addresses behind the name has nothing running.",
        close_doors((APEX_ADDRESSES[1], 80), (APEX_ADDRESSES[1], 443)),
        breaks=all_of(at(APEX, "edge.host-answers"), at(WWW, "edge.host-answers")),
    ),
    Fault(
        "docs-without-https",
        "docs does not speak HTTPS",
        "The docs host was set up for http and nobody turned on the certificate.",
        close_doors(*places(DOCS, 443)),
        breaks=at(DOCS, "edge.tls-trusted"),
        blinds=frozenset({DOCS}),
    ),
    Fault(
        "api-ipv6-dead",
        "api does not answer over IPv6",
        "The AAAA record names a machine on which the web server listens on IPv4 only.",
        close_doors(*(place for place in places(API) if ":" in place[0])),
        breaks=at(API, "edge.host-answers"),
    ),
)
