"""What the operator of a service can do to its rooms: arrange them, and what an occupant cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from . import changing, entering, leaving, speaking
from .jid import JID
from .model import Affiliation, ConfigField, Delivery, Occupant, Role, Room, Status
from .presence import Why
from .requests import Join
from .xml import E

if TYPE_CHECKING:
    from .service import MucService

Value = str | bool | int | Iterable[str]


class Operator:
    """Calls of `MucService` that no stanza makes. Each returns what has to be sent."""

    rooms: dict[JID, Room]

    @property
    def _service(self) -> MucService:
        return cast("MucService", self)

    def open_room(
        self,
        jid: JID,
        *,
        now: float,
        owner: JID | None = None,
        config: Mapping[str, Value] | None = None,
        subject: str = "",
        subject_by: str = "",
        affiliations: Mapping[JID, Affiliation] | None = None,
        reserved_nicks: Mapping[JID, str] | None = None,
    ) -> Room:
        """A persistent room that is configured and unlocked."""
        service = self._service
        room = service.new_room(jid)
        room.config = {"muc#roomconfig_persistentroom": ("1",), **as_values(config or {})}
        room.affiliations.update(affiliations or {})
        if owner:
            room.affiliations[owner] = Affiliation.OWNER
        room.reserved.update(reserved_nicks or {})
        if subject or subject_by:
            sender = jid.with_resource(subject_by) if subject_by else jid
            room.subject = E("message", E("subject", subject), from_=sender, type="groupchat")
        self.rooms[jid] = room
        return room

    def set_config(self, jid: JID, values: Mapping[str, Value], *, now: float) -> list[Delivery]:
        """Change fields of the configuration and announce it."""
        return changing.configure(self._service, self.rooms[jid], as_values(values), now=now)

    def set_affiliation(
        self, jid: JID, user: JID, affiliation: Affiliation, *, now: float, reason: str = ""
    ) -> list[Delivery]:
        """Give a user an affiliation, with all that follows for its occupants."""
        change = changing.Change(user=user, affiliation=affiliation, why=Why(reason=reason))
        return changing.set_affiliation(self._service, self.rooms[jid], change)

    def set_role(self, jid: JID, nick: str, role: Role, *, now: float, reason: str = "") -> list[Delivery]:
        """Give an occupant a role; `none` kicks it."""
        room = self.rooms[jid]
        return changing.set_role(self._service, room, room.occupants[nick], role, why=Why(reason=reason))

    def rename(self, jid: JID, nick: str, new_nick: str, *, now: float) -> list[Delivery]:
        """The service gives an occupant another nickname."""
        room = self.rooms[jid]
        occupant = room.occupants[nick]
        session, stanza = next(reversed(occupant.sessions.items()))
        join = Join(session, jid, new_nick, False, "", entering.NO_LIMIT, stanza)
        return entering.rename(self._service, room, occupant, join, new_nick, codes=(Status.NICK_ASSIGNED,))

    def desync(self, jid: JID, nick: str, *, now: float) -> list[Delivery]:
        """Remove an occupant for technical reasons: XEP-0045 7.2.18 and 11.1."""
        room = self.rooms[jid]
        return leaving.remove(self._service, room, room.occupants[nick], (Status.KICKED, Status.DESYNC))

    def shut_down(self, *, now: float, reason: str = "") -> list[Delivery]:
        """The service goes down: everybody leaves every room with 332 (XEP-0045 11.2)."""
        told: list[Delivery] = []
        for room in list(self.rooms.values()):
            for occupant in list(room.occupants.values()):
                told += leaving.remove(self._service, room, occupant, (Status.SHUTDOWN,), why=Why(reason=reason))
        return told

    def destroy(
        self, jid: JID, *, now: float, reason: str = "", alternate: str = "", password: str = ""
    ) -> list[Delivery]:
        """The room is gone: XEP-0045 10.9."""
        return changing.destroy(self._service, self.rooms[jid], reason, alternate, password)

    def remember(self, jid: JID, nick: str, body: str, *, now: float, id: str | None = None) -> None:
        """Put a message into the discussion history (and the archive), as if it had been said."""
        service, room = self._service, self.rooms[jid]
        user = JID.parse(f"{nick.replace(' ', '-').lower()}@{service.domain.partition('.')[2] or service.domain}")
        occupant = room.occupants.get(nick) or Occupant(nick, user, Role.PARTICIPANT)
        said = E("message", E("body", body), type="groupchat", id=id or service.new_id())
        stanza = speaking.reflected(service, room, occupant, said)
        stanza = stanza.plus(*(e for mark in service.marks for e in mark(service, room)))
        for listener in service.listeners:
            listener(service, room, occupant, stanza, now)

    def offer_field(self, jid: JID, field: ConfigField) -> None:
        """Add a field of any type to one room's form."""
        self.rooms[jid].extra_fields.append(field)

    def rewrite_nick(self, jid: JID, nick: str) -> None:
        """The next who joins or renames gets this nickname instead (210)."""
        self.rooms[jid].assigned_nick = nick

    def lock(self, jid: JID) -> None:
        """As if the owner had not configured the room yet."""
        self.rooms[jid].locked = True


def as_values(config: Mapping[str, Value]) -> dict[str, tuple[str, ...]]:
    """Field values as the form has them; short names get their prefix."""
    return {name if "#" in name else f"muc#roomconfig_{name}": _texts(value) for name, value in config.items()}


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("1" if value else "0",)
    return (str(value),) if isinstance(value, (str, int)) else tuple(map(str, value))
