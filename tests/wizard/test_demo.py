"""The demo's child process as its parent sees it: data, commands, and plain words when it does not work."""

from __future__ import annotations

import asyncio
import stat
import sys
import time
from pathlib import Path

import pytest

from checks.target import Endpoint, EndpointKind, Host, HostRole, MailDomain
from checks.world import Server
from wizard.demo import DemoSandbox, DemoUnavailable

pytestmark = pytest.mark.filterwarnings("error::ResourceWarning")


async def test_it_tells_all_that_the_demo_needs() -> None:
    async with DemoSandbox() as demo:
        assert demo.options.resolvers == (Server("192.0.2.53", 53),)
        assert demo.options.only_mapped
        assert demo.options.connect_to["192.0.2.10", 443][0] == "127.0.0.1"
        assert ("198.51.100.66", 443) in demo.options.silent
        assert demo.options.ca_file is not None and demo.options.ca_file.exists()
        startup = demo.startup
        assert startup.domain == "plumline.example"
        assert Host("app.plumline.example", HostRole.APP) in startup.hosts
        assert startup.mail_domains == (MailDomain("plumline.example", ("pm2026",)),)
        assert (
            Endpoint(
                "https://api.plumline.example/v1/review", EndpointKind.GENERATION, "POST", side_effects=True
            )
            in startup.endpoints
        )
        fault = next(fault for fault in startup.faults if fault.id == "app-down")
        assert "edge.host-answers@app.plumline.example" in fault.breaks
        assert startup.states["fixed"] == ()
    assert not demo.options.ca_file.exists()


async def _answers(demo: DemoSandbox, address: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(*demo.options.connect_to[address, port])
    except ConnectionRefusedError:
        return False
    writer.close()
    await writer.wait_closed()
    return True


async def test_faults_are_switched_while_it_runs() -> None:
    async with DemoSandbox() as demo:
        await demo.set_faults({"app-down"})
        assert not await _answers(demo, "198.51.100.20", 443)
        await demo.set_state("fixed")
        assert await _answers(demo, "198.51.100.20", 443)
        # Commands that overlap are told one after the other.
        await asyncio.gather(*(demo.set_faults([id]) for id in ("app-down", "mx-missing") * 5))
        assert await _answers(demo, "198.51.100.20", 443)


async def test_an_unknown_fault_is_told_and_the_demo_goes_on() -> None:
    async with DemoSandbox() as demo:
        with pytest.raises(DemoUnavailable, match="no fault is called nonsense"):
            await demo.set_faults(["nonsense"])
        await demo.set_state("broken")


async def test_a_stopped_demo_says_that_it_is_not_running() -> None:
    demo = DemoSandbox()
    with pytest.raises(DemoUnavailable, match="has not been started"):
        _ = demo.options
    async with demo:
        pass
    await demo.stop()
    with pytest.raises(DemoUnavailable, match="not running"):
        await demo.set_state("fixed")


def _names_in(folder: Path) -> list[str]:
    return [entry.name for entry in folder.iterdir()]


def _environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


@pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="needs /proc")
async def test_the_child_gets_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDFLARE_API_TOKEN", "hidden-from-children")
    async with DemoSandbox() as demo:
        assert demo.process_id is not None
        kept = _environment_of(demo.process_id)
    assert b"PATH=" in kept
    assert b"hidden-from-children" not in kept


async def test_a_folder_with_a_package_of_the_same_name_is_not_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the wizard is started inside a client's repository that has a folder named checks."""
    trap = tmp_path / "checks"
    trap.mkdir()
    (trap / "__init__.py").write_text("import pathlib; pathlib.Path('sprung').touch(); raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    async with DemoSandbox() as demo:
        await demo.set_state("broken")
    assert _names_in(tmp_path) == ["checks"]


def _instead(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    """Have a shell script run where Python would."""
    program = folder / "python"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(sys, "executable", str(program))


@pytest.mark.skipif(sys.platform == "win32", reason="uses shell scripts")
@pytest.mark.parametrize(
    ("script", "sentence"),
    [
        ("echo 'No module named checks' >&2; exit 1", "ended: No module named checks"),
        ("exit 3", "process ended"),
        ("echo hello", "no JSON"),
        ("echo '[1]'; cat", "unexpected"),
        ("echo '{}'; cat", "unexpected"),
        ("exec sleep 30", "within 0.5 seconds"),
    ],
)
async def test_a_demo_that_does_not_start_says_why(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, sentence: str
) -> None:
    _instead(tmp_path, monkeypatch, script)
    started = time.monotonic()
    with pytest.raises(DemoUnavailable, match=sentence):
        async with DemoSandbox(deadline=0.5):
            pass
    assert time.monotonic() - started < 5


async def test_a_python_that_is_not_there_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/no/such/python")
    with pytest.raises(DemoUnavailable, match="could not be started"):
        async with DemoSandbox():
            pass


async def test_leaving_in_the_middle_of_the_start_ends_the_child() -> None:
    demo = DemoSandbox()
    starting = asyncio.ensure_future(demo.__aenter__())
    while demo.process_id is None:  # noqa: ASYNC110
        await asyncio.sleep(0)
    starting.cancel()
    await asyncio.gather(starting, return_exceptions=True)
    assert starting.cancelled()
    assert demo.process_id is None
