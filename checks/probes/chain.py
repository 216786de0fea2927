"""Reading a served certificate chain: OpenSSL gives the verdict, this says why, and what else is wrong.

OpenSSL reports the first error only. It builds the chain first (18 to 21), then asks for key strength (66 to 68), then
for the name (62), then for the dates (9, 10); so each code also tells what was found to be right before it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed448, ed25519, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtensionOID, NameOID

OK, NOT_YET_VALID, HAS_EXPIRED, WRONG_HOST = 0, 9, 10, 62
SELF_SIGNED_LEAF, SELF_SIGNED_IN_CHAIN = 18, 19
NO_ISSUER = frozenset({2, 20, 21})
KEY_TOO_SMALL, DIGEST_TOO_WEAK = frozenset({66, 67}), frozenset({68})

TRUST_PROVED = frozenset({OK, WRONG_HOST, NOT_YET_VALID, HAS_EXPIRED})
"""Codes that OpenSSL can only reach once the chain ends at a trusted root."""
NAME_PROVED = frozenset({OK, NOT_YET_VALID, HAS_EXPIRED})


class Problem(StrEnum):
    EXPIRED = "expired"
    NOT_YET_VALID = "not-yet-valid"
    CHAIN_OUT_OF_DATE = "chain-out-of-date"
    """The certificate itself is in date, one above it is not."""
    WRONG_NAME = "wrong-name"
    NO_NAMES = "no-names"
    """No name in the place where browsers look (subject alternative names)."""
    SELF_SIGNED = "self-signed"
    UNTRUSTED_ROOT = "untrusted-root"
    MISSING_INTERMEDIATE = "missing-intermediate"
    WEAK_KEY = "weak-key"
    WEAK_SIGNATURE = "weak-signature"
    NOT_ACCEPTED = "not-accepted"
    """OpenSSL refused it for a reason that has no name here."""


TRUST = frozenset(
    {
        Problem.SELF_SIGNED,
        Problem.UNTRUSTED_ROOT,
        Problem.MISSING_INTERMEDIATE,
        Problem.WEAK_KEY,
        Problem.WEAK_SIGNATURE,
        Problem.NOT_ACCEPTED,
    }
)
NAME = frozenset({Problem.WRONG_NAME, Problem.NO_NAMES})
DATE = frozenset({Problem.EXPIRED, Problem.NOT_YET_VALID, Problem.CHAIN_OUT_OF_DATE})


@dataclass(frozen=True, slots=True)
class Leaf:
    """What the server's own certificate says. Times are aware UTC; `names` are its DNS alternative names."""

    subject: str
    names: tuple[str, ...]
    issuer: str
    not_before: datetime
    not_after: datetime
    key: str
    self_signed: bool
    issuer_url: str
    """Where the issuer's certificate can be had (AIA caIssuers), or ""."""
    top_issuer: str
    """Who signed the last certificate of the chain as served."""

    @property
    def lifetime_days(self) -> float:
        return (self.not_after - self.not_before).total_seconds() / 86400

    def valid_at(self, moment: datetime) -> bool:
        return self.not_before <= moment <= self.not_after


@dataclass(frozen=True, slots=True)
class Reading:
    """`leaf` is None when the server showed no certificate that can be read."""

    leaf: Leaf | None
    problems: frozenset[Problem]


def _person(name: x509.Name) -> str:
    """`Let's Encrypt R11`: organisation and common name, whatever there is of them."""
    parts: list[str] = []
    for oid in (NameOID.ORGANIZATION_NAME, NameOID.COMMON_NAME):
        for attribute in name.get_attributes_for_oid(oid):
            if str(attribute.value) not in parts:
                parts.append(str(attribute.value))
    return " ".join(parts) or name.rfc4514_string() or "(no name)"


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        found = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName)
    except (x509.ExtensionNotFound, ValueError):
        return ()
    return tuple(found.value.get_values_for_type(x509.DNSName))


def _issuer_url(certificate: x509.Certificate) -> str:
    try:
        found = certificate.extensions.get_extension_for_oid(ExtensionOID.AUTHORITY_INFORMATION_ACCESS)
    except (x509.ExtensionNotFound, ValueError):
        return ""
    if not isinstance(found.value, x509.AuthorityInformationAccess):
        return ""
    for access in found.value:
        if access.access_method == AuthorityInformationAccessOID.CA_ISSUERS and isinstance(
            access.access_location, x509.UniformResourceIdentifier
        ):
            return access.access_location.value
    return ""


def _key(certificate: x509.Certificate) -> str:
    key = certificate.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return f"RSA {key.key_size}"
    if isinstance(key, ec.EllipticCurvePublicKey):
        return f"ECDSA {key.curve.name}"
    if isinstance(key, dsa.DSAPublicKey):
        return f"DSA {key.key_size}"
    if isinstance(key, ed25519.Ed25519PublicKey | ed448.Ed448PublicKey):
        return type(key).__name__.removesuffix("PublicKey")
    return "unknown key"


def _issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except Exception:
        # Any way in which the signature cannot be checked means that it was not proved.
        return False
    return True


def _parsed(chain: tuple[bytes, ...]) -> tuple[x509.Certificate, ...]:
    certificates: list[x509.Certificate] = []
    for der in chain:
        try:
            certificates.append(x509.load_der_x509_certificate(der))
        except ValueError:
            break
    return tuple(certificates)


def matches(pattern: str, host: str) -> bool:
    """Whether a certificate's DNS name covers `host`: `*` stands for exactly one whole label (RFC 6125, 6.4.3)."""
    pattern, host = pattern.lower().rstrip("."), host.lower().rstrip(".")
    if pattern.startswith("*."):
        first, _, rest = host.partition(".")
        return bool(first) and rest == pattern[2:]
    return pattern == host


def _dates(certificate: x509.Certificate, now: datetime) -> Problem | None:
    if now > certificate.not_valid_after_utc:
        return Problem.EXPIRED
    if now < certificate.not_valid_before_utc:
        return Problem.NOT_YET_VALID
    return None


def _trust(certificates: tuple[x509.Certificate, ...], code: int) -> Problem | None:
    if code in TRUST_PROVED:
        return None
    leaf = certificates[0]
    if code in KEY_TOO_SMALL:
        return Problem.WEAK_KEY
    if code in DIGEST_TOO_WEAK:
        return Problem.WEAK_SIGNATURE
    if code == SELF_SIGNED_LEAF or (leaf.subject == leaf.issuer and _issued_by(leaf, leaf)):
        return Problem.SELF_SIGNED
    if code == SELF_SIGNED_IN_CHAIN:
        return Problem.UNTRUSTED_ROOT
    if code in NO_ISSUER:
        served = any(_issued_by(leaf, other) for other in certificates[1:])
        return Problem.UNTRUSTED_ROOT if served else Problem.MISSING_INTERMEDIATE
    return Problem.NOT_ACCEPTED


def _leaf(certificates: tuple[x509.Certificate, ...]) -> Leaf:
    first = certificates[0]
    return Leaf(
        subject=_person(first.subject),
        names=_names(first),
        issuer=_person(first.issuer),
        not_before=first.not_valid_before_utc,
        not_after=first.not_valid_after_utc,
        key=_key(first),
        self_signed=first.subject == first.issuer,
        issuer_url=_issuer_url(first),
        top_issuer=_person(certificates[-1].issuer),
    )


def read_chain(chain: tuple[bytes, ...], verify_code: int, host: str, now: datetime) -> Reading:
    """What is wrong with `chain` (DER, leaf first) for `host` at `now`, all of it at once."""
    certificates = _parsed(chain)
    if not certificates:
        refused = frozenset({Problem.NOT_ACCEPTED}) if verify_code != OK else frozenset[Problem]()
        return Reading(None, refused)
    leaf = _leaf(certificates)
    problems: set[Problem] = set()
    if (trust := _trust(certificates, verify_code)) is not None:
        problems.add(trust)
    if verify_code not in NAME_PROVED and not any(matches(name, host) for name in leaf.names):
        problems.add(Problem.WRONG_NAME if leaf.names else Problem.NO_NAMES)
    elif verify_code == WRONG_HOST:
        problems.add(Problem.WRONG_NAME)
    if (date := _dates(certificates[0], now)) is not None:
        problems.add(date)
    elif verify_code in (NOT_YET_VALID, HAS_EXPIRED):
        problems.add(Problem.CHAIN_OUT_OF_DATE)
    return Reading(leaf, frozenset(problems))
