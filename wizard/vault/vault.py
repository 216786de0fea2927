"""All projects of this person on this computer: list, new, open, rename, forget."""

from __future__ import annotations

import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from wizard.vault.credentials import KeyringCredentials
from wizard.vault.files import NotRead, NotWritten, make_folder, read_file
from wizard.vault.items import Card, Index, ProjectItems
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keyring_faults import Absent, KeyringFault
from wizard.vault.keys import Argon2Cost
from wizard.vault.lock import FileLock
from wizard.vault.protection import UnderKeyring, UnderPassphrase
from wizard.vault.sealed import PROJECT_ID_BYTES, JsonObject, SealedError, read_header
from wizard.vault.store import ANSWERS, PREVIOUS, ProjectStore

REMNANTS: Final = (
    "The items in the keyring and the files are deleted. A file system, an SSD or a backup may still hold old blocks "
    "of them; without the key, which is deleted too, they cannot be read."
)
REMNANTS_WITHOUT_KEYRING: Final = (
    "The files are deleted. A file system, an SSD or a backup may still hold old blocks of them; only somebody who "
    "knows the passphrase could read those."
)
_INDEX_WAIT: Final = 5.0


def default_home() -> Path:
    """Where vaults lie: $LAUNCH_READY_HOME, else the data folder of the system."""
    given = os.environ.get("LAUNCH_READY_HOME")
    if given:
        return Path(given)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "launch-ready"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "launch-ready"
    data = os.environ.get("XDG_DATA_HOME", "")
    return (Path(data) if data.startswith("/") else Path.home() / ".local" / "share") / "launch-ready"


@dataclass(frozen=True, slots=True)
class Kept:
    """One line of the list of clients. `name` is empty while only its passphrase could tell it."""

    project: bytes
    name: str
    under_passphrase: bool
    has_file: bool
    problem: str = ""


class AlreadyKept(Exception):
    def __init__(self) -> None:
        super().__init__("This project is already kept on this computer; open it, or forget it first.")


class Vault:
    """Methods that reach the keyring wait for it (see KeyringCalls): call them from a worker, not the UI thread."""

    def __init__(self, home: Path, calls: KeyringCalls) -> None:
        self.home = home
        self.calls = calls

    def folder(self, project: bytes) -> Path:
        return self.home / "projects" / project.hex()

    # List ----------------------------------------------------------------------------------------------------

    def on_disk(self) -> tuple[bytes, ...]:
        """Projects that have a folder here; quick, asks no keyring."""
        try:
            names = [entry.name for entry in (self.home / "projects").iterdir() if entry.is_dir()]
        except OSError:
            return ()
        return tuple(bytes.fromhex(name) for name in sorted(names) if _is_id(name))

    def projects(self) -> tuple[tuple[Kept, ...], KeyringFault | None]:
        """Whatever is on the disk or in the keyring alone, and what the keyring said if it failed."""
        here = self.on_disk()
        outer = {project: self._of_the_file(project) for project in here}
        try:
            known, cards = self.calls.call(lambda: self._in_the_keyring(outer))
        except KeyringFault as fault:
            return tuple(outer.values()), fault
        lost = [
            Kept(project, "", under_passphrase=False, has_file=False)
            for project in known
            if project not in outer
        ]
        return tuple(_named(kept, cards.get(kept.project)) for kept in (*outer.values(), *lost)), None

    def _of_the_file(self, project: bytes) -> Kept:
        folder, problem, sealed = self.folder(project), "", False
        for name in (ANSWERS, PREVIOUS):
            try:
                blob = read_file(folder / name)
                if blob is not None:
                    return Kept(project, "", read_header(blob).cost is not None, has_file=True)
            except (SealedError, NotRead) as error:
                problem, sealed = problem or str(error), True
        return Kept(project, "", under_passphrase=False, has_file=sealed, problem=problem)

    def _in_the_keyring(self, outer: dict[bytes, Kept]) -> tuple[tuple[bytes, ...], dict[bytes, Card]]:
        known = Index(self.calls).projects()
        wanted = {*known, *(project for project, kept in outer.items() if not kept.under_passphrase)}
        cards = {project: ProjectItems(self.calls, project).card() for project in wanted}
        return known, {project: card for project, card in cards.items() if card is not None}

    # New, open -----------------------------------------------------------------------------------------------

    def create(
        self, name: str, content: JsonObject, *, passphrase: str | None = None, cost: Argon2Cost | None = None
    ) -> ProjectStore:
        """A new project, kept from now on. Raises KeyringFault or NotWritten, and nothing is left behind then."""
        return self.create_as(
            secrets.token_bytes(PROJECT_ID_BYTES), name, content, passphrase=passphrase, cost=cost
        )

    def create_as(
        self,
        project: bytes,
        name: str,
        content: JsonObject,
        *,
        passphrase: str | None = None,
        cost: Argon2Cost | None = None,
    ) -> ProjectStore:
        """Under an id that came with a transfer file. Raises AlreadyKept besides, and changes nothing then."""
        store = self._store(project, passphrase, cost)
        store.lock_only()
        try:
            self._require_new(project, in_keyring=passphrase is None)
        except BaseException:
            store.abandon()
            raise
        try:
            if passphrase is None:
                self._register(project, name)
            store.create(content)
        except BaseException:
            # Only what this very call has made: `_require_new` has seen that nothing was there before.
            with contextlib.suppress(KeyringFault, NotWritten):
                if passphrase is None:
                    self._unregister(project, ())
            with contextlib.suppress(Exception):
                store.remove_files()
            store.close()
            raise
        return store

    def _require_new(self, project: bytes, *, in_keyring: bool) -> None:
        if any((self.folder(project) / name).exists() for name in (ANSWERS, PREVIOUS)):
            raise AlreadyKept
        items = ProjectItems(self.calls, project)
        if in_keyring and self.calls.call(lambda: items.data_key() is not None or items.mirror() is not None):
            raise AlreadyKept

    def open(self, project: bytes, *, passphrase: str | None = None) -> ProjectStore:
        """Raises what `ProjectStore.load` raises. Look at `read_only` and `notices` afterwards."""
        store = self._store(project, passphrase, None)
        store.load()
        return store

    def _store(self, project: bytes, passphrase: str | None, cost: Argon2Cost | None) -> ProjectStore:
        if passphrase is not None:
            return ProjectStore(self.folder(project), project, UnderPassphrase(passphrase, cost))
        protection = UnderKeyring(self.calls, project)
        return ProjectStore(self.folder(project), project, protection, KeyringCredentials(protection.items))

    # Rename, forget ------------------------------------------------------------------------------------------

    def rename(self, project: bytes, name: str) -> None:
        """The name on the card, which the list shows. What the answers say is the session's to change."""
        items = ProjectItems(self.calls, project)

        def work() -> None:
            card = items.card()
            items.keep_card(Card(name, card.credentials if card else ()))

        self.calls.call(work)

    def forget(self, project: bytes, *, credentials: Iterable[str] = ()) -> str:
        """Deletes the keyring items, then the files, and says what may be left. The project must be closed.

        `credentials` are names to delete besides those on its card. Raises ReadOnly while an instance has it open;
        KeyringFault before any file was touched; NotWritten. May be called again after each.
        """
        kept = self._of_the_file(project)
        store = self._store(project, None, None)
        store.lock_only()
        try:
            if not kept.under_passphrase:
                try:
                    self._unregister(project, tuple(credentials))
                except Absent:
                    # A damaged file may have been one under a passphrase, on a computer without any keyring.
                    if not kept.problem:
                        raise
            store.remove_files()
        finally:
            store.close()
        return REMNANTS_WITHOUT_KEYRING if kept.under_passphrase else REMNANTS

    # The index, of which several instances may write ----------------------------------------------------------

    def _register(self, project: bytes, name: str) -> None:
        def work() -> None:
            Index(self.calls).add(project)
            ProjectItems(self.calls, project).keep_card(Card(name))

        with self._index_lock():
            self.calls.call(work)

    def _unregister(self, project: bytes, credentials: tuple[str, ...]) -> None:
        def work() -> None:
            ProjectItems(self.calls, project).forget_all(credentials)
            Index(self.calls).remove(project)

        with self._index_lock():
            self.calls.call(work)

    @contextlib.contextmanager
    def _index_lock(self) -> Iterator[None]:
        """Reading, changing and writing a page takes some 50 ms; two at once would lose one of the changes."""
        make_folder(self.home)
        lock = FileLock(self.home / "index.lock")
        until = time.monotonic() + _INDEX_WAIT
        while not lock.try_acquire() and time.monotonic() < until:
            time.sleep(0.01)
        try:
            yield
        finally:
            lock.release()


def _named(kept: Kept, card: Card | None) -> Kept:
    if card is None:
        return kept
    return Kept(kept.project, card.name, kept.under_passphrase, kept.has_file, kept.problem)


def _is_id(name: str) -> bool:
    return len(name) == 2 * PROJECT_ID_BYTES and all(letter in "0123456789abcdef" for letter in name)
