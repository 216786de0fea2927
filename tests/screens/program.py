"""Running the program as a person or a script does, and the made-up startup as command-line options."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from checks.network import NetworkOptions
from wizard.demo import DemoSandbox

PROGRAM = [sys.executable, "-m", "screens.cli"]
ROOT = Path(__file__).parents[2]
DOMAIN = "plumline.example"
OFFLINE = ["--resolver", "127.0.0.1:1"]
"""A resolver that refuses at once: nothing leaves this computer."""


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    out: str
    err: str


def environment(**changes: str) -> dict[str, str]:
    """A plain surrounding in which the packages of this tree are found from every folder."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "SYSTEMROOT", "TEMP") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **changes}


def run(*words: str, cwd: Path | None = None, stdin: str = "", **changes: str) -> Ended:
    """The program over pipes."""
    done = subprocess.run(
        [*PROGRAM, *words],
        cwd=cwd,
        input=stdin.encode(),
        capture_output=True,
        env=environment(**changes),
        timeout=60,
    )
    return Ended(
        done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )


def as_words(options: NetworkOptions) -> list[str]:
    """The command-line options that say the same."""

    def host(address: str) -> str:
        return f"[{address}]" if ":" in address else address

    words = ["--only-mapped", "--ca-file", str(options.ca_file)]
    for server in options.resolvers:
        words += ["--resolver", f"{host(server.address)}:{server.port}"]
    for (dialled, port), (to, to_port) in options.connect_to.items():
        words += ["--connect-to", f"{host(dialled)}:{port}:{host(to)}:{to_port}"]
    return words


@dataclass(frozen=True, slots=True)
class Startup:
    """The made-up startup, running in a process of its own, for tests that are not asynchronous."""

    runner: asyncio.Runner
    sandbox: DemoSandbox

    def become(self, state: str) -> None:
        self.runner.run(self.sandbox.set_state(state))

    @property
    def words(self) -> list[str]:
        return as_words(self.sandbox.options)


@contextmanager
def running_startup() -> Iterator[Startup]:
    with asyncio.Runner() as runner:
        sandbox = DemoSandbox(state="fixed")
        runner.run(sandbox.__aenter__())
        try:
            yield Startup(runner, sandbox)
        finally:
            runner.run(sandbox.stop())
