"""Faults of names: what DNS says about the domain and its hosts."""

from __future__ import annotations

from dataclasses import replace

from checks.sandbox.changes import (
    remove_name,
    remove_zone,
    set_record,
    together,
    trouble,
)
from checks.sandbox.fault import EVERYTHING, HEALTH, LANDING, LOGIN, SIGNUP, Fault, at
from checks.sandbox.pages import APEX, API, APP, DOCS, DOMAIN, WWW
from checks.sandbox.startup import APEX_ADDRESSES, DOCS_HOST, PORTAL
from checks.sandbox.state import ANY, DnsTrouble

FAULTS = (
    Fault(
        "domain-unregistered",
        "The domain does not exist",
        "The registration lapsed, or the name was typed with a letter too many: nobody answers to it.",
        remove_zone(DOMAIN),
        breaks=at(APEX, "dns.name-exists"),
        blinds=EVERYTHING,
    ),
    Fault(
        "app-record-missing",
        "app has no DNS record",
        "The app was moved to a new host, the old record was deleted, and the new one never added.",
        remove_name(APP),
        breaks=at(APP, "dns.host-resolves"),
        blinds=frozenset({APP, SIGNUP, LOGIN}),
    ),
    Fault(
        "www-record-missing",
        "www has no DNS record",
        "Only the bare domain was set up; people who type www get an error page of their browser.",
        remove_name(WWW),
        breaks=at(WWW, "dns.host-resolves") | at(APEX, "edge.doors-reach"),
        blinds=frozenset({WWW}),
    ),
    Fault(
        "www-alias-dangling",
        "www is an alias of a name that is gone",
        "www points at the preview of the site builder that was cancelled in October.",
        set_record(WWW, "CNAME", "plumline-web.builder.example."),
        breaks=at(WWW, "dns.host-resolves") | at(APEX, "edge.doors-reach"),
        blinds=frozenset({WWW}),
    ),
    Fault(
        "apex-record-missing",
        "The bare domain has no address",
        "Only mail was set up on it; the site was meant to come last.",
        together(set_record(APEX, "A"), set_record(APEX, "AAAA")),
        breaks=at(APEX, "dns.host-resolves") | at(WWW, "dns.host-resolves"),
        blinds=frozenset({APEX, WWW, LANDING}),
    ),
    Fault(
        "docs-partly-private",
        "docs has a private address beside its public one",
        "The address of the office machine was added for a test and never taken out.",
        set_record(DOCS_HOST, "A", "203.0.113.40", "10.0.0.40"),
        breaks=at(DOCS, "dns.public-address"),
    ),
    Fault(
        "docs-private-address",
        "docs points to a private address",
        "The address of the machine in the office network was copied into the public DNS.",
        together(set_record(DOCS_HOST, "A", "10.0.0.40"), set_record(DOCS_HOST, "AAAA", "fd00:40::1")),
        breaks=at(DOCS, "dns.public-address"),
        blinds=frozenset({DOCS}),
    ),
    Fault(
        "api-loopback-address",
        "api points to the visitor's own computer",
        "127.0.0.1 was entered while somebody tried things out, and stayed.",
        together(set_record(API, "A", "127.0.0.1"), set_record(API, "AAAA", "::1")),
        breaks=at(API, "dns.public-address"),
        blinds=frozenset({API, HEALTH}),
    ),
    Fault(
        "app-without-ipv6",
        "app has no IPv6 address",
        "The new host gave an IPv4 address only.",
        set_record(APP, "AAAA"),
        breaks=at(APP, "dns.no-ipv6"),
    ),
    Fault(
        "api-dns-servfail",
        "The name servers fail on api",
        "The provider of the name servers has an outage in the part that serves api.",
        trouble(API, DnsTrouble.SERVFAIL),
        blinds=frozenset({API, HEALTH}),
    ),
    Fault(
        "api-dns-refused",
        "The name servers refuse to answer for api",
        "api was delegated to servers that do not know it.",
        trouble(API, DnsTrouble.REFUSED),
        blinds=frozenset({API, HEALTH}),
    ),
    Fault(
        "app-dns-silent",
        "The name servers never answer for app",
        "Questions about app get lost between two firewalls.",
        trouble(APP, DnsTrouble.SILENT),
        blinds=frozenset({APP, SIGNUP, LOGIN}),
    ),
    Fault(
        "docs-alias-loop",
        "docs and docs-host are aliases of each other",
        "While swapping the two names, each was pointed at the other.",
        together(remove_name(DOCS_HOST), set_record(DOCS_HOST, "CNAME", f"{DOCS}.")),
        breaks=at(DOCS, "dns.host-resolves"),
        blinds=frozenset({DOCS}),
    ),
    Fault(
        "wildcard-record",
        "Every name below the domain exists",
        "A wildcard record answers for each name that anybody may think of.",
        set_record(f"*.{DOMAIN}", "A", *APEX_ADDRESSES),
    ),
    Fault(
        "captive-network",
        "This computer is behind a log-in page",
        "The network answers every question with the address of its own log-in page, as hotels do.",
        lambda state: replace(state, captive_address=PORTAL),
        blinds=EVERYTHING,
    ),
    Fault(
        "no-network",
        "This computer has no network",
        "The cable is out, or the name server of the network is down: no question is answered.",
        trouble(ANY, DnsTrouble.SILENT),
        blinds=EVERYTHING,
    ),
)
