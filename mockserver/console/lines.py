"""The transcript as JSON Lines."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from jsonschema import Draft202012Validator

from mockserver.control import Entry, Transcript

from .answers import Answer, Asked, refused

KIND = "application/jsonl"
LONGEST_WAIT = 30
QUERY: dict[str, dict[str, Any]] = {
    "after": {"type": "integer", "minimum": 0, "maximum": 2**53, "default": 0},
    "most": {"type": "integer", "minimum": 1, "maximum": 10_000, "default": 1000},
    "wait": {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT, "default": 0},
}
MEANING = {
    "after": "Only entries behind the one with this number.",
    "most": "At most so many, the oldest first.",
    "wait": "Where there is none yet, wait so many seconds for one.",
}
CHECK = Draft202012Validator({"properties": QUERY, "additionalProperties": False})


class Lines:
    """Of one transcript."""

    def __init__(self, transcript: Transcript) -> None:
        self._transcript = transcript

    def answer(self, asked: Asked) -> Answer:
        """The entries behind a number; where there are none the answer may wait."""
        given = {name: _number(value) for name, value in parse_qsl(asked.query, keep_blank_values=True)}
        for error in CHECK.iter_errors(given):
            return refused(400, error.message[:500])
        wanted = {name: given.get(name, schema["default"]) for name, schema in QUERY.items()}
        found = self._transcript.since(wanted["after"], most=wanted["most"])
        text = "".join(map(line, found))
        last = {"Transcript-Last": str(self._transcript.last)}
        return Answer(200, text.encode(), KIND, last, waits=0 if found else wanted["wait"])


def line(entry: Entry) -> str:
    """One entry as a line."""
    time = datetime.fromtimestamp(entry.time, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    what = "does" if entry.dir == "do" else "xml"
    told = {"n": entry.n, "time": time, "dir": entry.dir, "session": entry.session, what: entry.text}
    return json.dumps(told, ensure_ascii=False) + "\n"


def _number(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else text
