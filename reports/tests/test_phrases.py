"""What all formats say in the same words."""

from __future__ import annotations

from reports.phrases import MEANINGS, link_of, place_of, plain, seen_of, summary, verdict_of
from reports.tally import CLASSES, OUTCOMES

from . import samples


def test_a_requirement_links_to_its_section() -> None:
    """XEPs and RFCs have an address; nothing is made up for other documents."""
    found = {}
    for requirement, anchor in [("xep-0045/8.2-6", "kick"), ("rfc-6121/4.5-1", "section-4.5"), ("x'y/1-1", "z")]:
        check = samples.check("a/b", 1, requirement, "MUST", anchor=anchor)
        found[place_of(check)] = link_of(check)
    assert found == {
        "MUST xep-0045 §8.2": "https://xmpp.org/extensions/xep-0045.html#kick",
        "MUST rfc-6121 §4.5": "https://www.rfc-editor.org/rfc/rfc6121#section-4.5",
        "MUST x'y §1": "",
    }


def test_every_verdict_has_a_meaning() -> None:
    """Each outcome (a failure by its class) is explained in the report."""
    assert {*OUTCOMES, *CLASSES} - {"fail"} <= set(MEANINGS)


def test_a_failed_scenario_is_called_by_its_gravest_class() -> None:
    """Any other by its outcome."""
    ends = [samples.odd("a/b", "SHOULD"), samples.odd("a/b", "MUST", "known"), samples.fine("a/b")]
    assert [verdict_of(one) for one in ends] == ["warning", "known", "pass"]


def test_what_was_seen_is_said_with_the_reason() -> None:
    """Whichever of the two is there."""
    pairs = [("x", "y"), ("x", ""), ("", "y"), ("", "")]
    checks = [samples.check("a/b", 1, "r/1-1", "MUST", closest=closest, why=why) for closest, why in pairs]
    assert [seen_of(check) for check in checks] == ["x (y)", "x", "y", "nothing"]


def test_plain_text_is_short_and_obeys_nobody() -> None:
    """Control characters are made visible, newlines stay."""
    assert [plain("a\nb\x1b\ud800"), plain("abcdef", 4), plain("abcd", 4)] == ["a\nb��", "abc…", "abcd"]


def test_a_summary_counts_a_repeated_scenario_once() -> None:
    """With its worst outcome, and names it as unsteady."""
    times = [samples.odd("a/b", "MUST", "known"), samples.odd("a/b", "MUST"), samples.fine("a/c")]
    found = summary(samples.record(*times))
    assert (found.done, found.verdicts, found.unsteady) == (2, {"pass": 1, "violation": 1}, ("a/b",))
