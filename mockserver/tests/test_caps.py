"""Claims about how the host learns what clients can do (XEP-0115)."""

from __future__ import annotations

from .hosts import DOMAIN, Inn, full
from .sessions import announce, reply

CAPS = "<presence><c xmlns='http://jabber.org/protocol/caps' hash='sha-1' node='urn:client' ver='{}'/></presence>"
ASKED = (
    f'pistol/x <- <iq type="get" id="{{}}" from="{DOMAIN}">'
    '<query xmlns="http://jabber.org/protocol/disco#info" node="urn:client#{}"/></iq>'
)


def features(inn: Inn, who: str) -> set[str]:
    session = inn.host.accounts.session(full(who))
    assert session is not None
    return set(session.features)


def test_a_session_is_asked_once_what_its_capabilities_mean() -> None:
    """Presence that names the same node again is no reason to ask."""
    inn = Inn("pistol/x")
    assert inn.say("pistol/x", CAPS.format("1"))[1:] == [ASKED.format("id1", "1")]
    assert inn.say("pistol/x", CAPS.format("1"))[1:] == []
    assert inn.say("pistol/x", reply("id1", "urn:client#1", ["urn:a", "urn:b"])) == []
    assert features(inn, "pistol/x") == {"urn:a", "urn:b"}
    assert inn.say("pistol/x", CAPS.format("1"))[1:] == []


def test_new_capabilities_are_asked_for_and_the_old_ones_forgotten() -> None:
    """Until the answer is there, nothing is known; an answer about former capabilities does not count."""
    inn = Inn("pistol/x")
    announce(inn, "pistol/x", "urn:a", ver="1")
    assert inn.say("pistol/x", CAPS.format("2"))[1:] == [ASKED.format("id2", "2")]
    assert features(inn, "pistol/x") == set()
    inn.say("pistol/x", CAPS.format("3"))
    inn.say("pistol/x", reply("id2", "urn:client#2", ["urn:b"]))
    assert features(inn, "pistol/x") == set()


def test_who_shows_no_capabilities_is_not_asked() -> None:
    """Nothing is sent to a client that does not take part; one that stops taking part is forgotten."""
    inn = Inn("pistol/x")
    assert inn.say("pistol/x", "<presence/>") == ['pistol/x <- <presence from="pistol/x"/>']
    announce(inn, "pistol/x", "urn:a")
    inn.say("pistol/x", "<presence/>")
    assert features(inn, "pistol/x") == set()


def test_only_the_session_that_was_asked_can_answer() -> None:
    """An answer with a foreign id changes nobody's features; an error leaves them empty."""
    inn = Inn()
    inn.say("pistol/x", CAPS.format("1"))
    inn.say("gower/x", reply("id1", "urn:client#1", ["urn:a"]))
    assert features(inn, "pistol/x") == features(inn, "gower/x") == set()
    inn.say("pistol/x", "<iq type='error' id='id1'/>")
    assert features(inn, "pistol/x") == set()
