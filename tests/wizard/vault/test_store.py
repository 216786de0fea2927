"""One project, open: two instances, failing saves, forgetting, runs, and this time only."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from checks.secret import Secret
from tests.wizard.vault.keeping import CHEAP, PHRASE, again, kept
from tests.wizard.vault.keyrings import FolderKeyring, MemoryKeyring, calls_to
from wizard.vault import store as store_module
from wizard.vault.files import NotWritten
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keyring_faults import Absent, Locked
from wizard.vault.memory import MemoryStore
from wizard.vault.sealed import JsonObject, WrongPassphrase
from wizard.vault.store import ANSWERS, OPEN_ELSEWHERE, ReadOnly
from wizard.vault.vault import AlreadyKept, Kept, Vault


def test_a_passphrase_vault_needs_no_keyring(tmp_path: Path) -> None:
    def no_keyring() -> MemoryKeyring:
        raise Absent

    vault = Vault(tmp_path, KeyringCalls(no_keyring))
    project = kept(vault, 3, PHRASE)
    (listed,), fault = vault.projects()
    assert isinstance(fault, Absent) and listed == Kept(project, "", under_passphrase=True, has_file=True)
    with again(vault, project, PHRASE) as store:
        assert store.content == {"n": 3} and store.mirror_state is None and not store.credentials.kept
        store.save({"n": 4})
    before = (vault.folder(project) / ANSWERS).read_bytes()
    with pytest.raises(WrongPassphrase):
        vault.open(project, passphrase="able " * 9)
    with pytest.raises(Absent):
        vault.create("Other", {})
    assert (vault.folder(project) / ANSWERS).read_bytes() == before
    assert "knows the passphrase" in vault.forget(project)
    assert vault.on_disk() == ()


def test_two_instances_one_writes_the_other_takes_over(vault: Vault) -> None:
    project = kept(vault)
    first, second = vault.open(project), vault.open(project)
    assert first.read_only == "" and second.read_only == OPEN_ELSEWHERE
    for refused in (lambda: second.save({}), lambda: second.add_run({}), lambda: vault.forget(project)):
        with pytest.raises(ReadOnly, match="another window"):
            refused()
    assert not second.take_over()
    first.save({"n": 9})
    first.close()
    assert second.take_over()
    assert second.content == {"n": 9}
    assert second.save({"n": 10}) == 3
    with pytest.raises(ReadOnly):
        first.save({})
    second.close()


HOLDER = """
import sys
from pathlib import Path
from tests.wizard.vault.keyrings import FolderKeyring, calls_to
from wizard.vault.vault import Vault
home = Path(sys.argv[1])
store = Vault(home, calls_to(FolderKeyring(home / "keyring"))).open(bytes.fromhex(sys.argv[2]))
store.save({"n": 100})
print("saved", flush=True)
sys.stdin.read()
"""


def test_a_killed_instance_holds_nothing_back(tmp_path: Path) -> None:
    vault = Vault(tmp_path, calls_to(FolderKeyring(tmp_path / "keyring")))
    project = kept(vault)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), project.hex()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "saved\n"
        second = vault.open(project)
        assert second.read_only == OPEN_ELSEWHERE and second.content == {"n": 100}
        assert not second.take_over()
        other.kill()
        other.wait(10)
        assert second.take_over() and second.content == {"n": 100}
        second.close()


def test_a_save_that_fails_keeps_what_was_and_the_next_one_works(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = kept(vault, 2)
    with again(vault, project) as store:
        path = vault.folder(project) / ANSWERS
        before = path.read_bytes()

        def full(path: Path, data: bytes) -> None:
            raise NotWritten(path, OSError(28, "No space left on device"))

        with monkeypatch.context() as patch:
            patch.setattr(store_module, "replace_file", full)
            with pytest.raises(NotWritten, match="the disk is full"):
                store.save({"n": 3})
        assert path.read_bytes() == before and store.content == {"n": 2}
        assert store.save({"n": 4}) == 4
    with again(vault, project) as store:
        assert store.content == {"n": 4}


def test_a_folder_removed_under_an_open_project_is_made_again(vault: Vault) -> None:
    project = kept(vault, 2)
    with again(vault, project) as store:
        for entry in vault.folder(project).iterdir():
            entry.unlink()
        vault.folder(project).rmdir()
        store.save({"n": 3})
        assert vault.open(project).read_only == OPEN_ELSEWHERE
    with again(vault, project) as store:
        assert store.content == {"n": 3}


def test_runs_are_kept_twenty_at_most_and_a_broken_file_costs_no_answer(vault: Vault) -> None:
    project = kept(vault)
    with again(vault, project) as store:
        for n in range(25):
            store.add_run({"run": n})
    results = vault.folder(project) / "results.sealed"
    with again(vault, project) as store:
        assert [run["run"] for run in store.all_runs()] == list(range(5, 25))
        second = vault.open(project)
        store.add_run({"run": 25})
        assert second.all_runs()[-1] == {"run": 25}
        second.close()
    results.write_bytes(results.read_bytes()[:-40])
    with again(vault, project) as store:
        assert store.all_runs() == () and "cut off" in store.runs.notice
        store.add_run({"run": 26})
        assert store.content == {"n": 1}
    assert (vault.folder(project) / "results.damaged").exists()


def test_forgetting_leaves_neither_items_nor_files(vault: Vault, backend: MemoryKeyring) -> None:
    project, other = kept(vault), kept(vault)
    with again(vault, project) as store:
        store.credentials.keep("github", Secret("value"))
        store.add_run({"run": 1})
    assert "without the key" in vault.forget(project)
    assert vault.on_disk() == (other,)
    assert [each.project for each in vault.projects()[0]] == [other]
    vault.forget(other)
    assert backend.items == {} and vault.projects() == ((), None)


def test_a_locked_keyring_forgets_nothing(vault: Vault, backend: MemoryKeyring) -> None:
    project = kept(vault)

    def locked(service: str, username: str) -> None:
        raise Locked

    backend.delete_password = locked  # type: ignore[method-assign]
    with pytest.raises(Locked):
        vault.forget(project)
    assert (vault.folder(project) / ANSWERS).exists()
    del backend.delete_password
    vault.forget(project)
    assert backend.items == {}


def test_an_import_never_replaces_a_project_that_is_here(vault: Vault, backend: MemoryKeyring) -> None:
    project = kept(vault, 2)
    before = dict(backend.items)
    with pytest.raises(AlreadyKept):
        vault.create_as(project, "Copy", {})
    (vault.folder(project) / ANSWERS).rename(vault.home / "kept")
    with pytest.raises(AlreadyKept):
        vault.create_as(project, "Copy", {})
    assert backend.items == before
    under_passphrase = kept(vault, 2, PHRASE)
    with pytest.raises(AlreadyKept):
        vault.create_as(under_passphrase, "Copy", {}, passphrase=PHRASE, cost=CHEAP)
    with again(vault, under_passphrase, PHRASE) as store:
        assert store.content == {"n": 2}


def test_renaming_and_the_list(vault: Vault) -> None:
    project = kept(vault)
    vault.rename(project, "Acme GmbH")
    assert vault.projects() == ((Kept(project, "Acme GmbH", under_passphrase=False, has_file=True),), None)
    (vault.folder(project) / ANSWERS).write_bytes(b"LRVAULT\n")
    ((listed,), _) = vault.projects()
    assert "cut off" in listed.problem


def test_the_folder_may_be_read_only(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    project = kept(vault, 2)

    def refuse(path: Path) -> None:
        raise NotWritten(path, OSError(30, "Read-only file system"))

    monkeypatch.setattr(store_module, "make_folder", refuse)
    store = vault.open(project)
    assert store.content == {"n": 2} and "can only be read" in store.read_only
    with pytest.raises(ReadOnly):
        store.save({})
    store.close()


def test_a_value_that_is_no_json_costs_nothing(vault: Vault) -> None:
    project = kept(vault, 2)
    bad: JsonObject = {"n": object()}
    with again(vault, project) as store:
        with pytest.raises(TypeError):
            store.save(bad)
        with pytest.raises(TypeError):
            store.add_run(bad)
    with again(vault, project) as store:
        assert store.content == {"n": 2} and store.all_runs() == ()


def test_a_mirror_too_long_for_windows_is_left_out_and_said(tmp_path: Path) -> None:
    class WinVaultKeyring(MemoryKeyring):
        __module__, __qualname__ = "keyring.backends.Windows", "WinVaultKeyring"

    backend = WinVaultKeyring()
    vault = Vault(tmp_path, KeyringCalls(lambda: backend))
    store = vault.create(
        "Acme", {"n": 1, "answers": [str(n) * n for n in range(100)], "id": list(range(900))}
    )
    assert vault.calls.flush(5)
    assert store.mirror_state is not None and store.mirror_state.too_long
    store.close()
    with again(vault, store.project) as opened:
        assert opened.content["n"] == 1
    assert all(len(value) <= 1280 for value in backend.items.values())


def test_saves_do_not_wait_for_the_mirror_and_old_ones_are_dropped(tmp_path: Path) -> None:
    class Slow(MemoryKeyring):
        writes = 0

        def set_password(self, service: str, username: str, password: str) -> None:
            Slow.writes += 1
            time.sleep(0.02)
            super().set_password(service, username, password)

    vault = Vault(tmp_path, calls_to(Slow()))
    store = vault.create("Acme", {"n": 0})
    written = Slow.writes
    for n in range(1, 101):
        store.save({"n": n})
    assert vault.calls.flush(5)
    assert store.mirror_state is not None and store.mirror_state.seq == store.seq == 101
    assert Slow.writes - written < 100
    store.close()


def test_this_time_only_touches_nothing_and_can_be_kept_after_all(vault: Vault, tmp_path: Path) -> None:
    memory = MemoryStore()
    memory.save({"n": 1})
    memory.add_run({"run": 1})
    memory.credentials.keep("github", Secret("value"))
    with pytest.raises(TypeError):
        memory.save({"n": object()})
    assert list(tmp_path.iterdir()) == []
    store = vault.create("Acme", memory.content)
    assert store.content == {"n": 1} and len(memory.opaque("x")) == 32
    assert not memory.take_over()
    memory.close()
    assert memory.content == {} and memory.credentials.names() == ()
    store.close()


def test_opaque_ids_need_the_key_of_the_project(vault: Vault) -> None:
    first, second = vault.create("A", {}), vault.create("B", {})
    assert first.opaque("app.acme.example") != second.opaque("app.acme.example")
    assert first.opaque("x") == first.opaque("x") and len(first.opaque("x")) == 32
    first.close()
    second.close()
