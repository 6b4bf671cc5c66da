"""The server of the fixture `muc_server`: a host with accounts, rooms and puppets that is told what to do."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from typing import Any

from twisted.internet.defer import DeferredList

from harness.arrange import ARRANGE, open_room
from harness.ground import LOOPBACK
from harness.model import Names, RoomSetup, Scenario
from harness.patience import patiently
from mockserver.control import ShiftedClock
from mockserver.control.puppets import account_of
from mockserver.faulty_porch import FaultyPorch
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Room
from mockserver.net.certificate import Certificate
from mockserver.net.credentials import Listed
from mockserver.options import STRICT

from .controlling import Hall, HallControl, Told
from .mishaps import Mishaps
from .watch import Refused, Watch

NOBODY = Scenario(id="", title="", subject="", steps=())
SETUP = frozenset(RoomSetup.__dataclass_fields__) - {"name"}
OPERATIONS = (
    "remember", "set_config", "offer_field", "rewrite_nick", "set_affiliation", "desync", "destroy", "lock",
    "refuse_joins",
)  # fmt: skip


class Server(Mishaps):
    """One server. Rooms are given by bare JID, occupants by nickname. Raises `Refused`, `ValueError`, `BadXml`."""

    def __init__(self, reactor: Any, *, domain: str, muc_domain: str, tls: bool, personality: str = "xep") -> None:
        names = Names(domain, muc_domain or f"conference.{domain}")
        host = Host(domain, names.muc, new_id=lambda: secrets.token_hex(8), secret=secrets.token_hex(16))
        self._reactor, self._muc = reactor, host.muc
        self._hall = Hall(NOBODY, host, names=names)
        self._clock = ShiftedClock(reactor)
        allowed = Listed({}, anonymous=True)
        self._certificate = Certificate.make([domain, names.muc]) if tls else None
        self._watch = Watch(host.muc, self._clock, reactor, puppets=lambda: self._hall.puppets)
        porch = FaultyPorch(
            self._hall,  # it has the host's interface
            reactor=reactor,
            clock=self._clock,
            credentials=allowed,
            certificate=self._certificate,
            on_traffic=self._watch.traffic,
            on_fault=self._watch.fault,
            shut_down=self._hall.shut_down,
        )
        self._control = HallControl(self._hall, porch, self._clock, reactor, allowed=allowed, watch=self._watch)
        super().__init__(porch, self._control.transcript.note)
        if personality != STRICT:
            self._control.personality(personality)
        self._port = reactor.listenTCP(0, self._porch, interface=LOOPBACK)
        self._control.addresses = lambda: {"c2s": "{host}:{port}".format(**self.address)}

    @property
    def address(self) -> dict[str, Any]:
        """Where it is; `ca` is empty without TLS."""
        names, where = self._hall.names, self._port.getHost()
        ca = str(self._certificate.ca_path) if self._certificate else ""
        return {"host": where.host, "port": where.port, "domain": names.domain, "muc_domain": names.muc, "ca": ca}

    async def stop(self) -> None:
        """End the streams and close the port."""
        self._porch.close()
        await self._port.stopListening()
        if self._certificate:
            self._certificate.remove()

    def control(self, action: str, given: Told) -> Any:
        """What the console can do and see: a method of `Control`, and what it is given."""
        return self._control.perform(action, given)

    # streams

    async def settle(self, room: str, within: float) -> None:
        """Ping every session (in this room): what was sent before has been read when this returns."""
        seated = [s for o in self._room(room).occupants.values() for s in o.sessions] if room else None
        asked = [session for session in self._porch.sessions if seated is None or session in seated]
        pings = [patiently(self._porch.ping(session), within, self._reactor) for session in asked]
        ended = await DeferredList(pings, consumeErrors=True)
        if silent := [session for session, (answered, _) in zip(asked, ended, strict=True) if not answered]:
            raise Refused(f"{', '.join(silent)} answered no ping within {within:g} s")

    def transcript(self, since: int, wanted: Mapping[str, str]) -> list[dict[str, Any]]:
        """The stanzas of the streams from this place on, those that are wanted: see `watch.is_like`."""
        return list(self._watch.seen(wanted, since))

    def mark(self) -> int:
        """The place in the transcript where we are."""
        return len(self._watch.stanzas)

    # rooms

    def open(self, name: str, setup: Told) -> str:
        """A room with its history and its puppets; its bare JID."""
        if unknown := set(setup) - SETUP:
            raise Refused(f"a room has no {sorted(unknown)[0]!r}; it has {', '.join(sorted(SETUP))}")
        room = JID.parse(self._hall.names.room(name))
        if room in self._muc.rooms:
            raise Refused(f"there is a room {room} already")
        occupants = tuple({"who": local(each["nick"]), **each} for each in setup.get("occupants", ()))
        self._control.note("open", room=room)
        open_room(self._hall, RoomSetup(name, **{**setup, "occupants": occupants}), now=self._now())
        self._watch.forget(str(room))
        return str(room)

    def close(self, room: str) -> None:
        """The room is gone, if it is still there."""
        if JID.parse(room) in self._muc.rooms:
            self._deliver(self._muc.destroy(JID.parse(room), now=self._now()))

    def act(self, room: str, nick: str, verb: str, args: Told) -> None:
        """A puppet does something: a verb of the driver protocol."""
        puppet = self._puppet(room, nick)
        self._control.note(verb, room=room, **{"nick": nick, **args})
        sent, wrong = self._hall.order(puppet, verb, {"room": room, **args}, now=self._now())
        self._deliver(sent)
        if wrong:
            raise Refused(f"{nick} cannot {verb}: {wrong.get('condition') or wrong.get('why') or dict(wrong)}")

    def arrange(self, room: str, operation: str, details: Told) -> None:
        """An operation of `service` rows (docs/scenarios.md) about this room."""
        if operation not in OPERATIONS:
            raise Refused(f"there is no operation {operation!r}; there are {', '.join(OPERATIONS)}")
        told = {"room": str(self._room(room).jid), **details}
        self._control.note(operation, **told)
        self._deliver(ARRANGE[operation](self._hall, told, self._now()))

    def occupants(self, room: str) -> list[dict[str, Any]]:
        """Who is there."""
        return self._watch.occupants(room)

    def messages(self, room: str) -> list[dict[str, str]]:
        """What was said since the room was opened."""
        return self._watch.messages(room)

    async def wait(self, room: str, what: str, wanted: Mapping[str, str], since: int, within: float) -> Any:
        """See `Watch.wait`."""
        return await self._watch.wait(room, what, wanted, since=since, within=within)

    # inside

    def _deliver(self, deliveries: list[Delivery]) -> None:
        self._porch.deliver(self._hall.settle(deliveries, now=self._now()))
        self._watch.look()

    def _room(self, room: str) -> Room:
        found = self._muc.rooms.get(JID.parse(room))
        if found is None:
            raise Refused(f"there is no room {room} any more")
        return found

    def _puppet(self, room: str, nick: str) -> str:
        """The name of the puppet that has this nickname, or could have it."""
        occupant = self._room(room).occupants.get(nick)
        if occupant is None:
            return local(nick)
        if not self._hall.puppets.intersection(occupant.sessions):
            raise Refused(f"{nick} is no puppet; only its own client can make it do something")
        return occupant.bare_jid.local

    def _now(self) -> float:
        return self._clock.seconds()


def local(nick: str) -> str:
    """The account of a puppet of this nickname, as a control names it."""
    return account_of(nick, "localhost").local
