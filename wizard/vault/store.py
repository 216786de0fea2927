"""One project, open: its answers, its runs, and who may write them. `vault.py` makes and finds projects."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import hmac
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from wizard.vault.copies import Chosen, Place, choose, open_copy
from wizard.vault.credentials import Credentials, MemoryCredentials
from wizard.vault.files import (
    NotWritten,
    make_folder,
    read_file,
    remove_file,
    remove_leftovers,
    replace_file,
)
from wizard.vault.keys import SealingKey
from wizard.vault.lock import FileLock
from wizard.vault.migrations import SCHEMA, STEPS, NewerSchema, Step, upgrade
from wizard.vault.protection import Mirror, MirrorState, Protection
from wizard.vault.runs import RunsFile
from wizard.vault.sealed import Document, JsonObject, Purpose, pack, seal

ANSWERS: Final = "answers.sealed"
PREVIOUS: Final = "answers.previous"
ASIDE: Final = "answers.damaged"
LOCK: Final = "lock"
OPEN_ELSEWHERE: Final = (
    "This project is open in another window of Launch Ready; here it can be read. "
    "It can be changed here as soon as that one ends."
)


class ReadOnly(Exception):
    """This instance may not write. The message says why."""


class ProjectStore:
    """The only writer of a project's files. Safe to call from several threads; `save` blocks for about 1 ms."""

    def __init__(
        self,
        folder: Path,
        project: bytes,
        protection: Protection,
        credentials: Credentials | None = None,
        *,
        schema: int = SCHEMA,
        steps: Mapping[int, Step] = STEPS,
    ) -> None:
        self.folder = folder
        self.project = project
        self.protection = protection
        self.credentials: Credentials = credentials or MemoryCredentials()
        self.content: JsonObject = {}
        """What was kept last. Not to be changed in place: give `save` a new one."""
        self.notices: tuple[str, ...] = ()
        """Sentences about copies that were older, damaged or gone, from the last load."""
        self.read_only = ""
        """Why this instance cannot write; empty when it can."""
        self.seq = 0
        self._schema = schema
        self._steps = steps
        self._lock = FileLock(folder / LOCK)
        self._busy = threading.RLock()
        self._before_update: bytes | None = None
        self._key: SealingKey | None = None
        self._runs: RunsFile | None = None

    # Begin ---------------------------------------------------------------------------------------------------

    def create(self, content: JsonObject) -> None:
        """A new project with its first content. Raises NotWritten, KeyringFault; leaves nothing sealed behind then."""
        with self._busy:
            make_folder(self.folder)
            if not self._lock.try_acquire() or read_file(self.folder / ANSWERS) is not None:
                raise ReadOnly(OPEN_ELSEWHERE)
            self._use(self.protection.new_key())
            self.save(content)

    def load(self) -> None:
        """Opens what is kept: the newest of all copies. Raises NothingKept, SealedError, NotRead, KeyringFault.

        Whatever it raises, no copy was changed.
        """
        with self._busy:
            self._take_lock()
            try:
                self._load()
            except BaseException:
                self._lock.release()
                raise

    def _take_lock(self) -> None:
        try:
            make_folder(self.folder)
            self.read_only = "" if self._lock.try_acquire() else OPEN_ELSEWHERE
        except NotWritten as error:
            self.read_only = f"This project can only be read: {error}"

    def _load(self) -> None:
        file, previous = read_file(self.folder / ANSWERS), read_file(self.folder / PREVIOUS)
        key, mirror = self.protection.open(file, previous)
        self._use(key)
        chosen = choose(
            (
                open_copy(Place.FILE, file, key, self.project),
                open_copy(Place.KEYRING, mirror, key, self.project),
                open_copy(Place.PREVIOUS, previous, key, self.project),
            )
        )
        # While another instance saves, its file and its mirror are read at two different moments.
        self.notices = () if self.read_only == OPEN_ELSEWHERE else chosen.notices
        self.seq = chosen.document.seq
        self._take_content(chosen)
        if not self.read_only:
            self._mend(chosen, mirror)

    def _take_content(self, chosen: Chosen) -> None:
        document = chosen.document
        try:
            self.content = upgrade(document.content, document.schema, newest=self._schema, steps=self._steps)
        except NewerSchema as newer:
            self.content = document.content
            self.read_only = str(newer)
        self._before_update = chosen.copy.blob if document.schema < self._schema else None

    def _mend(self, chosen: Chosen, mirror: bytes | None) -> None:
        """Brings file and mirror to the chosen state, as far as it goes; a full disk must not keep it from opening."""
        remove_leftovers(self.folder)
        blob = chosen.copy.blob
        assert blob is not None
        try:
            for damaged in chosen.damaged:
                if damaged.place is Place.FILE and damaged.blob is not None:
                    replace_file(self.folder / ASIDE, damaged.blob)
            if chosen.copy.place is not Place.FILE:
                replace_file(self.folder / ANSWERS, blob)
        except NotWritten as error:
            self.read_only = f"This project can only be read: {error}"
            return
        if self.protection.mirror is not None:
            if mirror == blob:
                self.protection.mirror.settled(self.seq)
            else:
                self.protection.mirror.offer(self.seq, blob)

    def _use(self, key: SealingKey) -> None:
        self._key = key
        self._runs = RunsFile(self.folder, self.project, key)

    # Keep ----------------------------------------------------------------------------------------------------

    def save(self, content: JsonObject) -> int:
        """Returns the seq once `content` is on the disk; the mirror follows by itself.

        Raises ReadOnly, NotWritten; what was kept before is still kept then.
        """
        with self._busy:
            self._require_writable()
            # A save that failed may have reached the disk all the same, so its number is not used again.
            self.seq += 1
            document = Document(self.project, Purpose.ANSWERS, self._schema, self.seq, content)
            blob = seal(document, self._opened_key())
            self._write(blob)
            self.content = content
            if self.protection.mirror is not None:
                self.protection.mirror.offer(self.seq, blob)
            return self.seq

    def _write(self, blob: bytes) -> None:
        previous = self.folder / PREVIOUS
        try:
            if self._before_update is not None:
                replace_file(previous, self._before_update)
            replace_file(self.folder / ANSWERS, blob)
        except NotWritten as error:
            if error.code != errno.ENOENT:
                raise
            # Somebody removed the folder while the project is open. What is in memory must not go with it.
            make_folder(self.folder)
            self._lock.release()
            if not self._lock.try_acquire():
                raise
            replace_file(self.folder / ANSWERS, blob)
        if self._before_update is not None:
            self._before_update = None
        elif previous.exists():
            remove_file(previous)

    def _require_writable(self) -> None:
        if self.read_only:
            raise ReadOnly(self.read_only)
        if not self._lock.held:
            raise ReadOnly("This project is not open.")

    def _opened_key(self) -> SealingKey:
        if self._key is None:
            raise ReadOnly("This project is not open.")
        return self._key

    @property
    def mirror_state(self) -> MirrorState | None:
        """How far the copy in the keyring is; None under a passphrase."""
        mirror: Mirror | None = self.protection.mirror
        return None if mirror is None else mirror.state

    # Runs ----------------------------------------------------------------------------------------------------

    @property
    def runs(self) -> RunsFile:
        """The kept runs. `add_run` is the way to add one: it knows who may write."""
        if self._runs is None:
            raise ReadOnly("This project is not open.")
        return self._runs

    def all_runs(self) -> tuple[JsonObject, ...]:
        """Oldest first. Raises NotRead."""
        with self._busy:
            if self.read_only:
                self.runs.forget_cache()
            return self.runs.all()

    def add_run(self, run: JsonObject) -> None:
        """Raises ReadOnly, NotWritten."""
        with self._busy:
            self._require_writable()
            pack(run)  # what is no JSON must fail before the list is touched
            self.runs.add(run)

    def opaque(self, text: str) -> str:
        """A name that says nothing without this project's key: 32 hex digits, for history.sqlite."""
        told = text.encode("utf-8", "surrogatepass")
        return hmac.new(self._opened_key().value, told, hashlib.sha256).hexdigest()[:32]

    # End -----------------------------------------------------------------------------------------------------

    def take_over(self) -> bool:
        """True when the other instance has ended and this one, reloaded, may write now. Cheap: ask every second.

        Raises what `load` raises.
        """
        with self._busy:
            if self.read_only != OPEN_ELSEWHERE or not self._lock.try_acquire():
                return False
            try:
                self.load()
            except BaseException:
                self.read_only = OPEN_ELSEWHERE
                raise
            return not self.read_only

    def close(self) -> None:
        """Lets the next instance write. What was saved is on the disk; the mirror may still be on its way."""
        with self._busy:
            self._lock.release()
            self._key = self._runs = None

    def lock_only(self) -> None:
        """Takes the right to write without opening anything: to forget a project whose key is lost. Raises ReadOnly."""
        with self._busy:
            self._take_lock()
            if self.read_only:
                raise ReadOnly(self.read_only)

    def abandon(self) -> None:
        """Closes, and takes the folder away again where nothing was ever kept in it."""
        with self._busy:
            only_ours = [entry.name for entry in self.folder.iterdir()] == [LOCK]
            self.close()
            if only_ours:
                with contextlib.suppress(NotWritten, OSError):
                    remove_file(self.folder / LOCK)
                    self.folder.rmdir()

    def remove_files(self) -> None:
        """The second half of forgetting, after the keyring items. Raises ReadOnly, NotWritten."""
        with self._busy:
            self._require_writable()
            remove_leftovers(self.folder)
            for entry in sorted(self.folder.iterdir()):
                if entry.name != LOCK:
                    remove_file(entry)
            self.close()
            remove_file(self.folder / LOCK)
            try:
                self.folder.rmdir()
            except OSError as error:
                raise NotWritten(self.folder, error) from error
