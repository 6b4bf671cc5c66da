"""What the client knows of one room that it is in, or is about to enter."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

REMEMBERED = 1000  # messages that may be spoken of later


class Phase(Enum):
    """Where the room is in the order of XEP-0045 7.1."""

    ENTERING = auto()  # the occupants come in, up to the own presence
    HISTORY = auto()  # after the own presence, up to the subject
    LIVE = auto()


@dataclass(slots=True)
class Occupant:
    """Somebody in the room. `occupant_id` is what the stanza said, trusted or not."""

    nick: str
    role: str = ""
    affiliation: str = ""
    jid: str = ""
    occupant_id: str = ""
    show: str = ""
    status: str = ""
    visit: object = field(default_factory=object, compare=False)  # the same from coming to going


@dataclass(frozen=True, slots=True)
class Said:
    """A message that was heard, and in which visit of its author; in none where nobody sat under the nickname."""

    nick: str
    id: str
    stanza_id: str
    occupant_id: str
    visit: object | None


@dataclass(frozen=True, slots=True)
class Rename:
    """A change of the own nickname that is not answered yet."""

    seq: int
    nick: str
    id: str


@dataclass(slots=True)
class Room:
    """One room. It exists from the first join presence until the own exit."""

    jid: str
    wanted: str
    nick: str = ""
    joined: bool = False
    phase: Phase = Phase.ENTERING
    subject: str = ""
    occupants: dict[str, Occupant] = field(default_factory=dict)
    fresh: set[str] | None = None  # who was listed since the join was repeated
    ghosts: list[Occupant] = field(default_factory=list)  # only a defect puts somebody here
    join_id: str = ""
    joins: list[int] = field(default_factory=list)  # commands that wait for the own presence
    leaves: list[int] = field(default_factory=list)
    renames: list[Rename] = field(default_factory=list)
    heard: float = 0.0  # when something last came from it
    watching: bool = False
    seen: set[str] = field(default_factory=set)  # ids of messages already reported
    said: deque[Said] = field(default_factory=lambda: deque(maxlen=REMEMBERED))

    @property
    def me(self) -> Occupant:
        """The own occupant."""
        return self.occupants.get(self.nick) or Occupant(self.nick)


def nowhere() -> dict[str, Any]:
    """The snapshot of a room in which the client is not."""
    return {"joined": False, "nick": "", "subject": "", "role": "", "affiliation": "", "occupants": []}
