"""The <body/> that BOSH wraps around elements, read and written: XEP-0124 6, XEP-0206 2. No I/O."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from xml.sax.saxutils import quoteattr

from mockserver.muc.namespaces import NS_CLIENT, NS_STREAM
from mockserver.muc.xml import Element

from . import framing
from .reader import Bounds, Closed, Reader

NS_BOSH = "http://jabber.org/protocol/httpbind"
NS_XBOSH = "urn:xmpp:xbosh"
VERSION = (1, 11)  # of the protocol
HIGHEST = 2**53 - 1  # of request identifiers
DECLARATION = re.compile(rb"""^\s*<\?xml[ \t\r\n][^>]*\?>""")
MEDIA_TYPE = re.compile(r"[\w.+-]+/[\w.+-]+( *; *[\w-]+=[\w.:+-]+)*", re.ASCII)
KIND = "text/xml; charset=utf-8"


def read(data: bytes, bounds: Bounds) -> Element | None:
    """The one <body/> that this is, no bigger than a stanza; None where it is none."""
    reader = Reader(bounds)
    reader.feed(b"<m>")  # no namespace: nothing is inherited
    match reader.feed(DECLARATION.sub(b"", data, count=1).strip()), reader.feed(b"</m>"):
        case [Element(name="body", uri=namespace) as body], [Closed()] if namespace == NS_BOSH:
            return None if body.text.strip() else body
    return None


def payload(body: Element) -> Iterator[Element]:
    """What is in it; what says nothing of its namespace is of the stream's (XEP-0206 2)."""
    return (_client(child) for child in body.elements())


def _client(element: Element) -> Element:
    """What took its namespace from the wrapper."""
    if element.uri != NS_BOSH:
        return element
    children = (child if isinstance(child, str) else _client(child) for child in element.children)
    return replace(element, uri=NS_CLIENT, children=tuple(children))


def number(body: Element, name: str, default: int | None = None) -> int | None:
    """An attribute that is a whole number; None where it is something else."""
    text = body.get(name)
    if not text:
        return default
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 16 else None


def says(body: Element, name: str) -> bool:
    """A boolean attribute of XEP-0206."""
    return body.get(f"{{{NS_XBOSH}}}{name}") in ("true", "1")


def is_empty(body: Element) -> bool:
    """It asks for nothing but what is there for it."""
    return not any(body.elements()) and not body.has("pause") and not body.get("type") and not says(body, "restart")


def wrapped(text: str = "", **attributes: str) -> bytes:
    """A <body/> around this text; `xmpp_version` is written `xmpp:version`."""
    declared = f'<body xmlns="{NS_BOSH}"'
    if "<stream:" in text:
        declared += f' xmlns:stream="{NS_STREAM}"'
    if any(name.startswith("xmpp_") for name in attributes):
        declared += f' xmlns:xmpp="{NS_XBOSH}"'
    written = "".join(f" {name.replace('_', ':')}={quoteattr(value)}" for name, value in attributes.items())
    return (f"{declared}{written}>{text}</body>" if text else f"{declared}{written}/>").encode()


def inside(text: str) -> str:
    """What was written for the inside of a stream as it is written inside of a <body/>."""
    return text if text.startswith("<stream:") else framing.standalone(text)


@dataclass(frozen=True, slots=True)
class Terms:
    """How long and how much; seconds."""

    wait: int = 60  # that a request waits at most
    hold: int = 2  # requests that wait at the same time
    inactivity: int = 30  # without any request
    inactivity_polling: int = 60
    polling: int = 1  # between requests that bring nothing and ask for nothing else
    maxpause: int = 120


@dataclass(frozen=True, slots=True)
class Opening:
    """A request for a session, agreed on: XEP-0124 7."""

    rid: int
    wait: int
    hold: int
    version: tuple[int, ...]  # () for those that know none yet: they understand HTTP errors only
    kind: str  # the media type of responses
    key: str

    @property
    def polls(self) -> bool:
        return not self.wait or not self.hold

    @property
    def requests(self) -> int:
        """How many may be under way."""
        return self.hold + 1

    def answer(self, terms: Terms, *, sid: str, domain: str, stream: str) -> Mapping[str, str]:
        """What the response to it says."""
        said: dict[str, str | int] = {
            "sid": sid,
            "wait": self.wait,
            "hold": self.hold,
            "requests": self.requests,
            "inactivity": self.inactivity(terms),
            "polling": terms.polling,
            "maxpause": terms.maxpause,
            "from": domain,
            "authid": stream,
            "xmpp_version": "1.0",
            "xmpp_restartlogic": "true",
        }
        version = {"ver": ".".join(map(str, self.version))} if self.version else {}
        return {name: str(value) for name, value in {**said, **version}.items()}

    def inactivity(self, terms: Terms) -> int:
        return terms.inactivity_polling if self.polls else terms.inactivity


def opening(body: Element, domain: str, terms: Terms) -> Opening | str:
    """What is agreed on, or the condition that says why nothing is."""
    rid, wait, hold = number(body, "rid"), number(body, "wait", terms.wait), number(body, "hold", 1)
    version = _version(body.get("ver"))
    if not rid or rid > HIGHEST or wait is None or hold is None or version is None:
        return "bad-request"
    if not body.get("to"):
        return "improper-addressing"
    if body.get("to").lower() != domain:
        return "host-unknown"
    kind = body.get("content") if MEDIA_TYPE.fullmatch(body.get("content")) else KIND
    return Opening(rid, min(wait, terms.wait), min(hold, terms.hold), version, kind, body.get("newkey"))


def _version(text: str) -> tuple[int, ...] | None:
    """The lower one of theirs and ours."""
    if not text:
        return ()
    parts = text.split(".")
    if len(parts) != 2 or not all(part.isascii() and part.isdecimal() and len(part) < 6 for part in parts):
        return None
    return min(VERSION, (int(parts[0]), int(parts[1])))
