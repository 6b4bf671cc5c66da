"""One delivery against the tables: which of them, by what it is and where it comes from."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_CLIENT
from mockserver.muc.xml import Element

from . import answers, messages, presence
from .shape import address


def complaints(delivery: Delivery, *, muc: JID, sent: Element | None = None) -> list[str]:
    """What is wrong with a delivery of the service `muc`; `sent` is the stanza that led to it.

    Stanzas between accounts and IQs between occupants are the clients' own: of them only the addresses are ours.
    """
    stanza = delivery.stanza
    answer = _answers(delivery, sent)
    found = [*_addressed(delivery)]
    if _is_from(stanza, muc):
        found += _of_the_service(delivery, sent if answer else None)
    elif answer and stanza.get("type") == "error":
        found += answers.error(stanza)
    return found


def _answers(delivery: Delivery, sent: Element | None) -> bool:
    """Whether it is what the service says to who asked, and not what an occupant said."""
    if sent is None or sent.get("type") in ("error", "result"):
        return False
    stanza, asked = delivery.stanza, sent.name == delivery.stanza.name
    return (
        asked
        and delivery.to == (sent.get("from"),)
        and stanza.get("from") == sent.get("to")
        and stanza.get("type") in ("result", "error")
    )


def _addressed(delivery: Delivery) -> Iterator[str]:
    stanza, to = delivery.stanza, delivery.to
    if stanza.name not in ("presence", "message", "iq") or stanza.uri != NS_CLIENT:
        yield f"<{stanza.name} xmlns={stanza.uri!r}/> is no stanza"
    if not to or len(set(to)) < len(to):
        yield "nobody gets it, or somebody twice"


def _is_from(stanza: Element, muc: JID) -> bool:
    try:
        return JID.parse(stanza.get("from")).domain == muc
    except BadJid:
        return False


def _of_the_service(delivery: Delivery, answered: Element | None) -> Iterator[str]:
    stanza, kind = delivery.stanza, delivery.stanza.get("type")
    if answered is None and not address(stanza.get("from")):
        yield f"from an address that is not prepared: {stanza.get('from')!r}"
    if answered is not None and stanza.get("id") != answered.get("id"):
        yield "an answer to another id"
    if stanza.has("to"):
        yield "the audience stands in the delivery, not in the stanza"
    if stanza.name == "iq" and answered is None:
        yield from _passed_on(stanza)
    elif kind == "error":
        yield from answers.error(stanza)
    elif stanza.name == "iq":
        yield from answers.result(stanza)
    elif stanza.name == "presence":
        yield from presence.complaints(stanza, delivery.to)
    elif stanza.name == "message":
        yield from messages.complaints(stanza)


def _passed_on(iq: Element) -> Iterator[str]:
    """From one occupant to another: under the nickname, with its id."""
    if "/" not in iq.get("from"):
        yield "a room asks nobody anything, and answers who asked"
    if iq.get("type") not in ("get", "set", "result", "error") or not iq.get("id"):
        yield f"an iq of the type {iq.get('type')!r} and the id {iq.get('id')!r}"
