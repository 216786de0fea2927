"""Numbers over time, under names that say nothing."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from wizard.history import History, HistoryUnavailable, Sample

ACME, OTHER, SERIES = "a" * 32, "b" * 32, "c" * 32
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History(tmp_path / "vault" / "history.sqlite")


def test_numbers_come_back_in_order(history: History) -> None:
    for hour in (3, 1, 2):
        history.add(ACME, [(SERIES, hour * 1.5), ("d" * 32, 0)], NOON + timedelta(hours=hour))
    history.add(OTHER, [(SERIES, 99)], NOON)
    assert history.series(ACME, SERIES) == tuple(
        Sample(NOON + timedelta(hours=h), h * 1.5) for h in (1, 2, 3)
    )
    assert [s.value for s in history.series(ACME, SERIES, NOON + timedelta(hours=2))] == [3.0, 4.5]
    history.add(ACME, [(SERIES, 7)], NOON + timedelta(hours=1))
    assert history.series(ACME, SERIES)[0].value == 7


@pytest.mark.parametrize("id", ["app.acme.example", "", "A" * 32, "a" * 31, "a" * 33, "a" * 32 + "\n"])
def test_nothing_but_opaque_ids(history: History, id: str) -> None:
    for project, series in ((id, SERIES), (ACME, id)):
        with pytest.raises(ValueError, match="opaque"):
            history.add(project, [(series, 1)], NOON)


def test_nothing_but_numbers_and_times_with_a_zone(history: History) -> None:
    with pytest.raises(ValueError, match="float"):
        history.add(ACME, [(SERIES, "acme.example")], NOON)  # type: ignore[list-item]
    with pytest.raises(ValueError, match="zone"):
        history.add(ACME, [(SERIES, 1)], NOON.replace(tzinfo=None))


def test_forgetting_leaves_no_trace_in_the_file(history: History) -> None:
    history.add(ACME, [(SERIES, n) for n in range(1)], NOON)
    history.add(OTHER, [(SERIES, 1)], NOON)
    assert ACME.encode() in history.file.read_bytes()
    history.forget(ACME)
    assert ACME.encode() not in history.file.read_bytes()
    assert history.series(ACME, SERIES) == () and len(history.series(OTHER, SERIES)) == 1


def test_only_the_owner_reads_it(history: History) -> None:
    history.add(ACME, [(SERIES, 1)], NOON)
    assert stat.S_IMODE(history.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(history.file.parent.stat().st_mode) == 0o700


def test_a_broken_file_is_set_aside(history: History) -> None:
    history.add(ACME, [(SERIES, 1)], NOON)
    history.file.write_bytes(b"no database " * 100)
    history.add(ACME, [(SERIES, 2)], NOON)
    assert [s.value for s in history.series(ACME, SERIES)] == [2]
    assert history.file.with_suffix(".damaged").exists()


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(HistoryUnavailable):
        History(tmp_path / "file" / "history.sqlite").add(ACME, [(SERIES, 1)], NOON)
