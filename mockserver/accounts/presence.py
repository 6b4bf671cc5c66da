"""Presence between the sessions of one account, and directed presence: RFC 6121 4. No subscriptions."""

from __future__ import annotations

from collections.abc import Iterable

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import E, Element

from .model import Account, Session

MOST_DIRECTED = 5000  # addresses, rooms among them, that one session shows itself to


def broadcast(stanza: Element, session: Session, account: Account) -> list[Delivery]:
    """Presence without `to`: every available session of the account gets it, a new one gets theirs."""
    kind = stanza.get("type")
    if kind not in ("", "unavailable"):
        return []  # probes and subscriptions need an address
    others = [s for s in account.sessions.values() if s.presence is not None and s is not session]
    came = kind == "" and session.presence is None
    session.presence = None if kind else stanza
    introduced = [Delivery(s.presence, (session.jid,)) for s in others if came and s.presence is not None]
    audience = (*(s.jid for s in others), session.jid)
    return [*introduced, Delivery(stanza, audience)]


def too_many(session: Session, target: JID, stanza: Element) -> bool:
    """Whether the session shows itself to so many that it may not do so to another."""
    shows = stanza.name == "presence" and stanza.get("type") == ""
    return shows and len(session.directed) >= MOST_DIRECTED and target not in session.directed


def track(session: Session, target: JID, stanza: Element) -> None:
    """Remember who has to hear when the session goes."""
    match stanza.get("type"):
        case "":
            session.directed[target] = None
        case "unavailable":
            session.directed.pop(target, None)
            if target.resource == "":
                session.directed = {t: None for t in session.directed if t.bare != target}


def withdraw(session: Session, account: Account, muc_domain: JID, *, followers: Iterable[JID] = ()) -> list[Delivery]:
    """A session was lost: those who saw it learn that it is unavailable. Rooms are told by other means."""
    directed = [t for t in session.directed if t.domain != muc_domain]
    others = [*(s.jid for s in account.sessions.values() if s.presence is not None), *followers]
    audience = tuple(dict.fromkeys([*directed, *(others if session.presence is not None else ())]))
    gone = E("presence", type="unavailable", from_=str(session.jid))
    return [Delivery(gone, audience)] if audience else []
