"""Kills a writer at a random moment and compares what it acknowledged with what is there. Also used by the bench."""

from __future__ import annotations

import contextlib
import random
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.wizard.vault.writer import content, keyring_at
from wizard.vault.keyring_faults import Gone
from wizard.vault.store import ProjectStore
from wizard.vault.vault import Vault


@dataclass(frozen=True, slots=True)
class Killed:
    acknowledged: int
    found: int
    notices: tuple[str, ...]

    @property
    def lost(self) -> int:
        return max(0, self.acknowledged - self.found)


def new_project(home: Path, place: str) -> bytes:
    vault = Vault(home, keyring_at(place))
    store = vault.create("Acme", content(0))
    assert vault.calls.flush(10)
    store.close()
    return store.project


def _opened(vault: Vault, project: bytes) -> ProjectStore:
    """Opened as a person would who is told that the keyring stopped answering: again, up to three times. On a busy
    machine the killed writer's half-finished call is sometimes still in the keyring's way."""
    for _ in range(2):
        with contextlib.suppress(Gone):
            return vault.open(project)
    return vault.open(project)


def kill_once(home: Path, project: bytes, place: str, moment: random.Random) -> Killed:
    """Lets a writer work for up to 0.15 s after its first acknowledged answer, kills it, and opens what it left."""
    command = [sys.executable, "-m", "tests.wizard.vault.writer", str(home), project.hex(), place]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        first = writer.stdout.readline()
        time.sleep(moment.random() * 0.15)  # the moment of the kill, not a wait for anything
        writer.kill()
        said = (first + writer.stdout.read()).split(b"\n")
    acknowledged = int([line for line in said[:-1] if line][-1])
    vault = Vault(home, keyring_at(place))
    store = _opened(vault, project)
    found = int(store.content["n"])
    assert store.content == content(found) and store.read_only == ""
    assert all(run["run"] <= found for run in store.all_runs()) and store.runs.notice == ""
    assert vault.calls.flush(10)
    store.close()
    assert not list(vault.folder(project).glob(".*.new"))
    return Killed(acknowledged, found, store.notices)
