"""What a fault knows when a stanza comes: the stanza, its sender, the room, and what the fault noted before."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from mockserver.host import Host
from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery, Occupant, Room
from mockserver.muc.requests import Request, read
from mockserver.muc.service import MucService
from mockserver.muc.xml import Element

from . import kinds, questions


class Moment:
    """One call of a host. `sent` is the stanza at hand, None for what no stanza led to."""

    def __init__(self, host: Host, sent: Element | None, now: float) -> None:
        self.host, self.sent, self.now = host, sent, now
        self.notes: dict[str, Any] = {}  # those of the fault at hand
        self._kinds: dict[int, tuple[Element, str]] = {}

    @property
    def muc(self) -> MucService:
        return self.host.muc

    @cached_property
    def to(self) -> JID | None:
        try:
            return JID.parse(self.sent.get("to")) if self.sent is not None and self.sent.has("to") else None
        except BadJid:
            return None

    @cached_property
    def sender(self) -> JID | None:
        return JID.parse(self.sent.get("from")) if self.sent is not None else None

    @cached_property
    def request(self) -> Request | None:
        """What is asked of the MUC service."""
        if self.sent is None or self.to is None or self.to.domain != self.host.muc_domain:
            return None
        try:
            return read(self.sent, self.now)
        except (BadJid, UnicodeError):
            return None

    @cached_property
    def asked(self) -> str:
        """What is asked, in a word or two; empty for what is no request."""
        return questions.asked(self)

    @cached_property
    def payload(self) -> Element | None:
        """The payload of an IQ."""
        if self.sent is None or self.sent.name != "iq":
            return None
        return next(self.sent.elements(), None)

    @property
    def room(self) -> Room | None:
        return self.muc.rooms.get(self.to.bare) if self.to is not None else None

    @property
    def occupant(self) -> Occupant | None:
        room = self.room
        return room.occupant_of(self.sender) if room and self.sender else None

    def room_of(self, stanza: Element) -> Room | None:
        """The room that a stanza comes from."""
        return self.muc.rooms.get(JID(stanza.get("from").partition("/")[0]))

    def kind(self, stanza: Element) -> str:
        """What a stanza that goes out is, in a word or two."""
        known = self._kinds.get(id(stanza))
        if known is None or known[0] is not stanza:
            known = self._kinds[id(stanza)] = stanza, kinds.kind(self, stanza)
        return known[1]

    def of(self, stanza: Element, *names: str) -> bool:
        return self.kind(stanza) in names

    def inside(self, room: Room) -> tuple[JID, ...]:
        return tuple(s for o in room.occupants.values() for s in o.sessions)


def recipients(deliveries: list[Delivery]) -> list[tuple[Element, JID]]:
    """The deliveries one by one."""
    return [(d.stanza, to) for d in deliveries for to in d.to]
