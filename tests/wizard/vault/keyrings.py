"""Keyrings for tests: one in memory, one in a folder that other processes share, and one that fails on cue."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from wizard.vault.keyring_calls import KeyringCalls, class_path


class MemoryKeyring:
    """Behaves as the backends do: None for what is not there, an error on deleting it."""

    def __init__(self, items: dict[tuple[str, str], str] | None = None) -> None:
        self.items = {} if items is None else items

    def get_password(self, service: str, username: str) -> str | None:
        return self.items.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.items[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        if (service, username) not in self.items:
            import keyring.errors

            raise keyring.errors.PasswordDeleteError("No such password!")
        del self.items[service, username]


class FolderKeyring(MemoryKeyring):
    """One file an item, written in place: a killed writer leaves an empty or half-written item, as some stores do."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def _file(self, service: str) -> Path:
        return self.folder / hashlib.sha256(service.encode()).hexdigest()

    def get_password(self, service: str, username: str) -> str | None:
        try:
            return self._file(service).read_text()
        except FileNotFoundError:
            return None

    def set_password(self, service: str, username: str, password: str) -> None:
        with self._file(service).open("w", buffering=1) as file:
            for start in range(0, len(password), 512):
                file.write(password[start : start + 512])
                file.flush()

    def delete_password(self, service: str, username: str) -> None:
        self._file(service).unlink()


@dataclass
class FaultyKeyring(MemoryKeyring):
    """Does `fault` at its call number `at` (from 0), and works otherwise."""

    at: int
    fault: Callable[[FaultyKeyring, str, tuple[str, str], str], str | None]
    items: dict[tuple[str, str], str] = field(default_factory=dict)
    calls: int = 0
    hang: threading.Event = field(default_factory=threading.Event)

    def _cue(self) -> bool:
        self.calls += 1
        return self.calls - 1 == self.at

    def get_password(self, service: str, username: str) -> str | None:
        if self._cue():
            return self.fault(self, "get", (service, username), "")
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        if self._cue():
            self.fault(self, "set", (service, username), password)
        else:
            super().set_password(service, username, password)

    def delete_password(self, service: str, username: str) -> None:
        if self._cue():
            self.fault(self, "delete", (service, username), "")
        else:
            super().delete_password(service, username)


made: list[KeyringCalls] = []
"""Every one made in the running test; conftest ends their threads."""


def calls_to(backend: MemoryKeyring, *, deadline: float = 5.0) -> KeyringCalls:
    made.append(KeyringCalls(lambda: backend, allowed=frozenset({class_path(backend)}), deadline=deadline))
    return made[-1]
