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
