"""Every defect of the reference client shows, and is said in one sentence.

A defect that is built into the client has a stimulus here. The mistakes that stand in tables beside it (`TEXTS`) have
none: that each of them shows is proved by the mutation run, in which a defect that no scenario notices is a hole.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from harness.drivers.reference import client
from harness.drivers.reference.defects import DEFECTS
from harness.drivers.reference.exits import MISTAKEN
from harness.drivers.reference.mistakes import HEARD, REMEMBERED, TEXTS, TOLD

from .reference_stage import Stage
from .reference_stimuli import STIMULI

SOURCES = sorted(Path(client.__file__).parent.glob("*.py"))
BUILT_IN = DEFECTS.keys() - TEXTS.keys()


def played(name: str, *defects: str) -> list[Any]:
    stage = Stage(*defects)
    STIMULI[name](stage)
    return stage.log


@pytest.mark.parametrize("name", sorted(BUILT_IN))
def test_a_defect_changes_what_the_client_says_or_sends(name: str) -> None:
    """Under its stimulus a client with the defect differs from the right one."""
    assert played(name, name) != played(name)


def test_every_defect_is_used_and_nothing_else_is() -> None:
    """The names in the code are those of the table."""
    used = {name for path in SOURCES for name in re.findall(r'flawed\("([^"]+)"\)', path.read_text("utf-8"))}
    assert (used | set(MISTAKEN)) - {"name"} == BUILT_IN
    assert set(STIMULI) == BUILT_IN


def test_every_mistake_of_the_tables_is_told() -> None:
    """A mistake in two parts is told once; a text without a part would be a defect that changes nothing."""
    assert TEXTS.keys() == HEARD.keys() | TOLD.keys() | REMEMBERED.keys()


def test_a_defect_is_named_in_words_and_told_in_one_sentence() -> None:
    """Names are of lower-case words; texts say what the client does, on one line."""
    assert [name for name in DEFECTS if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)] == []
    assert [text for text in DEFECTS.values() if not text[0].islower() or text.endswith(".") or len(text) > 100] == []


def test_an_unknown_defect_is_refused() -> None:
    """A misspelt defect would prove nothing."""
    with pytest.raises(ValueError, match="no such defect: kick-as-hug"):
        Stage("kick-as-hug")
