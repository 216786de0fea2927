"""The made-up world while it runs: name servers, doors, and the one state that all of them follow."""

from __future__ import annotations

from pathlib import Path

from checks.sandbox.certificates import Authority
from checks.sandbox.dns_server import NameServer
from checks.sandbox.doors import Listener
from checks.sandbox.sockets import LOOPBACK
from checks.sandbox.startup import NAME_SERVERS
from checks.sandbox.state import Place, State


class RunningWorld:
    """Serves `state` on loopback. `delay` in seconds is added to every round trip."""

    def __init__(self, state: State, folder: Path, delay: float = 0.0) -> None:
        self._state = state
        self._authority = Authority(folder)
        self._name_servers = {
            (address, 53): NameServer(self.state, delay) for address in NAME_SERVERS.values()
        }
        self._listeners = {
            place: Listener(place, self.state, self._authority, delay) for place in state.doors
        }

    @property
    def ca_file(self) -> Path:
        return self._authority.ca_file

    def state(self) -> State:
        return self._state

    async def start(self) -> None:
        for server in self._name_servers.values():
            await server.start()
        await self.switch(self._state)

    async def switch(self, state: State) -> None:
        """Be `state` from now on. Its doors are those of the first state, open or closed.

        On return every door follows it and nobody is served from the old state any more.
        """
        self._state = state
        for place, door in state.doors.items():
            await self._listeners[place].follow(door)

    def connect_to(self) -> dict[Place, Place]:
        """Where each place of the made-up world really is."""
        servers = {place: (LOOPBACK, server.port) for place, server in self._name_servers.items()}
        doors = {place: (LOOPBACK, listener.port) for place, listener in self._listeners.items()}
        return {**servers, **doors}

    def stop(self) -> None:
        for server in self._name_servers.values():
            server.stop()
        for listener in self._listeners.values():
            listener.stop()
