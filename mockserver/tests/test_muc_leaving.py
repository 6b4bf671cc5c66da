"""Going out, by oneself or not, and changing nickname or availability: XEP-0045 7.6, 7.7, 7.14, 10.9, 11."""

from mockserver.tests.rooms import HARFLEUR, Stage, lines, user


def test_a_leaver_and_the_others_hear_of_it() -> None:
    """Unavailable with role none; 110 for the leaver; the farewell is passed on: 7.14."""
    stage = Stage()
    stage.open("gower", "pistol")
    leave = "<presence type='unavailable' to='harfleur@muc/pistol'><status>gone to Wales</status></presence>"
    assert sorted(stage.send("pistol", leave)) == [
        "gower/1 <- presence from=harfleur@muc/pistol type=unavailable status=gone to Wales user(none/none)",
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable status=gone to Wales user(none/none 110)",
    ]
    assert list(stage.seats) == ["gower"]


def test_unavailable_presence_from_outside_is_ignored() -> None:
    """17.3."""
    stage = Stage()
    stage.open("gower")
    assert stage.leave("pistol") == []


def test_one_of_two_sessions_leaves_alone() -> None:
    """The occupant stays; only the session that leaves hears of it: 7.2.8."""
    stage = Stage()
    stage.open("gower", "pistol", "pistol/2", config={"whois": "anyone"})
    told = stage.send("pistol/2", "<presence type='unavailable' to='harfleur@muc/pistol'/>")
    assert told[0] == (
        "pistol/2 <- presence from=harfleur@muc/pistol type=unavailable user(none/none jid=pistol/2 110)"
    )
    assert not any("unavailable" in line for line in told[1:])
    assert stage.seats["pistol"] == ("participant", ["pistol/1"])


def test_a_lost_session_leaves_every_room() -> None:
    """The others hear of it; the lost session gets nothing."""
    stage = Stage()
    stage.open("gower", "pistol")
    stage.join("pistol", room="agincourt")
    assert lines(stage.service.session_lost(user("pistol", "1"), now=stage.now)) == [
        "gower/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none)"
    ]
    assert list(stage.service.rooms) == [HARFLEUR]


def test_a_temporary_room_goes_with_its_last_occupant() -> None:
    """7.14; a persistent one stays."""
    stage = Stage()
    stage.join("henry")
    stage.owner("henry", "<x xmlns='jabber:x:data' type='submit'/>")
    stage.leave("henry")
    assert stage.service.rooms == {}
    stage.open("henry")
    stage.leave("henry")
    assert list(stage.service.rooms) == [HARFLEUR]


def test_a_new_nickname_is_a_leave_with_303_and_an_arrival() -> None:
    """Everybody hears the old name go, with the new one in the item, and then the new one come: 7.6."""
    stage = Stage()
    stage.open("henry", "pistol")
    assert stage.send("pistol", "<presence to='harfleur@muc/Ancient'/>") == [
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/participant nick=Ancient 110 303)",
        "henry/1 <- presence from=harfleur@muc/pistol type=unavailable "
        "user(none/participant jid=pistol/1 nick=Ancient 303)",
        "henry/1 <- presence from=harfleur@muc/Ancient user(none/participant jid=pistol/1)",
        "pistol/1 <- presence from=harfleur@muc/Ancient user(none/participant 110)",
    ]
    assert list(stage.seats) == ["henry", "Ancient"]


def test_a_rename_with_the_muc_element_is_a_rename() -> None:
    """wokkel joins again under the new name; it means a new name."""
    stage = Stage()
    stage.open("pistol")
    assert [line.split("<- ")[1] for line in stage.join("pistol", "Ancient")] == [
        "presence from=harfleur@muc/pistol type=unavailable user(none/participant nick=Ancient 110 303)",
        "presence from=harfleur@muc/Ancient user(none/participant 110)",
    ]


def test_a_rewritten_rename_says_so() -> None:
    """210 with the new self-presence: 7.6."""
    stage = Stage()
    stage.open("pistol")
    stage.service.rewrite_nick(HARFLEUR, "Ancient Pistol")
    assert stage.send("pistol", "<presence to='harfleur@muc/Ancient'/>") == [
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable "
        "user(none/participant nick=Ancient Pistol 110 303)",
        "pistol/1 <- presence from=harfleur@muc/Ancient Pistol user(none/participant 110 210)",
    ]


def test_a_taken_nickname_is_refused() -> None:
    """conflict, and the old name stays: 7.6."""
    stage = Stage()
    stage.open("gower", "pistol")
    assert stage.send("pistol", "<presence to='harfleur@muc/gower'/>") == [
        "pistol/1 <- presence from=harfleur@muc/gower type=error error(cancel conflict)"
    ]
    assert list(stage.seats) == ["gower", "pistol"]


def test_one_of_two_sessions_takes_another_nickname() -> None:
    """The other session keeps the old one; nobody takes the old occupant for gone: 7.6."""
    stage = Stage()
    stage.open("gower", "pistol", "pistol/2")
    told = stage.send("pistol/2", "<presence to='harfleur@muc/Ancient'/>")
    assert [line for line in told if line.startswith("pistol/2")] == [
        "pistol/2 <- presence from=harfleur@muc/pistol type=unavailable user(none/participant nick=Ancient 110 303)",
        "pistol/2 <- presence from=harfleur@muc/pistol user(none/participant)",
        "pistol/2 <- presence from=harfleur@muc/Ancient user(none/participant 110)",
    ]
    assert [line for line in told if line.startswith("gower")] == [
        "gower/1 pistol/1 <- presence from=harfleur@muc/Ancient user(none/participant)"
    ]
    assert stage.seats == {
        "gower": ("participant", ["gower/1"]),
        "pistol": ("participant", ["pistol/1"]),
        "Ancient": ("participant", ["pistol/2"]),
    }


def test_a_session_joins_its_fellow_under_the_other_nickname() -> None:
    """The same user may share a taken nickname: 7.6."""
    stage = Stage()
    stage.open("gower", "pistol")
    stage.join("pistol/2", "Ancient")
    stage.send("pistol/2", "<presence to='harfleur@muc/pistol'/>")
    assert stage.seats == {
        "gower": ("participant", ["gower/1"]),
        "pistol": ("participant", ["pistol/1", "pistol/2"]),
    }


def test_availability_reaches_everybody() -> None:
    """With role and affiliation: 7.7."""
    stage = Stage()
    stage.open("henry", "pistol")
    away = "<presence id='p' to='harfleur@muc/pistol'><show>xa</show><status>asleep</status></presence>"
    assert stage.send("pistol", away) == [
        "henry/1 <- presence from=harfleur@muc/pistol show=xa status=asleep user(none/participant jid=pistol/1)",
        "pistol/1 <- presence from=harfleur@muc/pistol show=xa status=asleep user(none/participant 110)",
    ]
    assert stage.join("gower")[1] == (
        "gower/1 <- presence from=harfleur@muc/pistol show=xa status=asleep user(none/participant)"
    )


def test_a_bounced_stanza_removes_its_addressee() -> None:
    """A user who cannot be reached any more is removed with 333: 11.1, 18.1.2."""
    stage = Stage()
    stage.open("gower", "pistol")
    gone = "<error type='cancel'><item-not-found xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    told = stage.send("pistol", f"<message type='error' to='harfleur@muc/gower'>{gone}</message>")
    assert sorted(told) == [
        "gower/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none 333)",
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none 110 333)",
    ]
    assert list(stage.seats) == ["gower"]


def test_other_errors_remove_nobody() -> None:
    """A client may well refuse a private message."""
    stage = Stage()
    stage.open("gower", "pistol")
    no = "<error type='cancel'><service-unavailable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    stage.send("pistol", f"<message type='error' to='harfleur@muc/gower'>{no}</message>")
    assert list(stage.seats) == ["gower", "pistol"]


def test_a_desync_kick_says_333_to_all() -> None:
    """11.1."""
    stage = Stage()
    stage.open("gower", "pistol")
    told = lines(stage.service.desync(HARFLEUR, "pistol", now=stage.now))
    assert [line.split("<- ")[0] for line in told] == ["pistol/1 ", "gower/1 "]
    assert all("333" in line for line in told)
    assert "110" in told[0] and "110" not in told[1]


def test_everybody_leaves_when_the_service_shuts_down() -> None:
    """332 to each, for its own presence: 11.2."""
    stage = Stage()
    stage.open("gower", "pistol")
    assert lines(stage.service.shut_down(reason="maintenance", now=stage.now)) == [
        "gower/1 <- presence from=harfleur@muc/gower type=unavailable user(none/none reason=maintenance 110 332)",
        "pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none reason=maintenance 110 332)",
    ]
    assert stage.room.occupants == {}


def test_a_destroyed_room_is_gone() -> None:
    """One presence each, with the reason, the other venue and its password; then the result: 10.9."""
    stage = Stage()
    stage.open("henry", "pistol")
    inner = "<reason>Macbeth doth come.</reason><password>x</password>"
    destroy = f"<destroy jid='agincourt@muc'>{inner}</destroy>"
    told = stage.owner("henry", destroy)
    said = "".join(sorted(("<password>x</password>", "<reason>Macbeth doth come.</reason>")))
    assert [line.replace("<reason>Macbeth doth come.</reason><password>x</password>", said) for line in told] == [
        f"henry/1 <- presence from=harfleur@muc/henry type=unavailable user(none/none jid=henry/1 "
        f'<destroy jid="agincourt@muc">{said}</destroy> 110)',
        f"pistol/1 <- presence from=harfleur@muc/pistol type=unavailable user(none/none "
        f'<destroy jid="agincourt@muc">{said}</destroy> 110)',
        "henry/1 <- iq from=harfleur@muc type=result",
    ]
    assert stage.service.rooms == {}


def test_only_an_owner_destroys() -> None:
    """forbidden: 10.9."""
    stage = Stage()
    stage.open("henry", "pistol", pistol="admin")
    assert stage.owner("pistol", "<destroy/>") == ["pistol/1 <- iq from=harfleur@muc type=error error(auth forbidden)"]
    assert list(stage.service.rooms) == [HARFLEUR]
