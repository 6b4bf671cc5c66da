"""One scenario about the service on somebody else's server: the room is furnished, the rows are played."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from ..furnish import Deed, furnish
from ..model import Action, Answer, Arrange, Command, Fence, Kind, Outcome, Perform, Scenario, Sent, Verdict
from ..referee import Referee
from .company import Company, Silent
from .house import destroy
from .names import VisitNames

IMPLIED = {"muc#roomconfig_passwordprotectedroom": "muc#roomconfig_roomsecret"}  # what the second says by itself
FURNISHING = 0  # the number of every command that furnishes


def out_of_reach(scenario: Scenario) -> str:
    """Why no server but the mock can play it, or nothing."""
    told = sorted({str(step.what) for step in scenario.steps if step.kind is Kind.SERVICE})
    if told:
        return f"only a server that can be told to {', '.join(told)} can play it"
    if scenario.without:
        return f"only a server that can be told to leave out {', '.join(scenario.without)} can play it"
    return ""


class Visit:
    """`play` once; `scenario` was loaded with these names, and every session of it is logged in."""

    def __init__(self, scenario: Scenario, names: VisitNames, company: Company) -> None:
        self.scenario, self.company, self.transcript = scenario, company, company.transcript
        self.referee = Referee(scenario)
        company.heard, company.answered = self._heard, self._answered
        self._names = names
        self._furnished = False
        self._active = ""  # the session that did something last
        self._latest: Mapping[str, Any] | None = None  # the answer to the latest deed

    async def play(self) -> Verdict:
        """Until the verdict falls."""
        for session, guest in self.company.guests.items():
            self.referee.connected(session, guest.jid)
        try:
            await self.company.fence()
            if why := await self._furnish():
                return Verdict(Outcome.UNSUPPORTED, (), why)
            while action := self.referee.next_action():
                await self._do(action)
        except Silent as complaint:
            self.referee.halt(str(complaint))
        assert self.referee.verdict is not None
        return self.referee.verdict

    async def close(self) -> None:
        """Destroy the rooms."""
        for setup in self.scenario.rooms if self._furnished else ():
            deed = next(furnish(setup, self._names))  # the first deed is the owner's
            if deed.session in self.company.guests:
                with suppress(TimeoutError):  # it is left as it is
                    await destroy(self.company.guests[deed.session], deed.args["room"])

    async def _furnish(self) -> str:
        """Bring the rooms about; why one cannot be had, or nothing."""
        for setup in self.scenario.rooms:
            for deed in furnish(setup, self._names):
                if refusal := await self._deed(deed):
                    refusal = await self._deed(spare) if (spare := spared(deed)) else refusal
                if refusal:
                    return f"the room {setup.name} cannot be furnished: {deed.verb} of {deed.session}: {refusal}"
        await self.company.fence()
        self._furnished = True
        return ""

    async def _deed(self, deed: Deed) -> str:
        self._latest = None
        self.company.guests[deed.session].does(deed.verb, FURNISHING, deed.args)
        if self._latest is None or self._latest.get("ok") == "sent":
            await self.company.fence()
        answer: Mapping[str, Any] = self._latest or {"ok": False, "error": "no answer"}
        return "" if answer.get("ok") else str(answer.get("error") or answer.get("why"))

    async def _do(self, action: Action) -> None:
        match action:
            case Fence():
                await self.company.fence()
                self.referee.fenced()
            case Perform(command=Command(seq, session, "disconnect"), step=step):
                await self._after_others(session)
                self.transcript.at(step)
                self.transcript.command(session, "disconnect", {}, seq=seq)
                await self.company.guests[session].leave()
                self._answered({"seq": seq, "ok": True})
            case Perform(command=Command(seq, session, verb, args), step=step):
                await self._after_others(session)
                self.transcript.at(step)
                self.transcript.command(session, verb, args, seq=seq)
                self.company.guests[session].does(verb, seq, args)
            case Arrange(operation=name):
                raise ValueError(f"a server cannot be told to {name}")
            case _:
                raise ValueError(f"a scenario about the service cannot {action}")

    async def _after_others(self, session: str) -> None:
        """Streams know no order among each other: what another session did is over before this one acts."""
        if self._active not in ("", session):
            await self.company.fence()
        self._active = session

    # what happens

    def _heard(self, sent: Sent) -> None:
        if self._furnished:
            self.referee.observe(sent)

    def _answered(self, answer: Mapping[str, Any]) -> None:
        self._latest = answer
        if self._furnished and (seq := int(answer["seq"])) != FURNISHING:
            self.referee.answered(Answer(seq, answer))


def spared(deed: Deed) -> Deed | None:
    """The deed without the fields that others imply, for not every form has them; None if it has no such fields."""
    values = deed.args.get("values", {})
    needed = {field: value for field, value in values.items() if IMPLIED.get(field) not in values}
    return replace(deed, args={**deed.args, "values": needed}) if needed != values else None
