"""The MUC service: a stanza goes in, deliveries come out. No I/O, no clock, no chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import entering, leaving, speaking
from .answers import BAD_REQUEST, NOT_FOUND, UNAVAILABLE, refused
from .feature import Feature
from .features import ALL
from .jid import JID, BadJid
from .model import Delivery, Refuse, Room
from .operator import Operator
from .pipeline import ENTRY, HEARINGS, SAY_GUARDS
from .requests import Join, Leave, Mediate, Query, Say, Whisper, read
from .xml import Element


class MucService(Operator):
    """All rooms of one domain. `new_id` makes ids, `secret` seeds what must be secret and stable."""

    def __init__(
        self,
        domain: str,
        *,
        features: Sequence[Feature] = ALL,
        new_id: Callable[[], str],
        secret: str = "",
        anyone_may_create: bool = True,
    ) -> None:
        self.domain = JID.parse(domain)
        self.rooms: dict[JID, Room] = {}
        self.features = tuple(features)
        self.new_id = new_id
        self.secret = secret
        self.anyone_may_create = anyone_may_create
        self.fields = {field.var: field for f in features for field in f.fields}
        self.defaults = {var: field.default for var, field in self.fields.items()}
        self.stamps = [s for f in features for s in f.children]
        self.cleaners = [c for f in features for c in f.cleaners]
        self.listeners = [t for f in features for t in f.listeners]
        self.guards = {step: guard for f in features for step, guard in f.guards.items()}
        self.say_guards = [f.say_guards[s] for s in SAY_GUARDS for f in features if s in f.say_guards]
        self.answers = {key: answer for f in features for key, answer in f.answers.items()}
        self.marks = [m for f in features for m in f.marks]
        self.entries = [f.entries[s] for s in ENTRY for f in features if s in f.entries]
        self.owner_actions = {child: act for f in features for child, act in f.owner_actions.items()}
        self.hearings = [f.hearings[s] for s in HEARINGS for f in features if s in f.hearings]

    def receive(self, stanza: Element, *, now: float) -> list[Delivery]:
        """Whatever comes of a stanza, in the order in which it has to be sent."""
        try:
            request = read(stanza, now)
        except (BadJid, UnicodeError):
            return self._malformed(stanza)
        match request:
            case Join():
                return entering.enter(self, request, now=now)
            case Leave():
                return leaving.leave(self, request)
            case Say():
                return speaking.say(self, request, now=now)
            case Whisper():
                return speaking.whisper(self, request)
            case Mediate():
                return self._mediate(request, now)
            case Query():
                return self._query(request)
        return []

    def session_lost(self, session: JID, *, now: float) -> list[Delivery]:
        """A session is gone without a word: it leaves every room."""
        return [d for room in list(self.rooms.values()) for d in leaving.vanish(self, room, session)]

    def next_timer(self) -> float | None:
        """When `tick` is wanted, in seconds since the epoch; None: never."""
        return None

    def tick(self, *, now: float) -> list[Delivery]:
        """Time has come for something."""
        return []

    def new_room(self, jid: JID) -> Room:
        """A room as it is before anybody has configured it; not yet among `rooms`."""
        return Room(jid, salt=f"{self.secret}|{jid}", defaults=self.defaults)

    def recollect(self, room: Room, join: Join, *, now: float) -> list[Delivery]:
        """What a newcomer receives behind its self-presence."""
        return [d for entry in self.entries for d in entry(self, room, join, now)]

    def _malformed(self, stanza: Element) -> list[Delivery]:
        if stanza.get("type") in ("error", "result"):
            return []
        return refused(stanza, Refuse("modify", "jid-malformed"))

    def _mediate(self, request: Mediate, now: float) -> list[Delivery]:
        room = self.rooms.get(request.room)
        if room is None:
            return refused(request.stanza, NOT_FOUND)
        for hearing in self.hearings:
            heard = hearing(self, room, request.stanza, request.session, now)
            if heard is not None:
                return heard
        return refused(request.stanza, BAD_REQUEST)

    def _query(self, query: Query) -> list[Delivery]:
        kind, payload = query.stanza.get("type"), query.payload
        if query.nick:
            return speaking.relay(self, query)
        if kind not in ("get", "set"):
            return []
        if payload is None or not query.stanza.get("id"):
            return refused(query.stanza, BAD_REQUEST)
        answer = self.answers.get((kind, payload.name, payload.uri))
        if answer is None:
            return refused(query.stanza, UNAVAILABLE)
        if query.room == self.domain:
            return (
                answer(self, self.new_room(self.domain), query)
                if payload.uri in OF_THE_SERVICE
                else refused(query.stanza, UNAVAILABLE)
            )
        room = self.rooms.get(query.room)
        return refused(query.stanza, NOT_FOUND) if room is None else answer(self, room, query)


OF_THE_SERVICE = frozenset(
    {
        "http://jabber.org/protocol/disco#info",
        "http://jabber.org/protocol/disco#items",
        "urn:xmpp:ping",
        "jabber:iq:version",
    }
)
