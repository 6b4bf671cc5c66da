"""A personality: how one real service differs from what the mock does by itself. One TOML file each."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .table import Act, made

FOLDER = Path(__file__).parent
DEFAULT = "xep"
OWN_KEYS = ("does", "source", "breaks", "touches", "why")  # the other keys of a row are the parameters of what it does


class BadPersonality(ValueError):
    """A personality that there is none of, or a table that cannot be read; one line."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that the service does. `breaks` are requirements (`xep-0045/8-2`); none: the XEPs allow it."""

    does: str
    source: str
    says: str
    breaks: tuple[str, ...] = ()
    touches: tuple[str, ...] = ()  # the topics of scenarios that what it breaks can reach; none: all
    why: str = ""  # what it means to clients, where the sentence does not say it
    given: Mapping[str, Any] = field(default_factory=dict)
    act: Act = field(default_factory=Act, compare=False, repr=False)

    @property
    def name(self) -> str:
        """The word of the row, and what tells it from others: `lacks occupant-id`."""
        first = next(iter(self.given.values()), "")
        shown = " ".join(first) if isinstance(first, list) else str(first)
        return f"{self.does} {shown}".strip() if self.does != "fault" else shown


@dataclass(frozen=True, slots=True)
class Personality:
    """The rows of one table, in its order."""

    name: str
    about: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def strict(self) -> bool:
        """Whether nothing in it breaks any text."""
        return not any(row.breaks for row in self.rows)

    def only(self, *rows: Row) -> Personality:
        """With these rows alone."""
        return replace(self, rows=rows)


def names() -> tuple[str, ...]:
    """All personalities, `xep` first."""
    found = sorted(path.stem for path in FOLDER.glob("*.toml"))
    return (DEFAULT, *(name for name in found if name != DEFAULT))


def load(name: str) -> Personality:
    """The personality of this name. Raises `BadPersonality`."""
    if name not in names():
        raise BadPersonality(f"there is no personality {name!r}; there are {', '.join(names())}")
    return read(FOLDER / f"{name}.toml")


def read(path: Path) -> Personality:
    """The personality in this file. Raises `BadPersonality`."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        rows = tuple(_row(row) for row in table.get("row", ()))
    except (OSError, ValueError) as complaint:
        raise BadPersonality(f"{path.name}: {complaint}") from None
    doubled = [row.name for n, row in enumerate(rows) if row.name in {before.name for before in rows[:n]}]
    if doubled or not table.get("about"):
        raise BadPersonality(f"{path.name}: " + (f"{doubled[0]} twice" if doubled else "says nothing about itself"))
    return Personality(path.stem, str(table["about"]), rows)


def _row(row: Mapping[str, Any]) -> Row:
    if missing := [key for key in ("does", "source") if not row.get(key)]:
        raise ValueError(f"a row without {' and '.join(missing)}: {dict(row)}")
    given = {key: value for key, value in row.items() if key not in OWN_KEYS}
    act, says = made(row["does"], given)
    breaks, touches = (tuple(row.get(key, ())) for key in ("breaks", "touches"))
    return Row(row["does"], row["source"], says, breaks, touches, row.get("why", ""), given, act)
