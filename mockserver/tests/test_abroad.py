"""Claims about domains that components serve: XEP-0114, as the host sees it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from mockserver.abroad import Misaddressed
from mockserver.faults import faulty
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_DISCO_INFO, NS_DISCO_ITEMS, NS_MUC, NS_REGISTER
from mockserver.muc.xml import parse
from mockserver.personalities import apply, load
from mockserver.selfcheck import attach
from mockserver.tests.hosts import DOMAIN, MUC, Inn, condition, lines

GATE = JID("gate.invalid")


class Border(Inn):
    """An inn with the component `gate.invalid`; `tells` is what that component sends."""

    def __init__(self, *users: str, privileged: bool = False) -> None:
        super().__init__(*users)
        self.welcome = lines(self.host.abroad.came(GATE, privileged=privileged))

    def tells(self, xml: str, *, component: JID = GATE) -> list[str]:
        return lines(self.host.abroad.receive(parse(xml), component=component, now=self.now))


def test_a_stanza_for_a_components_domain_goes_there() -> None:
    """To every address of the domain, stamped with its sender; other domains stay unknown."""
    border = Border()
    assert border.say("pistol/x", "<iq type='get' id='1' to='nym@gate.invalid/r'><q xmlns='u'/></iq>") == [
        'nym@gate.invalid/r <- <iq type="get" id="1" to="nym@gate.invalid/r" from="pistol/x"><q xmlns="u"/></iq>'
    ]
    refusal = border.answer("pistol/x", "<iq type='get' id='1' to='other.gate.invalid'><q xmlns='u'/></iq>")
    assert condition(refusal) == "remote-server-not-found"


@pytest.mark.parametrize(
    "alter", [partial(apply, personality=load("prosody")), partial(faulty, names=["history-lost"])]
)
def test_a_host_that_behaves_oddly_still_reaches_its_components(alter: Callable[[Host], None]) -> None:
    """A personality or a fault takes nothing from their users but what it is about."""
    border = Border()
    alter(border.host)
    told = border.say("pistol/x", "<message to='nym@gate.invalid'><body>Hi</body></message>")
    assert [line.partition(" ")[0] for line in told] == ["nym@gate.invalid"]


def test_what_a_component_says_reaches_sessions_and_accounts() -> None:
    """A full JID is one session, a bare one the available ones; nobody checks who of the domain speaks."""
    border = Border("pistol/a", "pistol/b")
    border.say("pistol/b", "<presence/>")
    message = "<message from='nym@gate.invalid' to='pistol@{}{}' type='headline'><body>Hi</body></message>"
    assert [line.partition(" ")[0] for line in border.tells(message.format(DOMAIN, "/a"))] == ["pistol/a"]
    assert [line.partition(" ")[0] for line in border.tells(message.format(DOMAIN, ""))] == ["pistol/b"]


def test_a_component_is_told_what_does_not_work() -> None:
    """Unknown domains, unknown accounts, impossible addresses and requests that are none."""
    border = Border()

    def refusal(xml: str) -> str:
        (line,) = border.tells(xml)
        assert line.startswith("gate.invalid/me <- ")
        return condition(parse(line.partition(" <- ")[2]))

    iq = "<iq type='get' id='1' from='gate.invalid/me' to='{}'><q xmlns='u'/></iq>"
    assert refusal(iq.format("elsewhere.invalid")) == "remote-server-not-found"
    assert refusal(iq.format(f"pistol@{DOMAIN}")) == "service-unavailable"
    assert refusal(iq.format("@")) == "jid-malformed"
    assert refusal(f"<iq type='get' id='1' from='gate.invalid/me' to='{DOMAIN}'/>") == "bad-request"
    message = f"<message from='gate.invalid/me' to='nym@{DOMAIN}'><body>?</body></message>"
    assert refusal(message) == "service-unavailable"
    assert border.tells(message.replace("<message", "<message type='error'")) == []


@pytest.mark.parametrize(
    ("attributes", "wrong"),
    [
        (f"from='pistol@{DOMAIN}/x' to='gower@{DOMAIN}'", "invalid-from"),
        (f"from='sub.gate.invalid' to='gower@{DOMAIN}'", "invalid-from"),
        (f"to='gower@{DOMAIN}'", "improper-addressing"),
        (f"from='@' to='gower@{DOMAIN}'", "improper-addressing"),
        ("from='nym@gate.invalid'", "improper-addressing"),
    ],
)
def test_a_component_speaks_for_its_own_domain_alone(attributes: str, wrong: str) -> None:
    """XEP-0114 3: both addresses are there, and `from` is of the component's domain; else the stream ends."""
    border = Border()
    with pytest.raises(Misaddressed) as refusal:
        border.tells(f"<message {attributes}><body>Hi</body></message>")
    assert refusal.value.condition == wrong


def test_the_host_answers_a_component() -> None:
    """Discovery of the host, with the components among its items, for users and components alike."""
    border = Border()
    items = f"<iq type='get' id='1' to='{DOMAIN}' from='gate.invalid'><query xmlns='{NS_DISCO_ITEMS}'/></iq>"
    (told,) = border.tells(items)
    assert "<item" in told and 'jid="gate.invalid"' in told and f'jid="{MUC}"' in told
    assert 'jid="gate.invalid"' in border.say("pistol/x", items)[0]
    (told,) = border.tells(items.replace(NS_DISCO_ITEMS, NS_DISCO_INFO))
    assert '<identity category="server"' in told
    border.host.abroad.lost(GATE, now=border.now)
    assert "gate.invalid" not in border.say("pistol/x", items)[0].partition(" <- ")[2].replace("from=", "")


class Registry:
    """A registrar that must not be asked."""

    def exists(self, account: JID) -> bool:
        raise AssertionError(account)

    def register(self, account: JID, password: str) -> None:
        raise AssertionError(account)

    def remove(self, account: JID) -> None:
        raise AssertionError(account)


@pytest.mark.parametrize("wish", ["<remove/>", "<username>pistol</username><password>p</password>"])
def test_a_component_ends_and_changes_no_accounts(wish: str) -> None:
    """In-band registration is for users of the host."""
    border = Border()
    border.host.accounts.registrar = Registry()
    iq = f"<iq type='set' id='1' from='gate.invalid' to='{DOMAIN}'><query xmlns='{NS_REGISTER}'>{wish}</query></iq>"
    (told,) = border.tells(iq)
    assert condition(parse(told.partition(" <- ")[2])) == "service-unavailable"


# rooms


def join(jid: str, nick: str) -> str:
    return f"<presence from='{jid}' to='harfleur@{MUC}/{nick}'><x xmlns='{NS_MUC}'/></presence>"


def test_a_user_of_a_component_sits_in_a_room_and_leaves_with_it() -> None:
    """It gets what occupants get; when the component is lost the others see it go, and it gets nothing more."""
    border = Border()
    attach(border.host)
    border.gather("pistol")
    told = border.tells(join("nym@gate.invalid/r", "Nym"))
    assert {line.partition(" <- ")[0] for line in told} == {"nym@gate.invalid/r", "pistol/x"}
    said = border.say("pistol/x", f"<message type='groupchat' to='harfleur@{MUC}'><body>Hi</body></message>")
    assert sorted(line.partition(" <- ")[0] for line in said) == ["nym@gate.invalid/r", "pistol/x"]
    (gone,) = lines(border.host.abroad.lost(GATE, now=border.now))
    assert gone.startswith("pistol/x <- <presence") and 'type="unavailable"' in gone and "/Nym" in gone
    assert len(border.host.muc.rooms[JID(f"harfleur@{MUC}")].occupants) == 1


def test_what_a_component_sends_is_not_held_against_the_mock() -> None:
    """The self-check knows that a stanza from abroad is not the mock's own, however odd it is."""
    border = Border()
    attach(border.host)
    odd = (
        f"<presence from='room@gate.invalid/a' to='pistol@{DOMAIN}/x'><x xmlns='{NS_MUC}#user'><status/></x></presence>"
    )
    assert len(border.tells(odd)) == 1


# copies and archives


def test_a_user_keeps_what_was_said_abroad() -> None:
    """The archive and the carbons of the user have both sides; nothing is archived for who is abroad."""
    border = Border("pistol/a", "pistol/b")
    border.say("pistol/b", "<iq type='set' id='c'><enable xmlns='urn:xmpp:carbons:2'/></iq>")
    sent = border.say("pistol/a", "<message type='chat' to='nym@gate.invalid'><body>Sent</body></message>")
    assert [line.partition(" <- ")[0] for line in sent] == ["nym@gate.invalid", "pistol/b"]
    back = f"<message type='chat' from='nym@gate.invalid/r' to='pistol@{DOMAIN}/a'><body>Back</body></message>"
    assert [line.partition(" <- ")[0] for line in border.tells(back)] == ["pistol/a", "pistol/b"]
    entries = border.host.archives.entries(JID(f"pistol@{DOMAIN}"))
    assert len(entries) == 2
    assert not border.host.archives.entries(JID("nym@gate.invalid"))


# presence


def gone(lines_: list[str]) -> list[str]:
    return sorted(line.partition(" <- ")[0] for line in lines_ if 'type="unavailable"' in line)


@pytest.mark.parametrize("end", ["said", "lost"])
def test_directed_presence_abroad_is_taken_back(end: str) -> None:
    """RFC 6121 4.6.3: whoever abroad got directed presence learns of the end, once, said or not."""
    border = Border()
    border.say("pistol/x", "<presence to='nym@gate.invalid'/>")
    border.say("pistol/x", f"<presence to='harfleur@gate.invalid/pistol'><x xmlns='{NS_MUC}'/></presence>")
    border.say("pistol/x", "<presence/>")
    if end == "said":
        told = border.say("pistol/x", "<presence type='unavailable'/>")
    else:
        told = lines(border.host.session_lost(JID(f"pistol@{DOMAIN}/x"), now=border.now))
    abroad = [who for who in gone(told) if "gate" in who]
    assert abroad == ["harfleur@gate.invalid/pistol", "nym@gate.invalid"]


def test_who_is_abroad_and_approved_sees_the_users_presence() -> None:
    """RFC 6121 3: from `subscribed` on, with the present state at once and on a probe, until `unsubscribed`."""
    border = Border()
    border.say("pistol/x", "<presence><show>dnd</show></presence>")
    assert [line.partition(" ")[0] for line in border.say("pistol/x", "<presence><show>xa</show></presence>")] == [
        "pistol/x"
    ]
    told = border.say("pistol/x", "<presence type='subscribed' to='nym@gate.invalid/r'/>")
    assert told == [
        'nym@gate.invalid <- <presence type="subscribed" to="nym@gate.invalid/r" from="pistol"/>',
        'nym@gate.invalid <- <presence from="pistol/x"><show>xa</show></presence>',
    ]
    (seen,) = [x for x in border.say("pistol/x", "<presence><show>dnd</show></presence>") if x.startswith("nym")]
    assert "<show>dnd</show>" in seen
    probe = f"<presence type='probe' from='nym@gate.invalid' to='pistol@{DOMAIN}'/>"
    assert border.tells(probe) == ['nym@gate.invalid <- <presence from="pistol/x"><show>dnd</show></presence>']
    assert gone(border.say("pistol/x", "<presence type='unsubscribed' to='nym@gate.invalid'/>")) == ["nym@gate.invalid"]
    assert border.tells(probe) == ['nym@gate.invalid <- <presence type="unsubscribed" from="pistol"/>']
    assert not [x for x in border.say("pistol/x", "<presence/>") if x.startswith("nym")]


def test_who_is_abroad_may_stop_to_watch() -> None:
    """`unsubscribe` ends it, and the user's sessions hear of it; a follower hears that a lost session is gone."""
    border = Border()
    border.say("pistol/x", "<presence/>")
    border.say("pistol/x", "<presence type='subscribed' to='nym@gate.invalid'/>")
    border.say("pistol/x", "<presence type='subscribed' to='bates@gate.invalid'/>")
    told = border.tells(f"<presence type='unsubscribe' from='nym@gate.invalid' to='pistol@{DOMAIN}'/>")
    assert [line.partition(" ")[0] for line in told] == ["pistol/x"]
    assert gone(lines(border.host.session_lost(JID(f"pistol@{DOMAIN}/x"), now=border.now))) == ["bates@gate.invalid"]


def test_a_block_list_stops_a_component_too() -> None:
    """XEP-0191: nothing from there, and nothing to there."""
    border = Border()
    border.say(
        "pistol/x",
        "<iq type='set' id='b'><block xmlns='urn:xmpp:blocking'><item jid='gate.invalid'/></block></iq>",
    )
    hello = f"<message type='chat' from='nym@gate.invalid' to='pistol@{DOMAIN}'><body>Hi</body></message>"
    (told,) = border.tells(hello)
    assert told.startswith("nym@gate.invalid <- ") and "service-unavailable" in told
    assert condition(border.answer("pistol/x", "<message to='nym@gate.invalid'><body/></message>")) == "not-acceptable"
