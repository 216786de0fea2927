"""A small certificate authority: leaf certificates made when first shown, so that the start costs three keys."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from checks.sandbox.state import Certificate, Issuer

_Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
_AUTHORITY = "Quarry CA (made up)"


def _name(common_name: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )


def _curve_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _key_usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: _Key,
    issuer_key: _Key,
    begin: datetime,
    end: datetime,
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key.public_key()), critical=False
        )
    )


class _Signer:
    """A key with its certificate that may sign others, for `days` from now on."""

    def __init__(
        self,
        common_name: str,
        now: datetime,
        parent: _Signer | None = None,
        *,
        organisation: str = _AUTHORITY,
        days: float = 3000,
    ) -> None:
        self.name = _name(common_name, organisation)
        self.key: _Key = _curve_key()
        signer_name, signer_key = (parent.name, parent.key) if parent else (self.name, self.key)
        begin, end = now - timedelta(days=400), now + timedelta(days=days)
        self.certificate = (
            _builder(self.name, signer_name, self.key, signer_key, begin, end)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0 if parent else 1), critical=True)
            .add_extension(_key_usage(authority=True), critical=True)
            .sign(signer_key, hashes.SHA256())
        )

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(Encoding.PEM)


class Authority:
    """Makes server contexts. `folder` holds the root for the client, and key files while OpenSSL reads them."""

    def __init__(self, folder: Path, now: datetime | None = None) -> None:
        self._folder = folder
        self._now = now or datetime.now(UTC)
        self._root = _Signer("Quarry Root", self._now)
        self._signers: dict[Issuer, _Signer] = {}
        self._contexts: dict[Certificate, ssl.SSLContext] = {}
        self.ca_file = folder / "ca.pem"
        self.ca_file.write_bytes(self._root.pem)

    def context(self, wanted: Certificate) -> ssl.SSLContext:
        """The server side of TLS with this certificate. Made once."""
        if wanted not in self._contexts:
            self._contexts[wanted] = self._make_context(wanted)
        return self._contexts[wanted]

    def _make_context(self, wanted: Certificate) -> ssl.SSLContext:
        context = server_context()
        if wanted.weak_key:
            # OpenSSL would refuse to show such a key; old servers do not.
            context.set_ciphers("DEFAULT:@SECLEVEL=0")
        # The standard library reads certificates from files only.
        bundle = self._folder / "leaf.pem"
        bundle.write_bytes(self._bundle(wanted))
        try:
            context.load_cert_chain(bundle)
        finally:
            bundle.unlink()
        return context

    def _signer(self, wanted: Certificate) -> _Signer | None:
        if wanted.issuer is Issuer.ITSELF:
            return None
        if wanted.issuer not in self._signers:
            self._signers[wanted.issuer] = self._make_signer(wanted.issuer)
        return self._signers[wanted.issuer]

    def _make_signer(self, issuer: Issuer) -> _Signer:
        if issuer is Issuer.STRANGER:
            return _Signer("Back Office Root", self._now, organisation="Plumline Ltd")
        if issuer is Issuer.OLD_INTERMEDIATE:
            return _Signer("Quarry R0", self._now, self._root, days=-2)
        return _Signer("Quarry R1", self._now, self._root)

    def _bundle(self, wanted: Certificate) -> bytes:
        """Key, leaf and what follows it, as PEM."""
        key: _Key = rsa.generate_private_key(65537, 1024) if wanted.weak_key else _curve_key()  # noqa: S505
        signer = self._signer(wanted)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, wanted.names[0])])
        issuer_name, issuer_key = (signer.name, signer.key) if signer else (subject, key)
        begin = self._now + timedelta(days=wanted.begins_in_days)
        end = self._now + timedelta(days=wanted.ends_in_days)
        builder = (
            _builder(subject, issuer_name, key, issuer_key, begin, end)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(_key_usage(authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        )
        if wanted.alternative_names:
            names = x509.SubjectAlternativeName([x509.DNSName(name) for name in wanted.names])
            builder = builder.add_extension(names, critical=False)
        leaf = builder.sign(issuer_key, hashes.SHA256())
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        rest = signer.pem if signer and wanted.sends_intermediate else b""
        return private + leaf.public_bytes(Encoding.PEM) + rest


def server_context() -> ssl.SSLContext:
    """A server context without a certificate: the SNI callback puts the right one in its place."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    # Session tickets would be an extra flight after the handshake, and nobody resumes a session here.
    context.num_tickets = 0
    return context
