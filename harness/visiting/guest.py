"""One session on somebody else's server: the reference client on a TCP stream, and requests of our own beside it."""

from __future__ import annotations

import asyncio
import secrets
import ssl
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any
from xml.etree.ElementTree import Element

from ..drivers.reference.client import Answer, Client, Send
from ..drivers.reference.login import Failed, Wish
from ..drivers.reference.stanzas import E, render
from ..drivers.reference.wire import Stream

LOGS_IN_WITHIN = 20.0  # seconds
FENCE = "fence-"  # how the ids of requests begin that are no part of the story
GONE = {"condition": "disconnected", "type": "cancel", "text": "the server has closed the stream"}
Answered = Callable[[Mapping[str, Any]], None]
Traffic = Callable[[str, str, str, bool], None]  # direction as the server sees it, session, stanza, whether a fence


class CannotVisit(Exception):
    """The server cannot be visited like this; one line."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where the server is. Without `context` STARTTLS is not taken even where it is offered."""

    host: str
    port: int
    domain: str
    context: ssl.SSLContext | None = None
    patience: float = 5.0  # seconds that an answer may take


@dataclass(frozen=True, slots=True)
class Account:
    """Who logs in; `fresh` ones are registered first. Without a password it is ANONYMOUS."""

    jid: str
    password: str = ""
    fresh: bool = False


class Guest:
    """`enter`, then tell it what to do with `does`; `answered` is called with the answers of verbs."""

    def __init__(
        self, session: str, door: Door, traffic: Traffic, answered: Callable[[Mapping[str, Any]], None]
    ) -> None:
        self.session, self._door = session, door
        self.jid = ""
        self.over = False
        self._traffic, self._answered = traffic, answered
        self._client = Client("")
        self._stream: Stream | None = None
        self._asked: dict[str, asyncio.Future[Element | None]] = {}
        self._count = count(1)

    async def enter(self, account: Account) -> None:
        """Log in and be available. Raises `CannotVisit`."""
        resource = self.session.partition("/")[2]
        jid = account.jid + (f"/{resource}" if resource else "")
        tls = "offered" if self._door.context else "none"
        wish = Wish(jid, account.password, tls, nonce=secrets.token_hex(12), enrol=account.fresh)
        self._stream = stream = Stream(wish, self._door.context, self)
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(LOGS_IN_WITHIN):
                await loop.create_connection(lambda: stream, self._door.host, self._door.port)
                self.jid = await stream.bound
        except (Failed, OSError, TimeoutError) as complaint:
            stream.close()
            text = str(complaint) or f"no session within {LOGS_IN_WITHIN:g} s"
            raise CannotVisit(f"{account.jid or 'nobody'} cannot log in at {self._door.host}: {text}") from complaint

    def does(self, verb: str, seq: int, args: Mapping[str, Any]) -> None:
        """A verb of the reference client."""
        if self.over:
            return self._answered({"seq": seq, "ok": False, "error": GONE})
        self._client.command(verb, seq, dict(args))
        return self._flush()

    async def insist(self, payload: Element, to: str) -> Element | None:
        """Ask a room; once more if no answer comes, for one that ends just then may lose what it was asked."""
        with suppress(TimeoutError):
            return await self.ask("get", payload, to, within=self._door.patience / 4)
        return await self.ask("get", payload, to)

    async def ask(self, kind: str, payload: Element, to: str, *, within: float = 0.0) -> Element | None:
        """The answer to a request that is no part of the story; None once the stream is gone. Raises `TimeoutError`."""
        if self.over or self._stream is None:
            return None
        name = f"{FENCE}{self.session}-{next(self._count)}"
        waiting: asyncio.Future[Element | None] = asyncio.get_running_loop().create_future()
        self._asked[name] = waiting
        self._write(E("iq", payload, type=kind, id=name, to=to), fence=True)
        try:
            async with asyncio.timeout(within or self._door.patience):
                return await waiting
        finally:
            del self._asked[name]

    async def leave(self) -> None:
        """End the stream, and hear the other side end it."""
        if self._stream is not None and not self.over:
            self._stream.end()
            try:
                async with asyncio.timeout(self._door.patience):
                    await self._stream.over
            except TimeoutError:
                self._stream.close()
            self.over = True

    # what the stream tells

    def bound(self, jid: str) -> None:
        self._client.bound(jid)
        self._write(E("presence"), fence=True)

    def received(self, stanza: Element) -> None:
        fence = stanza.get("id", "").startswith(FENCE) and stanza.get("type") in ("result", "error")
        self._traffic("out", self.session, render(stanza), fence)
        if not fence:
            self._client.receive(stanza)
            self._flush()
        elif (waiting := self._asked.get(stanza.get("id", ""))) and not waiting.done():
            waiting.set_result(stanza)

    def lost(self, condition: str, text: str) -> None:
        self.over = True
        for waiting in self._asked.values():
            if not waiting.done():
                waiting.set_result(None)
        self._client.lost(condition, text)
        self._flush()

    # inside

    def _flush(self) -> None:
        for output in self._client.take():
            match output:
                case Send(element):
                    self._write(element, fence=False)
                case Answer(answer):
                    self._answered(answer)

    def _write(self, element: Element, *, fence: bool) -> None:
        if self._stream is not None and not self.over:
            self._traffic("in", self.session, render(element), fence)
            self._stream.write(element)
