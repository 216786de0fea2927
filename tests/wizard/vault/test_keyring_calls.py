"""Calls to the keyring: on one thread, within a deadline, to a backend on the list, and five ways to fail."""

from __future__ import annotations

import asyncio
import errno
import subprocess
import sys
import threading
import time
from types import SimpleNamespace
from typing import Any

import jeepney.io.common  # type: ignore[import-untyped]
import jeepney.low_level  # type: ignore[import-untyped]
import jeepney.wrappers  # type: ignore[import-untyped]
import keyring.backends.chainer
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest
import secretstorage.exceptions
from keyring.backends import SecretService

from tests.wizard.vault.keyrings import MemoryKeyring, calls_to
from wizard.vault.keyring_calls import NAMES, WINDOWS, KeyringCalls, allowed_backend
from wizard.vault.keyring_faults import Absent, Gone, KeyringFault, Locked, Refused, TooLarge, fault_of


class PywinError(Exception):
    """Looks like pywintypes.error: (winerror, funcname, strerror)."""

    def __init__(self, winerror: int) -> None:
        super().__init__(winerror, "CredWrite", "The stub received bad data")
        self.winerror = winerror


def bus_error(name: str) -> Exception:
    fields = {jeepney.HeaderFields.error_name: name}
    message: Any = SimpleNamespace(header=SimpleNamespace(fields=fields), body=("text",))
    error: Exception = jeepney.wrappers.DBusErrorResponse(message)
    return error


def caused(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def macos(name: str, *args: Any) -> Exception:
    """The macOS backend's own classes, which import only on a Mac."""
    base = type("Error", (Exception,), {"__module__": "keyring.backends.macOS.api"})
    kind: Any = base if name == "Error" else type(name, (base,), {"__module__": "keyring.backends.macOS.api"})
    error: Exception = kind(*args)
    return error


SECRET_SERVICE = "org.freedesktop.Secret.Error."
BUS = "org.freedesktop.DBus.Error."
EXPECTED: list[tuple[BaseException, type[KeyringFault]]] = [
    (keyring.errors.KeyringLocked("Failed to unlock the collection!"), Locked),
    (keyring.errors.InitError("Failed to create the collection: Prompt dismissed.."), Locked),
    (
        caused(
            keyring.errors.InitError("Failed"),
            secretstorage.exceptions.SecretServiceNotAvailableException("gone"),
        ),
        Gone,
    ),
    (keyring.errors.InitError("Failed to open keyring"), Gone),
    (keyring.errors.NoKeyringError("no backend"), Absent),
    (keyring.errors.PasswordSetError("Cancelled by user"), Refused),
    (keyring.errors.PasswordDeleteError("Cancelled by user"), Refused),
    (keyring.errors.KeyringError("anything"), Refused),
    (secretstorage.exceptions.LockedException(), Locked),
    (secretstorage.exceptions.PromptDismissedException(), Locked),
    (secretstorage.exceptions.ItemNotFoundException(), Gone),
    (secretstorage.exceptions.SecretServiceNotAvailableException(), Gone),
    (secretstorage.exceptions.SecretStorageException(), Refused),
    (bus_error(SECRET_SERVICE + "IsLocked"), Locked),
    (bus_error(SECRET_SERVICE + "NoSession"), Gone),
    (bus_error(SECRET_SERVICE + "NoSuchObject"), Gone),
    (bus_error(BUS + "NoReply"), Gone),
    (bus_error(BUS + "ServiceUnknown"), Gone),
    (bus_error(BUS + "LimitsExceeded"), TooLarge),
    (bus_error(BUS + "AccessDenied"), Refused),
    (bus_error("org.example.Whatever"), Gone),
    (jeepney.low_level.SizeLimitError("Array size exceeds 64 MiB"), TooLarge),
    (jeepney.io.common.RouterClosed(), Gone),
    (ConnectionResetError(), Gone),
    (BrokenPipeError(), Gone),
    (EOFError(), Gone),
    (OSError(errno.EIO, "io"), Gone),
    (PermissionError(), Refused),
    (FileNotFoundError(), Absent),
    (TimeoutError(), Locked),
    (ModuleNotFoundError(), Absent),
    (MemoryError(), TooLarge),
    (UnicodeEncodeError("utf-8", "\ud800", 0, 1, "surrogates not allowed"), Refused),
    (RuntimeError(), Refused),
    (SystemExit(), Refused),
    (PywinError(1783), TooLarge),
    (PywinError(8), TooLarge),
    (PywinError(1312), Absent),
    (PywinError(1223), Locked),
    (PywinError(5), Refused),
    (PywinError(99), Refused),
    (macos("SecAuthFailure", -25293, "x"), Locked),
    (macos("KeychainDenied", -128, "x"), Refused),
    (macos("NotFound", -25300, "x"), Gone),
    (macos("Error", -25308, "x"), Locked),
    (macos("Error", -1, "x"), Refused),
    (caused(keyring.errors.KeyringError("Can't get"), macos("Error", -25308, "Unknown Error")), Locked),
    (Locked(), Locked),
]


@pytest.mark.parametrize(
    ("raised", "kind"), EXPECTED, ids=lambda value: getattr(value, "__name__", repr(value))
)
def test_every_exception_becomes_exactly_one_of_five(raised: BaseException, kind: type[KeyringFault]) -> None:
    def job() -> None:
        raise raised

    with pytest.raises(KeyringFault) as told:
        calls_to(MemoryKeyring()).call(job)
    assert type(told.value) is kind is type(fault_of(raised))
    assert told.value.advice and str(told.value).endswith(".")
    assert told.value.__cause__ is None and (told.value is raised or told.value.__context__ is None)


def test_a_fault_says_nothing_of_what_was_being_kept() -> None:
    canary = "hunter2" + "PASTED"

    class Leaky(MemoryKeyring):
        def set_password(self, service: str, username: str, password: str) -> None:
            raise ValueError(f"cannot store {password}")

    calls = calls_to(Leaky())
    with pytest.raises(Refused) as told:
        calls.call(lambda: calls.set("x", canary))
    assert canary not in f"{told.value} {told.value.advice} {told.value.seen} {told.value!r}"


def test_calls_run_in_order_on_one_daemon_thread() -> None:
    calls, seen = calls_to(MemoryKeyring()), []
    futures = [calls.submit(lambda n=n: seen.append((n, threading.current_thread()))) for n in range(50)]  # type: ignore[misc]
    for future in futures:
        future.result(5)
    assert [n for n, _ in seen] == list(range(50))
    (thread,) = {thread for _, thread in seen}
    assert thread.daemon and thread is not threading.main_thread()


def test_an_unanswered_prompt_is_told_as_locked_and_later_calls_do_not_wait() -> None:
    answered = threading.Event()
    calls = calls_to(MemoryKeyring(), deadline=0.1)
    with pytest.raises(Locked):
        calls.call(answered.wait)
    assert calls.stuck
    started = time.monotonic()
    with pytest.raises(Locked):
        calls.call(lambda: 1)
    assert time.monotonic() - started < 0.05
    behind = calls.submit(lambda: "after the prompt")
    answered.set()
    assert behind.result(5) == "after the prompt"
    assert not calls.stuck
    assert calls.call(lambda: 1) == 1


def test_a_call_that_timed_out_before_its_turn_is_never_made() -> None:
    answered, made = threading.Event(), []
    calls = calls_to(MemoryKeyring(), deadline=5)
    calls.submit(answered.wait)
    with pytest.raises(Locked):
        calls.call(lambda: made.append(1), deadline=0.05)
    answered.set()
    assert calls.flush(5)
    assert made == []


async def test_the_event_loop_stays_free_meanwhile() -> None:
    answered = threading.Event()
    calls = calls_to(MemoryKeyring(), deadline=5)
    waiting = asyncio.ensure_future(calls.call_async(answered.wait, deadline=0.2))
    ticks = 0
    while not waiting.done():
        await asyncio.sleep(0.01)
        ticks += 1
    with pytest.raises(Locked):
        await waiting
    assert ticks > 5
    answered.set()
    assert await calls.call_async(lambda: 7) == 7


def test_a_stuck_keyring_does_not_keep_the_program_from_ending() -> None:
    code = (
        "import threading\n"
        "from wizard.vault.keyring_calls import KeyringCalls\n"
        "from wizard.vault.keyring_faults import Locked\n"
        "try: KeyringCalls(deadline=0.1).call(threading.Event().wait)\n"
        "except Locked: print('told')\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=20)
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "told\n", "")


def untyped(kind: Any) -> Any:
    """The keyring library's classes have no types of their own."""
    return kind


def backend_at(path: str) -> Any:
    module, _, name = path.rpartition(".")
    return type(name, (), {"__module__": module})()


@pytest.mark.parametrize("path", NAMES)
def test_the_backends_on_the_list(path: str) -> None:
    backend = backend_at(path)
    assert allowed_backend(backend) is backend


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("keyring.backends.fail.Keyring", Absent),
        ("keyring.backends.null.Keyring", Refused),
        ("keyrings.alt.file.PlaintextKeyring", Refused),
        ("keyrings.alt.file.EncryptedKeyring", Refused),
        ("keyrings.cryptfile.cryptfile.CryptFileKeyring", Refused),
        ("somebody.else.Keyring", Refused),
    ],
)
def test_and_those_that_are_not(path: str, kind: type[KeyringFault]) -> None:
    with pytest.raises(kind):
        allowed_backend(backend_at(path))


def test_a_subclass_is_not_the_class() -> None:
    class Keyring(SecretService.Keyring):
        pass

    with pytest.raises(Refused):
        allowed_backend(untyped(Keyring)())


def chain(*members: Any) -> Any:
    chained = backend_at("keyring.backends.chainer.ChainerBackend")
    chained.backends = list(members)
    return chained


def test_a_chain_is_as_good_as_its_worst_member() -> None:
    good, other = (
        backend_at("keyring.backends.SecretService.Keyring"),
        backend_at("keyring.backends.kwallet.DBusKeyring"),
    )
    assert allowed_backend(chain(good, other)) is good
    with pytest.raises(Refused, match="PlaintextKeyring"):
        allowed_backend(chain(good, backend_at("keyrings.alt.file.PlaintextKeyring")))
    with pytest.raises(Absent):
        allowed_backend(chain())


def test_the_real_null_and_fail_backends_are_refused() -> None:
    for backend, kind in (
        (untyped(keyring.backends.null.Keyring)(), Refused),
        (untyped(keyring.backends.fail.Keyring)(), Absent),
    ):
        with pytest.raises(kind):
            KeyringCalls(lambda backend=backend: backend).probe()  # type: ignore[misc]


@pytest.mark.parametrize("setting", ["", "no.such.module.Keyring", "keyring.backends.fail.Nothing"])
def test_a_broken_setting_is_a_missing_keyring(monkeypatch: pytest.MonkeyPatch, setting: str) -> None:
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", setting)
    monkeypatch.setattr("keyring.core._keyring_backend", None)
    calls = KeyringCalls()
    with pytest.raises(Absent):
        calls.call(calls.probe)


def test_the_probe_writes_reads_and_deletes() -> None:
    keyring_ = MemoryKeyring()
    calls = calls_to(keyring_)
    calls.call(calls.probe)
    assert keyring_.items == {}


class Loses(MemoryKeyring):
    def set_password(self, service: str, username: str, password: str) -> None:
        pass


class Changes(MemoryKeyring):
    def get_password(self, service: str, username: str) -> str | None:
        return (super().get_password(service, username) or "x") + "x"


class Keeps(MemoryKeyring):
    def delete_password(self, service: str, username: str) -> None:
        pass


@pytest.mark.parametrize("backend", [Loses(), Changes(), Keeps()], ids=lambda b: type(b).__name__)
def test_the_probe_believes_nothing(backend: MemoryKeyring) -> None:
    calls = calls_to(backend)
    with pytest.raises(Refused):
        calls.call(calls.probe)


def test_windows_is_known_to_take_1280_characters_before_it_is_asked() -> None:
    class WinVaultKeyring(MemoryKeyring):
        __module__, __qualname__ = "keyring.backends.Windows", "WinVaultKeyring"

    backend = WinVaultKeyring()
    calls = KeyringCalls(lambda: backend)
    calls.call(lambda: calls.set("x", "a" * 1280))
    with pytest.raises(TooLarge, match=r"1,281 characters, it takes 1,280"):
        calls.call(lambda: calls.set("y", "a" * 1281))
    assert calls.backend_path == WINDOWS and len(backend.items) == 1


def test_an_empty_item_is_an_absent_one() -> None:
    backend = MemoryKeyring({("x", "launch-ready"): ""})
    calls = calls_to(backend)
    assert calls.call(lambda: calls.get("x")) is None
    calls.call(lambda: calls.delete("x"))
    assert backend.items == {}


def test_delete_proves_that_it_is_gone_and_does_not_mind_that_it_was() -> None:
    calls = calls_to(Keeps({("x", "launch-ready"): "v"}))
    with pytest.raises(Refused, match="did not delete"):
        calls.call(lambda: calls.delete("x"))
    calls = calls_to(MemoryKeyring())
    calls.call(lambda: calls.delete("never there"))


def test_a_closed_one_finishes_its_work_and_takes_no_more() -> None:
    done: list[int] = []
    calls = calls_to(MemoryKeyring())
    calls.submit(lambda: done.append(1))
    (thread,) = {each for each in threading.enumerate() if each is calls._thread}
    calls.close()
    thread.join(5)
    assert done == [1] and not thread.is_alive()
    with pytest.raises(Gone):
        calls.call(lambda: 1)
