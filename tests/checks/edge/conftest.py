from __future__ import annotations

import pytest

from tests.checks.edge.chains import Authorities


@pytest.fixture(scope="module")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> Authorities:
    return Authorities(tmp_path_factory.mktemp("authorities"))
