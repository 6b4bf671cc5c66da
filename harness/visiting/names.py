"""The addresses of one scenario on somebody else's server. No I/O."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..model import Names

LITERAL = re.compile(r"([\w.-]+)@\$\{muc\}")  # a room that no `room` table names


@dataclass(frozen=True, slots=True)
class VisitNames(Names):
    """Accounts as they were given or made; rooms with a suffix that no other scenario has."""

    accounts: Mapping[str, str] = field(default_factory=dict)  # actor -> bare JID
    suffix: str = ""

    def account(self, actor: str) -> str:
        """The bare JID of an actor."""
        name = actor.partition("/")[0]
        return self.accounts.get(name) or f"{name.lower()}-{self.suffix}@{self.domain}"

    def room(self, name: str) -> str:
        """The bare JID of a room, given its short name or that JID."""
        return name if "@" in name else f"{name.lower()}-{self.suffix}@{self.muc}"

    def localized(self, text: str) -> str:
        """The text of a scenario file, with the suffix in the rooms that it writes out."""
        return LITERAL.sub(rf"\1-{self.suffix}@${{muc}}", text)
