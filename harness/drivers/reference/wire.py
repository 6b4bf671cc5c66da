"""The stream over TCP and TLS: bytes to elements and back. It knows nothing of rooms."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator
from typing import Any, Protocol, cast
from xml.etree.ElementTree import Element, ParseError, XMLPullParser
from xml.sax.saxutils import quoteattr

from .login import STREAM, Failed, Open, Steps, Wish, log_in
from .stanzas import CLIENT, named, render

STREAMS = "urn:ietf:params:xml:ns:xmpp-streams"


class Reader:
    """Finds the elements directly inside a stream. `closed` is true after the end of the stream."""

    def __init__(self) -> None:
        self._parser: XMLPullParser[Any] = XMLPullParser(("start", "end"))
        self._root: Element | None = None
        self._depth = 0
        self.closed = False

    def feed(self, data: bytes) -> Iterator[Element]:
        """The elements that are complete with these bytes. Raises `ParseError`."""
        self._parser.feed(data)
        for event, element in cast(Iterator[tuple[str, Element]], self._parser.read_events()):
            if event == "start":
                self._root = self._root if self._depth else element
                self._depth += 1
                continue
            self._depth -= 1
            if self._depth == 1 and self._root is not None:
                self._root.clear()
                yield element
            self.closed = self._depth == 0


class Listener(Protocol):
    """Whose stream it is. The calls come in the order of the stream, each before the next element is read."""

    def bound(self, jid: str) -> None: ...

    def received(self, stanza: Element) -> None: ...

    def lost(self, condition: str, text: str) -> None: ...


class Stream(asyncio.Protocol):
    """One connection: logs in, then hands every stanza over as it comes, before anything else happens."""

    def __init__(self, wish: Wish, context: ssl.SSLContext | None, listener: Listener) -> None:
        self._context, self._listener = context, listener
        self._domain = wish.jid.partition("@")[2].partition("/")[0]
        self._reader = Reader()
        self._steps: Steps | None = log_in(wish)
        self._transport: asyncio.Transport | None = None
        self._why = ("", "")
        self._closing = False
        self._handshake: asyncio.Task[None] | None = None
        self.bound: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    # asyncio's calls

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._step(None)

    def data_received(self, data: bytes) -> None:
        reader = self._reader
        try:
            for element in reader.feed(data):
                self._received(element)
        except ParseError as complaint:
            self._why = ("not-well-formed", str(complaint))
            self.close()
        if reader.closed:
            self.close()

    def connection_lost(self, exc: Exception | None) -> None:
        condition, text = self._why
        text = text or (str(exc) if exc and not self._closing else "")
        if not self.bound.done():
            self.bound.set_exception(Failed(condition or "remote-connection-failed", text or "connection lost"))
        elif not self.bound.cancelled() and self.bound.exception() is None:
            self._listener.lost(condition, text)
        if not self.over.done():
            self.over.set_result(None)

    # what the driver does with it

    def write(self, element: Element) -> None:
        self._write(render(element))

    def end(self) -> None:
        """Say that it is over, and go on reading until the other side says so as well."""
        if not self._closing:
            self._closing = True
            self._write("</stream:stream>")

    def close(self) -> None:
        """Close the stream in an orderly way."""
        if self._transport is not None and not self._transport.is_closing():
            self.end()
            self._transport.close()

    # inside

    def _received(self, element: Element) -> None:
        if named(element) == (STREAM, "error"):
            names = [named(child)[1] for child in element]
            self._why = (names[0] if names else "undefined-condition", "".join(element.itertext()).strip())
        elif self._steps is not None:
            self._step(element)
        else:
            self._listener.received(element)

    def _step(self, element: Element | None) -> None:
        assert self._steps is not None
        try:
            step = next(self._steps) if element is None else self._steps.send(element)
        except StopIteration as done:
            self._steps = None
            self.bound.set_result(str(done.value))
            self._listener.bound(str(done.value))
        except Failed as failed:
            self._steps = None
            self.bound.set_exception(failed)
            self.close()
        else:
            self._do(step)

    def _do(self, step: object) -> None:
        if isinstance(step, Open) and step.secure:
            self._handshake = asyncio.ensure_future(self._start_tls())
        elif isinstance(step, Open):
            self._open()
        else:
            self.write(getattr(step, "element"))  # noqa: B009

    async def _start_tls(self) -> None:
        assert self._transport is not None and self._context is not None
        loop = asyncio.get_running_loop()
        try:
            secure = await loop.start_tls(self._transport, self, self._context, server_hostname=self._domain)
        except (OSError, ssl.SSLError) as complaint:
            self._why = ("policy-violation", f"TLS: {complaint}")
            self.connection_lost(None)
            return
        self._transport = cast(asyncio.Transport, secure)
        self._open()

    def _open(self) -> None:
        self._reader = Reader()
        self._write(
            f"<?xml version='1.0'?><stream:stream xmlns='{CLIENT}' xmlns:stream='{STREAM}' version='1.0' "
            f"to={quoteattr(self._domain)}>"
        )

    def _write(self, text: str) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(text.encode())
