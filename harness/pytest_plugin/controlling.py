"""The control behind `muc_server`: what the console can do, in a hall whose puppets are clients of the harness."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from inspect import getmembers, isfunction
from typing import Any

from harness.ground import OnWire
from harness.model import Command, Event, Sent
from harness.puppet import Puppet
from mockserver.control import Control, Refused, ShiftedClock, Transcript
from mockserver.control.names import AffiliationName
from mockserver.control.puppets import Puppets
from mockserver.control.views import PersonalityView, RoomView
from mockserver.faulty_porch import FaultyPorch
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Room
from mockserver.muc.namespaces import NS_MUC
from mockserver.muc.xml import Element
from mockserver.net.credentials import Credentials

from .watch import Watch

Told = Mapping[str, Any]
ACTIONS = frozenset(name for name, _ in getmembers(Control, isfunction) if not name.startswith("_"))


class Hall(OnWire):
    """A stage without a scenario: whoever is named is a puppet, everybody else is on the wire."""

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._refusals: list[Told] = []  # answers and events of puppets that something went wrong
        self.observe = self._notice

    @property
    def puppets(self) -> frozenset[JID]:
        """Their sessions."""
        return frozenset(self._puppets)

    def order(self, actor: str, verb: str, args: Told, *, now: float) -> tuple[list[Delivery], Told]:
        """A puppet does something: what has to be sent, and what went wrong (empty: nothing)."""
        self._refusals.clear()
        sent = self.perform(Command(0, actor, verb, args, to_client=False), now=now)
        return sent, next((each.get("error") or each for each in self._refusals), {})

    def _notice(self, what: Event | Sent) -> None:
        if isinstance(what, Event) and what.name.endswith("_failed"):
            self._refusals.append(what.fields)

    def _actor(self, jid: JID) -> str:
        return jid.local

    def _act(self, puppet: Puppet, outcomes: Iterable[Any], actor: str, *, now: float) -> list[Delivery]:
        outcomes = list(outcomes)
        answers = (o for o in outcomes if not isinstance(o, Element) and "event" not in o)
        self._refusals += [answer for answer in answers if not answer.get("ok")]
        return super()._act(puppet, outcomes, actor, now=now)


class HallPuppets(Puppets):
    """The hall's, for a control. They come and go by their clients, which have to know where they are."""

    def __init__(self, hall: Hall, clock: ShiftedClock, deliver: Callable[[list[Delivery]], None]) -> None:
        self._hall, self._host, self._clock, self._deliver = hall, hall.host, clock, deliver

    @property
    def sessions(self) -> frozenset[JID]:
        return self._hall.puppets

    def session(self, account: JID) -> JID:
        return JID(self._hall.puppet(account.local).jid)

    def of(self, room: Room, nick: str) -> JID | None:
        occupant = room.occupants.get(nick)
        return next((s for s in occupant.sessions if s in self.sessions), None) if occupant else None

    def send(self, session: JID, stanza: Element) -> None:
        """Raises `Refused` where it gets an error for it."""
        if stanza.name != "presence":
            super().send(session, stanza)
            return
        verb = "leave" if stanza.get("type") == "unavailable" else "join"
        sent, wrong = self._hall.order(session.local, verb, _place(stanza), now=self._clock.seconds())
        self._deliver(sent)
        if wrong:
            said = wrong.get("condition") or wrong.get("why") or "no"
            raise Refused(f"the room says {said}", wrong.get("condition", "undefined-condition"))

    def tidy(self) -> None:
        """They stay logged in."""


class HallControl(Control):
    """A control over the host in the hall. What it does is told to the watch."""

    def __init__(
        self, hall: Hall, porch: FaultyPorch, clock: ShiftedClock, reactor: Any, *, allowed: Credentials, watch: Watch
    ) -> None:
        kept = Transcript(clock.seconds)
        kept.followers.append(lambda entry: watch.done(entry.text))
        puppets = HallPuppets(hall, clock, lambda told: self._deliver(told))
        super().__init__(porch, clock, reactor, credentials=allowed, transcript=kept, puppets=puppets)
        self.host = hall.host  # the porch has the hall in its place
        self._hall, self._watch = hall, watch

    def perform(self, action: str, given: Told) -> Any:
        """An action or a view by its name; what comes of it as JSON has it."""
        if action not in ACTIONS:
            raise Refused(f"there is no action {action!r}; there are {', '.join(sorted(ACTIONS))}")
        result = getattr(self, action)(**given)
        self._watch.look()
        return _plain(result)

    def note(self, what: str, /, **details: Any) -> None:
        """A line of the transcript about what was done beside the actions."""
        self._note(what, **details)

    def affiliation(self, room: str, jid: str, affiliation: AffiliationName, *, reason: str = "") -> RoomView:
        """As everywhere; and a name with neither @ nor dot is an account of this host."""
        alone = not {"@", "."} & set(jid) and jid != str(self.host.domain)
        return super().affiliation(room, f"{jid}@{self.host.domain}" if alone else jid, affiliation, reason=reason)

    def personality(self, name: str) -> tuple[PersonalityView, ...]:
        """As everywhere; who listens goes on listening."""
        found = super().personality(name)
        self._watch.listen()
        return found

    def _deliver(self, deliveries: list[Delivery]) -> None:
        self.porch.deliver(self._hall.settle(deliveries, now=self.now))
        self._watch.look()


def _place(presence: Element) -> Told:
    """Which room a presence is for, under which nickname and with which password."""
    room, _, nick = presence.get("to").partition("/")
    wish = presence.find("x", NS_MUC)
    secret = wish.find("password", NS_MUC) if wish else None
    return {"room": room, "nick": nick, **({"password": secret.text} if secret else {})}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(each) for each in value] if isinstance(value, tuple) else value
