"""One client's TCP connection: bytes in, stanzas to the porch, text out. It knows streams and nothing above."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol
from twisted.logger import Logger
from twisted.python.failure import Failure

from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_CLIENT, NS_STREAM, NS_STREAMS
from mockserver.muc.xml import E, Element, render

from . import inline, nonzas
from .channel_binding import Channel
from .negotiation import Negotiation, Terms
from .outbox import Outbox, encoded
from .reader import Broken, Closed, Item, Opened, Reader
from .stream_management import Ledger

if TYPE_CHECKING:
    from .porch import Porch

TLS_HANDSHAKE = 0x16  # the first byte of a ClientHello
STANZAS = frozenset({"iq", "message", "presence"})


class Connection(Protocol):
    """`session` is None until a resource is bound; `address` is ` to="..."` as it is written."""

    log = Logger()
    footer = "</stream:stream>"
    joined: Callable[[list[Any]], bytes] = staticmethod(encoded)  # what waits to what is written

    def __init__(self, porch: Porch, terms: Terms | None = None) -> None:
        self.porch = porch
        self.session: JID | None = None
        self.address = ""
        self.fences: dict[str, Deferred[str]] = {}
        self.ledger: Ledger | None = None  # stream management is on
        self.inactive = False  # nobody looks at this client
        self.held: list[str] = []  # what waits until somebody does
        self.agent = ""  # what this client calls itself: XEP-0388 2.2
        self.orderly = False  # the stream was closed as streams are
        self.silent = False  # no ping on it is answered: the link is dark, or half closed
        self._reader = Reader(porch.limits.bounds)
        self._negotiation = Negotiation(terms or porch.terms, self)
        self.outbox = Outbox(wake=porch.turns.wake, overrun=self.abort, limit=porch.limits.backlog, joined=self.joined)
        self._untouched = True
        self._open = False  # our header is written
        self._closing = False
        self._timer: Any = None

    # what Twisted calls

    def connectionMade(self) -> None:
        transport: Any = self.transport
        if not self.porch.admit(self):
            self._closing = True
            transport.abortConnection()
            return
        self._timer = self.porch.clock.callLater(self.porch.limits.login_seconds, self._too_slow)
        self.outbox.sink = transport
        transport.registerProducer(self.outbox, True)
        if hasattr(transport, "setTcpNoDelay"):
            transport.setTcpNoDelay(True)
        if hasattr(transport, "getHandle"):
            self.outbox.send = transport.getHandle().send

    def dataReceived(self, data: bytes) -> None:
        if self._untouched and data[:1] == bytes([TLS_HANDSHAKE]):
            self.abort()  # a client that tries TLS first goes on in plain when this fails at once
            return
        self._untouched = False
        reader = self._reader
        for item in reader.feed(data):
            if self._closing or reader is not self._reader:
                return  # nothing that was sent ahead of a restart counts
            self._take(item)

    def connectionLost(self, reason: Failure | None = None) -> None:
        self._closing = True
        self.outbox.stopProducing()
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self.porch.lost(self)
        self.lose_fences()

    def lose_fences(self) -> None:
        """No answer will come to what was asked."""
        fences, self.fences = self.fences, {}
        for fence in fences.values():
            fence.callback("lost")

    # what comes in

    def _take(self, item: Item) -> None:
        match item:
            case Opened(header=header):
                self._write_header()
                self._negotiation.opened(header)
            case Closed():
                self.close()
            case Broken(condition=condition, text=text):
                self.fail(condition, text)
            case Element() if self.session is None:
                self._negotiation.receive(item)
            case Element() if item.uri == NS_CLIENT and item.name in STANZAS:
                self._hand_over(self.session, item)
            case Element() if nonzas.take(self, item):
                pass
            case _:
                self.fail("unsupported-stanza-type", "only iq, message and presence")

    def _hand_over(self, session: JID, stanza: Element) -> None:
        if self.ledger is not None:
            self.ledger.took()
        try:
            self.porch.received(self, session, stanza)
        except Exception:  # the fault is ours: say so on the stream and in the log
            self.log.failure("while a stanza of {session} was served", session=str(session))
            self.fail("internal-server-error")

    # what goes out

    def put(self, text: str) -> None:
        """Write this text at the end of the reactor's turn."""
        if text and not self._closing:
            self.outbox.put(text)

    def write(self, text: str) -> None:
        """Write this stanza."""
        self.put(text)
        if self.ledger is None:
            return
        self.ledger.wrote(text)
        if self.ledger.full:
            self.fail("resource-constraint", "too many stanzas wait for an acknowledgement")
        else:
            self.put(self.ledger.ask())

    def _write_header(self) -> None:
        self._open, around = True, self.porch.terms.around
        self.put(self._header(around.new_id(), around.domain))

    def _header(self, name: str, domain: str) -> str:
        return (
            f'<?xml version="1.0"?><stream:stream xmlns="{NS_CLIENT}" xmlns:stream="{NS_STREAM}"'
            f' id="{name}" from={quoteattr(domain)} version="1.0" xml:lang="en">'
        )

    # the end

    def fail(self, condition: str, text: str = "") -> None:
        """End with a stream error."""
        if self._closing:
            return
        if not self._open:
            self._write_header()
        why = E("text", text, uri=NS_STREAMS, xml_lang="en") if text else None
        inner = "".join(render(child) for child in (E(condition, uri=NS_STREAMS), why) if child)
        self.put(f"<stream:error>{inner}</stream:error>")
        self.close()

    def close(self) -> None:
        """End in an orderly way: what waits is written, then the end tag."""
        if self._closing:
            return
        if self._open:
            self.put(self.footer)
        self.orderly = True
        self._hang_up()

    def _hang_up(self) -> None:
        """End the connection behind what waits to be written."""
        self._leave()
        transport: Any = self.transport
        transport.unregisterProducer()
        self.outbox.finish()
        self._part()
        # a client that reads no more must not keep the connection
        self._timer = self.porch.clock.callLater(self.porch.limits.close_seconds, transport.abortConnection)

    def _part(self) -> None:
        transport: Any = self.transport
        transport.loseConnection()

    def abort(self) -> None:
        """End at once; what waits is not written any more."""
        self._leave()
        self.outbox.stopProducing()
        transport: Any = self.transport
        transport.abortConnection()

    def reset(self) -> None:
        """End at once, with a TCP reset where there is a socket."""
        transport: Any = self.transport
        if sock := getattr(transport, "socket", None):  # not getHandle(): that is the TLS connection, once there is TLS
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.abort()

    def _leave(self) -> None:
        self._closing = True
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self.porch.lost(self)

    def _too_slow(self) -> None:
        self.fail("connection-timeout", "nobody logged in")

    # what the negotiation asks for

    def restart(self) -> None:
        self._reader = Reader(self.porch.limits.bounds)
        self._open = False

    def start_tls(self) -> None:
        assert self.porch.certificate is not None  # it was offered
        transport: Any = self.transport
        self.outbox.flush()
        self.outbox.send = None
        transport.unregisterProducer()
        transport.startTLS(self.porch.certificate.context_factory())
        transport.registerProducer(self.outbox, True)
        self.restart()

    def bind(self, account: JID, resource: str | None) -> JID | None:
        session = self.porch.bind(self, account, resource, passing=self._negotiation.passing)
        if session is not None:
            self.seat(session)
        return session

    def seat(self, session: JID) -> None:
        """This is the session's stream now."""
        self.session = session
        self.address = f" to={quoteattr(str(session))}"
        self._timer.cancel()

    resume, settle = nonzas.before_binding, inline.settle

    def channel(self) -> Channel | None:
        handle = getattr(self.transport, "getHandle", lambda: None)()
        certificate = self.porch.certificate if hasattr(handle, "export_keying_material") else None
        return certificate.channel(handle) if certificate else None
