"""How one feature file tells the accounts what it brings."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element

from . import stanzas
from .model import Account, Accounts, Session

ACCOUNT = "account"  # the sender's own account
HOST = "host"  # the domain
OTHER = "other"  # somebody else's account
ARCHIVE = "archive"  # a room that exists: only preferences of its archive are ours


@dataclass(frozen=True, slots=True)
class Request:
    """An IQ get or set that an account or the host answers."""

    iq: Element
    payload: Element
    place: str
    target: JID  # bare account, domain or room
    session: Session
    account: Account  # the sender's
    accounts: Accounts
    features: tuple[AccountFeature, ...]
    now: float

    def result(self, *payload: Element | None) -> list[Delivery]:
        return [stanzas.result(self.iq, *payload, to=self.session.jid)]

    def refuse(self, condition: str, text: str = "") -> list[Delivery]:
        return [stanzas.error(self.iq, condition, text, to=self.session.jid)]


@dataclass(frozen=True, slots=True)
class Traffic:
    """A chat or normal message between a user of this host (`account`) and `peer`."""

    message: Element
    account: Account
    peer: JID
    accounts: Accounts
    session: Session | None  # the sender's, where the message is outgoing
    now: float


Answer = Callable[[Request], list[Delivery]]
Amend = Callable[[Traffic], Element]
Copy = Callable[[Traffic, tuple[JID, ...]], list[Delivery]]
Key = tuple[str, str, str, str]  # place, type, name and namespace of the payload


@dataclass(slots=True, eq=False)
class AccountFeature:
    """One XEP for accounts. To switch it off, leave it out of `ALL_ACCOUNT`."""

    name: str
    spec: str
    host_vars: tuple[str, ...] = ()  # disco features of the domain
    account_vars: tuple[str, ...] = ()  # disco features of an account
    answers: dict[Key, Answer] = field(default_factory=dict)
    outgoing: list[Amend] = field(default_factory=list)
    incoming: list[Amend] = field(default_factory=list)
    sent: list[Copy] = field(default_factory=list)
    received: list[Copy] = field(default_factory=list)

    def get(self, name: str, uri: str, *places: str) -> Callable[[Answer], Answer]:
        return self._on("get", name, uri, places)

    def set(self, name: str, uri: str, *places: str) -> Callable[[Answer], Answer]:
        return self._on("set", name, uri, places)

    def _on(self, kind: str, name: str, uri: str, places: tuple[str, ...]) -> Callable[[Answer], Answer]:
        def register(answer: Answer) -> Answer:
            self.answers.update({(place, kind, name, uri): answer for place in places})
            return answer

        return register
