"""This time only: the same face as a kept project, and nothing on any disk or in any keyring."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from wizard.vault.credentials import Credentials, MemoryCredentials
from wizard.vault.runs import KEPT
from wizard.vault.sealed import JsonObject, pack


class MemoryStore:
    """Ends with the program. To keep it after all: `Vault.create(name, store.content)` and add its runs."""

    read_only = ""
    notices: tuple[str, ...] = ()
    mirror_state: None = None

    def __init__(self, content: JsonObject | None = None) -> None:
        self.content: JsonObject = {} if content is None else content
        self.seq = 0
        self._runs: list[JsonObject] = []
        self.credentials: Credentials = MemoryCredentials()
        self._key = secrets.token_bytes(32)

    def save(self, content: JsonObject) -> int:
        pack(content)  # what could not be kept must fail here too, not only when somebody decides to keep it
        self.content = content
        self.seq += 1
        return self.seq

    def add_run(self, run: JsonObject) -> None:
        pack(run)
        self._runs = [*self._runs, run][-KEPT:]

    def all_runs(self) -> tuple[JsonObject, ...]:
        return tuple(self._runs)

    def opaque(self, text: str) -> str:
        return hmac.new(self._key, text.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()[:32]

    def take_over(self) -> bool:
        return False

    def close(self) -> None:
        self.content, self._runs, self.credentials = {}, [], MemoryCredentials()
