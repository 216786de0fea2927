"""Every keyring call fails in every way, once each: no acknowledged answer is lost, and every failure has a name."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import keyring.errors
import pytest
import secretstorage.exceptions

from checks.secret import Secret
from tests.wizard.vault.keyrings import FaultyKeyring, MemoryKeyring, calls_to
from wizard.vault.keyring_faults import KeyringFault
from wizard.vault.store import ANSWERS
from wizard.vault.vault import Vault

Fault = Callable[[FaultyKeyring, str, tuple[str, str], str], str | None]


def raises(error: Callable[[], BaseException], *, after: bool = False) -> Fault:
    def fault(keyring: FaultyKeyring, what: str, item: tuple[str, str], value: str) -> str | None:
        if after and what == "set":
            keyring.items[item] = value
        if after and what == "delete":
            keyring.items.pop(item, None)
        raise error()

    return fault


def becomes(change: Callable[[str], str]) -> Fault:
    """The daemon died while writing: the item exists and holds something else."""

    def fault(keyring: FaultyKeyring, what: str, item: tuple[str, str], value: str) -> str | None:
        if what == "set":
            keyring.items[item] = change(value)
        raise ConnectionResetError

    return fault


def silently(change: Callable[[str], str]) -> Fault:
    def fault(keyring: FaultyKeyring, what: str, item: tuple[str, str], value: str) -> str | None:
        if what == "set":
            keyring.items[item] = change(value)
        return change(keyring.items.get(item, "")) if what == "get" else None

    return fault


def delete_then_add(keyring: FaultyKeyring, what: str, item: tuple[str, str], value: str) -> str | None:
    """macOS replaces by deleting first; this is a crash in between."""
    if what == "set":
        keyring.items.pop(item, None)
    raise BrokenPipeError


def hangs(keyring: FaultyKeyring, what: str, item: tuple[str, str], value: str) -> str | None:
    """A prompt that nobody answers until the test is over; then the call goes through."""
    keyring.hang.wait(30)
    if what == "set":
        keyring.items[item] = value
    if what == "delete":
        keyring.items.pop(item, None)
    return keyring.items.get(item) if what == "get" else None


FAULTS: dict[str, Fault] = {
    "locked": raises(lambda: keyring.errors.KeyringLocked()),
    "init error": raises(lambda: keyring.errors.InitError("Prompt dismissed")),
    "no keyring": raises(lambda: keyring.errors.NoKeyringError()),
    "set refused": raises(lambda: keyring.errors.PasswordSetError()),
    "delete refused": raises(lambda: keyring.errors.PasswordDeleteError()),
    "service gone": raises(lambda: secretstorage.exceptions.SecretServiceNotAvailableException()),
    "item gone": raises(lambda: secretstorage.exceptions.ItemNotFoundException()),
    "reset": raises(lambda: ConnectionResetError()),
    "done, then reset": raises(lambda: ConnectionResetError(), after=True),
    "runtime error": raises(lambda: RuntimeError()),
    "system exit": raises(lambda: SystemExit(3)),
    "empty item": becomes(lambda value: ""),
    "half written": becomes(lambda value: value[: len(value) // 2]),
    "one letter short": becomes(lambda value: value[:-1]),
    "empty without a word": silently(lambda value: ""),
    "half without a word": silently(lambda value: value[: len(value) // 2]),
    "garbage without a word": silently(lambda value: "garbage"),
    "delete then add": delete_then_add,
    "hang": hangs,
}


class Sitting:
    """Makes a project, answers four times, gives a credential, closes; remembers what was acknowledged."""

    def __init__(self, home: Path, backend: MemoryKeyring, deadline: float) -> None:
        self.vault = Vault(home, calls_to(backend, deadline=deadline))
        self.acknowledged = 0
        self.mirrored = 0
        self.credential_kept = False
        self.project = b""
        self.faults: list[KeyringFault] = []

    def run(self) -> None:
        for _ in range(2):
            with self.told():
                store = self.vault.create("Acme", {"n": 1})
                break
        else:
            return
        self.project, self.acknowledged = store.project, 1
        self.vault.calls.flush(self.vault.calls.deadline * 2)
        for n in (2, 3, 4):
            store.save({"n": n})
            self.acknowledged = n
            self.vault.calls.flush(self.vault.calls.deadline * 2)
        with self.told():
            store.credentials.keep("github", Secret("value"))
            self.credential_kept = True
        state = store.mirror_state
        assert state is not None
        self.mirrored = state.seq
        if state.fault is not None:
            self.faults.append(state.fault)
        store.close()

    @contextlib.contextmanager
    def told(self):  # type: ignore[no-untyped-def]
        try:
            yield
        except KeyringFault as fault:
            self.faults.append(fault)


def calls_of_a_sitting(home: Path) -> int:
    counting = FaultyKeyring(-1, raises(RuntimeError))
    Sitting(home, counting, 5).run()
    return counting.calls


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_at_any_call_loses_an_acknowledged_answer(tmp_path: Path, name: str) -> None:
    count = calls_of_a_sitting(tmp_path / "counted")
    assert count > 15
    for at in range(count):
        home = tmp_path / str(at)
        backend = FaultyKeyring(at, FAULTS[name])
        sitting = Sitting(home, backend, 0.03 if name == "hang" else 5)
        sitting.run()
        backend.hang.set()
        assert sitting.vault.calls.flush(5)
        if not sitting.acknowledged:
            assert sitting.faults, "nothing kept and nothing said"
            assert name != "hang" or sitting.vault.on_disk() == ()
            continue
        # A new start, with a keyring that works again.
        items = dict(backend.items)
        vault = Vault(home, calls_to(MemoryKeyring(items)))
        store = vault.open(sitting.project)
        assert store.content == {"n": sitting.acknowledged} and store.read_only == ""
        if sitting.credential_kept:
            secret = store.credentials.get("github")
            # "item gone" while reading back says not kept; whoever heard "kept" has it.
            assert secret is not None and secret.reveal() == "value"
        assert vault.calls.flush(5)
        store.close()
        # And now the keyring alone: the start above has brought it up to date.
        (vault.folder(sitting.project) / ANSWERS).unlink()
        store = vault.open(sitting.project)
        assert store.content == {"n": sitting.acknowledged}
        assert vault.calls.flush(5)
        store.close()
        assert sitting.project in [kept.project for kept in vault.projects()[0]]


@pytest.mark.parametrize("name", FAULTS)
def test_no_fault_while_opening_changes_or_loses_anything(tmp_path: Path, name: str) -> None:
    backend = MemoryKeyring()
    sitting = Sitting(tmp_path, backend, 5)
    sitting.run()
    file = sitting.vault.folder(sitting.project) / ANSWERS
    before = file.read_bytes()
    opened = 0
    for at in range(6):
        faulty = FaultyKeyring(at, FAULTS[name], items=dict(backend.items))
        vault = Vault(tmp_path, calls_to(faulty, deadline=0.03 if name == "hang" else 5))
        try:
            store = vault.open(sitting.project)
        except Exception as error:
            assert str(error).endswith(".") and not isinstance(error, AssertionError)
        else:
            assert store.content == {"n": 4}
            opened += 1
            store.close()
        faulty.hang.set()
        assert vault.calls.flush(5)
        assert file.read_bytes() == before
    assert opened >= 4


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_while_forgetting_is_told_and_the_second_try_leaves_nothing(
    tmp_path: Path, name: str
) -> None:
    for at in range(14):
        home, backend = tmp_path / str(at), MemoryKeyring()
        sitting = Sitting(home, backend, 5)
        sitting.run()
        faulty = FaultyKeyring(at, FAULTS[name], items=backend.items)
        vault = Vault(home, calls_to(faulty, deadline=0.03 if name == "hang" else 5))
        with contextlib.suppress(KeyringFault):
            vault.forget(sitting.project)
        faulty.hang.set()
        assert vault.calls.flush(5)
        again = Vault(home, calls_to(MemoryKeyring(backend.items)))
        again.forget(sitting.project, credentials=["github"])
        assert again.on_disk() == ()
        left = [service for service, _ in backend.items if backend.items[service, "launch-ready"]]
        assert [each for each in left if ":index:" not in each] == []
