"""What is trusted."""

from __future__ import annotations

from pathlib import Path

from checks.tls import client_context
from tests.checks.servers import Authority


def test_a_file_of_authorities_is_trusted_as_well_as_the_public_ones(tmp_path: Path) -> None:
    public = len(client_context().get_ca_certs())
    assert public > 50
    assert len(client_context(Authority(tmp_path, "Ours").ca_file).get_ca_certs()) == public + 1
