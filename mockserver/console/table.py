"""What the HTTP API offers: one row a call. Routes, checks and the description are made from it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, get_type_hints

from mockserver.control import Control

from .schemas import NAME, Schema, Schemas

BASE = "/api/v1"
SCHEMAS = Schemas()


@dataclass(frozen=True)
class Route:
    """`does` is a method of `Control`: its arguments stand in the path, the query (GET) or the body (POST)."""

    method: str
    path: str
    does: Callable[..., Any]
    status: int = 200

    @cached_property
    def name(self) -> str:
        return self.does.__name__

    @cached_property
    def in_path(self) -> tuple[str, ...]:
        return tuple(re.findall(r"{(\w+)}", self.path))

    @cached_property
    def schema(self) -> Schema:
        """Of all arguments, as one object."""
        hints = get_type_hints(self.does, include_extras=True)
        given = list(inspect.signature(self.does).parameters.values())[1:]  # without self
        kinds = {each.name: NAME if each.name in self.in_path else SCHEMAS.of(hints[each.name]) for each in given}
        return {
            "type": "object",
            "properties": kinds,
            "required": [each.name for each in given if each.default is each.empty],
            "additionalProperties": False,
        }

    @cached_property
    def body(self) -> Schema:
        """Of the arguments that do not stand in the path."""
        kept = {name: each for name, each in self.schema["properties"].items() if name not in self.in_path}
        needed = [name for name in self.schema["required"] if name in kept]
        return self.schema | {"properties": kept, "required": needed}

    @cached_property
    def result(self) -> Schema | None:
        """Of what it gives; None: nothing."""
        kind = get_type_hints(self.does, include_extras=True)["return"]
        return None if kind is type(None) else SCHEMAS.of(kind)


ROUTES = (
    Route("GET", "/status", Control.status),
    Route("GET", "/clients", Control.clients),
    Route("POST", "/clients/disconnect", Control.disconnect),
    Route("POST", "/clients/inject", Control.inject),
    Route("POST", "/accounts", Control.add_account),
    Route("GET", "/rooms", Control.rooms),
    Route("POST", "/rooms", Control.create, status=201),
    Route("GET", "/rooms/{room}", Control.room),
    Route("POST", "/rooms/{room}/configure", Control.configure),
    Route("POST", "/rooms/{room}/destroy", Control.destroy),
    Route("POST", "/rooms/{room}/remember", Control.remember),
    Route("POST", "/rooms/{room}/say", Control.say),
    Route("POST", "/rooms/{room}/subject", Control.subject),
    Route("POST", "/rooms/{room}/whisper", Control.whisper),
    Route("POST", "/rooms/{room}/kick", Control.kick),
    Route("POST", "/rooms/{room}/ban", Control.ban),
    Route("POST", "/rooms/{room}/rename", Control.rename),
    Route("POST", "/rooms/{room}/role", Control.role),
    Route("POST", "/rooms/{room}/affiliation", Control.affiliation),
    Route("POST", "/rooms/{room}/seat", Control.seat),
    Route("POST", "/rooms/{room}/unseat", Control.unseat),
    Route("GET", "/faults", Control.faults),
    Route("POST", "/faults", Control.fault, status=201),
    Route("POST", "/faults/end", Control.end_fault),
    Route("POST", "/faults/clear", Control.end_faults),
    Route("GET", "/faults/kinds", Control.fault_kinds),
    Route("GET", "/personalities", Control.personalities),
    Route("POST", "/personality", Control.personality),
    Route("POST", "/shutdown", Control.shutdown),
    Route("POST", "/advance", Control.advance),
)
