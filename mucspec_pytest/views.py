"""What is to be seen of `muc_server` and its rooms: plain values, the same that the console's HTTP API tells."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, Self

Role = Literal["moderator", "participant", "visitor", "none"]
Affiliation = Literal["owner", "admin", "member", "none", "outcast"]
How = Literal["close", "reset", "half-close", "malformed", "stream-error"]
ARROWS = {"in": "->", "out": "<-", "fault": "!!", "do": "**"}


class View:
    """Made from what the process of the server told."""

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        return cls(**{key: tuple(each) if isinstance(each, list) else each for key, each in told.items()})


@dataclass(frozen=True, slots=True)
class Account:
    """What a client logs in with; `jid` is a bare JID."""

    jid: str
    password: str


@dataclass(frozen=True, slots=True)
class Status(View):
    """The service as a whole: `muc_server.status`.

    `addresses` has host and port by the kind of connection (`c2s`); `now` is the service's clock in seconds since the
    epoch, `ahead` by how many seconds it was put forward; `sessions` counts the clients that are logged in.
    """

    version: str
    domain: str
    muc_domain: str
    addresses: dict[str, str]
    now: float
    ahead: float
    rooms: int
    sessions: int


@dataclass(frozen=True, slots=True)
class Client(View):
    """A client that is logged in: its full JID, and its seats as room/nickname."""

    session: str
    seats: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Occupant(View):
    """Somebody in a room. `puppet`: the test, not a client, says what it does.

    `jid` is the bare JID, `sessions` the full ones behind the nickname; `show` and `status` are those of its presence
    (RFC 6121 4.7.2).
    """

    nick: str
    jid: str
    role: str
    affiliation: str
    sessions: tuple[str, ...]
    show: str
    status: str
    puppet: bool


@dataclass(frozen=True, slots=True)
class RoomInList(View):
    """A room in short; `occupants` counts them. `locked`: nobody has configured it yet (XEP-0045 10.1)."""

    jid: str
    name: str
    subject: str
    occupants: int
    locked: bool


@dataclass(frozen=True, slots=True)
class Field(View):
    """A field of a room's configuration; `name` is short (`membersonly`), `kind` is XEP-0004's type of field."""

    name: str
    kind: str
    label: str
    values: tuple[str, ...]
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RoomView(View):
    """A room with all that belongs to it; `affiliations` by bare JID, `config` in the order of the form."""

    jid: str
    name: str
    subject: str
    locked: bool
    occupants: tuple[Occupant, ...]
    affiliations: dict[str, str]
    config: tuple[Field, ...]

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        seats, fields = tuple(map(Occupant.of, told["occupants"])), tuple(map(Field.of, told["config"]))
        return cls(**{**told, "occupants": seats, "config": fields})


@dataclass(frozen=True, slots=True)
class FaultKind(View):
    """Something that can go wrong on the wire (docs/faults.md); `keys` are its own, not those that choose stanzas."""

    name: str
    about: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FaultInForce(View):
    """A fault that may still do something, in words; `acted` is how often it did."""

    number: int
    fault: str
    acted: int


@dataclass(frozen=True, slots=True)
class Personality(View):
    """A service that this one can behave like. `strict`: nothing of it breaks a XEP; `worn`: it does so now."""

    name: str
    about: str
    strict: bool
    worn: bool


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody said to a room. `nick` is empty where the room itself spoke."""

    nick: str
    body: str
    subject: str
    id: str


@dataclass(frozen=True, slots=True)
class Stanza:
    """An entry of the transcript, mostly a stanza; `session` is the client's full JID.

    `direction` is "in" (the client sent it), "out" (it was sent to the client), "fault" (there the `fault` of this text
    acted, on the stanza as it was or, without `xml`, on the link) or "do" (`done` says what the test did). `time` is
    the service's, in seconds since the epoch.
    """

    direction: str
    session: str
    xml: str
    fault: str = ""
    done: str = ""
    time: float = 0.0

    @classmethod
    def of(cls, told: Mapping[str, Any]) -> Self:
        return cls(told["dir"], **{key: each for key, each in told.items() if key != "dir"})

    def __str__(self) -> str:
        whose = f"{self.session}  " if self.session else ""
        fault = f"fault {self.fault}: " if self.fault else ""
        return f"{ARROWS[self.direction]} {whose}{fault}{' '.join(self.xml.split())}{self.done}"
