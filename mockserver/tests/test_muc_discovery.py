"""What the service and its rooms say of themselves: XEP-0045 6, 15.3, 18.1.1, XEP-0030."""

import pytest

from mockserver.muc.model import Switches
from mockserver.muc.namespaces import NS_DATA, NS_DISCO_INFO, NS_DISCO_ITEMS
from mockserver.muc.xml import Element
from mockserver.tests.rooms import DOMAIN, HARFLEUR, Stage

INFO, ITEMS = "http://jabber.org/protocol/disco#info", "http://jabber.org/protocol/disco#items"


def ask(stage: Stage, what: str, *, to: str = "harfleur@muc", node: str = "", who: str = "pistol") -> Element:
    """The query in the answer to a disco request."""
    at = f" node='{node}'" if node else ""
    (delivery,) = stage.hear(who, f"<iq id='q' type='get' to='{to}'><query xmlns='{what}'{at}/></iq>")
    return next(delivery.stanza.elements())


def features(query: Element) -> set[str]:
    return {feature.get("var") for feature in query.find_all("feature", NS_DISCO_INFO)}


def info(query: Element) -> dict[str, list[str]]:
    """The muc#roominfo form."""
    form = query.find("x", NS_DATA)
    fields = form.find_all("field", NS_DATA) if form else ()
    return {f.get("var"): [v.text for v in f.find_all("value", NS_DATA)] for f in fields}


def items(query: Element) -> list[tuple[str, str]]:
    return [(item.get("jid"), item.get("name")) for item in query.find_all("item", NS_DISCO_ITEMS)]


def test_the_service_is_a_conference_service() -> None:
    """Identity and the feature that clients look for: 6.2."""
    query = ask(Stage(), INFO, to=DOMAIN)
    (identity,) = query.find_all("identity", NS_DISCO_INFO)
    assert (identity.get("category"), identity.get("type")) == ("conference", "text")
    assert {"http://jabber.org/protocol/muc", INFO, ITEMS} <= features(query)
    assert query.find("x", NS_DATA) is None


def test_the_service_lists_public_rooms_that_are_there() -> None:
    """With their names; hidden ones are left out, and those not configured yet: 6.3."""
    stage = Stage()
    stage.open(config={"roomname": "The siege"})
    stage.join("nym", room="agincourt")
    assert items(ask(stage, ITEMS, to=DOMAIN)) == [(HARFLEUR, "The siege")]
    stage.service.set_config(HARFLEUR, {"publicroom": False}, now=stage.now)
    assert items(ask(stage, ITEMS, to=DOMAIN)) == []


KINDS = [  # a setting, its values, and what is announced with each: 15.3
    ("membersonly", ("1", "0"), ("muc_membersonly", "muc_open")),
    ("moderatedroom", ("1", "0"), ("muc_moderated", "muc_unmoderated")),
    ("whois", ("anyone", "moderators"), ("muc_nonanonymous", "muc_semianonymous")),
    ("passwordprotectedroom", ("1", "0"), ("muc_passwordprotected", "muc_unsecured")),
    ("persistentroom", ("1", "0"), ("muc_persistent", "muc_temporary")),
    ("publicroom", ("0", "1"), ("muc_hidden", "muc_public")),
]


@pytest.mark.parametrize(("field", "values", "announced"), KINDS, ids=[k[0] for k in KINDS])
def test_a_room_announces_what_kind_it_is(field: str, values: tuple[str, str], announced: tuple[str, str]) -> None:
    """Each kind or its contrary, never both: 6.4."""
    stage = Stage()
    stage.open(config={"roomsecret": "x"})
    for value, shown in zip(values, announced, strict=True):
        stage.service.set_config(HARFLEUR, {field: value}, now=stage.now)
        assert features(ask(stage, INFO)) & set(announced) == {shown}


def test_a_room_has_a_name_and_details() -> None:
    """The identity, and the muc#roominfo form: 6.4, 15.5.4."""
    stage = Stage()
    stage.open("henry", config={"roomname": "The siege", "roomdesc": "Once more", "lang": "en", "changesubject": True})
    query = ask(stage, INFO)
    assert [i.get("name") for i in query.find_all("identity", NS_DISCO_INFO)] == ["The siege"]
    shown = info(query)
    assert shown["FORM_TYPE"] == ["http://jabber.org/protocol/muc#roominfo"]
    assert shown["muc#roominfo_description"] == ["Once more"]
    assert shown["muc#roominfo_lang"] == ["en"]
    assert shown["muc#roominfo_subjectmod"] == ["1"]
    assert shown["muc#maxhistoryfetch"] == ["20"]


def test_what_is_said_inside_is_shown_outside_only_where_the_service_wants_it() -> None:
    """The subject and the number of occupants: 14.4."""
    stage = Stage()
    stage.open("henry", "gower")
    stage.send("henry", "<message type='groupchat' to='harfleur@muc'><subject>Siege</subject></message>")
    assert not {"muc#roominfo_subject", "muc#roominfo_occupants"} & set(info(ask(stage, INFO)))
    stage.service.switches = Switches(full_roominfo=True)
    shown = info(ask(stage, INFO))
    assert (shown["muc#roominfo_subject"], shown["muc#roominfo_occupants"]) == (["Siege"], ["2"])


def test_occupants_are_listed_only_where_the_service_wants_it() -> None:
    """An empty query otherwise: 6.5."""
    stage = Stage()
    stage.open("henry")
    assert items(ask(stage, ITEMS)) == []
    stage.service.switches = Switches(lists_occupants=True)
    assert items(ask(stage, ITEMS)) == [(f"{HARFLEUR}/henry", "")]


@pytest.mark.parametrize(
    ("to", "what", "node", "error"),
    [
        ("agincourt@muc", INFO, "", "item-not-found"),
        ("agincourt@muc", ITEMS, "", "item-not-found"),
        ("harfleur@muc", INFO, "urn:nowhere", "item-not-found"),
        ("harfleur@muc", ITEMS, "urn:nowhere", "item-not-found"),
        (DOMAIN, INFO, "urn:nowhere", "item-not-found"),
        (DOMAIN, INFO, "x-roomuser-item", "item-not-found"),
    ],
)
def test_what_is_not_there_is_not_found(to: str, what: str, node: str, error: str) -> None:
    """Rooms and nodes: 6.4, XEP-0030 7."""
    stage = Stage()
    stage.open()
    at = f" node='{node}'" if node else ""
    (line,) = stage.ask("pistol", f"<query xmlns='{what}'{at}/>", to=to)
    assert f"error(cancel {error})" in line


@pytest.mark.parametrize(
    ("feature", "node"), [("registration", "x-roomuser-item"), ("traffic", "http://jabber.org/protocol/muc#traffic")]
)
def test_an_optional_node_without_its_feature_is_not_implemented(feature: str, node: str) -> None:
    """7.12, 18.1.1."""
    stage = Stage(without=(feature,))
    stage.open()
    (line,) = stage.ask("pistol", f"<query xmlns='{INFO}' node='{node}'/>")
    assert "error(cancel feature-not-implemented)" in line


def test_the_traffic_node_lists_what_a_room_passes_on() -> None:
    """Nothing at all: an empty query; everything: service-unavailable: 18.1.1."""
    stage = Stage()
    stage.open()
    node = "http://jabber.org/protocol/muc#traffic"
    (line,) = stage.ask("pistol", f"<query xmlns='{INFO}' node='{node}'/>")
    assert "error(cancel service-unavailable)" in line
    stage.service.limit_traffic(HARFLEUR, ())
    assert ask(stage, INFO, node=node).children == ()
    stage.service.limit_traffic(HARFLEUR, ("http://jabber.org/protocol/chatstates",))
    assert features(ask(stage, INFO, node=node)) == {"http://jabber.org/protocol/chatstates"}


def test_a_reserved_nickname_is_told_before_and_after_the_join() -> None:
    """In the same way, and to its holder alone: 7.12."""
    stage = Stage()
    stage.open()
    stage.room.reserved["pistol@mucspec.invalid"] = "Ancient"  # type: ignore[index]  # equal to its JID
    before = ask(stage, INFO, node="x-roomuser-item")
    assert [i.get("name") for i in before.find_all("identity", NS_DISCO_INFO)] == ["Ancient"]
    stage.join("pistol", "Ancient")
    assert ask(stage, INFO, node="x-roomuser-item") == before
    assert ask(stage, INFO, node="x-roomuser-item", who="nym").children == ()
