"""The driver protocol as JSON Schemas, made from the vocabulary: `python -m harness.protocol` writes `schemas/`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from .vocabulary import EVENTS, SOURCES, VERBS, EventKind, Verb

VERSION = 1
SCHEMAS = Path(__file__).with_name("schemas")
DIALECT = "https://json-schema.org/draft/2020-12/schema"

KINDS = {  # fields that are not plain text; `history` is a table where a verb takes it
    "bool": ("self", "history", "created", "joined", "registered", "complete", "allow"),
    "codes": ("codes",),
    "count": ("count", "max", "port"),
    "list": ("items", "fields", "messages", "features", "identities", "occupants", "always", "never", "reactions"),
    "table": ("values",),
}
KIND_OF = {name: kind for kind, names in KINDS.items() for name in names}
TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "bool": {"type": ["boolean", "null"]},
    "codes": {"type": ["array", "null"], "items": {"type": "integer"}},
    "count": {"type": ["integer", "null"]},
    "list": {"type": ["array", "null"]},
    "table": {"type": ["object", "null"]},
    "any": {},
}
BESIDES = ("t_ms",)  # an event may carry it, nobody reads it
LOOSE = frozenset({"history", "items", "values", "with"})  # of a command: what they hold is told by the guides


def schemas() -> dict[str, dict[str, Any]]:
    """Every schema by its file name."""
    parts = {"start": start(), "command": command(), "hello": hello(), "answer": answer(), "event": event()}
    return {f"driver-{name}.schema.json": {"$schema": DIALECT, **schema} for name, schema in parts.items()}


def start() -> dict[str, Any]:
    """The first line that a driver reads."""
    cmd = {"cmd": {"const": "start"}, "version": {"const": VERSION}}
    return _table("The harness greets the driver", cmd, needs=("cmd", "version"))


def command() -> dict[str, Any]:
    """Any further line that a driver reads."""
    stop = _table("The driver is to end", {"cmd": {"const": "stop"}}, needs=("cmd",))
    return {"title": "A command to a driver", "anyOf": [stop, *map(_command, VERBS)]}


def _command(verb: Verb) -> dict[str, Any]:
    args = {name: {} if name in LOOSE else _of(name) for name in (*verb.needs, *verb.takes)}
    fixed = {"cmd": {"const": verb.name}, "seq": {"type": "integer"}, "session": {"type": "string"}}
    return _table(verb.about, {**fixed, **args}, needs=("cmd", "seq", "session", *verb.needs))


def hello() -> dict[str, Any]:
    """The first line that a driver writes."""
    texts = {name: {"type": "string"} for name in ("driver", "library", "version", "language")}
    words = {"type": "array", "items": {"type": "string"}, "uniqueItems": True}
    names = ("driver", "library", "version", "language", "can", "reports")
    return _table("A driver presents itself", {**texts, "can": words, "reports": words}, needs=names)


def answer() -> dict[str, Any]:
    """What a driver writes when a command is over."""
    error = _table("Why it was refused", {"condition": TYPES["text"], "text": TYPES["text"], "type": TYPES["text"]})
    given = {name: _of(name) for verb in VERBS for name in verb.gives}
    seq = {"seq": {"type": "integer"}}
    done = _table("It went well; `sent`: nobody knows", {**seq, "ok": {"enum": [True, "sent"]}, **given}, ("seq", "ok"))
    refused = _table("It was refused", {**seq, "ok": {"const": False}, "error": error}, ("seq", "ok", "error"))
    lacking = _table(
        "The library has no such operation, or it takes no such `argument`",
        {**seq, "unsupported": {"const": True}, "argument": {"type": "string"}, "why": {"type": "string"}},
        ("seq", "unsupported"),
    )
    return {"title": "The answer to a command", "anyOf": [done, refused, lacking]}


def event() -> dict[str, Any]:
    """What a driver writes unasked."""
    return {"title": "Something that the library reported", "anyOf": list(map(_event, EVENTS))}


def _event(kind: EventKind) -> dict[str, Any]:
    fixed = {
        "event": {"const": kind.name},
        "session": {"type": "string"},
        "source": {"enum": list(SOURCES)},
        "synth": {"type": "boolean"},
        **{name: {} for name in BESIDES},
    }
    fields = {name: _of(name) for name in kind.has}
    return {**_table(kind.about, {**fixed, **fields}, needs=("event", "session")), "additionalProperties": False}


def _of(name: str) -> dict[str, Any]:
    return TYPES[KIND_OF.get(name, "text")]


def _table(title: str, properties: Mapping[str, Any], needs: Iterable[str] = ()) -> dict[str, Any]:
    return {"title": title, "type": "object", "required": list(needs), "properties": dict(properties)}


def write() -> None:
    """Write the schema files."""
    SCHEMAS.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        (SCHEMAS / name).write_text(json.dumps(schema, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
