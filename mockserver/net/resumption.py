"""Sessions whose stream is gone and whose client may come back for them: XEP-0198 5."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.muc.jid import JID

from .connection import Connection
from .stream_management import Absent, Ledger

Stream = Connection | Absent


class Resumption:
    """`streams` are the porch's own; `end` takes a session out of them, for good."""

    def __init__(self, streams: dict[JID, Stream], clock: Any, seconds: float, end: Callable[[JID], None]) -> None:
        self._streams = streams
        self._clock = clock
        self._seconds = seconds
        self._end = end

    def hold(self, session: JID, ledger: Ledger, address: str) -> None:
        """Keep the place of a stream that broke off, for a while."""

        def give_up() -> None:
            if self._streams.get(session) is absent:
                self._end(session)

        absent = self._streams[session] = Absent(ledger, address, give_up)
        absent.timer = self._clock.callLater(self._seconds, give_up)

    def supersede(self, connection: Connection, agent: str) -> None:
        """End the account's earlier streams of the same client: XEP-0386 3.2."""
        connection.agent = agent
        for session, old in list(self._streams.items()):
            same = connection.session and session.bare == connection.session.bare and agent
            if same and old is not connection and isinstance(old, Connection) and old.agent == agent:
                old.fail("conflict", "the same client has come in again")

    def take_over(self, connection: Connection, account: JID, name: str) -> Ledger | None:
        """Put this connection in the place of the one that the ledger belongs to, gone or not."""
        for session, old in list(self._streams.items()):
            if name and session.bare == account and old.ledger and old.ledger.name == name:
                self._streams[session] = connection
                connection.ledger = old.ledger
                connection.seat(session)
                if isinstance(old, Absent):
                    old.timer.cancel()
                else:
                    old.fail("conflict", "the session goes on elsewhere")
                return connection.ledger
        return None
