"""Claims about the block list (XEP-0191)."""

from __future__ import annotations

import pytest

from mockserver.accounts import ALL_ACCOUNT, blocking
from mockserver.muc.xml import render

from .hosts import DOMAIN, MUC, Inn, condition
from .sessions import get, set_

GOWER = f"gower@{DOMAIN}"
PISTOL = f"pistol@{DOMAIN}"
LIST = get("<blocklist xmlns='urn:xmpp:blocking'/>")
HELLO = "<message type='chat' id='m' to='{}'><body>Base Trojan</body></message>"


def change(name: str, *jids: str) -> str:
    items = "".join(f"<item jid='{jid}'/>" for jid in jids)
    return set_(f"<{name} xmlns='urn:xmpp:blocking'>{items}</{name}>")


def shown(name: str, *jids: str) -> str:
    items = "".join(f'<item jid="{jid}"/>' for jid in jids)
    return f'<{name} xmlns="urn:xmpp:blocking">{items}</{name}>' if jids else f'<{name} xmlns="urn:xmpp:blocking"/>'


def blocked(*jids: str, users: tuple[str, ...] = ("pistol/x", "gower/x")) -> Inn:
    """A host where pistol blocks these."""
    inn = Inn(*users)
    inn.say("pistol/x", change("block", *(jids or (GOWER,))))
    return inn


# the list


def test_the_list_begins_empty_and_holds_what_is_blocked() -> None:
    """It belongs to the account: every session sees the same."""
    inn = Inn("pistol/x", "pistol/y")
    assert shown("blocklist") in render(inn.answer("pistol/x", LIST))
    inn.say("pistol/x", change("block", GOWER, "nym.invalid"))
    assert shown("blocklist", GOWER, "nym.invalid") in render(inn.answer("pistol/y", LIST))


@pytest.mark.parametrize(
    ("name", "jids"), [("block", ("nym.invalid",)), ("unblock", ("nym.invalid",)), ("unblock", ())]
)
def test_changes_are_pushed_to_sessions_that_asked_for_the_list(name: str, jids: tuple[str, ...]) -> None:
    """The result comes first; the session that changed the list gets the push too."""
    inn = Inn("pistol/x", "pistol/y", "pistol/z")
    for who in ("pistol/x", "pistol/z"):
        inn.say(who, LIST)
    assert inn.say("pistol/x", change(name, *jids)) == [
        'pistol/x <- <iq type="result" id="q"/>',
        f'pistol/x <- <iq type="set" id="id1">{shown(name, *jids)}</iq>',
        f'pistol/z <- <iq type="set" id="id2">{shown(name, *jids)}</iq>',
    ]


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (change("block"), "bad-request"),
        (change("block", "@"), "jid-malformed"),
        (change("unblock", "@"), "jid-malformed"),
    ],
)
def test_what_names_nobody_is_refused(asked: str, wrong: str) -> None:
    """Blocking needs an address, and addresses have to be some."""
    inn = Inn()
    assert condition(inn.answer("pistol/x", asked)) == wrong
    assert shown("blocklist") in render(inn.answer("pistol/x", LIST))


def test_unblocking_lets_stanzas_through_again() -> None:
    """One of them, or all at once."""
    inn = blocked(GOWER, "nym.invalid")
    inn.say("pistol/x", change("unblock", "nym.invalid"))
    assert condition(inn.answer("gower/x", HELLO.format(PISTOL))) == "service-unavailable"
    inn.say("pistol/x", change("unblock"))
    assert shown("blocklist") in render(inn.answer("pistol/x", LIST))
    assert inn.say("gower/x", HELLO.format(PISTOL))[0].startswith("pistol/x <- ")


# what it does


@pytest.mark.parametrize("jid", [GOWER, f"{GOWER}/x", DOMAIN, f"{DOMAIN}/x"])
def test_messages_of_the_blocked_are_refused(jid: str) -> None:
    """By account, session or domain: for the sender the account is not available."""
    inn = blocked(jid)
    for to in (PISTOL, f"{PISTOL}/x"):
        assert condition(inn.answer("gower/x", HELLO.format(to))) == "service-unavailable"


def test_others_and_own_sessions_are_not_blocked() -> None:
    """Another session of a blocked one is not meant; one's own sessions never are."""
    inn = blocked(f"{GOWER}/y", DOMAIN.replace("mucspec", "nym"), PISTOL, users=("pistol/x", "pistol/y", "gower/x"))
    assert inn.say("gower/x", HELLO.format(f"{PISTOL}/x"))[0].startswith("pistol/x <- ")
    assert inn.say("pistol/y", HELLO.format(f"{PISTOL}/x"))[0].startswith("pistol/x <- ")


@pytest.mark.parametrize("to", [PISTOL, f"{PISTOL}/x"])
def test_requests_of_the_blocked_are_refused_and_answers_dropped(to: str) -> None:
    """Neither the session nor the account answers."""
    inn = blocked()
    assert condition(inn.answer("gower/x", get("<vCard xmlns='vcard-temp'/>", to))) == "service-unavailable"
    assert inn.say("gower/x", f"<iq type='result' id='r' to='{to}'/>") == []


def test_presence_of_the_blocked_is_dropped() -> None:
    """Without an answer."""
    inn = blocked()
    assert inn.say("gower/x", f"<presence to='{PISTOL}/x'/>") == []
    assert inn.say("gower/x", f"<presence to='{PISTOL}' type='subscribe'/>") == []


@pytest.mark.parametrize("stanza", [HELLO.format(GOWER), get("<vCard xmlns='vcard-temp'/>", GOWER)])
def test_what_goes_to_the_blocked_is_not_sent(stanza: str) -> None:
    """The sender learns why: not-acceptable, with the condition of the XEP."""
    answer = blocked().answer("pistol/x", stanza)
    assert condition(answer) == "not-acceptable"
    assert '<blocked xmlns="urn:xmpp:blocking:errors"/>' in render(answer)


def test_the_own_server_still_answers() -> None:
    """Whoever blocks the whole domain can undo it."""
    inn = blocked(DOMAIN)
    assert inn.answer("pistol/x", get("<ping xmlns='urn:xmpp:ping'/>", DOMAIN)).get("type") == "result"


def test_whoever_saw_the_account_sees_it_go() -> None:
    """Directed presence is taken back when its receiver is blocked."""
    inn = Inn()
    inn.say("pistol/x", f"<presence to='{GOWER}/x'/>")
    assert inn.say("pistol/x", change("block", GOWER))[1:] == [
        'gower/x <- <presence type="unavailable" to="gower/x" from="pistol/x"/>'
    ]


# rooms


def test_a_blocked_room_is_left_and_heard_no_more() -> None:
    """The others see the occupant go; what the room sends later does not arrive."""
    inn = Inn()
    inn.gather("gower", "pistol")
    told = inn.say("pistol/x", change("block", f"harfleur@{MUC}"))
    assert [line.partition(" <- ")[0] for line in told] == ["pistol/x", "gower/x"]
    assert 'type="unavailable"' in told[1]
    assert condition(inn.answer("pistol/x", HELLO.format(f"harfleur@{MUC}/gower"))) == "not-acceptable"


def test_a_blocked_occupant_is_not_heard_by_who_blocks_it() -> None:
    """Its messages and presence reach the others only; its requests are refused in the blocker's name."""
    inn = Inn("pistol/x", "gower/x", "nym/x")
    inn.gather("gower", "pistol", "nym")
    inn.say("pistol/x", change("block", f"harfleur@{MUC}/gower"))
    said = inn.say("gower/x", f"<message type='groupchat' to='harfleur@{MUC}'><body>Hi</body></message>")
    assert [line.partition(" <- ")[0] for line in said] == ["gower/x", "nym/x"]
    asked = inn.answer("gower/x", get("<query xmlns='jabber:iq:version'/>", f"harfleur@{MUC}/pistol"))
    assert (condition(asked), asked.get("from")) == ("service-unavailable", f"harfleur@{MUC}/pistol")


def test_an_account_without_block_lists_does_not_have_them() -> None:
    """Left out, the feature is neither answered nor announced."""
    inn = Inn(account_features=[f for f in ALL_ACCOUNT if f is not blocking.feature])
    assert condition(inn.answer("pistol/x", LIST)) == "service-unavailable"
    info = render(inn.answer("pistol/x", get("<query xmlns='http://jabber.org/protocol/disco#info'/>", DOMAIN)))
    assert "urn:xmpp:blocking" not in info
    assert "urn:xmpp:blocking" in render(
        Inn().answer("pistol/x", get("<query xmlns='http://jabber.org/protocol/disco#info'/>", DOMAIN))
    )
