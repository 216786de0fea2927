"""How this computer reaches the outside, from the options. Apart from reading.py, because the wizard's start waits."""

from __future__ import annotations

import argparse
from pathlib import Path

from checks.network import NetworkOptions, Server
from screens.exits import UsageError


def network(values: argparse.Namespace) -> NetworkOptions:
    if values.only_mapped and not values.connect_to:
        raise UsageError("--only-mapped without a --connect-to leaves nothing to dial.")
    return NetworkOptions(
        resolvers=tuple(Server(address, port) for address, port in values.resolver),
        connect_to=dict(values.connect_to),
        only_mapped=values.only_mapped,
        ca_file=None if values.ca_file is None else _ca_file(Path(values.ca_file)),
    )


def _ca_file(path: Path) -> Path:
    import ssl

    try:
        text = path.read_text(encoding="ascii")
        ssl.create_default_context(cadata=text)
    except OSError as error:
        raise UsageError(
            f"--ca-file {path} cannot be read: {error.strerror or 'no reason given'}."
        ) from error
    except (ValueError, ssl.SSLError) as error:
        raise UsageError(f"--ca-file {path} holds no certificate in PEM form.") from error
    return path
