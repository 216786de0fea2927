"""Faults of certificates."""

from __future__ import annotations

from dataclasses import replace

from checks.sandbox.changes import change_certificate, change_doors, close_doors
from checks.sandbox.fault import HEALTH, LOGIN, SIGNUP, Fault, all_of, at
from checks.sandbox.pages import APEX, API, APP, DOCS, STAGING, WWW
from checks.sandbox.startup import APEX_ADDRESSES, places
from checks.sandbox.state import Certificate, Issuer

FAULTS = (
    Fault(
        "app-certificate-expired",
        "The certificate of app has expired",
        "It was set up by hand in August and nobody renewed it.",
        change_certificate(APP, lambda c: replace(c, begins_in_days=-96, ends_in_days=-6)),
        breaks=at(APP, "edge.tls-in-date"),
        blinds=frozenset({APP, SIGNUP, LOGIN}),
    ),
    Fault(
        "api-certificate-expires-soon",
        "The certificate of api ends in five days",
        "The renewal has been failing quietly for three weeks.",
        change_certificate(API, lambda c: replace(c, begins_in_days=-85, ends_in_days=5.5)),
        breaks=at(API, "edge.tls-expires-soon"),
    ),
    Fault(
        "staging-certificate-not-yet-valid",
        "The certificate of staging starts next week",
        "It was made on a machine whose clock runs ahead.",
        change_certificate(STAGING, lambda c: replace(c, begins_in_days=7, ends_in_days=97)),
        breaks=at(STAGING, "edge.tls-in-date"),
        blinds=frozenset({STAGING}),
    ),
    Fault(
        "docs-certificate-wrong-name",
        "The certificate of docs is for another name",
        "The docs host shows the certificate of its own name, not of ours.",
        change_certificate(DOCS, lambda c: replace(c, names=("pages.builder.example",))),
        breaks=at(DOCS, "edge.tls-right-name"),
    ),
    Fault(
        "staging-self-signed",
        "staging signed its certificate itself",
        "Good enough for the team, said the one who set it up; every browser warns.",
        change_certificate(STAGING, lambda c: replace(c, issuer=Issuer.ITSELF)),
        breaks=at(STAGING, "edge.tls-trusted"),
    ),
    Fault(
        "docs-untrusted-root",
        "The certificate of docs comes from an authority nobody knows",
        "It was issued by the company's internal authority.",
        change_certificate(DOCS, lambda c: replace(c, issuer=Issuer.STRANGER)),
        breaks=at(DOCS, "edge.tls-trusted"),
    ),
    Fault(
        "api-intermediate-missing",
        "api leaves out a part of its certificate chain",
        "Browsers mend it by themselves, so nobody noticed; phones and other servers cannot connect.",
        change_certificate(API, lambda c: replace(c, sends_intermediate=False)),
        breaks=at(API, "edge.tls-trusted"),
        blinds=frozenset({HEALTH}),
    ),
    Fault(
        "staging-certificate-renewal-late",
        "The certificate of staging should have been renewed by now",
        "The robot that renews it was stopped together with the old server.",
        change_certificate(STAGING, lambda c: replace(c, begins_in_days=-75, ends_in_days=15.5)),
        breaks=at(STAGING, "edge.tls-expires-soon"),
    ),
    Fault(
        "docs-certificate-without-names",
        "The certificate of docs names it in the wrong place",
        "It was made by an old recipe that fills in the common name only.",
        change_certificate(DOCS, lambda c: replace(c, alternative_names=False)),
        breaks=at(DOCS, "edge.tls-right-name"),
    ),
    Fault(
        "api-weak-key",
        "The key of api is too short",
        "The key was copied from a server of 2009 and has 1024 bits.",
        change_certificate(API, lambda c: replace(c, weak_key=True)),
        breaks=at(API, "edge.tls-trusted"),
        blinds=frozenset({HEALTH}),
    ),
    Fault(
        "app-chain-out-of-date",
        "The certificate above that of app has ended",
        "The chain file on the server is two years old; only its first part was ever replaced.",
        change_certificate(APP, lambda c: replace(c, issuer=Issuer.OLD_INTERMEDIATE)),
        breaks=at(APP, "edge.tls-in-date"),
        blinds=frozenset({SIGNUP, LOGIN}),
    ),
    Fault(
        "docs-speaks-no-tls",
        "Port 443 of docs speaks plain http",
        "The listener was added and the word ssl was forgotten.",
        change_doors(lambda door: replace(door, tls=False), *places(DOCS, 443)),
        breaks=at(DOCS, "edge.tls-trusted"),
        blinds=frozenset({DOCS}),
    ),
    Fault(
        "docs-ipv6-without-https",
        "docs speaks HTTPS on one of its two addresses only",
        "The web server listens for https on IPv4 alone.",
        close_doors(*(place for place in places(DOCS, 443) if ":" in place[0])),
        breaks=at(DOCS, "edge.tls-addresses-agree"),
    ),
    Fault(
        "one-address-expired",
        "One of the site's two servers shows an expired certificate",
        "The renewal reached one machine only: every second visitor gets a warning.",
        change_doors(
            lambda door: replace(
                door, certificate=Certificate((APEX, WWW), begins_in_days=-96, ends_in_days=-6)
            ),
            (APEX_ADDRESSES[1], 443),
        ),
        breaks=all_of(
            *(at(host, "edge.tls-in-date", "edge.tls-addresses-agree") for host in (APEX, WWW)),
        ),
    ),
)
