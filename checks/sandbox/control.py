"""How the sandbox talks with its parent: its map as one JSON line, then a line of answer for each line of command."""

from __future__ import annotations

import asyncio
import json
import sys
import threading
from typing import Any

from checks.sandbox.faults import FAULTS, STATES, with_faults
from checks.sandbox.pages import DOMAIN
from checks.sandbox.startup import (
    ENDPOINTS,
    HOST_ROLES,
    PRODUCT,
    RESOLVER,
    SELECTOR,
    SILENT,
    fixed_state,
)
from checks.sandbox.world import RunningWorld


def describe(world: RunningWorld) -> dict[str, Any]:
    """The map: everything a parent needs to look at this world and to change it."""
    return {
        "format": 1,
        "domain": DOMAIN,
        "product": PRODUCT,
        "resolvers": [[RESOLVER, 53]],
        "connect_to": [[*place, *real] for place, real in world.connect_to().items()],
        "silent": [list(place) for place in SILENT],
        "ca_file": str(world.ca_file),
        "hosts": [{"name": name, "role": role} for name, role in HOST_ROLES.items()],
        "endpoints": list(ENDPOINTS),
        "mail_domains": [{"name": DOMAIN, "selectors": [SELECTOR]}],
        "faults": [
            {
                "id": fault.id,
                "title": fault.title,
                "story": fault.story,
                "breaks": sorted(fault.breaks),
                "blinds": sorted(fault.blinds),
            }
            for fault in FAULTS
        ],
        "states": {name: list(ids) for name, ids in STATES.items()},
    }


def wanted_faults(line: str) -> tuple[str, ...]:
    """The faults that a command asks for. Raises ValueError, with a sentence, on anything else."""
    command = json.loads(line)
    match command:
        case {"state": str(name)} if name in STATES:
            return STATES[name]
        case {"faults": [*ids]} if all(isinstance(id, str) for id in ids):
            return tuple(ids)
    raise ValueError("a command is {'faults': [ids]} or {'state': 'broken' or 'fixed'}")


async def obey(world: RunningWorld, line: str) -> dict[str, Any]:
    try:
        ids = wanted_faults(line)
        state = with_faults(fixed_state(), ids)
    except (ValueError, KeyError) as error:
        return {"error": str(error.args[0])}
    await world.switch(state)
    return {"faults": list(ids)}


def _say(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value) + "\n")
    sys.stdout.flush()


def _lines_of_stdin() -> asyncio.Queue[str]:
    """Lines as they come, "" at the end. By a thread: Windows cannot wait for a pipe in its event loop."""
    loop = asyncio.get_running_loop()
    lines: asyncio.Queue[str] = asyncio.Queue()

    def read() -> None:
        for line in sys.stdin:
            loop.call_soon_threadsafe(lines.put_nowait, line)
        loop.call_soon_threadsafe(lines.put_nowait, "")

    threading.Thread(target=read, name="stdin", daemon=True).start()
    return lines


async def serve(world: RunningWorld) -> None:
    """Run until the parent closes our standard input, which its end does too."""
    await world.start()
    lines = _lines_of_stdin()
    try:
        _say(describe(world))
        while line := await lines.get():
            if line.strip():
                _say(await obey(world, line))
    finally:
        world.stop()
