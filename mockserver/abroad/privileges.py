"""What a component may do in the name of users and of the host: XEP-0356 (privileged entities).

All or nothing: rosters (get and set, without pushes), messages from bare addresses, IQs of the namespaces below that
the host itself answers, and the presence of all users.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from mockserver.accounts import stanzas
from mockserver.accounts.model import Account, Accounts, Session
from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import (
    NS_CLIENT,
    NS_FORWARD,
    NS_PRIVILEGE,
    NS_PUBSUB,
    NS_PUBSUB_OWNER,
    NS_ROSTER,
)
from mockserver.muc.xml import E, Element

if TYPE_CHECKING:
    from mockserver.host import Host

OF_IQS = (NS_PUBSUB, NS_PUBSUB_OWNER)  # get and set


@dataclass(frozen=True, slots=True)
class Asked:
    """A stanza that wants a privilege: `kind` is roster, message or iq; `inner` what it carries, if it does."""

    kind: str
    stanza: Element
    to: JID
    inner: Element | None = None


def advertisement(accounts: Accounts, component: JID) -> Delivery:
    """What a component may do, as it is told after the handshake."""
    spaces = (E("namespace", uri=NS_PRIVILEGE, ns=ns, type="both") for ns in OF_IQS)
    granted = (
        E("perm", uri=NS_PRIVILEGE, access="roster", type="both", push="false"),
        E("perm", uri=NS_PRIVILEGE, access="message", type="outgoing"),
        E("perm", *spaces, uri=NS_PRIVILEGE, access="iq"),
        E("perm", uri=NS_PRIVILEGE, access="presence", type="managed_entity"),
    )
    told = E("privilege", *granted, uri=NS_PRIVILEGE)
    return Delivery(E("message", told, id=accounts.new_id(), from_=accounts.domain), (component,))


def asked(stanza: Element, to: JID, domain: JID) -> Asked | None:
    """The privilege that a component's stanza wants, if any."""
    if stanza.name == "message" and to == domain and (box := stanza.find("privilege", NS_PRIVILEGE)):
        forwarded = box.find("forwarded", NS_FORWARD)
        return Asked("message", stanza, to, forwarded.find("message", NS_CLIENT) if forwarded else None)
    if stanza.name != "iq" or stanza.get("type") not in ("get", "set") or to.domain != domain:
        return None
    if box := stanza.find("privileged_iq", NS_PRIVILEGE):
        return Asked("iq", stanza, to, box.find("iq", NS_CLIENT))
    return Asked("roster", stanza, to) if to.local and stanza.find("query", NS_ROSTER) else None


def refused(stanza: Element, sender: JID, text: str = "") -> list[Delivery]:
    """Every misuse is forbidden."""
    return stanzas.bounce(stanza, "forbidden", text, to=sender)


def act(asked: Asked, host: Host, sender: JID, now: float) -> list[Delivery]:
    """Do it in the name of whom the stanza says."""
    match asked.kind:
        case "message":
            return _say(asked, host, sender, now)
        case "iq":
            return _ask(asked, host, sender, now)
    return _roster(asked, host, sender, now)


def _managed(host: Host, text: str) -> JID | None:
    """The account of this host with that bare address."""
    try:
        account = JID.parse(text)
    except BadJid:
        return None
    if account.domain != host.domain or account.resource or not host.accounts.exists(account):
        return None
    if host.accounts.get(account) is None:
        host.accounts.table[account] = Account(account)
    return account


def _roster(asked: Asked, host: Host, sender: JID, now: float) -> list[Delivery]:
    account = _managed(host, asked.to)
    if account is None:
        return refused(asked.stanza, sender, "there is no such account")
    told = host.directory(now).answer(asked.stanza, account, Session(account))
    # what is an answer goes to who asked; the rest are pushes for the user's own sessions
    return [Delivery(d.stanza, (sender,)) if d.to == (account,) else d for d in told]


def _say(asked: Asked, host: Host, sender: JID, now: float) -> list[Delivery]:
    message = asked.inner
    if message is None:
        return refused(asked.stanza, sender, "a privileged message carries a message of a client")
    author = host.domain if message.get("from") == host.domain else _managed(host, message.get("from"))
    if author is None:
        return refused(asked.stanza, sender, "a privileged message is from a bare address of this host")
    try:
        to = JID.parse(message.get("to"))
    except BadJid:
        return stanzas.bounce(asked.stanza, "jid-malformed", to=sender)
    return list(host.route(message.with_attrs(from_=author), to, Session(author), now))


def _ask(asked: Asked, host: Host, sender: JID, now: float) -> list[Delivery]:
    account, iq = _managed(host, asked.to), asked.inner
    if account is None or iq is None or not _allowed(iq, asked.stanza, account):
        return refused(asked.stanza, sender)
    try:
        to = JID.parse(iq.get("to") or account)
    except BadJid:
        return stanzas.bounce(asked.stanza, "jid-malformed", to=sender)
    if to.resource or to.domain not in (host.domain, host.muc_domain):
        return stanzas.bounce(asked.stanza, "feature-not-implemented", "only what this server answers", to=sender)
    told = host.route(iq.with_attrs(from_=account), to, Session(account), now)
    return [_wrapped(d, asked.stanza, account, sender) if d.to == (account,) else d for d in told]


def _allowed(iq: Element, outer: Element, account: JID) -> bool:
    payload = next(iq.elements(), None)
    return (
        not stanzas.malformed(iq)
        and iq.get("type") == outer.get("type")
        and iq.get("from", account) == account
        and payload is not None
        and payload.uri in OF_IQS
    )


def _wrapped(answer: Delivery, outer: Element, account: JID, sender: JID) -> Delivery:
    """The answer to the request inside, for who made it; what carries an error is one too, as libraries expect."""
    inner = answer.stanza
    forwarded = E("forwarded", inner.with_attrs(to=account), uri=NS_FORWARD)
    box = E("privilege", forwarded, uri=NS_PRIVILEGE)
    error = inner.find("error", NS_CLIENT) if inner.get("type") == "error" else None
    return Delivery(E("iq", box, error, type=inner.get("type"), id=outer.get("id"), from_=account), (sender,))
