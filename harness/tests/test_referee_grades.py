"""The referee: how answers, states and whole scenarios are graded, and what is held against nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.model import Event, Sent

from .refereed import JOIN, ROOM, Played, joined, outcomes


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
