"""The reference client enters, renames itself, pings itself and leaves as XEP-0045 7 and XEP-0410 say."""

from __future__ import annotations

import pytest

from harness.drivers.reference.stanzas import parse

from .reference_stage import ALL, ROOM, Stage, delay, gone, presence, refusal, said, stanza_id, subject

X = '<x xmlns="http://jabber.org/protocol/muc"'


def test_a_join_asks_for_the_room_and_then_sends_the_empty_x() -> None:
    """disco#info goes first; the presence has no type and nothing but the x."""
    s = Stage()
    s.do("join", nick="pistol")
    assert "disco#info" in s.sent[0]
    assert s.sent[1].endswith(f"{X}/></presence>") and "type=" not in s.sent[1]


def test_no_history_is_said_with_maxchars() -> None:
    """maxstanzas of 0 alone is not enough."""
    s = Stage()
    s.do("join", nick="pistol", history={"maxstanzas": 0})
    assert 'maxchars="0"' in s.sent[1]


def test_the_join_is_done_at_the_own_presence_with_its_codes_and_nickname() -> None:
    """Others are no part of it, nor is one of them who holds the wanted nickname."""
    s = Stage()
    seq = s.do("join", nick="pistol")
    s.hear(presence("pistol"))
    assert seq not in s.answers
    s.hear(presence("pistol2", 110, 201, 210, role="moderator", affiliation="owner"))
    assert s.answers[seq] == {"seq": seq, "ok": True, "nick": "pistol2", "codes": [110, 201, 210]}
    assert s.named("joined")[0] == {
        "event": "joined", "room": ROOM, "nick": "pistol2", "codes": [110, 201, 210], "role": "moderator",
        "affiliation": "owner", "created": True, "source": "api",
    }  # fmt: skip
    assert s.named("room_created") and s.nicks() == ["pistol", "pistol2"]


CONDITIONS = (
    "not-authorized forbidden item-not-found not-allowed not-acceptable registration-required conflict "
    "service-unavailable"
)


@pytest.mark.parametrize("condition", CONDITIONS.split())
@pytest.mark.parametrize("sender", [ROOM, f"{ROOM}/pistol"])
def test_a_refused_join_says_why_and_leaves_nothing_behind(condition: str, sender: str) -> None:
    """All eight conditions, from the room or the occupant's JID, without id and x."""
    s = Stage()
    seq = s.do("join", nick="pistol")
    s.hear(refusal(condition, sender=sender, kind="auth"))
    assert s.answers[seq]["error"] == {"condition": condition, "type": "auth", "text": ""}
    assert s.events == [] and not s.state()["joined"]


def test_a_join_goes_on_without_an_answer_about_the_room() -> None:
    """A room that does not exist yet has nothing to say of itself."""
    s = Stage()
    s.do("join", nick="pistol")
    disco = s.sent[0].partition('id="')[2].partition('"')[0]
    s.hear(f"<iq type='error' id='{disco}' from='{ROOM}'><error type='cancel'/></iq>", presence("pistol", 110, 201))
    assert s.state()["joined"]


def test_a_room_that_had_nothing_to_say_is_asked_again() -> None:
    """After it was made, and once more after it was unlocked."""
    s = Stage()
    s.do("join", nick="pistol")
    for after in (presence("pistol", 110, 201), None):
        asked = [parse(text).get("id") for text in s.sent if "disco#info" in text]
        s.hear(f"<iq type='error' id='{asked[-1]}' from='{ROOM}'><error type='cancel'/></iq>")
        if after:
            s.hear(after)
        else:
            s.do("accept_defaults")
            s.reply()
        assert len([text for text in s.sent if "disco#info" in text]) == len(asked) + 1


def test_a_repeated_join_replaces_the_roster() -> None:
    """Who is not named again has gone, who is new has come, and known history is not told twice."""
    s = Stage().join(others=("gower", "nym"))
    s.hear(said("gower", "Hail", more=stanza_id("s1")))
    s.forget()
    s.do("join", nick="pistol")
    s.announce(*ALL)
    s.hear(presence("gower"), presence("henry"), presence("pistol", 110))
    s.hear(said("gower", "Hail", more=stanza_id("s1") + delay()))
    assert s.nicks() == ["gower", "pistol", "henry"]
    assert [e["nick"] for e in s.named("occupant_joined")] == ["henry"]
    assert [e["nick"] for e in s.named("occupant_left")] == ["nym"]
    assert s.named("message") == []


def test_another_session_under_the_same_nickname_changes_nothing() -> None:
    """A second own presence is no second join, and its messages are one's own."""
    s = Stage().join()
    s.hear(presence("pistol", 110), said("pistol", "Hail", id_="theirs"))
    assert [e["event"] for e in s.events] == ["message"] and s.events[0]["self"] is True


def test_leaving_is_done_when_the_room_says_so() -> None:
    """The own unavailable presence ends it, under the nickname that the room gave."""
    s = Stage()
    s.do("join", nick="pistol")
    s.hear(presence("Pistol", 110, 210), subject())
    seq = s.do("leave", status="Farewell")
    assert f'to="{ROOM}/Pistol"' in s.sent[-1] and seq not in s.answers
    s.hear(gone("Pistol", 110))
    assert s.answers[seq] == {"seq": seq, "ok": True}
    assert s.named("left")[0]["cause"] == "left" and not s.state()["joined"]


def test_a_rename_has_no_x_and_is_done_at_303() -> None:
    """Until then the old nickname holds; the presence that follows is no entrance."""
    s = Stage().join()
    seq = s.do("rename", nick="ancient")
    assert s.sent[-1].startswith(f'<presence to="{ROOM}/ancient"') and "<x" not in s.sent[-1]
    assert s.state()["nick"] == "pistol"
    s.hear(gone("pistol", 110, 303, nick="ancient"), presence("ancient", 110))
    assert s.answers[seq]["nick"] == s.state()["nick"] == "ancient"
    assert [e["event"] for e in s.events] == ["renamed"] and s.nicks() == ["gower", "ancient"]


@pytest.mark.parametrize("codes", [(303,), (110, 303)])
def test_a_rename_is_seen_without_110(codes: tuple[int, ...]) -> None:
    """Old services leave it out."""
    s = Stage().join()
    s.do("rename", nick="ancient")
    s.hear(gone("pistol", *codes, nick="ancient"), presence("ancient"))
    assert s.state()["nick"] == "ancient" and s.nicks() == ["gower", "ancient"]


def test_a_rename_is_seen_without_303() -> None:
    """Where another session keeps the old nickname, the own presence under the new one is all there is."""
    s = Stage().join()
    seq = s.do("rename", nick="ancient")
    s.hear(presence("ancient", 110))
    assert s.answers[seq]["ok"] and s.nicks() == ["gower", "pistol", "ancient"]
    assert s.named("renamed")[0]["old"] == "pistol"


@pytest.mark.parametrize("holder", ["gower", "pistol"])
def test_a_refused_rename_ends_nothing(holder: str) -> None:
    """One stays under the old nickname, and so does the holder of the other."""
    s = Stage().join()
    seq = s.do("rename", nick="gower")
    s.hear(refusal("conflict", sender=f"{ROOM}/{holder}", id_=s.last_id()))
    assert s.answers[seq]["error"]["condition"] == "conflict"
    assert s.events == [] and s.state()["nick"] == "pistol" and s.nicks() == ["gower", "pistol"]


PINGED = {
    "service-unavailable": True, "feature-not-implemented": True, "item-not-found": True, "not-acceptable": False,
    "not-allowed": False, "bad-request": False, "remote-server-not-found": None, "remote-server-timeout": None,
}  # fmt: skip


@pytest.mark.parametrize(("condition", "joined"), PINGED.items())
def test_a_self_ping_is_read_by_the_table(condition: str, joined: bool | None) -> None:
    """Joined, not joined, or nothing known: XEP-0410 3.2."""
    s = Stage().join()
    seq = s.do("self_ping")
    error = f"<error type='cancel'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    s.reply(error, sender=f"{ROOM}/pistol", kind="error")
    assert s.answers[seq].get("joined") is joined
    assert s.state()["joined"] is (joined is not False)
    assert [e["condition"] for e in s.named("self_ping_failed")] == ([condition] if joined is False else [])


def test_a_self_ping_that_comes_back_means_joined() -> None:
    """The result from the own occupant JID; from another it counts for nothing."""
    s = Stage().join()
    seq = s.do("self_ping")
    s.reply(sender=f"{ROOM}/gower")
    assert seq not in s.answers
    s.reply(sender=f"{ROOM}/pistol")
    assert s.answers[seq]["joined"] is True


def test_the_end_of_the_stream_ends_all_rooms_and_requests() -> None:
    """Nothing stays joined or waiting."""
    s = Stage().join()
    seq = s.do("get_config")
    s.lost()
    assert s.answers[seq]["error"]["condition"] == "disconnected"
    assert [e["event"] for e in s.events] == ["left", "disconnected"] and not s.state()["joined"]
    assert s.events[0]["cause"] == "disconnected"


def test_presence_goes_only_to_rooms_where_one_is() -> None:
    """After a kick there is nothing to tell the room."""
    s = Stage().join()
    s.hear(gone("pistol", 110, 307))
    before = list(s.sent)
    seq = s.do("presence", show="away")
    assert s.answers[seq]["ok"] is False and s.sent == before
