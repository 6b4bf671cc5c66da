"""The record: writing, reading, complaints."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from reports.record import OUTCOMES, SCHEMA, BadRecord, Record, read, totals, validate
from reports.writing import Writer

from . import samples


def written(path: Path, record: Record) -> Path:
    """The record in a file, line by line."""
    lines: list[Any] = [record.header, *record.scenarios, *([record.footer] if record.footer else [])]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.mark.parametrize("make", [samples.reference, samples.slixmpp, samples.aioxmpp, samples.hostile])
def test_a_record_is_read_as_it_was_written(tmp_path: Path, make: Any) -> None:
    """What `read` returns equals what went in, footer or not."""
    record: Record = make()
    assert read(written(tmp_path / "r.jsonl", record)) == Record(record.header, tuple(record.scenarios), record.footer)


def test_the_writer_ends_with_the_totals(tmp_path: Path) -> None:
    """The footer lists every outcome and the seconds that the run took."""
    times = iter([10.0, 16.125])
    record = samples.slixmpp()
    with Writer(tmp_path / "r.jsonl", record.header, clock=lambda: next(times)) as writer:
        for scenario in record.scenarios:
            writer.write(scenario)
    counts = dict(zip(OUTCOMES, (5, 5, 1, 0, 1, 0, 0, 0), strict=True))
    assert writer.record.footer == {"record": "footer", "totals": counts, "duration_s": 6.125}
    assert read(tmp_path / "r.jsonl") == writer.record


def test_what_was_written_is_there_before_the_end(tmp_path: Path) -> None:
    """Every line is flushed: a record can be read while it grows, and is broken until its footer is there."""
    scenario = samples.fine("joining/nick_conflict")
    with Writer(tmp_path / "r.jsonl", samples.header()) as writer:
        writer.write(scenario)
        assert read(tmp_path / "r.jsonl") == Record(samples.header(), (scenario,), None)
    assert not read(tmp_path / "r.jsonl").broken


def test_an_exception_leaves_a_broken_record(tmp_path: Path) -> None:
    """A run that dies writes no footer, and what was done can be read."""
    scenario = samples.fine("joining/nick_conflict")
    with pytest.raises(KeyboardInterrupt), Writer(tmp_path / "r.jsonl", samples.header()) as writer:
        writer.write(scenario)
        raise KeyboardInterrupt
    assert read(tmp_path / "r.jsonl") == Record(samples.header(), (scenario,), None)
    assert writer.record.broken


def test_a_line_that_was_cut_off_is_left_out(tmp_path: Path) -> None:
    """A run that was killed while it wrote is a broken run with the lines before."""
    path = written(tmp_path / "r.jsonl", samples.reference())
    text = path.read_text()
    path.write_text(text[: text.index("\n", 3000) + 100])
    record = read(path)
    assert record.broken
    assert list(record.scenarios) == list(samples.reference().scenarios[: len(record.scenarios)])


def test_lone_surrogates_survive(tmp_path: Path) -> None:
    """Bytes that are no UTF-8 (a driver's stderr) do not stop the writer, and come back."""
    scenario = samples.fine("joining/nick_conflict", stderr="\udc80 ö")
    with Writer(tmp_path / "r.jsonl", samples.header()) as writer:
        writer.write(scenario)
    assert read(tmp_path / "r.jsonl").scenarios == (scenario,)


HEAD = json.dumps(samples.header())
LINE = json.dumps(samples.fine("a/b"))
FOOT = json.dumps(samples.footer([]))
DAMAGED = {
    "": "1: a record begins with its header",
    "hello\n": "1: not JSON: Expecting value, column 1",
    f"{LINE}\n": "1: a record begins with its header",
    f"{HEAD}\n[1]\n": '2: not a line of a mucspec record: needs "record": header, scenario or footer',
    f"{HEAD}\n{HEAD}\n": "2: a second header; a record is one file",
    f"{HEAD}\n{LINE}\n{FOOT}\n{LINE}\n": "4: nothing may follow the footer",
    f"{HEAD}\n\n{{bad\n{FOOT}\n": "3: not JSON: Expecting property name enclosed in double quotes, column 2",
    f"{HEAD}\n{LINE.replace('MUST', 'MIGHT')}\n": "2: checks[0].level: 'MIGHT' is not one of ['MUST', 'MUST NOT', "
    "'SHOULD', 'SHOULD NOT', 'MAY', 'IMPLIED']",
    HEAD.replace('"version": 1,', '"version": 2,') + "\n": "1: version: 1 was expected",
    f"{HEAD}\n{LINE.replace('duration_ms', 'duration')}\n": "2: scenario: 'duration_ms' is a required property",
}


@pytest.mark.parametrize(("text", "complaint"), DAMAGED.items(), ids=[c[:40] for c in DAMAGED.values()])
def test_a_damaged_record_gives_one_clear_line(tmp_path: Path, text: str, complaint: str) -> None:
    """The complaint names file, line and what is wrong."""
    path = tmp_path / "r.jsonl"
    path.write_text(text)
    with pytest.raises(BadRecord) as caught:
        read(path)
    assert str(caught.value) == f"{path}:{complaint}"


def test_a_missing_file_is_no_traceback(tmp_path: Path) -> None:
    """The same error, with the system's word."""
    with pytest.raises(BadRecord) as caught:
        read(tmp_path / "none.jsonl")
    assert str(caught.value) == f"{tmp_path / 'none.jsonl'}: cannot be read: No such file or directory"


def test_a_file_that_is_no_text_is_no_traceback(tmp_path: Path) -> None:
    """A binary file is a bad record."""
    (tmp_path / "r.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BadRecord, match="cannot be read"):
        read(tmp_path / "r.jsonl")


def test_the_schema_is_sound_and_speaks_of_every_line() -> None:
    """The schema obeys its metaschema, and takes the samples as a whole, not only by `validate`."""
    schema = json.loads(SCHEMA.read_text())
    Draft202012Validator.check_schema(schema)
    record = samples.slixmpp()
    for line in (record.header, *record.scenarios, record.footer):
        validate(line)
        Draft202012Validator(schema).validate(line)


def test_members_that_are_not_known_are_left_alone() -> None:
    """A later version may add members; a reader does not mind."""
    validate({**samples.header(), "weather": "fine"})


def test_totals_list_every_outcome() -> None:
    """Also those that nothing came to."""
    assert totals([]) == dict.fromkeys(
        ("pass", "fail", "known", "fixed", "unsupported", "ungraded", "skipped", "error"), 0
    )


def test_records_under_personalities_are_told_apart() -> None:
    """The name says which one, unless it goes without saying."""
    head = samples.header()
    names = [Record({**head, "personality": name}).name for name in ("xep", "server", "prosody")]
    assert names == ["slixmpp 1.17.0", "slixmpp 1.17.0", "slixmpp 1.17.0 (prosody)"]
