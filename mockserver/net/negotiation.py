"""From the stream header to a session: RFC 6120 4 (streams), 5 (STARTTLS), 6 (SASL; XEP-0388), 7 (binding)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from mockserver.accounts.model import Registrar
from mockserver.muc.jid import JID
from mockserver.muc.namespaces import (
    NS_BIND,
    NS_CLIENT,
    NS_REGISTER_OFFER,
    NS_SASL,
    NS_SASL2,
    NS_SESSION,
    NS_STANZAS,
    NS_STREAM,
    NS_TLS,
)
from mockserver.muc.xml import E, Element, render

from . import channel_binding, enrolment, sasl
from .channel_binding import Channel
from .inline import Settled
from .profiles import ORDINARY, SECOND, Profile, encoded


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered to every client; `tls`: there is a certificate. Credentials decide on the mechanisms too."""

    around: sasl.Circumstances
    mechanisms: tuple[str, ...]
    tls: bool
    require_tls: bool
    tries: int = 3  # SASL failures before the stream is closed
    sasl2: bool = False  # offered over TLS: XEP-0388
    registrar: Registrar | None = None  # where clients may make accounts
    after_login: tuple[Element, ...] = ()  # what the stream features name besides binding

    def without_tls(self) -> Terms:
        """The same where the stream has nothing to do with TLS."""
        return replace(self, tls=False, require_tls=False)

    @property
    def offered(self) -> tuple[str, ...]:
        return tuple(name for name in self.mechanisms if name in self.around.credentials.mechanisms)


class Link(Protocol):
    """What a negotiation does to its connection."""

    def put(self, text: str) -> None: ...
    def restart(self) -> None: ...
    def start_tls(self) -> None: ...
    def fail(self, condition: str, text: str = "") -> None: ...
    def bind(self, account: JID, resource: str | None) -> JID | None:
        """The session's full JID, or None where that is no resource."""

    def resume(self, account: JID, element: Element) -> bool:
        """Whether the element was about a former session of the account, and is dealt with."""

    def settle(self, account: JID, request: Element) -> Settled:
        """What came of the rest of what a client asked together with its log-in."""

    def channel(self) -> Channel | None:
        """What is known of the TLS connection; None without TLS."""


class Negotiation:
    """One connection on its way. `passing`: it has logged in as somebody who will not come again."""

    def __init__(self, terms: Terms, link: Link) -> None:
        self._terms = terms
        self._link = link
        self._secure = self.passing = False
        self._failures = 0
        self._account: JID | None = None
        self._exchange: sasl.Exchange | None = None
        self._profile: Profile = ORDINARY
        self._request = E("auth", uri=NS_SASL)  # what began the attempt

    def opened(self, header: Element) -> None:
        """The client's header was read and ours was written: check theirs, offer what comes next."""
        if (header.name, header.uri) != ("stream", NS_STREAM):
            self._link.fail("invalid-namespace", "a stream begins with <stream:stream>")
        elif header.get("to", self._terms.around.domain).lower() != self._terms.around.domain:
            self._link.fail("host-unknown", f"this is {self._terms.around.domain}")
        elif not header.get("version").partition(".")[0].isdecimal() or header.get("version").startswith("0"):
            self._link.fail("unsupported-version", "this is XMPP 1.0")
        else:
            self._offer(self._offers())

    def _offer(self, offers: Iterable[Element]) -> None:
        # conventional prefixes: some clients compare names as they are written
        self._link.put(f"<stream:features>{''.join(map(render, offers))}</stream:features>")

    def _offers(self) -> list[Element]:
        if self._account:
            session = E("session", E("optional", uri=NS_SESSION), uri=NS_SESSION)
            return [E("bind", uri=NS_BIND), session, *self._terms.after_login]
        offers = []
        if self._may_secure:
            required = E("required", uri=NS_TLS) if self._terms.require_tls else None
            offers.append(E("starttls", required, uri=NS_TLS))
        if self._may_log_in:
            offers += self._ways_to_log_in()
        if self._may_register:
            offers.append(E("register", uri=NS_REGISTER_OFFER))
        return offers

    def _ways_to_log_in(self) -> Iterator[Element]:
        channel = self._link.channel()
        names = sasl.offered(self._terms.offered, channel or sasl.NO_TLS)
        yield ORDINARY.offer(names, ())
        if channel is not None and self._terms.sasl2:  # XEP-0388 6: over TLS only
            yield SECOND.offer(names, self._terms.after_login)
        if channel is not None and any(name.endswith(sasl.PLUS) for name in names):
            yield channel_binding.announced(channel.bindings)

    @property
    def _may_secure(self) -> bool:
        return self._terms.tls and not self._secure

    @property
    def _may_log_in(self) -> bool:
        return self._secure or not self._terms.require_tls

    @property
    def _may_register(self) -> bool:
        return self._may_log_in and self._terms.registrar is not None

    def receive(self, element: Element) -> None:
        """An element that came before the session was bound."""
        key = (element.uri, element.name)
        if self._account is None:
            step = self._BEFORE_LOGIN.get(key)
            if self._may_register and enrolment.concerns(element):
                step = Negotiation._register
        elif self._link.resume(self._account, element):
            return
        else:
            step = Negotiation._bind if key == (NS_CLIENT, "iq") and element.find("bind", NS_BIND) else None
        if step is None:
            self._link.fail("not-authorized", "negotiate first")
        else:
            step(self, element)

    # STARTTLS

    def _start_tls(self, element: Element) -> None:
        if not self._may_secure:
            self._link.put(render(E("failure", uri=NS_TLS)))
            self._link.fail("policy-violation", "STARTTLS was not offered")
            return
        self._secure = True
        self._exchange = None
        self._link.put(render(E("proceed", uri=NS_TLS)))
        self._link.start_tls()

    # an account before there is one

    def _register(self, iq: Element) -> None:
        assert self._terms.registrar is not None  # else it was not offered
        self._link.put(render(enrolment.answer(iq, self._terms.registrar, self._terms.around.domain)))

    # SASL

    def _authenticate(self, element: Element) -> None:
        self._exchange, self._request = None, element
        self._profile = SECOND if element.uri == NS_SASL2 else ORDINARY
        channel, wanted = self._link.channel(), element.get("mechanism")
        if self._profile is SECOND and not (self._terms.sasl2 and channel):
            self._link.fail("not-authorized", "SASL2 was not offered")
        elif not self._may_log_in:
            self._refuse("encryption-required")
        elif wanted not in sasl.offered(self._terms.offered, channel or sasl.NO_TLS):
            self._refuse("invalid-mechanism")
        else:
            self._exchange = sasl.begin(wanted, self._terms.around, channel or sasl.NO_TLS)
            self._respond(element, self._profile.initial)

    def _response(self, element: Element) -> None:
        if self._exchange is None or element.uri != self._profile.uri:
            self._refuse("malformed-request")
        else:
            self._respond(element, self._profile.response)

    def _abort(self, element: Element) -> None:
        self._refuse("aborted")

    def _respond(self, element: Element, read: Callable[[Element], bytes | None]) -> None:
        assert self._exchange is not None
        try:
            data = read(element)
        except ValueError:
            self._refuse("incorrect-encoding")
            return
        match self._exchange.respond(data):
            case sasl.Challenge(data=challenge):
                self._link.put(render(E("challenge", encoded(challenge), uri=self._profile.uri)))
            case sasl.Failure(condition=condition):
                self._refuse(condition)
            case sasl.Success(account=account, data=last, passing=passing):
                self._account, self._exchange, self.passing = account, None, passing
                if self._profile is SECOND:
                    self._arrive(account, last)
                else:
                    self._link.put(render(ORDINARY.success(account, last, ())))
                    self._link.restart()

    def _arrive(self, account: JID, last: bytes | None) -> None:
        """What follows is on the same stream: XEP-0388 2.6.1."""
        settled = self._link.settle(account, self._request)
        self._link.put(render(SECOND.success(settled.who, last, settled.results)))
        self._offer(self._terms.after_login if settled.who.resource else self._offers())
        settled.then()

    def _refuse(self, condition: str) -> None:
        self._exchange = None
        self._failures += 1
        self._link.put(render(E("failure", E(condition, uri=NS_SASL), uri=self._profile.uri)))
        if self._failures >= self._terms.tries:
            self._link.fail("policy-violation", "too many failed attempts")

    _BEFORE_LOGIN: dict[tuple[str, str], Callable[[Negotiation, Element], None]] = {
        (NS_TLS, "starttls"): _start_tls,
        (NS_SASL, "auth"): _authenticate,
        (NS_SASL, "response"): _response,
        (NS_SASL, "abort"): _abort,
        (NS_SASL2, "authenticate"): _authenticate,
        (NS_SASL2, "response"): _response,
        (NS_SASL2, "abort"): _abort,
    }

    # resource binding

    def _bind(self, iq: Element) -> None:
        assert self._account is not None
        bind = iq.find("bind", NS_BIND)
        wanted = bind.find("resource", NS_BIND) if bind else None
        session = self._link.bind(self._account, wanted.text.strip() if wanted else None)
        if session is None:
            error = E("error", E("bad-request", uri=NS_STANZAS), type="modify")
            self._link.put(render(E("iq", error, type="error", id=iq.get("id"))))
            return
        answer = E("bind", E("jid", str(session), uri=NS_BIND), uri=NS_BIND)
        self._link.put(render(E("iq", answer, type="result", id=iq.get("id"))))
