"""What a porch puts up with, and what it has to know of any connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Protocol

from .reader import Bounds


@dataclass(frozen=True, slots=True)
class Limits:
    """What the porch puts up with."""

    connections: int = 4000
    login_seconds: float = 30.0
    close_seconds: float = 5.0
    resume_seconds: float = 300.0  # how long a session waits for its client: XEP-0198 5
    backlog: int = 64 * 1024 * 1024  # characters that a slow reader may leave lying
    bounds: Bounds = field(default_factory=Bounds)


class Visitor(Protocol):
    """Somebody's connection, whatever is spoken on it."""

    def fail(self, condition: str, text: str = "") -> None:
        """End with a stream error."""
