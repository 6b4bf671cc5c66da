"""Claims about searching the rooms of a service (XEP-0433)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from mockserver.muc.jid import JID
from mockserver.muc.xml import Element, render

from .rooms import DOMAIN, Stage, form, user

NS = "urn:xmpp:channel-search:0:search"
PARAMS = "urn:xmpp:channel-search:0:search-params"
ADDRESS = "{urn:xmpp:channel-search:0:order}address"


def coast() -> Stage:
    """Harfleur (two occupants), Dover (one, for members only), Calais (empty); a hidden room and a locked one."""
    stage = Stage()
    stage.open("pistol", "gower", config={"roomname": "The siege", "roomdesc": "Before the walls"})
    add(stage, "dover", roomname="Cliffs", membersonly=True)
    add(stage, "calais", roomname="Siege of old", whois="anyone")
    add(stage, "tent", roomname="The king's siege", publicroom=False)
    stage.join("henry", room="dover")
    stage.join("nym", room="new")
    return stage


def add(stage: Stage, name: str, **config: str | bool) -> None:
    jid = JID(f"{name}@{DOMAIN}")
    stage.service.open_room(jid, now=stage.now, owner=user("henry"), config=config)


def ask(stage: Stage, inside: str = "", to: str = DOMAIN) -> Element:
    search = f"<search xmlns='{NS}'>{inside}</search>"
    (delivery,) = stage.hear("bates", f"<iq type='get' id='q' to='{to}'>{search}</iq>")
    return delivery.stanza


def search(stage: Stage, page: str = "", **values: str | list[str]) -> Element:
    return ask(
        stage, form(PARAMS, values) + (f"<set xmlns='http://jabber.org/protocol/rsm'>{page}</set>" if page else "")
    )


def found(answer: Element) -> list[str]:
    """The names of the rooms, in order."""
    assert answer.get("type") == "result"
    return re.findall(f'<item address="([a-z]+)@{DOMAIN}"', render(answer))


def test_the_form_has_every_field_with_its_default() -> None:
    """Those of the XEP; an empty request asks for it."""
    told = render(ask(coast()))
    assert re.findall(' var="([^"]*)"', told) == [
        "FORM_TYPE", "q", "all", "sinname", "sindescription", "sinaddress", "min_users", "types", "key",
    ]  # fmt: skip
    assert f"<value>{PARAMS}</value>" in told
    for var in ("sinname", "sindescription", "sinaddress"):
        assert "<value>true</value>" in told.partition(f'var="{var}"')[2].partition("</field>")[0]


def test_words_are_found_in_name_description_and_address() -> None:
    """Whatever their case; all of them have to be there; fuller rooms come first."""
    stage = coast()
    assert found(search(stage, q="siege")) == ["harfleur", "calais"]
    assert found(search(stage, q="WALLS siege")) == ["harfleur"]
    assert found(search(stage, q="dov")) == ["dover"]
    assert found(search(stage, q="tent")) == found(search(stage, q="new")) == []


@pytest.mark.parametrize(
    ("q", "without"), [("siege", "sinname"), ("walls", "sindescription"), ("harfleur", "sinaddress")]
)
def test_a_search_can_leave_parts_out(q: str, without: str) -> None:
    """What is not searched is not found."""
    assert found(search(coast(), q=q))[:1] == ["harfleur"]
    assert "harfleur" not in found(search(coast(), q=q, **{without: "false"}))


def test_all_rooms_can_be_asked_for() -> None:
    """The listed ones that are configured, by users or by address."""
    assert found(search(coast(), all="true")) == ["harfleur", "dover", "calais"]
    assert found(search(coast(), all="1", key=ADDRESS)) == ["calais", "dover", "harfleur"]
    assert found(search(coast(), all="1", min_users="1")) == ["harfleur", "dover"]


def test_fields_that_nobody_knows_are_ignored() -> None:
    """XEP-0433 5."""
    assert found(search(coast(), q="siege", unheard_of="1")) == ["harfleur", "calais"]


def test_only_kinds_of_service_that_were_asked_for_are_found() -> None:
    """There are rooms of XEP-0045 here and nothing else."""
    assert found(search(coast(), all="1", types=["xep-0369"])) == []
    assert len(found(search(coast(), all="1", types=["xep-0369", "xep-0045"]))) == 3


def test_what_is_found_is_shown_as_far_as_it_is_known() -> None:
    """A closed room says that it is not open, one that shows addresses that nobody is anonymous."""
    told = render(search(coast(), q="siege"))
    children = (
        "<name>The siege</name><description>Before the walls</description><language>en</language><nusers>2</nusers>"
    )
    more = (
        "<service-type>xep-0045</service-type><is-open>true</is-open><anonymity-mode>muc_semianonymous</anonymity-mode>"
    )
    assert f'<item address="harfleur@{DOMAIN}">{children}{more}</item>' in told
    assert "<anonymity-mode>{urn:xmpp:channel-search:0:anonymity}none</anonymity-mode>" in told
    assert "<is-open>false</is-open>" in render(search(coast(), q="dover"))


def test_results_come_in_pages() -> None:
    """By Result Set Management; the page after the last of a page goes on."""
    stage = coast()
    first = search(stage, "<max>2</max>", all="1", key=ADDRESS)
    assert found(first) == ["calais", "dover"]
    assert "<count>3</count>" in render(first)
    assert found(search(stage, f"<max>2</max><after>dover@{DOMAIN}</after>", all="1", key=ADDRESS)) == ["harfleur"]


@pytest.mark.parametrize(
    ("values", "errors"),
    [
        ({"q": "siege", "key": "size"}, ("modify", "feature-not-implemented", "invalid-sort-key")),
        ({"q": " a b "}, ("modify", "bad-request", "invalid-search-terms")),
        ({"q": "siege", "all": "true"}, ("modify", "bad-request", "conflicting-fields")),
        ({"sinname": "true"}, ("cancel", "bad-request", "no-search-conditions")),
        ({"all": "false"}, ("cancel", "bad-request", "no-search-conditions")),
        ({"all": "true", "min_users": "few"}, ("modify", "not-acceptable", "")),
    ],
)
def test_what_cannot_be_searched_for_is_refused(values: dict[str, str], errors: tuple[str, str, str]) -> None:
    """With the conditions of the XEP and its own."""
    error = next(c for c in search(coast(), **values).elements() if c.name == "error")
    conditions = {c.uri: c.name for c in error.elements() if c.name != "text"}
    own = conditions.get("urn:xmpp:channel-search:0:error", "")
    assert (error.get("type"), conditions["urn:ietf:params:xml:ns:xmpp-stanzas"], own) == errors
    assert (error.find("text", "urn:ietf:params:xml:ns:xmpp-stanzas") is not None) is (
        own in ("invalid-search-terms", "conflicting-fields")
    )


def test_conflicting_fields_are_named() -> None:
    """So that a client knows which one to change."""
    assert re.findall("<var>([a-z]+)</var>", render(search(coast(), q="siege", all="1"))) == ["all", "q"]


@pytest.mark.parametrize(
    ("inside", "wrong"),
    [
        (form("urn:other", {"q": "siege"}), "bad-request"),
        (form(PARAMS, {"all": "1"}) + "<set xmlns='http://jabber.org/protocol/rsm'><max>x</max></set>", "bad-request"),
        (
            form(PARAMS, {"all": "1"}) + "<set xmlns='http://jabber.org/protocol/rsm'><after>x</after></set>",
            "item-not-found",
        ),
    ],
)
def test_a_request_that_cannot_be_read_is_refused(inside: str, wrong: str) -> None:
    """Another form, a page that is none, a page behind a room that was not found."""
    assert f"<{wrong} " in render(ask(coast(), inside))


def test_the_service_announces_the_search_and_rooms_do_not() -> None:
    """A room is not searched; left out, the service is not either."""
    info = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
    stage = coast()
    assert f'<feature var="{NS}"/>' in stage.ask("nym", info, to=DOMAIN)[0]
    assert NS not in stage.ask("nym", info)[0]
    assert "<service-unavailable " in render(ask(stage, to=f"harfleur@{DOMAIN}"))
    stage = Stage(without=("channel-search",))
    assert NS not in stage.ask("nym", info, to=DOMAIN)[0]
    assert "<service-unavailable " in render(ask(stage))


def conditions(answer: Element) -> tuple[str, list[str]]:
    """The type of an error and all its conditions."""
    error = next(c for c in answer.elements() if c.name == "error")
    return error.get("type"), [c.name for c in error.elements()]


def test_a_service_may_refuse_to_list_everything() -> None:
    """Searching for something still works."""
    stage = coast()
    stage.service.switches = replace(stage.service.switches, lists_all_rooms=False)
    assert conditions(search(stage, all="1")) == ("cancel", ["not-allowed", "text", "full-set-retrieval-rejected"])
    assert found(search(stage, q="dover")) == ["dover"]


def test_a_service_may_bound_the_searches_of_a_user() -> None:
    """It says when the next one is welcome; the form and other users are not bounded by that."""
    stage = coast()
    stage.service.switches = replace(stage.service.switches, searches_a_minute=2)
    for _ in range(2):
        assert found(search(stage, q="dover")) == ["dover"]
        stage.now += 10
    refused = search(stage, q="dover")
    assert conditions(refused) == ("wait", ["resource-constraint", "text", "rate-limit"])
    assert '<rate-limit xmlns="urn:xmpp:channel-search:0:error" retry-after="40"/>' in render(refused)
    assert ask(stage).get("type") == "result"
    stage.now += 40
    assert found(search(stage, q="dover")) == ["dover"]
    stage.service.switches = replace(stage.service.switches, searches_a_minute=0)
    assert 'retry-after="60"' in render(search(stage, q="dover"))
