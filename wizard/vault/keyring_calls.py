"""Every call to the keyring: on one thread of its own, with a deadline, to a backend that is on the list.

A keyring may wait for ever behind a prompt that nobody answers. The thread is a daemon, so it never keeps the
program from ending, and it is the only one, so calls reach the keyring in the order in which they were made.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import secrets
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from typing import Any, Final, Protocol, TypeVar

from wizard.vault.keyring_faults import Absent, Gone, KeyringFault, Locked, Refused, TooLarge, fault_of

T = TypeVar("T")

USER: Final = "launch-ready"
"""One constant user name: on Windows a second user of a service moves the first one's value about."""
SERVICE: Final = "launch-ready"
DEADLINE: Final = 5.0
"""Seconds that a call may take before it is told as locked. An unlocked keyring answers within 0.1 s."""
WINDOWS: Final = "keyring.backends.Windows.WinVaultKeyring"
CHAINER: Final = "keyring.backends.chainer.ChainerBackend"

NAMES: Final[dict[str, str]] = {
    "keyring.backends.SecretService.Keyring": "the desktop keyring (Secret Service)",
    "keyring.backends.libsecret.Keyring": "the desktop keyring (libsecret)",
    "keyring.backends.kwallet.DBusKeyring": "KWallet",
    "keyring.backends.kwallet.DBusKeyringKWallet4": "KWallet",
    "keyring.backends.macOS.Keyring": "the macOS Keychain",
    WINDOWS: "the Windows Credential Manager",
}
"""The backends that are allowed, by class, and what a person calls them."""

_LONGEST: Final[dict[str, int]] = {
    WINDOWS: 1280  # CRED_MAX_CREDENTIAL_BLOB_SIZE is 2,560 bytes, and the backend writes UTF-16
}
_LONGEST_ELSEWHERE: Final = 4 * 1024 * 1024


class Backend(Protocol):
    """What is used of keyring.backend.KeyringBackend."""

    def get_password(self, service: str, username: str) -> str | None: ...
    def set_password(self, service: str, username: str, password: str) -> None: ...
    def delete_password(self, service: str, username: str) -> None: ...


def find_backend() -> Backend:
    """The backend that the keyring library chose. Its import takes about 0.2 s."""
    import keyring

    return keyring.get_keyring()


def class_path(backend: object) -> str:
    return f"{type(backend).__module__}.{type(backend).__qualname__}"


def allowed_backend(backend: Any, allowed: frozenset[str] = frozenset(NAMES)) -> Backend:
    """The backend itself, or the first of a chain in which every member is allowed. Raises Absent or Refused.

    The first one alone is used: what is deleted there must not come back from the next in the chain.
    """
    path = class_path(backend)
    if path == CHAINER:
        members = list(backend.backends)
        for member in members:
            allowed_backend(member, allowed)
        if members:
            return allowed_backend(members[0], allowed)
    if path in allowed:
        return backend  # type: ignore[no-any-return]
    if path in ("keyring.backends.fail.Keyring", CHAINER):
        raise Absent(seen=path)
    raise Refused(
        f"The keyring set up here ({path}) does not keep secrets sealed by this computer, so it is not used.",
        what_to_do="Remove it from this Python environment or from keyringrc.cfg, or use a passphrase.",
        seen=path,
    )


class KeyringCalls:
    """The one way to the keyring. Every method may raise one of the five KeyringFaults and nothing else."""

    def __init__(
        self,
        find: Callable[[], Backend] = find_backend,
        *,
        allowed: frozenset[str] = frozenset(NAMES),
        deadline: float = DEADLINE,
    ) -> None:
        self.deadline = deadline
        self._find = find
        self._allowed = allowed
        self._backend: Backend | None = None
        self._jobs: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False
        self._running_since: float | None = None

    # What the thread does ------------------------------------------------------------------------------------

    def _work(self) -> None:
        while (task := self._jobs.get()) is not None:
            job, future = task
            if not future.set_running_or_notify_cancel():
                continue
            self._running_since = time.monotonic()
            try:
                self._finish(future, job())
            except BaseException as error:
                self._finish(future, fault=fault_of(error))
            del task, job, future

    def _finish(self, future: Future[Any], result: Any = None, fault: KeyringFault | None = None) -> None:
        self._running_since = None
        if fault is None:
            future.set_result(result)
        else:
            # A context or a traceback would carry the value that was being kept.
            fault.__context__ = fault.__cause__ = fault.__traceback__ = None
            future.set_exception(fault)

    def submit(self, job: Callable[[], T]) -> Future[T]:
        """Runs `job` on the thread after all earlier ones; for work that nobody waits for."""
        future: Future[T] = Future()
        with self._guard:
            if self._closed:
                raise Gone(seen="the keyring thread was ended")
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="keyring", daemon=True)
                self._thread.start()
            self._jobs.put((job, future))
        return future

    # Waiting for it ------------------------------------------------------------------------------------------

    @property
    def stuck(self) -> bool:
        """Whether the running call has outlived its deadline: most likely a prompt waits for an answer."""
        since = self._running_since
        return since is not None and time.monotonic() - since > self.deadline

    def call(self, job: Callable[[], T], *, deadline: float | None = None) -> T:
        """Waits at most `deadline` seconds. Raises Locked after that; the job itself may still be done later."""
        if self.stuck:
            raise Locked(seen="an earlier call still waits")
        future = self.submit(job)
        try:
            return future.result(self.deadline if deadline is None else deadline)
        except FutureTimeout:
            # On 3.11 this is also the built-in TimeoutError; the thread itself only ever raises KeyringFault.
            future.cancel()
            raise Locked(seen="no answer before the deadline") from None

    async def call_async(self, job: Callable[[], T], *, deadline: float | None = None) -> T:
        """The same for the event loop, which stays free meanwhile."""
        if self.stuck:
            raise Locked(seen="an earlier call still waits")
        future = self.submit(job)
        try:
            return await asyncio.wait_for(
                asyncio.wrap_future(future), self.deadline if deadline is None else deadline
            )
        except TimeoutError:
            raise Locked(seen="no answer before the deadline") from None

    def flush(self, seconds: float) -> bool:
        """Waits until everything submitted so far is done. False when that takes longer."""
        try:
            self.submit(lambda: None).result(seconds)
        except FutureTimeout:
            return False
        return True

    def close(self) -> None:
        """Ends the thread after everything submitted so far; later calls raise Gone. The program may end without it."""
        with self._guard:
            self._closed = True
            self._jobs.put(None)

    # What may be done to the keyring. These run on the thread: use them inside `call` or `submit`. ------------

    def backend(self) -> Backend:
        if self._backend is None:
            try:
                found = self._find()
            except (ValueError, AttributeError, ImportError, RuntimeError) as error:
                # PYTHON_KEYRING_BACKEND or keyringrc.cfg names something that is not there.
                kind = fault_of(error)
                raise kind if isinstance(kind, Absent) else Absent(seen=class_path(error)) from None
            self._backend = allowed_backend(found, self._allowed)
        return self._backend

    @property
    def backend_path(self) -> str:
        """The class of the backend once it was found, else an empty string."""
        return class_path(self._backend) if self._backend is not None else ""

    @property
    def backend_name(self) -> str:
        return NAMES.get(self.backend_path, self.backend_path)

    @property
    def longest(self) -> int:
        """Characters that one value may have; only known for sure once the backend was found."""
        return _LONGEST.get(self.backend_path, _LONGEST_ELSEWHERE)

    def get(self, service: str) -> str | None:
        return self.backend().get_password(service, USER) or None

    def set(self, service: str, value: str) -> None:
        self.backend()
        if len(value) > self.longest:
            raise TooLarge(
                f"This is too long for {self.backend_name}: {len(value):,} characters, it takes {self.longest:,}."
            )
        self.backend().set_password(service, USER, value)

    def delete(self, service: str) -> None:
        """Gone means gone: the item is asked for again afterwards. Raises Refused when it is still there."""
        for _ in range(5):
            if self.backend().get_password(service, USER) is None:
                return
            try:
                self.backend().delete_password(service, USER)
            except Exception as error:
                if class_path(error) != "keyring.errors.PasswordDeleteError":
                    raise
        if self.backend().get_password(service, USER) is not None:
            raise Refused(f"The keyring did not delete the item {service}.")

    def probe(self) -> str:
        """Proves the keyring by write, read and delete, and names it. That it says it is there proves nothing."""
        service, value = f"{SERVICE}:probe:{secrets.token_hex(8)}", secrets.token_hex(16)
        try:
            self.set(service, value)
            if self.get(service) != value:
                raise Refused("The keyring took a value and gave back another one, so it is not used.")
        finally:
            with contextlib.suppress(Exception):
                self.backend().delete_password(service, USER)
        if self.get(service) is not None:
            raise Refused("The keyring did not delete what it was asked to delete, so it is not used.")
        return self.backend_name
