"""Causes that are read from codes."""

from __future__ import annotations

from typing import Any

import pytest

from harness.causes import with_cause


@pytest.mark.parametrize(
    ("codes", "cause"),
    [
        ([110, 307], "kicked"),
        ([301, 110], "banned"),
        ([321], "affiliation_changed"),
        ([322], "members_only"),
        ([332], "shutdown"),
        ([333], "desync"),
        ([110, 307, 333], "desync"),
        ([110], "left"),
        ([], "left"),
    ],
)
def test_codes_tell_the_cause(codes: list[int], cause: str) -> None:
    """Where the library gives codes and no cause; 333 beats 307."""
    assert with_cause("left", {"codes": codes, "cause": None})["cause"] == cause
    assert with_cause("occupant_left", {"codes": codes})["cause"] == cause


def test_the_librarys_own_word_stands() -> None:
    """A cause that it names, codes that it hides, and other events are left as they are."""
    untouched: list[tuple[str, dict[str, Any]]] = [
        ("left", {"codes": [307], "cause": "left"}),
        ("left", {"codes": None, "cause": None}),
        ("joined", {"codes": [307]}),
    ]
    for name, fields in untouched:
        assert with_cause(name, fields) == fields
