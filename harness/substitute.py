"""`${name}` in the texts of a scenario."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

VARIABLE = re.compile(r"\$\{([^}]+)\}")


def fill(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with every `${name}` replaced, inside tables and lists too; unknown ones stay."""
    if isinstance(value, str):
        return VARIABLE.sub(lambda m: variables.get(m[1], m[0]), value) if "${" in value else value
    if isinstance(value, Mapping):
        return {k: fill(v, variables) for k, v in value.items()}
    if isinstance(value, list):
        return [fill(v, variables) for v in value]
    return value


def unknown(value: Any, variables: Mapping[str, str]) -> set[str]:
    """The names in `${...}` that nobody defines."""
    if isinstance(value, str):
        return {name for name in VARIABLE.findall(value) if name not in variables}
    if isinstance(value, Mapping):
        return set().union(*(unknown(v, variables) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(unknown(v, variables) for v in value))
    return set()
