"""Whether a scenario's client has come to rest: what moves is counted, and asked for until nothing does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from twisted.internet.task import deferLater

from mockserver.net.porch import Porch

from . import fence
from .ground import Ground
from .streams import answered

TURNS = 2  # of the reactor: the one that read the last answer, and one that asks every stream


class Rest:
    """`sync` has every driver write what it has to tell. Whoever sees something move adds to `sent` or `told`."""

    def __init__(self, porch: Porch, ground: Ground, sync: Callable[[], Awaitable[None]]) -> None:
        self.sent = 0  # stanzas of the client, faults that acted
        self.told = 0  # lines of its driver
        self.unanswered: set[int] = set()  # commands
        self.shaken = False  # a fault has cut a link, so that what the client notices may come late
        self._porch = porch
        self._ground = ground
        self._sync = sync

    async def rounds(self) -> None:
        """Until nothing moves; where an answer or the end of a stream is still to come, it is looked for again."""
        await fence.rounds(
            self._answered,
            self._synced,
            lambda: self.sent,
            lambda: self.told,
            calm=lambda: fence.calm(cut=self.shaken, unanswered=bool(self.unanswered)),
        )

    async def looked(self) -> bool:
        """The client has heard something; whether anything else happened."""
        before = self.sent, self.told
        await self._answered()
        await self._synced()
        return before != (self.sent, self.told)

    async def _answered(self) -> None:
        await answered(self._porch, self._ground)

    async def _synced(self) -> None:
        """Every driver has answered, and what its library wrote before that has been read."""
        await self._sync()
        self._porch.acknowledge()
        for _ in range(TURNS):
            await deferLater(self._ground.reactor, 0)
