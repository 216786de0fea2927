"""One project, kept: copies, generations, two instances, and one clear sentence for whatever is wrong."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.secret import Secret
from tests.wizard.vault.keyrings import FolderKeyring, MemoryKeyring, calls_to
from wizard.vault import store as store_module
from wizard.vault.copies import NothingKept
from wizard.vault.files import NotWritten, read_file, replace_file
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keyring_faults import Absent, Locked
from wizard.vault.keys import Argon2Cost
from wizard.vault.memory import MemoryStore
from wizard.vault.protection import KeyMissing, UnderKeyring, UnderPassphrase
from wizard.vault.sealed import Damaged, JsonObject, OtherProject, Truncated, WrongKey, WrongPassphrase
from wizard.vault.store import ANSWERS, ASIDE, OPEN_ELSEWHERE, PREVIOUS, ProjectStore, ReadOnly
from wizard.vault.vault import AlreadyKept, Kept, Vault

CHEAP = Argon2Cost(memory_kib=64, passes=1, lanes=1)
PHRASE = " ".join(["able"] * 10)


@pytest.fixture
def backend() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def vault(tmp_path: Path, backend: MemoryKeyring) -> Vault:
    return Vault(tmp_path / "home", calls_to(backend))


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


def test_what_was_saved_is_there_again_with_nothing_to_tell(vault: Vault) -> None:
    project = kept(vault, 5)
    with again(vault, project) as store:
        assert (store.content, store.seq, store.notices, store.read_only) == ({"n": 5}, 5, (), "")
    assert mirror_of(vault, project) == read_file(vault.folder(project) / ANSWERS)


def test_the_file_alone_restores_everything(vault: Vault) -> None:
    project = kept(vault, 3)
    items = UnderKeyring(vault.calls, project).items
    items.calls.delete(items.service("answers"))
    with again(vault, project) as store:
        assert store.content == {"n": 3}
    assert mirror_of(vault, project) == read_file(vault.folder(project) / ANSWERS)


def test_the_keyring_alone_restores_everything(vault: Vault) -> None:
    project = kept(vault, 3)
    for entry in vault.folder(project).iterdir():
        entry.unlink()
    vault.folder(project).rmdir()
    (listed,), fault = vault.projects()
    assert fault is None and listed == Kept(project, "Acme", under_passphrase=False, has_file=False)
    with again(vault, project) as store:
        assert store.content == {"n": 3}
        assert "look over the last ones" in store.notices[0]
        store.save({"n": 4})
    with again(vault, project) as store:
        assert (store.content, store.notices) == ({"n": 4}, ())


def test_a_file_out_of_a_backup_is_older_and_said_to_be(vault: Vault) -> None:
    project = kept(vault, 2)
    path = vault.folder(project) / ANSWERS
    old = path.read_bytes()
    with again(vault, project) as store:
        for n in (3, 4, 5):
            store.save({"n": n})
    replace_file(path, old)
    with again(vault, project) as store:
        assert store.content == {"n": 5}
        (notice,) = store.notices
        assert "older than the copy in the keyring (3 saves behind)" in notice
        assert store.save({"n": 6}) == 6
    with again(vault, project) as store:
        assert store.notices == ()


def test_a_mirror_left_behind_is_told_and_brought_up_to_date(vault: Vault) -> None:
    project = kept(vault, 2)
    items = UnderKeyring(vault.calls, project).items
    old = mirror_of(vault, project)
    with again(vault, project) as store:
        store.save({"n": 3})
    items.keep_mirror(old)
    with again(vault, project) as store:
        assert store.content == {"n": 3}
        assert "keyring is older than the file (1 save behind)" in store.notices[0]
    assert mirror_of(vault, project) != old


@pytest.mark.parametrize("damage", [lambda b: b[:90], lambda b: b[:90] + b"x" + b[91:], lambda b: b""])
def test_a_broken_file_is_set_aside_and_the_mirror_counts(vault: Vault, damage: object) -> None:
    assert callable(damage)
    project = kept(vault, 3)
    path = vault.folder(project) / ANSWERS
    broken = damage(path.read_bytes())
    path.write_bytes(broken)
    with again(vault, project) as store:
        assert store.content == {"n": 3}
        assert "set aside" in store.notices[0]
    assert (vault.folder(project) / ASIDE).read_bytes() == broken
    with again(vault, project) as store:
        assert store.notices == ()


def test_where_no_copy_opens_nothing_is_touched(vault: Vault, backend: MemoryKeyring) -> None:
    project = kept(vault, 3)
    path = vault.folder(project) / ANSWERS
    path.write_bytes(path.read_bytes()[:-1])
    items = UnderKeyring(vault.calls, project).items
    vault.calls.set(items.service("answers"), "")
    before = (path.read_bytes(), dict(backend.items))
    with pytest.raises(Truncated):
        vault.open(project)
    assert (path.read_bytes(), dict(backend.items)) == before


def test_another_projects_file_in_this_folder(vault: Vault) -> None:
    project, other = kept(vault), kept(vault)
    items = UnderKeyring(vault.calls, project).items
    vault.calls.delete(items.service("answers"))
    foreign = (vault.folder(other) / ANSWERS).read_bytes()
    (vault.folder(project) / ANSWERS).write_bytes(foreign)
    with pytest.raises(OtherProject):
        vault.open(project)
    assert (vault.folder(project) / ANSWERS).read_bytes() == foreign


def test_a_lost_key_and_a_wrong_key(vault: Vault) -> None:
    project = kept(vault)
    items = UnderKeyring(vault.calls, project).items
    items.calls.delete(items.service("key"))
    with pytest.raises(KeyMissing):
        vault.open(project)
    items.create_data_key()
    with pytest.raises(WrongKey):
        vault.open(project)


def test_nothing_kept_at_all(vault: Vault) -> None:
    project = kept(vault)
    (vault.folder(project) / ANSWERS).unlink()
    items = UnderKeyring(vault.calls, project).items
    items.calls.delete(items.service("answers"))
    with pytest.raises(NothingKept):
        vault.open(project)


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


def in_schema(vault: Vault, project: bytes, schema: int) -> ProjectStore:
    steps = {1: lambda c: {**c, "two": True}, 2: lambda c: {**c, "three": True}}
    protection = UnderKeyring(vault.calls, project)
    return ProjectStore(vault.folder(project), project, protection, schema=schema, steps=steps)


def test_an_update_keeps_the_generation_before_until_it_has_saved_again(vault: Vault) -> None:
    project = kept(vault, 2)
    path, previous = vault.folder(project) / ANSWERS, vault.folder(project) / PREVIOUS
    old = path.read_bytes()
    store = in_schema(vault, project, 3)
    store.load()
    assert store.content == {"n": 2, "two": True, "three": True}
    assert path.read_bytes() == old, "opening alone changes nothing"
    store.save({"n": 3})
    assert previous.read_bytes() == old
    store.close()
    store = in_schema(vault, project, 3)
    store.load()
    assert store.content == {"n": 3} and previous.read_bytes() == old
    store.save({"n": 4})
    assert not previous.exists()
    assert vault.calls.flush(5)
    store.close()
    with again(vault, project) as older:
        assert older.content == {"n": 4} and "newer Launch Ready" in older.read_only
        with pytest.raises(ReadOnly, match="newer Launch Ready"):
            older.save({})


def test_the_generation_before_helps_where_the_new_file_broke(vault: Vault) -> None:
    project = kept(vault, 2)
    store = in_schema(vault, project, 2)
    store.load()
    store.save({"n": 3})
    assert vault.calls.flush(5)
    store.close()
    items = UnderKeyring(vault.calls, project).items
    items.calls.delete(items.service("answers"))
    (vault.folder(project) / ANSWERS).write_bytes(b"")
    store = in_schema(vault, project, 2)
    store.load()
    assert store.content == {"n": 2, "two": True}
    assert "before the last update" in store.notices[0]
    store.close()


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


def test_answers_and_results_cannot_be_swapped(vault: Vault) -> None:
    project = kept(vault)
    with again(vault, project) as store:
        store.add_run({"run": 1})
    folder = vault.folder(project)
    (folder / "results.sealed").replace(folder / ANSWERS)
    with again(vault, project) as store:
        assert store.content == {"n": 1} and "something else" in store.notices[0]


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
    del backend.delete_password  # type: ignore[method-assign]
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
    store = vault.create("Acme", {"n": 1, "answers": [str(n) * n for n in range(100)], "id": list(range(900))})
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


def test_a_file_for_a_passphrase_is_not_opened_by_the_keyring_and_the_other_way_round(vault: Vault) -> None:
    under_passphrase, under_keyring = kept(vault, 1, PHRASE), kept(vault)
    with pytest.raises(KeyMissing):
        vault.open(under_passphrase)
    with pytest.raises(Exception, match="not with a passphrase"):
        vault.open(under_keyring, passphrase=PHRASE)
    assert "able" not in repr(UnderPassphrase(PHRASE))


def test_a_damaged_passphrase_file_says_so(vault: Vault) -> None:
    project = kept(vault, 1, PHRASE)
    path = vault.folder(project) / ANSWERS
    broken = bytearray(path.read_bytes())
    broken[85] ^= 1
    path.write_bytes(broken)
    with pytest.raises(Damaged):
        vault.open(project, passphrase=PHRASE)
    assert path.read_bytes() == broken
