"""A real gnome-keyring: kept, restored, killed, locked with a prompt that nobody answers."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.secret import Secret
from tests.wizard.vault.gnome import Desktop, desktop, prompter_that_nobody_answers
from tests.wizard.vault.killing import kill_once, new_project
from tests.wizard.vault.writer import content, keyring_at
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keyring_faults import Absent, Gone, KeyringFault, Locked
from wizard.vault.store import ANSWERS
from wizard.vault.vault import Vault

pytestmark = pytest.mark.services
HERE = "secret-service"


@pytest.fixture
def gnome(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desktop]:
    (tmp_path / "desktop").mkdir()
    with desktop(tmp_path / "desktop") as place:
        for name in ("HOME", "XDG_RUNTIME_DIR", "DBUS_SESSION_BUS_ADDRESS"):
            monkeypatch.setenv(name, place.environment[name])
        yield place


def everything_below(folder: Path) -> bytes:
    return b"\0".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_answers_and_credentials_are_in_it_and_nowhere_in_clear(gnome: Desktop, tmp_path: Path) -> None:
    gnome.start()
    vault = Vault(tmp_path / "home", keyring_at(HERE))
    assert vault.calls.call(vault.calls.probe) == "the desktop keyring (Secret Service)"
    canary = "canary" + "-of-the-test-0815"
    answers = {**content(1), "secretly": canary}
    store = vault.create("Canary-Client GmbH", answers)
    tokens = {f"provider-{n}": f"tok{n}-" + canary for n in range(6)}
    for name, value in tokens.items():
        store.credentials.keep(name, Secret(value))
    store.add_run({"evidence": canary})
    assert vault.calls.flush(10)
    state = store.mirror_state
    assert state is not None and (state.seq, state.fault, state.too_long) == (1, None, False)
    store.close()

    written = everything_below(tmp_path)
    for word in (canary, "Canary-Client", "provider-1"):
        assert word.encode() not in written

    again = Vault(tmp_path / "home", keyring_at(HERE))
    (again.folder(store.project) / ANSWERS).unlink()
    opened = again.open(store.project)
    assert opened.content == answers, "from the keyring alone"
    assert sorted(opened.credentials.names()) == sorted(tokens)
    for name, value in tokens.items():
        secret = opened.credentials.get(name)
        assert secret is not None and secret.reveal() == value
    assert again.calls.flush(10)
    opened.close()
    assert [kept.name for kept in again.projects()[0]] == ["Canary-Client GmbH"]
    again.forget(store.project)
    assert again.projects() == ((), None)


def test_ten_kills_of_the_program_lose_nothing(gnome: Desktop, tmp_path: Path) -> None:
    gnome.start()
    project, moment = new_project(tmp_path / "home", HERE), random.Random(5)
    for _ in range(10):
        assert kill_once(tmp_path / "home", project, HERE, moment).lost == 0


def kill_the_daemon_while_answering(
    gnome: Desktop, home: Path, project: bytes, moment: random.Random
) -> None:
    """Nothing that was acknowledged is lost, in the file or, after a new start, in the keyring."""
    gnome.start()
    vault = Vault(home, keyring_at(HERE))
    store = vault.open(project)
    n = int(store.content["n"])
    until = time.monotonic() + moment.random() * 0.2
    while time.monotonic() < until:
        n += 1
        store.save(content(n))
    gnome.kill()
    for _ in range(3):
        n += 1
        store.save(content(n))
        assert vault.calls.flush(10)
    state = store.mirror_state
    assert state is not None and isinstance(state.fault, Gone)
    store.close()

    gnome.start()
    after = Vault(home, keyring_at(HERE))
    opened = after.open(project)
    assert opened.content == content(n)
    assert after.calls.flush(10)
    opened.close()
    (after.folder(project) / ANSWERS).unlink()
    opened = after.open(project)
    assert opened.content == content(n)
    assert after.calls.flush(10)
    opened.close()
    gnome.kill()


def test_ten_kills_of_the_daemon_lose_nothing(gnome: Desktop, tmp_path: Path) -> None:
    gnome.start()
    project, moment = new_project(tmp_path / "home", HERE), random.Random(6)
    gnome.kill()
    for _ in range(10):
        kill_the_daemon_while_answering(gnome, tmp_path / "home", project, moment)


def test_a_locked_keyring_whose_prompt_nobody_answers_freezes_nothing(gnome: Desktop, tmp_path: Path) -> None:
    gnome.start()
    project = new_project(tmp_path / "home", HERE)
    gnome.kill()
    gnome.start(unlocked=False)
    with prompter_that_nobody_answers(gnome.address):
        from keyring.backends.SecretService import Keyring

        calls = KeyringCalls(Keyring, deadline=1)
        vault = Vault(tmp_path / "home", calls)
        started = time.monotonic()
        with pytest.raises(Locked):
            vault.open(project)
        took = time.monotonic() - started
        assert 0.9 < took < 2, "it hung and was left to itself"
        with pytest.raises(Locked):
            calls.call(calls.probe)
        assert vault.projects()[1] is not None
        passphrase = vault.create("Other", {"n": 1}, passphrase="able " * 10)
        passphrase.close()
    gnome.kill()
    gnome.start()
    opened = Vault(tmp_path / "home", keyring_at(HERE)).open(project)
    assert opened.content == content(0)
    opened.close()


def test_a_locked_keyring_without_a_desktop_says_so_at_once(gnome: Desktop, tmp_path: Path) -> None:
    gnome.start()
    project = new_project(tmp_path / "home", HERE)
    gnome.kill()
    gnome.start(unlocked=False)
    with pytest.raises(Locked):
        Vault(tmp_path / "home", keyring_at(HERE)).open(project)


def test_no_daemon_and_no_bus(gnome: Desktop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = Vault(tmp_path / "home", keyring_at(HERE))
    with pytest.raises((Gone, Absent)):
        vault.create("Acme", {})
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    for calls in (KeyringCalls(), keyring_at(HERE)):
        with pytest.raises(KeyringFault) as told:
            calls.call(calls.probe)
        assert isinstance(told.value, (Absent, Gone))
    assert vault.on_disk() == ()
