"""A vault in the folder of the test, with a keyring in memory."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.wizard.vault import keyrings
from tests.wizard.vault.keyrings import MemoryKeyring, calls_to
from wizard.vault.vault import Vault


@pytest.fixture
def backend() -> MemoryKeyring:
    return MemoryKeyring()


@pytest.fixture
def vault(tmp_path: Path, backend: MemoryKeyring) -> Vault:
    return Vault(tmp_path / "home", calls_to(backend))


@pytest.fixture(autouse=True)
def no_thread_is_left() -> Iterator[None]:
    yield
    while keyrings.made:
        keyrings.made.pop().close()
