"""A whole audit of the demo with 50 ms added to every round trip, against its longest sequential chain of one host.

Run by hand: `.venv/bin/python -m tests.bench.bench_audit [runs]`. The bar is 1.5.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import replace

from checks.world import NetworkOptions
from wizard.demo import DemoSandbox, DemoStartup
from wizard.demo_project import demo_project
from wizard.session import Session

DELAY = 0.05
Trip = tuple[str, float, float]


def longest_chain(trips: list[Trip]) -> int:
    """How many of these round trips can stand strictly one after the other."""
    count, free_at = 0, float("-inf")
    for _, begin, end in sorted(trips, key=lambda trip: trip[2]):
        if begin >= free_at:
            count, free_at = count + 1, end
    return count


def chains_by_host(trips: list[Trip], startup: DemoStartup) -> dict[str, int]:
    """Longest chain of each host. Round trips to an address shared by names, and DNS of names that no host has,
    count for the domain."""
    hosts = {host.name for host in startup.hosts}
    rows: dict[str, list[Trip]] = {}
    for name, begin, end in trips:
        bare = name.removeprefix("dns:")
        rows.setdefault(bare if bare in hosts else startup.domain, []).append((bare, begin, end))
    return {host: longest_chain(own) for host, own in rows.items()}


async def audit(sandbox: DemoSandbox) -> tuple[float, dict[str, int]]:
    """Seconds that one audit took over the relay, and the chains it was made of."""
    entries = list(sandbox.options.connect_to.items())
    names: dict[str, str] = {}
    for host in sandbox.startup.hosts:
        names |= ADDRESSES.get(host.name, {})
    relay = subprocess.Popen(  # noqa: ASYNC220
        [sys.executable, "-m", "tests.bench.relay", str(DELAY)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert relay.stdin is not None and relay.stdout is not None
    relay.stdin.write(json.dumps([[names.get(a, a), p, to, tp] for (a, p), (to, tp) in entries]) + "\n")
    relay.stdin.flush()
    ports = json.loads(await asyncio.to_thread(relay.stdout.readline))
    mapped = {key: ("127.0.0.1", port) for (key, _), port in zip(entries, ports, strict=True)}
    options: NetworkOptions = replace(sandbox.options, connect_to=mapped)
    session = Session(demo_project(sandbox.startup), options)
    started = time.perf_counter()
    state = await session.look()
    took = time.perf_counter() - started
    assert all(r.outcome.value in ("pass", "not_applicable") for r in state.results if r.counts), [
        (r.id, r.summary) for r in state.results if r.outcome.value not in ("pass", "not_applicable")
    ]
    relay.stdin.close()
    trips = json.loads(await asyncio.to_thread(relay.stdout.readline))
    relay.wait()
    return took, chains_by_host([tuple(t) for t in trips], sandbox.startup)


ADDRESSES = {
    "app.plumline.example": {
        "198.51.100.20": "app.plumline.example",
        "2001:db8:20::1": "app.plumline.example",
    },
    "api.plumline.example": {
        "198.51.100.30": "api.plumline.example",
        "2001:db8:30::1": "api.plumline.example",
    },
    "docs.plumline.example": {
        "203.0.113.40": "docs.plumline.example",
        "2001:db8:40::1": "docs.plumline.example",
    },
    "staging.plumline.example": {
        "203.0.113.50": "staging.plumline.example",
        "2001:db8:50::1": "staging.plumline.example",
    },
}


async def main(runs: int) -> None:
    ratios = []
    async with DemoSandbox() as sandbox:
        for _ in range(runs):
            took, chains = await audit(sandbox)
            longest = max(chains.values())
            floor = longest * DELAY
            ratios.append(took / floor)
            print(
                f"audit {took:.2f} s, longest chain {longest} round trips = {floor:.2f} s: {took / floor:.2f}"
            )
    print(f"chains of the last run: {chains}")
    print(f"median ratio {statistics.median(ratios):.2f} (bar 1.5), first run {ratios[0]:.2f}")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
