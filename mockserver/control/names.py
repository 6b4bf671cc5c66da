"""The words that calls from outside take."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

RoleName = Literal["moderator", "participant", "visitor", "none"]
AffiliationName = Literal["owner", "admin", "member", "none", "outcast"]
How = Literal["close", "reset", "half-close", "malformed", "stream-error"]


@dataclass(frozen=True, slots=True)
class Range:
    """Of a number; both ends are in it."""

    least: float
    most: float


Seconds = Annotated[float, Range(0, 366 * 24 * 3600)]
Ago = Annotated[float, Range(0, 100 * 366 * 24 * 3600)]
