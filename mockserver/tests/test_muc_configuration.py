"""Creating and configuring rooms: XEP-0045 10.1, 10.2, 15.5.3."""

import pytest

from mockserver.muc.model import Affiliation, ConfigField, Switches
from mockserver.muc.namespaces import NS_DATA
from mockserver.muc.xml import Element
from mockserver.tests.rooms import HARFLEUR, Stage, form, user

RESULT = "henry/1 <- iq from=harfleur@muc type=result"
FIELDS = {
    "muc#maxhistoryfetch", "muc#roomconfig_allowinvites", "muc#roomconfig_allowpm", "muc#roomconfig_changesubject",
    "muc#roomconfig_enablelogging", "muc#roomconfig_getmemberlist", "muc#roomconfig_lang",
    "muc#roomconfig_maxusers", "muc#roomconfig_membersonly", "muc#roomconfig_moderatedroom",
    "muc#roomconfig_passwordprotectedroom", "muc#roomconfig_persistentroom", "muc#roomconfig_presencebroadcast",
    "muc#roomconfig_publicroom", "muc#roomconfig_pubsub", "muc#roomconfig_roomadmins", "muc#roomconfig_roomdesc",
    "muc#roomconfig_roomname", "muc#roomconfig_roomowners", "muc#roomconfig_roomsecret", "muc#roomconfig_whois",
}  # fmt: skip


def fields(stage: Stage) -> dict[str, list[str]]:
    """The form that the owner gets: field to values."""
    query = "<query xmlns='http://jabber.org/protocol/muc#owner'/>"
    (delivery,) = stage.hear("henry", f"<iq id='q' type='get' to='harfleur@muc'>{query}</iq>")
    (payload,) = delivery.stanza.elements()
    (x,) = payload.elements()
    assert isinstance(x, Element)
    return {f.get("var"): [v.text for v in f.find_all("value", NS_DATA)] for f in x.find_all("field", NS_DATA)}


def notice(codes: str, *, to: str = "henry/1") -> str:
    return f"{to} <- message from=harfleur@muc type=groupchat user({codes})"


# the form


def test_the_form_has_every_field_of_the_registry() -> None:
    """15.5.3; the hidden FORM_TYPE comes first. Extensions bring fields of their own."""
    stage = Stage(without=("slow-mode", "mentions"))
    stage.open()
    offered = fields(stage)
    assert next(iter(offered.items())) == ("FORM_TYPE", ["http://jabber.org/protocol/muc#roomconfig"])
    assert set(offered) >= FIELDS


def test_there_may_be_nothing_to_configure() -> None:
    """An empty query then: 10.1.1, 10.2."""
    stage = Stage()
    stage.service.switches = Switches(configurable=False)
    stage.open()
    (told,) = stage.hear(
        "henry", "<iq id='q' type='get' to='harfleur@muc'><query xmlns='http://jabber.org/protocol/muc#owner'/></iq>"
    )
    (query,) = told.stanza.elements()
    assert (told.stanza.get("type"), query.name, query.children) == ("result", "query", ())


def test_the_form_shows_what_was_set() -> None:
    """The current values are its defaults: 10.2."""
    stage = Stage()
    stage.open("henry", fluellen="admin")
    stage.configure("henry", roomname="Harfleur", presencebroadcast=["moderator"], moderatedroom="true")
    shown = fields(stage)
    assert shown["muc#roomconfig_roomname"] == ["Harfleur"]
    assert shown["muc#roomconfig_presencebroadcast"] == ["moderator"]
    assert shown["muc#roomconfig_moderatedroom"] == ["1"]
    assert shown["muc#roomconfig_roomowners"] == [user("henry")]
    assert shown["muc#roomconfig_roomadmins"] == [user("fluellen")]


def test_submitting_the_form_as_it_came_changes_nothing() -> None:
    """No notice, and the same form again."""
    stage = Stage()
    stage.open("henry", config={"membersonly": True}, fluellen="admin")
    shown = fields(stage)
    assert stage.configure("henry", **{k.rpartition("_")[2]: v for k, v in shown.items() if "roomconfig_" in k}) == [
        RESULT
    ]
    assert fields(stage) == shown


CHANGES = [
    ({"roomname": "Harfleur"}, "104"),
    ({"whois": "anyone"}, "172"),
    ({"enablelogging": "1"}, "170"),
    ({"whois": "anyone", "enablelogging": "true", "roomdesc": "A siege"}, "104 170 172"),
]


@pytest.mark.parametrize(("values", "codes"), CHANGES)
def test_the_occupants_learn_what_changed(values: dict[str, str | list[str]], codes: str) -> None:
    """One message from the room with the codes alone: 10.2.1."""
    stage = Stage()
    stage.open("henry", "gower")
    assert stage.configure("henry", **values) == [RESULT, notice(codes, to="henry/1 gower/1")]
    assert stage.configure("henry", **values) == [RESULT]


def test_going_back_has_codes_of_its_own() -> None:
    """171 and 173: 10.2.1."""
    stage = Stage()
    stage.open("henry", config={"whois": "anyone", "enablelogging": True})
    told = stage.configure("henry", whois="moderators", enablelogging="0")
    assert told == [RESULT, notice("171 173")]


INVALID: list[dict[str, str | list[str]]] = [
    {"roomname": "x", "whois": "everybody"},
    {"roomname": "x", "membersonly": "perhaps"},
    {"roomname": "x", "maxusers": "few"},
    {"roomname": "x", "roomadmins": ["@@"]},
    {"roomname": "x", "passwordprotectedroom": "1"},
    {"roomname": "x", "presencebroadcast": ["king"]},
]


@pytest.mark.parametrize("values", INVALID)
def test_what_is_not_acceptable_changes_nothing(values: dict[str, str | list[str]]) -> None:
    """The whole form is refused: 10.1.3."""
    stage = Stage()
    stage.open("henry")
    shown = fields(stage)
    assert stage.configure("henry", **values) == [
        "henry/1 <- iq from=harfleur@muc type=error error(modify not-acceptable)"
    ]
    assert fields(stage) == shown


def test_unknown_fields_are_ignored_and_vendors_fields_kept() -> None:
    """XEP-0004 3.2; a field that the operator added has any type."""
    stage = Stage()
    stage.open("henry")
    stage.service.offer_field(HARFLEUR, ConfigField("vendor#colours", kind="list-multi", options=("red", "gold")))
    values: dict[str, str | list[str]] = {"x#unknown": "1", "vendor#colours": ["red", "gold"]}
    told = stage.configure("henry", **values)
    assert told == [RESULT, notice("104")]
    assert fields(stage)["vendor#colours"] == ["red", "gold"]


def test_an_unknown_field_of_an_operators_call_is_an_error() -> None:
    """A slip in a scenario is not lost."""
    stage = Stage()
    with pytest.raises(ValueError, match="no such configuration field: muc#roomconfig_roomnmae"):
        stage.open(config={"roomnmae": "Harfleur"})


def test_only_owners_configure() -> None:
    """forbidden: 10.2; another FORM_TYPE is a bad request."""
    stage = Stage()
    stage.open("henry", "pistol", pistol="admin")
    assert stage.configure("pistol", roomname="x")[0].endswith("error(auth forbidden)")
    assert stage.owner("pistol", kind="get")[0].endswith("error(auth forbidden)")
    assert stage.owner("henry", form("urn:other", {}))[0].endswith("error(modify bad-request)")
    assert stage.owner("henry")[0].endswith("error(modify bad-request)")


# owners and admins by the form


def test_owners_and_admins_become_those_of_the_form() -> None:
    """An admin who is struck off has nothing, an owner is admin then; presence shows it: 10.2."""
    stage = Stage()
    stage.open("henry", "exeter", "fluellen", "pistol", exeter="owner", fluellen="admin")
    told = stage.configure("henry", roomadmins=[user("pistol")], roomowners=[user("henry")])
    assert stage.room.affiliations == {
        user("henry"): Affiliation.OWNER, user("exeter"): Affiliation.ADMIN, user("pistol"): Affiliation.ADMIN,
    }  # fmt: skip
    seen = {line.partition("@muc/")[2] for line in told if "presence" in line and line.startswith("henry/1")}
    assert seen == {
        "fluellen user(none/participant jid=fluellen/1)",
        "exeter user(admin/moderator jid=exeter/1)",
        "pistol user(admin/moderator jid=pistol/1)",
    }


def test_an_owner_among_the_admins_stays_owner() -> None:
    """The higher list counts."""
    stage = Stage()
    stage.open("henry")
    stage.configure("henry", roomadmins=[user("henry")])
    assert stage.room.affiliation(user("henry")) is Affiliation.OWNER


def test_a_room_without_owners_is_a_conflict() -> None:
    """10.2."""
    stage = Stage()
    stage.open("henry")
    assert stage.configure("henry", roomowners=[]) == [
        "henry/1 <- iq from=harfleur@muc type=error error(cancel conflict)"
    ]


def test_a_room_that_becomes_members_only_loses_the_others() -> None:
    """322 to them and to those who stay: 10.2."""
    stage = Stage()
    stage.open("henry", "pistol")
    assert stage.configure("henry", membersonly="1") == [
        RESULT,
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none 110 322)",
        "henry/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none jid=pistol/1 322)",
        notice("104"),
    ]


def test_a_room_that_becomes_moderated_takes_voice_from_the_unaffiliated() -> None:
    """Presence says so: 5.1.2."""
    stage = Stage()
    stage.open("henry", "gower", "pistol", gower="member")
    stage.configure("henry", moderatedroom="1")
    assert {nick: role for nick, (role, _) in stage.seats.items()} == {
        "henry": "moderator", "gower": "participant", "pistol": "visitor",
    }  # fmt: skip


# a new room


def test_a_new_room_opens_with_its_form_or_at_once() -> None:
    """Others get in after the result: 10.1.2, 10.1.3. Nobody is told of what nobody knew before."""
    for inside in ("<x xmlns='jabber:x:data' type='submit'/>", form("http://jabber.org/protocol/muc#roomconfig", {})):
        stage = Stage()
        stage.join("henry")
        assert stage.owner("henry", inside) == [RESULT]
        assert "110" in stage.join("pistol")[-2]
    stage = Stage()
    stage.join("henry")
    assert stage.configure("henry", roomname="Harfleur", whois="anyone") == [RESULT]


def test_a_cancelled_new_room_is_destroyed() -> None:
    """10.1.3; later a cancellation changes nothing: 10.2."""
    stage = Stage()
    stage.join("henry")
    cancel = "<x xmlns='jabber:x:data' type='cancel'/>"
    assert stage.owner("henry", cancel) == [
        "henry/1 <- presence from=harfleur@muc/henry type=unavailable user(none/none jid=henry/1 <destroy/> 110)",
        RESULT,
    ]
    assert stage.service.rooms == {}
    stage.open("henry")
    assert stage.owner("henry", cancel) == [RESULT]
    assert list(stage.seats) == ["henry"]


def test_an_owner_who_goes_before_configuring_takes_the_room_along() -> None:
    """With destroy: 10.1.3."""
    stage = Stage()
    stage.join("henry")
    assert stage.leave("henry") == [
        "henry/1 <- presence from=harfleur@muc/henry type=unavailable user(none/none jid=henry/1 <destroy/> 110)"
    ]
    assert stage.service.rooms == {}


def test_a_locked_room_is_not_there_for_others() -> None:
    """item-not-found to messages and requests too: 17.2."""
    stage = Stage()
    stage.join("henry")
    assert stage.say("pistol")[0].endswith("error(cancel item-not-found)")
    disco = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
    assert stage.ask("pistol", disco)[0].endswith("error(cancel item-not-found)")
    assert "type=result" in stage.ask("henry", disco)[0]
