"""A server with its control, without a network, for tests of what can be done from outside."""

from __future__ import annotations

from typing import Any

from twisted.internet.testing import MemoryReactorClock

from mockserver.control import Control
from mockserver.muc.jid import JID
from mockserver.muc.xml import parse, render
from mockserver.serve import Running, ServeOptions, start

MUC = "conference.localhost"


class House:
    """The server, and a client that is logged in: pistol."""

    def __init__(self, **options: Any) -> None:
        self.reactor: Any = MemoryReactorClock()
        given = {"port": 0, "tls": False, "quiet": True, "keep_transcript": True, "accounts": {"pistol": "secret"}}
        self.running: Running = start(ServeOptions(**{**given, **options}), self.reactor)
        self.control: Control = self.running.control

    def client(self, name: str = "pistol") -> JID:
        """A session without a stream; what it would get is `heard`."""
        self.heard: list[str] = []
        session = self.running.host.bind(JID.parse(f"{name}@localhost"), "ship")
        deliver = self.running.porch.deliver

        def overhear(deliveries: Any) -> None:
            self.heard += [render(d.stanza) for d in deliveries if session in d.to]
            deliver(deliveries)

        self.running.porch.deliver = overhear  # type: ignore[method-assign]  # a client's ear
        self.control.puppets._deliver = overhear  # the same one
        return session

    def send(self, session: JID, text: str) -> None:
        told = self.running.host.receive(parse(text), sender=session, now=0)
        self.running.porch.deliver(told)
        self.reactor.advance(0)

    def join(self, session: JID, room: str, nick: str) -> None:
        muc = "<x xmlns='http://jabber.org/protocol/muc'/>"
        self.send(session, f"<presence to='{room}@{MUC}/{nick}'>{muc}</presence>")
