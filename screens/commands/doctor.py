"""`launch-ready doctor`: what this computer can do for Launch Ready, in text. Asks nobody on the network."""

from __future__ import annotations

import argparse
import os
import platform
import socket
import stat
import sys
import time
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from checks.text import visible
from screens.paper import Paper
from screens.terminal import SMALLEST, Face, face, is_dumb
from screens.vaults import exit_of, open_vault
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keyring_faults import KeyringFault
from wizard.vault.vault import Vault

LIBRARIES: Final = (
    "textual",
    "httpx",
    "dnspython",
    "cryptography",
    "keyring",
    "pydantic",
    "markdown-it-py",
)
SHOWN: Final = 40
"""Files that are listed; further ones are counted."""
SMALL_VALUES: Final = 64 * 1024
"""A backend that takes less than this holds keys and credentials, not the answers."""


def run(values: argparse.Namespace) -> int:
    paper, vault = Paper.of(sys.stdout), open_vault()
    _program(paper)
    paper.show(sys.stdout)
    fault = _keyring(paper, vault.calls)
    kept, unlisted = vault.projects()
    fault = fault or unlisted
    _folder(paper, vault, len(kept))
    _terminal(paper)
    _missing(paper, fault)
    sys.stdout.write("\n")
    paper.show(sys.stdout)
    return exit_of(kept, fault)


def _good(paper: Paper, text: str) -> None:
    paper.marked("✔", text, style="good")


def _bad(paper: Paper, text: str) -> None:
    paper.marked("✖", text, style="bad")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


def _program(paper: Paper) -> None:
    paper.heading("Program")
    paper.text(f"Launch Ready {_version('launch-ready')}", indent=0)
    system = f"{platform.system()} {platform.release()} {platform.machine()}"
    paper.text(visible(f"Python {platform.python_version()} on {system}"), indent=0)
    paper.text(", ".join(f"{name} {_version(name)}" for name in LIBRARIES), indent=0, hang=2)


def _keyring(paper: Paper, calls: KeyringCalls) -> KeyringFault | None:
    """Writes, reads and deletes a value of no meaning. Waits for the deadline of `calls` at most."""
    paper.heading("Keyring")
    begun = time.perf_counter()
    try:
        # A moment over its own deadline: then `calls` knows that it is stuck, and the next question does not wait anew.
        name = calls.call(calls.probe, deadline=calls.deadline + 0.2)
    except KeyringFault as fault:
        _bad(paper, str(fault))
        if fault.advice:
            paper.text(fault.advice)
        path = calls.backend_path or fault.seen
        if path:
            paper.text(f"Seen: {visible(path, 120)}")
        return fault
    took = (time.perf_counter() - begun) * 1000
    _good(paper, f"{name}: a value was written, read and deleted in {took:.0f} ms.")
    paper.text(f"Backend: {visible(calls.backend_path, 120)}")
    if calls.longest < SMALL_VALUES:
        paper.text(
            f"It takes {calls.longest:,} characters a value: keys and credentials lie in it, answers only in the file."
        )
    return None


def _folder(paper: Paper, vault: Vault, projects: int) -> None:
    paper.heading("Data folder")
    home = vault.home
    paper.text(f"{visible(str(home))}", indent=0)
    try:
        here = home.lstat()
    except FileNotFoundError:
        paper.text("It is not there: nothing was kept yet.", indent=0)
        return
    except OSError as error:
        _bad(paper, f"It cannot be read: {error.strerror or 'no reason given'}.")
        return
    if not stat.S_ISDIR(here.st_mode):
        _bad(paper, "A folder should be here, and something else is: nothing can be kept.")
        return
    files = (home, *sorted(home.rglob("*")))
    paper.text(f"{projects} project{'' if projects == 1 else 's'} kept. Files and their modes:", indent=0)
    for path in files[:SHOWN]:
        paper.text(_line(path, home), hang=2)
    if len(files) > SHOWN:
        paper.text(f"and {len(files) - SHOWN} more")
    if os.name != "posix":
        return
    seen = [_name(path, home) for path in files if _is_open_to_others(path)]
    if seen:
        _bad(paper, f"Others on this computer have rights here: {_some(seen)}. Only you need any.")
    else:
        _good(paper, "Only you may read any of it.")


def _name(path: Path, home: Path) -> str:
    return "this folder" if path == home else visible(path.relative_to(home).as_posix(), 120)


def _line(path: Path, home: Path) -> str:
    try:
        about = path.lstat()
    except OSError:
        return f"{_name(path, home)}: gone meanwhile"
    size = f"{about.st_size:,} bytes" if stat.S_ISREG(about.st_mode) else ""
    return f"{stat.filemode(about.st_mode)}  {_name(path, home)}  {size}"


def _is_open_to_others(path: Path) -> bool:
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & 0o077)


def _some(names: list[str]) -> str:
    first = ", ".join(names[:3])
    return first if len(names) <= 3 else f"{first} and {len(names) - 3} more"


def _terminal(paper: Paper) -> None:
    paper.heading("Terminal")
    where = face()
    told = {Face.FULL: "Full screen", Face.PROMPTS: "Numbered prompts", Face.NOBODY: "No terminal to ask in"}
    paper.text(f"{told[where]}: {why(where)}.", indent=0)
    if sys.stdout.isatty():
        size = os.get_terminal_size(sys.stdout.fileno())
        small = size.columns < SMALLEST[0] or size.lines < SMALLEST[1]
        needed = f", smaller than the {SMALLEST[0]}x{SMALLEST[1]} that the full screen needs" if small else ""
        paper.text(f"{size.columns} columns, {size.lines} lines{needed}.", indent=0)


def why(where: Face, environ: Mapping[str, str] = os.environ) -> str:
    if where is Face.FULL:
        return "all three streams are a terminal that obeys escape codes"
    if where is Face.NOBODY:
        streams = {"standard input": sys.stdin, "standard output": sys.stdout}
        away = [name for name, stream in streams.items() if not stream.isatty()]
        return f"{' and '.join(away)} {'is' if len(away) == 1 else 'are'} no terminal"
    if is_dumb(environ):
        term = environ.get("TERM", "")
        return f"TERM is {visible(term, 40)}" if term else "TERM is not set"
    return "standard error, on which the full screen is drawn, is no terminal"


def _missing(paper: Paper, fault: KeyringFault | None) -> None:
    paper.heading("Missing on this machine")
    missing = list(_all_missing(fault))
    for sentence in missing:
        _bad(paper, sentence)
    if not missing:
        _good(paper, "Nothing.")


def _all_missing(fault: KeyringFault | None) -> Iterable[str]:
    if not has_ipv6_route():
        yield "IPv6: there is no way out over it, so what stands only at IPv6 addresses cannot be checked from here."
    if fault is not None:
        yield "A keyring that works: see above. Checking and exporting need none."
    if _version("truststore") == "not installed":
        yield "truststore: the certificate authorities of this system are not used, only those that came along."
    for name in LIBRARIES:
        if _version(name) == "not installed":
            yield f"{name}: install Launch Ready again."


def has_ipv6_route() -> bool:
    """Whether the routing table knows a way. Connecting UDP sends nothing; the address is one for documentation."""
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
            probe.connect(("2001:db8::1", 53))
    except OSError:
        return False
    return True
