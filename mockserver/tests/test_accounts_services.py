"""Claims about what accounts and the host answer: disco, roster, storage, carbons and the like."""

from __future__ import annotations

import pytest

from mockserver.accounts import ALL_ACCOUNT, ping
from mockserver.muc.xml import render

from .hosts import DOMAIN, MUC, Inn, condition, short

INFO = "http://jabber.org/protocol/disco#info"
ITEMS = "http://jabber.org/protocol/disco#items"


def get(payload: str, to: str = "", kind: str = "get") -> str:
    return f"<iq type='{kind}' id='1'{f' to={to!r}' if to else ''}>{payload}</iq>"


@pytest.mark.parametrize(
    ("payload", "kind", "to"),
    [
        ("<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>", "set", ""),
        ("<session xmlns='urn:ietf:params:xml:ns:xmpp-session'/>", "set", DOMAIN),
        ("<ping xmlns='urn:xmpp:ping'/>", "get", ""),
        ("<ping xmlns='urn:xmpp:ping'/>", "get", DOMAIN),
        ("<ping xmlns='urn:xmpp:ping'/>", "get", f"pistol@{DOMAIN}"),
        ("<enable xmlns='urn:xmpp:carbons:2'/>", "set", ""),
        ("<disable xmlns='urn:xmpp:carbons:2'/>", "set", ""),
    ],
)
def test_what_only_needs_a_yes_gets_an_empty_result(payload: str, kind: str, to: str) -> None:
    """Session, ping and carbons are answered by an empty result from where they were sent."""
    answer = Inn().answer("pistol/x", get(payload, to, kind))
    assert (answer.get("type"), answer.get("from"), answer.children) == ("result", to, ())


@pytest.mark.parametrize(
    ("payload", "kind"),
    [
        ("<query xmlns='jabber:iq:register'/>", "get"),
        ("<query xmlns='jabber:iq:privacy'/>", "get"),
        ("<open xmlns='http://jabber.org/protocol/ibb' sid='1' block-size='1'/>", "set"),
    ],
)
@pytest.mark.parametrize("to", ["", DOMAIN, f"gower@{DOMAIN}"])
def test_what_is_not_offered_is_service_unavailable(payload: str, kind: str, to: str) -> None:
    """Clients ask for many things; every request is answered."""
    assert condition(Inn().answer("pistol/x", get(payload, to, kind))) == "service-unavailable"


def test_the_host_names_its_features_and_its_muc_service() -> None:
    """Disco of the host: a server, with the one item that clients look for."""
    inn = Inn()
    info = render(inn.answer("pistol/x", get(f"<query xmlns='{INFO}'/>", DOMAIN)))
    assert '<identity category="server" type="im" name="mucspec"/>' in info
    assert '<feature var="urn:xmpp:carbons:2"/>' in info
    assert "urn:xmpp:mam:2" not in info  # the host itself has no archive
    items = render(inn.answer("pistol/x", get(f"<query xmlns='{ITEMS}'/>", DOMAIN)))
    assert f'<query xmlns="{ITEMS}"><item jid="{MUC}" name="Chatrooms"/></query>' in items


def test_an_account_names_its_archive() -> None:
    """Disco of the own account: registered, with the features of its archive."""
    info = render(Inn().answer("pistol/x", get(f"<query xmlns='{INFO}'/>", f"pistol@{DOMAIN}")))
    assert '<identity category="account" type="registered" name="mucspec"/>' in info
    assert '<feature var="urn:xmpp:mam:2#extended"/>' in info


def test_a_node_that_is_not_there_is_not_found() -> None:
    """Unknown nodes never get the answer for the whole."""
    assert condition(Inn().answer("pistol/x", get(f"<query xmlns='{INFO}' node='n'/>", DOMAIN))) == "item-not-found"


def test_a_feature_that_is_left_out_is_gone() -> None:
    """The list of features decides what is answered and announced."""
    inn = Inn(account_features=[f for f in ALL_ACCOUNT if f is not ping.feature])
    assert condition(inn.answer("pistol/x", get("<ping xmlns='urn:xmpp:ping'/>"))) == "service-unavailable"
    assert "urn:xmpp:ping" not in render(inn.answer("pistol/x", get(f"<query xmlns='{INFO}'/>", DOMAIN)))


# roster


FETCH = "<query xmlns='jabber:iq:roster'/>"


def contact(name: str, subscription: str = "both") -> str:
    item = f"<item jid='{name}@{DOMAIN}' name='{name.title()}' subscription='{subscription}'/>"
    return get(f"<query xmlns='jabber:iq:roster'>{item}</query>", kind="set")


def roster(inn: Inn, ver: str | None = None) -> tuple[list[str], str]:
    """The contacts that come, and the version; nothing where there is none to come."""
    asked = "" if ver is None else f" ver='{ver}'"
    query = inn.answer("pistol/x", get(f"<query xmlns='jabber:iq:roster'{asked}/>")).find("query", "jabber:iq:roster")
    return ([] if query is None else [i.get("jid") for i in query.elements()], query.get("ver") if query else "")


def test_a_roster_begins_empty_and_changes_are_pushed() -> None:
    """Sessions that asked for the roster get pushes; subscriptions cannot be claimed."""
    inn = Inn("pistol/x", "pistol/y")
    empty = roster(inn)
    assert empty[0] == []
    result, push = inn.deliveries("pistol/x", contact("nym"))
    assert (short(render(result.stanza)), [short(to) for to in push.to]) == ('<iq type="result" id="1"/>', ["pistol/x"])
    item = '<item jid="nym" name="Nym" subscription="none"/>'
    ver = roster(inn)[1]
    query = f'<query xmlns="jabber:iq:roster" ver="{ver}">{item}</query>'
    assert short(render(push.stanza)) == f'<iq type="set" id="id1">{query}</iq>'
    assert inn.say("pistol/y", get(FETCH)) == [f'pistol/y <- <iq type="result" id="1">{query}</iq>']


def test_who_has_the_version_of_the_roster_gets_no_roster() -> None:
    """RFC 6121 2.6: an empty result as long as nothing is new, the whole roster for any other version."""
    inn = Inn()
    inn.say("pistol/x", contact("nym"))
    contacts, ver = roster(inn, "")
    assert contacts == [f"nym@{DOMAIN}"]
    assert roster(inn, ver) == ([], "")
    inn.say("pistol/x", contact("gower"))
    assert roster(inn, ver)[0] == [f"nym@{DOMAIN}", f"gower@{DOMAIN}"]
    inn.say("pistol/x", contact("gower", "remove"))
    assert roster(inn, ver) == ([], "")  # the same contacts as then


def test_a_contact_can_be_removed_once() -> None:
    """Removing pushes the removal; a second one is item-not-found."""
    inn = Inn()
    inn.say("pistol/x", get("<query xmlns='jabber:iq:roster'><item jid='nym@x'/></query>", kind="set"))
    remove = get("<query xmlns='jabber:iq:roster'><item jid='nym@x' subscription='remove'/></query>", kind="set")
    assert inn.answer("pistol/x", remove).get("type") == "result"
    assert condition(inn.answer("pistol/x", remove)) == "item-not-found"


@pytest.mark.parametrize("items", ["", "<item/>", "<item jid='@'/>", "<item jid='a@b'/><item jid='c@d'/>"])
def test_a_roster_set_has_one_contact(items: str) -> None:
    """Anything else is a bad request."""
    change = get(f"<query xmlns='jabber:iq:roster'>{items}</query>", kind="set")
    assert condition(Inn().answer("pistol/x", change)) == "bad-request"


# storage


def test_private_storage_gives_back_what_was_kept() -> None:
    """Before that it gives back the empty element that was asked for."""
    inn = Inn()
    ask = get("<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>")
    kept = f"<storage xmlns='storage:bookmarks'><conference jid='harfleur@{MUC}'/></storage>"
    assert '<storage xmlns="storage:bookmarks"/>' in render(inn.answer("pistol/x", ask))
    inn.say("pistol/x", get(f"<query xmlns='jabber:iq:private'>{kept}</query>", kind="set"))
    assert "<conference " in render(inn.answer("pistol/x", ask))
    assert "<conference " not in render(inn.answer("gower/x", ask))


@pytest.mark.parametrize(("name", "kind"), [("query", "set"), ("query", "get"), ("metadata", "get")])
def test_an_archive_is_for_its_user_alone(name: str, kind: str) -> None:
    """Whoever asks for somebody else's is forbidden it, whatever is asked."""
    ask = get(f"<{name} xmlns='urn:xmpp:mam:2'/>", f"gower@{DOMAIN}", kind)
    assert condition(Inn().answer("pistol/x", ask)) == "forbidden"


def test_a_vcard_can_be_read_by_others() -> None:
    """One's own is empty at first, somebody else's is not there until it is set."""
    inn = Inn()
    ask = get("<vCard xmlns='vcard-temp'/>")
    asked_by_gower = get("<vCard xmlns='vcard-temp'/>", f"pistol@{DOMAIN}")
    assert '<vCard xmlns="vcard-temp"/>' in render(inn.answer("pistol/x", ask))
    assert condition(inn.answer("gower/x", asked_by_gower)) == "service-unavailable"
    inn.say("pistol/x", get("<vCard xmlns='vcard-temp'><FN>Pistol</FN></vCard>", kind="set"))
    assert "<FN>Pistol</FN>" in render(inn.answer("gower/x", asked_by_gower))


# carbons


def test_other_sessions_get_copies_of_both_directions() -> None:
    """XEP-0280: sent and received messages reach the sessions that asked for copies, nobody twice."""
    inn = Inn("pistol/x", "pistol/y", "gower/x", "gower/y")
    for who in ("pistol/y", "gower/y", "gower/x", "pistol/x"):
        inn.say(who, get("<enable xmlns='urn:xmpp:carbons:2'/>", kind="set"))
    told = inn.say("pistol/x", f"<message type='chat' to='gower@{DOMAIN}/x'><body>Hi</body></message>")
    assert [(line.partition(" ")[0], "<sent" in line, "<received" in line) for line in told] == [
        ("gower/x", False, False),
        ("gower/y", False, True),
        ("pistol/y", True, False),
    ]


def test_private_messages_are_not_copied() -> None:
    """<private/> keeps a message from being copied."""
    inn = Inn("pistol/x", "pistol/y", "gower/x")
    inn.say("pistol/y", get("<enable xmlns='urn:xmpp:carbons:2'/>", kind="set"))
    message = (
        f"<message type='chat' to='gower@{DOMAIN}/x'><body>Hi</body><private xmlns='urn:xmpp:carbons:2'/></message>"
    )
    assert [short(line).partition(" ")[0] for line in inn.say("pistol/x", message)] == ["gower/x"]
