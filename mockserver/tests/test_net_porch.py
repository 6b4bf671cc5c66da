"""Claims about the porch: batching, fences, traffic, ends; with in-memory transports."""

from __future__ import annotations

import pytest

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import E
from mockserver.net.connection import Connection
from mockserver.net.outbox import Outbox
from mockserver.net.porch import Limits

from .streams import DOMAIN, Scene

PISTOL = JID(f"pistol@{DOMAIN}/x")
GOWER = JID(f"gower@{DOMAIN}/x")
HELLO = f"<message to='{GOWER}' type='chat'><body>Hello</body></message>"


def test_a_message_reaches_the_other_session_with_its_sender_stamped() -> None:
    """The client's own `from` does not count: the session's full JID does."""
    scene = Scene()
    pistol, gower = scene.log_in("pistol"), scene.log_in("gower")
    pistol.say(f"<message to='{GOWER}' from='me@x' type='headline'><body>Hi</body></message>")
    assert gower.heard() == (f'<message to="{GOWER}" from="{PISTOL}" type="headline"><body>Hi</body></message>')


def test_a_turn_is_one_write() -> None:
    """What a turn of the reactor has for one stream goes out in one write, in order."""
    scene = Scene()
    talker = scene.log_in("gower")
    writes: list[bytes] = []
    talker.transport.write = writes.append  # type: ignore[method-assign]  # counts the writes
    for n in range(3):
        scene.porch.deliver([Delivery(E("message", id=str(n)), (GOWER,))])
    assert writes == []
    scene.clock.advance(0)
    assert writes == [b"".join(f'<message to="{GOWER}" id="{n}"/>'.encode() for n in range(3))]


def test_an_audience_gets_one_rendering_each_with_its_own_address() -> None:
    """A delivery goes to every session of its audience, and to nobody else."""
    scene = Scene()
    pistol, gower, bardolph = (scene.log_in(name) for name in ("pistol", "gower", "bardolph"))
    scene.porch.deliver([Delivery(E("presence", from_="r@c/n"), (PISTOL, GOWER))])
    assert [t.heard() for t in (pistol, gower, bardolph)] == [
        f'<presence to="{PISTOL}" from="r@c/n"/>',
        f'<presence to="{GOWER}" from="r@c/n"/>',
        "",
    ]


def test_much_does_not_wait_for_the_end_of_the_turn() -> None:
    """Past the early mark the outbox writes at once."""
    scene = Scene()
    talker = scene.log_in("gower")
    scene.porch.send_to(GOWER, f"<message><body>{'x' * 70_000}</body></message>")
    assert len(talker.transport.value()) > 70_000


def test_a_slow_reader_is_cut_off_at_the_bound() -> None:
    """While the transport is full text waits, up to the bound; then the connection ends."""
    scene = Scene(limits=Limits(backlog=200_000))
    talker = scene.log_in("gower")
    assert isinstance(talker.transport.producer, Outbox)
    talker.transport.producer.pauseProducing()
    for _ in range(3):
        scene.porch.send_to(GOWER, "<message>" + "x" * 60_000 + "</message>")
    assert (talker.transport.ended, talker.transport.value()) == ("", b"")
    scene.porch.send_to(GOWER, "<message>" + "x" * 60_000 + "</message>")
    assert talker.transport.ended == "aborted"
    assert scene.porch.sessions == ()


def test_a_transport_with_room_again_gets_what_waited() -> None:
    """When the transport is empty again, what waited is written in order."""
    scene = Scene()
    talker = scene.log_in("gower")
    assert isinstance(talker.transport.producer, Outbox)
    talker.transport.producer.pauseProducing()
    scene.porch.send_to(GOWER, "<a/>")
    scene.porch.send_to(GOWER, "<b/>")
    assert talker.heard() == ""
    talker.transport.producer.resumeProducing()
    assert talker.heard() == "<a/><b/>"


class Socket:
    """Takes some bytes directly, the rest must go through the transport."""

    def __init__(self, room: int) -> None:
        self.room = room
        self.taken = b""

    def send(self, data: bytes) -> int:
        if not self.room:
            raise BlockingIOError
        taken, self.room = data[: self.room], self.room - len(data[: self.room])
        self.taken += taken
        return len(taken)

    def write(self, data: bytes) -> None:
        self.taken += data


def test_an_empty_transport_makes_way_for_direct_writes_again() -> None:
    """When the transport says that it is empty, text goes to the socket directly again."""
    sock = Socket(2)
    outbox = Outbox(wake=lambda _: None, overrun=lambda: None, limit=1000)
    outbox.sink, outbox.send = sock, sock.send
    outbox.put("abc")
    outbox.flush()
    sock.room = 100
    outbox.put("def")
    outbox.flush()
    assert sock.room == 100
    outbox.resumeProducing()
    outbox.put("ghi")
    outbox.flush()
    assert (sock.room, sock.taken) == (97, b"abcdefghi")


@pytest.mark.parametrize("room", [0, 1, 5, 100])
def test_bytes_keep_their_order_when_the_socket_takes_some(room: int) -> None:
    """Whether the socket takes all, some or nothing directly, the bytes arrive once and in order."""
    sock = Socket(room)
    outbox = Outbox(wake=lambda _: None, overrun=lambda: None, limit=1000)
    outbox.sink, outbox.send = sock, sock.send
    for text in ("abc", "def", "ghi"):
        outbox.put(text)
        outbox.flush()
    assert sock.taken == b"abcdefghi"


# fences


@pytest.mark.parametrize("kind", ["result", "error"])
def test_a_fence_stands_until_any_answer(kind: str) -> None:
    """The fence resolves on a result and on an error alike; the host never sees the answer."""
    scene = Scene()
    talker = scene.log_in("pistol")
    fence = scene.porch.ping(PISTOL)
    assert talker.heard() == (
        f'<iq type="get" id="fence-1" from="{DOMAIN}" to="{PISTOL}"><ping xmlns="urn:xmpp:ping"/></iq>'
    )
    assert not fence.called
    assert talker.say(f"<iq type='{kind}' id='fence-1' to='{DOMAIN}'/>") == ""
    assert fence.result == kind


def test_a_fence_ends_with_its_stream() -> None:
    """A lost stream resolves its fences, so nobody waits for it."""
    scene = Scene()
    talker = scene.log_in("pistol")
    fence = scene.porch.ping(PISTOL)
    talker.protocol.connectionLost()
    assert fence.result == "lost"
    assert scene.porch.ping(PISTOL).result == "lost"


def test_fences_are_marked_in_the_traffic() -> None:
    """Both halves of a fence carry the mark, nothing else does."""
    scene = Scene()
    talker = scene.log_in("pistol")
    talker.say("<iq type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>")
    scene.porch.ping(PISTOL)
    talker.say("<iq type='result' id='fence-1'/>")
    assert [(way, session, fence) for way, session, _, fence in scene.traffic] == [
        ("in", PISTOL, False),
        ("out", PISTOL, False),
        ("out", PISTOL, True),
        ("in", PISTOL, True),
    ]


def test_traffic_never_shows_passwords() -> None:
    """Negotiation, SASL and binding are not traffic."""
    scene = Scene()
    scene.log_in("pistol")
    assert scene.traffic == []


# ends


@pytest.mark.parametrize(
    ("how", "last", "ended"),
    [
        ("close", "</stream:stream>", "closed"),
        ("reset", "", "aborted"),
        ("malformed", "<message><body></message>", ""),
        ("stream-error", "</stream:error></stream:stream>", "closed"),
        ("stream-error:conflict", "</stream:error></stream:stream>", "closed"),
    ],
)
def test_a_stream_can_be_severed_in_every_way(how: str, last: str, ended: str) -> None:
    """Each way leaves its trace on the wire."""
    scene = Scene()
    talker = scene.log_in("pistol")
    assert scene.porch.sever(PISTOL, how)
    heard = talker.heard()
    assert heard.endswith(last)
    assert ("<conflict " in heard) == ("conflict" in how)
    assert talker.transport.ended == ended


def test_severing_says_whether_there_was_a_stream() -> None:
    """An unknown session is no error, an unknown way is."""
    scene = Scene()
    assert not scene.porch.sever(PISTOL, "close")
    scene.log_in("pistol")
    with pytest.raises(ValueError, match="cannot sever by 'gently'"):
        scene.porch.sever(PISTOL, "gently")


def test_a_severed_session_is_gone_for_the_others() -> None:
    """The host hears of a lost stream, once, and others of the account hear it."""
    scene = Scene()
    first, second = scene.log_in("pistol", "x"), scene.log_in("pistol", "y")
    first.say("<presence/>")
    second.say("<presence/>")
    second.heard()
    scene.porch.sever(PISTOL, "reset")
    first.protocol.connectionLost()
    assert second.heard() == f'<presence to="pistol@{DOMAIN}/y" type="unavailable" from="{PISTOL}"/>'


def test_a_closed_porch_says_goodbye_to_everybody() -> None:
    """Closing ends every stream with system-shutdown."""
    scene = Scene()
    talkers = [scene.log_in("pistol"), scene.log_in("gower")]
    scene.porch.close()
    assert ["<system-shutdown " in talker.heard() for talker in talkers] == [True, True]


class Log:
    """Stands for the logger of a connection."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def failure(self, text: str, **_: object) -> None:
        self.lines.append(text)


def test_a_fault_of_ours_ends_the_stream_and_is_logged(monkeypatch: pytest.MonkeyPatch) -> None:
    """An exception in the core is an internal-server-error for the client and a line in the log."""
    scene = Scene()
    talker = scene.log_in("pistol")
    log = Log()

    def broken(*_: object, **__: object) -> list[Delivery]:
        raise RuntimeError("core")

    monkeypatch.setattr(scene.host, "receive", broken)
    monkeypatch.setattr(Connection, "log", log)
    assert "<internal-server-error " in talker.say("<presence/>")
    assert log.lines == ["while a stanza of {session} was served"]
