"""The credentials of one project: an item of the keyring each, or in memory where there is no keyring. Never a file."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from checks.secret import Secret
from wizard.vault.items import ProjectItems


class Credentials(Protocol):
    """`kept` says whether they outlive the program. The keyring's may raise KeyringFault."""

    kept: bool

    def names(self) -> tuple[str, ...]: ...
    def get(self, name: str) -> Secret | None: ...
    def keep(self, name: str, secret: Secret) -> None: ...
    def forget(self, name: str) -> None: ...


class KeyringCredentials:
    """Each call waits for the keyring, some 30 ms or up to its deadline: not on the UI thread."""

    kept = True

    def __init__(self, items: ProjectItems) -> None:
        self._items = items

    def names(self) -> tuple[str, ...]:
        card = self._items.calls.call(self._items.card)
        return card.credentials if card else ()

    def get(self, name: str) -> Secret | None:
        return self._items.calls.call(lambda: self._items.credential(name))

    def keep(self, name: str, secret: Secret) -> None:
        """Raises TooLarge before anything is written when the backend takes no value of that length."""
        self._items.calls.call(lambda: self._items.keep_credential(name, secret))

    def forget(self, name: str) -> None:
        """Deleted, and asked for again: None is the proof."""
        self._items.calls.call(lambda: self._items.forget_credential(name))


class MemoryCredentials:
    kept = False

    def __init__(self, given: Iterable[tuple[str, Secret]] = ()) -> None:
        self._given = dict(given)

    def names(self) -> tuple[str, ...]:
        return tuple(sorted(self._given))

    def get(self, name: str) -> Secret | None:
        return self._given.get(name)

    def keep(self, name: str, secret: Secret) -> None:
        self._given[name] = secret

    def forget(self, name: str) -> None:
        self._given.pop(name, None)
