"""Faults of certificates."""

from __future__ import annotations

from dataclasses import replace

from checks.sandbox.changes import change_certificate, change_doors
from checks.sandbox.fault import HEALTH, LANDING, LOGIN, SIGNUP, Fault, all_of, at
from checks.sandbox.pages import APEX, API, APP, DOCS, STAGING, WWW
from checks.sandbox.startup import APEX_ADDRESSES
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
        blinds=frozenset({APEX, LANDING}),
    ),
)
