"""Scenario files: TOML in, `Scenario` out, or one clear complaint."""

from __future__ import annotations

import itertools
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from .catalogue import SCENARIOS, requirements
from .model import Kind, Names, RoomSetup, Scenario, Step
from .rows import Context, only, read_row
from .substitute import fill, finish

HEAD = frozenset(
    ["title", "requirement", "subject", "tags", "class", "room", "rooms", "without", "xml", "matrix", "steps"]
)
ROOM = frozenset(["name", "owner", "config", "occupants", "affiliations", "nicks", "history", "subject", "subject_by"])
OCCUPANT = frozenset(["nick", "who", "affiliation", "role"])
PEOPLE = ("jid", "inviter", "with")  # keys of rows that name somebody
SERVICE = "service"  # the subject of scenarios about the service
OF_SERVICE = re.compile(r'^subject *= *"service" *$', re.MULTILINE)
APART = frozenset({"requirements", "known"})  # folders under scenarios/ that hold no scenarios


class BadScenario(Exception):
    """A scenario file that does not say what it must; the text names file, step and key."""


def find(root: Path = SCENARIOS) -> list[Path]:
    """Every scenario file below a folder, or the file itself."""
    if root.is_file():
        return [root]
    files = root.rglob("*.toml")
    return sorted(p for p in files if not APART & set(p.relative_to(root).parts[:-1]))


def load_all(
    root: Path = SCENARIOS, *, names: Names | None = None, about_service: bool | None = None
) -> list[Scenario]:
    """Every scenario below a folder, or those about services, or the others. Raises `BadScenario` for the first bad."""
    top = root if root.is_dir() else root.parent
    return [s for path in find(root) for s in load(path, root=top, names=names, about_service=about_service)]


def load(
    path: Path, *, root: Path = SCENARIOS, names: Names | None = None, about_service: bool | None = None
) -> tuple[Scenario, ...]:
    """The scenario of a file, or those of its matrix; none if it is not about what is wanted. Raises `BadScenario`."""
    try:
        text = path.read_text(encoding="utf-8")
        if about_service is False and OF_SERVICE.search(text):
            return ()  # reading them all takes its time
        raw = tomllib.loads((names or Names()).localized(text))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as complaint:
        raise BadScenario(f"{path}: {complaint}") from complaint
    if about_service not in (None, raw.get("subject") == SERVICE):
        return ()
    base = _relative(path, root).with_suffix("").as_posix()
    try:
        return tuple(_scenario(point, base + suffix, names or Names()) for suffix, point in _points(raw))
    except (ValueError, TypeError, KeyError, AttributeError) as complaint:
        raise BadScenario(f"{path}: {complaint}") from complaint


def _relative(path: Path, root: Path) -> Path:
    if path.is_relative_to(root):
        return path.relative_to(root)
    for top in (root, SCENARIOS):
        if path.resolve().is_relative_to(top.resolve()):
            return path.resolve().relative_to(top.resolve())
    return Path(path.name)


def _points(raw: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    axes = raw.get("matrix", {})
    for values in itertools.product(*axes.values()):
        point = dict(zip(axes, map(str, values), strict=True))
        suffix = "/" + ",".join(f"{k}={v}" for k, v in point.items()) if point else ""
        yield suffix, fill(raw, point)


def _scenario(raw: Mapping[str, Any], scenario_id: str, names: Names) -> Scenario:
    _refuse_bad_head(raw)
    rooms = tuple(_room(r) for r in ([raw["room"]] if "room" in raw else raw.get("rooms", [])))
    actors = _actors(raw, rooms)
    context = _context(raw, scenario_id, rooms, actors, names)
    steps = tuple(_numbered(list(_steps(raw["steps"], context)), scenario_id))
    return Scenario(
        id=scenario_id,
        title=raw["title"],
        subject=raw["subject"],
        steps=steps,
        requirement=raw["requirement"],
        topic=scenario_id.partition("/")[0],
        tags=tuple(raw.get("tags", ())),
        rooms=rooms,
        actors=tuple(sorted(actors)),
        sessions=tuple(sorted(_sessions(raw["subject"], steps))),
        without=tuple(raw.get("without", ())),
        priority=requirements()[raw["requirement"]].priority,
    )


def _refuse_bad_head(raw: Mapping[str, Any]) -> None:
    only(raw, HEAD, "head")
    for key in ("title", "requirement", "subject", "steps"):
        if not raw.get(key):
            raise ValueError(f"needs {key!r}")


def _sessions(subject: str, steps: tuple[Step, ...]) -> set[str]:
    """Those of the library under test; there is none where the service is the subject."""
    if subject == SERVICE:
        return set()
    return {subject, *(step.who for step in steps if step.who.partition("/")[0] == subject)}


def _context(
    raw: Mapping[str, Any], scenario_id: str, rooms: tuple[RoomSetup, ...], actors: set[str], names: Names
) -> Context:
    if raw["subject"] != SERVICE and raw["subject"] not in actors:
        raise ValueError(f"subject: no row has who = {raw['subject']!r}")
    if raw["requirement"] not in requirements():
        raise ValueError(f"requirement: no {raw['requirement']!r} in the catalogue")
    places = [r.name for r in rooms] or sorted({r["room"] for r in raw["steps"] if isinstance(r.get("room"), str)})
    if clash := {p for p in places if p in actors}:
        raise ValueError(f"{clash.pop()!r} names both a room and an actor")
    bound = {name: f"${{{name}}}" for row in raw["steps"] for name in row.get("bind", {})}
    variables = {
        **bound,
        **{a: names.account(a) for a in actors},
        **{f"{a}/full": f"{names.account(a)}/puppet" for a in actors if a != raw["subject"]},
        **{f"{a}/full": f"${{{a}/full}}" for a in _free(raw, actors)},
        **{p: names.room(p) for p in places},
        "domain": names.domain,
        "muc": names.muc,
    }
    xml = {k: fill(v, variables) for k, v in raw.get("xml", {}).items()}
    room = names.room(places[0]) if len(places) == 1 else ""
    rated, service = raw.get("class", ""), raw["subject"] == SERVICE
    return Context(scenario_id, raw["requirement"], rated, room, variables, xml, names, service)


def _free(raw: Mapping[str, Any], actors: set[str]) -> set[str]:
    """Those whose full JID is known only when they are logged in: the subject; about the service, every session."""
    if raw["subject"] != SERVICE:
        return {raw["subject"]}
    sessions = {str(row[key]) for row in _flat(raw["steps"]) for key in ("who", "to") if key in row}
    return actors | sessions


def _actors(raw: Mapping[str, Any], rooms: tuple[RoomSetup, ...]) -> set[str]:
    rows = list(_flat(raw["steps"]))
    whos = {str(row["who"]).partition("/")[0] for row in rows if "who" in row}
    if raw["subject"] == SERVICE:
        whos |= {str(row["to"]).partition("/")[0] for row in rows if "to" in row}
    seated = {str(o.get("who", o["nick"])) for room in rooms for o in room.occupants}
    named = {name for room in rooms for name in (*room.affiliations, *room.nicks, room.owner)}
    meant = {row[key] for row in rows for key in PEOPLE if isinstance(row.get(key), str)}
    meant |= {item.get("jid", "") for row in raw["steps"] if "does" in row for item in row.get("items", ())}
    return whos | seated | {n for n in named | meant if n and not set("@$") & set(n)}


def _flat(rows: list[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        yield row
        yield from row.get("any_of", ())


def _room(raw: Mapping[str, Any]) -> RoomSetup:
    only(raw, ROOM, "room")
    for occupant in raw.get("occupants", ()):
        only(occupant, OCCUPANT, "room.occupants")
    told = finish(raw, {})
    return RoomSetup(**{**told, "occupants": tuple(told.get("occupants", ()))})


def _steps(rows: list[Mapping[str, Any]], context: Context) -> Iterator[Step]:
    for number, row in enumerate(rows, 1):
        try:
            yield read_row(row, number, context)
        except (ValueError, TypeError, KeyError) as complaint:
            raise ValueError(f"step {number}: {complaint}") from complaint


def _numbered(steps: list[Step], scenario_id: str) -> Iterator[Step]:
    """The steps with an id for each check: SCENARIO#REQUIREMENT, the second of its kind `.2`."""
    seen: dict[str, int] = {}
    for step in steps:
        if step.kind is Kind.SERVICE:
            yield step
            continue
        name = f"{scenario_id}#{step.check or step.requirement}"
        if step.kind is Kind.DOES:
            name = f"{scenario_id}#does.{step.number}"
        seen[name] = seen.get(name, 0) + 1
        yield replace(step, check=name if seen[name] == 1 else f"{name}.{seen[name]}")
