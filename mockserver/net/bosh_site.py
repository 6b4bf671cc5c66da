"""The HTTP side of BOSH: requests to sessions, pages for those who ask otherwise, and headers for browsers."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel, HTTPFactory, Request

from mockserver.muc.xml import Element

from . import host_meta
from .bosh import Bosh
from .bosh_body import KIND, Opening, Terms, opening, read, wrapped
from .bosh_carrier import OLD_ERRORS, Carrier

if TYPE_CHECKING:
    from .porch import Porch

TOO_MUCH = 16  # times the bound of a body: nobody reads on until the end of that
ANYBODY = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "POST, GET, HEAD, OPTIONS",
    "Access-Control-Allow-Headers": "Content-Type",
    "Access-Control-Max-Age": "86400",
}


class Asked(Request):
    """One HTTP request; the `Call` of a session. What is more than a body may have is not kept."""

    carrier: Carrier | None = None
    _size = 0
    _done = False

    @property
    def _site(self) -> Site:
        return cast(Channel, self.channel).site

    # what Twisted calls

    def gotLength(self, length: int | None) -> None:
        self.content = BytesIO()

    def handleContentChunk(self, data: bytes) -> None:
        self._size += len(data)
        if self._size <= self._site.longest:
            super().handleContentChunk(data)
        elif self._size > TOO_MUCH * self._site.longest:
            self.channel.loseConnection()

    def requestReceived(self, command: bytes, path: bytes, version: bytes) -> None:
        self.requestHeaders.removeHeader(b"content-type")  # a body is a body: XEP-0124 5
        super().requestReceived(command, path, version)

    def process(self) -> None:
        self.notifyFinish().addErrback(self._lost)
        if self._size > self._site.longest:
            self.channel.persistent = 0
            self.page(413, "a body may have as many bytes as a stanza\n")
        elif self.method == b"POST":
            assert self.content is not None  # there is since gotLength
            self._site.posted(self.content.read(), self)
        elif self.method == b"OPTIONS":
            self.page(200)
        elif self.method in (b"GET", b"HEAD"):
            self._tell()
        else:
            self.page(405, allow=True)

    def _lost(self, reason: Failure) -> None:
        self._done = True
        if self.carrier is not None:
            self.carrier.lost(self)

    # pages

    def _tell(self) -> None:
        found = host_meta.page(self.path.decode("ascii", "replace"), self._site.links(self.host))
        if found is None:
            self.page(405, "here is XMPP over BOSH\n", allow=True)
        else:
            kind, text = found
            self.answer(text.encode(), kind=f"{kind}; charset=utf-8")

    def page(self, status: int, text: str = "", *, allow: bool = False) -> None:
        if allow:
            self.setHeader("Allow", "POST, GET, HEAD, OPTIONS")
        self.answer(text.encode(), kind="text/plain; charset=utf-8", status=status)

    # a call

    def answer(self, data: bytes, *, kind: str = KIND, status: int = 200) -> None:
        if self._done:
            return
        self._done = True
        channel = cast(Channel, self.channel)
        self.setResponseCode(status, HTTPStatus(status).phrase.encode())
        for name, value in {**ANYBODY, "Content-Type": kind, "Content-Length": str(len(data))}.items():
            self.setHeader(name, value)
        self.write(data)
        self.finish()
        if channel.site.closed:
            channel.loseConnection()

    def abort(self) -> None:
        if not self._done:
            self._done = True
            transport: Any = self.channel.transport
            transport.abortConnection()


class Channel(HTTPChannel):
    """One connection of a client."""

    requestFactory = Asked
    site: Site

    def connectionMade(self) -> None:
        self.site = cast(Site, self.factory)
        transport: Any = self.transport
        if not self.site.admit(self):
            transport.abortConnection()
            return
        if self.site.certificate is not None:
            transport.startTLS(self.site.certificate.context_factory())
        super().connectionMade()

    def connectionLost(self, reason: Failure | None = None) -> None:
        self.site.channels.discard(self)
        super().connectionLost(reason)


class Site(HTTPFactory):
    """The port of BOSH, with TLS or without: the sessions of one are not the other's (XEP-0124 19.1)."""

    protocol: Any = Channel
    noisy = False

    def __init__(self, porch: Porch, *, secure: bool = False, terms: Terms | None = None) -> None:
        super().__init__(reactor=porch.reactor)
        self.porch = porch
        self.certificate = porch.certificate if secure else None
        self.terms = terms or Terms()
        self.longest = porch.limits.bounds.stanza
        self.sessions: dict[str, Carrier] = {}
        self.channels: set[Channel] = set()
        self.closed = False
        self._secure = secure

    def links(self, address: Any) -> host_meta.Links:
        """What host-meta names: all ways in that have a URL, and at least this one."""
        return self.porch.links or ((host_meta.BOSH, url(address, secure=self._secure)),)

    def admit(self, channel: Channel) -> bool:
        """Whether there is room for one more connection; that of sessions is the porch's word."""
        if len(self.channels) >= self.porch.limits.connections:
            return False
        self.channels.add(channel)
        return True

    def posted(self, data: bytes, asked: Asked) -> None:
        body = read(data, self.porch.limits.bounds)
        if body is None:
            asked.answer(wrapped(type="terminate", condition="bad-request"))
        elif not body.has("sid"):
            self._begin(body, asked)
        elif (carrier := self.sessions.get(body.get("sid"))) is not None:
            asked.carrier = carrier
            carrier.receive(body, asked)
        else:
            asked.answer(wrapped(type="terminate", condition="item-not-found"))

    def _begin(self, body: Element, asked: Asked) -> None:
        wanted = opening(body, self.porch.terms.around.domain, self.terms)
        if isinstance(wanted, str):
            status = 200 if body.get("ver") else OLD_ERRORS.get(wanted, 200)
            asked.answer(wrapped(type="terminate", condition=wanted), status=status)
            return
        asked.carrier = carrier = self._session(wanted)
        if carrier.over:
            asked.answer(wrapped(type="terminate", condition="remote-connection-failed"))
        else:
            carrier.receive(body, asked)

    def _session(self, wanted: Opening) -> Carrier:
        sid, stream, sessions = secrets.token_urlsafe(24), Bosh(self.porch), self.sessions

        def forget(sid: str) -> None:
            sessions.pop(sid, None)

        sessions[sid] = carrier = Carrier(sid, wanted, stream, clock=self.porch.clock, terms=self.terms, forget=forget)
        transport: Any = carrier
        stream.makeConnection(transport)
        return carrier

    # what Twisted calls

    def startFactory(self) -> None:
        """No access log, and so no clock for it."""

    def stopFactory(self) -> None:
        """The port is closed: what is held is answered when its session ends, and nobody asks again."""
        self.closed = True
        for channel in [known for known in self.channels if not known.requests]:
            channel.loseConnection()

    def log(self, request: Request) -> None:
        pass


def url(address: Any, *, secure: bool = False) -> str:
    """Where BOSH at this address is; any other path will do."""
    return host_meta.url("https" if secure else "http", address, "/http-bind")
