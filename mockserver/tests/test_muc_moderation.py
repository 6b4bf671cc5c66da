"""Roles, affiliations and their lists: XEP-0045 5, 8, 9, 10.3 to 10.8."""

import pytest

from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Role, Switches
from mockserver.tests.rooms import DOMAIN, HARFLEUR, Stage, lines, user

RESULT = "henry/1 <- iq from=harfleur@muc type=result"


def error(who: str, text: str) -> list[str]:
    return [f"{who}/1 <- iq from=harfleur@muc type=error error({text})"]


def test_a_kick_is_told_to_the_kicked_then_confirmed_then_told_to_all() -> None:
    """307 with actor and reason, in this order: 8.2."""
    stage = Stage()
    stage.open("henry", "gower", "pistol")
    item = "<item nick='pistol' role='none'><reason>Avaunt, you cullion!</reason></item>"
    said = "actor=henry reason=Avaunt, you cullion!"
    assert stage.admin("henry", item) == [
        f"pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none {said} 110 307)",
        RESULT,
        f"henry/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none jid=pistol/1 {said} 307)",
        f"gower/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none {said} 307)",
    ]
    assert list(stage.seats) == ["henry", "gower"]


def test_a_kick_hits_all_sessions_of_the_occupant() -> None:
    """They are one occupant: 7.2.8."""
    stage = Stage()
    stage.open("henry", "pistol", "pistol/2")
    assert stage.admin("henry", "nick='pistol' role='none'")[0].startswith("pistol/1 pistol/2 <- ")
    assert list(stage.seats) == ["henry"]


def test_voice_is_granted_and_revoked() -> None:
    """The result, then presence with the new role: 8.3, 8.4."""
    stage = Stage()
    stage.open("henry", "pistol", config={"moderatedroom": True})
    for role in ("participant", "visitor"):
        assert stage.admin("henry", f"nick='pistol' role='{role}'") == [
            RESULT,
            f"henry/1 <- presence from=harfleur@muc/pistol user(none/{role} jid=pistol/1 actor=henry)",
            f"pistol/1 <- presence from=harfleur@muc/pistol user(none/{role} actor=henry 110)",
        ]


def test_a_role_given_in_a_moderated_room_outlasts_the_visit() -> None:
    """Until the affiliation changes, or moderation ends: 5.1."""
    stage = Stage()
    stage.open("henry", "pistol", config={"moderatedroom": True})
    stage.admin("henry", "nick='pistol' role='participant'")
    stage.leave("pistol")
    stage.join("pistol")
    assert stage.seats["pistol"][0] == "participant"
    for affiliation in ("member", "none"):
        stage.admin("henry", f"jid='{user('pistol')}' affiliation='{affiliation}'")
    stage.leave("pistol")
    stage.join("pistol")
    assert stage.seats["pistol"][0] == "visitor"


CAST = {"henry": "owner", "exeter": "owner", "bedford": "admin", "fluellen": "admin", "gower": "member"}
NOT_ALLOWED, FORBIDDEN = "cancel not-allowed", "auth forbidden"
ROLES = [  # who does what to whom, and the error: 5.1.3, 8.2, 8.4, 9.6, 9.7
    ("henry", "fluellen", "none", ""),
    ("henry", "exeter", "none", ""),
    ("fluellen", "henry", "none", NOT_ALLOWED),
    ("fluellen", "henry", "participant", NOT_ALLOWED),
    ("fluellen", "bedford", "participant", NOT_ALLOWED),
    ("fluellen", "bedford", "visitor", NOT_ALLOWED),
    ("henry", "bedford", "visitor", NOT_ALLOWED),
    ("fluellen", "gower", "visitor", ""),
    ("fluellen", "pistol", "moderator", ""),
    ("fluellen", "nym", "participant", ""),
    ("nym", "pistol", "moderator", FORBIDDEN),
    ("nym", "pistol", "none", ""),
    ("nym", "gower", "none", NOT_ALLOWED),
    ("nym", "gower", "visitor", NOT_ALLOWED),
    ("nym", "pistol", "visitor", NOT_ALLOWED),
    ("nym", "henry", "participant", NOT_ALLOWED),
    ("nym", "nym", "participant", FORBIDDEN),
    ("gower", "pistol", "none", FORBIDDEN),
    ("gower", "pistol", "visitor", FORBIDDEN),
    ("bardolph", "pistol", "none", FORBIDDEN),
    ("henry", "bardolph", "none", "cancel item-not-found"),
]


@pytest.mark.parametrize(("actor", "target", "role", "refused"), ROLES)
def test_who_may_change_which_role(actor: str, target: str, role: str, refused: str) -> None:
    """nym is a moderator without affiliation, pistol a participant, bardolph not there."""
    stage = Stage()
    stage.open(*CAST, "pistol", "nym", **CAST)
    stage.service.set_role(HARFLEUR, "nym", Role.MODERATOR, now=stage.now)
    before = stage.seats
    told = stage.admin(actor, f"nick='{target}' role='{role}'")
    if refused:
        assert len(told) == 1 and f"error({refused})" in told[0]
        assert stage.seats == before
    else:
        assert f"{actor}/1 <- iq from=harfleur@muc type=result" in told
        assert stage.seats.get(target, ("none", []))[0] == role


def test_not_allowed_shows_the_offending_item() -> None:
    """8.4."""
    stage = Stage()
    stage.open("henry", "fluellen", fluellen="admin")
    assert stage.admin("fluellen", "nick='henry' role='none'") == [
        "fluellen/1 <- iq from=harfleur@muc type=error "
        '<query xmlns="muc#admin"><item nick="henry" role="none"/></query> error(cancel not-allowed)'
    ]


AFFILIATIONS = [  # 5.2.2, 9.1, 10.3 to 10.8
    ("henry", "pistol", "owner", ""),
    ("henry", "exeter", "none", ""),
    ("henry", "henry", "admin", ""),
    ("henry", "henry", "outcast", "cancel conflict"),
    ("henry", "bedford", "outcast", ""),
    ("fluellen", "pistol", "member", ""),
    ("fluellen", "pistol", "outcast", ""),
    ("fluellen", "gower", "outcast", ""),
    ("fluellen", "gower", "none", ""),
    ("fluellen", "pistol", "admin", FORBIDDEN),
    ("fluellen", "pistol", "owner", FORBIDDEN),
    ("fluellen", "bedford", "none", FORBIDDEN),
    ("fluellen", "henry", "member", FORBIDDEN),
    ("fluellen", "henry", "outcast", NOT_ALLOWED),
    ("fluellen", "bedford", "outcast", NOT_ALLOWED),
    ("fluellen", "fluellen", "outcast", "cancel conflict"),
    ("gower", "pistol", "member", FORBIDDEN),
    ("pistol", "gower", "outcast", FORBIDDEN),
]


@pytest.mark.parametrize(("actor", "target", "affiliation", "refused"), AFFILIATIONS)
def test_who_may_change_which_affiliation(actor: str, target: str, affiliation: str, refused: str) -> None:
    """A refusal changes nothing."""
    stage = Stage()
    stage.open(*CAST, "pistol", **CAST)
    before = dict(stage.room.affiliations)
    told = stage.admin(actor, f"jid='{user(target)}' affiliation='{affiliation}'")
    if refused:
        assert len(told) == 1 and f"error({refused})" in told[0]
        assert stage.room.affiliations == before
    else:
        assert f"{actor}/1 <- iq from=harfleur@muc type=result" in told
        assert stage.room.affiliation(user(target)) == affiliation


def test_the_last_owner_stays_one() -> None:
    """conflict: 10.4, 10.5; with another owner in the same request it may go."""
    stage = Stage()
    stage.open("henry")
    step_down = f"jid='{user('henry')}' affiliation='member'"
    assert stage.admin("henry", step_down) == error("henry", "cancel conflict")
    stage.admin("henry", step_down, f"jid='{user('exeter')}' affiliation='owner'")
    assert stage.room.affiliations == {user("henry"): Affiliation.MEMBER, user("exeter"): Affiliation.OWNER}


def test_a_ban_removes_and_keeps_out() -> None:
    """301 to the banned, the result, 301 to the others; the reserved nickname is free again: 9.1."""
    stage = Stage()
    stage.open("henry", "pistol")
    stage.room.reserved[user("pistol")] = "Ancient"
    assert stage.admin(
        "henry", f"<item jid='{user('pistol')}/x' affiliation='outcast'><reason>Fig</reason></item>"
    ) == [
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable "
        "user(outcast/none actor=henry reason=Fig 110 301)",
        RESULT,
        "henry/1 <- presence from=harfleur@muc/pistol type=unavailable "
        "user(outcast/none jid=pistol/1 actor=henry reason=Fig 301)",
    ]
    assert stage.room.reserved == {}
    assert stage.join("pistol")[0].endswith("error(auth forbidden)")


def test_who_is_made_admin_moderates_and_who_falls_does_not() -> None:
    """The role follows the affiliation: 10.6, 10.7."""
    stage = Stage()
    stage.open("henry", "pistol", config={"moderatedroom": True})
    for affiliation, role in [("admin", "moderator"), ("member", "participant"), ("none", "participant")]:
        told = stage.admin("henry", f"jid='{user('pistol')}' affiliation='{affiliation}'")
        assert told[1].endswith(f"user({affiliation}/{role} jid=pistol/1 actor=henry)")


def test_a_moderator_who_becomes_a_member_stays_moderator() -> None:
    """A new affiliation takes no role away: 5.1.3."""
    stage = Stage()
    stage.open("henry", "pistol")
    stage.admin("henry", "nick='pistol' role='moderator'")
    stage.admin("henry", f"jid='{user('pistol')}' affiliation='member'")
    assert stage.seats["pistol"][0] == "moderator"


def test_who_is_no_member_any_more_leaves_a_members_only_room() -> None:
    """321 and nothing else: 9.4."""
    stage = Stage()
    stage.open("henry", "pistol", config={"membersonly": True}, pistol="member")
    assert stage.admin("henry", f"jid='{user('pistol')}' affiliation='none'") == [
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none actor=henry 110 321)",
        RESULT,
        "henry/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none jid=pistol/1 actor=henry 321)",
    ]


def test_several_items_are_done_together_or_not_at_all() -> None:
    """9.2: no part of a request that holds a prohibited change."""
    stage = Stage()
    stage.open("henry", "fluellen", "pistol", "nym", fluellen="admin")
    before = stage.seats
    told = stage.admin("fluellen", "nick='pistol' role='none'", "nick='henry' role='none'")
    assert "not-allowed" in told[0]
    assert stage.seats == before
    told = stage.admin("fluellen", "nick='pistol' role='none'", "nick='nym' role='none'")
    out = [line.partition(" <- ")[0] for line in told if " 110" in line or "result" in line]
    assert out == ["pistol/1", "nym/1", "fluellen/1"]


@pytest.mark.parametrize(
    "item",
    [
        "nick='pistol' role='none' affiliation='none'",
        "nick='pistol'",
        "jid='pistol@mucspec.invalid'",
        "nick='pistol' affiliation='outcast'",
        "jid='pistol@mucspec.invalid' role='none'",
        "nick='pistol' role='king'",
        "jid='pistol@mucspec.invalid' affiliation='king'",
        "jid='@@' affiliation='member'",
        "",
    ],
)
def test_items_that_say_too_much_or_too_little_are_refused(item: str) -> None:
    """bad-request: 17.4."""
    stage = Stage()
    stage.open("henry", "pistol")
    assert stage.admin("henry", item) == error("henry", "modify bad-request")
    assert stage.admin("henry") == error("henry", "modify bad-request")


def test_a_new_member_of_a_members_only_room_is_invited() -> None:
    """Who had no affiliation and is not there: 9.5."""
    stage = Stage()
    stage.open("henry", config={"membersonly": True})
    assert stage.admin("henry", f"jid='{user('pistol')}' affiliation='member'") == [
        RESULT,
        'pistol <- message from=harfleur@muc user(<invite from="henry"/>)',
    ]


def test_absent_users_may_be_told_of_their_affiliation() -> None:
    """101 to the user, an item to the occupants, as the switches say: 18.1, 10.6."""
    stage = Stage()
    stage.service.switches = Switches(tells_absent_users=True, tells_of_absent_users=True)
    stage.open("henry", "gower")
    told = stage.service.set_affiliation(HARFLEUR, user("pistol"), Affiliation.ADMIN, now=stage.now)
    assert lines(told) == [
        "pistol <- message from=harfleur@muc user(admin/ jid=pistol 101)",
        "henry/1 <- message from=harfleur@muc type=groupchat user(admin/none jid=pistol)",
    ]


def test_owners_may_be_unable_to_unmake_each_other() -> None:
    """not-authorized, but an owner gives up the own status: 10.4."""
    stage = Stage()
    stage.service.switches = Switches(owners_unmake_owners=False)
    stage.open("henry", fluellen="owner")
    assert stage.admin("henry", f"jid='{user('fluellen')}' affiliation='admin'") == error(
        "henry", "auth not-authorized"
    )
    assert stage.admin("henry", f"jid='{user('henry')}' affiliation='admin'")[0] == RESULT


# lists


def test_lists_name_what_they_should() -> None:
    """Affiliation lists have no role, role lists have all: 17.4."""
    stage = Stage()
    stage.open("henry", "gower", **CAST, nym="outcast")
    stage.room.reserved[user("gower")] = "Captain"
    assert stage.admin("henry", "affiliation='member'", kind="get") == [
        f'{RESULT} <query xmlns="muc#admin"><item affiliation="member" jid="gower" nick="Captain"/></query>'
    ]
    assert stage.admin("henry", "affiliation='outcast'", kind="get") == [
        f'{RESULT} <query xmlns="muc#admin"><item affiliation="outcast" jid="nym"/></query>'
    ]
    assert stage.admin("henry", "role='participant'", kind="get") == [
        f'{RESULT} <query xmlns="muc#admin">'
        '<item affiliation="member" jid="gower/1" nick="gower" role="participant"/></query>'
    ]


@pytest.mark.parametrize(
    ("whois", "wanted", "may"),
    [
        ("moderators", "affiliation='owner'", "henry"),
        ("moderators", "affiliation='admin'", "henry"),
        ("moderators", "affiliation='member'", "henry fluellen"),
        ("moderators", "affiliation='outcast'", "henry fluellen"),
        ("moderators", "role='moderator'", "henry fluellen"),
        ("moderators", "role='participant'", "henry fluellen nym"),
        ("anyone", "affiliation='owner'", "henry fluellen gower pistol nym"),
        ("anyone", "affiliation='member'", "henry fluellen gower pistol nym"),
        ("anyone", "affiliation='outcast'", "henry fluellen"),
    ],
)
def test_who_may_see_which_list(whois: str, wanted: str, may: str) -> None:
    """forbidden for the others: 8.5, 9.2, 9.5, 9.8, 10.5, 10.8. nym moderates, gower is an absent member."""
    stage = Stage()
    stage.open("henry", "fluellen", "pistol", "nym", config={"whois": whois}, gower="member", fluellen="admin")
    stage.service.set_role(HARFLEUR, "nym", Role.MODERATOR, now=stage.now)
    cast = ("henry", "fluellen", "gower", "pistol", "nym", "bardolph")
    told = {name: stage.admin(name, wanted, kind="get") for name in cast}
    assert " ".join(name for name, lines_ in told.items() if "type=result" in lines_[0]) == may
    assert all("auth forbidden" in lines_[0] for lines_ in told.values() if "type=error" in lines_[0])


# voice requests


def voice(**values: str) -> str:
    fields = "".join(f"<field var='{var.replace('_', '#', 1)}'><value>{v}</value></field>" for var, v in values.items())
    kind = "<field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#request</value></field>"
    return f"<message to='harfleur@muc'><x xmlns='jabber:x:data' type='submit'>{kind}{fields}</x></message>"


def test_a_voice_request_reaches_the_moderators_and_is_granted() -> None:
    """From the room itself; approval makes a participant: 7.13, 8.6."""
    stage = Stage()
    stage.open("henry", "gower", "pistol", config={"moderatedroom": True}, gower="member")
    (line,) = stage.send("pistol", voice(muc_role="participant"))
    assert line.startswith("henry/1 <- message from=harfleur@muc <x xmlns=")
    assert "pistol/1" in line and "<value>false</value>" in line
    grant = voice(muc_role="participant", muc_roomnick="pistol", muc_request_allow="true")
    assert stage.send("gower", grant)[0].endswith("error(auth forbidden)")
    assert [told.partition(" <- ")[2] for told in stage.send("henry", grant)] == [
        "presence from=harfleur@muc/pistol user(none/participant jid=pistol/1)",
        "presence from=harfleur@muc/pistol user(none/participant)",
        "presence from=harfleur@muc/pistol user(none/participant 110)",
    ]
    assert stage.send("pistol", voice(muc_role="participant")) == []


def test_a_refused_voice_request_changes_nothing() -> None:
    """8.6."""
    stage = Stage()
    stage.open("henry", "pistol", config={"moderatedroom": True})
    assert stage.send("henry", voice(muc_roomnick="pistol", muc_request_allow="0")) == []
    assert stage.send("nym", voice(muc_role="participant"))[0].endswith("error(modify not-acceptable)")
    assert stage.seats["pistol"][0] == "visitor"


def test_a_domain_may_be_banned() -> None:
    """9.2: by its address."""
    stage = Stage()
    stage.open("henry")
    stage.admin("henry", "jid='elsewhere.invalid' affiliation='outcast'")
    assert stage.room.affiliation(JID.parse("nym@elsewhere.invalid")) is Affiliation.OUTCAST
    assert stage.room.affiliation(JID.parse(f"nym@{DOMAIN}")) is Affiliation.NONE
