"""Top-level elements of a bound stream that are no stanzas: stream management (XEP-0198), client state (XEP-0352)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_CSI, NS_SM
from mockserver.muc.xml import E, Element, render

from . import stream_management as sm

if TYPE_CHECKING:
    from .connection import Connection


def offers(*, managed: bool, states: bool) -> tuple[Element, ...]:
    """What the stream features name after login."""
    sm_offer = (E("sm", uri=NS_SM),) if managed else ()
    return (*sm_offer, *((E("csi", uri=NS_CSI),) if states else ()))


def take(connection: Connection, element: Element) -> bool:
    """Do what such an element asks; False where it is none that was offered."""
    offered = any(offer.uri == element.uri for offer in connection.porch.terms.after_login)
    act = NONZAS.get((element.uri, element.name)) if offered else None
    if act is not None:
        act(connection, element)
    return act is not None


# stream management


def enable(connection: Connection, element: Element) -> Element:
    """Stream management is on from now on; the answer."""
    if connection.ledger is not None:
        return sm.failed("unexpected-request")
    porch = connection.porch
    connection.ledger = sm.Ledger(porch.terms.around.new_id() if sm.wants_resumption(element) else "")
    return sm.enabled(connection.ledger, porch.limits.resume_seconds)


def _enable(connection: Connection, element: Element) -> None:
    connection.put(render(enable(connection, element)))


def _request(connection: Connection, element: Element) -> None:
    if connection.ledger is not None:
        connection.put(sm.answer(connection.ledger))


def _acknowledge(connection: Connection, element: Element) -> None:
    ledger = connection.ledger
    if ledger is None:
        return
    if not ledger.acknowledge(element.get("h")):
        connection.fail("undefined-condition", "that many stanzas were not sent")
    elif request := ledger.ask():
        connection.put(request)


def _too_late(connection: Connection, element: Element) -> None:
    connection.put(render(sm.failed("unexpected-request")))


def before_binding(connection: Connection, account: JID, element: Element) -> bool:
    """A client that is logged in comes back to its session: XEP-0198 5. False where this is nothing of ours."""
    porch = connection.porch
    if element.uri != NS_SM or not any(offer.uri == NS_SM for offer in porch.terms.after_login):
        return False
    if element.name != "resume":
        connection.put(render(sm.failed("unexpected-request")))
        return True
    found = porch.resumption.take_over(connection, account, element.get("previd"))
    if found is None:
        connection.put(render(sm.failed("item-not-found")))
    elif covered(connection, found, element):
        connection.put(render(sm.resumed(found)))
        porch.repeat(connection, found)
    return True


def covered(connection: Connection, ledger: sm.Ledger, element: Element) -> bool:
    """Whether the client can have had what it says that it had; else its stream ends."""
    if ledger.acknowledge(element.get("h")):
        return True
    connection.fail("undefined-condition", "that many stanzas were not sent")
    return False


# client state


def _inactive(connection: Connection, element: Element) -> None:
    connection.inactive = True


def _active(connection: Connection, element: Element) -> None:
    connection.inactive = False
    connection.porch.release(connection)


NONZAS: dict[tuple[str, str], Callable[[Connection, Element], None]] = {
    (NS_SM, "enable"): _enable,
    (NS_SM, "r"): _request,
    (NS_SM, "a"): _acknowledge,
    (NS_SM, "resume"): _too_late,
    (NS_CSI, "inactive"): _inactive,
    (NS_CSI, "active"): _active,
}
