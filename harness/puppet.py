"""An actor made of nothing but stanzas: the reference client, joined to a host in memory."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree as ET

from mockserver.muc.namespaces import XML_URI
from mockserver.muc.xml import Element

from .drivers.reference.client import Answer, Client, Report, Send

Outcome = Element | Mapping[str, Any]


class Puppet:
    """One session of a perfect client (or, with defects, of a broken one). No I/O."""

    def __init__(self, jid: str, *, defects: frozenset[str] = frozenset()) -> None:
        self.jid = jid
        self._client = Client(jid, defects=defects)

    def does(self, verb: str, seq: int, args: Mapping[str, Any]) -> Iterator[Outcome]:
        """Start a verb. Yields what comes of it: stanzas to send, events and answers as the driver would write them."""
        self._client.command(verb, seq, dict(args))
        yield from self._taken()

    def receives(self, stanza: Element) -> Iterator[Outcome]:
        """A stanza arrives. Yields what comes of it."""
        self._client.receive(to_tree(stanza))
        yield from self._taken()

    def bound(self, jid: str) -> None:
        """There is a stream again, under this JID."""
        self.jid = jid
        self._client.bound(jid)

    def tick(self, now: float) -> Iterator[Outcome]:
        """It is `now` for the client. Yields what comes of it, and of `bound`."""
        self._client.tick(now)
        yield from self._taken()

    def next_timer(self) -> float | None:
        """When the client has something to do by itself."""
        return self._client.next_timer()

    def lost(self, condition: str = "") -> Iterator[Outcome]:
        """The stream is gone, with this stream error."""
        self._client.lost(condition)
        yield from self._taken()

    def state(self, room: str) -> Mapping[str, Any]:
        """The client's snapshot of a room."""
        return self._client.state(room)

    def _taken(self) -> Iterator[Outcome]:
        for output in self._client.take():
            match output:
                case Send(element):
                    yield from_tree(element)
                case Report(fields):
                    yield fields
                case Answer(fields):
                    yield fields


def to_tree(element: Element) -> ET.Element:
    """Our element as ElementTree's, tags written `{uri}name`."""
    attrs = {_expanded(k): v for k, v in element.attrs}
    tree = ET.Element(f"{{{element.uri}}}{element.name}", attrs)
    last: ET.Element | None = None
    for child in element.children:
        if isinstance(child, Element):
            last = to_tree(child)
            tree.append(last)
        elif last is None:
            tree.text = (tree.text or "") + child
        else:
            last.tail = (last.tail or "") + child
    return tree


def from_tree(tree: ET.Element) -> Element:
    """ElementTree's element as ours."""
    uri, _, name = tree.tag.rpartition("}")
    children: list[Element | str] = [tree.text] if tree.text else []
    for child in tree:
        children.append(from_tree(child))
        if child.tail:
            children.append(child.tail)
    attrs = tuple((_prefixed(k), v) for k, v in tree.attrib.items())
    return Element(name, uri.lstrip("{"), attrs, tuple(children))


def _expanded(name: str) -> str:
    return f"{{{XML_URI}}}{name[4:]}" if name.startswith("xml:") else name


def _prefixed(name: str) -> str:
    return f"xml:{name.rpartition('}')[2]}" if name.startswith(f"{{{XML_URI}}}") else name
