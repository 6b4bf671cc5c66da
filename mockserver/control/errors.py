"""Why something cannot be done from outside: what is not there, what is not allowed, what makes no sense."""

from __future__ import annotations


class Impossible(ValueError):
    """One line for people. `condition` is a word for programs."""

    condition = "bad-request"


class Missing(Impossible):
    """There is no such room, occupant, session or name."""

    condition = "item-not-found"


class Refused(Impossible):
    """The service says no; `condition` is that of its stanza error, or "conflict"."""

    def __init__(self, text: str, condition: str = "conflict") -> None:
        super().__init__(text)
        self.condition = condition
