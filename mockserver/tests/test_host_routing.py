"""Claims about the ways of stanzas between the sessions, accounts, rooms and the host itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.xml import E, Element

from .hosts import DOMAIN, MUC, Inn, condition, full, short

HARFLEUR = f"harfleur@{MUC}"


def test_a_session_gets_what_is_sent_to_its_full_jid() -> None:
    """A stanza to a bound full JID goes there, stamped with its real sender."""
    inn = Inn()
    told = inn.say("pistol/x", f"<iq type='get' id='1' to='gower@{DOMAIN}/x' from='forged@x'><q xmlns='u'/></iq>")
    assert told == ['gower/x <- <iq type="get" id="1" to="gower/x" from="pistol/x"><q xmlns="u"/></iq>']


def test_an_answer_finds_its_way_back() -> None:
    """Results and errors between sessions are routed like requests."""
    inn = Inn()
    assert inn.say("gower/x", f"<iq type='result' id='1' to='pistol@{DOMAIN}/x'/>") == [
        'pistol/x <- <iq type="result" id="1" to="pistol/x" from="gower/x"/>'
    ]


def test_a_message_to_a_bare_jid_reaches_every_available_session() -> None:
    """Available sessions get it; without any, all bound ones do."""
    inn = Inn("pistol/x", "gower/a", "gower/b")
    message = f"<message type='headline' to='gower@{DOMAIN}'><body>Hi</body></message>"
    assert [line.partition(" ")[0] for line in inn.say("pistol/x", message)] == ["gower/a", "gower/b"]
    inn.say("gower/b", "<presence/>")
    assert [line.partition(" ")[0] for line in inn.say("pistol/x", message)] == ["gower/b"]


def test_a_message_for_nobody_comes_back() -> None:
    """An unknown account is service-unavailable, once; errors are not answered."""
    inn = Inn()
    back = inn.answer("pistol/x", f"<message id='7' to='nym@{DOMAIN}'><body>Hi</body></message>")
    assert (back.get("id"), back.get("from"), condition(back)) == ("7", f"nym@{DOMAIN}", "service-unavailable")
    assert inn.say("pistol/x", f"<message type='error' to='nym@{DOMAIN}'/>") == []


@pytest.mark.parametrize(
    ("guest", "wrong"),
    [
        (f"nym@{DOMAIN}", "item-not-found"),
        (f"nowhere@{MUC}", "item-not-found"),
        (f"gower@{DOMAIN}", ""),
        (f"listed@{DOMAIN}", ""),
        ("nym@elsewhere.invalid", ""),
    ],
)
def test_nobody_is_invited_who_does_not_exist(guest: str, wrong: str) -> None:
    """Accounts of the host and rooms are known, whoever is on another server is not: XEP-0045 7.8.2."""
    inn = Inn()
    inn.host.accounts.listed = lambda bare: bare == f"listed@{DOMAIN}"
    inn.gather("pistol")
    x = f"<x xmlns='http://jabber.org/protocol/muc#user'><invite to='{guest}'/></x>"
    told = inn.deliveries("pistol/x", f"<message id='7' to='{HARFLEUR}'>{x}</message>")
    assert [condition(d.stanza) for d in told if d.stanza.get("type") == "error"] == ([wrong] if wrong else [])


@pytest.mark.parametrize(
    ("to", "wrong"),
    [
        (f"nym@{DOMAIN}", "service-unavailable"),
        (f"gower@{DOMAIN}", "service-unavailable"),
        (f"gower@{DOMAIN}/gone", "service-unavailable"),
        (DOMAIN, "service-unavailable"),
        ("elsewhere.invalid", "remote-server-not-found"),
        ("@", "jid-malformed"),
    ],
)
def test_every_unknown_request_gets_an_error(to: str, wrong: str) -> None:
    """Wherever a request goes, an answer comes from there."""
    back = Inn().answer("pistol/x", f"<iq type='get' id='1' to='{to}'><what xmlns='urn:what'/></iq>")
    assert (condition(back), back.get("from"), back.get("id")) == (wrong, to, "1")


@pytest.mark.parametrize(
    "xml",
    [
        "<iq type='get' id='1'/>",
        "<iq type='set' id='1'><a xmlns='u'/><b xmlns='u'/></iq>",
        "<iq type='what' id='1'><a xmlns='u'/></iq>",
        "<iq type='get'><ping xmlns='urn:xmpp:ping'/></iq>",
    ],
)
def test_a_malformed_iq_is_a_bad_request(xml: str) -> None:
    """Requests have a type, an id and one child."""
    assert condition(Inn().answer("pistol/x", xml)) == "bad-request"


@pytest.mark.parametrize("to", ["", f"to='{DOMAIN}'", f"to='gower@{DOMAIN}'", "to='elsewhere.invalid'"])
def test_answers_that_nobody_waits_for_vanish(to: str) -> None:
    """A stray result or error is never answered."""
    assert Inn().say("pistol/x", f"<iq type='result' id='1' {to}/>") == []
    assert Inn().say("pistol/x", f"<iq type='error' id='1' {to}/>") == []


# rooms


def test_a_room_is_reached_and_answers_to_the_session() -> None:
    """A stanza to the MUC domain is the MUC service's, and what it sends goes to bound sessions."""
    inn = Inn()
    told = inn.say(
        "pistol/x", f"<presence to='{HARFLEUR}/pistol'><x xmlns='http://jabber.org/protocol/muc'/></presence>"
    )
    assert {line.partition(" ")[0] for line in told} == {"pistol/x"}
    assert JID(HARFLEUR) in inn.host.muc.rooms


def test_a_mediated_invitation_reaches_the_account() -> None:
    """What a room sends to a bare JID goes to the sessions of that account."""
    inn = Inn()
    inn.gather("pistol")
    told = inn.say(
        "pistol/x",
        f"<message to='{HARFLEUR}'><x xmlns='http://jabber.org/protocol/muc#user'>"
        f"<invite to='gower@{DOMAIN}'/></x></message>",
    )
    assert [line.partition(" ")[0] for line in told] == ["gower/x"]


def test_a_direct_invitation_reaches_the_account() -> None:
    """XEP-0249: a message from one account to another."""
    told = Inn().say(
        "pistol/x",
        f"<message to='gower@{DOMAIN}'><x xmlns='jabber:x:conference' jid='{HARFLEUR}'/></message>",
    )
    assert told == [
        'gower/x <- <message to="gower" from="pistol/x"><x xmlns="jabber:x:conference" jid="harfleur"/></message>'
    ]


@pytest.mark.parametrize("gone", ["lost", "unavailable"])
def test_a_session_that_goes_leaves_its_rooms(gone: str) -> None:
    """Loss of the stream and unavailable presence both end every occupancy."""
    inn = Inn()
    inn.gather("pistol", "gower")
    if gone == "lost":
        inn.host.session_lost(full("pistol/x"), now=inn.now)
    else:
        inn.say("pistol/x", "<presence type='unavailable'/>")
    assert list(inn.host.muc.rooms[JID(HARFLEUR)].occupants) == ["gower"]


# presence


def test_sessions_of_an_account_see_each_other() -> None:
    """Presence is broadcast to the account's available sessions; a new one learns of the others."""
    inn = Inn("pistol/a", "pistol/b")
    inn.say("pistol/a", "<presence><show>away</show></presence>")
    assert inn.say("pistol/b", "<presence/>") == [
        'pistol/b <- <presence from="pistol/a"><show>away</show></presence>',
        'pistol/a <- <presence from="pistol/b"/>',
        'pistol/b <- <presence from="pistol/b"/>',
    ]


def test_a_lost_session_is_unavailable_for_those_who_saw_it() -> None:
    """Own sessions and whoever got directed presence are told, once."""
    inn = Inn("pistol/a", "pistol/b", "gower/x")
    inn.say("pistol/a", "<presence/>")
    inn.say("pistol/b", "<presence/>")
    inn.say("pistol/a", f"<presence to='gower@{DOMAIN}/x'/>")
    (lost,) = inn.host.session_lost(full("pistol/a"), now=inn.now)
    assert short(str(lost.to)) == "('gower/x', 'pistol/b')"
    assert lost.stanza == E("presence", type="unavailable", from_=full("pistol/a"))
    assert inn.host.session_lost(full("pistol/a"), now=inn.now) == []


# sessions


def test_a_session_gets_the_resource_it_wants_or_another() -> None:
    """A free resource is granted, one in use or none gives a generated one, a bad one is refused."""
    inn = Inn("pistol/x")
    bare = JID(f"pistol@{DOMAIN}")
    assert inn.host.bind(bare, "y") == f"{bare}/y"
    assert inn.host.bind(bare, "x") == f"{bare}/id1"
    assert inn.host.bind(bare) == f"{bare}/id2"
    with pytest.raises(BadJid):
        inn.host.bind(bare, "x" * 2000)


# whatever comes

LOCAL = [f"{user}@{DOMAIN}{resource}" for user in ("pistol", "gower", "nym") for resource in ("", "/x")]
ADDRESSES = some.sampled_from(
    [None, DOMAIN, MUC, HARFLEUR, f"{HARFLEUR}/pistol", *LOCAL, "elsewhere.invalid", "@", "a@b@c/"]
)
CHILDREN = some.lists(
    some.sampled_from(
        [
            E("x", uri="http://jabber.org/protocol/muc"),
            E("x", uri="http://jabber.org/protocol/muc#user"),
            E("body", "text"),
            E("subject", ""),
            E("query", uri="jabber:iq:roster"),
            E("query", uri="urn:xmpp:mam:2"),
            E("prefs", uri="urn:xmpp:mam:2", default="always"),
            E("query", uri="http://jabber.org/protocol/disco#info"),
            E("query", uri="jabber:iq:private"),
            E("vCard", uri="vcard-temp"),
            E("what", uri="urn:what"),
        ]
    ),
    max_size=3,
)
KINDS = some.sampled_from([None, "get", "set", "result", "error", "groupchat", "chat", "unavailable", "probe", "what"])
STANZAS = some.builds(
    lambda name, to, kind, id_, children: E(name, *children, to=to, type=kind, id=id_),
    some.sampled_from(["iq", "message", "presence"]),
    ADDRESSES,
    KINDS,
    some.sampled_from([None, "1"]),
    CHILDREN,
)


@given(some.lists(some.tuples(some.sampled_from(["pistol/x", "gower/x"]), STANZAS), max_size=12))
def test_whatever_comes_every_request_is_answered(story: list[tuple[str, Element]]) -> None:
    """No stanza breaks the host, deliveries go to bound sessions only, and a request has exactly one answer."""
    inn = Inn()
    for who, stanza in story:
        deliveries = inn.host.receive(stanza, sender=full(who), now=inn.now)
        assert all(d.to and all(to in inn.host.sessions for to in d.to) for d in deliveries)
        answers = [d for d in deliveries if d.stanza.name == "iq" and d.stanza.get("type") in ("result", "error")]
        asked = stanza.name == "iq" and stanza.get("type") not in ("result", "error")
        if "/" not in stanza.get("to"):  # what goes to a session is for the session to answer
            assert [d.to for d in answers] == ([(full(who),)] if asked else [])
