"""Rooms from outside: seen, made, configured, destroyed."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.muc.forms import plain as as_kept
from mockserver.muc.forms import valid
from mockserver.muc.jid import BadJid
from mockserver.muc.model import Affiliation, Room
from mockserver.muc.operator import Value, as_values

from .base import Base, nickname, plain, plain_values
from .errors import Impossible, Missing, Refused
from .names import AffiliationName, Ago
from .views import RoomInList, RoomView, room_in_list

SECRET = ("muc#roomconfig_passwordprotectedroom", "muc#roomconfig_roomsecret")


class Rooms(Base):
    """A room is named by its address, or by the part before the @."""

    def rooms(self) -> tuple[RoomInList, ...]:
        """All rooms, the oldest first."""
        return tuple(map(room_in_list, self.host.muc.rooms.values()))

    def address(self, room: str) -> str:
        """The address of a room of this name, there or not."""
        return str(self._jid(room))

    def room(self, room: str) -> RoomView:
        """One room with its occupants, affiliations and configuration."""
        return self._view(self._room(room))

    def create(
        self,
        room: str,
        *,
        owner: str = "",
        subject: str = "",
        config: Mapping[str, Value] | None = None,
        affiliations: Mapping[str, AffiliationName] | None = None,
    ) -> RoomView:
        """Make a persistent room that is configured and open to all.

        `config` names fields as `configure` does; `affiliations` maps accounts.
        """
        jid = self._jid(room)
        if jid in self.host.muc.rooms:
            raise Refused(f"there is a room {jid} already")
        held = {self._user(user): Affiliation(each) for user, each in (affiliations or {}).items()}
        by = self._user(owner) if owner else None
        values = self._checked(self.host.muc.new_room(jid), config or {})
        made = self.host.muc.open_room(jid, owner=by, subject=plain(subject), affiliations=held, now=self.now)
        told = {str(user): str(each) for user, each in held.items()} or None
        fields = dict(config or {}) or None
        self._note("create", room=str(jid), owner=str(by or ""), subject=subject, config=fields, affiliations=told)
        self._deliver(self.host.muc.set_config(jid, values, now=self.now))
        return self._view(made)

    def configure(self, room: str, values: Mapping[str, Value]) -> RoomView:
        """Change fields of the configuration by their short names (`membersonly`), and announce it: XEP-0045 10.2."""
        found = self._room(room)
        checked = self._checked(found, values)
        self._note("configure", room=str(found.jid), values=dict(values))
        self._deliver(self.host.muc.set_config(found.jid, checked, now=self.now))
        return self._view(found)

    def destroy(self, room: str, *, reason: str = "", alternate: str = "") -> None:
        """The room is gone, and everybody in it is told: XEP-0045 10.9. `alternate` is a room to go to."""
        found = self._room(room)
        other = str(self._jid(alternate)) if alternate else ""
        self._note("destroy", room=str(found.jid), reason=reason, alternate=alternate)
        self._deliver(self.host.muc.destroy(found.jid, reason=plain(reason), alternate=other, now=self.now))

    def remember(self, room: str, nick: str, body: str, *, ago: Ago = 0.0) -> None:
        """Put a message into the history and the archive, as if it had been said `ago` seconds before now."""
        found = self._room(room)
        try:
            self.host.muc.remember(found.jid, nickname(nick), plain(body), now=max(0.0, self.now - ago))
        except BadJid as complaint:
            raise Impossible(f"{nick!r} makes no account: {complaint}") from complaint
        self._note("remember", room=str(found.jid), nick=nick, body=body)

    def _checked(self, room: Room, values: Mapping[str, Value]) -> dict[str, tuple[str, ...]]:
        """The values as the form has them, all of them sound. Raises `Impossible`."""
        plain_values(values)
        fields = {f.var: f for f in (*self.host.muc.fields.values(), *room.extra_fields)}
        given = as_values(values)
        if unknown := sorted(set(given) - set(fields)):
            raise Missing(f"no such configuration field: {', '.join(unknown)}; there are {', '.join(sorted(fields))}")
        kept = {var: as_kept(fields[var], value) for var, value in given.items()}
        for var, value in kept.items():
            if not valid(fields[var], value):
                raise Impossible(f"{var} cannot be {', '.join(value)!r}")
        protected, secret = (kept.get(var, room.values(var)) for var in SECRET)
        if protected == ("1",) and not any(secret):
            raise Impossible("a room that is protected by a password needs one: roomsecret")
        return kept
