"""What the property tests found, kept as plain tests."""

import pytest

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Affiliation
from mockserver.tests.rooms import HARFLEUR, Stage, lines, user

HUGE = "9" * 5000
RESULT = "henry/1 <- iq from=harfleur@muc type=result"


@pytest.mark.parametrize("text", ["a@\u200b", "\u200b@a", "\u00ad", "a@\u00ad/x"])
def test_an_address_of_which_preparation_leaves_nothing_is_none(text: str) -> None:
    """Characters that are mapped to nothing do not name anybody: RFC 6122."""
    with pytest.raises(BadJid):
        JID.parse(text)


@pytest.mark.parametrize("limit", ["maxchars", "maxstanzas", "seconds"])
def test_a_limit_of_thousands_of_digits_is_no_limit(limit: str) -> None:
    """Python refuses to read such numbers; a joiner still gets the history."""
    stage = Stage()
    stage.open("gower")
    stage.say("gower", "Ha")
    assert any("body=Ha" in line for line in stage.join("pistol", inside=f"<history {limit}='{HUGE}'/>"))


@pytest.mark.parametrize("field", ["maxusers", "maxhistoryfetch"])
def test_a_setting_of_thousands_of_digits_is_not_acceptable(field: str) -> None:
    """10.1.3; and people still get in."""
    stage = Stage()
    stage.open("henry")
    assert stage.configure("henry", **{field: HUGE})[0].endswith("error(modify not-acceptable)")
    assert any(" 110)" in line for line in stage.join("pistol"))


@pytest.mark.parametrize(
    "items",
    [
        ("nick='pistol' role='none'", "nick='pistol' role='none'"),
        ("nick='pistol' role='none'", "jid='pistol@mucspec.invalid' affiliation='outcast'"),
        ("jid='pistol@mucspec.invalid' affiliation='admin'", "nick='pistol' role='visitor'"),
        ("jid='mucspec.invalid' affiliation='outcast'", "nick='pistol' role='participant'"),
        ("jid='pistol@mucspec.invalid' affiliation='member'", "jid='pistol@mucspec.invalid/x' affiliation='none'"),
    ],
)
def test_a_request_names_a_user_once(items: tuple[str, str]) -> None:
    """Or nobody could tell what it means: a second kick of who is out, a visitor who is admin by now."""
    stage = Stage()
    stage.open("henry", "pistol")
    seats = stage.seats
    assert stage.admin("henry", *items) == ["henry/1 <- iq from=harfleur@muc type=error error(modify bad-request)"]
    assert stage.seats == seats and user("pistol") not in stage.room.affiliations


def test_one_request_may_kick_both_seats_of_a_user() -> None:
    """Each hears of itself, and who is out hears no more of the others."""
    stage = Stage()
    stage.open("henry", "gower", "pistol")
    stage.join("pistol/2", "Ancient")
    told = stage.admin("henry", "nick='pistol' role='none'", "nick='Ancient' role='none'")
    for session, nick in (("pistol/1", "pistol"), ("pistol/2", "Ancient")):
        heard = [line for line in told if session in line.partition(" <- ")[0]]
        own = f"presence from=harfleur@muc/{nick} type=unavailable user(none/none actor=henry 110 307)"
        assert heard[-1] == f"{session} <- {own}"
    assert told.index(RESULT) == 2


def test_the_ban_of_a_domain_removes_those_inside() -> None:
    """Who has an affiliation of its own stays: 9.1, 9.2."""
    stage = Stage()
    stage.open("henry", "gower", "pistol", gower="member")
    told = stage.admin("henry", "jid='mucspec.invalid' affiliation='outcast'")
    assert told[0] == (
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(outcast/none actor=henry 110 301)"
    )
    assert list(stage.seats) == ["henry", "gower"]


def test_who_is_no_member_any_more_is_banned_with_its_domain() -> None:
    """Its own affiliation was all that let it in."""
    stage = Stage()
    stage.open("henry", "gower", gower="member")
    stage.admin("henry", "jid='mucspec.invalid' affiliation='outcast'")
    told = lines(stage.service.set_affiliation(HARFLEUR, user("gower"), Affiliation.NONE, now=stage.now))
    assert told[0].endswith("user(outcast/none 110 301)")
    assert list(stage.seats) == ["henry"]


def test_a_session_that_is_given_the_nickname_that_it_has_keeps_it() -> None:
    """210 says that the service chose; the seat, shared with another session, stays whole: 7.6."""
    stage = Stage()
    stage.open("pistol", "pistol/2")
    stage.service.rewrite_nick(HARFLEUR, "pistol")
    assert stage.send("pistol/2", "<presence to='harfleur@muc/Ancient'/>") == [
        "pistol/2 <- presence from=harfleur@muc/pistol user(none/participant 110 210)"
    ]
    assert stage.seats == {"pistol": ("participant", ["pistol/1", "pistol/2"])}


@pytest.mark.parametrize("data", ["²", "9", "@@"])
def test_a_photo_that_is_no_base64_is_not_acceptable(data: str) -> None:
    """In whatever way it is none: XEP-0054."""
    stage = Stage()
    stage.open("henry")
    photo = f"<vCard xmlns='vcard-temp'><PHOTO><BINVAL>{data}</BINVAL></PHOTO></vCard>"
    (line,) = stage.ask("henry", photo, kind="set")
    assert line.endswith("error(modify not-acceptable)")


@pytest.mark.parametrize("name", ["subject", "body", "thread"])
def test_elements_of_other_namespaces_are_no_part_of_a_message(name: str) -> None:
    """A subject of another namespace changes none, a body of another does not keep one from changing: 8.1."""
    stage = Stage()
    stage.open("henry", "pistol")
    odd = f"<{name} xmlns='urn:x'>Ha</{name}>"
    told = stage.send("pistol", f"<message type='groupchat' to='harfleur@muc'>{odd}</message>")
    assert "type=error" not in told[0] and stage.room.subject is None
    stage.send("henry", f"<message type='groupchat' to='harfleur@muc'>{odd}<subject>Siege</subject></message>")
    assert stage.room.subject is not None
