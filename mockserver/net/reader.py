"""Bytes of a client's stream to stanzas, incremental and bounded: RFC 6120 4 and 11.

The reader does no I/O. `feed` gives what became complete; a `Broken` is always the last thing it gives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from xml.parsers import expat

from mockserver.muc.xml import Builder, Element


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one stanza may be. Sizes in bytes."""

    stanza: int = 262_144
    depth: int = 64
    attributes: int = 64
    name: int = 512  # of an element or attribute, its namespace included


@dataclass(frozen=True, slots=True)
class Opened:
    """The stream's start tag, as an element without children."""

    header: Element


@dataclass(frozen=True, slots=True)
class Closed:
    """The stream's end tag."""


@dataclass(frozen=True, slots=True)
class Broken:
    """Nothing more can be read; `condition` is the stream error to send."""

    condition: str
    text: str = ""


Item = Opened | Element | Closed | Broken


class _Stop(Exception):
    def __init__(self, condition: str, text: str = "") -> None:
        super().__init__(condition, text)
        self.broken = Broken(condition, text)


class Reader:
    """One stream. After a restart (TLS, SASL) take a new one."""

    def __init__(self, bounds: Bounds | None = None) -> None:
        self._bounds = bounds or Bounds()
        self._builder = Builder()
        self._depth = 0
        self._fed = 0
        self._start = 0  # where the unfinished stanza (or the space after the last one) begins
        self._items: list[Item] = []
        self._over = False
        self._parser = self._make_parser()

    def feed(self, data: bytes) -> list[Item]:
        """Read on. What stands before a mistake in the same piece is given before its `Broken`."""
        if self._over:
            return []
        self._items = []
        if self._fed < 4 and (b"\0" in data[:4] or data[:1] in (b"\xff", b"\xfe")):  # expat would guess UTF-16
            self._end(Broken("unsupported-encoding", "XMPP is written in UTF-8"))
            return self._items
        self._fed += len(data)
        try:
            self._parser.Parse(data, False)
            self._check_size(self._fed)
        except _Stop as stop:
            self._end(stop.broken)
        except expat.ExpatError as complaint:
            self._end(Broken(_condition(complaint), str(complaint)))
        return self._items

    def _end(self, last: Item) -> None:
        if not self._over:
            self._over = True
            self._items.append(last)

    def _make_parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate("UTF-8", "\n")
        parser.ordered_attributes = True
        parser.buffer_text = True
        # expat 2.6 and later would keep a complete stanza that came in small pieces
        undefer: Callable[[bool], None] | None = getattr(parser, "SetReparseDeferralEnabled", None)
        if undefer is not None:
            undefer(False)
        parser.StartElementHandler = self._started
        parser.EndElementHandler = self._ended
        parser.CharacterDataHandler = self._text
        parser.XmlDeclHandler = _declared
        parser.StartDoctypeDeclHandler = _restricted("document type declaration")
        parser.EntityDeclHandler = _restricted("entity declaration")
        parser.ProcessingInstructionHandler = _restricted("processing instruction")
        parser.CommentHandler = _restricted("comment")
        return parser

    # what expat calls

    def _started(self, tag: str, attributes: list[str]) -> None:
        self._check_size(self._parser.CurrentByteIndex)
        self._check_names(tag, attributes[::2])
        if self._depth == 0:
            self._items.append(Opened(_alone(tag, attributes)))
            self._start = self._parser.CurrentByteIndex
        else:
            if self._depth == 1:
                self._start = self._parser.CurrentByteIndex
            self._builder.start(tag, attributes)
        self._depth += 1
        if self._depth > self._bounds.depth:
            raise _Stop("policy-violation", "elements are nested too deep")

    def _ended(self, tag: str) -> None:
        self._check_size(self._parser.CurrentByteIndex)
        self._depth -= 1
        if self._depth == 0:
            self._end(Closed())
            return
        self._builder.end(tag)
        if self._depth == 1:
            self._items.extend(self._builder.done)
            self._builder.done.clear()
            self._start = self._parser.CurrentByteIndex

    def _text(self, text: str) -> None:
        if self._depth > 1:
            self._builder.data(text)
        elif text.strip(" \t\r\n"):
            raise _Stop("bad-format", "there is text between stanzas")
        else:
            self._start = self._parser.CurrentByteIndex

    # bounds

    def _check_size(self, position: int) -> None:
        if position - self._start > self._bounds.stanza:
            raise _Stop("policy-violation", f"a stanza may have {self._bounds.stanza} bytes")

    def _check_names(self, tag: str, names: list[str]) -> None:
        if len(names) > self._bounds.attributes:
            raise _Stop("policy-violation", "an element has too many attributes")
        if max(map(len, (tag, *names))) > self._bounds.name:
            raise _Stop("policy-violation", "a name is too long")


def _alone(tag: str, attributes: list[str]) -> Element:
    builder = Builder()
    builder.start(tag, attributes)
    builder.end(tag)
    return builder.done[0]


def _restricted(what: str) -> Callable[..., None]:
    def refuse(*_: object) -> None:
        raise _Stop("restricted-xml", f"a {what} is forbidden in XMPP")

    return refuse


def _declared(version: str, encoding: str | None, standalone: int) -> None:
    if encoding and encoding.lower() not in ("utf-8", "utf8"):
        raise _Stop("unsupported-encoding", "XMPP is written in UTF-8")


def _condition(complaint: expat.ExpatError) -> str:
    if complaint.code == expat.errors.codes[expat.errors.XML_ERROR_UNDEFINED_ENTITY]:
        return "restricted-xml"
    if complaint.code == expat.errors.codes[expat.errors.XML_ERROR_UNBOUND_PREFIX]:
        return "bad-namespace-prefix"
    return "not-well-formed"
