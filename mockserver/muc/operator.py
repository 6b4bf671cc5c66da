"""What the operator of a service can do to its rooms: arrange them, and what an occupant cannot."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from . import changing, entering, leaving, speaking
from .features import ALL
from .hats import Hat, Rack
from .jid import JID
from .model import Affiliation, ConfigField, Delivery, Occupant, Role, Room, Status
from .presence import Why, announce
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
        room = self._service.new_room(jid)
        room.config = {"muc#roomconfig_persistentroom": ("1",), **_known(self._service, config or {})}
        room.affiliations.update(affiliations or {})
        if owner:
            room.affiliations[owner] = Affiliation.OWNER
        room.reserved.update(reserved_nicks or {})
        if subject or subject_by:
            room.subject_stamp = now
            sender = jid.with_resource(subject_by) if subject_by else jid
            room.subject = E("message", E("subject", subject), from_=sender, type="groupchat")
        self.rooms[jid] = room
        return room

    def set_config(self, jid: JID, values: Mapping[str, Value], *, now: float) -> list[Delivery]:
        """Change fields of the configuration and announce it."""
        return changing.configure(
            self._service, self.rooms[jid], _known(self._service, values, self.rooms[jid]), now=now
        )

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
        """The service gives an occupant another nickname (210)."""
        room = self.rooms[jid]
        occupant = room.occupants[nick]
        if new_nick in room.occupants and room.occupants[new_nick].bare_jid != occupant.bare_jid:
            raise ValueError(f"{new_nick} is the nickname of somebody else in {jid}")
        session, stanza = next(reversed(occupant.sessions.items()))
        join = Join(session, jid, new_nick, False, "", entering.NO_LIMIT, stanza)
        return entering.rename(self._service, room, occupant, join, codes=(Status.NICK_ASSIGNED,))

    def desync(self, jid: JID, nick: str, *, now: float, reason: str = "") -> list[Delivery]:
        """Remove an occupant for technical reasons: XEP-0045 7.2.18 and 11.1."""
        room, codes = self.rooms[jid], (Status.KICKED, Status.DESYNC)
        return leaving.remove(self._service, room, room.occupants[nick], codes, why=Why(reason=reason))

    def shut_down(self, *, now: float, reason: str = "") -> list[Delivery]:
        """The service goes down: everybody leaves every room with 332 (XEP-0045 11.2)."""
        service, why = self._service, Why(reason=reason)
        return [d for r in list(self.rooms.values()) for d in leaving.dismiss(service, r, (Status.SHUTDOWN,), why=why)]

    def destroy(
        self, jid: JID, *, now: float, reason: str = "", alternate: str = "", password: str = ""
    ) -> list[Delivery]:
        """The room is gone: XEP-0045 10.9."""
        room = self.rooms[jid]
        return leaving.destroy(self._service, room, reason=reason, alternate=alternate, password=password)

    def remember(self, jid: JID, nick: str, body: str, *, now: float, id: str | None = None) -> None:
        """Put a message into the discussion history (and the archive), as if it had been said."""
        service, room = self._service, self.rooms[jid]
        user = JID.parse(f"{nick.replace(' ', '-').lower()}@{service.domain.partition('.')[2] or service.domain}")
        occupant = room.occupants.get(nick) or Occupant(nick, user, Role.PARTICIPANT)
        said = E("message", E("body", body), type="groupchat", id=id or service.new_id())
        stanza = speaking.marked(service, room, occupant, said)
        for listener in service.listeners:
            listener(service, room, occupant, stanza, now)

    def say(self, jid: JID, body: str, *, now: float, subject: str | None = None) -> list[Delivery]:
        """The room itself says something, from its bare address; with `subject` and no body it changes its subject."""
        service, room = self._service, self.rooms[jid]
        parts = (E("body", body) if body else None, E("subject", subject) if subject is not None else None)
        marks = [e for mark in service.marks for e in mark(service, room)]
        stanza = E("message", *parts, *marks, from_=jid, type="groupchat", id=service.new_id())
        if subject is not None and not body:
            room.subject, room.subject_stamp = stanza, now
        return speaking.broadcast(service, room, None, stanza, now=now)

    def put_hat(self, jid: JID, user: JID, hat: Hat, *, now: float) -> list[Delivery]:
        """A user wears this hat from now on; a hat of the same URI is replaced (XEP-0317)."""
        room = self.rooms[jid]
        rack = room.own(Rack)
        rack.hats[hat.uri] = hat
        rack.give(user, hat.uri)
        wearers = [o for user in rack.wearers(hat.uri) for o in room.occupants_of(user)]
        return [d for occupant in wearers for d in announce(self._service, room, occupant)]

    def offer_field(self, jid: JID, field: ConfigField) -> None:
        """Add a field of any type to one room's form."""
        self.rooms[jid].extra_fields.append(field)

    def rewrite_nick(self, jid: JID, nick: str) -> None:
        """The next who joins or renames gets this nickname instead (210)."""
        self.rooms[jid].assigned_nick = nick

    def lock_nicks(self, jid: JID, *, locked: bool = True) -> None:
        """Users with a reserved nickname are seated under it (210), and nobody changes the own one (7.6)."""
        self.rooms[jid].nicks_locked = locked

    def limit_traffic(self, jid: JID, namespaces: Iterable[str] | None) -> None:
        """The room passes on these extensions only; None: all of them (18.1.1)."""
        self.rooms[jid].traffic = None if namespaces is None else tuple(namespaces)

    def lock(self, jid: JID) -> None:
        """As if the owner had not configured the room yet."""
        self.rooms[jid].locked = True


def as_values(config: Mapping[str, Value]) -> dict[str, tuple[str, ...]]:
    """Field values as the form has them; short names get their prefix."""
    return {name if "#" in name else f"muc#roomconfig_{name}": _texts(value) for name, value in config.items()}


def _known(service: MucService, config: Mapping[str, Value], room: Room | None = None) -> dict[str, tuple[str, ...]]:
    """The values of fields that some feature has. Raises ValueError for a name that no feature knows."""
    values = as_values(config)
    mine = {field.var for field in (*service.fields.values(), *(room.extra_fields if room else ()))}
    names = mine | {field.var for feature in ALL for field in feature.fields}
    if unknown := sorted(set(values) - names):
        raise ValueError(f"no such configuration field: {', '.join(unknown)}; there are {', '.join(sorted(names))}")
    return {var: value for var, value in values.items() if var in mine}


def _texts(value: Value) -> tuple[str, ...]:
    if isinstance(value, bool):
        return ("1" if value else "0",)
    return (str(value),) if isinstance(value, (str, int)) else tuple(map(str, value))
