"""What protects a project: the keyring of this computer, or a passphrase. And the mirror in the keyring."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, replace
from typing import Protocol

from wizard.vault.copies import NothingKept
from wizard.vault.items import ProjectItems, wrap
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keyring_faults import Gone, KeyringFault, fault_of
from wizard.vault.keys import Argon2Cost, SealingKey, key_from_passphrase
from wizard.vault.sealed import Header, SealedError, read_header


class KeyMissing(SealedError):
    sentence = (
        "The keyring of this computer does not hold the key of this project, so its file cannot be opened here. "
        "Import a transfer file, or log in as the user who made the project."
    )


@dataclass(frozen=True, slots=True)
class MirrorState:
    """How far the copy in the keyring has come. `seq` 0: nothing yet. `fault`: why the last try failed."""

    seq: int = 0
    waiting: bool = False
    fault: KeyringFault | None = None
    too_long: bool = False
    """The backend takes no values of this size (Windows); only the file holds the answers."""


class Mirror:
    """Copies the newest sealed document into the keyring behind the scenes; older ones that still wait are dropped."""

    def __init__(self, items: ProjectItems) -> None:
        self._items = items
        self._guard = threading.Lock()
        self._waiting: tuple[int, bytes] | None = None
        self._queued = False
        self._state = MirrorState()

    @property
    def state(self) -> MirrorState:
        return self._state

    def offer(self, seq: int, blob: bytes) -> None:
        """Returns at once."""
        with self._guard:
            self._waiting = (seq, blob)
            self._state = replace(self._state, waiting=True)
            if self._queued:
                return
            self._queued = True
        self._items.calls.submit(self._write)

    def settled(self, seq: int) -> None:
        """The keyring already holds `seq`."""
        self._state = MirrorState(seq)

    def _write(self) -> None:
        with self._guard:
            waiting, self._waiting, self._queued = self._waiting, None, False
        if waiting is None:
            return
        seq, blob = waiting
        before = self._state.seq
        try:
            self._items.calls.backend()
            if len(wrap(blob)) > self._items.calls.longest:
                state = MirrorState(before, too_long=True)
            else:
                self._items.keep_mirror(blob)
                state = MirrorState(seq)
        except BaseException as error:
            state = MirrorState(before, fault=fault_of(error))
        with self._guard:
            self._state = replace(state, waiting=self._waiting is not None)


class Protection(Protocol):
    """Where the key comes from and whether there is a second copy. Methods may raise KeyringFault or SealedError."""

    def new_key(self) -> SealingKey: ...
    def open(self, *blobs: bytes | None) -> tuple[SealingKey, bytes | None]:
        """The key that opens `blobs` (copies of one project, the latest first), and the mirror."""
        ...

    @property
    def mirror(self) -> Mirror | None: ...


class UnderKeyring:
    """The key and the mirror are items of the keyring."""

    def __init__(self, calls: KeyringCalls, project: bytes) -> None:
        self.calls = calls
        self.items = ProjectItems(calls, project)
        self._mirror = Mirror(self.items)

    @property
    def mirror(self) -> Mirror:
        return self._mirror

    def new_key(self) -> SealingKey:
        return self.calls.call(self.items.create_data_key)

    def open(self, *blobs: bytes | None) -> tuple[SealingKey, bytes | None]:
        """The key and the mirror, in one turn of the keyring thread."""
        try:
            key, mirror = self.calls.call(self._read)
        except Gone:
            # Seen once in some 1,100 openings, right after a program had been killed while it wrote to gnome-keyring.
            time.sleep(0.1)
            key, mirror = self.calls.call(self._read)
        if key is None:
            raise KeyMissing
        return key, mirror

    def _read(self) -> tuple[SealingKey | None, bytes | None]:
        return self.items.data_key(), self.items.mirror()


class UnderPassphrase:
    """The key is made from a passphrase, once when the project is opened (a quarter of a second)."""

    mirror: None = None

    def __init__(self, passphrase: str, cost: Argon2Cost | None = None) -> None:
        self._passphrase = passphrase
        self._cost = cost

    def __repr__(self) -> str:
        return "UnderPassphrase(****)"

    def new_key(self) -> SealingKey:
        return key_from_passphrase(self._passphrase, cost=self._cost)

    def open(self, *blobs: bytes | None) -> tuple[SealingKey, bytes | None]:
        header = _first_header(blobs)
        if header.cost is None:
            raise SealedError("The file is sealed with a key in the keyring, not with a passphrase.")
        return key_from_passphrase(self._passphrase, salt=header.salt, cost=header.cost), None


def _first_header(blobs: tuple[bytes | None, ...]) -> Header:
    first: SealedError | None = None
    for blob in blobs:
        if blob is not None:
            try:
                return read_header(blob)
            except SealedError as error:
                first = first or error
    raise first or NothingKept()
