"""What a room is made of: XEP-0045 4 and 5. No behaviour but small questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from typing import TypeVar

from .jid import JID
from .mam import Entry
from .xml import Element

T = TypeVar("T")


class Role(StrEnum):
    NONE = "none"
    VISITOR = "visitor"
    PARTICIPANT = "participant"
    MODERATOR = "moderator"


class Affiliation(StrEnum):
    OUTCAST = "outcast"
    NONE = "none"
    MEMBER = "member"
    ADMIN = "admin"
    OWNER = "owner"


ROLE_RANK = {role: rank for rank, role in enumerate(Role)}
RANK = {affiliation: rank for rank, affiliation in enumerate(Affiliation)}


class Status(IntEnum):
    """Status codes: XEP-0045 15.6.2."""

    NON_ANONYMOUS = 100
    AFFILIATION_CHANGED = 101
    SHOWS_UNAVAILABLE = 102
    HIDES_UNAVAILABLE = 103
    CONFIG_CHANGED = 104
    SELF = 110
    LOGGING_ON = 170
    LOGGING_OFF = 171
    NOW_NON_ANONYMOUS = 172
    NOW_SEMI_ANONYMOUS = 173
    CREATED = 201
    NICK_ASSIGNED = 210
    BANNED = 301
    RENAMED = 303
    KICKED = 307
    AFFILIATION_REMOVED = 321
    MEMBERS_ONLY = 322
    SHUTDOWN = 332
    DESYNC = 333


@dataclass(frozen=True, slots=True)
class Delivery:
    """One stanza without `to`, and everybody who gets it."""

    stanza: Element
    to: tuple[JID, ...]


@dataclass(frozen=True, slots=True)
class Refuse:
    """The answer of a guard that says no: a stanza error (RFC 6120 8.3)."""

    kind: str
    condition: str
    text: str = ""
    payload: tuple[Element, ...] = ()  # what an IQ error shows of the request
    detail: tuple[Element, ...] = ()  # the extension's own condition: RFC 6120 8.3.4


@dataclass(frozen=True, slots=True)
class ConfigField:
    """A field of the configuration form: XEP-0045 10.2, XEP-0004."""

    var: str
    kind: str = "text-single"
    label: str = ""
    default: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    quiet: bool = False  # its change has status codes of its own, so that 104 need not be said
    check: str = ""  # the name of a rule for values: "" any, "number", "jid", "seconds"
    current: Callable[[Room], tuple[str, ...]] | None = None  # its value while nobody has set it, where that varies

    @property
    def multiple(self) -> bool:
        return self.kind.endswith("-multi")


@dataclass(frozen=True, slots=True)
class Switches:
    """What the texts leave to a service."""

    anyone_may_create: bool = True  # 10.1.1
    configurable: bool = True  # rooms have a form to be configured by: 10.1.1, 10.2
    owners_unmake_owners: bool = True  # an owner takes that status from another: 10.4
    locks_new_rooms: bool = True  # until their owner has configured them: 10.1.1
    own_code_first: bool = True  # 110 before the other codes of a self-presence
    lists_occupants: bool = False  # disco#items of a room names them: 6.5
    full_roominfo: bool = False  # subject and number of occupants for everybody: 14.4
    may_register: bool = True  # 7.10
    invites_new_members: bool = True  # 9.5
    legacy_invitations: bool = False  # with jabber:x:conference besides: 7.8.2
    tells_absent_users: bool = False  # a message with 101 about a new affiliation: 18.1
    tells_of_absent_users: bool = False  # a message to the occupants about one: 10.3, 10.6
    searches_a_minute: int | None = None  # by one user; None: as many as it likes: XEP-0433 4.2.2.4
    lists_all_rooms: bool = True  # in a search for everything: XEP-0433 4.2.2.5
    names_senders: bool = False  # history of a non-anonymous room has the sender's full JID: 7.2.13
    avatar_in_presence: bool = False  # the room's own presence shows its avatar, as before XEP-0486 (5.2)


@dataclass
class Occupant:
    """Somebody in a room under one nickname, with one session or several."""

    nick: str
    bare_jid: JID
    role: Role
    sessions: dict[JID, Element] = field(default_factory=dict)  # full JID -> its latest presence

    @property
    def presence(self) -> Element:
        """The latest presence of the session that spoke last."""
        return next(reversed(self.sessions.values()))


@dataclass(frozen=True, slots=True)
class Remembered:
    """A message of the discussion history: as it was reflected, when, and by which session of an occupant."""

    stanza: Element
    stamp: float
    sender: JID | None = None


@dataclass
class Room:
    """A room: who may, who is there, how it is set, what was said."""

    jid: JID
    salt: str = ""
    locked: bool = False
    affiliations: dict[JID, Affiliation] = field(default_factory=dict)
    reserved: dict[JID, str] = field(default_factory=dict)  # user -> nickname
    roles: dict[JID, Role] = field(default_factory=dict)  # given in a moderated room: they outlast the visit (5.1)
    occupants: dict[str, Occupant] = field(default_factory=dict)
    config: dict[str, tuple[str, ...]] = field(default_factory=dict)
    extra_fields: list[ConfigField] = field(default_factory=list)
    subject: Element | None = None
    subject_stamp: float | None = None  # when it was last changed
    history: list[Remembered] = field(default_factory=list)
    archive: list[Entry] = field(default_factory=list)  # filled by the archive feature
    assigned_nick: str = ""  # the next joiner gets this nickname
    nicks_locked: bool = False  # who has a reserved nickname is seated under it, and nobody changes it
    traffic: tuple[str, ...] | None = None  # the only extensions that the room passes on; None: all
    relayed: dict[tuple[JID, str, str], JID] = field(default_factory=dict)  # open IQs between occupants
    defaults: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    kept: dict[type, object] = field(default_factory=dict)  # what single features remember

    def own(self, kind: type[T]) -> T:
        """What one feature remembers about the room, made when it is first asked for."""
        found = self.kept.get(kind)
        if not isinstance(found, kind):
            found = self.kept[kind] = kind()
        return found

    def values(self, var: str) -> tuple[str, ...]:
        """The values of a configuration field by its short name (`membersonly`) or its full one."""
        full = var if "#" in var else f"muc#roomconfig_{var}"
        return self.config.get(full, self.defaults.get(full, ()))

    def has(self, var: str) -> bool:
        """Whether the room has this field at all."""
        return any(f"muc#roomconfig_{var}" in known for known in (self.config, self.defaults))

    def text(self, var: str) -> str:
        return next(iter(self.values(var)), "")

    def on(self, var: str) -> bool:
        """Whether a boolean field is set."""
        return self.text(var) in ("1", "true")

    def affiliation(self, bare_jid: JID) -> Affiliation:
        """A user's own affiliation, or outcast where the whole domain is: XEP-0045 9.2."""
        if bare_jid in self.affiliations:
            return self.affiliations[bare_jid]
        everybody = self.affiliations.get(JID(bare_jid.domain), Affiliation.NONE)
        return Affiliation.OUTCAST if everybody is Affiliation.OUTCAST else Affiliation.NONE

    def occupant_of(self, session: JID) -> Occupant | None:
        return next((o for o in self.occupants.values() if session in o.sessions), None)

    def occupants_of(self, bare_jid: JID) -> list[Occupant]:
        return [o for o in self.occupants.values() if o.bare_jid == bare_jid]

    @property
    def anonymous(self) -> bool:
        """Semi-anonymous: only moderators see real JIDs (XEP-0045 4.2)."""
        return self.text("whois") != "anyone"
