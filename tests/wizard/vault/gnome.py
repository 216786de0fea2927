"""A real gnome-keyring on a message bus of its own, in a folder of the test."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import jeepney  # type: ignore[import-untyped]
from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]

from tests.checks.debian import program

BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:tmpdir={folder}</listen><auth>EXTERNAL</auth>
<policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/>
</policy>
</busconfig>
"""


class Desktop:
    """The bus runs while the object lives; the keyring daemon comes and goes. Nothing starts it by itself."""

    def __init__(self, folder: Path) -> None:
        self.home = folder
        self._password = secrets.token_hex(8).encode()
        (folder / "run").mkdir(mode=0o700)
        settings = folder / "bus.conf"
        settings.write_text(BUS.format(folder=folder), encoding="ascii")
        command = [program("dbus-daemon"), f"--config-file={settings}", "--nofork", "--print-address=1"]
        self._bus = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._bus.stdout is not None
        self.address = self._bus.stdout.readline().strip()
        self.daemon: subprocess.Popen[bytes] | None = None

    @property
    def environment(self) -> dict[str, str]:
        told = {"HOME": str(self.home), "XDG_RUNTIME_DIR": str(self.home / "run")}
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "DISPLAY"))}
        return {**kept, **told, "DBUS_SESSION_BUS_ADDRESS": self.address}

    def start(self, *, unlocked: bool = True) -> None:
        command = [program("gnome-keyring-daemon"), "--foreground", "--components=secrets"]
        if unlocked:
            command.append("--unlock")
        self.daemon = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=self.environment,
        )
        assert self.daemon.stdin is not None
        self.daemon.stdin.write(self._password if unlocked else b"")
        self.daemon.stdin.close()
        self._wait_until_owned()

    def _wait_until_owned(self) -> None:
        until = time.monotonic() + 10
        with open_dbus_connection(self.address) as bus:
            names = jeepney.DBusAddress(
                "/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus"
            )
            ask = jeepney.new_method_call(names, "NameHasOwner", "s", ("org.freedesktop.secrets",))
            while time.monotonic() < until:
                if bus.send_and_get_reply(ask, timeout=5).body == (True,):
                    return
                time.sleep(0.01)
        raise AssertionError("gnome-keyring did not come up")

    def kill(self) -> None:
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait()
            self.daemon = None

    def close(self) -> None:
        self.kill()
        self._bus.terminate()
        self._bus.wait()
        if self._bus.stdout is not None:
            self._bus.stdout.close()


@contextlib.contextmanager
def desktop(folder: Path) -> Iterator[Desktop]:
    program("gnome-keyring-daemon")
    place = Desktop(folder)
    try:
        yield place
    finally:
        place.close()


@contextlib.contextmanager
def prompter_that_nobody_answers(address: str) -> Iterator[None]:
    """Stands where the desktop's password window would, says that it is shown, and leaves it at that."""
    with open_dbus_connection(address) as bus:
        names = jeepney.DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", "org.freedesktop.DBus")
        bus.send_and_get_reply(
            jeepney.new_method_call(names, "RequestName", "su", ("org.gnome.keyring.SystemPrompter", 0)),
            timeout=5,
        )
        over = threading.Event()

        def answer() -> None:
            while not over.is_set():
                with contextlib.suppress(TimeoutError):
                    message = bus.receive(timeout=0.05)
                    if message.header.message_type is jeepney.MessageType.method_call:
                        bus.send(jeepney.new_method_return(message))

        thread = threading.Thread(target=answer)
        thread.start()
        try:
            yield
        finally:
            over.set()
            thread.join()
