"""mucspec for pytest: scenario files as items (`--mucspec-client`), and the fixtures that begin with `muc_`.

No other project has a package of this name, and nothing here imports `harness`, `mockserver` or `reports`: a repository
with such folders of its own may be first on the path. The work is done by a process of our own (`mucspec_pytest.link`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .occupant import MucOccupant
    from .room import MucRoom
    from .server import Fault, MucServer

FAIL_ON = ("violation", "consistency", "warning")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--mucspec-...`; without a client or a driver none of them does anything."""
    group = parser.getgroup("mucspec", "XMPP group chat: scenario files against a client library")
    add = group.addoption
    add(
        "--mucspec-client",
        default="",
        metavar="CLIENT",
        help="Collect scenario files (scenarios/**/*.toml) and play them against this client:"
        " NAME, NAME==VERSION or NAME@PATH, as `mucspec run` takes it.",
    )
    add("--mucspec-env", default="", metavar="PATH", help="A Python or environment that has the library.")
    add("--mucspec-driver", default="", metavar="CMD", help="Any program that speaks the driver protocol.")
    add("--mucspec-corpus", action="store_true", help="Collect mucspec's own scenarios too.")
    add("--mucspec-jobs", type=int, default=0, metavar="N", help="At most N scenarios at a time.")
    add("--mucspec-timeout-factor", type=float, default=1.0, metavar="X", help="More patience (5 s each).")
    add(
        "--mucspec-personality",
        default="",
        metavar="P",
        help="Scenarios, and muc_server, with a service that is like this one: prosody, ejabberd, ...",
    )
    add(
        "--mucspec-fault",
        action="append",
        default=[],
        metavar="WORDS",
        help="Goes wrong in every scenario, `drop presence times=1` for instance; may be repeated.",
    )
    add("--mucspec-known", default="", metavar="FILE", help="Failures that are known.")
    add(
        "--mucspec-fail-on",
        choices=FAIL_ON,
        default="consistency",
        help="The least grave failure that counts; others are xfailed. [consistency]",
    )
    add("--mucspec-strict", action="store_true", help="Warnings, notes and robustness count too.")
    add("--mucspec-offline", action="store_true", help="Install nothing; only environments that are there.")
    add("--mucspec-out", default="", metavar="DIR", help="Keep the record there (`mucspec report` renders it).")


def pytest_configure(config: pytest.Config) -> None:
    """Scenario files are looked for only where a client is named."""
    if config.getoption("mucspec_client") or config.getoption("mucspec_driver"):
        from .collecting import Scenarios

        config.pluginmanager.register(Scenarios(config), "mucspec_scenarios")


@pytest.fixture(scope="session")
def muc_server_options() -> dict[str, Any]:
    """How `muc_server` is started: domain, muc_domain, tls, personality. Override it to change that."""
    return {}


@pytest.fixture(scope="session")
def muc_server(pytestconfig: pytest.Config, muc_server_options: dict[str, Any]) -> Iterator[MucServer]:
    """An XMPP server with a complete MUC service, in a process of its own: host, port, ca, account(), room()."""
    from .serving import serving

    with serving(pytestconfig, **muc_server_options) as server:
        yield server


@pytest.fixture
def muc_room(muc_server: MucServer) -> Iterator[Callable[..., MucRoom]]:
    """Makes rooms that are gone after the test: muc_room(occupants=["gower"], config={"membersonly": True})."""
    rooms: list[MucRoom] = []

    def make(name: str = "", **setup: Any) -> MucRoom:
        rooms.append(muc_server.room(name, **setup))
        return rooms[-1]

    yield make
    for room in rooms:
        room.close()


@pytest.fixture
def muc_occupant(muc_server: MucServer) -> Iterator[Callable[..., MucOccupant]]:
    """Seats puppets that are gone after the test: muc_occupant(room, "gower", affiliation="owner"), of account jid."""
    from .occupant import MucOccupant

    seated: list[MucOccupant] = []

    def seat(room: MucRoom, nick: str, *, jid: str = "", role: str = "", affiliation: str = "") -> MucOccupant:
        room.enter(nick, jid=jid, role=role, affiliation=affiliation)
        seated.append(MucOccupant(room, nick))
        return seated[-1]

    yield seat
    for occupant in seated:
        occupant.leave()


@pytest.fixture
def muc_faults(muc_server: MucServer) -> Iterator[Callable[..., Fault]]:
    """Makes something go wrong until the test ends: muc_faults("drop presence to=pistol times=1") (docs/faults.md)."""
    begun: list[Fault] = []

    def begin(words: str, /, **keys: Any) -> Fault:
        begun.append(muc_server.fault(words, **keys))
        return begun[-1]

    yield begin
    for fault in begun:
        fault.cancel()


@pytest.fixture
def muc_personality(muc_server: MucServer) -> Iterator[Callable[[str], None]]:
    """Has the service behave like another until the test ends: muc_personality("prosody") (docs/personalities.md)."""
    worn = next(each.name for each in muc_server.personalities if each.worn)
    yield muc_server.personality
    muc_server.personality(worn)
