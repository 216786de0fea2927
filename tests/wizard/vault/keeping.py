"""Makes and opens kept projects for tests."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from wizard.vault.keys import Argon2Cost
from wizard.vault.protection import UnderKeyring
from wizard.vault.store import ProjectStore
from wizard.vault.vault import Vault

CHEAP = Argon2Cost(memory_kib=64, passes=1, lanes=1)
PHRASE = " ".join(["able"] * 10)


@contextlib.contextmanager
def again(vault: Vault, project: bytes, passphrase: str | None = None) -> Iterator[ProjectStore]:
    store = vault.open(project, passphrase=passphrase)
    try:
        yield store
    finally:
        assert vault.calls.flush(5)
        store.close()


def kept(vault: Vault, saves: int = 1, passphrase: str | None = None) -> bytes:
    """A project whose content says how often it was saved; closed, mirror up to date."""
    store = vault.create("Acme", {"n": 1}, passphrase=passphrase, cost=CHEAP)
    for n in range(2, saves + 1):
        store.save({"n": n})
    assert vault.calls.flush(5)
    store.close()
    return store.project


def mirror_of(vault: Vault, project: bytes) -> bytes:
    blob = UnderKeyring(vault.calls, project).items.mirror()
    assert blob is not None
    return blob
