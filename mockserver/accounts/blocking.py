"""The block list: XEP-0191. Who is blocked does not reach the account, and is not reached by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_BLOCKED, NS_BLOCKING
from mockserver.muc.xml import E, Element

from . import stanzas
from .feature import ACCOUNT, AccountFeature, Request
from .model import Account, Accounts

feature = AccountFeature("blocking", "xep-0191", host_vars=(NS_BLOCKING,), account_vars=(NS_BLOCKING,))


# the list


@feature.get("blocklist", NS_BLOCKING, ACCOUNT)
def fetch(request: Request) -> list[Delivery]:
    request.session.blocklist = True
    return request.result(_listed("blocklist", request.account.blocked))


@feature.set("block", NS_BLOCKING, ACCOUNT)
def block(request: Request) -> list[Delivery]:
    """Whoever saw the account by directed presence sees it go; a room is left."""
    try:
        named = _named(request.payload)
    except BadJid as complaint:
        return request.refuse("jid-malformed", str(complaint))
    if not named:
        return request.refuse("bad-request", "name at least one address")
    farewell = [d for jid in named for d in _withdraw(request, jid)]
    request.account.blocked.update(dict.fromkeys(named))
    request.accounts.blockers.add(request.account.jid)
    return [*request.result(), *_push(request, "block", named), *farewell]


@feature.set("unblock", NS_BLOCKING, ACCOUNT)
def unblock(request: Request) -> list[Delivery]:
    """These, or all where none is named."""
    try:
        named = _named(request.payload)
    except BadJid as complaint:
        return request.refuse("jid-malformed", str(complaint))
    for jid in named or list(request.account.blocked):
        request.account.blocked.pop(jid, None)
    if not request.account.blocked:
        request.accounts.blockers.discard(request.account.jid)
    return [*request.result(), *_push(request, "unblock", named)]


def _named(payload: Element) -> list[JID]:
    return [JID.parse(item.get("jid")) for item in payload.find_all("item", NS_BLOCKING)]


def _listed(name: str, jids: Sequence[JID] | dict[JID, None]) -> Element:
    return E(name, *(E("item", uri=NS_BLOCKING, jid=jid) for jid in jids), uri=NS_BLOCKING)


def _push(request: Request, name: str, jids: Sequence[JID]) -> list[Delivery]:
    """To every session that asked for the list, the one that changed it included."""
    told = [s.jid for s in request.account.sessions.values() if s.blocklist]
    news = _listed(name, jids)
    return [Delivery(E("iq", news, type="set", id=request.accounts.new_id()), (jid,)) for jid in told]


def _withdraw(request: Request, jid: JID) -> list[Delivery]:
    gone = E("presence", type="unavailable")
    seen = [(s, t) for s in request.account.sessions.values() for t in s.directed if jid in _names(t)]
    return [d for session, target in seen for d in request.accounts.route(gone, target, session, request.now)]


# what it does


def blocks(account: Account | None, peer: JID) -> bool:
    """Whether the list names this address, its account or its domain. One's own sessions are never blocked."""
    if account is None or not account.blocked or peer.bare == account.jid:
        return False
    return any(name in account.blocked for name in _names(peer))


def _names(peer: JID) -> tuple[JID, ...]:
    at_domain = JID(f"{peer.domain}/{peer.resource}") if peer.resource else peer
    return (peer, peer.bare, at_domain, JID(peer.domain))


def stopped(accounts: Accounts, stanza: Element, to: JID, sender: JID) -> list[Delivery] | None:
    """What comes of a stanza that a block list stops: an error, or nothing; None: it goes its way."""
    if to != accounts.domain and blocks(accounts.get(sender.bare), to):
        mark = E("blocked", uri=NS_BLOCKED)
        return _refusal(stanza, stanzas.error(stanza, "not-acceptable", "", mark, to=sender))
    if blocks(accounts.get(to.bare), sender):
        silent = stanza.name == "presence"
        return [] if silent else _refusal(stanza, stanzas.error(stanza, "service-unavailable", to=sender))
    return None


def _refusal(stanza: Element, error: Delivery) -> list[Delivery]:
    return [error] if stanzas.answerable(stanza) else []


def wanted(accounts: Accounts, stanza: Element, to: tuple[JID, ...]) -> tuple[JID, ...]:
    """Those of the audience whose list does not name the sender; errors of the host's own making always pass."""
    source = stanza.get("from")
    if not source or stanza.get("type") == "error":
        return to
    sender = JID(source)
    if sender == accounts.domain:
        return to
    return tuple(jid for jid in to if not blocks(accounts.get(jid.bare), sender))


def bounced(accounts: Accounts, told: list[Delivery], answer: Callable[[Element], list[Delivery]]) -> list[Delivery]:
    """What a room sends, and the errors that it gets for requests to somebody who blocks it."""
    if not accounts.blockers:
        return told
    errors: list[Delivery] = []
    for delivery in told:
        stanza = delivery.stanza
        if stanza.name == "iq" and stanza.get("type") in ("get", "set"):
            for jid in set(delivery.to) - set(wanted(accounts, stanza, delivery.to)):
                back = stanzas.error(stanza, "service-unavailable", to=jid).stanza
                errors += answer(back.with_attrs(from_=jid, to=stanza.get("from")))
    return [*told, *errors]
