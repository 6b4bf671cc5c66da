"""One XMPP domain: its accounts, its bound sessions, its MUC service, and the ways between them (RFC 6121 8)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from .abroad import Abroad
from .accounts import ALL_ACCOUNT, blocking, stanzas
from .accounts.directory import Directory
from .accounts.feature import AccountFeature
from .accounts.model import Account, Accounts, Session
from .accounts.preferences import check_policy
from .accounts.presence import broadcast, too_many, track, withdraw
from .archive.store import Archives, InMemory
from .muc.feature import Feature
from .muc.features import ALL
from .muc.jid import JID, BadJid
from .muc.model import Affiliation, Delivery, Switches
from .muc.namespaces import NS_MAM
from .muc.service import MucService
from .muc.xml import Element


class Host:
    """Stanzas of bound sessions in, deliveries out: to bound sessions, and to what components serve. No I/O, no clock.

    `prefs_policy` (see `accounts.preferences.POLICIES`) says how archive preferences differ from what is asked.
    """

    def __init__(
        self,
        domain: str = "mucspec.invalid",
        muc_domain: str = "conference.mucspec.invalid",
        *,
        new_id: Callable[[], str],
        secret: str,
        features: Sequence[Feature] = ALL,
        account_features: Sequence[AccountFeature] = ALL_ACCOUNT,
        archives: Archives | None = None,
        switches: Switches | None = None,
    ) -> None:
        self.domain = JID.parse(domain)
        self.muc_domain = JID.parse(muc_domain)
        self.muc = MucService(muc_domain, features=features, new_id=new_id, secret=secret, switches=switches)
        self.archives = archives if archives is not None else InMemory()
        self.accounts = Accounts(self.domain, self.muc_domain, self.archives, new_id)
        self.accounts.route = self._send_for
        self.muc.exists = self._exists
        self._account_features = tuple(account_features)
        self._new_id = new_id
        self._sessions: dict[JID, Session] = {}
        self.abroad = Abroad(self)

    @property
    def prefs_policy(self) -> str:
        return self.accounts.prefs_policy

    @prefs_policy.setter
    def prefs_policy(self, policy: str) -> None:
        self.accounts.prefs_policy = check_policy(policy)

    # sessions

    def bind(self, bare: JID, resource: str | None = None, *, passing: bool = False) -> JID:
        """A session is there. Without a resource, or with one in use, it gets a new one. Raises `BadJid`.

        A new account is `passing` where nobody can log in to it again.
        """
        full = JID.parse(f"{bare}/{resource}") if resource else None
        if full is None or full in self._sessions:
            full = JID.parse(f"{bare}/{self._new_id()}")
        account = self.accounts.table.get(bare)
        if account is not None and account.ended:
            self._drop(account)
        account = self.accounts.table.setdefault(bare, Account(bare, passing=passing))
        self._sessions[full] = account.sessions[full] = Session(full)
        return full

    def session_lost(self, full: JID, *, now: float) -> list[Delivery]:
        """The session is gone without a word."""
        session = self._sessions.pop(full, None)
        if session is None:
            return []
        account = self.accounts.table.get(full.bare, Account(full.bare))
        account.sessions.pop(full, None)  # it may be of another account, ended, which had this name
        followers = self.abroad.followers_of(account.jid)
        gone = withdraw(session, account, self.muc_domain, followers=followers)
        if account.passing and not account.sessions:
            self._drop(account)
        return self.land([*self.muc.session_lost(full, now=now), *gone])

    def _drop(self, account: Account) -> None:
        self.accounts.drop(account)
        self.abroad.forget(account.jid)

    def undelivered(self, stanza: Element, to: JID) -> list[Delivery]:
        """What becomes of a stanza that a session, now gone, never acknowledged: XEP-0198 7.

        A message goes to the account's other sessions (those with carbons have a copy), else back to who sent it, as
        requests do. What a room sent it sends no more.
        """
        sender = JID(stanza.get("from"))
        spoken = stanza.name == "message" and stanza.get("type") in ("", "normal", "chat")
        asked = stanza.name == "iq" and stanza.get("type") in ("get", "set")
        if sender.domain == self.muc_domain or not (spoken or asked):
            return []
        account = self.accounts.get(to.bare)
        others = [s for s in account.sessions.values() if s.presence is not None] if account and spoken else []
        if others:
            return self.land([Delivery(stanza.with_attrs(to=None), tuple(s.jid for s in others if not s.carbons))])
        return self.land([stanzas.error(stanza, "service-unavailable", to=sender)])

    @property
    def sessions(self) -> tuple[JID, ...]:
        return tuple(self._sessions)

    # time

    def next_timer(self) -> float | None:
        """When `tick` is due, or None."""
        return self.muc.next_timer()

    def tick(self, *, now: float) -> list[Delivery]:
        return self.land(self.muc.tick(now=now))

    # stanzas

    def receive(self, stanza: Element, *, sender: JID, now: float) -> list[Delivery]:
        """What becomes of a stanza that a bound session sent."""
        session = self._sessions[sender]
        stanza = stanza.with_attrs(from_=str(sender))
        try:
            to = JID.parse(stanza.get("to")) if stanza.has("to") else None
        except BadJid:
            return stanzas.bounce(stanza, "jid-malformed", to=sender)
        if stanza.name == "iq" and (mistake := stanzas.malformed(stanza)):
            return stanzas.bounce(stanza, "bad-request", mistake, to=sender)
        if to is not None and too_many(session, to, stanza):
            return stanzas.bounce(stanza, "resource-constraint", "you show yourself to too many already", to=sender)
        if self.accounts.blockers and to is not None:
            stopped = blocking.stopped(self.accounts, stanza, to, session.jid)
            if stopped is not None:
                return self.land(stopped)
        return self.land(self.route(stanza, to, session, now))

    def route(self, stanza: Element, to: JID | None, session: Session, now: float) -> Iterable[Delivery]:
        """Where a stanza goes; its sender may be a user of a component's domain."""
        if to is None:
            return self._at_home(stanza, session.jid.bare, session, now)
        if to.domain == self.muc_domain:
            return self._to_muc(stanza, to, session, now)
        if to.domain != self.domain:
            return self.abroad.send(stanza, to, session, now)
        if to in self._sessions:
            return self._to_session(stanza, to, session, now)
        return self._at_home(stanza, to if stanza.name == "iq" else to.bare, session, now)

    def _send_for(self, stanza: Element, to: JID, session: Session, now: float) -> list[Delivery]:
        """What comes of a stanza that a feature sends in a session's name."""
        return list(self.route(stanza.with_attrs(to=to, from_=session.jid), to, session, now))

    def _to_muc(self, stanza: Element, to: JID, session: Session, now: float) -> list[Delivery]:
        if stanza.name == "iq" and stanza.find("prefs", NS_MAM) and self._archived(to, session):
            return self.directory(now).answer(stanza, to, session)
        if stanza.name == "presence":
            track(session, to, stanza)
        told = self.muc.receive(stanza, now=now)
        if stanza.name == "message":
            told = [*told, *self.directory(now).beside_room(stanza, to, session, told, self._seats(to, session))]
        return blocking.bounced(self.accounts, told, lambda answer: self.muc.receive(answer, now=now))

    def _seats(self, to: JID, session: Session) -> tuple[JID, ...]:
        """The user's other sessions under the same nickname in that room, where `to` is an occupant."""
        room = self.muc.rooms.get(to.bare) if to.resource else None
        occupant = room.occupant_of(session.jid) if room else None
        return tuple(seat for seat in occupant.sessions if seat != session.jid) if occupant else ()

    def _archived(self, to: JID, session: Session) -> bool:
        """Whether `to` is a room with an archive that this user may have preferences for."""
        room = self.muc.rooms.get(to)
        if room is None or all(feature.name != "archive" for feature in self.muc.features):
            return False
        return room.affiliation(session.jid.bare) is not Affiliation.OUTCAST

    def _to_session(self, stanza: Element, to: JID, session: Session, now: float) -> list[Delivery]:
        if stanza.name == "message":
            return self.directory(now).deliver(stanza, to, session)
        if stanza.name == "presence":
            track(session, to, stanza)
        return [Delivery(stanza, (to,))]

    def _at_home(self, stanza: Element, to: JID, session: Session, now: float) -> Iterable[Delivery]:
        """For an account or for the host itself."""
        if stanza.name == "iq":
            return self.directory(now).answer(stanza, to, session)
        if stanza.name == "message":
            return self.directory(now).deliver(stanza, to, session)
        if stanza.has("to"):
            return self.directory(now).introduce(stanza, to)
        own = broadcast(stanza, session, self.accounts.of(session))
        own += self.abroad.shown(stanza, session)
        if stanza.get("type") == "":
            return [*own, *self.directory(now).happened(stanza, session, lambda feature: feature.shown)]
        if stanza.get("type") != "unavailable":
            return own
        # RFC 6121 4.6.3: whoever got directed presence learns that the sender is unavailable
        goodbyes = [self.route(stanza.with_attrs(to=t), t, session, now) for t in tuple(session.directed)]
        return [*(delivery for goodbye in goodbyes for delivery in goodbye), *own]

    def _exists(self, jid: JID) -> bool:
        """Whether anybody has this address, as far as the host knows."""
        if jid.domain == self.muc_domain:
            return jid.bare in self.muc.rooms
        return jid.domain != self.domain or self.accounts.exists(jid.bare)

    def directory(self, now: float) -> Directory:
        return Directory(self.accounts, self._account_features, now)

    def land(self, deliveries: Iterable[Delivery]) -> list[Delivery]:
        """The deliveries with their audience brought down to bound sessions."""
        landed = []
        for delivery in deliveries:
            to = delivery.to
            if not all(address in self._sessions for address in to):
                to = tuple(session for address in to for session in self._reached(address))
                delivery = Delivery(delivery.stanza, to)
            if self.accounts.blockers:
                to = blocking.wanted(self.accounts, delivery.stanza, to)
                delivery = Delivery(delivery.stanza, to)
            if to:
                landed.append(delivery)
        return landed

    def _reached(self, address: JID) -> tuple[JID, ...]:
        if address in self._sessions or self.abroad.reaches(address):
            return (address,)
        account = self.accounts.get(address)
        return account.reachable if account else ()
