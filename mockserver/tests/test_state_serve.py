"""Claims about `serve --state`: what leaves has been written before; who starts again finds it; how it can fail."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from twisted.internet.error import CannotListenError
from twisted.internet.testing import MemoryReactorClock

from mockserver.archive.store import Preferences
from mockserver.muc.jid import JID
from mockserver.muc.xml import parse
from mockserver.net.outbox import EARLY
from mockserver.serve import CannotServe, Running, ServeOptions, start

from .streams import Scene

LOUNGE = JID("lounge@conference.localhost")
JOIN = f"<presence to='{LOUNGE}/p'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
SAY = f"<message to='{LOUNGE}' type='groupchat'><body>a</body></message>"


# before anything leaves


def test_what_leaves_has_been_settled_before() -> None:
    """Once a turn for all streams; a client that got nothing yet cannot know of what is not written."""
    scene = Scene()
    talkers = [scene.log_in(user) for user in ("pistol", "gower")]
    unwritten: list[int] = []

    def settle() -> bool:
        unwritten.append(sum(len(t.transport.value()) for t in talkers))
        return True

    scene.porch.turns.settle = settle
    for talker in talkers:
        talker.protocol.dataReceived(b"<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")
    scene.clock.advance(0)
    assert unwritten[0] == 0
    assert all('id="1"' in talker.heard() for talker in talkers)


def test_so_has_what_is_too_long_to_wait_for_the_end_of_the_turn() -> None:
    """Streams are written early where much waits."""
    scene = Scene()
    talker = scene.log_in("pistol")
    told: list[int] = []
    scene.porch.turns.settle = lambda: told.append(len(talker.transport.value())) or True  # type: ignore[func-returns-value]
    talker.protocol.dataReceived(b"<message to='pistol@mucspec.invalid/x'><body>" + b"x" * EARLY + b"</body></message>")
    assert told == [0]
    assert len(talker.transport.value()) > EARLY


def test_what_may_not_leave_does_not() -> None:
    """Neither at the end of the turn nor when the stream ends."""
    scene = Scene()
    talker = scene.log_in("pistol")
    scene.porch.turns.settle = lambda: False
    assert talker.say("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>") == ""
    scene.porch.close()
    assert (talker.heard(), talker.transport.disconnecting) == ("", True)


def test_without_a_store_nobody_is_asked() -> None:
    """Nothing is in the way of a server that keeps nothing."""
    scene = Scene()
    talker = scene.log_in("pistol")
    assert (scene.porch.turns.settle, talker.protocol.outbox.settle) == (None, None)
    assert (type(scene.host.muc.rooms), type(scene.host.accounts.table)) == (dict, dict)


# a server that starts again


def serve(folder: Path, reactor: Any = None, **more: Any) -> tuple[Running, Any]:
    reactor = reactor or MemoryReactorClock()
    return start(ServeOptions(quiet=True, tls=False, port=0, state=str(folder), **more), reactor), reactor


def converse(running: Running, *stanzas: str) -> None:
    session = running.host.bind(JID("pistol@localhost"), "ship")
    for stanza in stanzas:
        running.porch.deliver(running.host.receive(parse(stanza), sender=session, now=1_800_000_000.0))


def end(reactor: Any) -> None:
    """As the end of the reactor does it."""
    for trigger, args, more in reactor.triggers["before"]["shutdown"]:
        trigger(*args, **more)


def test_the_end_of_the_server_makes_nobody_leave(tmp_path: Path) -> None:
    """A room that would go with its last occupant is there again, as it would be after a kill."""
    running, reactor = serve(tmp_path, instant_rooms=True)
    converse(running, JOIN, SAY)
    end(reactor)
    running, reactor = serve(tmp_path)
    room = running.host.muc.rooms[LOUNGE]
    assert ([entry.stanza.find("body", "jabber:client") is not None for entry in room.archive], room.occupants) == (
        [True],
        {},
    )
    end(reactor)


def test_what_nobody_was_told_of_is_written_too(tmp_path: Path) -> None:
    """At the end of the turn, with no stream to write to, and by whom it was done all the same."""
    running, reactor = serve(tmp_path)
    store, muc = running.store, running.host.muc
    assert store is not None
    for act in (
        lambda: converse(running, JOIN),
        lambda: muc.open_room(JID("harbour@conference.localhost"), now=1_800_000_000.0),
        lambda: running.host.archives.prefer(JID("pistol@localhost"), LOUNGE, Preferences("never")),
    ):
        written = store.written
        act()
        reactor.advance(0)
        assert store.written > written
    end(reactor)


def test_a_server_that_cannot_listen_frees_its_folder(tmp_path: Path) -> None:
    """So that the next one, with another port, can have it."""

    class Busy(MemoryReactorClock):
        def listenTCP(self, *args: Any, **more: Any) -> Any:
            raise CannotListenError("127.0.0.1", 5222, OSError("Address already in use"))

    with pytest.raises(CannotServe, match="another --port"):
        serve(tmp_path, Busy())
    _, reactor = serve(tmp_path)
    end(reactor)


def test_a_folder_in_use_is_refused_before_any_port_is_opened(tmp_path: Path) -> None:
    """In one line, and the first server goes on."""
    running, reactor = serve(tmp_path)
    other = MemoryReactorClock()
    with pytest.raises(CannotServe, match="is in use") as caught:
        serve(tmp_path, other)
    assert ("\n" in str(caught.value), other.tcpServers) == (False, [])
    converse(running, JOIN)
    reactor.advance(0)
    end(reactor)


def test_a_server_that_cannot_keep_what_happens_is_over(tmp_path: Path) -> None:
    """`over` says why, once; what could not be written does not leave."""
    running, reactor = serve(tmp_path)
    store = running.store
    assert store is not None and store._db is not None
    store._db.execute("PRAGMA max_page_count = 1")
    converse(running, JOIN, *[SAY.replace(">a<", f">{'x' * 5000}<")] * 20)
    reactor.advance(0)
    reactor.advance(0)
    complaints: list[str] = []
    running.over.addErrback(lambda failure: complaints.append(failure.getErrorMessage()))
    assert [line.partition(": ")[2] for line in complaints] == ["database or disk is full"]
    assert running.porch.turns.settle is not None and not running.porch.turns.settle()
    end(reactor)


def test_two_servers_on_two_folders_know_nothing_of_each_other(tmp_path: Path) -> None:
    """Each has a secret of its own."""
    secrets = []
    for name in "ab":
        running, reactor = serve(tmp_path / name)
        secrets.append(running.host.muc.secret)
        end(reactor)
        with sqlite3.connect(tmp_path / name / "mucspec.sqlite") as db:
            assert db.execute("SELECT value FROM meta WHERE name = 'secret'").fetchall() == [(secrets[-1],)]
        db.close()
    assert len(set(secrets)) == 2
