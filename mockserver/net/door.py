"""The one HTTP request of a connection: into a WebSocket for XMPP, or a page that says where one is. No I/O."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

import h11
from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, RejectConnection, Request
from wsproto.utilities import ProtocolError, RemoteProtocolError

from . import host_meta

SUBPROTOCOL = "xmpp"
Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Page:
    """The answer to a request that is no handshake, or a bad one; nothing comes after it."""

    data: bytes


@dataclass(frozen=True, slots=True)
class Entered:
    """The answer to a handshake, the socket that is open now, and what has come behind the request."""

    data: bytes
    socket: WSConnection
    rest: bytes


class Door:
    """`links` are for those who ask where the WebSocket is: XEP-0156."""

    def __init__(self, links: host_meta.Links) -> None:
        self._links = links
        self._http = h11.Connection(h11.SERVER)

    def knock(self, data: bytes) -> Page | Entered | None:
        """Read on; None until the request is complete."""
        self._http.receive_data(data)
        try:
            request = self._http.next_event()
        except h11.RemoteProtocolError as complaint:
            return self._page(complaint.error_status_hint, text=f"{complaint}\n")
        if not isinstance(request, h11.Request):
            return None
        wanted = b",".join(value for name, value in request.headers if name == b"upgrade")
        return self._enter(request) if b"websocket" in wanted.lower() else self._answer(request)

    # a handshake: RFC 6455 4.2

    def _enter(self, request: h11.Request) -> Page | Entered:
        if request.method != b"GET":
            return self._page(405, headers=[(b"Allow", b"GET")])
        socket = WSConnection(ConnectionType.SERVER)
        try:
            socket.initiate_upgrade_connection(list(request.headers), request.target)
        except (ProtocolError, h11.ProtocolError, ValueError) as complaint:
            return self._refuse(complaint)
        (wish,) = socket.events()
        if not isinstance(wish, Request) or SUBPROTOCOL not in wish.subprotocols:
            return self._page(400, text="this needs Sec-WebSocket-Protocol: xmpp\n")
        rest, _ = self._http.trailing_data
        return Entered(socket.send(AcceptConnection(subprotocol=SUBPROTOCOL)), socket, rest)

    def _refuse(self, complaint: Exception) -> Page:
        hint = complaint.event_hint if isinstance(complaint, RemoteProtocolError) else None
        if isinstance(hint, RejectConnection):
            return self._page(hint.status_code, headers=list(hint.headers), text=f"{complaint}\n")
        return self._page(400)

    # other requests

    def _answer(self, request: h11.Request) -> Page:
        if request.method not in (b"GET", b"HEAD"):
            return self._page(405, headers=[(b"Allow", b"GET, HEAD")])
        path, _, _ = request.target.decode("ascii", "replace").partition("?")
        found = host_meta.page(path, self._links)
        if found is None:
            upgrade = [(b"Upgrade", b"websocket"), (b"Connection", b"upgrade")]
            return self._page(426, headers=upgrade, text="here is XMPP over WebSocket\n")
        kind, text = found
        with_body = request.method == b"GET"
        return self._page(200, kind=kind, text=text, headers=[(b"Access-Control-Allow-Origin", b"*")], body=with_body)

    def _page(
        self,
        status: int,
        *,
        kind: str = "text/plain",
        text: str = "",
        headers: Headers | None = None,
        body: bool = True,
    ) -> Page:
        data = text.encode()
        about = [(b"Content-Type", f"{kind}; charset=utf-8".encode()), (b"Content-Length", str(len(data)).encode())]
        fields = [*about, *(headers or []), (b"Connection", b"close")]
        head = h11.Response(status_code=status, headers=fields, reason=HTTPStatus(status).phrase)
        events = [head, *([h11.Data(data)] if data and body else []), h11.EndOfMessage()]
        return Page(b"".join(self._http.send(event) or b"" for event in events))
