"""A request to the console and its answer, as plain values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"
WORDS = {
    400: "bad-request",
    401: "not-authorized",
    403: "forbidden",
    404: "item-not-found",
    405: "not-allowed",
    413: "too-large",
    415: "not-json",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """A request: `path` without the query, its parts not yet decoded; names of headers in lower case."""

    method: str
    path: str
    query: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Answer:
    """`waits`: there is nothing to say yet; ask again when something has come, or after so many seconds."""

    status: int
    body: bytes = b""
    kind: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)
    waits: float = 0.0


def told(value: Any, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value, ensure_ascii=False).encode())


def refused(status: int, text: str, condition: str = "", **headers: str) -> Answer:
    """What went wrong: a word for programs, a line for people."""
    body = {"condition": condition or WORDS[status], "text": text}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, json.dumps(body, ensure_ascii=False).encode(), headers=named)
