"""Numbers over time: response times, counts of findings, days left of a certificate. SQLite, and nothing but numbers.

Projects and series go by opaque ids (`ProjectStore.opaque`), so the file says nothing about whose numbers they are.
"""

from __future__ import annotations

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from wizard.vault.files import FILE_MODE, NotWritten, make_folder

_OPAQUE: Final = re.compile(r"[0-9a-f]{32}")
_TABLE: Final = """
create table if not exists sample (
    project text not null,
    series  text not null,
    at      integer not null,
    value   real not null,
    primary key (project, series, at)
) without rowid
"""


class HistoryUnavailable(Exception):
    """The numbers could not be read or written. The message is one sentence; no answer is concerned."""


@dataclass(frozen=True, slots=True)
class Sample:
    at: datetime
    value: float


class History:
    """Opened for each piece of work and closed again: one writer at a time, some 1 ms each."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def add(self, project: str, values: Iterable[tuple[str, float]], at: datetime) -> None:
        """`values` are (series, number). A second value of one series in the same second replaces the first.

        Raises ValueError for an id that is not opaque or a time without a zone, HistoryUnavailable.
        """
        when = _seconds(at)
        rows = [(_opaque(project), _opaque(series), when, float(value)) for series, value in values]
        with self._open() as database:
            database.executemany("insert or replace into sample values (?, ?, ?, ?)", rows)

    def series(self, project: str, series: str, since: datetime | None = None) -> tuple[Sample, ...]:
        """Oldest first."""
        after = -(1 << 62) if since is None else _seconds(since)
        with self._open() as database:
            rows = database.execute(
                "select at, value from sample where project = ? and series = ? and at >= ? order by at",
                (_opaque(project), _opaque(series), after),
            ).fetchall()
        return tuple(Sample(datetime.fromtimestamp(at, UTC), value) for at, value in rows)

    def forget(self, project: str) -> None:
        """Deletes a project's numbers and overwrites where they stood."""
        with self._open() as database:
            database.execute("delete from sample where project = ?", (_opaque(project),))
            database.commit()
            database.execute("vacuum")

    @contextlib.contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            make_folder(self.file.parent)
            database = self._connect()
        except (sqlite3.Error, OSError, NotWritten) as error:
            raise HistoryUnavailable(f"The history {self.file} could not be opened: {error}.") from error
        try:
            with database:
                yield database
        except sqlite3.Error as error:
            raise HistoryUnavailable(f"The history {self.file} could not be used: {error}.") from error
        finally:
            database.close()

    def _connect(self) -> sqlite3.Connection:
        try:
            return self._prepared()
        except sqlite3.DatabaseError as error:
            if "not a database" not in str(error) and "malformed" not in str(error):
                raise
            # Numbers can be measured again: a broken file is set aside and a new one begun.
            self.file.replace(self.file.with_suffix(".damaged"))
            return self._prepared()

    def _prepared(self) -> sqlite3.Connection:
        with contextlib.suppress(FileExistsError):
            # Made by us first, because SQLite would make it with the umask's rights; its journal takes them over.
            os.close(os.open(self.file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE_MODE))
        database = sqlite3.connect(self.file, timeout=5)
        try:
            database.execute("pragma secure_delete = on")
            database.execute(_TABLE)
        except BaseException:
            database.close()
            raise
        return database


def _opaque(id: str) -> str:
    if not _OPAQUE.fullmatch(id):
        raise ValueError("the history takes opaque ids only (32 hex digits)")
    return id


def _seconds(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a time needs its zone")
    return int(at.timestamp())
