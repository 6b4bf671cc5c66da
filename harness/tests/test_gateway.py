"""A slidge gateway is hosted, and its user is in one of its rooms: claims that need slidge, sockets and processes.

Slidge is installed into an environment of its own; where that cannot be, all of these are skipped, and say why.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from harness.gateways import hosting
from harness.gateways.__main__ import SCENARIOS, run
from harness.gateways.hosting import DOMAIN, GATE
from harness.gateways.shown import PUBLISHED
from harness.load import load_all
from harness.provision import CannotProvision, Place
from harness.selection import Wanted, select
from mockserver.muc.namespaces import NS_CLIENT, NS_DELAY, NS_DISCO_ITEMS, NS_MUC, NS_ROSTER, NS_USER
from mockserver.muc.xml import Element
from reports.record import read

from .gateway import ROOM, Town, User, town

JOIN = f"<presence id='j' to='{ROOM}/{{}}'><x xmlns='{NS_MUC}'/></presence>"
SAY = f"<message type='groupchat' id='{{}}' to='{ROOM}'><body>{{}}</body></message>"
WRONG = {"a_reaction_is_refused": "fail", "leaving": "fail"}  # docs/findings/slidge.md
NICK = "pistol"  # the town knows every user by it
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


def enter(user: User) -> list[Element]:
    """Join, and all that comes up to the subject."""
    user.say(JOIN.format(NICK))
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
    assert [e.get("from").partition("/")[2] for e in present] == ["Herald", "gower", NICK]
    assert [codes(e) for e in present] == [set(), set(), {"110"}]
    history = [e for e in told if e.name == "message" and e.find("delay", NS_DELAY)]
    assert [body(e) for e in history] == ["To the mines!", "Tell the Duke."]
    user.say(SAY.format("m1", "Ho!"))
    heard = [user.sees(lambda e: body(e) == "Ho!") for _ in range(2)]
    assert {(e.get("from"), e.get("id") == "m1") for e in heard} == {
        (f"{ROOM}/{NICK}", True),
        (f"{ROOM}/Herald", False),
    }
    user.say(f"<presence type='unavailable' to='{ROOM}/{NICK}'/>")
    assert user.asks("get", f"{ROOM}/{NICK}", "<ping xmlns='urn:xmpp:ping'/>").get("type") == "error"


def test_a_gateway_with_privileges_stands_in_its_users_roster(here: Town) -> None:
    """XEP-0356: slidge puts itself there when the user registers."""
    user = here.citizen(next(names))
    query = user.asks("get", f"{user.account}", f"<query xmlns='{NS_ROSTER}'/>").find("query", NS_ROSTER)
    assert query and [item.get("jid") for item in query.elements()] == [GATE]


def test_a_lost_session_is_out_of_the_gateways_room(here: Town, pistol: User) -> None:
    """The server tells the gateway that who was in the room is gone: the user's other session sees it go."""
    other = here.user(pistol.account.partition("@")[0], "y")
    enter(other)
    pistol.link.close()
    other.sees(lambda e: e.name == "presence" and e.get("type") == "unavailable" and e.get("from") == pistol.jid)
    other.say(SAY.format("m2", "Anybody?"))
    other.sees(lambda e: body(e) == "Anybody?")


def test_without_privileges_the_user_is_invited_instead(slidge: Place, tmp_path: Path) -> None:
    """The bookmark that the gateway may not set becomes an invitation; when it ends, users are told, with 332.

    Started again it knows its users.
    """
    with town(slidge, tmp_path) as made:
        with made.gateway():
            user = made.citizen(next(names))
            enter(user)
            user.say(SAY.format("m2", "!bookmark"))
            user.sees(lambda e: any(c.uri == "jabber:x:conference" and c.get("jid") == ROOM for c in e.elements()))
        gone = user.sees(lambda e: e.get("type") == "unavailable" and e.get("from") == f"{ROOM}/{NICK}")
        assert codes(gone) == {"110", "332"}
        user.asks("get", DOMAIN, "<ping xmlns='urn:xmpp:ping'/>")
        with made.gateway():
            user.sees(lambda e: e.name == "presence" and any(c.text == "in town" for c in e.elements()))
            present = [e.get("from") for e in enter(user) if e.name == "presence"]
            assert f"{ROOM}/{NICK}" in present


def test_the_published_record_has_all_scenarios_about_gateways() -> None:
    """All pass, but for what slidge does wrong; `python -m harness.gateways --publish` makes it again."""
    outcomes = {line["id"]: line["outcome"] for line in read(PUBLISHED).scenarios}
    assert set(outcomes) == {scenario.id for scenario in load_all(SCENARIOS)}
    assert {name: outcome for name, outcome in outcomes.items() if outcome != "pass"} == WRONG


def test_a_few_of_the_scenarios_are_what_the_record_says(slidge: Place, tmp_path: Path) -> None:
    """Played again: rows about joining, about bookmarks (XEP-0356), and one of those that slidge fails."""
    record = run(slidge, select(load_all(SCENARIOS), Wanted("join_order or bookmarked or leaving")), tmp_path)
    outcomes = {line["id"]: line["outcome"] for line in record.scenarios}
    assert outcomes == {"bookmarked": "pass", "join_order": "pass", "leaving": "fail"}
