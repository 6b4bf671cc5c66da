"""What `service` rows do between the subject and the host, and what rows keep of a stanza."""

from __future__ import annotations

from pathlib import Path

from harness.model import Outcome
from harness.pattern import attribute
from harness.rehearse import rehearse
from mockserver.muc.xml import parse

from .few_rows import of_rows

SWALLOW = '{ service = "swallow", name = "iq", type = "get", child = "{http://jabber.org/protocol/disco#items}query" },'
ASK = '{ who = "pistol", does = "room_items", wait = false },'


def outcomes(folder: Path, *rows: str) -> list[Outcome]:
    """How the checks of a scenario with these rows end in memory."""
    scenario = of_rows(folder, *rows, requirement="xep-0030/4.1-1")
    return [check.outcome for check in rehearse(scenario).verdict.checks]


def test_one_swallow_keeps_one_stanza_from_the_host(tmp_path: Path) -> None:
    """The next stanza like it is answered again."""
    answered = '{ who = "pistol", completes = "room_items" },'
    assert outcomes(tmp_path, SWALLOW, ASK, answered, ASK, answered) == [Outcome.FAIL, Outcome.PASS]


def test_two_swallows_keep_two_stanzas_from_the_host(tmp_path: Path) -> None:
    """Each of them is used up by one stanza."""
    answered = '{ who = "pistol", completes = "room_items" },'
    assert outcomes(tmp_path, SWALLOW, SWALLOW, ASK, answered, ASK, answered) == [Outcome.FAIL, Outcome.FAIL]


def test_a_feature_that_is_withdrawn_is_no_longer_announced(tmp_path: Path) -> None:
    """Who asks the room again does not find it; the others stay."""
    rows = (
        '{ service = "withdraw", feature = "occupant-id" },',
        '{ who = "pistol", does = "room_info" },',
        '{ who = "pistol", completes = "room_info", features = { lacks = ["urn:xmpp:occupant-id:0"] } },',
        '{ who = "pistol", completes = "room_info", features = { contains = ["urn:xmpp:sid:0"] } },',
    )
    assert outcomes(tmp_path, *rows) == [Outcome.PASS, Outcome.PASS]


def test_a_row_keeps_an_attribute_of_the_stanza_or_of_a_child() -> None:
    """A path leads to it; what is not there is empty."""
    stanza = parse("<iq id='i1'><query xmlns='urn:xmpp:mam:2' queryid='q1'/></iq>")
    paths = ("@id", "query/@queryid", "query/@node", "prefs/@default")
    assert [attribute(stanza, path) for path in paths] == ["i1", "q1", "", ""]
