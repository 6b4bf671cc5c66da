"""Claims about the archives of rooms and of accounts, and about their preferences."""

from __future__ import annotations

import pytest

from mockserver.accounts import preferences
from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation
from mockserver.muc.namespaces import NS_MAM, NS_SID, NS_USER
from mockserver.muc.xml import Element, render

from .hosts import DOMAIN, MUC, Inn, condition, full, short

ROOM = f"harfleur@{MUC}"
HARFLEUR = JID(ROOM)
FORM = "<field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"


def archived(inn: Inn, who: str, to: str = "", fields: str = "") -> list[Element]:
    """The messages that a query gives, as they are forwarded."""
    form = f"<x xmlns='jabber:x:data' type='submit'>{FORM}{fields}</x>" if fields else ""
    address = f" to='{to}'" if to else ""
    *results, last = inn.deliveries(who, f"<iq type='set' id='1'{address}><query xmlns='{NS_MAM}'>{form}</query></iq>")
    assert last.stanza.get("type") == "result", render(last.stanza)
    assert all(d.to == (full(who),) for d in results)
    return [_forwarded(d.stanza) for d in results]


def _forwarded(message: Element) -> Element:
    (result,) = message.elements()
    (forwarded,) = result.elements()
    return list(forwarded.elements())[-1]


def bodies(found: list[Element]) -> list[str]:
    return [next(c for c in m.elements() if c.name in ("body", "subject")).text for m in found]


def spoken() -> Inn:
    """pistol (owner) and gower in harfleur; each says something, pistol sets a subject, and whispers."""
    inn = Inn("pistol/x", "gower/x", "nym/x")
    inn.gather("pistol", "gower")
    inn.say(
        "pistol/x", f"<message type='groupchat' to='{ROOM}' id='1'><body>Base is the slave that pays</body></message>"
    )
    inn.say("gower/x", f"<message type='groupchat' to='{ROOM}' id='2'><body>Peace</body></message>")
    inn.say("pistol/x", f"<message type='groupchat' to='{ROOM}' id='3'><subject>The breach</subject></message>")
    inn.say("pistol/x", f"<message type='chat' to='{ROOM}/gower' id='4'><body>A word</body></message>")
    return inn


def test_a_room_keeps_messages_and_subjects_but_nothing_private() -> None:
    """XEP-0313 6.1.2: what was said to all, from occupant JIDs and to nobody."""
    found = archived(spoken(), "gower/x", ROOM)
    assert bodies(found) == ["Base is the slave that pays", "Peace", "The breach"]
    assert [m.get("from") for m in found] == [f"{ROOM}/pistol", f"{ROOM}/gower", f"{ROOM}/pistol"]
    assert not any(m.has("to") for m in found)


def test_the_archive_id_is_the_stanza_id_that_all_saw() -> None:
    """XEP-0313 3.5: live messages and archive agree."""
    inn = spoken()
    (live,) = {
        d.stanza
        for d in inn.deliveries("gower/x", f"<message type='groupchat' to='{ROOM}'><body>Live</body></message>")
    }
    stable = live.find("stanza-id", NS_SID)
    assert stable is not None
    assert (inn.host.muc.rooms[HARFLEUR].archive[-1].id, stable.get("by")) == (stable.get("id"), ROOM)


def test_only_moderators_see_who_it_was_in_a_semi_anonymous_room() -> None:
    """The muc#user item with the real JID is for those who may know it."""
    inn = spoken()
    known = [x for m in archived(inn, "pistol/x", ROOM) if (x := m.find("x", NS_USER))]
    assert [short(item.get("jid")) for x in known for item in x.elements()] == ["pistol", "gower", "pistol"]
    assert [m.find("x", NS_USER) for m in archived(inn, "gower/x", ROOM)] == [None, None, None]


def test_with_finds_real_jids_only_for_those_who_may_know_them() -> None:
    """XEP-0313 4.1.1: everybody may ask for an occupant JID."""
    inn = spoken()
    real = f"<field var='with'><value>gower@{DOMAIN}</value></field>"
    public = f"<field var='with'><value>{ROOM}/gower</value></field>"
    assert bodies(archived(inn, "pistol/x", ROOM, real)) == ["Peace"]
    assert archived(inn, "gower/x", ROOM, real) == []
    assert bodies(archived(inn, "gower/x", ROOM, public)) == ["Peace"]


@pytest.mark.parametrize(
    ("config", "affiliation", "refused"),
    [
        ({}, Affiliation.NONE, ""),
        ({}, Affiliation.OUTCAST, "forbidden"),
        ({"membersonly": "1"}, Affiliation.NONE, "forbidden"),
        ({"membersonly": "1"}, Affiliation.MEMBER, ""),
        ({"passwordprotectedroom": "1"}, Affiliation.NONE, "forbidden"),
        ({"passwordprotectedroom": "1"}, Affiliation.MEMBER, ""),
    ],
)
@pytest.mark.parametrize("payload", [f"<query xmlns='{NS_MAM}'/>", f"<metadata xmlns='{NS_MAM}'/>"])
def test_who_may_not_enter_may_not_read(
    config: dict[str, str], affiliation: Affiliation, refused: str, payload: str
) -> None:
    """XEP-0313 6.1.2 and 8.1: the rules of the door hold for the archive, at the time of asking."""
    inn = spoken()
    room = inn.host.muc.rooms[HARFLEUR]
    room.config.update({f"muc#roomconfig_{name}": (value,) for name, value in config.items()})
    room.affiliations[JID(f"nym@{DOMAIN}")] = affiliation
    kind = "get" if "metadata" in payload else "set"
    *_, last = inn.deliveries("nym/x", f"<iq type='{kind}' id='1' to='{ROOM}'>{payload}</iq>")
    assert condition(last.stanza) == refused


# accounts


def talk(inn: Inn, who: str, to: str, body: str, **attrs: str) -> None:
    more = "".join(f" {k}='{v}'" for k, v in attrs.items())
    inn.say(who, f"<message to='{to}@{DOMAIN}'{more}><body>{body}</body></message>")


def test_both_accounts_keep_a_conversation() -> None:
    """XEP-0313 6.1.1: chat and normal messages with a body, once in each archive."""
    inn = Inn("pistol/x", "gower/x", "nym/x")
    talk(inn, "pistol/x", "gower", "Ho!", type="chat")
    talk(inn, "gower/x", "pistol", "What?")
    talk(inn, "nym/x", "pistol", "news", type="headline")
    talk(inn, "pistol/x", "pistol", "note")
    assert bodies(archived(inn, "pistol/x")) == ["Ho!", "What?", "note"]
    assert bodies(archived(inn, "gower/x")) == ["Ho!", "What?"]
    assert bodies(archived(inn, "pistol/x", fields=f"<field var='with'><value>gower@{DOMAIN}</value></field>")) == [
        "Ho!",
        "What?",
    ]
    assert bodies(archived(inn, "pistol/x", fields=f"<field var='with'><value>pistol@{DOMAIN}</value></field>")) == [
        "note"
    ]


def test_a_receiver_learns_the_archive_id_and_no_forged_one() -> None:
    """XEP-0359: a stanza-id in the receiver's name is the receiver's own."""
    inn = Inn()
    forged = f"<stanza-id xmlns='{NS_SID}' id='evil' by='gower@{DOMAIN}'/>"
    (told,) = inn.deliveries("pistol/x", f"<message to='gower@{DOMAIN}/x'><body>Hi</body>{forged}</message>")
    (stable,) = told.stanza.find_all("stanza-id", NS_SID)
    assert stable.get("id") == inn.host.archives.entries(JID(f"gower@{DOMAIN}"))[0].id


# preferences


def prefs(inn: Inn, who: str, wanted: str = "", to: str = "") -> str:
    kind = "set" if wanted else "get"
    address = f" to='{to}'" if to else ""
    answer = inn.answer(who, f"<iq type='{kind}' id='1'{address}>{wanted or f'<prefs xmlns={NS_MAM!r}/>'}</iq>")
    assert answer.get("from") == to
    return condition(answer) or short("".join(render(c) for c in answer.elements()))


def wanted(default: str = "roster", always: str = "", never: str = "") -> str:
    lists = (
        f"<{n}>{''.join(f'<jid>{j}</jid>' for j in js.split())}</{n}>"
        for n, js in (("always", always), ("never", never))
    )
    return f"<prefs xmlns='{NS_MAM}' default='{default}'>{''.join(lists)}</prefs>"


def told(default: str, always: str = "", never: str = "") -> str:
    def listed(name: str, jids: str) -> str:
        return f"<{name}>{''.join(f'<jid>{j}</jid>' for j in jids.split())}</{name}>" if jids else f"<{name}/>"

    return f'<prefs xmlns="{NS_MAM}" default="{default}">{listed("always", always)}{listed("never", never)}</prefs>'


def test_preferences_begin_with_always_and_both_lists() -> None:
    """XEP-0441 2.1: the lists are there even when empty."""
    assert prefs(Inn(), "pistol/x") == told("always")


def test_what_was_set_is_answered_and_kept_for_that_archive_alone() -> None:
    """One record for each account and archive."""
    inn = Inn()
    inn.gather("pistol")
    asked = wanted("roster", "a@x a@x b@x/r", "c@x")
    assert prefs(inn, "pistol/x", asked) == told("roster", "a@x b@x/r", "c@x")
    assert prefs(inn, "pistol/x") == told("roster", "a@x b@x/r", "c@x")
    assert prefs(inn, "pistol/x", to=ROOM) == told("always")
    assert prefs(inn, "gower/x") == told("always")
    assert prefs(inn, "pistol/x", wanted("never"), to=ROOM) == told("never")
    assert prefs(inn, "pistol/x") == told("roster", "a@x b@x/r", "c@x")


def test_an_outcast_has_no_preferences_for_the_room() -> None:
    """Nobody configures what is not open to them."""
    inn = Inn()
    inn.gather("pistol")
    inn.host.muc.rooms[HARFLEUR].affiliations[JID(f"gower@{DOMAIN}")] = Affiliation.OUTCAST
    assert prefs(inn, "gower/x", wanted("never"), to=ROOM) == "service-unavailable"


def test_a_jid_in_both_lists_is_never_archived() -> None:
    """The tie-break: privacy wins, and the answer says so."""
    assert prefs(Inn(), "pistol/x", wanted("always", "a@x b@x", "a@x")) == told("always", "b@x", "a@x")


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (wanted("bogus"), "bad-request"),
        (f"<prefs xmlns='{NS_MAM}'/>", "bad-request"),
        (f"<prefs xmlns='{NS_MAM}' default='always' always='a@x'/>", "bad-request"),
        (wanted("always", "@"), "jid-malformed"),
    ],
)
def test_a_bad_record_is_refused_and_changes_nothing(text: str, refused: str) -> None:
    """The words are checked, and lists are elements."""
    inn = Inn()
    assert prefs(inn, "pistol/x", text) == refused
    assert prefs(inn, "pistol/x") == told("always")


def test_missing_lists_are_empty() -> None:
    """XEP-0441 2.1.2 and 2.1.3."""
    assert prefs(Inn(), "pistol/x", f"<prefs xmlns='{NS_MAM}' default='never'/>") == told("never")


POLICIES = {
    "": told("roster", "a@x/r b@x c@x", "d@x e@x"),
    "force-always": told("always", "a@x/r b@x c@x", "d@x e@x"),
    "force-never": told("never", "a@x/r b@x c@x", "d@x e@x"),
    "force-roster": told("roster", "a@x/r b@x c@x", "d@x e@x"),
    "drop-always": told("roster", "", "d@x e@x"),
    "drop-never": told("roster", "a@x/r b@x c@x", ""),
    "cap-1": told("roster", "a@x/r", "d@x"),
    "cap-2": told("roster", "a@x/r b@x", "d@x e@x"),
    "bare": told("roster", "a@x b@x c@x", "d@x e@x"),
    "refuse": "not-allowed",
}


@pytest.mark.parametrize("policy", [*preferences.POLICIES, "refuse"])
def test_under_a_policy_the_answer_differs_and_is_what_holds(policy: str) -> None:
    """XEP-0441 2.1: the answer, not the request, is what the server will do; a later get agrees with it."""
    inn = Inn()
    inn.host.prefs_policy = policy
    answer = prefs(inn, "pistol/x", wanted("roster", "a@x/r b@x c@x", "d@x e@x"))
    assert answer == POLICIES[policy]
    assert prefs(inn, "pistol/x") == (told("always") if policy == "refuse" else answer)


def test_an_unknown_policy_is_a_mistake_of_the_scenario() -> None:
    """Setting it says which there are."""
    with pytest.raises(ValueError, match="no such policy: 'odd'; there are force-always"):
        Inn().host.prefs_policy = "odd"


@pytest.mark.parametrize(
    ("record", "kept"),
    [
        (wanted("always"), ["friend", "stranger"]),
        (wanted("never"), []),
        (wanted("roster"), ["friend"]),
        (wanted("never", f"nym@{DOMAIN}"), ["stranger"]),
        (wanted("always", "", f"nym@{DOMAIN}"), ["friend"]),
        (wanted("always", "", f"nym@{DOMAIN}/elsewhere"), ["friend", "stranger"]),
    ],
)
def test_the_archive_honours_the_preferences(record: str, kept: list[str]) -> None:
    """XEP-0441 2.3: never before always before the default; the roster counts by bare JID."""
    inn = Inn("pistol/x", "gower/x", "nym/x")
    inn.say(
        "pistol/x", f"<iq type='set' id='r'><query xmlns='jabber:iq:roster'><item jid='gower@{DOMAIN}'/></query></iq>"
    )
    prefs(inn, "pistol/x", record)
    talk(inn, "gower/x", "pistol", "friend")
    talk(inn, "nym/x", "pistol", "stranger")
    assert bodies(archived(inn, "pistol/x")) == kept
