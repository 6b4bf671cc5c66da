"""Why somebody is out, read from the status codes that a library hands out: XEP-0045 15.6.2.

A library that has no word for it, but typed codes, says it by them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

EXITS = frozenset({"left", "occupant_left"})
CAUSES = (  # the first that fits: 333 beats the 307 that old services send with it (11.1)
    (333, "desync"),
    (301, "banned"),
    (321, "affiliation_changed"),
    (322, "members_only"),
    (332, "shutdown"),
    (307, "kicked"),
)


def with_cause(event: str, fields: Mapping[str, Any]) -> Mapping[str, Any]:
    """The fields of an exit, with the cause that the codes tell where the library names none."""
    codes = fields.get("codes")
    if event not in EXITS or fields.get("cause") is not None or codes is None:
        return fields
    return {**fields, "cause": next((cause for code, cause in CAUSES if code in codes), "left")}
