"""What a server begins with: the accounts, rooms, occupants and history of a TOML file."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .control import Control, Impossible
from .options import CannotServe, ServeOptions

TEXT = {"type": "string"}
AFFILIATION = {"enum": ["owner", "admin", "member", "none", "outcast"]}
ROLE = {"enum": ["moderator", "participant", "visitor"]}


def _table(needed: str = "", **keys: Any) -> dict[str, Any]:
    return {"type": "object", "properties": keys, "required": needed.split(), "additionalProperties": False}


OCCUPANT = _table("nick", nick=TEXT, jid=TEXT, affiliation=AFFILIATION, role=ROLE)
LINE = _table("nick body", nick=TEXT, body=TEXT, ago={"type": "number", "minimum": 0})
ROOM = _table(
    "name",
    name=TEXT,
    owner=TEXT,
    subject=TEXT,
    config={"type": "object"},
    affiliations={"type": "object", "additionalProperties": AFFILIATION},
    occupants={"type": "array", "items": OCCUPANT},
    history={"type": "array", "items": LINE},
)
FILE = _table(
    accounts={"type": "object", "additionalProperties": {"type": "string", "minLength": 1}},
    room={"type": "array", "items": ROOM},
)


@dataclass(frozen=True, slots=True)
class Furnishing:
    """What a file says; `path` is for complaints."""

    path: str = ""
    accounts: Mapping[str, str] = field(default_factory=dict)
    rooms: tuple[Mapping[str, Any], ...] = ()


def read(path: str | None) -> Furnishing:
    """What is in the file; nothing where there is none. Raises `CannotServe`: one line, with file and place."""
    if path is None:
        return Furnishing()
    from jsonschema import Draft202012Validator  # late: most servers have no such file

    try:
        found = tomllib.loads(Path(path).read_text("utf-8"))
    except OSError as complaint:
        raise CannotServe(f"--config {path}: {complaint.strerror}; it takes a TOML file") from complaint
    except ValueError as complaint:
        raise CannotServe(f"{path}: {complaint}") from complaint
    for error in Draft202012Validator(FILE).iter_errors(found):
        raise CannotServe(f"{path}: {_place(error.absolute_path)}{error.message}".replace("\n", " ")[:500])
    return Furnishing(path, found.get("accounts", {}), tuple(found.get("room", ())))


def with_accounts(options: ServeOptions, given: Furnishing) -> ServeOptions:
    """The options, and the accounts of the file; those of the command line come first."""
    return replace(options, accounts={**given.accounts, **options.accounts}) if given.accounts else options


def furnish(control: Control, given: Furnishing) -> None:
    """Make its rooms, those that are not there yet. Raises `CannotServe`."""
    there = {room.jid for room in control.rooms()}
    for number, room in enumerate(given.rooms):
        try:
            if control.address(room["name"]) not in there:
                _open(control, room)
        except Impossible as complaint:
            raise CannotServe(f"{given.path}: room {number + 1}, {room['name']!r}: {complaint}") from complaint


def _open(control: Control, room: Mapping[str, Any]) -> None:
    name = room["name"]
    control.create(name, **{key: room[key] for key in ("owner", "subject", "config", "affiliations") if key in room})
    for occupant in room.get("occupants", ()):
        control.seat(name, **occupant)
    for line in room.get("history", ()):
        control.remember(name, **line)


def _place(path: Any) -> str:
    """`room 2, occupants 1, nick: `: people count from one."""
    parts: list[str] = []
    for key in path:
        if isinstance(key, int) and parts:
            parts[-1] += f" {key + 1}"
        else:
            parts.append(str(key))
    return f"{', '.join(parts)}: " if parts else ""
