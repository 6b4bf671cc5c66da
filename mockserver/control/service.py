"""The service as a whole from outside: what it is, who is there, its end, its clock."""

from __future__ import annotations

from collections.abc import MutableMapping

from mockserver.muc.about import VERSION
from mockserver.muc.jid import JID
from mockserver.muc.xml import BadXml, parse
from mockserver.net.credentials import Listed

from .base import Base, parsed, plain
from .errors import Impossible, Missing, Refused
from .names import How, Seconds
from .views import Client, Status

LONGEST_STEP = 366 * 24 * 3600.0
LAST = 253_370_764_800.0  # 9999-01-01T00:00:00Z: later times have no date


class Service(Base):
    """Sessions are full JIDs; a bare JID means all sessions of an account."""

    def status(self) -> Status:
        """What the service is and how it is."""
        return Status(
            version=VERSION,
            domain=str(self.host.domain),
            muc_domain=str(self.host.muc_domain),
            addresses=self.addresses(),
            now=self.now,
            ahead=self.clock.ahead,
            rooms=len(self.host.muc.rooms),
            sessions=len(self.porch.sessions),
        )

    def clients(self) -> tuple[Client, ...]:
        """Who is logged in, the oldest first, and where they sit."""
        return tuple(Client(str(session), self._seats(session)) for session in self.porch.sessions)

    def add_account(self, jid: str, password: str) -> str:
        """An account that can log in from now on, or another password for one; its bare JID."""
        account = self._user(jid)
        table = self.credentials.table if isinstance(self.credentials, Listed) else None
        if not account.local or not password:
            raise Impossible("an account has a name and a password")
        if not isinstance(table, MutableMapping):
            raise Refused("any account can log in with any password", "not-allowed")
        table[str(account)] = plain(password)
        self._note("add_account", jid=str(account))
        return str(account)

    def disconnect(self, session: str, *, how: How = "close", condition: str = "") -> tuple[str, ...]:
        """End streams: in order, by reset, FIN, broken XML or a stream error (RFC 6120 4.9.3); those that it hit."""
        hit = self._sessions(session)
        if condition and (how != "stream-error" or not condition.replace("-", "").isalpha()):
            raise Impossible("a condition goes with stream-error, and is one of RFC 6120 4.9.3")
        self._note("disconnect", session=session, how=how, condition=condition)
        for each in hit:
            self.porch.sever(each, f"stream-error:{condition}" if how == "stream-error" else how)
        return tuple(map(str, hit))

    def inject(self, session: str, xml: str) -> tuple[str, ...]:
        """Write this element to streams as it is, whatever it says; the sessions that got it."""
        hit = self._sessions(session)
        try:
            parse(plain(xml))
        except BadXml as complaint:
            raise Impossible(f"no element: {complaint}") from complaint
        self._note("inject", session=session)
        for each in hit:
            self.porch.send_to(each, xml)
        return tuple(map(str, hit))

    def shutdown(self, *, reason: str = "") -> None:
        """The MUC service goes down: everybody leaves every room with 332 (XEP-0045 11.2). The server goes on."""
        plain(reason)
        self._note("shutdown", reason=reason)
        self._deliver(self.host.muc.shut_down(reason=reason, now=self.now))

    def advance(self, seconds: Seconds) -> Status:
        """Put the clock of the server forward; what is due by then happens."""
        if not 0 <= seconds <= LONGEST_STEP:
            raise Impossible(f"a clock goes forward, by at most {LONGEST_STEP:.0f} seconds at a time")
        if self.now + seconds > LAST:
            raise Impossible("no clock goes beyond the year 9998")
        self._note("advance", seconds=seconds)
        self.clock.advance(seconds)
        return self.status()

    def _sessions(self, jid: str) -> list[JID]:
        wanted = parsed(jid)
        hit = [session for session in self.porch.sessions if wanted in (session, session.bare)]
        if not hit:
            raise Missing(f"{jid} is not logged in; logged in are {', '.join(self.porch.sessions) or 'none'}")
        return hit

    def _seats(self, session: JID) -> tuple[str, ...]:
        found = ((room, room.occupant_of(session)) for room in self.host.muc.rooms.values())
        return tuple(f"{room.jid}/{occupant.nick}" for room, occupant in found if occupant)
