"""The terminal: progress, failures, summary."""

from __future__ import annotations

from io import StringIO

import pytest

from reports.console import Live, show
from reports.record import Record

from . import samples


def shown(*records: Record, width: int | None = None) -> list[str]:
    """The lines at the end of a run, as a pipe gets them."""
    stream = StringIO()
    show(records, stream, width=width)
    return [line.rstrip() for line in stream.getvalue().splitlines()]


def played(record: Record, *, terminal: bool) -> str:
    """The progress of this record."""
    stream = StringIO()
    with Live(stream, terminal=terminal) as live:
        live.says("slixmpp", "installing 1.17.0")
        live.begin("slixmpp", len(record.scenarios))
        for scenario in record.scenarios:
            live.seen("slixmpp", scenario)
        live.end("slixmpp")
    return stream.getvalue()


def test_without_a_terminal_progress_is_plain_lines() -> None:
    """A line at every quarter and every failure; no escape codes."""
    assert played(samples.slixmpp(), terminal=False).splitlines() == [
        "slixmpp: installing 1.17.0",
        "slixmpp: 12 scenarios",
        "slixmpp: 3 of 12: 3 pass, 0 fail",
        "slixmpp: fail: messages/history_is_marked",
        "slixmpp: 6 of 12: 5 pass, 1 fail",
        "slixmpp: fail: removal/kicked",
        "slixmpp: fail: removal/technical_is_no_kick",
        "slixmpp: fail: renaming/of_others",
        "slixmpp: 9 of 12: 5 pass, 4 fail",
        "slixmpp: fail: occupant-id/only_where_announced",
        "slixmpp: 12 of 12: 5 pass, 5 fail, 1 known, 1 unsupported",
    ]


def test_on_a_terminal_progress_is_a_bar() -> None:
    """Client, how many, and passes and failures so far."""
    text = played(samples.slixmpp(), terminal=True)
    assert "\x1b[" in text
    assert "12/12" in text and "5 pass, 5 fail, 1 known, 1 unsupported" in text


def test_in_ci_a_terminal_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """CI systems often pretend to be a terminal; their logs want lines."""
    monkeypatch.setenv("CI", "true")
    stream = StringIO()
    stream.isatty = lambda: True  # type: ignore[method-assign]  # a pretended terminal
    with Live(stream) as live:
        live.begin("slixmpp", 1)
        live.seen("slixmpp", samples.fine("a/b"))
    assert stream.getvalue() == "slixmpp: 1 scenarios\nslixmpp: 1 of 1: 1 pass, 0 fail\n"


def test_a_run_ends_with_failures_and_a_table() -> None:
    """Each failure with all that a bug report needs, then one row a client."""
    record = samples.record(samples.odd("removal/kicked", "MUST"), samples.fine("joining/nick_conflict"))
    assert shown(samples.reference(), record) == [
        "slixmpp 1.17.0: 1 to look at",
        "  removal/kicked#xep-0045/8.2-6  [violation]",
        "    MUST xep-0045 §8.2 https://xmpp.org/extensions/xep-0045.html#kick",
        "    expected: left cause='kicked', actor='Fluellen', reason='Avaunt, you cullions!'",
        "    closest:  left cause='left', source='api' (cause is 'left', not 'kicked'; actor is None, not 'Fluellen')",
        "    repeat:   mucspec run slixmpp==1.17.0 -k removal/kicked",
        "",
        "client               pass          violations  consistency  warnings  notes",
        "reference 0.1.0  12 of 12   100 %           0            0         0      0",
        "slixmpp 1.17.0     1 of 2  50.0 %           1            0         0      0",
    ]


def test_columns_appear_when_there_is_something_in_them() -> None:
    """Rare classes and outcomes have a column only where they occur; a broken run is said aloud."""
    *_, titles, slixmpp, aioxmpp, warns = shown(samples.slixmpp(), samples.aioxmpp())
    columns = ["pass", "violations", "consistency", "warnings", "notes", "security", "known", "unsupported", "error"]
    assert titles.split() == ["client", *columns]
    assert " ".join(slixmpp.split()) == "slixmpp 1.17.0 5 of 11 45.4 % 1 1 1 1 1 1 1 0"
    assert " ".join(aioxmpp.split()) == "aioxmpp 0.13.3 1 of 2 50.0 % 0 0 0 0 0 0 0 1"
    assert warns == "aioxmpp 0.13.3: the run broke off after 2 of 12 scenarios"


def test_repeats_count_once_and_unsteady_ones_are_told() -> None:
    """A scenario that failed once of two times has failed."""
    times = [samples.fine("a/b", repeat_no=1), samples.odd("a/b", "SHOULD", repeat_no=2)]
    assert shown(samples.record(*times))[-2:] == [
        "slixmpp 1.17.0  0 of 1  0.0 %           0            0         1      0",
        "slixmpp 1.17.0: 1 scenario did not end the same every time",
    ]


def test_a_terminal_obeys_no_hostile_text() -> None:
    """Escape codes from a stanza are made visible; rich markup in it is text."""
    text = "\n".join(shown(samples.hostile()))
    assert "\x1b" not in text and "\x00" not in text
    assert "�[31m" in text
