"""A process that answers without end, for tests that kill it: prints what was acknowledged, one number a line.

python -m tests.wizard.vault.writer HOME PROJECT BACKEND, where BACKEND is a folder or "secret-service".
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.wizard.vault.keyrings import FolderKeyring, calls_to
from wizard.vault.keyring_calls import KeyringCalls
from wizard.vault.vault import Vault


def keyring_at(place: str) -> KeyringCalls:
    if place != "secret-service":
        return calls_to(FolderKeyring(Path(place)))
    from keyring.backends.SecretService import Keyring

    return KeyringCalls(Keyring)


def content(n: int) -> dict[str, object]:
    """150 answers, the last of which is `n`."""
    answers = {f"q{i}": {"value": f"answer {i} " * 12, "by": "Ana", "on": "2026-11-24"} for i in range(150)}
    return {"n": n, "answers": answers}


def main(home: str, project: str, place: str) -> None:
    store = Vault(Path(home), keyring_at(place)).open(bytes.fromhex(project))
    n = int(store.content["n"])
    while True:
        n += 1
        store.save(content(n))
        os.write(1, f"{n}\n".encode())
        if n % 7 == 0:
            store.add_run({"run": n})


if __name__ == "__main__":
    main(*sys.argv[1:])
