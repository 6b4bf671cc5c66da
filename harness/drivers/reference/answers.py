"""Answers to the requests of others: each gets one, also through a room: RFC 6120 8.2.3, XEP-0199, XEP-0030."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .jids import bare
from .session import Session
from .stanzas import CORRECT, INFO, MUC, PING, REACTIONS, REPLY, RETRACT, ROSTER, STANZAS, E, named

FEATURES = (INFO, MUC, PING)
OF_MESSAGES = (CORRECT, REPLY, REACTIONS, RETRACT)


def receive(me: Session, iq: Element) -> None:
    """A ping and disco#info get a result, everything else `service-unavailable`."""
    payload = next(iter(iq), None)
    name = ("", "") if payload is None else named(payload)
    if name == (PING, "ping"):
        _reply(me, iq, "result", None)
    elif me.flawed("iq-unanswered-except-ping"):
        return
    elif name == (INFO, "query") and iq.get("type") == "get" and payload is not None:
        _reply(me, iq, "result", _info(me, payload.get("node")))
    elif name == (ROSTER, "query") and me.key(iq.get("from", "")) in ("", me.key(bare(me.jid))):
        _reply(me, iq, "result", None)
    else:
        unavailable = E("service-unavailable", uri=STANZAS)
        _reply(me, iq, "error", E("error", unavailable, type="cancel"))


def _info(me: Session, node: str | None) -> Element:
    """What this client is; an answer mirrors the node that was asked for (XEP-0030 3.2)."""
    identity = E("identity", uri=INFO, category="client", type="pc", name="mucspec reference")
    announced = FEATURES if me.flawed("features-of-messages-not-announced") else (*FEATURES, *OF_MESSAGES)
    features = (E("feature", uri=INFO, var=var) for var in announced)
    return E("query", identity, *features, uri=INFO, node=None if me.flawed("disco-node-not-mirrored") else node)


def _reply(me: Session, iq: Element, kind: str, payload: Element | None) -> None:
    to = iq.get("from")
    if to and me.flawed("iq-answered-to-bare-jid"):
        to = bare(to)
    me.send(E("iq", payload, type=kind, id=iq.get("id"), to=to))
