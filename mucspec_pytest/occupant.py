"""A puppet in a room of `muc_server`: an occupant that does what the test says."""

from __future__ import annotations

from typing import Any

from .room import MucRoom, Occupant


class MucOccupant:
    """One puppet in one room, under the nickname that it came in with."""

    def __init__(self, room: MucRoom, nick: str) -> None:
        self.room, self.nick = room, nick

    def __str__(self) -> str:
        return f"{self.room.jid}/{self.nick}"

    @property
    def seat(self) -> Occupant | None:
        """Role, affiliation and JID; None where it is not in the room (any more)."""
        return self.room.occupants.get(self.nick)

    def say(self, body: str, /, **args: Any) -> None:
        """It says something to the room."""
        self.room.say(self.nick, body, **args)

    def whisper(self, nick: str, body: str) -> None:
        """It says something to one occupant alone: XEP-0045 7.5."""
        self.room.act(self.nick, "private_message", nick=nick, body=body)

    def kick(self, nick: str, *, reason: str = "") -> None:
        """It kicks somebody; it has to be a moderator."""
        self.room.kick(nick, reason=reason, by=self.nick)

    def act(self, verb: str, /, **args: Any) -> None:
        """It does anything else: any verb of `mucspec list --verbs`."""
        self.room.act(self.nick, verb, **args)

    def leave(self) -> None:
        """It leaves, if it is still there."""
        if self.seat:
            self.room.act(self.nick, "leave")
