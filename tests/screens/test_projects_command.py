"""`launch-ready projects` over real processes: on a computer without a keyring, and with a real gnome-keyring."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from screens.vaults import age
from tests.screens.keeping import PASSPHRASE, left, program, under_keyring, under_passphrase
from tests.screens.program import PROGRAM, environment
from tests.wizard.vault.gnome import Desktop, desktop, prompter_that_nobody_answers
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.vault import Vault


def test_nothing_kept_is_said_and_nothing_is_made(tmp_path: Path) -> None:
    for words in (["projects"], ["projects", "list"]):
        ended = program(tmp_path, *words)
        assert (ended.code, ended.out) == (0, "Nothing is kept on this computer.\n")
    ended = program(tmp_path, "projects", "forget", "--all")
    assert (ended.code, ended.err) == (0, "Nothing is kept on this computer.\n")
    assert list(tmp_path.iterdir()) == [], "asking makes no folder"


def test_a_project_under_a_passphrase_needs_no_keyring(tmp_path: Path) -> None:
    id = under_passphrase(tmp_path)
    listed = program(tmp_path, "projects")
    assert listed.code == 0
    assert listed.out == f"(under a passphrase)  just now · {id[:8]}\n"
    assert "no keyring" in listed.err
    refused = program(tmp_path, "projects", "forget", id[:8])
    assert refused.code == 2
    assert "add --yes" in refused.err
    assert left(tmp_path)
    ended = program(tmp_path, "projects", "forget", id[:8], "--yes")
    assert ended.code == 0
    assert "is forgotten" in ended.err
    assert "may still hold old blocks" in ended.err
    assert left(tmp_path) == []


def test_what_is_kept_under_a_keyring_that_is_gone_is_listed_and_4(tmp_path: Path) -> None:
    home = tmp_path / "launch-ready"
    folder = home / "projects" / under_passphrase(tmp_path)
    lost = home / "projects" / ("ab" * 16)
    lost.mkdir()
    sealed = bytearray((folder / "answers.sealed").read_bytes())
    (lost / "answers.sealed").write_bytes(sealed[:40])
    listed = program(tmp_path, "projects", "list")
    assert listed.code == 4
    assert "(name unknown)" in listed.out
    assert "abababab" in listed.out
    assert "(under a passphrase)" in listed.out
    assert listed.err.startswith("This computer has no keyring that Launch Ready can use.")
    by_name = program(tmp_path, "projects", "forget", "acme.example", "--yes")
    assert by_name.code == 4
    assert "instead of a name" in by_name.err
    assert len(left(tmp_path)) >= 2, "nothing was deleted"


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["forget"], "Which one?"),
        (["forget", "a", "--all"], "Which one?"),
        (["list", "a"], "go with launch-ready projects forget"),
        (["--yes"], "go with launch-ready projects forget"),
        (["drop"], "give list or forget, not “drop”"),
        (["forget", "a", "b"], "one word too many"),
    ],
)
def test_what_cannot_be_done_is_one_sentence(tmp_path: Path, words: list[str], told: str) -> None:
    ended = program(tmp_path, "projects", *words)
    assert (ended.code, ended.out) == (2, "")
    assert told in ended.err
    assert ended.err.count("\n") == 1


def test_one_that_is_open_elsewhere_is_not_deleted(tmp_path: Path) -> None:
    id = under_passphrase(tmp_path)
    calls = KeyringCalls()
    store = Vault(tmp_path / "launch-ready", calls).open(bytes.fromhex(id), passphrase=PASSPHRASE)
    try:
        before = left(tmp_path)
        ended = program(tmp_path, "projects", "forget", "--all", "--yes")
        assert ended.code == 4
        assert "was not deleted: This project is open in another window" in ended.err
        assert left(tmp_path) == before
    finally:
        store.close()
        calls.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
@pytest.mark.parametrize(("answer", "gone"), [("no", False), ("", False), ("yes", True)])
def test_at_a_terminal_it_asks_first(tmp_path: Path, answer: str, gone: bool) -> None:
    import pexpect

    under_passphrase(tmp_path)
    surroundings = environment(
        XDG_DATA_HOME=str(tmp_path), PYTHON_KEYRING_BACKEND="keyring.backends.fail.Keyring"
    )
    child = pexpect.spawn(
        PROGRAM[0], [*PROGRAM[1:], "projects", "forget", "--all"], env=surroundings, timeout=20
    )
    try:
        child.expect_exact("Type yes: ")
        child.sendline(answer)
        child.expect_exact("is forgotten" if gone else "Nothing was deleted")
        child.expect(pexpect.EOF)
    finally:
        child.close()
    assert child.exitstatus == 0
    assert (left(tmp_path) == []) is gone


def test_ages_are_told_as_people_do() -> None:
    told = [age(1000.0, 1000.0 + seconds) for seconds in (-5, 0, 59, 60, 3599, 3600, 86400, 3 * 86400)]
    assert told[:3] == ["just now"] * 3
    assert told[3:] == ["1 minute ago", "59 minutes ago", "1 hour ago", "1 day ago", "3 days ago"]
    assert age(None) == "no file"


# With a real keyring ---------------------------------------------------------------------------------------------

services = pytest.mark.services


@pytest.fixture
def gnome(tmp_path: Path) -> Iterator[Desktop]:
    folder = tmp_path / "desktop"
    folder.mkdir()
    with desktop(folder) as place:
        place.start()
        yield place


def surroundings(place: Desktop) -> dict[str, str]:
    names = ("HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS")
    told = {name: place.environment[name] for name in names}
    return {**told, "PYTHON_KEYRING_BACKEND": "keyring.backends.SecretService.Keyring"}


@services
def test_projects_in_a_keyring_are_listed_by_name_and_forgotten(gnome: Desktop, tmp_path: Path) -> None:
    data, around = tmp_path / "data", surroundings(gnome)
    first, second = under_keyring(data, around, "Acme", "acme.example", "Twin", "bücher.example")
    listed = program(data, "projects", **around)
    assert listed.code == 0
    assert f"Acme  acme.example · just now · {first[:8]}" in listed.out
    assert f"Twin  bücher.example · just now · {second[:8]}" in listed.out
    assert listed.err == ""

    unknown = program(data, "projects", "forget", "nobody", "--yes", **around)
    assert unknown.code == 2
    assert "Nothing is kept under “nobody”" in unknown.err

    ended = program(data, "projects", "forget", "BÜCHER.example", "--yes", **around)
    assert ended.code == 0
    assert ended.err.startswith(f"Twin ({second[:8]}) is forgotten.\nThe items in the keyring and the files")
    assert "Twin" not in program(data, "projects", **around).out

    assert program(data, "projects", "forget", "--all", "--yes", **around).code == 0
    assert program(data, "projects", **around).out == "Nothing is kept on this computer.\n"


@services
def test_several_of_one_name_are_told_apart(gnome: Desktop, tmp_path: Path) -> None:
    data, around = tmp_path / "data", surroundings(gnome)
    ids = under_keyring(data, around, "Acme", "acme.example", "acme", "acme.test")
    ended = program(data, "projects", "forget", "ACME", "--yes", **around)
    assert ended.code == 2
    assert all(id[:8] in ended.err for id in ids)
    assert program(data, "projects", "forget", ids[0][:8], "--yes", **around).code == 0
    assert program(data, "projects", **around).out.count("acme") == 2


@services
def test_behind_a_locked_keyring_it_lists_what_it_can_and_deletes_nothing(
    gnome: Desktop, tmp_path: Path
) -> None:
    data, around = tmp_path / "data", surroundings(gnome)
    (id,) = under_keyring(data, around, "Acme", "acme.example")
    before = left(data)
    gnome.kill()
    gnome.start(unlocked=False)
    with prompter_that_nobody_answers(gnome.address):
        listed = program(data, "projects", **around)
    assert listed.code == 4
    assert listed.out == f"(name unknown)  just now · {id[:8]}\n"
    assert listed.err.startswith("The keyring of this computer is locked.")
    ended = program(data, "projects", "forget", id[:8], "--yes", **around)
    assert ended.code == 4
    assert "Nothing was deleted" in ended.err
    assert left(data) == before
    assert os.listdir(data) == ["launch-ready"]  # noqa: PTH208
