"""XML as the client needs it: namespaces, a builder, readers, and the bytes of the stream."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, fromstring
from xml.sax.saxutils import escape, quoteattr

CLIENT = "jabber:client"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"
MUC = "http://jabber.org/protocol/muc"
USER = MUC + "#user"
ADMIN = MUC + "#admin"
OWNER = MUC + "#owner"
REQUEST = MUC + "#request"
ROOMINFO = MUC + "#roominfo"
REGISTER_FORM = MUC + "#register"
CONFIG_FORM = MUC + "#roomconfig"
DATA = "jabber:x:data"
INFO = "http://jabber.org/protocol/disco#info"
ITEMS = "http://jabber.org/protocol/disco#items"
REGISTER = "jabber:iq:register"
ROSTER = "jabber:iq:roster"
PING = "urn:xmpp:ping"
DELAY = "urn:xmpp:delay"
CONFERENCE = "jabber:x:conference"
SID = "urn:xmpp:sid:0"
OCCUPANT_ID = "urn:xmpp:occupant-id:0"
MAM = "urn:xmpp:mam:2"
RSM = "http://jabber.org/protocol/rsm"
FORWARD = "urn:xmpp:forward:0"
CORRECT = "urn:xmpp:message-correct:0"
REPLY = "urn:xmpp:reply:0"
REACTIONS = "urn:xmpp:reactions:0"
RETRACT = "urn:xmpp:message-retract:1"
MODERATE = "urn:xmpp:message-moderate:1"
FALLBACK = "urn:xmpp:fallback:0"
XML = "http://www.w3.org/XML/1998/namespace"


def E(name: str, /, *children: Element | str | None, uri: str = CLIENT, **attrs: str | None) -> Element:
    """Build an element; `None` children and attributes are left out; `from_` writes `from`."""
    element = Element(f"{{{uri}}}{name}", {k.rstrip("_"): v for k, v in attrs.items() if v is not None})
    for child in children:
        if isinstance(child, str):
            element.text = (element.text or "") + child
        elif child is not None:
            element.append(child)
    return element


def named(element: Element) -> tuple[str, str]:
    """The namespace and the local name of an element."""
    uri, _, name = element.tag.rpartition("}")
    return uri.lstrip("{"), name


def find(element: Element | None, name: str, uri: str) -> Element | None:
    """The first child of that name and namespace."""
    return None if element is None else element.find(f"{{{uri}}}{name}")


def find_all(element: Element | None, name: str, uri: str) -> list[Element]:
    """All children of that name and namespace."""
    return [] if element is None else element.findall(f"{{{uri}}}{name}")


def text_of(element: Element | None, name: str, uri: str) -> str:
    """The text of a child; empty where there is none."""
    found = find(element, name, uri)
    return "" if found is None else "".join(found.itertext())


def optional(name: str, text: Any, uri: str) -> Element | None:
    """A child with this text, or nothing where there is no text."""
    return E(name, str(text), uri=uri) if text not in (None, "") else None


def error_of(stanza: Element) -> dict[str, Any]:
    """Condition, type and text of a stanza error; an unknown type counts as cancel (RFC 6120 8.3.2)."""
    error = find(stanza, "error", CLIENT)
    named_children = [named(child) for child in ([] if error is None else error)]
    conditions = [name for uri, name in named_children if uri == STANZAS and name != "text"]
    kind = "" if error is None else error.get("type", "")
    return {
        "condition": conditions[0] if conditions else "undefined-condition",
        "type": kind if kind in ("auth", "cancel", "continue", "modify", "wait") else "cancel",
        "text": text_of(error, "text", STANZAS),
    }


def parse(text: str) -> Element:
    """One stanza, read as inside a stream whose default namespace is `jabber:client`."""
    wrapper = fromstring(f"<w xmlns='{CLIENT}'>{text}</w>")
    if len(wrapper) != 1:
        raise ValueError("needs exactly one element")
    return wrapper[0]


def render(element: Element, *, within: str = CLIENT) -> str:
    """The element as text, inside a stream whose default namespace is `within`."""
    return "".join(_pieces(element, within))


def _pieces(element: Element, within: str) -> Iterator[str]:
    uri, name = named(element)
    yield f"<{name}" if uri == within else f"<{name} xmlns={quoteattr(uri)}"
    for key, value in element.attrib.items():
        yield f" {key.replace('{' + XML + '}', 'xml:')}={quoteattr(value)}"
    if not len(element) and not element.text:
        yield "/>"
        return
    yield ">" + escape(element.text or "")
    for child in element:
        yield from _pieces(child, uri)
        yield escape(child.tail or "")
    yield f"</{name}>"
