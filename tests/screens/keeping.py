"""A data folder with projects in it, for running the program over."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.screens.program import ROOT, Ended, environment, run
from wizard.domain_name import read_domain
from wizard.kept import keep
from wizard.project import new_project
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.keys import Argon2Cost
from wizard.vault.vault import Vault

NO_KEYRING = {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}
PASSPHRASE = " ".join(["able"] * 10)

_CREATE = """
import sys
from wizard.domain_name import read_domain
from wizard.kept import keep
from wizard.project import new_project
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.vault import Vault, default_home
calls = KeyringCalls()
for name, domain in zip(sys.argv[1::2], sys.argv[2::2]):
    store = Vault(default_home(), calls).create(name, keep(new_project(read_domain(domain))))
    print(store.project.hex())
    store.close()
calls.flush(5)
"""


def under_passphrase(data: Path, domain: str = "acme.example") -> str:
    """Makes a project that needs no keyring; gives its id."""
    content = keep(new_project(read_domain(domain)))
    calls = KeyringCalls()
    try:
        vault = Vault(data / "launch-ready", calls)
        store = vault.create(domain, content, passphrase=PASSPHRASE, cost=Argon2Cost(64, 1, 1))
        store.close()
    finally:
        calls.close()
    return store.project.hex()


def under_keyring(data: Path, surroundings: dict[str, str], *names_and_domains: str) -> list[str]:
    """Makes projects as the wizard would, in a process with a keyring; gives their ids."""
    done = subprocess.run(
        [sys.executable, "-c", _CREATE, *names_and_domains],
        env=environment(XDG_DATA_HOME=str(data), **surroundings),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return done.stdout.split()


def program(data: Path, *words: str, **changes: str) -> Ended:
    surroundings = {"XDG_DATA_HOME": str(data), **NO_KEYRING, **changes}
    return run(*words, cwd=None, stdin="", **surroundings)


def left(data: Path) -> list[str]:
    """Files that are still there, without the empty house."""
    home = data / "launch-ready"
    return sorted(path.relative_to(home).as_posix() for path in home.rglob("*") if path.is_file())
