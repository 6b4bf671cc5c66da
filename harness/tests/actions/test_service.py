"""What tests can do to the service of `muc_server` as a whole and to its streams, and what its transcript tells."""

from __future__ import annotations

import pytest

from mucspec_pytest.link import MucspecError
from mucspec_pytest.room import MucRoom
from mucspec_pytest.server import MucServer

from ..wire_client import WireClient, codes, text


def test_clients_are_seen_where_they_sit(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """Puppets are not among them."""
    (client,) = [each for each in server.clients if each.session.startswith("pistol@")]
    assert client.seats == (f"{room.jid}/pistol",)
    assert not any("puppet" in each.session for each in server.clients)


@pytest.mark.parametrize(
    ("how", "condition", "end"),
    [
        ("close", "", "closed"),
        ("reset", "", "closed"),
        ("half-close", "", "closed"),
        ("malformed", "", "broken XML"),
        ("stream-error", "conflict", "conflict"),
        ("stream-error:host-gone", "", "host-gone"),
    ],
)
def test_streams_end_in_each_way(server: MucServer, pistol: WireClient, how: str, condition: str, end: str) -> None:
    """It says which it hit."""
    (hit,) = server.disconnect(pistol.jid, how, condition=condition)
    assert (pistol.until_the_end(), hit.partition("/")[0]) == (end, pistol.jid)


def test_what_is_injected_arrives_as_it_is(server: MucServer, pistol: WireClient) -> None:
    """On one session, or on all of an account; what is no element is told."""
    (session,) = server.inject(pistol.jid, "<message from='nobody@nowhere' id='m1'><body>boo</body></message>")
    server.inject(session, "<message from='nobody@nowhere' id='m2'/>")
    assert [pistol.next("message").get("id") for _ in range(2)] == ["m1", "m2"]
    with pytest.raises(MucspecError, match="no element"):
        server.inject(session, "<message>")


def test_an_account_gets_another_password(server: MucServer) -> None:
    """The first that is given holds until another is."""
    assert server.account("nym", "first").password == "first"
    WireClient(server, "nym").close()  # it asks for a new one, and logs in with it


def test_everybody_leaves_when_the_service_goes_down(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """332."""
    server.shut_down(reason="Peace")
    out = pistol.next("presence")
    assert ("332" in codes(out), out.get("type"), room.occupants) == (True, "unavailable", {})


def test_the_clock_goes_forward_and_what_is_due_happens(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """What a fault holds back for an hour arrives when the hour is over."""
    before, fault = server.status, server.fault("delay message seconds=3600")
    room.say("gower", "later")
    assert pistol.until_answered() == []
    assert server.advance(3599).ahead == before.ahead + 3599
    assert pistol.until_answered() == []
    server.advance(1)
    assert text(pistol.next("message"), "body") == "later"
    fault.cancel()
    with pytest.raises(MucspecError, match="a clock goes forward"):
        server.advance(-1)


def test_faults_in_force_are_seen(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """Number, words and how often; those that are over are not."""
    fault = server.fault("drop message to=pistol times=2")
    room.say("gower", "one")
    assert pistol.until_answered() == []
    (seen,) = server.faults
    assert (seen.number, seen.fault, seen.acted) == (fault.number, "drop message to=pistol times=2", 1)
    server.end_faults()
    room.say("gower", "two")
    assert text(pistol.next("message"), "body") == "two"
    assert (server.faults, "drop" in [kind.name for kind in server.fault_kinds]) == ([], True)


def test_the_service_is_like_another_until_it_is_not(server: MucServer, room: MucRoom) -> None:
    """A service of 2010 tells the code of an error; rooms, occupants and who listens stay."""
    client = WireClient(server, "gower")
    errors = []
    for name in ("legacy", "xep"):
        server.personality(name)
        assert [each.name for each in server.personalities if each.worn] == [name]
        room.say("Fluellen", name)
        errors.append(client.join(room)[-1].find("{*}error"))
    client.close()
    assert [error is not None and error.get("code") for error in errors] == ["409", None]
    assert [said.body for said in room.messages] == ["legacy", "xep"]
    with pytest.raises(MucspecError, match="nonsense"):
        server.personality("nonsense")


# the transcript


def test_the_transcript_has_what_was_done_and_when(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """What the test did stands before what came of it, at the service's time."""
    mark, before = server.mark(), server.status.now
    room.kick("pistol")
    pistol.next("presence")
    done, *sent = server.transcript_since(mark)
    assert (done.direction, str(done)) == ("do", f"** role room='{room.jid}' nick='pistol' role='none'")
    assert {each.direction for each in sent} == {"out"} and all(each.time >= before for each in sent)


def test_the_transcript_is_searched_as_on_the_page(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """Every word is wanted, in any case; and the direction, the account or the session."""
    mark = server.mark()
    room.say("gower", "Base Trojan")
    pistol.next("message")
    (found,) = server.stanzas("trojan BODY", direction="out", session="pistol@localhost", since=mark)
    assert (found.session, server.stanzas("trojan", session=found.session, since=mark)) == (found.session, [found])
    assert server.stanzas("trojan", direction="in", since=mark) == server.stanzas("trojan greek", since=mark) == []


def test_a_stanza_is_waited_for(server: MucServer, room: MucRoom, pistol: WireClient) -> None:
    """From a mark on; in vain, the last ones are shown."""
    mark = server.mark()
    pistol.send(f"<message to='{room.jid}' type='groupchat'><body>I eat and swear</body></message>")
    assert server.wait_for_stanza("swear", direction="in", since=mark).session.startswith("pistol@")
    with pytest.raises(MucspecError, match=r"(?s)waited 0.01 s in vain for stanza \(words = 'leek'.*I eat and swear"):
        server.wait_for_stanza("leek", since=mark, within=0.01)
