"""From one computer to another, or into a backup: one file under a passphrase, in the format of the vault."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from checks.secret import Secret
from wizard.vault.keys import Argon2Cost, key_from_passphrase
from wizard.vault.migrations import SCHEMA, upgrade
from wizard.vault.sealed import (
    Document,
    JsonObject,
    NeedsPassphrase,
    Purpose,
    SealedError,
    read_header,
    seal,
    unseal,
)

NOT_A_TRANSFER: Final = "The file holds no project that could be taken over."


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a transfer file carries. Credentials are in it only when the person asked for that."""

    project: bytes
    name: str
    content: JsonObject
    runs: tuple[JsonObject, ...] = ()
    credentials: tuple[tuple[str, Secret], ...] = field(default=(), repr=False)


def seal_transfer(transfer: Transfer, passphrase: str, *, cost: Argon2Cost | None = None) -> bytes:
    """Takes a quarter of a second. Write it with `replace_file`."""
    content: JsonObject = {
        "name": transfer.name,
        "content": transfer.content,
        "runs": list(transfer.runs),
        "credentials": {name: secret.reveal() for name, secret in transfer.credentials},
    }
    key = key_from_passphrase(passphrase, cost=cost)
    return seal(Document(transfer.project, Purpose.TRANSFER, SCHEMA, 1, content), key)


def open_transfer(blob: bytes, passphrase: str) -> Transfer:
    """Raises SealedError (WrongPassphrase among them) and NewerSchema."""
    header = read_header(blob)
    if header.cost is None:
        raise NeedsPassphrase(
            "This file is sealed with a key of another computer; export it there for a transfer."
        )
    key = key_from_passphrase(passphrase, salt=header.salt, cost=header.cost)
    document = unseal(blob, key, project=None, purpose=Purpose.TRANSFER)
    carried = document.content
    content, runs, credentials = carried.get("content"), carried.get("runs"), carried.get("credentials")
    if not (isinstance(content, dict) and isinstance(runs, list) and isinstance(credentials, dict)):
        raise SealedError(NOT_A_TRANSFER)
    return Transfer(
        document.project,
        str(carried.get("name", "")),
        upgrade(content, document.schema),
        tuple(run for run in runs if isinstance(run, dict)),
        tuple(_secrets(credentials.items())),
    )


def _secrets(given: Iterable[tuple[str, Any]]) -> Iterable[tuple[str, Secret]]:
    return ((name, Secret(value)) for name, value in given if isinstance(value, str))
