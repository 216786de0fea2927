"""What is said about a certificate: what was seen, what is wrong with it, what to change where."""

from __future__ import annotations

from datetime import datetime

from checks.model import Change
from checks.probes.certificates import Certificates, Shown
from checks.probes.chain import Leaf, Problem

NAMES_SHOWN = 6

_RENEWERS = (
    ("let's encrypt", "certbot renew --dry-run on your server tells why it does not renew; on a platform (Vercel, "
     "Netlify, Render, Fly) open Domains and look for a DNS record that it asks for"),
    ("google trust services", "the platform or CDN in front (Cloudflare, Google Cloud, Firebase): open its "
     "certificate page and look for a validation that is pending"),
    ("zerossl", "acme.sh --renew -d YOUR-HOST --force, or the ZeroSSL dashboard"),
    ("amazon", "AWS Certificate Manager: the validation CNAME must still stand in DNS"),
    ("sectigo", "the shop where you bought it: order the renewal, then install it; or change to a free automatic one"),
    ("digicert", "the shop where you bought it: order the renewal, then install it; or change to a free automatic one"),
    ("godaddy", "GoDaddy: SSL certificates → renew, then install it; or change to a free automatic one"),
    ("cloudflare", "Cloudflare: SSL/TLS → Edge certificates; a Cloudflare origin certificate is trusted by "
     "Cloudflare alone"),
)  # fmt: skip


def renewal_hint(issuer: str) -> str:
    """Where a certificate of this issuer is renewed, in a few words."""
    for name, hint in _RENEWERS:
        if name in issuer.lower():
            return hint
    return (
        "wherever this certificate came from: your hosting platform's domain page, or the web server itself"
    )


def _day(moment: datetime) -> str:
    return f"{moment:%d %b %Y}"


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"


def names_of(leaf: Leaf) -> str:
    if not leaf.names:
        return "no name at all"
    more = len(leaf.names) - NAMES_SHOWN
    return ", ".join(leaf.names[:NAMES_SHOWN]) + (f" and {more} more" if more > 0 else "")


def describe(shown: Shown, now: datetime) -> str:
    """One line about what an address showed, every problem named."""
    if shown.failure is not None:
        return shown.failure.sentence
    if shown.leaf is None:
        return f"no readable certificate ({shown.verify_message or 'nothing shown'})"
    leaf = shown.leaf
    line = (
        f"for {names_of(leaf)}; issued by {leaf.issuer}; "
        f"valid {_day(leaf.not_before)} to {_day(leaf.not_after)}; {leaf.key}"
    )
    problems = [problem.value.replace("-", " ") for problem in Problem if problem in shown.problems]
    return f"{line}; {shown.protocol}" if not problems else f"{line}; problems: {', '.join(problems)}"


def sentence_of(problem: Problem, shown: Shown, found: Certificates) -> str:
    host, leaf = found.host, shown.leaf
    if leaf is None:
        return f"https://{host} shows a certificate that is not accepted: {shown.verify_message}"
    ended = _days((found.seen_at - leaf.not_after).days)
    return {
        Problem.EXPIRED: f"The certificate of {host} expired on {_day(leaf.not_after)}, {ended} ago",
        Problem.NOT_YET_VALID: f"The certificate of {host} is only valid from {_day(leaf.not_before)} on",
        Problem.CHAIN_OUT_OF_DATE: f"The certificate of {host} is in date, but one that vouches for it is not",
        Problem.WRONG_NAME: f"The certificate shown for {host} is for {names_of(leaf)}",
        Problem.NO_NAMES: f"The certificate of {host} names no host where browsers look for it",
        Problem.SELF_SIGNED: f"The certificate of {host} is signed by itself: browsers warn every visitor",
        Problem.UNTRUSTED_ROOT: f"The certificate of {host} comes from {leaf.top_issuer}, whom browsers do not trust",
        Problem.MISSING_INTERMEDIATE: f"{host} does not send the certificate of {leaf.issuer} that links its own to a "
        "trusted one: phones and programs refuse it, though some browsers open the page",
        Problem.WEAK_KEY: f"The certificate chain of {host} uses a key that is too short ({leaf.key})",
        Problem.WEAK_SIGNATURE: f"The certificate chain of {host} is signed with a hash that is no longer safe",
        Problem.NOT_ACCEPTED: f"The certificate of {host} is not accepted: {shown.verify_message}",
    }[problem]


def _missing_intermediate(leaf: Leaf) -> str:
    if leaf.issuer_url:
        return (
            f"the server's certificate file must hold your certificate, then the issuer's: {leaf.issuer_url}"
        )
    return 'use the file called fullchain.pem (or "bundle") in place of the certificate alone'


def change_of(problem: Problem, shown: Shown, found: Certificates) -> Change:
    host, leaf = found.host, shown.leaf
    have = describe(shown, found.seen_at)
    server = f"the server or platform at {shown.address}"
    public = f"a certificate for {host} from a public authority (Let's Encrypt is free)"
    if leaf is None:
        return Change(have, public, server)
    if problem in (Problem.EXPIRED, Problem.CHAIN_OUT_OF_DATE):
        want = "a renewed certificate, and a renewal that runs by itself"
        return Change(have, want, renewal_hint(leaf.issuer))
    if problem is Problem.NOT_YET_VALID:
        where = f"{server}: its clock, and the one of whatever made the certificate"
        return Change(have, "a certificate that is valid now", where)
    if problem in (Problem.WRONG_NAME, Problem.NO_NAMES):
        where = f"{server}: add {host} as a custom domain there, or correct the DNS record if this is another server"
        return Change(have, f"a certificate that names {host}", where)
    if problem is Problem.MISSING_INTERMEDIATE:
        return Change(have, "the whole chain is sent", f"{server}: {_missing_intermediate(leaf)}")
    if problem is Problem.WEAK_KEY:
        return Change(have, "a key of 2048 bits RSA or 256 bits ECDSA, all the way up", server)
    return Change(have, public, server)
