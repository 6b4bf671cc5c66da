"""The referee: what it asks for in which order, and how it grades what it is told."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from harness.load import load
from harness.model import Answer, Arrange, Check, Event, Fence, Outcome, Perform, Sent, Snapshot
from harness.referee import Referee

HEAD = """
title       = "t"
requirement = "xep-0045/7.2.2-10"
subject     = "pistol"
room        = { name = "harfleur", occupants = [ { nick = "Fluellen" } ] }
"""
ROOM = "harfleur@conference.mucspec.invalid"


class Played:
    """A referee, led by hand: `reacts` says what follows when an action is carried out."""

    def __init__(self, folder: Path, rows: str, *, reports: Any = None) -> None:
        path = folder / "topic" / "case.toml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(f"{HEAD}steps = [\n{rows}\n]\n", encoding="utf-8")
        (self.scenario,) = load(path, root=folder)
        self.referee = Referee(self.scenario, reports=reports)
        self.asked: list[str] = []

    def play(self, *, answers: Mapping[str, Any] | None = None, seen: Mapping[str, Any] | None = None) -> list[Check]:
        """`answers` by verb, `seen` by verb or service operation: events and stanzas that follow it."""
        while action := self.referee.next_action():
            self.asked.append(type(action).__name__.lower())
            match action:
                case Fence():
                    self.referee.fenced()
                case Snapshot():
                    self.referee.snapshot((seen or {}).get("state", {}))
                case Arrange(operation=name):
                    self._tell((seen or {}).get(name, ()))
                case Perform(command=command):
                    self._tell((seen or {}).get(command.verb, ()))
                    answer = (answers or {}).get(command.verb, {"ok": True})
                    if answer is not None:
                        self.referee.answered(Answer(command.seq, answer))
        assert self.referee.verdict is not None
        return list(self.referee.verdict.checks)

    def _tell(self, what: Any) -> None:
        for each in what:
            self.referee.observe(each)


def joined(**fields: Any) -> Event:
    return Event("pistol", "joined", {"room": ROOM, "nick": "pistol", "codes": [110], **fields})


def outcomes(checks: list[Check]) -> list[str]:
    return [str(check.outcome) for check in checks]


JOIN = '{ who = "pistol", does = "join", nick = "pistol" },\n'


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


def test_an_answer_is_graded_where_a_row_asks_for_it(tmp_path: Path) -> None:
    """The refusal that is wanted passes, success then fails."""
    rows = JOIN + '{ who = "pistol", completes = "join", ok = false, condition = "conflict" }'
    refused = {"ok": False, "error": {"condition": "conflict", "type": "cancel", "text": ""}}
    assert outcomes(Played(tmp_path, rows).play(answers={"join": refused})) == ["pass"]
    assert outcomes(Played(tmp_path, rows).play(answers={"join": {"ok": True}})) == ["fail"]
    assert outcomes(Played(tmp_path, rows).play(answers={"join": None})) == ["fail"]


def test_a_command_that_goes_wrong_unasked_fails_its_own_row(tmp_path: Path) -> None:
    """No row speaks of the answer, and it is a refusal."""
    refused = {"ok": False, "error": {"condition": "forbidden", "type": "auth", "text": ""}}
    rows = JOIN + '{ who = "pistol", never = "left" }'
    checks = Played(tmp_path, rows).play(answers={"join": refused})
    assert outcomes(checks) == ["fail", "pass"]
    assert checks[0].step.check == "topic/case#does.1"


def test_the_state_is_the_librarys_word_behind_a_fence(tmp_path: Path) -> None:
    """The snapshot is asked for when everything has been processed."""
    rows = JOIN + '{ who = "pistol", state = { joined = true, nick = "pistol" } }'
    right, wrong = Played(tmp_path, rows), Played(tmp_path, rows)
    assert outcomes(right.play(seen={"state": {"joined": True, "nick": "pistol"}})) == ["pass"]
    assert right.asked == ["perform", "fence", "snapshot"]
    assert outcomes(wrong.play(seen={"state": {"joined": True, "nick": "nym"}})) == ["fail"]


def test_hidden_and_made_up_values_are_left_to_the_application(tmp_path: Path) -> None:
    """Null is no wrong value, and what the driver put together is no word of the library."""
    rows = JOIN + '{ who = "pistol", sees = "joined", codes = [110] }'
    made_up = Event("pistol", "joined", {"room": ROOM, "codes": [110]}, source="synth")
    assert outcomes(Played(tmp_path, rows).play(seen={"join": [joined(codes=None)]})) == ["ungraded"]
    assert outcomes(Played(tmp_path, rows).play(seen={"join": [made_up]})) == ["ungraded"]


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


def test_an_event_that_the_driver_cannot_report_is_unsupported(tmp_path: Path) -> None:
    """Neither is its absence a failure nor the silence about it a pass."""
    rows = JOIN + '{ who = "pistol", sees = "joined" },\n{ who = "pistol", never = "left" }'
    checks = Played(tmp_path, rows, reports=("message",)).play()
    assert outcomes(checks) == ["unsupported", "unsupported"]
    assert checks[0].why == "the library does not report joined"


def test_what_hangs_on_an_operation_that_the_library_lacks_is_unsupported(tmp_path: Path) -> None:
    """Rows that fail behind it fail for that reason; what passes passes."""
    rows = '{ who = "pistol", does = "register", nick = "p" },\n'
    rows += '{ who = "pistol", sends = "<iq type=\'set\'/>" },\n{ who = "pistol", never = "left" }'
    checks = Played(tmp_path, rows).play(answers={"register": {"unsupported": True, "why": "no such thing"}})
    assert outcomes(checks) == ["unsupported", "unsupported", "pass"]


def test_stanzas_that_the_driver_sent_raw_are_not_graded(tmp_path: Path) -> None:
    """Neither for nor against the library."""
    rows = '{ who = "pistol", does = "presence", show = "away" },\n'
    rows += '{ who = "pistol", sends = "<presence to=\'${harfleur}/pistol\'/>" }'
    raw = {"presence": {"ok": "sent", "via": "raw"}}
    sent = {"presence": [Sent("pistol", f"<presence to='{ROOM}/pistol'/>")]}
    assert outcomes(Played(tmp_path, rows).play(answers=raw, seen=sent)) == ["ungraded"]
    assert outcomes(Played(tmp_path, rows).play(answers=raw)) == ["ungraded"]
    assert outcomes(Played(tmp_path, rows).play(seen=sent)) == ["pass"]


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


def test_a_halted_scenario_leaves_the_rest_unreached(tmp_path: Path) -> None:
    """The row in hand ends with the reason, the ones behind it say where it stopped."""
    played = Played(tmp_path, JOIN + '{ who = "pistol", sees = "joined" },\n{ who = "pistol", never = "left" }')
    played.referee.next_action()
    played.referee.halt("the driver died")
    assert played.referee.verdict is not None
    found = [(str(c.outcome), c.why) for c in played.referee.verdict.checks]
    assert found == [("fail", "the driver died"), ("unreached", "after row 2: the driver died")]


@pytest.mark.parametrize(("other", "whole"), [("unsupported", "unsupported"), ("ungraded", "pass"), ("fail", "fail")])
def test_a_scenario_is_the_worst_of_its_checks(tmp_path: Path, other: str, whole: str) -> None:
    """An ungraded row takes nothing from one that passed."""
    seen = {"unsupported": [], "ungraded": [Event("pistol", "left", {}, source="synth")], "fail": []}[other]
    reports = ("joined",) if other == "unsupported" else None
    rows = JOIN + '{ who = "pistol", sees = "joined" },\n{ who = "pistol", sees = "left" }'
    played = Played(tmp_path, rows, reports=reports)
    assert outcomes(played.play(seen={"join": [joined(), *seen]})) == ["pass", other]
    assert played.referee.verdict is not None
    assert played.referee.verdict.outcome == whole


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
