"""The entrance for components: XEP-0114, with wokkel's handshake."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IAddress

from mockserver.abroad import Misaddressed
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT, NS_COMPONENT
from mockserver.muc.xml import Element, render

from .component_stream import ComponentStream
from .rim import ListenComponentAuthenticator, XMPPComponentServerFactory, hash_password

if TYPE_CHECKING:
    from .porch import Porch


class Authenticator(ListenComponentAuthenticator):  # type: ignore[misc]  # no types
    """Wokkel's handshake, with the names that are served and a comparison in constant time."""

    def __init__(self, entrance: Entrance) -> None:
        super().__init__(entrance.porch.trust.secret or "")
        self.entrance = entrance

    def streamStarted(self, rootElement: Any) -> None:
        name = rootElement.getAttribute("to")
        super().streamStarted(rootElement)
        if name is None or self.xmlstream.closing:
            return
        if (refusal := self.entrance.refusal(JID(name))) is not None:
            self.xmlstream.fail(*refusal)

    def onHandshake(self, handshake: str) -> None:
        name, right = JID(self.xmlstream.thisEntity.host), hash_password(self.xmlstream.sid, self.secret)
        if (refusal := self.entrance.refusal(name)) is not None:  # another one was faster
            self.xmlstream.fail(*refusal)
        else:
            super().onHandshake(right if self.entrance.porch.trust.accepts(handshake, right) else "")


class Entrance(XMPPComponentServerFactory):  # type: ignore[misc]  # no types
    """Makes the streams of one port, and is the router that wokkel asks for: the way to the host and back."""

    noisy = False
    protocol = ComponentStream

    def __init__(self, porch: Porch) -> None:
        super().__init__(self, porch.trust.secret or "")
        self.authenticatorFactory = lambda: Authenticator(self)
        self.porch = porch
        self._streams: dict[JID, ComponentStream] = {}
        porch.carry = self.carry

    def buildProtocol(self, addr: IAddress | None) -> ComponentStream:
        stream: ComponentStream = super().buildProtocol(addr)
        return stream

    def refusal(self, name: JID) -> tuple[str, str] | None:
        """Why no component of that name can come in now."""
        host = self.porch.host
        if not self.porch.trust.serves(name):
            return "host-unknown", f"{name} is not served here"
        if name in self._streams or name in (host.domain, host.muc_domain):
            return "conflict", f"{name} is there already"
        return None

    # what wokkel asks of a router

    def addRoute(self, destination: str, stream: ComponentStream) -> None:
        """A component has shaken hands."""
        name = JID(destination)
        self._streams[name] = stream
        stream.settle(name)
        self.porch.deliver(self.porch.host.abroad.came(name, privileged=self.porch.trust.privileged))

    def removeRoute(self, destination: str | None, stream: ComponentStream) -> None:
        """A component's connection is over, which wokkel may say again."""
        if stream.name is not None and self._streams.get(stream.name) is stream:
            del self._streams[stream.name]
            self.porch.deliver(self.porch.host.abroad.lost(stream.name, now=self.porch.clock.seconds()))

    # stanzas

    def receive(self, element: Element, name: JID, stream: ComponentStream) -> None:
        stanza = _qualified(element, NS_COMPONENT, NS_CLIENT)
        if self.porch.on_traffic:
            self.porch.on_traffic("in", name, render(stanza), fence=False)
        try:
            self.porch.deliver(self.porch.host.abroad.receive(stanza, component=name, now=self.porch.clock.seconds()))
        except Misaddressed as complaint:
            stream.fail(complaint.condition, str(complaint))

    def carry(self, delivery: Delivery, address: JID) -> None:
        """Write a stanza for an address that a component serves."""
        stream = self._streams.get(JID(address.domain))
        if stream is None:
            return
        stanza = delivery.stanza.with_attrs(to=address)
        if self.porch.on_traffic:
            self.porch.on_traffic("out", address, render(stanza), fence=False)
        stream.send(render(_qualified(stanza, NS_CLIENT, NS_COMPONENT), within=NS_COMPONENT))


def _qualified(element: Element, old: str, new: str) -> Element:
    """The stanza in the namespace of the other kind of stream; what it forwards keeps its own."""
    if element.uri != old:
        return element
    children = tuple(c if isinstance(c, str) else _qualified(c, old, new) for c in element.children)
    return Element(element.name, new, element.attrs, children)
