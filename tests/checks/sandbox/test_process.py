"""The process: how it starts, what it understands, and that it dies with its parent."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from tests.checks.sandbox.conftest import Child
from tests.checks.sandbox.test_dns import ask
from tests.checks.sandbox.test_web import get


def test_the_map_is_complete(child: Child) -> None:
    told = child.map
    assert told["format"] == 1
    assert told["resolvers"] == [["192.0.2.53", 53]]
    assert {row[2] for row in told["connect_to"]} == {"127.0.0.1"}
    assert len({row[3] for row in told["connect_to"]}) == len(told["connect_to"])
    assert not {(row[0], row[1]) for row in told["connect_to"]} & {tuple(place) for place in told["silent"]}
    assert {host["role"] for host in told["hosts"]} == {"apex", "www", "app", "api", "docs", "staging"}
    assert Path(told["ca_file"]).read_text().startswith("-----BEGIN CERTIFICATE-----")
    assert {fault["id"] for fault in told["faults"]} > set(told["states"]["broken"])


def test_states_and_faults_by_command(child: Child) -> None:
    assert child.ask({"state": "broken"}) == {"faults": child.map["states"]["broken"]}
    assert child.ask({"faults": ["app-down", "mx-missing"]}) == {"faults": ["app-down", "mx-missing"]}
    assert child.ask({"state": "fixed"}) == {"faults": []}


@pytest.mark.parametrize(
    "line",
    [
        "nonsense",
        "[]",
        "17",
        '{"state": "excellent"}',
        '{"faults": "app-down"}',
        '{"faults": [1]}',
        '{"faults": ["no"]}',
    ],
)
def test_what_is_no_command_is_told_and_changes_nothing(child: Child, line: str) -> None:
    assert list(child.ask_raw(line)) == ["error"]
    assert child.ask({"faults": []}) == {"faults": []}


def test_it_ends_with_its_input_and_leaves_nothing_behind() -> None:
    child = Child()
    folder = Path(child.map["ca_file"]).parent
    assert folder.is_dir()
    assert child.end() == 0
    assert not folder.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT between processes")
def test_ctrl_c_is_the_parents_to_answer() -> None:
    child = Child()
    child.process.send_signal(signal.SIGINT)
    assert child.ask({"faults": []}) == {"faults": []}
    assert child.end() == 0


def _is_running(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    try:
        # A process that has ended but that nobody has waited for yet is a zombie.
        return state.read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_it_dies_with_a_parent_that_is_killed() -> None:
    parent = subprocess.Popen(
        [
            sys.executable,
            "-c",
            textwrap.dedent(
                """
                import subprocess, sys, time
                child = subprocess.Popen([sys.executable, "-I", "-m", "checks.sandbox"],
                                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
                child.stdout.readline()
                print(child.pid, flush=True)
                time.sleep(60)
                """
            ),
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    parent.stdout.close()
    assert _is_running(pid)
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 10
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not _is_running(pid)


def test_a_folder_with_a_package_of_the_same_name_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trap = tmp_path / "checks"
    trap.mkdir()
    (trap / "__init__.py").write_text("import pathlib; pathlib.Path('sprung').touch(); raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    child = Child()
    assert child.end() == 0
    assert [entry.name for entry in tmp_path.iterdir()] == ["checks"]


def test_distance_is_added_to_every_round_trip() -> None:
    child = Child("--delay-ms=60")
    try:

        async def timed() -> tuple[float, float, float]:
            loop = asyncio.get_running_loop()
            times = []
            for work in (
                lambda: ask(child, "plumline.example", "A"),
                lambda: get(child, "http://plumline.example/"),
                lambda: get(child, "https://plumline.example/"),
            ):
                started = loop.time()
                await work()
                times.append(loop.time() - started)
            return times[0], times[1], times[2]

        name, plain, secure = asyncio.run(timed())
        # One round trip for a name; connect and request over http; connect, handshake and request over https.
        assert 0.06 <= name < 0.12
        assert 0.12 <= plain < 0.18 + 0.06
        assert 0.18 <= secure < 0.24 + 0.06
    finally:
        assert child.end() == 0
