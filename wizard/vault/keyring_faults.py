"""How a keyring can fail: five ways, each with one sentence and what to do. Exceptions of others end here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import ClassVar, Final


class KeyringFault(Exception):
    """One of the five below. `seen` names the exception behind it, never its text (that may hold the secret)."""

    sentence: ClassVar[str] = "The keyring of this computer did not do it."
    what_to_do: ClassVar[str] = ""

    def __init__(self, sentence: str | None = None, *, what_to_do: str | None = None, seen: str = "") -> None:
        super().__init__(sentence or self.sentence)
        self.advice = what_to_do or self.what_to_do
        self.seen = seen


class Locked(KeyringFault):
    """It waits for its password, or for the answer to a prompt."""

    sentence = "The keyring of this computer is locked."
    what_to_do = (
        "Answer the window that asks for its password, or log in to the desktop, and try again. "
        "You can also go on for this time only, or keep the answers under a passphrase."
    )


class Absent(KeyringFault):
    """There is none that we could use."""

    sentence = "This computer has no keyring that Launch Ready can use."
    what_to_do = "Keep the answers under a passphrase, or go on for this time only."


class Refused(KeyringFault):
    """It is there and said no."""

    sentence = "The keyring of this computer refused."
    what_to_do = (
        "Look into the keyring's own program for what it refused, or keep the answers under a passphrase."
    )


class TooLarge(KeyringFault):
    """The value is longer than it takes, or it is full."""

    sentence = "This value is too long for the keyring of this computer."
    what_to_do = "Nothing was changed. Use a shorter one, or keep the answers under a passphrase."


class Gone(KeyringFault):
    """It was there and ended in the middle."""

    sentence = "The keyring of this computer stopped answering."
    what_to_do = "Start it again, or log out and in, and try again. What was saved is in its file."


_BY_CLASS: Final[dict[str, type[KeyringFault]]] = {
    "keyring.errors.KeyringLocked": Locked,
    "keyring.errors.NoKeyringError": Absent,
    "keyring.errors.PasswordSetError": Refused,
    "keyring.errors.PasswordDeleteError": Refused,
    "keyring.backends.macOS.api.SecAuthFailure": Locked,
    "keyring.backends.macOS.api.KeychainDenied": Refused,
    "keyring.backends.macOS.api.NotFound": Gone,
    "secretstorage.exceptions.LockedException": Locked,
    "secretstorage.exceptions.PromptDismissedException": Locked,
    "secretstorage.exceptions.SecretServiceNotAvailableException": Gone,
    "secretstorage.exceptions.ItemNotFoundException": Gone,
    "jeepney.low_level.SizeLimitError": TooLarge,
    "jeepney.io.common.RouterClosed": Gone,
    "jeepney.io.threading.ReceiveStopped": Gone,
    "jeepney.auth.AuthenticationError": Absent,
    "builtins.ModuleNotFoundError": Absent,
    "builtins.ImportError": Absent,
    "builtins.FileNotFoundError": Absent,
    "builtins.PermissionError": Refused,
    "builtins.TimeoutError": Locked,
    "builtins.MemoryError": TooLarge,
    "builtins.OSError": Gone,
    "builtins.EOFError": Gone,
}

_BY_BUS_NAME: Final[tuple[tuple[str, type[KeyringFault]], ...]] = (
    ("Secret.Error.IsLocked", Locked),
    ("Error.LimitsExceeded", TooLarge),
    ("Error.NoMemory", TooLarge),
    ("Error.AccessDenied", Refused),
    ("Error.NotSupported", Refused),
    ("Error.InvalidArgs", Refused),
    ("Secret.Error.NoSession", Gone),
    ("Secret.Error.NoSuchObject", Gone),
    ("Error.ServiceUnknown", Gone),
    ("Error.NoReply", Gone),
    ("Error.NameHasNoOwner", Gone),
    ("Error.Disconnected", Gone),
    ("Error.Timeout", Locked),
    ("Error.TimedOut", Locked),
)

_BY_WINDOWS_CODE: Final[dict[int, type[KeyringFault]]] = {
    5: Refused,  # ERROR_ACCESS_DENIED
    8: TooLarge,  # ERROR_NOT_ENOUGH_MEMORY: the store is full
    14: TooLarge,  # ERROR_OUTOFMEMORY
    87: Refused,  # ERROR_INVALID_PARAMETER
    1223: Locked,  # ERROR_CANCELLED: the person closed the prompt
    1312: Absent,  # ERROR_NO_SUCH_LOGON_SESSION: a service or an SSH session has no store
    1722: Gone,  # RPC_S_SERVER_UNAVAILABLE
    1783: TooLarge,  # RPC_X_BAD_STUB_DATA: longer than 2,560 bytes
}

_BY_MAC_STATUS: Final[dict[int, type[KeyringFault]]] = {
    -25308: Locked,  # errSecInteractionNotAllowed
    -25293: Locked,  # errSecAuthFailed
    -25291: Absent,  # errSecNotAvailable
    -25307: Absent,  # errSecNoDefaultKeychain
    -25294: Absent,  # errSecNoSuchKeychain
    -108: TooLarge,  # errSecAllocate
    -25300: Gone,  # errSecItemNotFound
    -128: Refused,  # userCanceledErr
}


def fault_of(error: BaseException) -> KeyringFault:
    """Exactly one of the five, for any exception a backend may raise. Never shows the exception's own text."""
    kind = _kind_of(error)
    return error if isinstance(error, KeyringFault) else kind(seen=_class_path(type(error)))


def _kind_of(error: BaseException) -> type[KeyringFault]:
    for rule in _RULES:
        kind = rule(error)
        if kind is not None:
            return kind
    for path in _lineage(error):
        if path in _BY_CLASS:
            return _BY_CLASS[path]
    return Refused


def _ours(error: BaseException) -> type[KeyringFault] | None:
    return type(error) if isinstance(error, KeyringFault) else None


def _by_bus_name(error: BaseException) -> type[KeyringFault] | None:
    """jeepney's DBusErrorResponse has `name`, dbus-python's DBusException has `get_dbus_name()`."""
    if not {"jeepney.wrappers.DBusErrorResponse", "dbus.exceptions.DBusException"} & set(_lineage(error)):
        return None
    get_name = getattr(error, "get_dbus_name", None)
    name = str(get_name() if callable(get_name) else getattr(error, "name", ""))
    return next((kind for part, kind in _BY_BUS_NAME if part in name), Gone)


def _by_windows_code(error: BaseException) -> type[KeyringFault] | None:
    code = getattr(error, "winerror", None)
    return _BY_WINDOWS_CODE.get(code, Refused) if isinstance(code, int) else None


def _by_mac_status(error: BaseException) -> type[KeyringFault] | None:
    if "keyring.backends.macOS.api.Error" not in _lineage(error) or not error.args:
        return None
    return _BY_MAC_STATUS.get(error.args[0]) if isinstance(error.args[0], int) else None


def _by_mac_cause(error: BaseException) -> type[KeyringFault] | None:
    """The macOS backend wraps its own errors; the one inside knows more."""
    cause = error.__cause__
    return _by_mac_status(cause) if cause is not None else None


def _of_the_service(error: BaseException) -> type[KeyringFault] | None:
    """InitError wraps whatever kept the collection from opening; a dismissed prompt is the common one."""
    if "keyring.errors.InitError" not in _lineage(error):
        return None
    text = str(error).lower()
    if "dismissed" in text or "locked" in text:
        return Locked
    return _kind_of(error.__cause__) if error.__cause__ is not None else Gone


def _of_glib(error: BaseException) -> type[KeyringFault] | None:
    """libsecret by way of GObject: the class is GLib.Error whatever happened; only its text tells."""
    if type(error).__name__ not in ("Error", "GError") or not type(error).__module__.startswith("gi"):
        return None
    text = str(error).lower()
    return Locked if "locked" in text or "dismissed" in text or "cancel" in text else Gone


_RULES: Final[tuple[Callable[[BaseException], type[KeyringFault] | None], ...]] = (
    _ours,
    _by_bus_name,
    _by_windows_code,
    _by_mac_status,
    _by_mac_cause,
    _of_the_service,
    _of_glib,
)


def _class_path(kind: type[BaseException]) -> str:
    return f"{kind.__module__}.{kind.__qualname__}"


def _lineage(error: BaseException) -> Iterator[str]:
    return (_class_path(kind) for kind in type(error).__mro__)
