"""JSON Schemas of the types that calls of `Control` take and give."""

from __future__ import annotations

import types
from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from mockserver.muc.operator import Value

Schema = dict[str, Any]
TEXT: Schema = {"type": "string", "maxLength": 20_000, "pattern": r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]*$"}
NAME: Schema = TEXT | {"minLength": 1, "maxLength": 1000}  # of what stands in a path
VALUE: Schema = {
    "description": "The value of a field of a form.",
    "anyOf": [TEXT, {"type": "boolean"}, {"type": "integer"}, {"type": "array", "items": TEXT, "maxItems": 100}],
}
SIMPLE: dict[Any, Schema] = {
    str: TEXT,
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    float: {"type": "number"},
    Value: VALUE,
}


class Schemas:
    """Of any type that is asked for; those of dataclasses are collected in `components`."""

    def __init__(self) -> None:
        self.components: dict[str, Schema] = {}

    def of(self, kind: Any) -> Schema:
        """The schema of a type. Raises `TypeError` for one that has none."""
        if kind in SIMPLE:
            return SIMPLE[kind]
        if isinstance(kind, type) and is_dataclass(kind):
            return self._component(kind)
        origin, args = get_origin(kind), get_args(kind)
        if origin is Annotated:
            return self.of(args[0]) | {"minimum": args[1].least, "maximum": args[1].most}
        if origin is Literal:
            return {"enum": list(args)}
        if origin in (Union, types.UnionType):
            return self._union([arg for arg in args if arg is not type(None)])
        if origin is tuple or (isinstance(origin, type) and issubclass(origin, Iterable) and len(args) == 1):
            return {"type": "array", "items": self.of(args[0])}
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {"type": "object", "additionalProperties": self.of(args[1]), "maxProperties": 100}
        raise TypeError(f"{kind} has no schema")

    def _union(self, kinds: list[Any]) -> Schema:
        """None stands for what is left out; choices of words are one choice."""
        if len(kinds) == 1:
            return self.of(kinds[0])
        words = [self.of(kind) for kind in kinds]
        if all("enum" in each for each in words):
            return {"enum": [word for each in words for word in each["enum"]]}
        return {"anyOf": words}

    def _component(self, kind: type) -> Schema:
        name = kind.__name__
        if name not in self.components:
            self.components[name] = {}  # it may hold itself
            hints = get_type_hints(kind, include_extras=True)
            held = {field.name: hints[field.name] for field in fields(kind)}
            self.components[name] = {
                "type": "object",
                "description": kind.__doc__ or name,
                "properties": {field: self._shown(hint) for field, hint in held.items()},
                "required": list(held),
                "additionalProperties": False,
            }
        return {"$ref": f"#/components/schemas/{name}"}

    def _shown(self, kind: Any) -> Schema:
        """What is shown is bounded by nothing: clients may have made it."""
        schema = self.of(kind)
        return {"type": "string"} if schema is TEXT else _unbounded(schema)


def _unbounded(schema: Any) -> Any:
    if isinstance(schema, dict):
        return {k: _unbounded(v) for k, v in schema.items() if k not in ("maxLength", "pattern", "maxProperties")}
    return schema
