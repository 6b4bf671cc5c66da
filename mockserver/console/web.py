"""The console on a port: twisted.web outside, `Api` and the pages inside."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, cast

from twisted.python.failure import Failure
from twisted.web.http import HTTPChannel
from twisted.web.resource import Resource
from twisted.web.server import NOT_DONE_YET, Request, Site

from .answers import Answer, Asked, refused
from .api import Api
from .pages import page
from .table import BASE
from .visitors import Visitors

MOST_BODY = 64 * 1024
TOO_MUCH = 1024 * MOST_BODY  # nobody listens to the end of that
MOST_CONNECTIONS = 256
GATHERED = 0.05  # seconds: what comes together is told together
FULL = b"HTTP/1.1 503 Service Unavailable\r\nConnection: close\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n"
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}


def site(api: Api, visitors: Visitors, reactor: Any) -> Site:
    """The factory for a port."""
    made: Any = Site(_Console(api, visitors, reactor), requestFactory=_Visit)  # type: ignore[no-untyped-call]
    made.noisy = False
    made.protocol, made.channels = _Channel, set()
    return made  # type: ignore[no-any-return]  # Site has no types


class _Channel(HTTPChannel):
    """One connection; where there are too many it is told so and closed, whatever it wants."""

    def connectionMade(self) -> None:
        factory, transport = cast(Any, self.factory), cast(Any, self.transport)
        if len(factory.channels) < MOST_CONNECTIONS:
            factory.channels.add(self)
            super().connectionMade()  # type: ignore[no-untyped-call]
        else:
            transport.write(FULL)
            transport.loseConnection()

    def connectionLost(self, reason: Failure | None = None) -> None:
        cast(Any, self.factory).channels.discard(self)
        super().connectionLost(reason)  # type: ignore[no-untyped-call]


class _Visit(Request):
    """A request whose body may not grow for ever."""

    got = 0

    def gotLength(self, length: int | None) -> None:
        self.content = BytesIO()  # Twisted's own would be a file where the length is not told: nothing goes to the disk

    def handleContentChunk(self, data: bytes) -> None:
        self.got += len(data)
        if self.got <= MOST_BODY:
            super().handleContentChunk(data)  # type: ignore[no-untyped-call]
        elif self.got > TOO_MUCH:
            transport: Any = self.transport
            transport.abortConnection()


class _Console(Resource):
    isLeaf = True

    def __init__(self, api: Api, visitors: Visitors, reactor: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._api, self._visitors, self._reactor = api, visitors, reactor

    def render(self, request: Any) -> Any:
        asked = _asked(request)
        answer = self._answer(request, asked)
        if not answer.waits:
            return _written(request, answer)
        _Waiting(self._api, self._reactor, request, asked).wait(answer.waits)
        return NOT_DONE_YET

    def _answer(self, request: Any, asked: Asked) -> Answer:
        if no := self._visitors.refusal(asked):
            return no
        if request.got > MOST_BODY:
            return refused(413, f"a body has at most {MOST_BODY} bytes")
        in_api = asked.path == BASE or asked.path.startswith(f"{BASE}/")
        return self._api.answer(asked) if in_api else page(asked)


class _Waiting:
    """A request that is answered when something has come, or when its time is over, or never: its client is gone."""

    def __init__(self, api: Api, reactor: Any, request: Any, asked: Asked) -> None:
        self._api, self._reactor, self._request, self._asked = api, reactor, request, asked
        self._timer: Any = None
        self._forget: Callable[[], None] = lambda: None

    def wait(self, seconds: float) -> None:
        self._timer = self._reactor.callLater(seconds, self._tell)
        self._forget = self._api.when_there_is_more(self._soon)
        self._request.notifyFinish().addErrback(lambda _: self._stop())

    def _soon(self) -> None:
        if self._timer.active() and self._timer.getTime() - self._reactor.seconds() > GATHERED:
            self._timer.reset(GATHERED)

    def _tell(self) -> None:
        self._forget()
        self._request.write(_written(self._request, self._api.answer(self._asked)))
        self._request.finish()

    def _stop(self) -> None:
        self._forget()
        if self._timer.active():
            self._timer.cancel()


def _asked(request: Any) -> Asked:
    """A header that is there several times counts as all of its values."""
    headers = {
        name.decode("latin-1").lower(): ", ".join(value.decode("latin-1") for value in values)
        for name, values in request.requestHeaders.getAllRawHeaders()
    }
    path, _, query = request.uri.partition(b"?")
    method = request.method.decode("latin-1")
    body = request.content.read() if request.got <= MOST_BODY else b""
    asked_for = "GET" if method == "HEAD" else method
    return Asked(asked_for, path.decode("latin-1"), query.decode("latin-1"), headers, body)


def _written(request: Any, answer: Answer) -> bytes:
    request.setResponseCode(answer.status)
    if answer.status != 204:
        request.setHeader("Content-Type", answer.kind)
        request.setHeader("Content-Length", str(len(answer.body)))
    for name, value in {**ALWAYS, **answer.headers}.items():
        request.setHeader(name, value)
    return answer.body
