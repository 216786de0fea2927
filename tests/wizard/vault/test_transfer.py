"""From one computer to another: one file, one passphrase, a new key on the other side."""

from __future__ import annotations

from pathlib import Path

import pytest

from checks.secret import Secret
from tests.wizard.vault.keyrings import MemoryKeyring, calls_to
from wizard.vault.files import read_file, replace_file
from wizard.vault.keys import Argon2Cost, key_from_passphrase, new_data_key
from wizard.vault.migrations import NewerSchema, upgrade
from wizard.vault.sealed import (
    Document,
    NeedsPassphrase,
    OtherPurpose,
    Purpose,
    SealedError,
    Truncated,
    WrongPassphrase,
    seal,
)
from wizard.vault.transfer import Transfer, open_transfer, seal_transfer
from wizard.vault.vault import Vault

CHEAP = Argon2Cost(memory_kib=64, passes=1, lanes=1)
PHRASE = "zoo " * 10
PROJECT = bytes(range(16))


def test_a_project_moves_with_its_runs_and_the_credentials_that_were_asked_for(tmp_path: Path) -> None:
    there = Vault(tmp_path / "there", calls_to(MemoryKeyring()))
    store = there.create("Acme", {"n": 7})
    store.add_run({"run": 1})
    store.credentials.keep("github", Secret("value" * 3))
    secret = store.credentials.get("github")
    assert secret is not None
    carried = Transfer(store.project, "Acme", store.content, store.all_runs(), (("github", secret),))
    replace_file(tmp_path / "acme.transfer", seal_transfer(carried, PHRASE))
    store.close()

    blob = read_file(tmp_path / "acme.transfer")
    assert blob is not None and b"value" not in blob
    opened = open_transfer(blob, PHRASE)
    here = Vault(tmp_path / "here", calls_to(MemoryKeyring()))
    arrived = here.create_as(opened.project, opened.name, opened.content)
    for run in opened.runs:
        arrived.add_run(run)
    for name, value in opened.credentials:
        arrived.credentials.keep(name, value)
    assert arrived.project == store.project and arrived.content == {"n": 7}
    assert arrived.all_runs() == ({"run": 1},)
    kept = arrived.credentials.get("github")
    assert kept is not None and kept.reveal() == "value" * 3
    arrived.close()
    old_file, new_file = (v.folder(store.project) / "answers.sealed" for v in (there, here))
    new_file.write_bytes(old_file.read_bytes())
    with pytest.raises(SealedError):
        vault_without_mirror(here, store.project).open(store.project)


def vault_without_mirror(vault: Vault, project: bytes) -> Vault:
    from wizard.vault.items import ProjectItems

    items = ProjectItems(vault.calls, project)
    assert vault.calls.flush(5)
    vault.calls.delete(items.service("answers"))
    return vault


def test_credentials_are_left_out_unless_asked_for_and_never_printed() -> None:
    bare = open_transfer(seal_transfer(Transfer(PROJECT, "Acme", {}), PHRASE, cost=CHEAP), PHRASE)
    assert bare.credentials == () and bare.runs == ()
    assert "value" not in repr(Transfer(PROJECT, "Acme", {}, (), (("github", Secret("value")),)))


def test_what_is_wrong_with_a_transfer_file_is_told() -> None:
    blob = seal_transfer(Transfer(PROJECT, "Acme", {"n": 1}), PHRASE, cost=CHEAP)
    with pytest.raises(WrongPassphrase):
        open_transfer(blob, "zoo " * 9)
    with pytest.raises(Truncated):
        open_transfer(blob[:-1], PHRASE)
    with pytest.raises(NeedsPassphrase, match="another computer"):
        open_transfer(seal(Document(PROJECT, Purpose.TRANSFER, 1, 1, {}), new_data_key()), PHRASE)
    key = key_from_passphrase(PHRASE, cost=CHEAP)
    with pytest.raises(OtherPurpose):
        open_transfer(seal(Document(PROJECT, Purpose.ANSWERS, 1, 1, {}), key), PHRASE)
    with pytest.raises(SealedError, match="no project"):
        open_transfer(seal(Document(PROJECT, Purpose.TRANSFER, 1, 1, {}), key), PHRASE)
    whole = {"name": "A", "content": {}, "runs": [], "credentials": {}}
    with pytest.raises(NewerSchema):
        open_transfer(seal(Document(PROJECT, Purpose.TRANSFER, 99, 1, whole), key), PHRASE)


def test_migrations_are_taken_one_by_one_and_change_no_original() -> None:
    steps = {1: lambda c: {**c, "b": 2}, 2: lambda c: {k: v for k, v in c.items() if k != "a"}}
    original = {"a": [1]}
    assert upgrade(original, 1, newest=3, steps=steps) == {"b": 2}
    assert upgrade(original, 3, newest=3, steps=steps) == {"a": [1]}
    assert original == {"a": [1]}
    with pytest.raises(NewerSchema):
        upgrade(original, 4, newest=3, steps=steps)
