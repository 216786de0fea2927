"""The vault as the commands meet it: where it lies, what is kept in it, and what a keyring that fails means."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from screens.exits import Exit
from wizard.vault.files import NotRead
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keyring_faults import KeyringFault
from wizard.vault.sealed import SealedError
from wizard.vault.store import ANSWERS
from wizard.vault.vault import Kept, Vault, default_home

SHORT_ID = 8
"""Hex digits of a project's id that are shown, and enough to name it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One project as it is listed. `domain` is empty where the answers could not be opened."""

    kept: Kept
    domain: str
    saved: float | None
    """When its file was last saved, as seconds since the epoch; None without a file."""

    @property
    def id(self) -> str:
        return self.kept.project.hex()[:SHORT_ID]


def open_vault() -> Vault:
    return Vault(default_home(), KeyringCalls())


def lines(vault: Vault) -> tuple[tuple[Line, ...], KeyringFault | None]:
    """What is kept, the latest first, and what the keyring said if it failed. Takes as long as its deadline allows."""
    kept, fault = vault.projects()
    listed = [Line(one, _domain(vault, one, fault), _saved(vault.folder(one.project))) for one in kept]
    return tuple(sorted(listed, key=lambda line: (-(line.saved or 0), line.kept.project))), fault


def needs_keyring(kept: Iterable[Kept]) -> bool:
    return any(not one.under_passphrase for one in kept)


def exit_of(kept: Iterable[Kept], fault: KeyringFault | None) -> Exit:
    """4 when something is kept that cannot be opened now."""
    return Exit.VAULT if fault is not None and needs_keyring(kept) else Exit.OK


def age(saved: float | None, now: float | None = None) -> str:
    if saved is None:
        return "no file"
    seconds = max((time.time() if now is None else now) - saved, 0)
    for length, word in ((86400, "day"), (3600, "hour"), (60, "minute")):
        if seconds >= length:
            count = int(seconds // length)
            return f"{count} {word} ago" if count == 1 else f"{count} {word}s ago"
    return "just now"


def _domain(vault: Vault, kept: Kept, fault: KeyringFault | None) -> str:
    """Read for the list alone: a project that does not open is listed all the same."""
    if fault is not None or kept.under_passphrase:
        return ""
    from wizard.kept import NotKept, read_kept
    from wizard.vault.copies import NothingKept
    from wizard.vault.files import NotWritten

    try:
        store = vault.open(kept.project)
    except (KeyringFault, SealedError, NothingKept, NotRead, NotWritten):
        return ""
    try:
        return read_kept(store.content).project.domain.readable
    except NotKept:
        return ""
    finally:
        store.close()


def _saved(folder: Path) -> float | None:
    try:
        return (folder / ANSWERS).stat().st_mtime
    except OSError:
        return None
