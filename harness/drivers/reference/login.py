"""From an open connection to a bound session: RFC 6120 5 to 7, RFC 3921 3. No I/O.

`log_in` is a generator: it yields what to do, is sent the element that comes next, and returns the full JID.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Generator
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from .jids import resource
from .sasl import Exchange, Refused, choose, exchange
from .stanzas import E, error_of, find, find_all, named, text_of

STREAM = "http://etherx.jabber.org/streams"
TLS = "urn:ietf:params:xml:ns:xmpp-tls"
SASL = "urn:ietf:params:xml:ns:xmpp-sasl"
BIND = "urn:ietf:params:xml:ns:xmpp-bind"
SESSION = "urn:ietf:params:xml:ns:xmpp-session"
REGISTER = "jabber:iq:register"


@dataclass(frozen=True, slots=True)
class Open:
    """Open the stream (anew); with `secure` start TLS before. The next element is the features."""

    secure: bool = False


@dataclass(frozen=True, slots=True)
class Write:
    """Write this element; the next one is its answer."""

    element: Element


@dataclass(frozen=True, slots=True)
class Wish:
    """How to log in."""

    jid: str
    password: str = ""
    tls: str = "none"  # none, starttls, direct, or offered: STARTTLS where the server has it
    mechanism: str = ""
    nonce: str = ""
    enrol: bool = False  # make the account before: XEP-0077


class Failed(Exception):
    """No session; `error` is what the answer to `connect` says."""

    def __init__(self, condition: str, text: str = "", kind: str = "cancel") -> None:
        super().__init__(f"{condition}: {text}")
        self.error = {"condition": condition, "type": kind, "text": text}


Steps = Generator[Open | Write, Element, str]


def log_in(wish: Wish) -> Steps:
    """All the steps up to the bound session."""
    features = yield Open()
    if wish.tls == "starttls" or (wish.tls == "offered" and find(features, "starttls", TLS) is not None):
        _demand((yield Write(E("starttls", uri=TLS))), TLS, "proceed")
        features = yield Open(secure=True)
    if wish.enrol:
        _result((yield Write(_enrolment(wish))))
    yield from _authenticate(wish, features)
    features = yield Open()
    request = E("bind", E("resource", resource(wish.jid), uri=BIND) if resource(wish.jid) else None, uri=BIND)
    bound = yield Write(E("iq", request, type="set", id="bind"))
    jid = text_of(find(_result(bound), "bind", BIND), "jid", BIND)
    if find(features, "session", SESSION) is not None:
        _result((yield Write(E("iq", E("session", uri=SESSION), type="set", id="session"))))
    return jid


def _enrolment(wish: Wish) -> Element:
    user, domain = wish.jid.partition("/")[0].split("@")
    fields = (E("username", user, uri=REGISTER), E("password", wish.password, uri=REGISTER))
    return E("iq", E("query", *fields, uri=REGISTER), type="set", id="enrol", to=domain)


def _authenticate(wish: Wish, features: Element) -> Generator[Open | Write, Element, None]:
    offered = [m.text or "" for m in find_all(find(features, "mechanisms", SASL), "mechanism", SASL)]
    try:
        mechanism = choose(offered, wish=wish.mechanism, password=wish.password)
        respond = exchange(mechanism, wish.jid.partition("@")[0], wish.password, nonce=wish.nonce)
        initial = b64encode(respond(b"")).decode() or None
        answer = yield Write(E("auth", initial, uri=SASL, mechanism=mechanism))
        while named(answer) == (SASL, "challenge"):
            answer = yield Write(E("response", _response(respond, answer), uri=SASL))
        _demand(answer, SASL, "success")
        if answer.text:
            respond(b64decode(answer.text))
    except Refused as complaint:
        raise Failed("not-authorized", str(complaint), "auth") from complaint


def _response(respond: Exchange, challenge: Element) -> str:
    return b64encode(respond(b64decode(challenge.text or ""))).decode()


def _demand(element: Element, uri: str, name: str) -> None:
    if named(element) != (uri, name):
        said = [named(child)[1] for child in element]
        condition = next((c for c in said if c != "text"), "undefined-condition")
        raise Failed(condition, text_of(element, "text", uri) or f"{named(element)[1]} instead of {name}", "auth")


def _result(iq: Element) -> Element:
    if iq.get("type") != "result":
        error = error_of(iq)
        raise Failed(error["condition"], error["text"], error["type"])
    return iq
