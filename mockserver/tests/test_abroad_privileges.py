"""Claims about privileged components: XEP-0356."""

from __future__ import annotations

import pytest

from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_CLIENT, NS_FORWARD, NS_PRIVILEGE, NS_PUBSUB, NS_ROSTER
from mockserver.muc.xml import Element, parse
from mockserver.tests.hosts import DOMAIN, MUC, condition, lines
from mockserver.tests.test_abroad import GATE, Border

PISTOL = f"pistol@{DOMAIN}"
PUBLISH = f"<pubsub xmlns='{NS_PUBSUB}'><publish node='urn:n'><item id='1'><p xmlns='u'/></item></publish></pubsub>"
FETCH = f"<pubsub xmlns='{NS_PUBSUB}'><items node='urn:n'/></pubsub>"


def roster(kind: str = "get", item: str = "", to: str = PISTOL) -> str:
    return f"<iq type='{kind}' id='r' from='gate.invalid' to='{to}'><query xmlns='{NS_ROSTER}'>{item}</query></iq>"


def wrapped(inner: str, *, to: str = PISTOL, kind: str = "set") -> str:
    box = f"<privileged_iq xmlns='{NS_PRIVILEGE}'>{inner}</privileged_iq>"
    return f"<iq type='{kind}' id='p' from='gate.invalid' to='{to}'>{box}</iq>"


def in_the_name(message: str) -> str:
    box = f"<privilege xmlns='{NS_PRIVILEGE}'><forwarded xmlns='{NS_FORWARD}'>{message}</forwarded></privilege>"
    return f"<message id='m' from='gate.invalid' to='{DOMAIN}'>{box}</message>"


def inner(**more: str) -> str:
    given = {"type": "set", "id": "i", **more}
    return f"<iq xmlns='jabber:client' {' '.join(f'{k}={v!r}' for k, v in given.items())}>{PUBLISH}</iq>"


def only(told: list[str]) -> Element:
    (line,) = told
    who, _, text = line.partition(" <- ")
    assert who == "gate.invalid"
    return parse(text)


def test_a_privileged_component_learns_what_it_may() -> None:
    """Behind the handshake, from the host: XEP-0356 4.2; another one hears nothing."""
    assert Border().welcome == []
    told = only(Border(privileged=True).welcome)
    assert (told.name, told.get("from")) == ("message", DOMAIN)
    box = told.find("privilege", NS_PRIVILEGE)
    assert box
    assert [(p.get("access"), p.get("type")) for p in box.elements()] == [
        ("roster", "both"),
        ("message", "outgoing"),
        ("iq", ""),
        ("presence", "managed_entity"),
    ]
    spaces = [(n.get("ns"), n.get("type")) for p in box.elements() for n in p.elements()]
    assert spaces == [(NS_PUBSUB, "both"), (f"{NS_PUBSUB}#owner", "both")]


@pytest.mark.parametrize(
    "xml",
    [
        roster(),
        roster("set", "<item jid='nym@gate.invalid'/>"),
        wrapped(inner()),
        in_the_name(f"<message xmlns='jabber:client' from='{PISTOL}' to='gower@{DOMAIN}'><body>Hi</body></message>"),
    ],
)
def test_without_privileges_all_of_it_is_forbidden(xml: str) -> None:
    """XEP-0356 4.3, 5.1, 6.3."""
    assert condition(only(Border().tells(xml))) == "forbidden"


def test_a_privileged_component_keeps_a_users_roster() -> None:
    """Answers come from the user's bare address; the user's own sessions get the push."""
    border = Border(privileged=True)
    border.say("pistol/x", f"<iq type='get' id='1'><query xmlns='{NS_ROSTER}'/></iq>")
    told = border.tells(roster("set", "<item jid='nym@gate.invalid' name='Nym'/>"))
    assert [line.partition(" <- ")[0] for line in told] == ["gate.invalid", "pistol/x"]
    assert told[0] == 'gate.invalid <- <iq type="result" id="r" from="pistol"/>'
    answer = only(border.tells(roster()))
    query = answer.find("query", NS_ROSTER)
    assert query and [item.get("jid") for item in query.elements()] == ["nym@gate.invalid"]
    assert condition(only(border.tells(roster(to=f"nobody@{DOMAIN}")))) == "forbidden"


def test_a_privileged_component_publishes_in_a_users_name() -> None:
    """The answer comes wrapped, from the user's bare address, under the id of the wrapper: XEP-0356 6.3."""
    border = Border(privileged=True)
    answer = only(border.tells(wrapped(inner())))
    assert (answer.get("type"), answer.get("id"), answer.get("from")) == ("result", "p", "pistol")
    box = answer.find("privilege", NS_PRIVILEGE)
    forwarded = box.find("forwarded", NS_FORWARD) if box else None
    within = forwarded.find("iq", NS_CLIENT) if forwarded else None
    assert within and (within.get("type"), within.get("id"), within.get("to")) == ("result", "i", "pistol")
    assert list(border.host.accounts.table[JID(PISTOL)].nodes["urn:n"].items) == ["1"]
    assert "<item " in border.say("pistol/x", f"<iq type='get' id='2'>{FETCH}</iq>")[0]


def test_what_the_host_refuses_comes_wrapped_too() -> None:
    """The error is inside, and the wrapper is one of the same condition."""
    asked = f"<iq xmlns='jabber:client' type='get' id='i'>{FETCH}</iq>"
    answer = only(Border(privileged=True).tells(wrapped(asked, kind="get")))
    assert (answer.get("id"), condition(answer)) == ("p", "item-not-found")
    box = answer.find("privilege", NS_PRIVILEGE)
    forwarded = box.find("forwarded", NS_FORWARD) if box else None
    within = forwarded.find("iq", NS_CLIENT) if forwarded else None
    assert within and (within.get("id"), condition(within)) == ("i", "item-not-found")


@pytest.mark.parametrize(
    "xml",
    [
        wrapped(inner(), to=f"{PISTOL}/x"),
        wrapped(inner(), to=f"nobody@{DOMAIN}"),
        wrapped(inner(), to=DOMAIN),
        wrapped(inner(), kind="get"),
        wrapped(inner(**{"from": f"gower@{DOMAIN}"})),
        wrapped(inner(**{"from": f"{PISTOL}/x"})),
        wrapped(inner().replace("jabber:client", "jabber:server")),
        wrapped(f"<iq xmlns='jabber:client' type='set' id='i'><query xmlns='{NS_ROSTER}'/></iq>"),
        wrapped("<iq xmlns='jabber:client' type='set' id='i'/>"),
        wrapped(""),
    ],
)
def test_an_iq_in_a_users_name_is_forbidden_where_a_rule_is_broken(xml: str) -> None:
    """XEP-0356 6.3: address, namespaces, types and sender have to be right."""
    border = Border(privileged=True)
    assert condition(only(border.tells(xml))) == "forbidden"
    assert all(not account.nodes for account in border.host.accounts.table.values())


def test_only_what_the_host_answers_is_asked_in_a_users_name() -> None:
    """An answer from elsewhere would have to be waited for."""
    border = Border(privileged=True)
    for to in (f"gower@{DOMAIN}/x", "nym@gate.invalid", f"harfleur@{MUC}/gower"):
        assert condition(only(border.tells(wrapped(inner(to=to))))) == "feature-not-implemented"


def test_a_privileged_component_speaks_in_a_users_name() -> None:
    """From the bare address, to whomever; the user's other sessions have a copy."""
    border = Border("pistol/x", "gower/x", privileged=True)
    border.say("pistol/x", "<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>")
    told = border.tells(
        in_the_name(
            f"<message xmlns='jabber:client' type='chat' from='{PISTOL}' to='gower@{DOMAIN}'><body>Hi</body></message>"
        )
    )
    assert [line.partition(" <- ")[0] for line in told] == ["gower/x", "pistol/x"]
    assert told[0].startswith('gower/x <- <message type="chat" from="pistol"')
    assert len(border.host.archives.entries(JID(PISTOL))) == 1


def test_a_privileged_component_speaks_in_the_hosts_name() -> None:
    """XEP-0356 5.1: on behalf of the server."""
    border = Border(privileged=True)
    notice = f"<message xmlns='jabber:client' from='{DOMAIN}' to='{PISTOL}/x'><body>Hi</body></message>"
    (told,) = border.tells(in_the_name(notice))
    assert told.startswith(f'pistol/x <- <message from="{DOMAIN}"')


@pytest.mark.parametrize("author", [f"{PISTOL}/x", "nym@gate.invalid", f"nobody@{DOMAIN}", f"harfleur@{MUC}", "@", ""])
def test_nobody_else_is_spoken_for(author: str) -> None:
    """Bare addresses of the host only: XEP-0356 5.1."""
    border = Border(privileged=True)
    message = f"<message xmlns='jabber:client' from='{author}' to='gower@{DOMAIN}'><body>Hi</body></message>"
    refusal = only(border.tells(in_the_name(message)))
    assert (refusal.name, condition(refusal)) == ("message", "forbidden")
    assert condition(only(border.tells(in_the_name("")))) == "forbidden"


def test_a_privileged_component_sees_all_users() -> None:
    """Those who are there when it comes, and every change: XEP-0356 7.1, 8."""
    border = Border()
    border.say("pistol/x", "<presence/>")
    told = lines(border.host.abroad.came(GATE, privileged=True))
    assert told[1:] == ['gate.invalid <- <presence from="pistol/x"/>']
    assert 'gate.invalid <- <presence from="gower/x"/>' in border.say("gower/x", "<presence/>")
    goodbye = border.say("pistol/x", "<presence type='unavailable'/>")
    assert 'gate.invalid <- <presence type="unavailable" from="pistol/x"/>' in goodbye
    lost = lines(border.host.session_lost(JID(f"gower@{DOMAIN}/x"), now=border.now))
    assert lost == ['gate.invalid <- <presence type="unavailable" from="gower/x"/>']
    assert border.say("pistol/x", "<presence type='subscribe' to='nym@gate.invalid'/>") == [
        'nym@gate.invalid <- <presence type="subscribe" to="nym@gate.invalid" from="pistol"/>'
    ]
