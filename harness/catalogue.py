"""The requirements catalogue: ids, levels and texts, read from `scenarios/requirements/`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from .model import Requirement

SCENARIOS = Path(__file__).resolve().parent.parent / "scenarios"
FOLDER = SCENARIOS / "requirements"


@cache
def requirements() -> Mapping[str, Requirement]:
    """Every requirement by its id (`xep-0045/7.2.2-10`)."""
    return {r.id: r for path in sorted(FOLDER.glob("*-*.toml")) for r in _document(path)}


@cache
def seeds() -> tuple[Mapping[str, Any], ...]:
    """The items that the seed documents name: operations, options, events, codes, fields, elements."""
    with (FOLDER / "seed-coverage.toml").open("rb") as file:
        return tuple(tomllib.load(file)["item"])


def _document(path: Path) -> list[Requirement]:
    with path.open("rb") as file:
        raw = tomllib.load(file)
    return [_requirement(entry) for entry in raw.get("requirement", ())]


def _requirement(entry: Mapping[str, Any]) -> Requirement:
    texts = {k: str(entry.get(k, "")) for k in Requirement.__slots__ if k != "priority"}
    return Requirement(**texts, priority=entry.get("priority"))
