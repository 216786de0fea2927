"""How a connection or an exchange can fail. Told apart here once, so that no probe guesses from exception texts."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from checks.text import visible


class FailureKind(StrEnum):
    REFUSED = "refused"
    """The address answered: nothing listens on this port."""
    TIMED_OUT = "timed-out"
    """No answer before the deadline."""
    UNREACHABLE = "unreachable"
    """This computer has no way there (no route, no IPv6, network down)."""
    RESET = "reset"
    """The connection broke off."""
    NOT_PUBLIC = "not-public"
    """We did not dial: the address is not a public one and nobody named it."""
    OUT_OF_REACH = "out-of-reach"
    """We did not dial: `reach.py` does not list this host."""
    NO_ADDRESS = "no-address"
    """The name has no address to dial."""
    TLS = "tls"
    """The TLS handshake failed; `verify_code` says why when it was the certificate."""
    PROTOCOL = "protocol"
    """What came back is no valid HTTP (or its header is absurdly large)."""
    SLOW = "slow"
    """It answered, but too slowly to be read before the deadline."""


@dataclass(frozen=True, slots=True)
class Failure:
    """`verify_code` is OpenSSL's X509_V_ERR number, for FailureKind.TLS where the certificate was refused."""

    kind: FailureKind
    sentence: str
    address: str = ""
    port: int = 0
    verify_code: int | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "sentence", visible(self.sentence))


class ExchangeFailed(Exception):
    """Raised by World's ways out. Probes turn it into a fact or a cause."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.sentence)
        self.failure = failure
