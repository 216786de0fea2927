"""The made-up startup of the demo, run as a child process that dies with us."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from checks.target import Endpoint, EndpointKind, Host, HostRole, MailDomain
from checks.world import NetworkOptions, Server

_KEPT_VARIABLES = ("PATH", "SYSTEMROOT", "SYSTEMDRIVE", "TEMP", "TMP", "TMPDIR")
"""What a Python process needs of its surroundings; everything else stays with us, tokens above all."""
_LONGEST_LINE = 1 << 20


class DemoUnavailable(Exception):
    """The made-up startup did not start, or stopped answering. The text says what to do."""


@dataclass(frozen=True, slots=True)
class DemoFault:
    """One thing that can be made to go wrong. `breaks`: result ids; `blinds`: subjects."""

    id: str
    title: str
    story: str
    breaks: frozenset[str]
    blinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class DemoStartup:
    """What the made-up founder would type: all of it is known and confirmed."""

    domain: str
    product: str
    hosts: tuple[Host, ...]
    endpoints: tuple[Endpoint, ...]
    mail_domains: tuple[MailDomain, ...]
    faults: tuple[DemoFault, ...]
    states: Mapping[str, tuple[str, ...]]


class DemoSandbox:
    """`async with DemoSandbox() as demo:` runs the made-up startup; `demo.options` leads World into it.

    `deadline` in seconds holds for the start and for each command; `delay_ms` is added to every round trip.
    Raises DemoUnavailable from entering, `set_state` and `set_faults`.
    """

    def __init__(self, *, state: str = "fixed", delay_ms: float = 0.0, deadline: float = 15.0) -> None:
        self._arguments = [f"--state={state}", f"--delay-ms={delay_ms:g}"]
        self._deadline = deadline
        self._process: asyncio.subprocess.Process | None = None
        self._complaints = bytearray()
        self._listening: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()
        self._options: NetworkOptions | None = None
        self._startup: DemoStartup | None = None

    @property
    def options(self) -> NetworkOptions:
        if self._options is None:
            raise DemoUnavailable("The demo has not been started.")
        return self._options

    @property
    def startup(self) -> DemoStartup:
        if self._startup is None:
            raise DemoUnavailable("The demo has not been started.")
        return self._startup

    @property
    def process_id(self) -> int | None:
        """None while it does not run."""
        return None if self._process is None else self._process.pid

    async def __aenter__(self) -> Self:
        try:
            await self._start()
        except BaseException:
            await self.stop()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def set_state(self, name: str) -> None:
        """Become the state of this name ("broken", "fixed") for every connection made from now on."""
        await self._command({"state": name})

    async def set_faults(self, ids: Iterable[str]) -> None:
        """Have exactly these faults for every connection made from now on."""
        await self._command({"faults": sorted(ids)})

    async def _start(self) -> None:
        try:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-m",
                "checks.sandbox",
                *self._arguments,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                limit=_LONGEST_LINE,
                env={name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ},
                **_detached(),
            )
        except OSError as error:
            raise DemoUnavailable(f"The demo could not be started: {error}.") from error
        self._listening = asyncio.create_task(self._keep_complaints(self._process))
        told = await self._read_line()
        try:
            self._options, self._startup = _options_of(told), _startup_of(told)
        except (KeyError, TypeError, ValueError) as error:
            raise DemoUnavailable("The demo said something unexpected.") from error

    async def _keep_complaints(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        while chunk := await process.stderr.read(4096):
            self._complaints += chunk
            del self._complaints[:-4096]

    async def _command(self, command: Mapping[str, object]) -> None:
        async with self._lock:
            process = self._process
            if process is None or process.stdin is None:
                raise DemoUnavailable("The demo is not running.")
            with contextlib.suppress(ConnectionError):
                process.stdin.write(json.dumps(command).encode() + b"\n")
                await process.stdin.drain()
            answer = await self._read_line()
        if "error" in answer:
            raise DemoUnavailable(f"The demo did not understand: {answer['error']}.")

    async def _read_line(self) -> dict[str, Any]:
        assert self._process is not None and self._process.stdout is not None
        try:
            async with asyncio.timeout(self._deadline):
                line = await self._process.stdout.readline()
        except TimeoutError as error:
            raise DemoUnavailable(
                f"The demo did not answer within {self._deadline:g} seconds. Is this computer very busy?"
            ) from error
        if not line:
            raise DemoUnavailable(await self._why_it_ended())
        try:
            told = json.loads(line)
        except ValueError as error:
            raise DemoUnavailable("The demo said something that is no JSON.") from error
        if not isinstance(told, dict):
            raise DemoUnavailable("The demo said something unexpected.")
        return told

    async def _why_it_ended(self) -> str:
        if self._listening is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(asyncio.shield(self._listening), 1.0)
        said = self._complaints.decode("utf-8", "replace").strip().splitlines()
        reason = f": {said[-1]}" if said else ""
        return f"The demo's own process ended{reason}. Install Launch Ready into a fresh environment and try again."

    async def stop(self) -> None:
        """End the child: by closing its standard input, and by force when it does not take the hint."""
        process, self._process = self._process, None
        if process is not None:
            if process.stdin is not None:
                process.stdin.close()
            try:
                async with asyncio.timeout(3.0):
                    await process.wait()
            except TimeoutError:
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
        listening, self._listening = self._listening, None
        if listening is not None:
            listening.cancel()
            await asyncio.gather(listening, return_exceptions=True)


def _detached() -> dict[str, Any]:
    """Ctrl+C in the terminal must not reach the child: it ends when we close its standard input."""
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def _options_of(told: Mapping[str, Any]) -> NetworkOptions:
    return NetworkOptions(
        resolvers=tuple(Server(address, port) for address, port in told["resolvers"]),
        connect_to={(place, port): (to, to_port) for place, port, to, to_port in told["connect_to"]},
        silent=frozenset((address, port) for address, port in told["silent"]),
        only_mapped=True,
        ca_file=Path(told["ca_file"]),
    )


def _startup_of(told: Mapping[str, Any]) -> DemoStartup:
    return DemoStartup(
        domain=told["domain"],
        product=told["product"],
        hosts=tuple(Host(row["name"], HostRole(row["role"])) for row in told["hosts"]),
        endpoints=tuple(
            Endpoint(row["url"], EndpointKind(row["kind"]), row["method"], row["side_effects"])
            for row in told["endpoints"]
        ),
        mail_domains=tuple(MailDomain(row["name"], tuple(row["selectors"])) for row in told["mail_domains"]),
        faults=tuple(
            DemoFault(
                row["id"], row["title"], row["story"], frozenset(row["breaks"]), frozenset(row["blinds"])
            )
            for row in told["faults"]
        ),
        states={name: tuple(ids) for name, ids in told["states"].items()},
    )
