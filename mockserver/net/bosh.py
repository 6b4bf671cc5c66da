"""One client's session over BOSH (XEP-0124, XEP-0206): a stream whose transport are requests and their answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.muc.namespaces import NS_STREAM
from mockserver.muc.xml import Element

from .bosh_body import inside, payload, says
from .connection import Connection
from .reader import Opened

if TYPE_CHECKING:
    from .porch import Porch

VERSION = "{urn:xmpp:xbosh}version"


class Bosh(Connection):
    """A stream without header and footer, as the client sees it; `stream_id` is in what would be the header."""

    footer = ""

    def __init__(self, porch: Porch) -> None:
        super().__init__(porch, porch.terms.without_tls())
        self.stream_id = ""

    def begin(self, body: Element) -> None:
        """The first request, and the one for a new stream after the login."""
        version = ("version", body.get(VERSION, "1.0"))
        to = (("to", body.get("to")),) if body.get("to") else ()
        if self._open:
            self.fail("bad-format", "the stream is open")
        else:
            self._take(Opened(Element("stream", NS_STREAM, (*to, version))))

    def read(self, body: Element) -> None:
        """Another request. What is in one that asks for a new stream is not looked at: XEP-0206 5."""
        if says(body, "restart"):
            self.begin(body)
            return
        for element in payload(body):
            if self._closing:
                return
            if not self._open:
                self.fail("bad-format", "after the login comes xmpp:restart")
            else:
                self._take(element)

    def put(self, text: str) -> None:
        super().put(inside(text))

    def _header(self, name: str, domain: str) -> str:
        self.stream_id = name
        return ""
