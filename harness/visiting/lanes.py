"""Several scenarios in flight against one server, each with rooms, and where they can be made accounts, of its own."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ..catalogue import SCENARIOS
from ..load import load
from ..model import Outcome, Scenario, Verdict
from ..serving import everybody
from ..transcript import Transcript
from ..write_up import Played, failed
from .company import Company
from .guest import Account, CannotVisit, Door
from .house import House, look_round
from .names import VisitNames
from .playing import Visit, out_of_reach

MOST_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Purse:
    """The accounts that were given; without any they are registered, or nobody has one (ANONYMOUS)."""

    given: tuple[Account, ...] = ()

    @staticmethod
    def read(texts: Sequence[str]) -> Purse:
        """JID:PASSWORD each. Raises `CannotVisit`."""
        found = []
        for text in texts:
            jid, colon, password = text.partition(":")
            if not colon or not jid.partition("@")[2] or not password:
                raise CannotVisit(f"--account {text!r}: write JID:PASSWORD")
            found.append(Account(jid, password))
        return Purse(tuple(found))

    @property
    def domain(self) -> str:
        """Where the accounts are."""
        return self.given[0].jid.partition("@")[2] if self.given else ""


class Lanes:
    """`look_round` first, then `played` yields every scenario in the order in which they were given."""

    house: House
    company = Company  # of those who visit

    def __init__(
        self,
        scenarios: Sequence[Scenario],
        purse: Purse,
        door: Door,
        *,
        muc: str,
        folder: Path | None,
        jobs: int | None,
    ) -> None:
        self.scenarios, self._purse, self._door, self._muc = scenarios, purse, door, muc
        self._folder = folder or SCENARIOS
        self._anonymous = False
        self._jobs = 1 if purse.given else jobs or MOST_AT_ONCE  # given accounts are shared by all scenarios
        self._run = secrets.token_hex(3)

    async def look_round(self) -> House:
        """What the server is, and how one comes in. Raises `CannotVisit`."""
        company = await self._first()
        guest = company.guests["guest"]
        try:
            self.house = await look_round(guest, self._door.domain, self._muc)
            self._muc = self.house.muc
        except TimeoutError:
            raise CannotVisit(f"{self._door.domain} answers no disco#info or disco#items") from None
        finally:
            await company.close()
        return self.house

    async def played(self) -> AsyncIterator[Played]:
        """All of them, several in flight."""
        turns = asyncio.Semaphore(self._jobs)
        tasks = [asyncio.ensure_future(self._in_turn(turns, n, s)) for n, s in enumerate(self.scenarios)]
        try:
            for task in tasks:
                yield await task
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    # coming in

    async def _first(self) -> Company:
        """Somebody on the server: as given, else registered, else anonymous."""
        if self._purse.given:
            return await self._enter({"guest": self._purse.given[0]}, self._transcript())
        try:
            return await self._enter(self._fresh(["guest"], "first"), self._transcript())
        except CannotVisit as complaint:
            refused = complaint
        try:
            company = await self._enter({"guest": Account(f"@{self._door.domain}")}, self._transcript())
        except CannotVisit:
            raise CannotVisit(f"{refused}; name accounts with --account JID:PASSWORD") from None
        self._anonymous = True
        return company

    async def _enter(self, accounts: Mapping[str, Account], transcript: Transcript) -> Company:
        company = self.company(self._door, self._muc, transcript)
        try:
            await company.enter(accounts)
        except BaseException:
            await company.close()
            raise
        return company

    def _fresh(self, sessions: Sequence[str], suffix: str) -> dict[str, Account]:
        """A new account for each actor."""
        actors = {session.partition("/")[0] for session in sessions}
        made = {
            actor: Account(
                f"{actor.lower()}-{self._run}-{suffix}@{self._door.domain}", secrets.token_hex(8), fresh=True
            )
            for actor in actors
        }
        return {session: made[session.partition("/")[0]] for session in sessions}

    def _accounts(self, sessions: Sequence[str], suffix: str) -> dict[str, Account]:
        """Who logs in as whom. Raises `CannotVisit` where there are too few."""
        actors = sorted({session.partition("/")[0] for session in sessions})
        if self._anonymous and len(actors) < len(sessions):
            raise CannotVisit("it needs two sessions of one account, and here everybody is anonymous")
        if self._anonymous:
            return {session: Account(f"@{self._door.domain}") for session in sessions}
        if not self._purse.given:
            return self._fresh(sessions, suffix)
        if len(actors) > len(self._purse.given):
            raise CannotVisit(f"it needs {len(actors)} accounts, and {len(self._purse.given)} were given")
        owned = dict(zip(actors, self._purse.given, strict=False))
        return {session: owned[session.partition("/")[0]] for session in sessions}

    # playing

    async def _in_turn(self, turns: asyncio.Semaphore, number: int, scenario: Scenario) -> Played:
        async with turns:
            transcript = self._transcript()
            verdict = await self._one(number, scenario, transcript)
            return Played(scenario, verdict, transcript.lines, transcript.elapsed)

    async def _one(self, number: int, scenario: Scenario, transcript: Transcript) -> Verdict:
        if why := out_of_reach(scenario):
            return Verdict(Outcome.SKIPPED, (), why)
        if why := self.house.lacks(scenario):
            return Verdict(Outcome.UNSUPPORTED, (), why)
        try:
            accounts = self._accounts(everybody(scenario), str(number))
        except CannotVisit as complaint:
            return Verdict(Outcome.SKIPPED, (), str(complaint))
        try:
            company = await self._enter(accounts, transcript)
        except CannotVisit as complaint:
            return failed(scenario, str(complaint))
        try:
            return await self._visit(scenario, company, f"{self._run}-{number}")
        except Exception as mistake:  # ours: this scenario ends as an error, the run goes on
            return failed(scenario, f"{type(mistake).__name__}: {mistake}")
        finally:
            await company.close()

    async def _visit(self, scenario: Scenario, company: Company, suffix: str) -> Verdict:
        seen = {session.partition("/")[0]: guest.jid.partition("/")[0] for session, guest in company.guests.items()}
        names = VisitNames(self.house.domain, self.house.muc, seen, suffix)
        visit = Visit(self._loaded(scenario, names), names, company)
        try:
            return await visit.play()
        finally:
            await visit.close()

    def _loaded(self, scenario: Scenario, names: VisitNames) -> Scenario:
        """The same scenario with the addresses of this server in it."""
        root = self._folder if self._folder.is_dir() else self._folder.parent
        ids = [scenario.id, *(str(above) for above in PurePosixPath(scenario.id).parents)]  # a matrix adds to its id
        path = next(file for file in (root / f"{one}.toml" for one in ids) if file.is_file())
        return next(one for one in load(path, root=root, names=names) if one.id == scenario.id)

    def _transcript(self) -> Transcript:
        return Transcript(time.monotonic)
