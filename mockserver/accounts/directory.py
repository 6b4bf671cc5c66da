"""What the host and its accounts do with a stanza: every request is answered, every message finds its sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_USER
from mockserver.muc.xml import Element

from . import stanzas
from .feature import ACCOUNT, ARCHIVE, HOST, OTHER, AccountFeature, Happen, Moment, Request, Traffic
from .model import Account, Accounts, Session

GONE = "gone"  # a session that is not there: nobody answers for it


def invites(message: Element) -> bool:
    """Whether this is a mediated invitation: XEP-0045 7.8.2."""
    x = message.find("x", NS_USER)
    return message.name == "message" and x is not None and x.find("invite", NS_USER) is not None


@dataclass(frozen=True, slots=True)
class Directory:
    """The accounts and their features at one moment."""

    accounts: Accounts
    features: tuple[AccountFeature, ...]
    now: float

    # requests

    def answer(self, iq: Element, to: JID, session: Session) -> list[Delivery]:
        """The answer to an IQ for an account, the host or a room's archive."""
        if not stanzas.answerable(iq):
            return self.happened(iq, session, lambda feature: feature.replied)
        (payload,) = iq.elements()
        request = Request(
            iq=iq,
            payload=payload,
            place=self._place(to, session),
            target=to,
            session=session,
            account=self.accounts.of(session),
            accounts=self.accounts,
            features=self.features,
            now=self.now,
        )
        key = (request.place, iq.get("type"), payload.name, payload.uri)
        answer = next((f.answers[key] for f in self.features if key in f.answers), None)
        return answer(request) if answer else request.refuse("service-unavailable")

    def happened(
        self, stanza: Element, session: Session, what: Callable[[AccountFeature], list[Happen]]
    ) -> list[Delivery]:
        """Tell the features of something that needs no answer."""
        account = self.accounts.of(session)
        return Moment(stanza, session, account, self.accounts, self.features).told(what)

    def _place(self, to: JID, session: Session) -> str:
        if to.resource:
            return GONE
        if to.domain == self.accounts.muc_domain:
            return ARCHIVE
        if not to.local:
            return HOST
        return ACCOUNT if to == session.jid.bare else OTHER

    # messages

    def deliver(self, message: Element, to: JID, session: Session) -> list[Delivery]:
        """A message from one user of this host to another, or to all sessions of one."""
        receiver = self.accounts.get(to.bare)
        if receiver is None or (message.get("type") == "groupchat" and to not in receiver.sessions):
            return self._undeliverable(message, to, session)
        departing = self._departing(message, to, session)
        audience = (to,) if to in receiver.sessions else receiver.reachable
        incoming = self._amended(Traffic(message, receiver, session.jid, self.accounts, None, self.now))
        return [
            Delivery(incoming.message, audience),
            *(copy for f in self.features for make in f.received for copy in make(incoming, audience)),
            *self._sent(departing, audience),
        ]

    def depart(self, message: Element, to: JID, session: Session) -> list[Delivery]:
        """A message to somebody on another domain."""
        return [Delivery(message, (to,)), *self._sent(self._departing(message, to, session), (to,))]

    def _departing(self, message: Element, to: JID, session: Session) -> Traffic | None:
        """The message as it is on its sender's side; None where the sender has no account here."""
        sender = self.accounts.get(session.jid.bare)
        if sender is None:
            return None
        outgoing = Traffic(message, sender, to, self.accounts, session, self.now)
        for feature in self.features:
            for keep in feature.outgoing:
                outgoing = replace(outgoing, message=keep(outgoing))
        return outgoing

    def _sent(self, traffic: Traffic | None, audience: tuple[JID, ...]) -> list[Delivery]:
        if traffic is None:
            return []
        return [copy for f in self.features for make in f.sent for copy in make(traffic, audience)]

    def beside_room(
        self, message: Element, to: JID, session: Session, told: Sequence[Delivery], seats: tuple[JID, ...]
    ) -> list[Delivery]:
        """Copies of what a room did with a message: of a whisper that it passed on, of invitations."""
        if any(session.jid in d.to and d.stanza.get("type") == "error" for d in told):
            return []
        sender = self.accounts.get(session.jid.bare)
        copies: list[Delivery] = []
        if sender is not None:
            outgoing = Traffic(message, sender, to, self.accounts, session, self.now)
            copies = [copy for f in self.features for make in f.whispered for copy in make(outgoing, seats)]
        guests = [(d, self.accounts.get(guest.bare), guest) for d in told if invites(d.stanza) for guest in d.to]
        for delivery, account, guest in guests:
            if account is not None:
                audience = (guest,) if guest in account.sessions else account.reachable
                incoming = Traffic(delivery.stanza, account, to.bare, self.accounts, None, self.now)
                copies += [copy for f in self.features for make in f.received for copy in make(incoming, audience)]
        return copies

    def _amended(self, traffic: Traffic) -> Traffic:
        for feature in self.features:
            for amend in feature.incoming:
                traffic = replace(traffic, message=amend(traffic))
        return traffic

    def _undeliverable(self, message: Element, to: JID, session: Session) -> list[Delivery]:
        if not to.local or not stanzas.answerable(message):
            return []  # a message to the host itself has no reader
        return [stanzas.error(message, "service-unavailable", "there is no such account", to=session.jid)]

    # presence

    def introduce(self, presence: Element, to: JID) -> list[Delivery]:
        """Directed presence and subscriptions for an account: its sessions get them as they are."""
        receiver: Account | None = self.accounts.get(to.bare)
        if receiver is None or presence.get("type") == "probe":
            return []
        return [Delivery(presence, receiver.reachable)]
