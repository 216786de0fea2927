"""What lies in the keyring for a project: its key, the mirror of its answers, its card and its credentials.

Each item has a service name of its own that says nothing about the client. A value carries a mark and a digest;
whatever lacks them (an empty item, half a value) counts as absent.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from checks.secret import Secret
from wizard.vault.keyring_calls import SERVICE, KeyringCalls
from wizard.vault.keyring_faults import Refused
from wizard.vault.keys import KEY_BYTES, SealingKey, new_data_key

_MARK: Final = "LR1"
IDS_ON_A_PAGE: Final = 25
"""25 project ids of 32 characters are 1,121 characters in an item; Windows takes 1,280."""


def wrap(value: bytes) -> str:
    """As it lies in the keyring: mark, digest, base64. ASCII without NUL, which every backend gives back unchanged."""
    return f"{_MARK}.{_digest(value)}.{base64.b64encode(value).decode('ascii')}"


def unwrap(text: str | None) -> bytes | None:
    """None for what is absent, empty, torn or not ours."""
    mark, _, rest = (text or "").partition(".")
    digest, _, encoded = rest.partition(".")
    try:
        value = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        return None
    return value if mark == _MARK and digest == _digest(value) else None


def _digest(value: bytes) -> str:
    return hashlib.sha256(value).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Card:
    """What the list of clients may show without opening the project, and which credentials there are."""

    name: str
    credentials: tuple[str, ...] = ()


class ProjectItems:
    """The items of one project. Every method runs on the keyring thread (inside `KeyringCalls.call`)."""

    def __init__(self, calls: KeyringCalls, project: bytes) -> None:
        self.calls = calls
        self.project = project

    def service(self, kind: str, name: str = "") -> str:
        told = b"\0".join((self.project, kind.encode(), name.encode("utf-8", "surrogatepass")))
        return f"{SERVICE}:{hashlib.sha256(told).hexdigest()[:32]}"

    def _read(self, kind: str, name: str = "") -> bytes | None:
        return unwrap(self.calls.get(self.service(kind, name)))

    def _keep(self, value: bytes, kind: str, name: str = "") -> None:
        self.calls.set(self.service(kind, name), wrap(value))

    def data_key(self) -> SealingKey | None:
        value = self._read("key")
        return SealingKey(value) if value is not None and len(value) == KEY_BYTES else None

    def create_data_key(self) -> SealingKey:
        """Written once and read back; never over one that is there. Raises Refused."""
        if self.data_key() is not None:
            raise Refused("The keyring already holds a key for this project; it is not replaced.")
        key = new_data_key()
        self._keep(key.value, "key")
        if self.data_key() != key:
            raise Refused("The keyring did not give back the key it was given, so nothing was kept in it.")
        return key

    def mirror(self) -> bytes | None:
        return self._read("answers")

    def keep_mirror(self, blob: bytes) -> None:
        self._keep(blob, "answers")

    def card(self) -> Card | None:
        try:
            read = json.loads(self._read("card") or b"null")
            return Card(str(read["name"]), tuple(str(name) for name in read["credentials"]))
        except (ValueError, KeyError, TypeError):
            return None

    def keep_card(self, card: Card) -> None:
        self._keep(json.dumps({"name": card.name, "credentials": card.credentials}).encode(), "card")

    def credential(self, name: str) -> Secret | None:
        value = self._read("credential", name)
        return None if value is None else Secret(value.decode("utf-8", "surrogatepass"))

    def keep_credential(self, name: str, secret: Secret) -> None:
        """Named on the card before it is kept, so that forgetting finds it whatever happens in between."""
        card = self.card() or Card("")
        if name not in card.credentials:
            self.keep_card(replace(card, credentials=(*card.credentials, name)))
        value = secret.reveal().encode("utf-8", "surrogatepass")
        self._keep(value, "credential", name)
        if self._read("credential", name) != value:
            raise Refused("The keyring did not give back the credential it was given; it was not kept.")

    def forget_credential(self, name: str) -> None:
        self.calls.delete(self.service("credential", name))
        card = self.card()
        if card is not None and name in card.credentials:
            self.keep_card(replace(card, credentials=tuple(n for n in card.credentials if n != name)))

    def forget_all(self, also: Iterable[str] = ()) -> None:
        """Credentials, answers, key, card; each is asked for afterwards. The card goes last: it lists the others.

        `also` names credentials that may be there although a lost card does not list them.
        """
        card = self.card()
        for name in sorted({*(card.credentials if card else ()), *also}):
            self.calls.delete(self.service("credential", name))
        for kind in ("answers", "key", "card"):
            self.calls.delete(self.service(kind))


class Index:
    """Which projects the keyring knows, so that one whose files are lost is still found. Runs on the thread."""

    def __init__(self, calls: KeyringCalls) -> None:
        self.calls = calls

    def _service(self, page: int) -> str:
        return f"{SERVICE}:index:{page}"

    def _pages(self) -> list[list[str]]:
        pages: list[list[str]] = []
        while (value := unwrap(self.calls.get(self._service(len(pages))))) is not None:
            pages.append(value.decode("ascii").split())
        return pages

    def _keep(self, page: int, ids: list[str]) -> None:
        self.calls.set(self._service(page), wrap(" ".join(ids).encode("ascii")))

    def projects(self) -> tuple[bytes, ...]:
        return tuple(bytes.fromhex(id) for page in self._pages() for id in page)

    def add(self, project: bytes) -> None:
        pages = self._pages()
        if any(project.hex() in page for page in pages):
            return
        free = next((n for n, page in enumerate(pages) if len(page) < IDS_ON_A_PAGE), len(pages))
        self._keep(free, [*(pages[free] if free < len(pages) else []), project.hex()])

    def remove(self, project: bytes) -> None:
        """Pages stay where they are, the last ones included once empty: a gap would hide those behind it."""
        pages = self._pages()
        for number, page in enumerate(pages):
            if project.hex() in page:
                self._keep(number, [id for id in page if id != project.hex()])
        if pages and not any(id != project.hex() for page in pages for id in page):
            for number in reversed(range(len(pages))):
                self.calls.delete(self._service(number))
