"""What a scenario is made of, and what passes between the referee and its shells. No behaviour, no I/O."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Fields = Mapping[str, Any]


class Kind(StrEnum):
    """What a row of a scenario is; the first key that a row has among these."""

    DOES = "does"
    COMPLETES = "completes"
    SEES = "sees"
    SENDS = "sends"
    STATE = "state"
    NEVER = "never"
    SERVICE = "service"
    ANY_OF = "any_of"


STIMULI = frozenset({Kind.DOES, Kind.SERVICE})


class Outcome(StrEnum):
    """How a check or a scenario ended (DESIGN: record, version 1)."""

    PASS = "pass"
    FAIL = "fail"
    KNOWN = "known"
    FIXED = "fixed"
    UNSUPPORTED = "unsupported"
    UNGRADED = "ungraded"
    SKIPPED = "skipped"
    UNREACHED = "unreached"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One entry of the catalogue, as far as a verdict needs it."""

    id: str
    level: str
    basis: str
    section: str
    title: str
    anchor: str
    text: str
    subject: str
    testable: str
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """One row. `what` is the verb, event, stanza pattern, state table or service operation."""

    number: int  # 1-based, as in the file
    kind: Kind
    who: str  # actor, or actor/session; "" for service rows
    what: Any
    details: Fields = field(default_factory=dict)
    requirement: str = ""
    check: str = ""  # SCENARIO#REQUIREMENT[.n], or the row's `id`; "" for rows that check nothing
    level: str = "MUST"
    basis: str = "keyword"
    rated: str = ""  # "robustness" or "security" where the row says so
    then: bool = False  # this `sees` or `sends` comes after the one before it
    times: int | None = None  # so many stanzas fit this `sends`, no more
    wait: bool = True  # `does`: wait for the answer
    bind: Mapping[str, str] = field(default_factory=dict)
    alternatives: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True)
class RoomSetup:
    """A room that is there before the first row."""

    name: str
    owner: str = ""
    config: Fields = field(default_factory=dict)
    occupants: Sequence[Fields] = ()
    affiliations: Mapping[str, str] = field(default_factory=dict)
    nicks: Mapping[str, str] = field(default_factory=dict)  # reserved: actor -> nickname
    history: Sequence[Fields] = ()
    subject: str = ""
    subject_by: str = ""


@dataclass(frozen=True, slots=True)
class Scenario:
    """One scenario file, or one point of its matrix."""

    id: str
    title: str
    subject: str  # the actor that is the library under test, or "service"
    steps: tuple[Step, ...]
    requirement: str = ""
    topic: str = ""
    tags: tuple[str, ...] = ()
    rooms: tuple[RoomSetup, ...] = ()
    actors: tuple[str, ...] = ()  # every bare actor name, the subject included
    sessions: tuple[str, ...] = ()  # the subject's sessions: "pistol", "pistol/phone"
    without: tuple[str, ...] = ()  # features of the service that are switched off
    priority: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """The addresses behind a scenario's short names."""

    domain: str = "mucspec.invalid"
    muc: str = "conference.mucspec.invalid"

    def account(self, actor: str) -> str:
        """The bare JID of an actor: `Fluellen` -> `fluellen@mucspec.invalid`."""
        return f"{actor.partition('/')[0].lower()}@{self.domain}"

    def room(self, name: str) -> str:
        """The bare JID of a room, given its short name or that JID."""
        return name if "@" in name else f"{name.lower()}@{self.muc}"

    def localized(self, text: str) -> str:
        """The text of a scenario file as these addresses need it."""
        return text


# what goes to the referee


@dataclass(frozen=True, slots=True)
class Event:
    """Something an actor's library (or a puppet) reported. `source` is api, stanza or synth."""

    session: str
    name: str
    fields: Fields
    source: str = "api"


@dataclass(frozen=True, slots=True)
class Sent:
    """A stanza that an actor sent, as XML text."""

    session: str
    xml: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to a command: `{"ok": ...}`, `{"ok": false, "error": ...}` or `{"unsupported": true}`."""

    seq: int
    fields: Fields


# what comes from the referee


@dataclass(frozen=True, slots=True)
class Command:
    """A verb for an actor; `to_client` tells the library under test from a puppet."""

    seq: int
    session: str
    verb: str
    args: Fields
    to_client: bool


@dataclass(frozen=True, slots=True)
class Perform:
    """Carry this command out. A puppet's is over at once; a client's answer comes by `answered`."""

    step: Step
    command: Command


@dataclass(frozen=True, slots=True)
class Arrange:
    """Carry out a `service` row; `details` have their variables filled in."""

    step: Step
    operation: str
    details: Fields


@dataclass(frozen=True, slots=True)
class Fence:
    """See to it that the client has processed and reported everything so far, then call `fenced`."""

    pending: int | None = None  # the command whose answer would end the waiting as well


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Ask the library for its state of a room, then call `snapshot`."""

    step: Step
    session: str
    room: str


Action = Perform | Arrange | Fence | Snapshot


# the verdict


@dataclass(frozen=True, slots=True)
class Check:
    """One graded row."""

    step: Step
    outcome: Outcome
    expected: str = ""
    closest: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a scenario ended: the worst of its checks, and the checks."""

    outcome: Outcome
    checks: tuple[Check, ...]
    why: str = ""
