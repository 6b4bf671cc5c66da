"""The porch of a host for clients over TCP: streams outside, a pure `Host` inside. No word of rooms here."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, Unpack

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IAddress
from twisted.internet.protocol import Factory

from mockserver.host import Host
from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_PING
from mockserver.muc.xml import E, Element, halves, render

from . import endings, enrolment, host_meta, nagle
from .certificate import Certificate
from .client_state import MOST, can_wait
from .connection import Connection
from .credentials import Credentials
from .limits import Limits, Visitor
from .negotiation import Terms
from .offers import Offers, terms
from .resumption import Resumption, Stream
from .sasl import Circumstances
from .stream_management import Absent, Ledger
from .trust import Trust
from .turns import Turns

__all__ = ["Limits", "OnTraffic", "Porch"]


class OnTraffic(Protocol):
    """Told of every stanza: "in" or "out", the session's full JID, the text; `fence` marks the porch's own."""

    def __call__(self, direction: str, session: str, text: str, *, fence: bool) -> None: ...


class Porch(Factory):
    """`clock` gives the time and the timers, `reactor` the turns; they may be one and the same."""

    noisy = False
    _fence_count = 0

    def __init__(
        self,
        host: Host,
        *,
        reactor: Any,
        clock: Any,
        credentials: Credentials,
        certificate: Certificate | None = None,
        on_traffic: OnTraffic | None = None,
        limits: Limits | None = None,
        new_id: Callable[[], str] = lambda: secrets.token_hex(8),
        **offers: Unpack[Offers],
    ) -> None:
        self.host, self.reactor, self.clock, self.certificate = host, reactor, clock, certificate
        self.on_traffic = on_traffic
        self.trust = Trust()  # whoever comes in as a component
        self.carry: Callable[[Delivery, JID], None] | None = None  # the way to components
        self.links: host_meta.Links = ()  # all ways in that have a URL, where somebody told
        self.limits = limits or Limits()
        self.terms = self._open_to(Circumstances(host.domain, credentials, new_id), offers)
        self.turns = Turns(reactor, clock, due=self.next_timer, tick=self._tick)
        self._connections: set[Visitor] = set()
        self._streams: dict[JID, Stream] = {}  # the bound ones
        self.resumption = Resumption(self._streams, clock, self.limits.resume_seconds, self._end)

    def _open_to(self, around: Circumstances, offers: Offers) -> Terms:
        """What streams are offered; the host learns who has an account, and who keeps them."""
        given = around.credentials
        registrar = enrolment.Desk(given, self._expel) if isinstance(given, enrolment.Open) else None
        self.host.accounts.registrar, self.host.accounts.listed = registrar, given.exists
        return replace(terms(around, **offers), tls=self.certificate is not None, registrar=registrar)

    # connections

    def buildProtocol(self, addr: IAddress | None) -> Connection:
        return Connection(self)

    def admit(self, visitor: Visitor) -> bool:
        """Whether there is room for one more."""
        if len(self._connections) >= self.limits.connections:
            return False
        self._connections.add(visitor)
        return True

    def dismiss(self, visitor: Visitor) -> None:
        """The connection is over."""
        self._connections.discard(visitor)

    def bind(self, connection: Connection, account: JID, resource: str | None, *, passing: bool) -> JID | None:
        try:
            session = self.host.bind(account, resource, passing=passing)
        except BadJid:
            return None
        self._streams[session] = connection
        return session

    def lost(self, connection: Connection) -> None:
        """The connection is over; its session goes with it."""
        self._connections.discard(connection)
        session = connection.session
        if session is None or self._streams.get(session) is not connection:
            return
        if connection.ledger and connection.ledger.name and not connection.orderly:
            self.resumption.hold(session, connection.ledger, connection.address)
        else:
            self._end(session)

    def _end(self, session: JID) -> None:
        stream = self._streams.pop(session)
        self.deliver(self.host.session_lost(session, now=self.clock.seconds()))
        for stanza in stream.stop() if isinstance(stream, Absent) else ():
            self.deliver(self.host.undelivered(stanza, session))

    def repeat(self, connection: Connection, ledger: Ledger) -> None:
        """Write again what was not acknowledged."""
        for text in ledger.waiting:
            if self.on_traffic:
                self.on_traffic("out", str(connection.session), text, fence=False)
            connection.put(text)
        connection.put(ledger.ask())

    def release(self, connection: Connection) -> None:
        """Write what waited for somebody to look at the client."""
        if connection.session is not None:
            self._write(connection, connection.session, "", fence=False)

    def _expel(self, account: JID) -> None:
        """End an account's streams after this turn."""
        for stream in [s for jid, s in self._streams.items() if jid.bare == account]:
            self.reactor.callLater(0, stream.fail, "not-authorized")

    @property
    def sessions(self) -> tuple[JID, ...]:
        """The full JIDs that are bound, oldest first."""
        return tuple(self._streams)

    # stanzas

    def received(self, connection: Connection, session: JID, stanza: Element) -> None:
        fence = None
        if stanza.name == "iq" and stanza.get("type") in ("result", "error"):
            fence = connection.fences.pop(stanza.get("id"), None)
        if self.on_traffic:
            self.on_traffic("in", str(session), render(stanza), fence=fence is not None)
        if fence is not None:
            fence.callback(stanza.get("type"))
        else:
            self.serve(stanza, session)

    def serve(self, stanza: Element, session: JID) -> None:
        """Give a stanza of this session to the host, and deliver what comes of it."""
        self.deliver(self.host.receive(stanza, sender=session, now=self.clock.seconds()))

    def deliver(self, deliveries: Sequence[Delivery]) -> None:
        """Write deliveries to the streams of their audience, each rendered once."""
        for delivery in deliveries:
            head, tail = halves(delivery.stanza)
            for address in delivery.to:
                stream = self._streams.get(address)
                if stream and stream.inactive and can_wait(delivery.stanza):
                    stream.held = [*stream.held, f"{head}{stream.address}{tail}"][-MOST:]
                elif stream:
                    self._write(stream, address, f"{head}{stream.address}{tail}", fence=False)
                elif self.carry:
                    self.carry(delivery, address)
        self.turns.end_soon()

    def _write(self, stream: Stream, address: JID, text: str, *, fence: bool) -> None:
        if stream.held:
            held, stream.held = stream.held, []
            for earlier in held:
                self._write(stream, address, earlier, fence=False)
        if not text:
            return
        if self.on_traffic:
            self.on_traffic("out", str(address), text, fence=fence)
        stream.write(text)

    def next_timer(self) -> float | None:
        """When something is due, or None."""
        return self.host.next_timer()

    def _tick(self) -> None:
        self.deliver(self.host.tick(now=self.clock.seconds()))

    # what a harness does from outside

    def send_to(self, full_jid: JID | str, text: str) -> bool:
        """Write this XML to a session's stream as it is; False where there is no such session."""
        stream, address = self._stream(full_jid)
        if stream is None:
            return False
        self._write(stream, address, text, fence=False)
        return True

    def ping(self, full_jid: JID | str) -> Deferred[str]:
        """The fence: fires with "result", "error" or "lost" when all that was sent before has been read."""
        stream, address = self._stream(full_jid)
        if stream is None or stream.silent:
            return succeed("lost")
        self._fence_count += 1
        name = f"fence-{self._fence_count}"
        stream.fences[name] = fence = Deferred[str]()
        iq = E("iq", E("ping", uri=NS_PING), type="get", id=name, from_=self.host.domain, to=str(address))
        self._write(stream, address, render(iq), fence=True)
        return fence

    def acknowledge(self) -> None:
        """Tell the clients' kernels what has come: some hold back the next stanza until they know (RFC 896)."""
        for connection in self._connections:
            nagle.acknowledge(connection)

    def sever(self, full_jid: JID | str, how: str) -> bool:
        """End a session's stream, or stop it; False where there is none. Raises ValueError.

        By "reset", "close", "malformed", "half-close", "stream-error:CONDITION", "black-hole" (and "light" again).
        """
        stream, _ = self._stream(full_jid)
        if stream is not None:
            endings.end(stream, how)
        return stream is not None

    def close(self) -> None:
        """End every stream in an orderly way, and the timers."""
        for connection in list(self._connections):
            connection.fail("system-shutdown")
        for stream in list(self._streams.values()):
            stream.close()
        self.turns.stop()

    def _stream(self, full_jid: JID | str) -> tuple[Stream | None, JID]:
        address = full_jid if isinstance(full_jid, JID) else JID.parse(full_jid)
        return self._streams.get(address), address
