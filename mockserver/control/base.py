"""What all calls from outside share: a service at work, its names, and the way of what has to be sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.muc.jid import JID, LONGEST, BadJid, prepare_nick
from mockserver.muc.model import Delivery, Room
from mockserver.muc.xml import ILLEGAL
from mockserver.net.credentials import Credentials
from mockserver.net.porch import Porch

from .clock import ShiftedClock
from .errors import Impossible, Missing, Refused
from .puppets import Puppets
from .transcript import Transcript
from .views import RoomView, room_view


class Base:
    """`clock` is the porch's; `addresses()` says where the server listens; `puppets` are its own unless given."""

    def __init__(
        self,
        porch: Porch,
        clock: ShiftedClock,
        reactor: Any,
        *,
        credentials: Credentials,
        transcript: Transcript,
        puppets: Puppets | None = None,
    ) -> None:
        self.host, self.porch, self.clock = porch.host, porch, clock
        self.credentials, self.transcript = credentials, transcript
        self.addresses: Callable[[], dict[str, str]] = dict
        self.puppets = puppets or Puppets(porch.host, clock, reactor, porch.deliver)

    @property
    def now(self) -> float:
        """The time of the service, in seconds since the epoch."""
        return self.clock.seconds()

    # names

    def _jid(self, room: str) -> JID:
        """A room's address, or the part before the @. Raises `Impossible`."""
        jid = parsed(room if "@" in room else f"{room}@{self.host.muc_domain}")
        if jid.domain != self.host.muc_domain or jid != jid.bare or not jid.local:
            raise Missing(f"{room!r} is no room of {self.host.muc_domain}")
        return jid

    def _room(self, room: str) -> Room:
        found = self.host.muc.rooms.get(self._jid(room))
        if found is None:
            raise Missing(f"there is no room {room}")
        return found

    def _seated(self, room: str, nick: str) -> tuple[Room, str]:
        """The room and the prepared nickname of somebody in there."""
        found, nick = self._room(room), nickname(nick)
        if nick not in found.occupants:
            raise Missing(f"{found.jid} has no occupant {nick!r}; there: {', '.join(found.occupants) or 'nobody'}")
        return found, nick

    def _user(self, jid: str) -> JID:
        """An account of this host: its bare JID, or the part before the @."""
        user = parsed(jid if "@" in jid else f"{jid}@{self.host.domain}")
        if user.domain != self.host.domain or user != user.bare:
            raise Impossible(f"{jid!r} is no account of {self.host.domain}")
        return user

    def _puppet(self, room: Room, nick: str) -> JID:
        session = self.puppets.of(room, nick)
        if session is None:
            raise Refused(
                f"{nick} is a client; only occupants that were seated here do as they are told", "not-allowed"
            )
        return session

    # what follows

    def _deliver(self, deliveries: list[Delivery]) -> None:
        self.porch.deliver(deliveries)
        self.puppets.tidy()

    def _view(self, room: Room) -> RoomView:
        return room_view(self.host.muc, room, self.puppets.sessions)

    def _note(self, action: str, /, **details: Any) -> None:
        """A line of the transcript about what was done here."""
        told = " ".join(f"{name}={value!r}" for name, value in details.items() if value not in ("", None))
        self.transcript.note(f"{action} {told}".rstrip())


def parsed(text: str) -> JID:
    try:
        return JID.parse(text)
    except (BadJid, UnicodeError) as complaint:
        raise Impossible(str(complaint)) from complaint


def nickname(text: str) -> str:
    """A nickname, prepared. Raises `Impossible`."""
    try:
        prepared = prepare_nick(plain(text))
    except (BadJid, UnicodeError) as complaint:
        raise Impossible(f"no nickname: {text!r}: {complaint}") from complaint
    if not prepared.strip() or len(prepared.encode()) > LONGEST:
        raise Impossible(f"a nickname has 1 to {LONGEST} bytes, and not spaces alone")
    return prepared


def plain(text: str) -> str:
    """The text, if XML can carry it. Raises `Impossible`."""
    if found := ILLEGAL.search(text):
        raise Impossible(f"{found[0]!r} is no character of XML")
    return text


def plain_values(values: Mapping[str, Any]) -> None:
    """The texts among the values of fields. Raises `Impossible`."""
    for name, value in values.items():
        for each in (
            [value] if isinstance(value, str | bool | int) else value if isinstance(value, list | tuple) else [None]
        ):
            if not isinstance(each, str | int):
                raise Impossible(f"{name}: {value!r} is no text, number, boolean or list of texts")
            plain(str(each))
