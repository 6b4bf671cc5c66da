"""A slidge gateway is hosted, and its user is in one of its rooms: claims that need slidge, sockets and processes.

Slidge is installed into an environment of its own; where that cannot be, all of these are skipped, and say why.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from harness.gateways import hosting
from harness.provision import CannotProvision, Place
from mockserver.muc.namespaces import NS_CLIENT, NS_DELAY, NS_DISCO_ITEMS, NS_MUC, NS_ROSTER, NS_USER
from mockserver.muc.xml import Element

from .gateway import DOMAIN, GATE, ROOM, Town, User, town

JOIN = f"<presence id='j' to='{ROOM}/{{}}'><x xmlns='{NS_MUC}'/></presence>"
SAY = f"<message type='groupchat' id='{{}}' to='{ROOM}'><body>{{}}</body></message>"
names = (f"user{n}" for n in count(1))


@pytest.fixture(scope="module")
def slidge() -> Place:
    """The environment with slidge."""
    try:
        return hosting.place()
    except CannotProvision as complaint:
        pytest.skip(f"slidge {hosting.SLIDGE.default_version} is not here: {complaint}")


@pytest.fixture(scope="module")
def here(slidge: Place, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A server with a gateway that has privileges."""
    with town(slidge, tmp_path_factory.mktemp("slidge"), "--component-privileges") as made, made.gateway():
        yield made


@pytest.fixture
def pistol(here: Town) -> User:
    """A registered user, in the room under its own name."""
    user = here.citizen(next(names))
    enter(user)
    return user


def nick(user: User) -> str:
    return user.jid.partition("@")[0]


def enter(user: User) -> list[Element]:
    """Join, and all that comes up to the subject."""
    user.say(JOIN.format(nick(user)))
    return user.all_until(subject_of)


def subject_of(stanza: Element) -> bool:
    return stanza.name == "message" and stanza.find("subject", NS_CLIENT) is not None


def body(stanza: Element) -> str:
    found = stanza.find("body", NS_CLIENT)
    return found.text if found else ""


def codes(stanza: Element) -> set[str]:
    x = stanza.find("x", NS_USER)
    return {status.get("code") for status in x.find_all("status", NS_USER)} if x else set()


def test_a_user_joins_a_room_of_a_gateway_talks_and_leaves(here: Town) -> None:
    """It finds the gateway, registers, joins through the mock, sees who is there and what was said, and is heard."""
    user = here.user(next(names))
    items = user.asks("get", DOMAIN, f"<query xmlns='{NS_DISCO_ITEMS}'/>").find("query", NS_DISCO_ITEMS)
    assert items and GATE in [item.get("jid") for item in items.elements()]
    assert user.asks("set", GATE, "<query xmlns='jabber:iq:register'/>").get("type") == "result"
    user.sees(lambda e: e.name == "presence" and any(c.text == "in town" for c in e.elements()))
    told = enter(user)
    present = [e for e in told if e.name == "presence" and e.get("from").startswith(ROOM)]
    assert [e.get("from").partition("/")[2] for e in present] == ["Herald", "gower", nick(user)]
    assert [codes(e) for e in present] == [set(), set(), {"110"}]
    history = [e for e in told if e.name == "message" and e.find("delay", NS_DELAY)]
    assert [body(e) for e in history] == ["To the mines!", "Tell the Duke."]
    user.say(SAY.format("m1", "Ho!"))
    heard = [user.sees(lambda e: body(e) == "Ho!") for _ in range(2)]
    assert {(e.get("from"), e.get("id") == "m1") for e in heard} == {
        (f"{ROOM}/{nick(user)}", True),
        (f"{ROOM}/Herald", False),
    }
    user.say(f"<presence type='unavailable' to='{ROOM}/{nick(user)}'/>")
    assert user.asks("get", f"{ROOM}/{nick(user)}", "<ping xmlns='urn:xmpp:ping'/>").get("type") == "error"


def test_a_gateway_with_privileges_stands_in_its_users_roster(here: Town) -> None:
    """XEP-0356: slidge puts itself there when the user registers."""
    user = here.citizen(next(names))
    query = user.asks("get", f"{nick(user)}@{DOMAIN}", f"<query xmlns='{NS_ROSTER}'/>").find("query", NS_ROSTER)
    assert query and [item.get("jid") for item in query.elements()] == [GATE]


def test_a_lost_session_is_out_of_the_gateways_room(here: Town, pistol: User) -> None:
    """The server tells the gateway that who was in the room is gone: the gateway sends nothing there any more."""
    other = here.user(nick(pistol), "y")
    enter(other)
    pistol.link.close()
    other.sees(lambda e: e.name == "presence" and e.get("type") == "unavailable" and e.get("from") == pistol.jid)
    other.say(SAY.format("m2", "Anybody?"))
    other.sees(lambda e: body(e) == "Anybody?")
