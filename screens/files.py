"""Where a handover is written, by every face alike: whole or not at all, and never over somebody else's file."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from wizard.handover.front_matter import has_marker

_HEAD_BYTES = 8192


class NotSaved(Exception):
    """The file was not written and whatever stood there still stands. The message is one sentence."""


def save_handover(path: Path, text: str, *, force: bool = False) -> Path:
    """Write `text` to `path` (`~` is understood) and give the absolute path back. UTF-8, LF line ends.

    A file that carries no marker of ours is replaced only with `force`. Raises NotSaved.
    """
    with _told(path):
        wanted = path.expanduser().absolute()
        _refuse(wanted, force=force)
        _replace(wanted, text)
    return wanted


def require_free(path: Path, *, force: bool = False) -> None:
    """Raises NotSaved where `save_handover` would for what stands there now: told before an audit, not after it."""
    with _told(path):
        _refuse(path.expanduser().absolute(), force=force)


@contextlib.contextmanager
def _told(path: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError, RuntimeError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise NotSaved(f"{path} could not be written: {reason}.") from error


def _refuse(path: Path, *, force: bool) -> None:
    if path.is_dir():
        raise NotSaved(f"{path} is a folder; give the name of a file in it, such as {path / 'handover.md'}.")
    if not path.parent.is_dir():
        raise NotSaved(f"The folder {path.parent} does not exist.")
    if path.is_symlink():
        raise NotSaved(f"{path} is a link to another place; give the place itself.")
    if path.exists() and not path.is_file():
        raise NotSaved(f"{path} is no ordinary file.")
    if path.exists() and not force and not _is_ours(path):
        raise NotSaved(f"{path} was not written by Launch Ready and stays as it is; choose another name.")


def _is_ours(path: Path) -> bool:
    with path.open("rb") as file:
        return has_marker(file.read(_HEAD_BYTES).decode("utf-8", "replace"))


def _replace(path: Path, text: str) -> None:
    """By way of a new file beside it, so that a full disk or a crash leaves the old one whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".launch-ready-", suffix=".tmp")
    new = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        new.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask())
        new.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            new.unlink()
        raise


def _umask() -> int:
    current = os.umask(0o077)
    os.umask(current)
    return current
