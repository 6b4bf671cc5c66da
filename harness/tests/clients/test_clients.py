"""Client libraries over the transports that they support: what they tell, and what the server has heard of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from .places import PROGRAMS, Finder, Missing, Place, compiled, driven, in_browser, with_glib, with_npm
from .visits import ENTRANCES, Server, serving, visit

TLS = ("starttls", "tls", "wss", "https")


@dataclass(frozen=True, slots=True)
class Library:
    """A client library; `over` are the transports that it has."""

    find: Finder
    over: tuple[str, ...]


# ws and xhr2: what browsers have, and Node.js has not or not in every version
XMPP_CLIENT = {"@xmpp/client": "0.14.0", "ws": "8.23.0"}
STROPHE = {"strophe.js": "5.0.0", "@xmldom/xmldom": "0.9.12", "saxes": "6.0.0", "ws": "8.23.0", "xhr2": "0.2.1"}
LIBRARIES = {
    "slixmpp": Library(driven("slixmpp"), ("tcp", "starttls", "tls")),
    "aioxmpp": Library(driven("aioxmpp"), ("tcp", "starttls", "tls")),
    "nbxmpp": Library(with_glib("nbxmpp"), ("tcp", "starttls", "tls", "ws", "wss")),
    "xmpp_client": Library(with_npm("xmpp_client", XMPP_CLIENT), ("tcp", "starttls", "tls", "ws", "wss")),
    "strophe": Library(with_npm("strophe", STROPHE), ("ws", "wss", "bosh", "https")),
    # no TLS: a browser cannot be told of an authority from outside
    "browser": Library(in_browser(STROPHE), ("ws", "bosh")),
    "libstrophe": Library(
        compiled("with_libstrophe.c", "libstrophe", package="libstrophe-dev"), ("tcp", "starttls", "tls")
    ),
    # no https: its second connection with TLS fails in the library, and ends the program (1.0.24, GnuTLS)
    "gloox": Library(compiled("with_gloox.cpp", "gloox", package="libgloox-dev"), ("tcp", "starttls", "tls", "bosh")),
    # no TLS from the first byte: it sends the header of the stream twice (1.4.0)
    "qxmpp": Library(
        compiled("with_qxmpp.cpp", "qxmpp", "Qt5Network", "Qt5Xml", package="libqxmpp-dev"), ("tcp", "starttls")
    ),
}
MATRIX = [(name, transport) for name, library in LIBRARIES.items() for transport in library.over]
SECURED = [(name, transport) for name, transport in MATRIX if transport in TLS]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for all visits, each of which has a room of its own."""
    with serving(tmp_path_factory.mktemp("server")) as started:
        yield started


def place_of(name: str) -> Place:
    """Where it is; the test is skipped by name where it is not."""
    try:
        return LIBRARIES[name].find()
    except Missing as complaint:
        pytest.skip(f"{name}: {complaint}")


@pytest.mark.parametrize(("name", "transport"), MATRIX)
def test_a_library_visits_a_room(server: Server, name: str, transport: str) -> None:
    """It logs in, joins, talks, is renamed and leaves; what it tells and what the server heard are one story."""
    room = f"{name}-{transport}@conference.localhost"
    found = visit(server, place_of(name), transport, room)
    assert found.events == [
        {"event": "connected", "jid": "bot@localhost"},
        {"event": "joined", "nick": "bot"},
        {"event": "message", "body": "Good morrow!"},
        {"event": "renamed", "nick": "robot"},
        {"event": "left"},
    ], found.complaints
    assert found.status == 0, found.complaints
    assert server.told(room) == [
        ("presence", "", "bot"),
        ("message", "groupchat", ""),
        ("presence", "", "robot"),
        ("presence", "unavailable", ""),
    ]


@pytest.mark.parametrize(("name", "transport"), SECURED)
def test_a_library_that_does_not_know_our_authority_goes_no_further(server: Server, name: str, transport: str) -> None:
    """So the visits above were verified."""
    room = f"{name}-{transport}-alone@conference.localhost"
    found = visit(server, place_of(name), transport, room, trusting=False)
    assert (found.events, found.status != 0, server.told(room)) == ([], True, [])


def test_every_program_is_in_the_table_and_every_way_in_is_tried() -> None:
    """Nothing is left out without a word."""
    programs = {path.stem.removeprefix("with_") for path in PROGRAMS.glob("with_*")}
    assert programs == set(LIBRARIES)
    assert {transport for _, transport in MATRIX} == set(ENTRANCES)


def test_what_is_missing_is_said_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Which library, and what would help."""
    monkeypatch.setenv("PATH", str(tmp_path))
    for name, told in (("strophe", "strophe: there is no node"), ("gloox", "gloox: there is no g++")):
        with pytest.raises(pytest.skip.Exception, match=told):
            place_of(name)
