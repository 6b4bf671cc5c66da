"""The server's half of SASL: PLAIN (RFC 4616), SCRAM (RFC 5802, 7677), ANONYMOUS (RFC 4505), EXTERNAL. No I/O."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Protocol

from mockserver.muc.jid import JID, BadJid

from . import channel_binding
from .channel_binding import Channel
from .credentials import ANONYMOUS, EXTERNAL, SCRAM, Credentials
from .keys import Keys, derived


@dataclass(frozen=True, slots=True)
class Challenge:
    data: bytes


@dataclass(frozen=True, slots=True)
class Success:
    """`passing`: the account was made for this log-in, and nobody can have it again."""

    account: JID
    data: bytes | None = None
    passing: bool = False


@dataclass(frozen=True, slots=True)
class Failure:
    """`condition` is a child of `<failure/>`: RFC 6120 6.5."""

    condition: str


Answer = Challenge | Success | Failure
PLUS = "-PLUS"
NO_TLS = Channel()


class Exchange(Protocol):
    """One attempt. `data` is None where the client sent no initial response."""

    def respond(self, data: bytes | None) -> Answer: ...


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What an exchange may ask."""

    domain: str
    credentials: Credentials
    new_id: Callable[[], str]

    def account(self, name: str) -> JID | None:
        """The account of that user name, or of that bare JID on this host; a full one is none."""
        local, _, domain = name.partition("@")
        try:
            account = JID.parse(f"{local}@{domain or self.domain}")
        except BadJid:
            return None
        return account if local and (account.domain, account.resource) == (self.domain, "") else None


class _Plain:
    def __init__(self, around: Circumstances) -> None:
        self._around = around

    def respond(self, data: bytes | None) -> Answer:
        if data is None:
            return Challenge(b"")
        try:
            wanted, name, password = data.decode().split("\0")
        except ValueError:
            return Failure("malformed-request")
        account = self._around.account(name)
        if account is None or not self._around.credentials.check(str(account), password):
            return Failure("not-authorized")
        if wanted and self._around.account(wanted) != account:
            return Failure("invalid-authzid")
        return Success(account)


class _Anonymous:
    def __init__(self, around: Circumstances) -> None:
        self._around = around

    def respond(self, data: bytes | None) -> Answer:
        account = self._around.account(f"anon-{self._around.new_id()}")
        return Success(account, passing=True) if account else Failure("temporary-auth-failure")


class _External:
    """The account that the client's certificate names: XEP-0178 2."""

    def __init__(self, around: Circumstances, claims: Sequence[str]) -> None:
        self._around = around
        self._claimed = [account for name in claims if (account := around.account(name))]

    def respond(self, data: bytes | None) -> Answer:
        if data is None:
            return Challenge(b"")
        wanted = self._around.account(data.decode("utf-8", "replace")) if data else None
        named = [account for account in self._claimed if account == wanted or not data]
        if data and not named:
            return Failure("invalid-authzid")
        if len(named) != 1 or not self._around.credentials.exists(str(named[0])):
            return Failure("not-authorized")
        return Success(named[0])


class _Scram:
    def __init__(self, around: Circumstances, mechanism: str, bindings: Mapping[str, bytes]) -> None:
        self._around, self._name, self._bindings = around, mechanism, bindings
        self._account: JID | None = None
        self._server: Any = None
        self._step: Callable[[str], Answer] = self._first

    def respond(self, data: bytes | None) -> Answer:
        from .scram import ScramException

        if data is None:
            return Challenge(b"")
        try:
            return self._step(data.decode())
        except (ScramException, UnicodeDecodeError):
            return Failure("not-authorized" if self._account else "malformed-request")
        except LookupError:
            return Failure("not-authorized")

    @property
    def _family(self) -> str:
        """Keys are the same with and without channel binding."""
        return self._name.removesuffix(PLUS)

    def _look_up(self, name: str) -> Any:
        self._account = self._around.account(name)
        password = self._account and self._around.credentials.password(str(self._account))
        if password is None:
            raise LookupError(name)
        if isinstance(password, Keys):
            return password.held[self._family]
        return _salted(self._family, str(self._account), password)

    def _first(self, text: str) -> Answer:
        from .scram import ScramMechanism  # late: most connections of a test run never need it

        binding = channel_binding.chosen(text.encode(), self._bindings)
        self._server = ScramMechanism(self._name).make_server(self._look_up, channel_binding=binding)
        self._server.set_client_first(text)
        self._step = self._final
        return Challenge(self._server.get_server_first().encode())

    def _final(self, text: str) -> Answer:
        self._server.set_client_final(text)
        assert self._account is not None  # set_client_first looked it up
        return Success(self._account, self._server.get_server_final().encode())


@lru_cache(maxsize=1024)
def _salted(mechanism: str, account: str, password: str) -> Any:
    """What is kept of an account (RFC 5802 5.1): its salt stays, and thousands of rounds are made once."""
    return derived(mechanism, password)


def offered(names: Sequence[str], channel: Channel) -> tuple[str, ...]:
    """Of these mechanisms those that make sense over this connection, with their variants that are bound to it."""
    bound = {name + PLUS for name in names if name in SCRAM and channel.bindings}
    able = (name for name in names if name != EXTERNAL or channel.claims)
    return tuple(each for name in able for each in (name + PLUS, name) if each == name or each in bound)


def begin(mechanism: str, around: Circumstances, channel: Channel = NO_TLS) -> Exchange:
    """A new attempt with one of the mechanisms that were offered."""
    if mechanism.removesuffix(PLUS) in SCRAM:
        return _Scram(around, mechanism, channel.bindings)
    if mechanism == EXTERNAL:
        return _External(around, channel.claims)
    return _Anonymous(around) if mechanism == ANONYMOUS else _Plain(around)
