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
def test_a_tilde_begins_a_regular_expression(stamp: str, *, fits: bool) -> None:
    """In attributes and in texts; it may fit anywhere."""
    stanza = parse(f"<message><delay stamp='{stamp}'>{stamp}</delay></message>")
    assert (not pattern("<message><delay stamp='~Z$'/></message>").misses(stanza)) is fits
    assert (not pattern("<message><delay>~Z$</delay></message>").misses(stanza)) is fits


@pytest.mark.parametrize(("inside", "fits"), [("<a/><c/><b/>", True), ("<b/><a/>", False), ("<a/>", False)])
def test_children_can_be_wanted_in_order(inside: str, *, fits: bool) -> None:
    """Others may stand between them."""
    subject = pattern("<item><a/><b/></item>", ordered=True)
    assert (not subject.misses(parse(f"<item>{inside}</item>"))) is fits


@pytest.mark.parametrize(("inside", "fits"), [("<b xmlns='urn:b'/>", True), ("", False), ("text", False)])
def test_any_element_can_be_asked_for(inside: str, *, fits: bool) -> None:
    """The namespace for that stands for whatever child there is, and needs one."""
    subject = pattern("<item><any xmlns='urn:mucspec:any'/></item>")
    assert (not subject.misses(parse(f"<item>{inside}</item>"))) is fits
