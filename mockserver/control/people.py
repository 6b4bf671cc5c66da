"""Occupants from outside: what the service does to anybody, and what its own puppets do."""

from __future__ import annotations

from typing import Literal

from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Role, Room
from mockserver.muc.namespaces import NS_MUC
from mockserver.muc.xml import E, Element

from .base import Base, nickname, parsed, plain
from .errors import Impossible, Refused
from .names import AffiliationName, RoleName
from .puppets import account_of
from .views import RoomView


class People(Base):
    """Occupants are named by their nicknames. Each call returns the room as it is then."""

    # what the service does

    def kick(self, room: str, nick: str, *, reason: str = "") -> RoomView:
        """Put an occupant out (307): XEP-0045 8.2."""
        return self.role(room, nick, "none", reason=reason)

    def role(self, room: str, nick: str, role: RoleName, *, reason: str = "") -> RoomView:
        """Give an occupant a role; `none` is a kick."""
        found, nick = self._seated(room, nick)
        plain(reason)
        self._note("role", room=str(found.jid), nick=nick, role=role, reason=reason)
        self._deliver(self.host.muc.set_role(found.jid, nick, Role(role), reason=reason, now=self.now))
        return self._view(found)

    def ban(self, room: str, *, nick: str = "", jid: str = "", reason: str = "") -> RoomView:
        """Ban an occupant's account, or an account (301): XEP-0045 9.1."""
        if bool(nick) == bool(jid):
            raise Impossible("a ban needs either nick or jid")
        found = self._room(room)
        if nick:
            found, nick = self._seated(room, nick)
            jid = str(found.occupants[nick].bare_jid)
        return self.affiliation(room, jid, "outcast", reason=reason)

    def affiliation(self, room: str, jid: str, affiliation: AffiliationName, *, reason: str = "") -> RoomView:
        """Give an account an affiliation, with what follows for its occupants; a domain may be banned as well."""
        found, user = self._room(room), parsed(jid)
        if user != user.bare or (not user.local and affiliation not in ("outcast", "none")):
            raise Impossible(f"{jid!r}: an account, like pistol@{self.host.domain}; a domain can only be banned")
        plain(reason)
        self._note("affiliation", room=str(found.jid), jid=jid, affiliation=affiliation, reason=reason)
        change = Affiliation(affiliation)
        self._deliver(self.host.muc.set_affiliation(found.jid, user, change, reason=reason, now=self.now))
        return self._view(found)

    def rename(self, room: str, nick: str, new_nick: str) -> RoomView:
        """Give an occupant another nickname (303, 210)."""
        found, nick = self._seated(room, nick)
        new = nickname(new_nick)
        if new in found.occupants:
            raise Refused(f"{new} is in {found.jid} already")
        self._note("rename", room=str(found.jid), nick=nick, new_nick=new)
        while nick in found.occupants:  # session by session
            self._deliver(self.host.muc.rename(found.jid, nick, new, now=self.now))
        return self._view(found)

    # what puppets do

    def seat(
        self,
        room: str,
        nick: str,
        *,
        jid: str = "",
        role: RoleName | Literal[""] = "",
        affiliation: AffiliationName | Literal[""] = "",
    ) -> RoomView:
        """A puppet comes in; it gets this affiliation first and this role then. Raises `Refused` as the room does."""
        found, nick = self._room(room), nickname(nick)
        account = self._user(jid) if jid else self._free_account(found, nick)
        for seated in found.occupants_of(account):
            if self.puppets.of(found, seated.nick):
                raise Refused(f"{account} is in {found.jid} already, as {seated.nick}")
        if affiliation:
            self.affiliation(room, str(account), affiliation)
        self._note("seat", room=str(found.jid), nick=nick, jid=str(account))
        self._act(self.puppets.session(account), _join(found, nick))
        return self.role(room, nick, role) if role else self._view(found)

    def unseat(self, room: str, nick: str) -> RoomView:
        """A puppet leaves."""
        found, nick = self._seated(room, nick)
        session = self._puppet(found, nick)
        self._note("unseat", room=str(found.jid), nick=nick)
        self._act(session, E("presence", to=found.jid.with_resource(nick), type="unavailable"))
        return self._view(found)

    def say(self, room: str, body: str, *, nick: str = "") -> RoomView:
        """A puppet says something to the room; without `nick` the room itself does."""
        return self._speak(room, nick, body=body)

    def subject(self, room: str, subject: str, *, nick: str = "") -> RoomView:
        """A puppet changes the subject; without `nick` the room itself does: XEP-0045 8.1."""
        return self._speak(room, nick, subject=subject)

    def whisper(self, room: str, nick: str, to: str, body: str) -> RoomView:
        """A puppet says something to one occupant: XEP-0045 7.5."""
        found, nick = self._seated(room, nick)
        session, target = self._puppet(found, nick), found.jid.with_resource(nickname(to))
        message = E("message", E("body", plain(body)), to=target, type="chat", id=self.host.muc.new_id())
        self._note("whisper", room=str(found.jid), nick=nick, to=to, body=body)
        self._act(session, message)
        return self._view(found)

    # inside

    def _speak(self, room: str, nick: str, *, body: str = "", subject: str | None = None) -> RoomView:
        found = self._room(room)
        text = plain(body if subject is None else subject)
        if subject is None and not text:
            raise Impossible("a message has a body")
        kind = "body" if subject is None else "subject"
        self._note("say" if subject is None else "subject", room=str(found.jid), nick=nick, **{kind: text})
        if nick:
            found, nick = self._seated(room, nick)
            said = E("message", E(kind, text), to=found.jid, type="groupchat", id=self.host.muc.new_id())
            self._act(self._puppet(found, nick), said)
        else:
            self._deliver(self.host.muc.say(found.jid, body, subject=subject, now=self.now))
        return self._view(found)

    def _act(self, session: JID, stanza: Element) -> None:
        try:
            self.puppets.send(session, stanza)
        finally:
            self.puppets.tidy()

    def _free_account(self, room: Room, nick: str) -> JID:
        """An account of its own for a puppet with this nickname, if the nickname is free."""
        account = self._user(str(account_of(nick, self.host.domain)))
        count = 1
        while (seated := room.occupants_of(account)) and seated[0].nick != nick:
            count += 1
            account = self._user(str(account_of(f"{nick}{count}", self.host.domain)))
        return account


def _join(room: Room, nick: str) -> Element:
    """As a client that knows the room's password."""
    secret = room.text("roomsecret") if room.on("passwordprotectedroom") else ""
    password = E("password", secret, uri=NS_MUC) if secret else None
    return E("presence", E("x", password, uri=NS_MUC), to=room.jid.with_resource(nick))
