"""A puppet in a room of `muc_server`: an occupant that does what the test says."""

from __future__ import annotations

from typing import Any

from .room import MucRoom
from .views import Occupant


class MucOccupant:
    """One puppet in one room, under the nickname that it came in with. What it may not do raises `MucspecError`."""

    def __init__(self, room: MucRoom, nick: str) -> None:
        self.room, self.nick = room, nick

    def __str__(self) -> str:
        return f"{self.room.jid}/{self.nick}"

    @property
    def seat(self) -> Occupant | None:
        """Role, affiliation and JID; None where it is not in the room (any more)."""
        return self.room.occupants.get(self.nick)

    def say(self, body: str, /, **args: Any) -> None:
        """It says something to the room: XEP-0045 7.4."""
        self.room.say(self.nick, body, **args)

    def whisper(self, to: str, body: str) -> None:
        """It says something to the occupant `to` alone: XEP-0045 7.5."""
        self.room.whisper(self.nick, to, body)

    def set_subject(self, subject: str) -> None:
        """It changes the subject: XEP-0045 8.1."""
        self.room.set_subject(subject, by=self.nick)

    def kick(self, nick: str, *, reason: str = "") -> None:
        """It kicks somebody; it has to be a moderator: XEP-0045 8.2."""
        self.room.kick(nick, reason=reason, by=self.nick)

    def ban(self, jid: str = "", *, nick: str = "", reason: str = "") -> None:
        """It bans an account, or that of an occupant; it has to be an admin: XEP-0045 9.1."""
        self.room.ban(jid, nick=nick, reason=reason, by=self.nick)

    def act(self, verb: str, /, **args: Any) -> None:
        """It does anything else: any verb of `mucspec list --verbs`."""
        self.room.act(self.nick, verb, **args)

    def leave(self) -> None:
        """It leaves, if it is still there: XEP-0045 7.14."""
        if self.seat:
            self.room.leave(self.nick)
