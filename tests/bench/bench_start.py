"""How long until the domain question can be read and a key counts, against a bare Textual hello; and the memory then.

A bench, no test: it prints figures and judges them only when asked (`--judge`). Run it on an installed wheel:
`python tests/bench/bench_start.py` builds one into a temporary environment, `--python PATH` takes an environment
in which launch-ready is already installed. Needs a pseudo terminal, pyte, and Linux's /proc for the memory.
"""

from __future__ import annotations

import argparse
import os
import pty
import select
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from dataclasses import dataclass
from pathlib import Path

import pyte

ROOT = Path(__file__).parents[2]
COLUMNS, LINES = 120, 40
DEADLINE = 20.0
RATIO_LIMIT, MEMORY_LIMIT, HELP_LIMIT = 1.25, 45.0, 50.0
HELLO = """
from textual.app import App
from textual.widgets import Footer, Header
class Hello(App):
    def compose(self):
        yield Header()
        yield Footer()
    def on_mount(self):
        self.title = "hello world"
Hello().run()
"""


@dataclass(frozen=True, slots=True)
class Start:
    """`seconds` until the text stood on the screen, `megabytes` resident at that moment, `key_seconds` until a key
    pressed at that moment was echoed (0 where nothing echoes)."""

    seconds: float
    megabytes: float
    key_seconds: float


def resident(pid: int) -> float:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def start(command: list[str], text: str, key: str = "", before: str = "") -> Start:
    """Run `command` in a pseudo terminal until `text` is on its screen. `before` is typed ahead of everything."""
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": tempfile.gettempdir(),
        "TERM": "xterm-256color",
        "LANG": "C.UTF-8",
    }
    environ |= {"COLUMNS": str(COLUMNS), "LINES": str(LINES)}
    screen = pyte.Screen(COLUMNS, LINES)
    stream = pyte.ByteStream(screen)
    began = time.perf_counter()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(command[0], command, environ)
    try:
        import fcntl
        import struct
        import termios

        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", LINES, COLUMNS, 0, 0))
        if before:
            os.write(terminal, before.encode())
        seconds = _until(terminal, stream, screen, text, began)
        megabytes, pressed = resident(pid), time.perf_counter()
        if not key:
            return Start(seconds, megabytes, 0.0)
        os.write(terminal, key.encode())
        return Start(seconds, megabytes, _until(terminal, stream, screen, key, pressed))
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        os.close(terminal)


def _until(terminal: int, stream: pyte.ByteStream, screen: pyte.Screen, text: str, began: float) -> float:
    while time.perf_counter() - began < DEADLINE:
        if select.select([terminal], [], [], 0.5)[0]:
            stream.feed(os.read(terminal, 65536))
            if any(text in line for line in screen.display):
                return time.perf_counter() - began
    raise SystemExit(f"{text!r} did not appear within {DEADLINE:g} s:\n" + "\n".join(screen.display))


def runtime(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


def installed(folder: Path) -> Path:
    """A new environment with the wheel of this tree in it. Gives its Python."""
    venv.create(folder, with_pip=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", "--no-input", str(ROOT)], check=True)
    return python


def measure(python: Path, runs: int) -> bool:
    """Print the figures; whether all stay within their limits."""
    ours = str(python.parent / "launch-ready")
    hello = [str(python), "-c", HELLO]
    start([ours], "Which domain")  # Warm both up: bytecode and the disk's cache.
    start(hello, "hello world")
    pairs = [(start(hello, "hello world"), start([ours], "Which domain", key="z")) for _ in range(runs)]
    bare = statistics.median(a.seconds for a, _ in pairs)
    mine = statistics.median(b.seconds for _, b in pairs)
    memory = statistics.median(b.megabytes for _, b in pairs)
    key = statistics.median(b.key_seconds for _, b in pairs)
    print(
        f"hello              {bare * 1000:6.0f} ms  {statistics.median(a.megabytes for a, _ in pairs):5.1f} MB"
    )
    print(
        f"launch-ready       {mine * 1000:6.0f} ms  {memory:5.1f} MB   a key is echoed after {key * 1000:.0f} ms"
    )
    print(
        f"ratio              {mine / bare:6.2f}      (at most {RATIO_LIMIT}; memory at most {MEMORY_LIMIT:g} MB)"
    )
    typed = start([ours], "no ending", before="acme\n")
    print(f"Enter typed before the terminal was raw is honoured after {typed.seconds * 1000:.0f} ms")
    python_only = statistics.median(runtime([str(python), "-c", "pass"]) for _ in range(runs))
    with_help = statistics.median(runtime([ours, "--help"]) for _ in range(runs))
    print(f"--help             {with_help - python_only:6.0f} ms over bare Python (at most {HELP_LIMIT:g})")
    return mine / bare <= RATIO_LIMIT and memory <= MEMORY_LIMIT and with_help - python_only <= HELP_LIMIT


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--python", type=Path, help="a Python whose environment has launch-ready installed")
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--judge", action="store_true", help="exit 1 when a figure is over its limit")
    values = parser.parse_args()
    if values.python is not None:
        within = measure(values.python, values.runs)
    else:
        with tempfile.TemporaryDirectory() as folder:
            within = measure(installed(Path(folder) / "env"), values.runs)
    return 0 if within or not values.judge else 1


if __name__ == "__main__":
    sys.exit(main())
