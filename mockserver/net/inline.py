"""What a client asks together with its log-in by SASL2: a session (XEP-0386), or its former one (XEP-0198)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.accounts import archive
from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_BIND2, NS_CARBONS, NS_CSI, NS_SASL2, NS_SM
from mockserver.muc.xml import E, Element

from . import nonzas
from . import stream_management as sm

if TYPE_CHECKING:
    from .connection import Connection


@dataclass(frozen=True, slots=True)
class Settled:
    """Who the client is now: an account, or a session. `then` is to be done once it has been told."""

    who: JID
    results: tuple[Element, ...] = ()
    then: Callable[[], None] = lambda: None


def settle(connection: Connection, account: JID, request: Element) -> Settled:
    """The former session where that can be had, else a new one where that is asked for."""
    failed: list[Element] = []
    resume = request.find("resume", NS_SM)
    if resume is not None and _offered(connection, NS_SM):
        resumed = _resumed(connection, account, resume)
        if resumed is not None:
            return resumed
        failed.append(sm.failed("item-not-found"))
    bind = request.find("bind", NS_BIND2)
    session = _bound(connection, account, bind) if bind is not None else None
    if bind is None or session is None:
        return Settled(account, tuple(failed))
    agent = request.find("user-agent", NS_SASL2)
    connection.porch.resumption.supersede(connection, agent.get("id") if agent else "")
    bound = E("bound", *_enabled(connection, session, bind), uri=NS_BIND2)
    return Settled(session, (*failed, bound))


def _offered(connection: Connection, uri: str) -> bool:
    return any(offer.uri == uri for offer in connection.porch.terms.after_login)


def _resumed(connection: Connection, account: JID, resume: Element) -> Settled | None:
    porch = connection.porch
    ledger = porch.resumption.take_over(connection, account, resume.get("previd"))
    if ledger is None or connection.session is None:
        return None
    if not nonzas.covered(connection, ledger, resume):
        return Settled(connection.session)
    return Settled(connection.session, (sm.resumed(ledger),), lambda: porch.repeat(connection, ledger))


def _bound(connection: Connection, account: JID, bind: Element) -> JID | None:
    """A session whose resource begins with the tag that the client gave, if that makes a resource: 3.2.1."""
    tag = bind.find("tag", NS_BIND2)
    wanted = tag.text.strip() if tag else ""
    name = f"{wanted}/{connection.porch.terms.around.new_id()}" if wanted else None
    return connection.bind(account, name) or connection.bind(account, None)


def _enabled(connection: Connection, session: JID, bind: Element) -> Iterator[Element]:
    """Switch on what is asked for; what there is to answer."""
    accounts = connection.porch.host.accounts
    yield archive.state(accounts, session.bare)
    if bind.find("enable", NS_CARBONS):
        accounts.table[session.bare].sessions[session].carbons = True
    if _offered(connection, NS_CSI):
        connection.inactive = bind.find("inactive", NS_CSI) is not None
    enable = bind.find("enable", NS_SM)
    if enable is not None and _offered(connection, NS_SM):
        yield nonzas.enable(connection, enable)
