"""The server of the fixture `muc_server`: a host with accounts, rooms and puppets that is told what to do."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any

from twisted.internet.defer import DeferredList

from harness.arrange import ARRANGE, open_room
from harness.ground import LOOPBACK, OnWire
from harness.model import Command, Event, Names, RoomSetup, Scenario, Sent
from harness.puppet import Puppet
from mockserver.faulty_porch import FaultyPorch
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Delivery, Role, Room
from mockserver.muc.xml import Element, parse
from mockserver.net.certificate import Certificate
from mockserver.net.credentials import Listed

from .mishaps import Mishaps
from .watch import Refused, Watch

Told = Mapping[str, Any]
NOBODY = Scenario(id="", title="", subject="", steps=())
SETUP = frozenset(RoomSetup.__dataclass_fields__) - {"name"}
OPERATIONS = (
    "remember", "set_config", "offer_field", "rewrite_nick", "set_affiliation", "desync", "destroy", "lock",
    "refuse_joins",
)  # fmt: skip


class Hall(OnWire):
    """A stage without a scenario: whoever is named is a puppet, everybody else is on the wire."""

    def __init__(self, host: Host, names: Names) -> None:
        super().__init__(NOBODY, host, names=names)
        self.refusals_seen: list[Told] = []  # answers and events of puppets that something went wrong
        self.observe = self._notice

    def is_puppet(self, session: JID) -> bool:
        return session in self._puppets

    def _notice(self, what: Event | Sent) -> None:
        if isinstance(what, Event) and what.name.endswith("_failed"):
            self.refusals_seen.append(what.fields)

    def _actor(self, jid: JID) -> str:
        return jid.local

    def _act(self, puppet: Puppet, outcomes: Iterable[Any], actor: str, *, now: float) -> list[Delivery]:
        outcomes = list(outcomes)
        answers = (o for o in outcomes if not isinstance(o, Element) and "event" not in o)
        self.refusals_seen += [answer for answer in answers if not answer.get("ok")]
        return super()._act(puppet, outcomes, actor, now=now)


class Server(Mishaps):
    """One server. Rooms are given by bare JID, occupants by nickname. Raises `Refused`, `ValueError`, `BadXml`."""

    def __init__(self, reactor: Any, *, domain: str, muc_domain: str, tls: bool) -> None:
        names = Names(domain, muc_domain or f"conference.{domain}")
        host = Host(domain, names.muc, new_id=lambda: secrets.token_hex(8), secret=secrets.token_hex(16))
        self._reactor, self._muc = reactor, host.muc
        self._hall = Hall(host, names)
        self._passwords: dict[str, str] = {}
        self._certificate = Certificate.make([domain, names.muc]) if tls else None
        self._watch = Watch(host.muc, reactor, is_puppet=self._hall.is_puppet)
        porch = FaultyPorch(
            self._hall,  # it has the host's interface
            reactor=reactor,
            clock=reactor,
            credentials=Listed(self._passwords, anonymous=True),
            certificate=self._certificate,
            on_traffic=self._watch.traffic,
            on_fault=self._watch.fault,
            shut_down=self._hall.shut_down,
        )
        super().__init__(porch)
        self._port = reactor.listenTCP(0, self._porch, interface=LOOPBACK)

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

    # accounts and streams

    def account(self, name: str, password: str) -> str:
        """An account that can log in from now on; its bare JID."""
        jid = JID.parse(name if "@" in name else f"{name}@{self._hall.names.domain}")
        self._passwords[str(jid)] = password
        return str(jid)

    async def settle(self, room: str, within: float) -> None:
        """Ping every session (in this room): what was sent before has been read when this returns."""
        seated = [s for o in self._room(room).occupants.values() for s in o.sessions] if room else None
        asked = [session for session in self._porch.sessions if seated is None or session in seated]
        pings = [self._porch.ping(session).addTimeout(within, self._reactor) for session in asked]
        ended = await DeferredList(pings, consumeErrors=True)
        if silent := [session for session, (answered, _) in zip(asked, ended, strict=True) if not answered]:
            raise Refused(f"{', '.join(silent)} answered no ping within {within:g} s")

    def sever(self, jid: str, how: str) -> None:
        """End the streams of an account (or one session), in one of the ways of `Porch.sever`."""
        for session in self._sessions(jid):
            self._porch.sever(session, how)

    def inject(self, jid: str, xml: str) -> None:
        """Send this stanza as it is."""
        parse(xml)
        for session in self._sessions(jid):
            self._porch.send_to(session, xml)

    def transcript(self, since: int) -> list[dict[str, str]]:
        """The stanzas of the streams from this place on."""
        return self._watch.stanzas[since:]

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
        open_room(self._hall, RoomSetup(name, **{**setup, "occupants": occupants}), now=self._now())
        self._watch.forget(str(room))
        return str(room)

    def close(self, room: str) -> None:
        """The room is gone, if it is still there."""
        if JID.parse(room) in self._muc.rooms:
            self._deliver(self._muc.destroy(JID.parse(room), now=self._now()))

    def seat(self, room: str, nick: str, role: str, affiliation: str) -> None:
        """Another puppet comes in."""
        jid = self._room(room).jid
        if affiliation:
            user = JID.parse(self._hall.names.account(local(nick)))
            self._deliver(self._muc.set_affiliation(jid, user, Affiliation(affiliation), now=self._now()))
        self.act(room, nick, "join", {"nick": nick})
        if role:
            self.set_role(room, nick, role, "")

    def act(self, room: str, nick: str, verb: str, args: Told) -> None:
        """A puppet does something: a verb of the driver protocol."""
        command = Command(0, self._puppet(room, nick), verb, {"room": room, **args}, to_client=False)
        self._hall.refusals_seen.clear()
        self._deliver(self._hall.perform(command, now=self._now()))
        if refused := self._hall.refusals_seen:
            wrong = refused[0].get("error") or refused[0]
            raise Refused(f"{nick} cannot {verb}: {wrong.get('condition') or wrong.get('why') or dict(wrong)}")

    def arrange(self, room: str, operation: str, details: Told) -> None:
        """An operation of `service` rows (docs/scenarios.md) about this room."""
        if operation not in OPERATIONS:
            raise Refused(f"there is no operation {operation!r}; there are {', '.join(OPERATIONS)}")
        told = {"room": str(self._room(room).jid), **details}
        self._deliver(ARRANGE[operation](self._hall, told, self._now()))

    def set_role(self, room: str, nick: str, role: str, reason: str) -> None:
        """The service gives an occupant a role; none kicks it."""
        jid = self._seated(room, nick)
        self._deliver(self._muc.set_role(jid, nick, Role(role), reason=reason, now=self._now()))

    def rename(self, room: str, nick: str, new: str) -> None:
        """The service gives an occupant another nickname."""
        self._deliver(self._muc.rename(self._seated(room, nick), nick, new, now=self._now()))

    def shut_down(self, reason: str) -> None:
        """The MUC service goes down: everybody leaves every room."""
        self._deliver(self._muc.shut_down(reason=reason, now=self._now()))

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

    def _sessions(self, jid: str) -> list[JID]:
        found = [session for session in self._porch.sessions if jid in (session, session.bare)]
        if not found:
            raise Refused(f"{jid} is not logged in; logged in are {', '.join(self._porch.sessions) or 'none'}")
        return found

    def _room(self, room: str) -> Room:
        found = self._muc.rooms.get(JID.parse(room))
        if found is None:
            raise Refused(f"there is no room {room} any more")
        return found

    def _seated(self, room: str, nick: str) -> JID:
        found = self._room(room)
        if nick not in found.occupants:
            raise Refused(f"{room} has no occupant {nick!r}; there: {', '.join(found.occupants) or 'nobody'}")
        return found.jid

    def _puppet(self, room: str, nick: str) -> str:
        """The name of the puppet that has this nickname, or could have it."""
        occupant = self._room(room).occupants.get(nick)
        if occupant is None:
            return local(nick)
        if not any(map(self._hall.is_puppet, occupant.sessions)):
            raise Refused(f"{nick} is no puppet; only its own client can make it do something")
        return occupant.bare_jid.local

    def _now(self) -> float:
        return float(self._reactor.seconds())


def local(nick: str) -> str:
    """The account of a puppet: its nickname, as far as an address can have it; no client's, whatever that is called."""
    return re.sub(r"[^\w.-]", "-", nick.lower()) + ".puppet"
