"""Domains beside this one, which components serve (XEP-0114): the ways of stanzas to them and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.accounts import blocking, stanzas
from mockserver.accounts.model import Account, Session
from mockserver.accounts.presence import track
from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Delivery
from mockserver.muc.xml import E, Element

from . import privileges

if TYPE_CHECKING:
    from mockserver.host import Host

MOST_FOLLOWERS = 1000  # of one account
SUBSCRIPTION = frozenset({"subscribe", "subscribed", "unsubscribe", "unsubscribed"})


class Misaddressed(ValueError):
    """A component's stanza that ends its stream; `condition` is the stream error: XEP-0114 3, RFC 6120 4.9.3."""

    def __init__(self, condition: str, text: str) -> None:
        super().__init__(text)
        self.condition = condition


class Abroad:
    """What a host knows of its components. A domain is there from `came` to `lost`.

    The roster of an account knows no subscriptions; what stands here instead are the contacts abroad that a user has
    told `subscribed`: they see the user's presence until `unsubscribed`.
    """

    def __init__(self, host: Host) -> None:
        self._host = host
        self._followers: dict[JID, dict[JID, None]] = {}

    # components

    def came(self, domain: JID, *, privileged: bool = False) -> list[Delivery]:
        """A component serves this domain from now on; one with privileges learns which, and who is available."""
        accounts = self._host.accounts
        accounts.components[domain] = privileged
        if not privileged:
            return []
        here = [s for s in accounts.sessions() if s.presence is not None]
        shown = [Delivery(s.presence, (domain,)) for s in here if s.presence is not None]
        return self._host.land([privileges.advertisement(accounts, domain), *shown])

    def lost(self, domain: JID, *, now: float) -> list[Delivery]:
        """The component is gone: its users are no longer in any room."""
        self._host.accounts.components.pop(domain, None)
        rooms = list(self._host.muc.rooms.values())
        guests = [jid for room in rooms for o in room.occupants.values() for jid in o.sessions if jid.domain == domain]
        return self._host.land(d for jid in dict.fromkeys(guests) for d in self._host.muc.session_lost(jid, now=now))

    def reaches(self, address: JID) -> bool:
        """Whether a component serves the address."""
        return JID(address.domain) in self._host.accounts.components

    # from users to components

    def send(self, stanza: Element, to: JID, session: Session, now: float) -> list[Delivery]:
        """A stanza for another domain than those of this host."""
        if not self.reaches(to):
            text = f"{to.domain} is not served"
            return stanzas.bounce(stanza, "remote-server-not-found", text, to=session.jid)
        if stanza.name == "message":
            return self._host.directory(now).depart(stanza, to, session)
        if stanza.name == "iq":
            return [Delivery(stanza, (to,))]
        track(session, to, stanza)
        if stanza.get("type") not in SUBSCRIPTION or session.jid.domain != self._host.domain:
            return [Delivery(stanza, (to,))]
        if stanza.get("type") == "subscribed" and self._followed_enough(session.jid.bare, to.bare):
            return stanzas.bounce(stanza, "resource-constraint", "too many see your presence already", to=session.jid)
        # RFC 6121 3: subscriptions are between bare addresses
        return [Delivery(stanza.with_attrs(from_=session.jid.bare), (to.bare,)), *self._approved(stanza, to, session)]

    def _followed_enough(self, account: JID, by: JID) -> bool:
        followers = self._followers.get(account, {})
        return len(followers) >= MOST_FOLLOWERS and by not in followers

    def _approved(self, stanza: Element, to: JID, session: Session) -> list[Delivery]:
        account = session.jid.bare
        followers = self._followers.get(account, {})
        if stanza.get("type") == "subscribed" and to.bare not in followers:
            self._followers.setdefault(account, {})[to.bare] = None
            return self._presences(account, to.bare)
        if stanza.get("type") == "unsubscribed" and to.bare in followers:
            del followers[to.bare]
            gone = E("presence", type="unavailable")
            return [Delivery(gone.with_attrs(from_=s.jid), (to.bare,)) for s in self._available(account)]
        return []

    # who sees a user's presence

    def followers_of(self, account: JID) -> tuple[JID, ...]:
        """Those abroad who see the account's presence, by subscription or by privilege (XEP-0356 7)."""
        trusted = (domain for domain, privileged in self._host.accounts.components.items() if privileged)
        return tuple(dict.fromkeys([*self._followers.get(account, ()), *trusted]))

    def forget(self, account: JID) -> None:
        """The account is no more."""
        self._followers.pop(account, None)

    def shown(self, presence: Element, session: Session) -> list[Delivery]:
        """A session's broadcast presence for its followers; who got directed presence hears of its end by that."""
        if presence.get("type") not in ("", "unavailable"):
            return []
        told = session.directed if presence.get("type") else ()
        audience = tuple(jid for jid in self.followers_of(session.jid.bare) if jid not in told)
        return [Delivery(presence, audience)] if audience else []

    def _presences(self, account: JID, to: JID) -> list[Delivery]:
        return [Delivery(s.presence, (to,)) for s in self._available(account) if s.presence is not None]

    def _available(self, account: JID) -> list[Session]:
        found: Account | None = self._host.accounts.get(account)
        return [s for s in found.sessions.values() if s.presence is not None] if found else []

    # from components

    def receive(self, stanza: Element, *, component: JID, now: float) -> list[Delivery]:
        """What becomes of a component's stanza. Raises `Misaddressed`."""
        sender = _sender(stanza, component)
        if not stanza.get("to"):
            raise Misaddressed("improper-addressing", "a component's stanza has to and from")
        stanza = stanza.with_attrs(from_=sender)
        try:
            to = JID.parse(stanza.get("to"))
        except BadJid:
            return self._host.land(stanzas.bounce(stanza, "jid-malformed", to=sender))
        if stanza.name == "iq" and (mistake := stanzas.malformed(stanza)):
            return self._host.land(stanzas.bounce(stanza, "bad-request", mistake, to=sender))
        return self._host.land(self._received(stanza, to, sender, now))

    def _received(self, stanza: Element, to: JID, sender: JID, now: float) -> list[Delivery]:
        asked = privileges.asked(stanza, to, self._host.domain)
        if asked is not None:
            granted = self._host.accounts.components[JID(sender.domain)]
            return privileges.act(asked, self._host, sender, now) if granted else privileges.refused(stanza, sender)
        stopped = blocking.stopped(self._host.accounts, stanza, to, sender)
        if stopped is not None:
            return stopped
        if stanza.name == "presence" and to.domain == self._host.domain:
            if stanza.get("type") == "probe":
                return self._probed(to.bare, sender.bare)
            if stanza.get("type") == "unsubscribe":
                self._followers.get(to.bare, {}).pop(sender.bare, None)
        return list(self._host.route(stanza, to, Session(sender), now))

    def _probed(self, account: JID, by: JID) -> list[Delivery]:
        """RFC 6121 4.3.2."""
        if by not in self.followers_of(account):
            return [Delivery(E("presence", type="unsubscribed", from_=account), (by,))]
        return self._presences(account, by)


def _sender(stanza: Element, component: JID) -> JID:
    try:
        sender = JID.parse(stanza.get("from"))
    except BadJid:
        raise Misaddressed("improper-addressing", "a component's stanza has to and from") from None
    if sender.domain != component:
        raise Misaddressed("invalid-from", f"this component speaks for {component}")
    return sender
