"""Isolated environments for clients: one a client and version, made once, kept in the user's cache."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .clients import Client, command_of


class CannotProvision(Exception):
    """A client that cannot be run on this machine; one line with the remedy."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a driver runs: its command line, what its environment adds, and facts for the record's header."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)


def provision(
    client: Client, *, env: Path | None = None, offline: bool = False, says: Callable[[str], None] = lambda _: None
) -> Place:
    """The place for a client. Raises `CannotProvision`."""
    return Place(command_of(client.driver, sys.executable))
