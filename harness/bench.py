"""A bench to try a driver on: its process, and a server with one room that it can log in to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.net.credentials import Listed
from mockserver.net.porch import Porch

from .dialogue import Dialogue
from .ground import LOOPBACK, PASSWORD, Ground, OnWire
from .lines import Message
from .model import RoomSetup, Scenario
from .rehearse import new_host
from .streams import answered

SUBJECT, OTHER, ROOM = "pistol", "Fluellen", "harfleur"
STAGE = Scenario(
    id="driver-check",
    title="What a driver is tried on",
    subject=SUBJECT,
    steps=(),
    actors=(SUBJECT, OTHER),
    sessions=(SUBJECT,),
    rooms=(RoomSetup(ROOM, occupants=({"nick": OTHER},)),),
)


class Bench:
    """A driver process and a server. `events` is what the driver reported so far, in its order."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], tls: str, ground: Ground) -> None:
        self.events: list[Message] = []
        self.room = ground.names.room(ROOM)
        self._ground, self._tls = ground, tls
        self._stage = OnWire(STAGE, new_host(STAGE, ground.names), names=ground.names)
        self._stage.entering = SUBJECT
        secure = ground.certificate if tls != "none" else None
        credentials = Listed({ground.names.account(SUBJECT): PASSWORD}, anonymous=True)
        self._porch = Porch(
            self._stage,  # type: ignore[arg-type]  # it has the host's interface
            reactor=ground.reactor,
            clock=ground.reactor,
            credentials=credentials,
            certificate=secure,
        )
        self._port: Any = None
        self.dialogue = Dialogue(command, reactor=ground.reactor, patience=ground.patience, environment=environment)
        self.dialogue.listen("a", self.events.append)

    async def ask(self, verb: str, session: str = "a", **args: Any) -> Message:
        """The driver's answer. Raises `DriverGone`."""
        return await self.dialogue.demand(verb, session, args)

    async def log_in(self) -> Message:
        """Listen, and have the driver connect."""
        self._port = self._ground.reactor.listenTCP(0, self._porch, interface=LOOPBACK)
        self._stage.open(now=float(self._ground.reactor.seconds()))
        secure = self._ground.certificate if self._tls != "none" else None
        tls = {"tls": self._tls, "ca": str(secure.ca_path)} if secure else {"tls": "none"}
        jid, port = self._ground.names.account(SUBJECT), self._port.getHost().port
        return await self.ask("connect", jid=jid, password=PASSWORD, host=LOOPBACK, port=port, **tls)

    async def join(self) -> Message:
        """Have it enter the room, and let everything arrive."""
        answer = await self.ask("join", room=self.room, nick=SUBJECT)
        await self.fence()
        return answer

    def swallow_joins(self) -> None:
        """The next join gets no answer from the service."""
        self._stage.swallowed.append({"name": "presence"})

    def speak(self, body: str) -> None:
        """The other occupant says this to the room."""
        text = f"<message from='{self.room}/{OTHER}' type='groupchat' id='{body}'><body>{body}</body></message>"
        for session in self._porch.sessions:
            self._porch.send_to(session, text)

    async def ping(self) -> None:
        """Until the library has read what was sent before. Raises `Unanswered`."""
        await answered(self._porch, self._ground)

    async def fence(self) -> None:
        """Until the library has read it, and the driver has reported it."""
        await self.ping()
        await self.ask("sync")

    async def close(self) -> None:
        """End the driver, by force where it must be, and the server."""
        if self.dialogue.gone is None:
            await self.dialogue.stop()
        self._porch.close()
        if self._port is not None:
            await self._port.stopListening()
