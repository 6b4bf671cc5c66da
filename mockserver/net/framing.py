"""XMPP in messages: each element by itself with its namespaces, a stream from <open/> to <close/>: RFC 7395 3.3."""

from __future__ import annotations

import re
from xml.sax.saxutils import quoteattr

from mockserver.muc.namespaces import NS_CLIENT, NS_STREAM
from mockserver.muc.xml import Element

from .reader import Bounds, Broken, Closed, Item, Opened, Reader

NS_FRAMING = "urn:ietf:params:xml:ns:xmpp-framing"
CLOSE = f'<close xmlns="{NS_FRAMING}"/>'
ATTRIBUTE = re.compile(r"""([^\s=]+)\s*=\s*(?:"[^"]*"|'[^']*')""")
START = re.compile(r"""<([A-Za-z_][^\s/>]*)((?:\s+[^\s=/>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)""")


def read(message: str, bounds: Bounds) -> Item:
    """The one element of a message: <open/> as the `Opened` of a stream, <close/> as its `Closed`."""
    if not message.startswith("<"):
        return Broken("bad-format", "a message begins with its element")
    if message.startswith("<!"):  # inside of an element, as the reader sees it, this would not be well-formed
        return Broken("restricted-xml", "a message is one element")
    reader = Reader(bounds)
    reader.feed(b"<m>")  # no namespace: nothing is inherited
    match reader.feed(message.encode()), reader.feed(b"</m>"):
        case [Element() as element], [Closed()]:
            return _meaning(element)
        case ([*_, Broken() as broken], _) | (_, [Broken() as broken]):
            return broken
    return Broken("bad-format", "a message is one element")


def _meaning(element: Element) -> Item:
    if (element.name, element.uri) == ("open", NS_FRAMING):
        return Opened(Element("stream", NS_STREAM, element.attrs))
    if (element.name, element.uri) == ("close", NS_FRAMING):
        return Closed()
    if not element.uri:
        return Broken("invalid-namespace", f"no stream is around <{element.name}>: it needs its xmlns")
    return element


def opening(name: str, domain: str) -> str:
    """The header of a stream."""
    return f'<open xmlns="{NS_FRAMING}" id={quoteattr(name)} from={quoteattr(domain)} version="1.0" xml:lang="en"/>'


def standalone(text: str) -> str:
    """What was written for the inside of a stream, with the namespace that it took from there."""
    start = START.match(text)
    if start is None:
        return text  # no element: mischief of a scenario
    inherited, uri = ("xmlns:stream", NS_STREAM) if start[1].startswith("stream:") else ("xmlns", NS_CLIENT)
    if inherited in ATTRIBUTE.findall(start[2]):
        return text
    return f'{text[: start.end(1)]} {inherited}="{uri}"{text[start.end(1) :]}'
