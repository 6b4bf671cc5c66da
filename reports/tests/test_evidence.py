"""Which line of the transcript a failed check speaks of."""

from __future__ import annotations

from reports.evidence import evidence_of
from reports.record import Check, TranscriptLine

from . import samples

TRANSCRIPT = samples.kick_transcript()


def failed(closest: str, *, outcome: str = "fail", row: int = 4) -> Check:
    """A check whose closest thing was this."""
    return samples.check("a/b", row, "xep-0045/8.2-6", "MUST", outcome, closest=closest)


def test_an_event_is_found_by_its_fields() -> None:
    """The event that shares name and fields."""
    found = evidence_of(failed("left cause='left', source='api'"), TRANSCRIPT)
    assert found == len(TRANSCRIPT) - 1
    assert TRANSCRIPT[found].get("event", {})["cause"] == "left"


def test_an_answer_is_found_by_what_it_says() -> None:
    """A refusal by its error, a result by its values."""
    refused: TranscriptLine = {
        "t": 1.0,
        "dir": "answer",
        "answer": {"seq": 4, "ok": False, "error": {"condition": "conflict", "codes": [1, 2]}},
    }
    granted: TranscriptLine = {"t": 2.0, "dir": "answer", "answer": {"seq": 5, "ok": True, "nick": "pistol"}}
    closest = ["refused condition='conflict', codes=[1, 2]", "ok nick='pistol'"]
    assert [evidence_of(failed(text), [refused, granted]) for text in closest] == [0, 1]


def test_a_stanza_is_found_however_it_is_quoted() -> None:
    """What the referee renders and what was on the wire may differ in quotes."""
    line = TRANSCRIPT[7].get("xml", "")
    assert evidence_of(failed(line.replace("'", '"')), TRANSCRIPT) == 7


def test_of_equals_the_one_after_the_stimulus_of_the_row_is_taken() -> None:
    """The same stanza after rows 1, 3 and 9 (a line has the row of its stimulus): for row 4 it is that of 3."""
    thrice = [TRANSCRIPT[7].copy() for _ in range(3)]
    for line, row in zip(thrice, (1, 3, 9), strict=True):
        line["row"] = row
    assert evidence_of(failed(TRANSCRIPT[7].get("xml", ""), row=4), thrice) == 1


def test_nothing_alike_is_no_evidence() -> None:
    """Nor is there any for a check that passed, for `nothing`, or in an empty transcript."""
    checks = [failed("refused condition='conflict'"), failed("nothing"), failed(""), failed("left", outcome="pass")]
    assert [evidence_of(check, TRANSCRIPT) for check in checks] == [None] * 4
    assert evidence_of(failed("left cause='left'"), []) is None
