"""A server, a room on it and a client in the room, for the tests of what the fixtures can do."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from mucspec_pytest.room import MucRoom
from mucspec_pytest.server import MucServer

from ..wire_client import WireClient, opened, seated, served


@pytest.fixture(scope="module")
def server() -> Iterator[MucServer]:
    """One for all: each test has a room and a client of its own."""
    with served() as made:
        yield made


@pytest.fixture
def room(server: MucServer) -> Iterator[MucRoom]:
    """Fluellen owns it, gower is in it; both are puppets."""
    with opened(server) as made:
        yield made


@pytest.fixture
def pistol(server: MucServer, room: MucRoom) -> Iterator[WireClient]:
    """A client in the room."""
    with seated(server, room) as client:
        yield client
