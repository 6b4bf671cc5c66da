"""The sessions of one scenario on somebody else's server, and the fence through all of them. Nothing sleeps."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any

from ..drivers.reference.jids import bare
from ..drivers.reference.stanzas import INFO, PING, REGISTER, E, named, parse
from ..model import Sent
from ..transcript import Transcript
from .guest import Account, CannotVisit, Door, Guest

MOST_ROUNDS = 10


class Silent(Exception):
    """The server leaves a request unanswered; one line."""


class Company:
    """The puppets of one scenario. `heard` is told of every stanza that the server sends them, fences left out."""

    def __init__(self, door: Door, muc: str, transcript: Transcript) -> None:
        self.heard: Callable[[Sent], None] = lambda _: None
        self.answered: Callable[[Mapping[str, Any]], None] = lambda _: None
        self.guests: dict[str, Guest] = {}
        self.transcript = transcript
        self._door, self._muc = door, muc
        self._fresh: dict[str, Guest] = {}  # account -> a session of it
        self._rooms: set[str] = set()  # all that somebody wrote to
        self._moved = 0

    async def enter(self, accounts: Mapping[str, Account]) -> None:
        """Log all these sessions in, the first of a fresh account before its others. Raises `CannotVisit`."""
        made: dict[str, str] = {}
        for session, account in accounts.items():
            guest = Guest(session, self._door, self._traffic, self._answer)
            known = made.get(account.jid) if account.fresh else None
            await guest.enter(Account(known, account.password) if known else account)
            self.guests[session] = guest
            if account.fresh and not known:
                made[account.jid] = account.jid
                self._fresh[account.jid] = guest

    async def fence(self) -> None:
        """Everything that was said has had its effect, and whatever came of it has arrived. Raises `Silent`."""
        for _ in range(MOST_ROUNDS):
            before = self._moved
            await self._pings()
            rooms = sorted(self._rooms)
            await self._all(guest.insist(E("query", uri=INFO), room) for room in rooms for guest in self._here)
            await self._pings()
            if self._moved == before:
                return

    async def close(self) -> None:
        """Take back the accounts that were made, and end every stream."""
        try:
            for guest in self._fresh.values():
                await guest.ask("set", E("query", E("remove", uri=REGISTER), uri=REGISTER), self._door.domain)
        except TimeoutError:
            pass  # a server that keeps them
        finally:
            await asyncio.gather(*(guest.leave() for guest in self.guests.values()))

    # the fence

    @property
    def _here(self) -> list[Guest]:
        return [guest for guest in self.guests.values() if not guest.over]

    async def _pings(self) -> None:
        await self._all(guest.ask("get", E("ping", uri=PING), self._door.domain) for guest in self._here)

    async def _all(self, answers: Iterable[Coroutine[Any, Any, object]]) -> None:
        try:
            await asyncio.gather(*answers)
        except TimeoutError:
            why = f"the server left a ping or disco#info unanswered for {self._door.patience:g} s"
            raise Silent(why) from None

    # what passes

    def _traffic(self, direction: str, session: str, text: str, fence: bool) -> None:
        self.transcript.stanza(direction, session, text, fence=fence)
        if fence:
            return
        self._moved += 1
        if direction == "out":
            self.heard(Sent(session, text))
        else:
            self._learn(text)

    def _learn(self, text: str) -> None:
        stanza = parse(text)
        to = bare(stanza.get("to", ""))
        if named(stanza)[1] in ("iq", "presence", "message") and to.endswith(f"@{self._muc}"):
            self._rooms.add(to)

    def _answer(self, answer: Mapping[str, Any]) -> None:
        self._moved += 1
        self.answered(answer)


__all__ = ["Account", "CannotVisit", "Company", "Door", "Silent"]
