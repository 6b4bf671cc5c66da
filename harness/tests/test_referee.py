"""The referee: what it asks for in which order, and which events and stanzas fit a row."""

from __future__ import annotations

from pathlib import Path

from harness.model import Event, Outcome, Sent

from .refereed import JOIN, ROOM, Played, joined, outcomes


def test_a_row_passes_when_its_event_was_reported(tmp_path: Path) -> None:
    """The event is there with these fields, whatever others it has; no fence is needed to see it."""
    played = Played(tmp_path, JOIN + '{ who = "pistol", sees = "joined", codes = [110] }')
    assert outcomes(played.play(seen={"join": [joined()]})) == ["pass"]
    assert played.asked == ["perform"]


def test_a_missing_event_fails_only_behind_a_fence(tmp_path: Path) -> None:
    """Until the client has reported everything it may still come."""
    played = Played(tmp_path, JOIN + '{ who = "pistol", sees = "joined" }')
    (check,) = played.play()
    assert (check.outcome, check.closest) == (Outcome.FAIL, "nothing")
    assert played.asked == ["perform", "fence"]


def test_a_failed_row_shows_what_came_closest_and_why_not(tmp_path: Path) -> None:
    """Of two events of that name the one with fewer wrong fields, and each wrong field."""
    rows = JOIN + '{ who = "pistol", sees = "joined", nick = "ancient", codes = [110, 210] }'
    played = Played(tmp_path, rows)
    (check,) = played.play(seen={"join": [joined(), joined(nick="ancient")]})
    assert check.outcome is Outcome.FAIL
    assert check.why == "codes is [110], not [110, 210]"
    assert "nick='ancient'" in check.closest


def test_an_event_answers_one_row_only(tmp_path: Path) -> None:
    """Two rows about the same event need two of them."""
    rows = JOIN + '{ who = "pistol", sees = "joined" },\n{ who = "pistol", sees = "joined" }'
    assert outcomes(Played(tmp_path, rows).play(seen={"join": [joined()]})) == ["pass", "fail"]


def test_then_wants_the_order(tmp_path: Path) -> None:
    """With `then` the event comes behind that of the row above; without, either order will do."""
    said = [Event("pistol", "message", {"room": ROOM, "body": body}) for body in ("two", "one")]
    rows = JOIN + '{ who = "pistol", sees = "message", body = "one" },\n'
    loose = Played(tmp_path, rows + '{ who = "pistol", sees = "message", body = "two" }')
    strict = Played(tmp_path, rows + '{ who = "pistol", sees = "message", body = "two", then = true }')
    assert outcomes(loose.play(seen={"join": said})) == ["pass", "pass"]
    assert outcomes(strict.play(seen={"join": said})) == ["pass", "fail"]


def test_never_is_closed_by_a_fence(tmp_path: Path) -> None:
    """It passes when nothing came, fails on the event, and looks at the whole window."""
    rows = JOIN + '{ who = "pistol", never = "left" }'
    quiet, loud = Played(tmp_path, rows), Played(tmp_path, rows)
    assert outcomes(quiet.play()) == ["pass"]
    assert quiet.asked == ["perform", "fence"]
    assert outcomes(loud.play(seen={"join": [Event("pistol", "left", {"room": ROOM})]})) == ["fail"]


def test_a_stimulus_opens_a_new_window(tmp_path: Path) -> None:
    """What came before it is no longer seen."""
    rows = JOIN + '{ who = "Fluellen", does = "message", body = "x" },\n{ who = "pistol", sees = "joined" }'
    last = JOIN + '{ who = "pistol", sees = "joined" },\n{ who = "Fluellen", does = "message", body = "x" },\n'
    assert outcomes(
        Played(tmp_path, last + '{ who = "pistol", never = "joined" }').play(seen={"join": [joined()]})
    ) == [
        "pass",
        "pass",
    ]
    assert outcomes(Played(tmp_path, rows).play(seen={"message": [joined()]})) == ["pass"]


def test_the_wire_is_read_by_subset(tmp_path: Path) -> None:
    """More attributes and children than wanted do no harm; what `lacks` names does."""
    sent = Sent("pistol", f"<presence to='{ROOM}/pistol' id='1'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    wanted = '{ who = "pistol", sends = "<presence to=\'${harfleur}/pistol\'/>" },\n'
    lacking = '{ who = "pistol", sends = "<presence to=\'${harfleur}/pistol\'/>", lacks = ["@id"] }'
    assert outcomes(Played(tmp_path, JOIN + wanted + lacking).play(seen={"join": [sent]})) == ["pass", "fail"]


def test_any_of_passes_with_one_of_its_rows(tmp_path: Path) -> None:
    """And fails with the closest of all of them."""
    rows = (
        JOIN
        + '{ any_of = [ { who = "pistol", sees = "joined", nick = "nym" }, { who = "pistol", never = "joined" } ] }'
    )
    assert outcomes(Played(tmp_path, rows).play(seen={"join": [joined(nick="nym")]})) == ["pass"]
    assert outcomes(Played(tmp_path, rows).play()) == ["pass"]
    (check,) = Played(tmp_path, rows).play(seen={"join": [joined()]})
    assert (check.outcome, check.closest.partition(" ")[0]) == (Outcome.FAIL, "joined")


def test_a_bound_value_is_the_one_that_was_seen(tmp_path: Path) -> None:
    """`bind` takes an attribute of a stanza, and a later row wants it."""
    rows = '{ who = "pistol", does = "message", body = "x" },\n'
    rows += '{ who = "pistol", sends = "<message to=\'${harfleur}\'/>", bind = { mid = "@id" } },\n'
    rows += '{ who = "pistol", sees = "message", id = "${mid}" }'
    sent = Sent("pistol", f"<message to='{ROOM}' id='m7'/>")
    told = Event("pistol", "message", {"room": ROOM, "id": "m7"})
    other = Event("pistol", "message", {"room": ROOM, "id": "m8"})
    assert outcomes(Played(tmp_path, rows).play(seen={"message": [sent, told]})) == ["pass", "pass"]
    assert outcomes(Played(tmp_path, rows).play(seen={"message": [sent, other]})) == ["pass", "fail"]


def test_stanzas_can_be_wanted_in_order_and_in_number(tmp_path: Path) -> None:
    """`then` wants a stanza behind that of the row above, `times` so many and no more."""
    said = [Sent("pistol", f"<message to='{ROOM}'><body>{body}</body></message>") for body in ("two", "one", "one")]
    one, two = (f'{{ who = "pistol", sends = "<message><body>{body}</body></message>"' for body in ("one", "two"))
    in_order = Played(tmp_path, JOIN + two + " },\n" + one + ", then = true }")
    reverse = Played(tmp_path, JOIN + one + " },\n" + two + ", then = true }")
    twice = Played(tmp_path, JOIN + one + ", times = 2 }")
    once = Played(tmp_path, JOIN + one + ", times = 1 }")
    assert [outcomes(p.play(seen={"join": said})) for p in (in_order, reverse, twice, once)] == [
        ["pass", "pass"],
        ["pass", "fail"],
        ["pass"],
        ["fail"],
    ]
