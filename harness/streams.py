"""The streams of the client under test: how it comes to have one, and whether it still answers on them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from twisted.internet.defer import Deferred, FirstError, TimeoutError, gatherResults

from mockserver.control.clock import ShiftedClock
from mockserver.faulty_porch import FaultyPorch
from mockserver.muc.jid import JID
from mockserver.net.credentials import Listed
from mockserver.net.porch import Porch

from .clients import Driver
from .ground import LOOPBACK, PASSWORD, Ground, OnWire, Unanswered
from .patience import TICK, patiently


def entrance(stage: OnWire, *, driver: Driver, ground: Ground, clock: ShiftedClock) -> FaultyPorch:
    """A porch for the subject's account alone, with the TLS and the mechanism of its driver."""
    accounts = {ground.names.account(stage.scenario.subject): PASSWORD}
    return FaultyPorch(
        stage,  # it has the host's interface
        reactor=ground.reactor,
        clock=clock,
        credentials=Listed(accounts, anonymous=True, only=driver.mechanism),
        certificate=ground.certificate if driver.tls != "none" else None,
        shut_down=stage.shut_down,
    )


def connection(session: str, *, driver: Driver, ground: Ground, port: int) -> dict[str, Any]:
    """The arguments of `connect`: an account of its own, where the porch is, how far it can be trusted."""
    resource = session.partition("/")[2]
    secure = ground.certificate if driver.tls != "none" else None
    jid = ground.names.account(session) + (f"/{resource}" if resource else "")
    where = {"jid": jid, "password": PASSWORD, "host": LOOPBACK, "port": port}
    tls = {"tls": driver.tls, "ca": str(secure.ca_path)} if secure else {"tls": "none"}
    mechanism = {"mechanism": driver.mechanism} if driver.mechanism else {}
    return {**where, **tls, **mechanism}


async def answered(porch: Porch, ground: Ground) -> None:
    """Until every stream has answered a ping, or is gone. Raises `Unanswered`."""
    asked = [_Asked(porch, session, ground) for session in porch.sessions]
    try:
        await together([each.answer for each in asked])
    except TimeoutError:
        raise Unanswered(f"the library answered no ping within {ground.patience:g} s") from None
    finally:
        for each in asked:
            each.end()


class _Asked:
    """A stream that is asked until it answers: one that is still being opened may let a ping pass."""

    def __init__(self, porch: Porch, session: JID, ground: Ground) -> None:
        self._porch, self._session, self._reactor = porch, session, ground.reactor
        self._heard: Deferred[str] = Deferred()
        self._ask()
        self.answer = patiently(self._heard, ground.patience, ground.reactor)

    def end(self) -> None:
        """Ask no more."""
        if self._again.active():
            self._again.cancel()

    def _ask(self) -> None:
        self._again = self._reactor.callLater(TICK, self._ask)
        self._porch.ping(self._session).addCallback(self._hear)

    def _hear(self, how: str) -> None:
        self.end()
        if not self._heard.called:
            self._heard.callback(how)


async def together(waiting: Sequence[Deferred[Any]]) -> None:
    """All of them; the first failure is raised as it is."""
    try:
        await gatherResults(waiting, consumeErrors=True)
    except FirstError as first:
        first.subFailure.raiseException()
