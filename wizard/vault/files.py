"""Files that are whole or not there at all, readable by their owner alone."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import stat
import sys
import time
from pathlib import Path
from typing import Final

FILE_MODE: Final = 0o600
FOLDER_MODE: Final = 0o700
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)
_BINARY: Final = getattr(os, "O_BINARY", 0)
_LARGEST_FILE: Final = 256 * 1024 * 1024
_SUFFIX: Final = ".new"


class NotWritten(Exception):
    """The file could not be written, and whatever stood there still stands. The message is one sentence."""

    def __init__(self, path: Path, error: OSError) -> None:
        safe = " What was saved before is untouched." if path.exists() else ""
        super().__init__(f"{path.name} could not be saved: {_reason(error, path)}.{safe}")
        self.path = path
        self.code = error.errno


class NotRead(Exception):
    """The file is there and could not be read. The message is one sentence."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} could not be read: {_reason(error, path)}.")
        self.path = path
        self.code = error.errno


def _reason(error: OSError, path: Path) -> str:
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return "the disk is full"
        case errno.EROFS:
            return f"the folder {path.parent} is on a disk that can only be read"
        case errno.EACCES | errno.EPERM:
            return (
                f"you may not write in {path.parent}" if path.parent.is_dir() else "you may not write there"
            )
        case errno.ENOENT:
            return f"the folder {path.parent} is not there"
        case errno.ELOOP:
            return "a link stands where the file should be"
        case errno.EFBIG:
            return "the file is too large"
        case _:
            return error.strerror or type(error).__name__


def make_folder(path: Path) -> None:
    """Makes `path`, and its parents, for the owner alone. A folder that was there is narrowed to its owner."""
    try:
        path.mkdir(mode=FOLDER_MODE, parents=True, exist_ok=True)
        if os.name == "posix":
            path.chmod(FOLDER_MODE)  # mkdir obeys the umask
    except OSError as error:
        raise NotWritten(path, error) from error


def read_file(path: Path) -> bytes | None:
    """None when there is no such file. Never follows a link. Raises NotRead."""
    try:
        handle = os.open(path, os.O_RDONLY | _NO_FOLLOW | _BINARY | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise NotRead(path, error) from error
    try:
        about = os.fstat(handle)
        if not stat.S_ISREG(about.st_mode):
            raise NotRead(path, OSError(errno.EINVAL, "it is no ordinary file"))
        if about.st_size > _LARGEST_FILE:
            raise NotRead(path, OSError(errno.EFBIG, "it is far too large"))
        parts = []
        while part := os.read(handle, 1 << 20):
            parts.append(part)
        return b"".join(parts)
    except OSError as error:
        raise NotRead(path, error) from error
    finally:
        os.close(handle)


def replace_file(path: Path, data: bytes) -> None:
    """Puts `data` at `path`, all of it or nothing, and returns when it is on the disk. Raises NotWritten."""
    new = path.with_name(f".{path.name}.{secrets.token_hex(8)}{_SUFFIX}")
    try:
        _write_new(new, data)
        _move(new, path)
        _flush_folder(path.parent)
    except BaseException as error:
        with contextlib.suppress(OSError):
            os.unlink(new)  # noqa: PTH108 - not there any more when the move had succeeded
        if isinstance(error, OSError):
            raise NotWritten(path, error) from error
        raise


def _write_new(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_FOLLOW | _BINARY, FILE_MODE)
    try:
        if hasattr(os, "fchmod"):
            os.fchmod(handle, FILE_MODE)  # the umask may have taken even the owner's rights
        left = memoryview(data)
        while left:
            left = left[os.write(handle, left) :]
        os.fsync(handle)
    finally:
        os.close(handle)


def _move(new: Path, path: Path) -> None:
    for attempt in range(10):
        try:
            os.replace(new, path)  # noqa: PTH105 - the same call on every system
        except PermissionError:
            # Windows: a virus scanner or an indexer holds the old file for a moment.
            if sys.platform != "win32" or attempt == 9:
                raise
            time.sleep(0.02 * (attempt + 1))
        else:
            return


def _flush_folder(folder: Path) -> None:
    """Makes the new name itself survive a power cut. Windows has no such call."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY | getattr(os, "O_DIRECTORY", 0))
    try:
        os.fsync(handle)
    except OSError as error:
        # Some network file systems refuse to flush a folder; the file itself is flushed.
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):
            raise
    finally:
        os.close(handle)


def remove_file(path: Path) -> None:
    """Removes a file that may not be there. Raises NotWritten."""
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise NotWritten(path, error) from error


def remove_leftovers(folder: Path) -> None:
    """Half-written files of a program that was killed. Only for whoever holds the lock of the folder."""
    with contextlib.suppress(OSError):
        for entry in folder.glob(f".*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                entry.unlink()
