"""Real servers from Debian, each started in a folder of the test, on loopback, as whoever runs the tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SYSTEM_PATH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/local/sbin", "/usr/sbin", "/sbin"])
START_SECONDS = 10


def program(name: str) -> str:
    """Where the server is. Skips the test where it is missing; fails it where the run demands it (`.ci/run`)."""
    found = shutil.which(name, path=SYSTEM_PATH)
    if found is None:
        missing = f"{name} is not installed"
        if os.environ.get("LAUNCH_READY_REQUIRE_SERVICES") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    return found


def free_port() -> int:
    """A port of loopback that is free for UDP and TCP at this moment."""
    for _ in range(50):
        with (
            socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tcp,
            socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp,
        ):
            tcp.bind(("127.0.0.1", 0))
            port = int(tcp.getsockname()[1])
            try:
                udp.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise AssertionError("no port free for both UDP and TCP")


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    with log.open("wb") as output:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
    try:
        _wait_for(process, port, log)
        yield
    finally:
        process.terminate()
        try:
            process.wait(START_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"{process.args!r} does not answer: {log.read_text(errors='replace')}")


@contextmanager
def nsd(folder: Path, zones: dict[str, str]) -> Iterator[int]:
    """NSD serving `zones` (name -> zone file), over UDP and TCP; gives the port."""
    server, port = program("nsd"), free_port()
    written = [
        "server:",
        f"  ip-address: 127.0.0.1@{port}",
        '  username: ""',
        '  chroot: ""',
        '  database: ""',
        f'  zonesdir: "{folder}"',
        *(f'  {name}: "{folder / name}"' for name in ("pidfile", "zonelistfile", "xfrdfile", "xfrdir")),
        "  server-count: 1",
        "remote-control:",
        "  control-enable: no",
    ]
    (folder / "xfrdir").mkdir()
    for name, zone in zones.items():
        (folder / f"{name}.zone").write_text(zone, encoding="ascii")
        written += ["zone:", f'  name: "{name}"', f'  zonefile: "{name}.zone"']
    settings = folder / "nsd.conf"
    settings.write_text("\n".join(written) + "\n", encoding="ascii")
    with _running([server, "-d", "-c", str(settings)], port, folder / "nsd.log"):
        yield port


@contextmanager
def nginx(folder: Path, servers: str, *ports: int) -> Iterator[None]:
    """nginx with the `server` blocks of `servers`, which listen on `ports`."""
    server = program("nginx")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "\n".join(f"  {kind}_temp_path {folder}/{kind};" for kind in kinds)
    settings = folder / "nginx.conf"
    settings.write_text(
        f"daemon off;\nmaster_process off;\npid {folder}/nginx.pid;\nerror_log stderr warn;\n"
        f"events {{}}\nhttp {{\n  access_log off;\n{temporary}\n{servers}\n}}\n",
        encoding="utf-8",
    )
    with _running(
        [server, "-e", "stderr", "-p", str(folder), "-c", str(settings)], ports[0], folder / "nginx.log"
    ):
        yield
