"""The formats for CI systems, pull requests and READMEs."""

from __future__ import annotations

import json
from collections.abc import Callable
from xml.etree.ElementTree import fromstring

import pytest

from reports import FORMATS
from reports.record import Record

from . import samples

ALL = [samples.reference(), samples.slixmpp(), samples.aioxmpp()]
FAILED = """\
removal/kicked#xep-0045/8.2-6  [violation]
MUST xep-0045 §8.2 https://xmpp.org/extensions/xep-0045.html#kick
expected: left cause='kicked', actor='Fluellen', reason='Avaunt, you cullions!'
closest:  left cause='left', source='api' (cause is 'left', not 'kicked'; actor is None, not 'Fluellen')
repeat:   mucspec run slixmpp==1.17.0 -k removal/kicked"""


def test_the_table_of_formats_is_complete() -> None:
    """Every format has a file name of its own and renders no record, one and several."""
    assert sorted(FORMATS) == ["annotations", "badge", "badge-json", "html", "junit", "markdown"]
    assert len({one.file for one in FORMATS.values()}) == len(FORMATS)
    for one in FORMATS.values():
        assert all(isinstance(one.render(records), str) for records in ([], ALL[:1], ALL))


@pytest.mark.parametrize("name", FORMATS)
def test_a_format_is_the_same_every_time(name: str) -> None:
    """Nothing in a report depends on anything but the records."""
    assert FORMATS[name].render(ALL) == FORMATS[name].render(ALL)


# JUnit


def test_junit_has_a_suite_a_client_and_a_case_a_scenario() -> None:
    """The figures of the suites are those of their cases; a run that broke off is one more case."""
    root = fromstring(FORMATS["junit"].render(ALL))
    figures = ("name", "tests", "failures", "errors", "skipped")
    assert [tuple(suite.get(key) for key in figures) for suite in root] == [
        ("reference 0.1.0", "12", "0", "0", "0"),
        ("slixmpp 1.17.0", "12", "5", "0", "2"),
        ("aioxmpp 0.13.3", "3", "0", "2", "0"),
    ]
    assert {key: root.get(key) for key in figures[1:]} == {
        "tests": "27",
        "failures": "5",
        "errors": "2",
        "skipped": "2",
    }
    for suite in root:
        assert len(suite.findall("testcase")) == int(suite.get("tests", ""))


def test_a_junit_failure_says_all_that_a_bug_report_needs() -> None:
    """The text of the failure is the block that the console shows."""
    root = fromstring(FORMATS["junit"].render([samples.slixmpp()]))
    failure = root.find("testsuite/testcase[@name='removal/kicked']/failure")
    assert failure is not None
    assert (failure.get("type"), failure.get("message"), failure.text) == (
        "violation",
        "A kicked occupant learns that it was kicked, by whom and why",
        FAILED,
    )


def test_junit_skips_with_the_reason() -> None:
    """Known failures and unsupported operations are skipped cases."""
    root = fromstring(FORMATS["junit"].render([samples.slixmpp()]))
    assert [skipped.get("message") for skipped in root.iter("skipped")] == [
        "known: https://example.org/issues/3521: read as a subject",
        "unsupported: xep_0441 is not there",
    ]


def test_junit_tells_the_repeats_of_a_scenario_apart() -> None:
    """Each time is a case of its own name."""
    times = [samples.fine("a/b", repeat_no=n) for n in (1, 2)]
    root = fromstring(FORMATS["junit"].render([samples.record(*times)]))
    assert [case.get("name") for case in root.iter("testcase")] == ["a/b (time 1)", "a/b (time 2)"]


# Markdown


def test_markdown_begins_with_one_row_a_client() -> None:
    """The table has all classes and what was left out."""
    table = [line for line in FORMATS["markdown"].render(ALL).splitlines() if line.startswith("|")]
    assert table[2:] == [
        "| ✅ reference 0.1.0 | 12 | 12 of 12 (100 %) | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 |",
        "| ❌ slixmpp 1.17.0 | 12 | 5 of 11 (45.4 %) | 1 | 1 | 1 | 1 | 0 | 1 | 0 | 1 | 1 | 0 |",
        "| ❌ aioxmpp 0.13.3 | 2 | 1 of 2 (50.0 %) | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 1 |",
    ]


def test_markdown_tells_of_a_failure_with_its_source() -> None:
    """Class, check, section, expected, closest and the command."""
    kicked = (
        "- **violation** `removal/kicked#xep-0045/8.2-6`: A kicked occupant learns that it was kicked, by whom and why "
        "([MUST xep-0045 §8.2](https://xmpp.org/extensions/xep-0045.html#kick))\n"
        "  - expected `left cause='kicked', actor='Fluellen', reason='Avaunt, you cullions!'`\n"
        "  - closest `left cause='left', source='api' (cause is 'left', not 'kicked'; actor is None, not 'Fluellen')`\n"
        "  - `mucspec run slixmpp==1.17.0 -k removal/kicked`\n"
    )
    assert kicked in FORMATS["markdown"].render([samples.slixmpp()])


def test_markdown_fits_into_a_comment() -> None:
    """A comment holds 65536 characters; what is too much is counted."""
    text = FORMATS["markdown"].render([samples.large(800)])
    assert len(text) < 65536
    assert "- … and 50 more" in text


# annotations


def test_an_annotation_is_one_line_a_failure() -> None:
    """Violations and consistency are errors, warnings warnings, notes notices."""
    lines = FORMATS["annotations"].render([samples.slixmpp()]).splitlines()
    assert [line.partition(" title=")[0] for line in lines] == [
        "::notice",
        "::error",
        "::error",
        "::warning",
        "::warning",
    ]
    title = "slixmpp 1.17.0%3A A kicked occupant learns that it was kicked%2C by whom and why"
    assert lines[1] == f"::error title={title}::{FAILED.replace(chr(10), '%0A')}"


# badges


BADGES: list[tuple[Callable[[], Record], str, str]] = [
    (samples.reference, "100 % of 12", "green"),
    (samples.slixmpp, "45.4 % of 11", "red"),
    (samples.aioxmpp, "run broken", "grey"),
    (lambda: samples.record(samples.odd("a/b", "MAY"), samples.fine("a/c")), "50.0 % of 2", "orange"),
    (lambda: samples.record(samples.scenario("a/b", outcome="skipped")), "nothing graded", "grey"),
]


@pytest.mark.parametrize(("make", "message", "colour"), BADGES)
def test_a_badge_says_how_much_passes(make: Callable[[], Record], message: str, colour: str) -> None:
    """Green is all, red a violation, orange anything else, grey no result; both forms say the same."""
    record = make()
    label = f"{record.header['client']['name']} MUC"
    expected = {"schemaVersion": 1, "label": label, "message": message, "color": colour}
    assert json.loads(FORMATS["badge-json"].render([record])) == expected
    assert fromstring(FORMATS["badge"].render([record])).get("aria-label") == f"{label}: {message}"


# hostile texts


def test_hostile_texts_stay_texts() -> None:
    """XML formats stay well-formed, line formats keep their lines, markup and escape codes mean nothing."""
    records = [samples.hostile()]
    for name in ("junit", "badge"):
        fromstring(FORMATS[name].render(records))
    (annotation,) = FORMATS["annotations"].render(records).splitlines()
    assert annotation.count("::") >= 2 and "%0A::" not in annotation
    markdown = FORMATS["markdown"].render(records)
    assert "<b>" not in markdown and "&lt;script>alert" in markdown
    for name in FORMATS:
        assert "\x1b" not in FORMATS[name].render(records)
