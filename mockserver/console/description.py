"""The description of the HTTP API: OpenAPI 3.1, made from the table."""

from __future__ import annotations

from typing import Any

from mockserver.muc.about import VERSION

from .lines import KIND, MEANING, QUERY
from .schemas import NAME, Schema
from .table import BASE, ROUTES, SCHEMAS, Route

ABOUT = """Sees and changes what a running `mucspec serve` has: rooms, occupants, sessions, the clock, the transcript.
Rooms are named by their address or by the part before the @."""
COMPLAINT: Schema = {
    "type": "object",
    "description": "Why not: `condition` is a word for programs, `text` a line for people.",
    "properties": {"condition": {"type": "string"}, "text": {"type": "string"}},
    "required": ["condition", "text"],
    "additionalProperties": False,
}
COMPLAINTS = {
    "400": "The request makes no sense; nothing has changed.",
    "401": "The token is missing.",
    "403": "A page of another origin, or a host name that is not known.",
    "404": "There is no such room, occupant or session.",
    "409": "The service says no.",
    "413": "The body is too large.",
    "415": "The body is not JSON.",
}
ALWAYS = ("401", "403")
AT = {"GET": ("400", "404"), "POST": ("400", "404", "409", "413", "415")}


def description(*, needs_token: bool) -> dict[str, Any]:
    """The whole document."""
    paths: dict[str, Any] = {"/transcript": {"get": _transcript()}}
    for route in ROUTES:
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route)
    return {
        "openapi": "3.1.0",
        "info": {"title": "mucspec serve", "version": VERSION, "description": ABOUT},
        "servers": [{"url": BASE}],
        "security": [{"token": []}] if needs_token else [],
        "paths": paths,
        "components": {
            "schemas": {"Complaint": COMPLAINT, **SCHEMAS.components},
            "responses": {code: _complaint(text) for code, text in COMPLAINTS.items()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(route: Route) -> dict[str, Any]:
    result = route.result
    says = {"description": "Done.", "content": {"application/json": {"schema": result}}}
    done = {str(route.status): says} if result is not None else {"204": {"description": "Done."}}
    told = " ".join((route.does.__doc__ or "").split())
    summary, _, rest = told.partition(". ")
    made: dict[str, Any] = {
        "operationId": route.name,
        "summary": summary.rstrip("."),
        "description": rest or told,
        "responses": done | _complaints(route.method),
    }
    if route.in_path:
        made["parameters"] = [_named(name) for name in route.in_path]
    if route.method == "POST":
        needed = bool(route.body["required"])
        made["requestBody"] = {"required": needed, "content": {"application/json": {"schema": route.body}}}
    return made


def _complaints(method: str) -> dict[str, Any]:
    codes = sorted((*ALWAYS, *AT[method]))
    return {code: {"$ref": f"#/components/responses/{code}"} for code in codes}


def _complaint(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Complaint"}
    return {"description": text, "content": {"application/json": {"schema": schema}}}


def _named(name: str) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "schema": NAME}


def _transcript() -> dict[str, Any]:
    asked = [{"name": n, "in": "query", "description": MEANING[n], "schema": schema} for n, schema in QUERY.items()]
    says = "One entry a line: n, time, dir (in, out or do), session, and xml (of in and out) or does."
    last = {"description": "The number of the latest entry.", "schema": {"type": "integer"}}
    lines = {KIND: {"schema": {"type": "string"}}}
    return {
        "operationId": "transcript",
        "summary": "The latest stanzas, and what was done from outside",
        "description": says,
        "parameters": asked,
        "responses": {
            "200": {"description": says, "content": lines, "headers": {"Transcript-Last": last}},
            **_complaints("GET"),
        },
    }
