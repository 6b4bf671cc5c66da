"""`${name}` in the texts of a scenario, and `$${` for those two characters themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

OPENS, ESCAPED = "${", "$${"
VARIABLE = re.compile(r"(?<!\$)\$\{([^}]+)\}")
VARIABLE_OR_ESCAPED = re.compile(r"\$\$\{|\$\{([^}]+)\}")


def fill(value: Any, variables: Mapping[str, str]) -> Any:
    """The value with every `${name}` replaced, inside tables and lists too; unknown ones stay, and so does `$${`."""
    return _texts(value, lambda text: VARIABLE.sub(lambda m: variables.get(m[1], m[0]), text))


def finish(value: Any, variables: Mapping[str, str]) -> Any:
    """The same for the last time: `$${` becomes `${`, and what comes in for a variable stays as it is."""

    def meant(found: re.Match[str]) -> str:
        return variables.get(found[1], found[0]) if found[1] else OPENS

    return _texts(value, lambda text: VARIABLE_OR_ESCAPED.sub(meant, text))


def escape(value: Any) -> Any:
    """What `finish` makes this value of again, whatever its variables."""
    return _texts(value, lambda text: text.replace(OPENS, ESCAPED))


def unknown(value: Any, variables: Mapping[str, str]) -> set[str]:
    """The names in `${...}` that nobody defines."""
    if isinstance(value, str):
        return {name for name in VARIABLE.findall(value) if name not in variables}
    if isinstance(value, Mapping):
        return set().union(*(unknown(v, variables) for v in value.values()))
    if isinstance(value, list):
        return set().union(*(unknown(v, variables) for v in value))
    return set()


def _texts(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, str):
        return change(value) if OPENS in value else value
    if isinstance(value, Mapping):
        return {k: _texts(v, change) for k, v in value.items()}
    if isinstance(value, list):
        return [_texts(v, change) for v in value]
    return value
