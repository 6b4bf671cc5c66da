"""A scenario of a few rows, with Fluellen in the room."""

from __future__ import annotations

from pathlib import Path

from harness.load import load
from harness.model import Scenario

TEXT = """
title       = "t"
requirement = "{requirement}"
subject     = "{subject}"
room        = {{ name = "harfleur", occupants = [ {{ nick = "Fluellen" }} ] }}
steps = [
{rows}
]
"""


def of_rows(folder: Path, *rows: str, requirement: str = "xep-0045/7.2.2-10", subject: str = "pistol") -> Scenario:
    """The scenario of these rows, `topic/case`. Raises `BadScenario`."""
    path = folder / "topic" / "case.toml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(TEXT.format(requirement=requirement, subject=subject, rows="\n".join(rows)), encoding="utf-8")
    (scenario,) = load(path, root=folder)
    return scenario
