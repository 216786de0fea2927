"""The two kinds of key that seal a document: a random one out of the keyring, and one made from a passphrase."""

from __future__ import annotations

import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

KEY_BYTES: Final = 32
SALT_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """What one guess at a passphrase costs (RFC 9106, section 4: 64 MiB, three passes, four lanes)."""

    memory_kib: int = 64 * 1024
    passes: int = 3
    lanes: int = 4

    @property
    def is_sane(self) -> bool:
        """Whether we would compute it for a file that a stranger gave us: at most 1 GiB of memory."""
        return (
            8 * self.lanes <= self.memory_kib <= 1024 * 1024
            and 1 <= self.passes <= 16
            and 1 <= self.lanes <= 16
        )


@dataclass(frozen=True, slots=True)
class SealingKey:
    """32 bytes for AES-256-GCM. `salt` and `cost` stand in the header when the key came from a passphrase."""

    value: bytes = field(repr=False)
    salt: bytes = b""
    cost: Argon2Cost | None = None

    def __post_init__(self) -> None:
        if len(self.value) != KEY_BYTES:
            raise ValueError("a sealing key has 32 bytes")
        if (self.cost is None) != (self.salt == b""):
            raise ValueError("a passphrase key has both a salt and a cost")


def new_data_key() -> SealingKey:
    return SealingKey(secrets.token_bytes(KEY_BYTES))


def key_from_passphrase(
    passphrase: str, *, salt: bytes | None = None, cost: Argon2Cost | None = None
) -> SealingKey:
    """Takes about a quarter of a second: never on the UI thread. Spaces and Unicode forms do not matter."""
    salt = secrets.token_bytes(SALT_BYTES) if salt is None else salt
    cost = Argon2Cost() if cost is None else cost
    derived = Argon2id(
        salt=salt, length=KEY_BYTES, iterations=cost.passes, lanes=cost.lanes, memory_cost=cost.memory_kib
    ).derive(_plain(passphrase).encode("utf-8", "surrogatepass"))
    return SealingKey(derived, salt, cost)


def _plain(passphrase: str) -> str:
    """The same passphrase typed on another keyboard, or copied with a line end, is the same passphrase."""
    return " ".join(unicodedata.normalize("NFKC", passphrase).split())
