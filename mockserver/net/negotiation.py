"""From the stream header to a bound session: RFC 6120 4 (streams), 5 (STARTTLS), 6 (SASL), 7 (binding)."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from mockserver.accounts.model import Registrar
from mockserver.muc.jid import JID
from mockserver.muc.namespaces import (
    NS_BIND,
    NS_CLIENT,
    NS_REGISTER_OFFER,
    NS_SASL,
    NS_SESSION,
    NS_STANZAS,
    NS_STREAM,
    NS_TLS,
)
from mockserver.muc.xml import E, Element, render

from . import enrolment, sasl


@dataclass(frozen=True, slots=True)
class Terms:
    """What is offered to every client; `tls`: there is a certificate. Credentials decide on the mechanisms too."""

    around: sasl.Circumstances
    mechanisms: tuple[str, ...]
    tls: bool
    require_tls: bool
    tries: int = 3  # SASL failures before the stream is closed
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


class Negotiation:
    """One connection on its way; `session` is set when it has arrived."""

    def __init__(self, terms: Terms, link: Link) -> None:
        self._terms = terms
        self._link = link
        self._secure = False
        self._failures = 0
        self._account: JID | None = None
        self._exchange: sasl.Exchange | None = None

    def opened(self, header: Element) -> None:
        """The client's header was read and ours was written: check theirs, offer what comes next."""
        if (header.name, header.uri) != ("stream", NS_STREAM):
            self._link.fail("invalid-namespace", "a stream begins with <stream:stream>")
        elif header.get("to", self._terms.around.domain).lower() != self._terms.around.domain:
            self._link.fail("host-unknown", f"this is {self._terms.around.domain}")
        elif not header.get("version").partition(".")[0].isdecimal() or header.get("version").startswith("0"):
            self._link.fail("unsupported-version", "this is XMPP 1.0")
        else:
            features = E("features", *self._offers(), uri=NS_STREAM)
            # conventional prefixes: some clients compare names as they are written
            self._link.put(_with_prefix(features))

    def _offers(self) -> list[Element]:
        if self._account:
            session = E("session", E("optional", uri=NS_SESSION), uri=NS_SESSION)
            return [E("bind", uri=NS_BIND), session, *self._terms.after_login]
        offers = []
        if self._may_secure:
            required = E("required", uri=NS_TLS) if self._terms.require_tls else None
            offers.append(E("starttls", required, uri=NS_TLS))
        if self._may_log_in:
            offered = (E("mechanism", name, uri=NS_SASL) for name in self._terms.offered)
            offers.append(E("mechanisms", *offered, uri=NS_SASL))
        if self._may_register:
            offers.append(E("register", uri=NS_REGISTER_OFFER))
        return offers

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
        self._exchange = None
        if not self._may_log_in:
            self._refuse("encryption-required")
        elif element.get("mechanism") not in self._terms.offered:
            self._refuse("invalid-mechanism")
        else:
            self._exchange = sasl.begin(element.get("mechanism"), self._terms.around)
            self._respond(element, empty=None)

    def _response(self, element: Element) -> None:
        if self._exchange is None:
            self._refuse("malformed-request")
        else:
            self._respond(element, empty=b"")

    def _abort(self, element: Element) -> None:
        self._refuse("aborted")

    def _respond(self, element: Element, *, empty: bytes | None) -> None:
        assert self._exchange is not None
        try:
            data = _decoded(element.text.strip(), empty=empty)
        except binascii.Error:
            self._refuse("incorrect-encoding")
            return
        match self._exchange.respond(data):
            case sasl.Challenge(data=challenge):
                self._link.put(render(E("challenge", _encoded(challenge), uri=NS_SASL)))
            case sasl.Failure(condition=condition):
                self._refuse(condition)
            case sasl.Success(account=account, data=last):
                self._account, self._exchange = account, None
                self._link.put(render(E("success", _encoded(last), uri=NS_SASL)))
                self._link.restart()

    def _refuse(self, condition: str) -> None:
        self._exchange = None
        self._failures += 1
        self._link.put(render(E("failure", E(condition, uri=NS_SASL), uri=NS_SASL)))
        if self._failures >= self._terms.tries:
            self._link.fail("policy-violation", "too many failed attempts")

    _BEFORE_LOGIN: dict[tuple[str, str], Callable[[Negotiation, Element], None]] = {
        (NS_TLS, "starttls"): _start_tls,
        (NS_SASL, "auth"): _authenticate,
        (NS_SASL, "response"): _response,
        (NS_SASL, "abort"): _abort,
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


def _with_prefix(features: Element) -> str:
    inner = "".join(render(child) for child in features.elements())
    return f"<stream:features>{inner}</stream:features>"


def _decoded(text: str, *, empty: bytes | None) -> bytes | None:
    if not text:
        return empty
    return b"" if text == "=" else base64.b64decode(text, validate=True)


def _encoded(data: bytes | None) -> str | None:
    return None if data is None else base64.b64encode(data).decode()
