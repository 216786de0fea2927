"""What the process does before it touches a secret: no core dumps, private files, no debug logs, bare children."""

from __future__ import annotations

import contextlib
import ctypes
import logging
import os
import sys
from collections.abc import Mapping, MutableMapping
from typing import Final

DEBUG_VARIABLES: Final = (
    "TEXTUAL",
    "TEXTUAL_LOG",
    "TEXTUAL_DEBUG",
    "TEXTUAL_SCREENSHOT",
    "TEXTUAL_SCREENSHOT_LOCATION",
)
"""Textual logs keys and pasted text in clear, also of password inputs, into the file that TEXTUAL_LOG names."""

_PR_SET_DUMPABLE: Final = 4

_NAMES: Final = (
    "PATH HOME USER LOGNAME SHELL LANG LANGUAGE TZ TERM COLORTERM NO_COLOR TMPDIR TEMP TMP "
    "SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT USERPROFILE APPDATA LOCALAPPDATA PROGRAMDATA "
    "XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_DATA_HOME XDG_CACHE_HOME SSL_CERT_FILE SSL_CERT_DIR "
)
_FOR_CHILDREN: Final = frozenset(_NAMES.split())


def harden(environ: MutableMapping[str, str] = os.environ) -> None:
    """All of it. Call it before Textual is imported: it reads its variables once."""
    drop_debug_variables(environ)
    private_umask()
    no_core_dumps()
    quiet_http_logs()


def drop_debug_variables(environ: MutableMapping[str, str] = os.environ) -> tuple[str, ...]:
    """Returns the names that were there, so that a person who set them can be told."""
    found = tuple(name for name in DEBUG_VARIABLES if name in environ)
    for name in found:
        del environ[name]
    return found


def private_umask() -> None:
    """Files are made for their owner alone unless their writer says otherwise."""
    os.umask(0o077)


def no_core_dumps() -> None:
    """A crash leaves no memory image behind, and no other process of the same user reads ours (Linux)."""
    if sys.platform == "win32":
        return
    import resource

    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def quiet_http_logs() -> None:
    """httpx logs whole URLs at INFO, httpcore cookies at DEBUG."""
    for name in ("httpx", "httpcore", "hpack", "keyring", "jeepney", "secretstorage"):
        logging.getLogger(name).setLevel(logging.WARNING)


def child_environment(
    extra: Mapping[str, str] | None = None, *, base: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """The environment of every process we start: what programs need to run, and none of the tokens around us."""
    kept = {
        name: value
        for name, value in base.items()
        if name.upper() in _FOR_CHILDREN or name.upper().startswith("LC_")
    }
    return {**kept, **(extra or {})}
