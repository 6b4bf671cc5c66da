"""Claims about the description of the HTTP API: it is sound, and the API is as it says, whatever it is asked."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.console.answers import Asked
from mockserver.console.api import Api
from mockserver.console.description import description
from mockserver.console.table import ROUTES
from mockserver.console.visitors import Visitors

from .houses import House

Start = Callable[[str, list[tuple[str, str]]], Any]
CASTS = ("gower", "Fluellen")


def test_the_description_is_one_that_the_standard_knows() -> None:
    """OpenAPI 3.1, held against its own schema."""
    validator = pytest.importorskip(
        "openapi_spec_validator", reason="the description is not validated: pip install openapi-spec-validator"
    )
    validator.validate(description(needs_token=True))


def test_the_description_names_every_route_and_says_what_it_does() -> None:
    """Each operation has a summary of its own; the transcript is there as well."""
    told = description(needs_token=False)
    found = {(path, method) for path, item in told["paths"].items() for method in item}
    assert found == {(route.path, route.method.lower()) for route in ROUTES} | {("/transcript", "get")}
    summaries = [operation["summary"] for item in told["paths"].values() for operation in item.values()]
    assert len(set(summaries)) == len(summaries) and all(len(each) > 10 for each in summaries)


def test_the_guide_names_every_call_with_its_arguments() -> None:
    """And none that there is not."""
    guide = Path(__file__).parents[2] / "docs" / "console.md"
    if not guide.is_file():
        pytest.skip("docs/console.md is not here: this test runs from the source tree")
    rows = [line.split("|")[1:3] for line in guide.read_text("utf-8").splitlines() if re.match(r"\| `(GET|POST)", line)]
    told = {tuple(call.split()): about for calls, about in rows for call in re.findall(r"`(.+?)`", calls)}
    assert set(told) == {(route.method, route.path) for route in ROUTES} | {("GET", "/transcript")}
    for route in ROUTES:
        missing = [name for name in route.body["properties"] if f"`{name}`" not in told[route.method, route.path]]
        assert missing == [], route.path


class Wsgi:
    """The API as a WSGI application, over a server with a room that has people in it."""

    def __init__(self) -> None:
        self.house = House()
        self.api = Api(self.house.control, Visitors(frozenset({"localhost"}), loopback=True))

    def furnish(self) -> None:
        """The room and its puppets, if they are gone."""
        control = self.house.control
        if not control.rooms():
            control.create("lounge")
        there = {seat.nick for seat in control.room(control.rooms()[0].jid).occupants}
        for nick in set(CASTS) - there:
            control.seat(control.rooms()[0].jid, nick, affiliation="owner")

    def __call__(self, environ: dict[str, Any], start: Start) -> Iterable[bytes]:
        headers = {key[5:].replace("_", "-").lower(): value for key, value in environ.items() if key[:5] == "HTTP_"}
        if "CONTENT_TYPE" in environ:
            headers["content-type"] = environ["CONTENT_TYPE"]
        path = environ["REQUEST_URI"].partition("?")[0]
        length = int(environ.get("CONTENT_LENGTH") or 0)
        body = environ["wsgi.input"].read(length)
        asked = Asked(environ["REQUEST_METHOD"], path, environ["QUERY_STRING"], headers | {"host": "localhost"}, body)
        answer = self.api.answer(asked)
        start(f"{answer.status} x", [("Content-Type", answer.kind)] if answer.status != 204 else [])
        return [answer.body]


@pytest.fixture(scope="module")
def fuzzed() -> Any:
    """The description as schemathesis reads it."""
    schemathesis = pytest.importorskip("schemathesis", reason="the HTTP API is not fuzzed: pip install schemathesis")
    app = Wsgi()
    app.furnish()
    return schemathesis.openapi.from_dict(json.loads(json.dumps(description(needs_token=False)))), app


@pytest.mark.parametrize("route", [*ROUTES, None], ids=lambda route: route.name if route else "transcript")
def test_whatever_it_is_asked_it_answers_as_described(fuzzed: Any, route: Any) -> None:
    """Sound and broken requests of every kind: no other status, type or shape than the description says."""
    schema, app = fuzzed
    path, method = (route.path, route.method) if route else ("/transcript", "GET")
    operation = schema[path][method]
    checks = _checks()

    @settings(max_examples=10, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(data=st.data())
    def fuzz(data: st.DataObject) -> None:
        app.furnish()
        case = data.draw(operation.as_strategy(generation_mode=data.draw(st.sampled_from(_modes()))))
        if data.draw(st.booleans()) and "room" in (case.path_parameters or {}):
            case.path_parameters["room"] = "lounge"
            if isinstance(case.body, dict) and "nick" in case.body and data.draw(st.booleans()):
                case.body["nick"] = data.draw(st.sampled_from(CASTS))
        case.call_and_validate(app=app, checks=checks)

    fuzz()


def _modes() -> list[Any]:
    from schemathesis import GenerationMode

    return [GenerationMode.POSITIVE, GenerationMode.NEGATIVE]


def _checks() -> list[Any]:
    """The shape of every answer. What a schema cannot say (whose account it is) may still be refused."""
    from schemathesis import checks
    from schemathesis.specs.openapi import checks as of_openapi

    return [
        checks.not_a_server_error,
        of_openapi.status_code_conformance,
        of_openapi.content_type_conformance,
        of_openapi.response_schema_conformance,
    ]
