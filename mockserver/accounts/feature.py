"""How one feature file tells the accounts what it brings."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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

    def refuse(self, condition: str, text: str = "", *more: Element) -> list[Delivery]:
        return [stanzas.error(self.iq, condition, text, *more, to=self.session.jid)]

    def follow(self, what: str) -> list[Delivery]:
        """What other features make of a change of `what`: a pubsub node, or a namespace of private storage."""
        return [d for f in self.features for act in f.follows.get(what, ()) for d in act(self)]


@dataclass(frozen=True, slots=True)
class Moment:
    """Something happened to a session: it showed presence, it answered, its client's features became known."""

    stanza: Element
    session: Session
    account: Account
    accounts: Accounts
    features: tuple[AccountFeature, ...]

    def told(self, what: Callable[[AccountFeature], list[Happen]]) -> list[Delivery]:
        return [d for f in self.features for happen in what(f) for d in happen(self)]


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
Happen = Callable[[Moment], list[Delivery]]
Items = Callable[[Account], Iterable[Element]]
Key = tuple[str, str, str, str]  # place, type, name and namespace of the payload


@dataclass(slots=True, eq=False)
class AccountFeature:
    """One XEP for accounts. To switch it off, leave it out of `ALL_ACCOUNT`."""

    name: str
    spec: str
    host_vars: tuple[str, ...] = ()  # disco features of the domain
    account_vars: tuple[str, ...] = ()  # disco features of an account
    offered: Callable[[Accounts], bool] = lambda accounts: True  # whether disco names it
    answers: dict[Key, Answer] = field(default_factory=dict)
    outgoing: list[Amend] = field(default_factory=list)
    incoming: list[Amend] = field(default_factory=list)
    sent: list[Copy] = field(default_factory=list)
    received: list[Copy] = field(default_factory=list)
    whispered: list[Copy] = field(default_factory=list)  # a private message to an occupant; the user's seats there
    identities: tuple[tuple[str, str], ...] = ()  # further identities of an account
    items: list[Items] = field(default_factory=list)  # disco items of an account
    shown: list[Happen] = field(default_factory=list)  # available presence without an address
    replied: list[Happen] = field(default_factory=list)  # a result or an error for the host
    learned: list[Happen] = field(default_factory=list)  # `session.features` are known now
    follows: dict[str, list[Answer]] = field(default_factory=dict)  # what changed -> what comes of it

    def get(self, name: str, uri: str, *places: str) -> Callable[[Answer], Answer]:
        return self._on("get", name, uri, places)

    def set(self, name: str, uri: str, *places: str) -> Callable[[Answer], Answer]:
        return self._on("set", name, uri, places)

    def follow(self, what: str) -> Callable[[Answer], Answer]:
        """Is told of a change of this node (`Request.follow`)."""

        def register(act: Answer) -> Answer:
            self.follows.setdefault(what, []).append(act)
            return act

        return register

    def _on(self, kind: str, name: str, uri: str, places: tuple[str, ...]) -> Callable[[Answer], Answer]:
        def register(answer: Answer) -> Answer:
            self.answers.update({(place, kind, name, uri): answer for place in places})
            return answer

        return register
