"""Several copies of the answers: the newest counts, either alone restores all, and what is wrong is said."""

from __future__ import annotations

import pytest

from tests.wizard.vault.keeping import PHRASE, again, kept, mirror_of
from tests.wizard.vault.keyrings import MemoryKeyring
from wizard.vault.copies import NothingKept
from wizard.vault.files import read_file, replace_file
from wizard.vault.protection import KeyMissing, UnderKeyring, UnderPassphrase
from wizard.vault.sealed import Damaged, OtherProject, Truncated, WrongKey
from wizard.vault.store import ANSWERS, ASIDE, PREVIOUS, ProjectStore, ReadOnly
from wizard.vault.vault import Kept, Vault


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


def test_answers_and_results_cannot_be_swapped(vault: Vault) -> None:
    project = kept(vault)
    with again(vault, project) as store:
        store.add_run({"run": 1})
    folder = vault.folder(project)
    (folder / "results.sealed").replace(folder / ANSWERS)
    with again(vault, project) as store:
        assert store.content == {"n": 1} and "something else" in store.notices[0]


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
