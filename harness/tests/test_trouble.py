"""Faults of the wire as rows of scenarios: what is refused, and how they act in a rehearsal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.load import BadScenario
from harness.model import Outcome
from harness.rehearse import Rehearsed, rehearse

from .few_rows import of_rows

JOIN = '{ who = "pistol", does = "join", nick = "pistol" },'
GONE = '{ who = "pistol", sees = "disconnected" },'


def says(body: str) -> str:
    return f'{{ who = "Fluellen", does = "message", body = "{body}" }},'


def hears(body: str, more: str = "") -> str:
    return f'{{ who = "pistol", sees = "message", body = "{body}"{more} }},'


def fault(words: str) -> str:
    return f'{{ service = "fault", {words} }},'


def played(folder: Path, *rows: str) -> Rehearsed:
    return rehearse(of_rows(folder, *rows, requirement="xep-0045/7.14-13"))


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ('fault = "drp"', "no fault 'drp' (did you mean 'drop'?)"),
        ('fault = "drop", tims = 1', "no key 'tims' here (did you mean 'times'?)"),
        ('fault = "drop", count = 3', "drop: no key 'count' here"),
        ('stanza = "iq"', "service = 'fault' needs fault"),
        ('fault = "delay", seconds = 3', "no key 'seconds' here"),
        ('fault = "drop", to = "${nobody}"', "nobody is called ${nobody}"),
        ('fault = "inject"', "inject needs xml='<message/>'"),
    ],
)
def test_a_row_that_is_no_fault_is_refused(tmp_path: Path, words: str, complaint: str) -> None:
    """With file and step, like every other bad row."""
    with pytest.raises(BadScenario) as refused:
        played(tmp_path, JOIN, fault(words), GONE)
    assert "case.toml: step 2: " in str(refused.value) and complaint in str(refused.value)


def test_scenarios_about_the_service_have_no_wire(tmp_path: Path) -> None:
    """Faults are for those about clients."""
    with pytest.raises(BadScenario, match="service = 'fault': only where a client is the subject"):
        of_rows(tmp_path, '{ service = "fault", fault = "drop" }', subject="service")


def passes(done: Rehearsed) -> bool:
    assert [check.why for check in done.verdict.checks if check.outcome is not Outcome.PASS] == []
    return True


@pytest.mark.parametrize(
    "words",
    [
        'fault = "reset", stanza = "message"',
        'fault = "half-close", stanza = "message"',
        'fault = "close", stanza = "message"',
        'fault = "malformed", stanza = "message"',
        'fault = "inject", xml = "<message><body>", stanza = "message"',
    ],
)
def test_a_link_that_ends_in_a_rehearsal_is_lost_to_the_client(tmp_path: Path, words: str) -> None:
    """Behind the stanza; what comes later never arrives, until it connects again."""
    again = ('{ who = "pistol", does = "connect" },', JOIN, says("three"), hears("three", ", history = false"))
    rest = '{ who = "pistol", never = "message" },'
    assert passes(played(tmp_path, JOIN, fault(words), says("one"), says("two"), hears("one"), GONE, rest, *again))


def test_a_stream_error_in_a_rehearsal_has_its_condition(tmp_path: Path) -> None:
    """The client reports it."""
    words = 'fault = "stream-error", condition = "conflict", now = true'
    assert passes(played(tmp_path, JOIN, fault(words), GONE.replace(" }", ', condition = "conflict" }')))


def test_faults_end_by_their_name(tmp_path: Path) -> None:
    """Others stay in force; what was held back is sent."""
    rows = (
        fault('fault = "delay", stanza = "message", times = 1'),
        fault('fault = "rewrite", stanza = "message", body = "other"'),
        says("one"),
        '{ who = "pistol", never = "message" },',
        '{ service = "end_faults", fault = "delay" },',
        hears("other"),
        says("two"),
        hears("other"),
        '{ service = "end_faults" },',
        says("three"),
        hears("three"),
    )
    assert passes(played(tmp_path, JOIN, *rows))


def test_a_black_hole_in_a_rehearsal_keeps_both_ways(tmp_path: Path) -> None:
    """What the client says in it is said when it is over."""
    rows = (
        fault('fault = "black-hole", now = true'),
        '{ who = "pistol", does = "message", body = "one", wait = false },',
        '{ who = "pistol", never = "<message/>" },',
        '{ service = "end_faults" },',
        '{ who = "pistol", sends = "<message><body>one</body></message>" },',
        hears("one"),
    )
    assert passes(played(tmp_path, JOIN, *rows))


def test_a_rehearsal_s_transcript_names_the_fault_where_it_acted(tmp_path: Path) -> None:
    """Right before what it lets through."""
    done = played(
        tmp_path, JOIN, fault('fault = "rewrite", stanza = "message", body = "b", times = 1'), says("a"), hears("b")
    )
    place, _ = next((n, what) for n, (way, _, what) in enumerate(done.transcript) if way == "fault")
    told: list[Any] = [what for _, _, what in done.transcript[place : place + 2]]
    assert told[0] == "rewrite message body=b times=1" and "<body>b</body>" in told[1]


def test_a_service_that_is_down_in_a_rehearsal_comes_back(tmp_path: Path) -> None:
    """The row of its own (332) and the fault do the same to occupants."""
    rows = (
        fault('fault = "shutdown", now = true, reason = "war"'),
        '{ who = "pistol", sees = "left", cause = "shutdown", reason = "war" },',
        '{ who = "pistol", does = "join", nick = "pistol" },',
        '{ who = "pistol", completes = "join", ok = false, condition = "service-unavailable" },',
        '{ service = "end_faults" },',
        JOIN,
        '{ who = "pistol", sees = "joined" },',
    )
    assert passes(played(tmp_path, JOIN, *rows))
