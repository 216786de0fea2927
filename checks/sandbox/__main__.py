"""`python -I -m checks.sandbox [--delay-ms N] [--state NAME]`: a made-up startup on loopback, until stdin ends."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import tempfile
from pathlib import Path

from checks.sandbox.control import serve
from checks.sandbox.faults import STATES, with_faults
from checks.sandbox.startup import fixed_state
from checks.sandbox.world import RunningWorld


async def _run(state: str, delay: float, folder: Path) -> None:
    # A client that hangs up in the middle is everyday life here, not news.
    asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
    await serve(RunningWorld(with_faults(fixed_state(), STATES[state]), folder, delay))


def main() -> None:
    parser = argparse.ArgumentParser(prog="checks.sandbox", description=__doc__)
    parser.add_argument("--delay-ms", type=float, default=0.0, help="time added to every round trip")
    parser.add_argument("--state", choices=sorted(STATES), default="fixed")
    options = parser.parse_args()
    # Ctrl+C goes to every process of the terminal; only the parent may decide when the demo ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with (
        tempfile.TemporaryDirectory(prefix="launch-ready-demo-") as folder,
        contextlib.suppress(BrokenPipeError),
    ):
        asyncio.run(_run(options.state, options.delay_ms / 1000, Path(folder)))


if __name__ == "__main__":
    main()
