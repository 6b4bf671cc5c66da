"""One component's stream: what wokkel needs of one, bounded like those of clients. XEP-0114."""

from __future__ import annotations

from contextlib import suppress
from secrets import token_hex
from typing import TYPE_CHECKING, Any
from xml.parsers import expat

from twisted.logger import Logger

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.namespaces import NS_COMPONENT, NS_STREAM
from mockserver.muc.xml import Element

from . import rim
from .connection import STANZAS
from .outbox import Outbox
from .reader import Broken, Closed, Item, Opened, Reader

if TYPE_CHECKING:
    from .component import Authenticator
    from .porch import Porch


class StreamReader(Reader):
    """As for clients; and it knows the default namespace of the stream's header."""

    namespace = ""

    def _make_parser(self) -> expat.XMLParserType:
        parser = super()._make_parser()
        parser.StartNamespaceDeclHandler = self._declared
        return parser

    def _declared(self, prefix: str | None, uri: str | None) -> None:
        if self._depth == 0 and prefix is None:
            self.namespace = uri or ""


class Spool:
    """The transport that wokkel writes to: what is written waits for the turn's end, and is bounded."""

    def __init__(self, stream: ComponentStream) -> None:
        self._stream = stream

    def write(self, data: bytes) -> None:
        if not self._stream.closing:
            self._stream.outbox.put(data)

    def loseConnection(self) -> None:
        self._stream.hang_up()


class ComponentStream(rim.XmlStream):  # type: ignore[misc]  # no types
    """One component's connection. It has a `name` once wokkel has shaken hands."""

    log = Logger()
    transport: Any = None

    def __init__(self, authenticator: Authenticator) -> None:
        super().__init__(authenticator)
        self.name: JID | None = None
        self.closing = False
        self._porch: Porch = authenticator.entrance.porch
        self._reader = StreamReader(self._porch.limits.bounds)
        self._timer: Any = None
        limits, wake = self._porch.limits, self._porch.turns.wake
        self.outbox = Outbox(wake=wake, overrun=self.abort, limit=limits.backlog, joined=b"".join)

    # what Twisted calls

    def connectionMade(self) -> None:
        self._socket: Any = self.transport
        if not self._porch.admit(self):
            self.closing = True
            self._socket.abortConnection()
            return
        self.transport, self.sid = Spool(self), token_hex(8)
        self.outbox.sink = self._socket
        self._socket.registerProducer(self.outbox, True)
        if hasattr(self._socket, "setTcpNoDelay"):
            self._socket.setTcpNoDelay(True)
        self._timer = self._porch.clock.callLater(self._porch.limits.login_seconds, self._too_slow)
        super().connectionMade()

    def _initializeStream(self) -> None:
        """Nothing: the reader is there."""

    def dataReceived(self, data: bytes) -> None:
        for item in self._reader.feed(data):
            if self.closing:
                return
            try:
                self._take(item)
            except Exception:  # the fault is ours: say so on the stream and in the log
                self.log.failure("while a component's stanza was served")
                self.fail("internal-server-error")

    def connectionLost(self, reason: Any = None) -> None:
        self._leave()
        self.outbox.stopProducing()
        super().connectionLost(reason)

    # what comes in

    def _take(self, item: Item) -> None:
        match item:
            case Opened(header=header):
                self.onDocumentStart(self._root(header))
            case Closed():
                self.sendFooter()
                self.hang_up()
            case Broken(condition=condition, text=text):
                self.fail(condition, text)
            case Element(name="error", uri=uri) if uri == NS_STREAM:
                self.hang_up()
            case Element() if self.name is None:
                self.onElement(_seen(item))
            case Element() if item.uri == NS_COMPONENT and item.name in STANZAS:
                self.factory.receive(item, self.name, self)
            case _:
                self.fail("unsupported-stanza-type", "only iq, message and presence")

    def _root(self, header: Element) -> Any:
        """The header as wokkel reads it; a wrong one has no namespace, and no address that cannot be one."""
        right = (header.name, header.uri) == ("stream", NS_STREAM)
        namespace = self._reader.namespace if right else ""
        root = rim.Element((header.uri, header.name), namespace, localPrefixes={"stream": NS_STREAM})
        with suppress(BadJid):
            root["to"] = JID.parse(header.get("to")).bare
        return root

    # the end

    def fail(self, condition: str, text: str = "") -> None:
        """End with a stream error."""
        self.sendStreamError(rim.StreamError(condition, text=text or None))

    def sendStreamError(self, streamError: Any) -> None:
        if not self.closing:
            self.namespace = NS_COMPONENT
            super().sendStreamError(streamError)

    def hang_up(self) -> None:
        """End the connection behind what waits to be written."""
        if self.closing:
            return
        self._leave()
        self._socket.unregisterProducer()
        self.outbox.finish()
        self._socket.loseConnection()
        self._timer = self._porch.clock.callLater(self._porch.limits.close_seconds, self._socket.abortConnection)

    def abort(self) -> None:
        """End at once."""
        self._leave()
        self._socket.abortConnection()

    def settle(self, name: JID) -> None:
        """It has shaken hands: nobody is in a hurry any more."""
        self.name = name
        self._timer.cancel()

    def _leave(self) -> None:
        self.closing = True
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._porch.dismiss(self)
        self.factory.router.removeRoute(None, self)

    def _too_slow(self) -> None:
        self.fail("connection-timeout", "nobody shook hands")


def _seen(element: Element) -> Any:
    """What wokkel sees of an element: its name and its text."""
    seen = rim.Element((element.uri, element.name))
    seen.addContent(element.text)
    return seen
