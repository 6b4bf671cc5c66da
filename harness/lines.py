"""Lines of the driver protocol: messages to bytes, bytes to messages, and what is wrong with a bad one. No I/O."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .protocol import BESIDES, KIND_OF, VERSION
from .vocabulary import EVENT, SOURCES

Message = Mapping[str, Any]
LONGEST = 8_000_000  # bytes of one line
SHOWN = 120  # characters of a bad line that a complaint shows
ALWAYS = frozenset({"event", "session", "source", "synth", *BESIDES})


class DriverBroken(Exception):
    """A driver does not speak the protocol; the text says in one sentence how."""


@dataclass(frozen=True, slots=True)
class Hello:
    """How a driver presents itself."""

    driver: str
    library: str
    version: str
    language: str
    can: tuple[str, ...]
    reports: tuple[str, ...]


START: Message = {"cmd": "start", "version": VERSION}
STOP: Message = {"cmd": "stop"}


def encode(message: Message) -> bytes:
    """The message as a line."""
    return json.dumps(message, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def decode(line: bytes) -> Message:
    """The message of a line that a driver wrote. Raises `DriverBroken`."""
    if len(line) > LONGEST:
        raise DriverBroken(f"wrote a line of more than {LONGEST} bytes on stdout")
    try:
        message = json.loads(line)
    except ValueError:
        raise DriverBroken(f"wrote something on stdout that is not JSON: {_shown(line)}") from None
    if not isinstance(message, dict):
        raise DriverBroken(f"wrote something on stdout that is not a JSON object: {_shown(line)}")
    return message


def read_hello(message: Message) -> Hello:
    """The answer to `start`. Raises `DriverBroken`."""
    for name in ("driver", "library", "version", "language"):
        if not isinstance(message.get(name), str):
            raise DriverBroken(f"its answer to start needs a text {name!r}: {_shown(message)}")
    for name in ("can", "reports"):
        words = message.get(name)
        if not isinstance(words, list) or not all(isinstance(word, str) for word in words):
            raise DriverBroken(f"its answer to start needs a list of words {name!r}: {_shown(message)}")
    return Hello(
        message["driver"],
        message["library"],
        message["version"],
        message["language"],
        tuple(message["can"]),
        tuple(message["reports"]),
    )


def check_event(message: Message) -> None:
    """Raises `DriverBroken` for an event that the protocol does not know, or with a field of the wrong kind."""
    name = message.get("event")
    kind = EVENT.get(name) if isinstance(name, str) else None
    if kind is None:
        raise DriverBroken(f"reported an event {name!r} that the protocol does not have")
    if not isinstance(message.get("session"), str):
        raise DriverBroken(f"reported {name} without a session: {_shown(message)}")
    if message.get("source", "api") not in SOURCES:
        raise DriverBroken(f"reported {name} with source {message['source']!r}; possible: {', '.join(SOURCES)}")
    for field, value in message.items():
        if field not in ALWAYS and field not in kind.has:
            raise DriverBroken(f"reported {name} with a field {field!r}; possible: {', '.join(kind.has)}")
        if field not in ALWAYS:
            _check_kind(f"reported {name} with {field}", field, value)


def check_answer(message: Message, verb: str, gives: Sequence[str]) -> None:
    """Raises `DriverBroken` for an answer that says neither ok nor unsupported, or gives something of a wrong kind."""
    if message.get("unsupported") is True:
        return None
    ok = message.get("ok")
    if not isinstance(ok, bool) and ok != "sent":
        raise DriverBroken(f"answered {verb} with neither ok nor unsupported: {_shown(message)}")
    if ok is False:
        return _check_error(message, verb)
    for field in gives:
        _check_kind(f"answered {verb} with {field}", field, message.get(field))
    return None


def _check_error(message: Message, verb: str) -> None:
    error = message.get("error")
    if not isinstance(error, dict):
        raise DriverBroken(f"refused {verb} without an error: {_shown(message)}")
    for field in ("condition", "text", "type"):
        _check_kind(f"refused {verb} with {field}", field, error.get(field))


def _check_kind(where: str, field: str, value: Any) -> None:
    kind = KIND_OF.get(field, "text")
    if value is not None and not FITS[kind](value):
        raise DriverBroken(f"{where} = {_shown(value)}, which is not {WORDS[kind]}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


FITS: dict[str, Callable[[Any], bool]] = {
    "text": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "codes": lambda value: isinstance(value, list) and all(map(_is_number, value)),
    "count": _is_number,
    "list": lambda value: isinstance(value, list),
    "table": lambda value: isinstance(value, dict),
}
WORDS = {
    "text": "a text",
    "bool": "true or false",
    "codes": "a list of numbers",
    "count": "a number",
    "list": "a list",
    "table": "a table",
}


def _shown(what: Any) -> str:
    if isinstance(what, bytes):
        text = what.decode("utf-8", "backslashreplace").rstrip("\n")
    else:
        text = json.dumps(what, ensure_ascii=False, default=repr)
    return repr(text) if len(text) <= SHOWN else repr(text[:SHOWN]) + "..."
