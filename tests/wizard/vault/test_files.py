"""Writing a file: the old or the new one stands there, whole, whatever fails in between and wherever it stops."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from wizard.vault import files
from wizard.vault.files import NotRead, NotWritten, make_folder, read_file, remove_leftovers, replace_file

OLD, NEW = b"old " * 50, b"new " * 60
CALLS = ("open", "fchmod", "write", "fsync", "close", "replace")


class PowerCut(BaseException):
    """Nothing after this happens any more."""


class FailingOs:
    """The os module whose call number `at` fails with `error`; writes take `chunk` bytes at a time at most."""

    def __init__(self, at: int, error: BaseException, *, after: bool = False, chunk: int = 1 << 20) -> None:
        self.at, self.error, self.after, self.chunk, self.calls, self.dead = at, error, after, chunk, 0, False

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        if name == "unlink" and isinstance(self.error, PowerCut):

            def gone(*args: Any) -> None:
                if not self.dead:
                    real(*args)

            return gone
        return real if name not in CALLS else lambda *args: self._call(name, real, *args)

    def _call(self, name: str, real: Any, *args: Any) -> Any:
        if self.dead:
            if name == "close":
                real(*args)
            raise PowerCut
        if name == "write":
            args = (args[0], args[1][: self.chunk])
        self.calls += 1
        if self.calls - 1 != self.at:
            return real(*args)
        self.dead = isinstance(self.error, PowerCut)
        if self.after or name == "close":
            real(*args)
        raise self.error


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "answers.sealed"
    replace_file(path, OLD)
    return path


def leftovers(file: Path) -> list[str]:
    return [entry.name for entry in file.parent.iterdir() if entry != file]


def steps(file: Path, chunk: int) -> int:
    counting = FailingOs(-1, OSError())
    counting.chunk = chunk
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "os", counting)
        replace_file(file.with_name("counted"), NEW)
    file.with_name("counted").unlink()
    return counting.calls


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EACCES, errno.EDQUOT])
@pytest.mark.parametrize("after", [False, True])
def test_an_error_at_any_system_call_leaves_a_whole_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, code: int, after: bool
) -> None:
    count = steps(file, 1 << 20)
    assert count >= 8
    for at in range(count):
        replace_file(file, OLD)
        with monkeypatch.context() as patch:
            patch.setattr(files, "os", FailingOs(at, OSError(code, os.strerror(code)), after=after))
            with pytest.raises(NotWritten) as told:
                replace_file(file, NEW)
        assert read_file(file) in (OLD, NEW)
        assert str(told.value).endswith("untouched.") and told.value.code == code
        assert leftovers(file) == [] or (after and at == 0)
        remove_leftovers(file.parent)
        assert leftovers(file) == []


def test_a_power_cut_at_every_byte_and_call_leaves_a_whole_file(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    count = steps(file, 1)
    assert count > len(NEW)
    seen = set()
    for at in range(count):
        with monkeypatch.context() as patch:
            patch.setattr(files, "os", FailingOs(at, PowerCut(), after=at % 2 == 0, chunk=1))
            with pytest.raises(PowerCut):
                replace_file(file, NEW)
        found = read_file(file)
        assert found in (OLD, NEW)
        seen.add(found)
        replace_file(file, OLD)
        remove_leftovers(file.parent)
        assert leftovers(file) == []
    assert seen == {OLD, NEW}


@pytest.mark.skipif(os.name != "posix", reason="Windows flushes no folder")
def test_the_file_is_flushed_before_it_gets_its_name_and_the_name_after(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[str] = []

    class Watching:
        def __getattr__(self, name: str) -> Any:
            real = getattr(os, name)

            def watched(*args: Any) -> Any:
                if name == "fsync":
                    made.append("flush folder" if stat.S_ISDIR(os.fstat(args[0]).st_mode) else "flush file")
                else:
                    made.append(name)
                return real(*args)

            return watched if name in ("write", "fsync", "replace") else real

    monkeypatch.setattr(files, "os", Watching())
    replace_file(file, NEW)
    assert made == ["write", "flush file", "replace", "flush folder"]


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.parametrize("umask", [0o000, 0o022, 0o077, 0o777])
def test_only_the_owner_reads_it_whatever_the_umask(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask)
    try:
        folder = tmp_path / "a"
        make_folder(folder)
        replace_file(folder / "x", NEW)
    finally:
        os.umask(before)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder / "x").stat().st_mode) == 0o600


def test_a_folder_that_was_open_to_others_is_narrowed(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    make_folder(tmp_path)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700


def test_a_link_is_replaced_never_followed(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(OLD)
    link = tmp_path / "answers.sealed"
    link.symlink_to(elsewhere)
    with pytest.raises(NotRead, match="link"):
        read_file(link)
    replace_file(link, NEW)
    assert elsewhere.read_bytes() == OLD and not link.is_symlink()


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    assert read_file(tmp_path / "nothing") is None
    with pytest.raises(NotRead):
        read_file(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(NotRead, match="ordinary"):
        read_file(tmp_path / "pipe")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(NotWritten, match="is not there"):
        replace_file(tmp_path / "gone" / "x", NEW)


@pytest.fixture
def full_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 64 KiB, filled up."""
    import subprocess

    place = tmp_path / "small"
    place.mkdir()
    options = ["mount", "-t", "tmpfs", "-o", "size=64k,mode=0700", "tmpfs", str(place)]
    if os.name != "posix" or os.geteuid() != 0 or subprocess.run(options, capture_output=True).returncode:
        pytest.skip("no right to mount a small file system here")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


@pytest.mark.services
def test_a_disk_that_is_really_full(full_disk: Path) -> None:
    path = full_disk / "answers.sealed"
    replace_file(path, OLD)
    (full_disk / "ballast").write_bytes(bytes(56 * 1024))
    with pytest.raises(NotWritten, match="the disk is full"):
        replace_file(path, NEW * 200)
    assert read_file(path) == OLD
    assert sorted(leftovers(path)) == ["ballast"]
