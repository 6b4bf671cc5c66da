"""Values as TOML, on one line each: the standard library reads TOML and does not write it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

BARE = re.compile(r"[A-Za-z0-9_-]+")


def value(given: Any) -> str:
    """A text, a number, a truth, a list or a table."""
    if isinstance(given, bool):
        return "true" if given else "false"
    if isinstance(given, int | float):
        return str(given)
    if isinstance(given, Mapping):
        return f"{{ {', '.join(f'{key(k)} = {value(v)}' for k, v in given.items())} }}" if given else "{}"
    if isinstance(given, list | tuple):
        return f"[{', '.join(map(value, given))}]"
    return json.dumps(str(given), ensure_ascii=False).replace("\x7f", "\\u007f")


def key(name: str) -> str:
    return name if BARE.fullmatch(name) else value(name)


def comment(text: str) -> str:
    """One line, whatever is in the text."""
    return "# " + "".join(c if c.isprintable() else " " for c in text)
