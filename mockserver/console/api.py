"""The HTTP API: a request in, an answer out. No I/O."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote

from jsonschema import Draft202012Validator

from mockserver.control import Control, Impossible, Missing, Refused

from .answers import JSON, Answer, Asked, refused, told
from .description import description
from .lines import Lines
from .table import BASE, ROUTES, Route
from .visitors import Visitors

STATUS = {Missing: 404, Refused: 409, Impossible: 400}
CHECKS = {route: Draft202012Validator(route.schema) for route in ROUTES}


class Api:
    """Over one `Control`, for these visitors."""

    def __init__(self, control: Control, visitors: Visitors) -> None:
        self._control, self._visitors = control, visitors
        self._lines = Lines(control.transcript)
        self._description = told(description(needs_token=bool(visitors.token)))

    def answer(self, asked: Asked) -> Answer:
        """What comes of a request below `BASE`."""
        if no := self._visitors.stranger(asked):
            return no
        path = asked.path.removeprefix(BASE)
        fixed = {"/openapi.json": self._describe, "/transcript": self._lines.answer}
        if path in fixed:
            return fixed[path](asked) if asked.method == "GET" else _only(["GET"])
        found = [(route, names) for route in ROUTES if (names := _named(route, path)) is not None]
        for route, names in found:
            if route.method == asked.method:
                return self._do(route, names, asked)
        return _only([route.method for route, _ in found]) if found else refused(404, f"there is no {path[:200]!r}")

    def when_there_is_more(self, call: Callable[[], None]) -> Callable[[], None]:
        """`call` once when the transcript goes on; the result takes that back."""
        return self._control.transcript.when_there_is_more(call)

    def _describe(self, asked: Asked) -> Answer:
        return self._description

    def _do(self, route: Route, names: dict[str, str], asked: Asked) -> Answer:
        try:
            given = _query(asked.query) if route.method == "GET" else _body(asked)
            if twice := sorted(set(given) & set(names)):
                raise Impossible(f"{twice[0]} stands in the path")
            _check(route, given := {**given, **names})
            result = route.does(self._control, **given)
        except NotJson as complaint:
            return refused(415, str(complaint))
        except Impossible as complaint:
            return refused(STATUS[_kind(complaint)], str(complaint), complaint.condition)
        return told(_plain(result), route.status) if route.result is not None else Answer(204)


class NotJson(ValueError):
    """A body that says it is something else: also what keeps the forms of foreign pages out."""


def _kind(complaint: Impossible) -> type[Impossible]:
    return next(kind for kind in STATUS if isinstance(complaint, kind))


def _named(route: Route, path: str) -> dict[str, str] | None:
    """What the path says where the route has names; None where it is another path."""
    wanted, parts = route.path.split("/"), path.split("/")
    if len(wanted) != len(parts) or not all(parts[1:]):
        return None
    found = {}
    for name, part in zip(wanted, parts, strict=True):
        if name.startswith("{"):
            found[name[1:-1]] = unquote(part, errors="replace")
        elif name != part:
            return None
    return found


def _query(text: str) -> dict[str, Any]:
    return dict(parse_qsl(text, keep_blank_values=True, errors="replace"))


def _body(asked: Asked) -> dict[str, Any]:
    """The object in the body; none is an empty one. Raises `NotJson`, `Impossible`."""
    if asked.headers.get("content-type", "").partition(";")[0].strip().lower() != JSON:
        raise NotJson(f"the body has to be {JSON}")
    if not asked.body:
        return {}
    try:
        found = json.loads(asked.body.decode(), parse_float=_number, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # no halves of characters
    except (ValueError, RecursionError) as complaint:
        raise Impossible(f"no JSON: {complaint}") from complaint
    if not isinstance(found, dict):
        raise Impossible("the body has to be an object")
    return found


def _number(text: str) -> float | int:
    """2.0 is an integer in JSON."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _check(route: Route, given: dict[str, Any]) -> None:
    """Raises `Impossible`."""
    for error in sorted(CHECKS[route].iter_errors(given), key=lambda error: list(map(str, error.path))):
        where = ".".join(map(str, error.path))
        raise Impossible(f"{where}: {error.message}"[:500] if where else error.message[:500])


def _only(methods: list[str]) -> Answer:
    return refused(405, f"only {', '.join(methods)} here", Allow=", ".join(methods))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    return list(map(_plain, value)) if isinstance(value, tuple) else value
