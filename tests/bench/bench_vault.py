"""How long a save and a load take, and what 200 kills of the program and 60 of the keyring daemon cost.

python -m tests.bench.bench_vault [KILLS] [DAEMON_KILLS]      (needs gnome-keyring and dbus; 200 and 60 by default)
"""

from __future__ import annotations

import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.wizard.vault.gnome import Desktop, desktop
from tests.wizard.vault.killing import kill_once, new_project
from tests.wizard.vault.test_gnome_keyring import kill_the_daemon_while_answering
from tests.wizard.vault.writer import keyring_at
from wizard.vault.store import ANSWERS
from wizard.vault.vault import Vault

HERE = "secret-service"
LETTERS = "abcdefghijklmnopqrstuvwxyz     "


def answers(n: int) -> dict[str, object]:
    """150 answers of free text, about 26 KB of JSON; `n` changes one of them."""
    dice = random.Random(7)
    text = ("".join(dice.choices(LETTERS, k=120)) for _ in range(150))
    kept = {f"q{i}": {"value": value, "by": "Ana", "on": "2026-11-24"} for i, value in enumerate(text)}
    return {"answers": kept, "n": n}


def milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def told(name: str, samples: list[float]) -> float:
    median = statistics.median(samples)
    print(f"{name}: median {median:.2f} ms, p95 {sorted(samples)[int(len(samples) * 0.95)]:.2f} ms")
    return median


def speed(home: Path, rounds: int = 300) -> None:
    vault = Vault(home, keyring_at(HERE))
    store = vault.create("Bench", answers(0))
    size = len((store.folder / ANSWERS).read_bytes())
    print(f"{len(json.dumps(answers(0))):,} bytes of JSON, {size:,} sealed")
    for name, at_rest in (
        ("while the keyring copies the one before", False),
        ("with the keyring at rest", True),
    ):
        bare: list[float] = []
        saves: list[float] = []
        for n in range(rounds):
            content, data, place = answers(n), os.urandom(size), home / f"bare-{at_rest}-{n}"
            bare.append(milliseconds(partial(bare_write, place, data)))
            saves.append(milliseconds(partial(store.save, content)))
            if at_rest:
                vault.calls.flush(10)
        median = told(f"save {name} (bar 3 ms)", saves)
        floor = told(f"one bare fsynced write of a new file of that size {name}", bare)
        print(f"ratio {median / floor:.2f} (bar 2)")
    store.close()
    vault.calls.flush(10)
    loads = []
    for _ in range(30):
        loads.append(milliseconds(lambda: vault.open(store.project).close()))
        vault.calls.flush(10)
    told("load, key and copy from the keyring included (bar 50 ms)", loads)


def passphrase_speed(home: Path, rounds: int = 300) -> None:
    """The same without any keyring."""
    store = Vault(home, keyring_at(HERE)).create("Bench", answers(0), passphrase="able " * 10)
    size = len((store.folder / ANSWERS).read_bytes())
    bare: list[float] = []
    saves: list[float] = []
    for n in range(rounds):
        content, data = answers(n), os.urandom(size)
        bare.append(milliseconds(partial(bare_write, home / f"bare-{n}", data)))
        saves.append(milliseconds(partial(store.save, content)))
    median, floor = told("save under a passphrase", saves), told("its bare write", bare)
    print(f"ratio {median / floor:.2f} (bar 2)")
    store.close()


def bare_write(path: Path, data: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    os.write(handle, data)
    os.fsync(handle)
    os.close(handle)


def kills(gnome: Desktop, home: Path, program_kills: int, daemon_kills: int) -> None:
    moment = random.Random()
    project, lost, acknowledged = new_project(home, HERE), 0, 0
    for _ in range(program_kills):
        killed = kill_once(home, project, HERE, moment)
        lost, acknowledged = lost + killed.lost, killed.acknowledged
    print(f"{program_kills} kills of the program: {lost} of {acknowledged} acknowledged answers lost")
    gnome.kill()
    for _ in range(daemon_kills):
        kill_the_daemon_while_answering(gnome, home, project, moment)
    print(f"{daemon_kills} kills of the keyring daemon: 0 acknowledged answers lost (each was compared)")


def main(program_kills: int, daemon_kills: int) -> None:
    with tempfile.TemporaryDirectory() as place, desktop(Path(place)) as gnome:
        os.environ.update(gnome.environment)
        gnome.start()
        speed(Path(place) / "speed")
        passphrase_speed(Path(place) / "passphrase")
        kills(gnome, Path(place) / "kills", program_kills, daemon_kills)


if __name__ == "__main__":
    main(*(int(each) for each in sys.argv[1:3]), *(200, 60)[len(sys.argv[1:3]) :])
