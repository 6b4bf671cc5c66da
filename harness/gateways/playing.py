"""Scenarios about a gateway: users on our server, the gateway's one room, and a fence through the gateway."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..drivers.reference.stanzas import REGISTER, E
from ..model import Scenario, Verdict
from ..visiting.company import MOST_ROUNDS, Company
from ..visiting.guest import Account, Door
from ..visiting.house import House, features_of
from ..visiting.lanes import Lanes, Purse
from ..visiting.names import VisitNames
from ..visiting.playing import Visit

STRANGER = "stranger"  # an actor who has not registered with the gateway
FENCE = "urn:mucspec:fence"


@dataclass(frozen=True, slots=True)
class TownNames(VisitNames):
    """Rooms have the names that the gateway gives them: every user sees one of its own."""

    def room(self, name: str) -> str:
        """The bare JID of a room, given its short name or that JID."""
        return name if "@" in name else f"{name.lower()}@{self.muc}"

    def localized(self, text: str) -> str:
        """The text of a scenario file as it is."""
        return text


@dataclass(frozen=True, slots=True)
class Town(House):
    """A gateway: what it does not announce is tried all the same."""

    def lacks(self, scenario: Scenario) -> str:
        """Nothing."""
        return ""


class Townspeople(Company):
    """Users who are registered with the gateway."""

    async def enter(self, accounts: Mapping[str, Account]) -> None:
        """Log in and register, but for strangers. Raises `CannotVisit`."""
        await super().enter(accounts)
        for session, guest in self.guests.items():
            if session.partition("/")[0] not in (STRANGER, "guest") and "/" not in session:
                await guest.ask("set", E("query", uri=REGISTER), self._muc)
        await self.fence()

    async def fence(self) -> None:
        """The server has passed everything on, and the gateway has nothing left to do. Raises `Silent`."""
        for _ in range(MOST_ROUNDS):
            before = self._moved
            await self._pings()
            await self._all(guest.ask("get", E("fence", uri=FENCE), self._muc) for guest in self._here)
            await self._pings()
            if self._moved == before:
                return

    async def close(self) -> None:
        """Unregister, and end every stream."""
        for session, guest in self.guests.items():
            if not guest.over and "/" not in session:
                await guest.ask("set", E("query", E("remove", uri=REGISTER), uri=REGISTER), self._muc)
        await super().close()


class Streets(Lanes):
    """Scenarios against a gateway; `door` leads to the server that hosts it."""

    company = Townspeople

    def __init__(self, scenarios: list[Scenario], door: Door, gateway: str, version: str, **more: Any) -> None:
        super().__init__(scenarios, Purse(), door, muc=gateway, **more)
        self._version = version

    async def look_round(self) -> House:
        """What the gateway and its room announce."""
        company = await self._enter(self._fresh(["first"], "first"), self._transcript())
        try:
            guest = company.guests["first"]
            found = [*await features_of(guest, self._muc), *await features_of(guest, f"harfleur@{self._muc}")]
        finally:
            await company.close()
        self.house = Town(self._door.domain, self._muc, "slidge", self._version, frozenset(found))
        return self.house

    async def _visit(self, scenario: Scenario, company: Company, suffix: str) -> Verdict:
        seen = {session.partition("/")[0]: guest.jid.partition("/")[0] for session, guest in company.guests.items()}
        names = TownNames(self.house.domain, self.house.muc, seen, suffix)
        return await Visit(self._loaded(scenario, names), names, company).play()
