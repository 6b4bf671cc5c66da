"""Patterns of stanzas."""

from __future__ import annotations

import pytest

from harness.pattern import pattern
from mockserver.muc.xml import parse


@pytest.mark.parametrize(("wanted", "fits"), [("*", False), ("", True)])
def test_a_star_is_any_text_but_none(wanted: str, *, fits: bool) -> None:
    """An element without text does not fit `*`; a pattern without text says nothing of it."""
    subject = pattern(f"<message><subject>{wanted}</subject></message>")
    assert not subject.misses(parse("<message><subject>The breach</subject></message>"))
    assert (not subject.misses(parse("<message><subject/></message>"))) is fits


@pytest.mark.parametrize(("stamp", "fits"), [("2026-01-01T00:00:00Z", True), ("2026-01-01T00:00:00+01:00", False)])
def test_where_holds_attributes_against_values(stamp: str, *, fits: bool) -> None:
    """The path goes down through the children; what does not fit is named."""
    subject = pattern("<message/>", where={"delay/@stamp": {"matches": "Z$"}})
    said = subject.misses(parse(f"<message><delay stamp='{stamp}'/></message>"))
    assert said == ([] if fits else [f"delay/@stamp is {stamp!r}"])


@pytest.mark.parametrize(("text", "fits"), [("One line", True), ("Two\nlines", False)])
def test_where_holds_texts_against_values(text: str, *, fits: bool) -> None:
    """A path without an attribute at its end means the text of a child."""
    subject = pattern("<message/>", where={"x/title": {"matches": r"\A[^\n]*\Z"}})
    assert (not subject.misses(parse(f"<message><x><title>{text}</title></x></message>"))) is fits


@pytest.mark.parametrize(("inside", "fits"), [("<b xmlns='urn:b'/>", True), ("", False), ("text", False)])
def test_any_element_can_be_asked_for(inside: str, *, fits: bool) -> None:
    """The namespace for that stands for whatever child there is, and needs one."""
    subject = pattern("<item><any xmlns='urn:mucspec:any'/></item>")
    assert (not subject.misses(parse(f"<item>{inside}</item>"))) is fits
