"""Certificate chains of every kind, made when asked for."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

Key = ec.EllipticCurvePrivateKey


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


@dataclass(frozen=True)
class Made:
    """A certificate with its key."""

    certificate: x509.Certificate
    key: Key

    @property
    def der(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def private_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )


def make(
    subject: str,
    issuer: Made | None = None,
    *,
    names: tuple[str, ...] = (),
    days: tuple[float, float] = (-31, 59),
    ca: bool = False,
    issuer_url: str = "",
) -> Made:
    """A certificate signed by `issuer`, or by itself; valid from and until so many days from now."""
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(issuer.certificate.subject if issuer else _name(subject))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + timedelta(days=days[0]))
        .not_valid_after(now + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
    if issuer_url:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    return Made(builder.sign(issuer.key if issuer else key, hashes.SHA256()), key)


@dataclass
class Authorities:
    """A trusted root with its intermediate, and a stranger whom nobody trusts."""

    folder: Path
    root: Made = field(default_factory=lambda: make("Good Root", days=(-400, 3000), ca=True))
    stranger: Made = field(default_factory=lambda: make("Stranger Root", days=(-400, 3000), ca=True))

    def __post_init__(self) -> None:
        self.intermediate = make("Good R1", self.root, days=(-400, 2000), ca=True)
        self.ca_file = self.folder / "ca.pem"
        self.ca_file.write_bytes(self.root.pem)
        self._files = 0

    def context(self, leaf: Made, *rest: Made) -> ssl.SSLContext:
        """The server side of TLS that shows `leaf` and then `rest`."""
        self._files += 1
        bundle = self.folder / f"bundle-{self._files}.pem"
        bundle.write_bytes(leaf.private_pem + leaf.pem + b"".join(one.pem for one in rest))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(bundle)
        return context

    def good(self, *names: str) -> ssl.SSLContext:
        return self.context(make(names[0], self.intermediate, names=names), self.intermediate)
