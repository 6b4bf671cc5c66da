"""Immutable XML elements: the only stanza type that the cores know, and its bytes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from xml.parsers import expat
from xml.sax.saxutils import escape

from .namespaces import NS_CLIENT, XML_URI


@dataclass(frozen=True, slots=True)
class Element:
    """One XML element: `attrs` in the order of writing, `children` elements and text."""

    name: str
    uri: str
    attrs: tuple[tuple[str, str], ...] = ()
    children: tuple[Element | str, ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """The value of an attribute; `xml:lang` is written with its prefix."""
        for name, value in self.attrs:  # a plain loop: this is called most of all
            if name == key:
                return value
        return default

    def has(self, key: str) -> bool:
        return any(name == key for name, _ in self.attrs)

    def find(self, name: str, uri: str) -> Element | None:
        """The first child element of that name and namespace."""
        for child in self.children:
            if not isinstance(child, str) and child.name == name and child.uri == uri:
                return child
        return None

    def find_all(self, name: str, uri: str) -> Iterator[Element]:
        return (c for c in self.elements() if c.name == name and c.uri == uri)

    def elements(self) -> Iterator[Element]:
        return (c for c in self.children if isinstance(c, Element))

    @property
    def text(self) -> str:
        """The character data directly inside this element."""
        return "".join(c for c in self.children if isinstance(c, str))

    def with_attrs(self, **attrs: str | None) -> Element:
        """A copy with attributes set, or removed where the value is None; `from_` means `from`."""
        changed = {_plain(k): v for k, v in attrs.items()}
        merged = {**dict(self.attrs), **changed}
        kept = tuple((k, v) for k, v in merged.items() if v is not None)
        return Element(self.name, self.uri, kept, self.children)

    def plus(self, *children: Element | str) -> Element:
        """A copy with more children at the end."""
        return replace(self, children=self.children + children)

    def without(self, name: str, uri: str) -> Element:
        """A copy without the child elements of that name and namespace."""
        gone = set(map(id, self.find_all(name, uri)))
        return replace(self, children=tuple(c for c in self.children if id(c) not in gone)) if gone else self


def E(name: str, /, *children: Element | str | None, uri: str = NS_CLIENT, **attrs: str | None) -> Element:
    """Build an element; `None` children and attributes are left out; `from_` writes `from`."""
    kept = tuple((_plain(k), str(v)) for k, v in attrs.items() if v is not None)
    return Element(name, uri, kept, tuple(c for c in children if c is not None and c != ""))


def _plain(keyword: str) -> str:
    return "xml:lang" if keyword == "xml_lang" else keyword.rstrip("_")


# bytes

QUOTED = {'"': "&quot;", "\n": "&#10;", "\t": "&#9;", "\r": "&#13;"}
SPECIAL = re.compile('[&<>"\n\t\r]')  # few values have one of them


def render(element: Element, *, within: str = NS_CLIENT) -> str:
    """The element as XML text, inside a stream whose default namespace is `within`."""
    parts: list[str] = []
    _write(element, within, parts)
    return "".join(parts)


def halves(stanza: Element, *, within: str = NS_CLIENT) -> tuple[str, str]:
    """The stanza's text cut where ` to="..."` belongs, so that one rendering serves an audience."""
    text = render(stanza.with_attrs(to=None), within=within)
    cut = 1 + len(stanza.name)
    return text[:cut], text[cut:]


def _write(element: Element, within: str, parts: list[str]) -> None:
    parts.append(f"<{element.name}")
    if element.uri != within:
        parts.append(f' xmlns="{_quoted(element.uri)}"')
    # attributes of foreign namespaces (read as `{uri}name`) are not passed on: XMPP defines none
    parts.extend(f' {k}="{_quoted(v)}"' for k, v in element.attrs if k[0] != "{")
    if not element.children:
        parts.append("/>")
        return
    parts.append(">")
    for child in element.children:
        if isinstance(child, str):
            parts.append(escape(child, {"\r": "&#13;"}))
        else:
            _write(child, element.uri, parts)
    parts.append(f"</{element.name}>")


def _quoted(value: str) -> str:
    return escape(value, QUOTED) if SPECIAL.search(value) else value


# what XML 1.0 cannot carry: 2.2
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class BadXml(ValueError):
    """Text that is no single well-formed element, or one that XMPP forbids (DTD, entity, comment, PI)."""


def parse(text: str, *, within: str = NS_CLIENT) -> Element:
    """Read one element. Raises `BadXml`. The porch has a bounded, incremental reader of its own."""
    builder = Builder()
    parser = expat.ParserCreate(namespace_separator="\n")
    parser.ordered_attributes = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.CommentHandler = parser.ProcessingInstructionHandler = _forbidden
    try:
        parser.Parse(f'<w xmlns="{_quoted(within)}">{text}</w>', True)
    except expat.ExpatError as complaint:
        raise BadXml(f"not well-formed: {complaint}") from complaint
    (wrapper,) = builder.done
    children = list(wrapper.elements())
    if len(children) != 1 or wrapper.text.strip():
        raise BadXml("needs exactly one element")
    return children[0]


def _forbidden(*_: object) -> None:
    raise BadXml("DTDs, comments and processing instructions are forbidden in XMPP")


class Builder:
    """Collects expat's calls into elements; finished outermost elements land in `done`."""

    def __init__(self) -> None:
        self.done: list[Element] = []
        self.stack: list[tuple[str, str, tuple[tuple[str, str], ...], list[Element | str]]] = []

    def start(self, tag: str, attributes: list[str]) -> None:
        uri, _, name = tag.rpartition("\n")
        names, values = attributes[::2], attributes[1::2]
        self.stack.append((name, uri, tuple(zip(map(_prefixed, names), values, strict=True)), []))

    def data(self, text: str) -> None:
        if self.stack:
            self.stack[-1][3].append(text)

    def end(self, tag: str) -> None:
        name, uri, attrs, children = self.stack.pop()
        element = Element(name, uri, attrs, tuple(_joined(children)))
        (self.stack[-1][3] if self.stack else self.done).append(element)


def _prefixed(name: str) -> str:
    uri, _, local = name.rpartition("\n")
    return f"xml:{local}" if uri == XML_URI else (f"{{{uri}}}{local}" if uri else local)


def _joined(children: Iterable[Element | str]) -> Iterator[Element | str]:
    """The children with neighbouring pieces of text made one."""
    pending = ""
    for child in children:
        if isinstance(child, str):
            pending += child
            continue
        if pending:
            yield pending
            pending = ""
        yield child
    if pending:
        yield pending
