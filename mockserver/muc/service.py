"""The MUC service: a stanza goes in, deliveries come out. No I/O, no clock, no chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from . import entering, leaving, seats, speaking
from .answers import BAD_REQUEST, NOT_FOUND, UNAVAILABLE, refused
from .feature import Feature
from .features import ALL
from .jid import JID, BadJid
from .model import Affiliation, Delivery, Refuse, Room, Switches
from .operator import Operator
from .pipeline import ENTRY, HEARINGS, PREFACE, SAY_GUARDS
from .requests import Bounce, Join, Leave, Mediate, Query, Say, Whisper, read
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
        switches: Switches | None = None,
    ) -> None:
        self.domain = JID.parse(domain)
        self.rooms: dict[JID, Room] = {}
        self.new_id = new_id
        self.secret = secret
        self.switches = switches or Switches()
        self.equip(features)
        self.itself = self.new_room(self.domain)  # stands for the service where it is asked like a room
        self.exists: Callable[[JID], bool] = lambda _: True  # whether there is anybody of that address
        self.now = 0.0  # when the stanza at hand came
        self.sender: JID | None = None  # whose it is

    def equip(self, features: Sequence[Feature]) -> None:
        """It has these features from now on; what its rooms hold stays."""
        self.features = tuple(features)
        self.fields = {field.var: field for f in features for field in f.fields}
        self.defaults = {var: field.default for var, field in self.fields.items()}
        self.stamps = [s for f in features for s in f.children]
        self.cleaners = [c for f in features for c in f.cleaners]
        self.listeners = [t for f in features for t in f.listeners]
        self.guards = {**seats.ALWAYS, **{step: guard for f in features for step, guard in f.guards.items()}}
        self.say_guards = [f.say_guards[s] for s in SAY_GUARDS for f in features if s in f.say_guards]
        self.answers = {key: answer for f in features for key, answer in f.answers.items()}
        self.marks = [m for f in features for m in f.marks]
        self.shown = [s for f in features for s in f.shown]
        self.prefaces = [f.prefaces[s] for s in PREFACE for f in features if s in f.prefaces]
        self.own_marks = [m for f in features for m in f.own_marks]
        self.change_marks = [m for f in features for m in f.change_marks]
        self.echoes = [e for f in features for e in f.echoes]
        self.commands = {node: command for f in features for node, command in f.commands.items()}
        self.entries = [f.entries[s] for s in ENTRY for f in features if s in f.entries]
        self.owner_actions = {child: act for f in features for child, act in f.owner_actions.items()}
        self.nodes = {name: answer for f in features for name, answer in f.nodes.items()}
        self.whisper_guards = [guard for f in features for guard in f.whisper_guards]
        self.hearings = [f.hearings[s] for s in HEARINGS for f in features if s in f.hearings]

    def receive(self, stanza: Element, *, now: float) -> list[Delivery]:
        """Whatever comes of a stanza, in the order in which it has to be sent."""
        self.now = now
        try:
            request = read(stanza, now)
            self.sender = JID.parse(stanza.get("from"))
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
            case Bounce():
                return leaving.bounce(self, request)
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

    def forewarn(self, room: Room, join: Join, *, now: float) -> list[Delivery]:
        """What a newcomer receives before any presence."""
        return [d for preface in self.prefaces for d in preface(self, room, join, now)]

    def recollect(self, room: Room, join: Join, *, now: float) -> list[Delivery]:
        """What a newcomer receives behind its self-presence."""
        return [d for entry in self.entries for d in entry(self, room, join, now)]

    def open_to(self, session: JID, jid: JID) -> Room | None:
        """The room, unless it is not there or not configured yet: then only for owners and those inside (7.2.10)."""
        room = self.rooms.get(jid)
        if room is None or not room.locked or room.occupant_of(session):
            return room
        return room if room.affiliation(session.bare) is Affiliation.OWNER else None

    def _malformed(self, stanza: Element) -> list[Delivery]:
        if stanza.get("type") in ("error", "result"):
            return []
        return refused(stanza, Refuse("modify", "jid-malformed"))

    def _mediate(self, request: Mediate, now: float) -> list[Delivery]:
        room = self.open_to(request.session, request.room)
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
        at_service = query.room == self.domain
        room = self.itself if at_service else self.open_to(query.session, query.room)
        if room is None:
            return refused(query.stanza, NOT_FOUND)
        answer = self.answers.get((kind, payload.name, payload.uri))
        if answer is None or (at_service and payload.uri not in OF_THE_SERVICE):
            return refused(query.stanza, UNAVAILABLE)
        return answer(self, room, query)


OF_THE_SERVICE = frozenset(
    {
        "http://jabber.org/protocol/disco#info",
        "http://jabber.org/protocol/disco#items",
        "urn:xmpp:channel-search:0:search",
        "urn:xmpp:ping",
        "jabber:iq:version",
    }
)
