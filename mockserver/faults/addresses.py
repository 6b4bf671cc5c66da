"""The head of what goes out: from, id, type, language; and the children that are passed on."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_CLIENT, NS_DELAY, NS_MUC, NS_OCCUPANT_ID, NS_SID, NS_USER
from mockserver.muc.xml import E, Element

from .editing import lacking
from .kinds import SENT
from .moment import Moment
from .table import changed, enter, for_each


def _from_room(kind: str, moment: Moment, stanza: Element) -> Element:
    """The bare JID in place of the full one, or the other way about."""
    if moment.kind(stanza) != kind or not stanza.get("from"):
        return stanza
    bare, _, nick = stanza.get("from").partition("/")
    return stanza.with_attrs(from_=bare if nick else f"{bare}/nobody")


def _from_domain(kind: str, moment: Moment, stanza: Element) -> Element:
    if moment.kind(stanza) != kind or not stanza.get("from"):
        return stanza
    return stanza.with_attrs(from_=JID(stanza.get("from")).domain)


def _from_sender(kind: str, moment: Moment, stanza: Element) -> Element:
    return stanza.with_attrs(from_=moment.sender) if moment.kind(stanza) == kind and moment.sender else stanza


def _without(kind: str, attribute: str, moment: Moment, stanza: Element) -> Element:
    return lacking(stanza, attribute) if moment.kind(stanza) == kind else stanza


def _other_id(kind: str, moment: Moment, stanza: Element) -> Element:
    fits = moment.kind(stanza) == kind and stanza.has("id")
    return stanza.with_attrs(id=f"{stanza.get('id')}-x") if fits else stanza


def _other_type(kind: str, moment: Moment, stanza: Element) -> Element:
    if moment.kind(stanza) != kind or stanza.name == "iq":
        return stanza
    types = {"groupchat": "normal", "unavailable": None, "error": None, "chat": "groupchat"}
    other = types.get(stanza.get("type"), "groupchat" if stanza.name == "message" else "unavailable")
    return stanza.with_attrs(type=other)


for _kind, _words in SENT:
    for _name, _text, _change in (
        ("from-another", "swaps room and occupant as the sender of {}", _from_room),
        ("from-the-domain", "sends {} from the domain", _from_domain),
        ("from-the-sender", "sends {} from the real JID of who caused it", _from_sender),
        ("with-another-id", "sends {} with another id", _other_id),
        ("of-another-type", "sends {} with another type", _other_type),
    ):
        enter(f"{_kind}-{_name}", _text.format(_words), told=for_each(partial(_change, _kind)))
    for _attribute in ("id", "type", "xml:lang"):
        _name = f"{_kind}-without-{_attribute.replace('xml:', '')}"
        _text = f"sends {_words} without {_attribute}"
        enter(_name, _text, told=for_each(partial(_without, _kind, _attribute)))


# children

CHILDREN = (
    ("body", NS_CLIENT, "the body"),
    ("subject", NS_CLIENT, "the subject"),
    ("thread", NS_CLIENT, "the thread"),
    ("show", NS_CLIENT, "show"),
    ("status", NS_CLIENT, "the status text"),
    ("delay", NS_DELAY, "when it was said"),
    ("stanza-id", NS_SID, "the id of the archive"),
    ("origin-id", NS_SID, "the sender's own id"),
    ("occupant-id", NS_OCCUPANT_ID, "the occupant-id"),
    ("x", NS_USER, "the muc#user element"),
    ("x", NS_MUC, "the muc element"),
)


def _childless(name: str, uri: str, stanza_name: str, moment: Moment, stanza: Element) -> Element:
    return stanza.without(name, uri) if stanza.name == stanza_name else stanza


for _child, _uri, _words in CHILDREN:
    for _stanza in ("presence", "message"):
        _short = f"{_child}-of-{_uri.rpartition('#')[2]}" if _child == "x" else _child
        _name = f"{_stanza}-without-{_short.replace('http://jabber.org/protocol/', '')}"
        enter(_name, f"passes {_stanza} on without {_words}", told=for_each(partial(_childless, _child, _uri, _stanza)))

OURS = frozenset({NS_CLIENT, NS_DELAY, NS_SID, NS_OCCUPANT_ID, NS_USER, NS_MUC})


@changed
def extensions_lost(moment: Moment, stanza: Element) -> Element:
    """passes on no extensions of messages and presence"""
    if not moment.of(stanza, "said", "groupchat", "whisper", "change", "entrance", "own-change", "new-subject", "exit"):
        return stanza
    kept = tuple(c for c in stanza.children if isinstance(c, str) or c.uri in OURS)
    return replace(stanza, children=kept) if len(kept) < len(stanza.children) else stanza


@changed
def real_jid_in_messages(moment: Moment, stanza: Element) -> Element:
    """tells everybody in messages who said them"""
    if not moment.of(stanza, "said", "whisper", "new-subject") or moment.sender is None:
        return stanza
    address = E("address", uri="http://jabber.org/protocol/address", type="ofrom", jid=moment.sender)
    return stanza.plus(E("addresses", address, uri="http://jabber.org/protocol/address"))


@changed
def own_muc_element_passed_on(moment: Moment, stanza: Element) -> Element:
    """passes on in presence what the newcomer said to the room only, its password too"""
    x = moment.sent.find("x", NS_MUC) if moment.sent is not None else None
    return stanza.plus(x) if x and moment.of(stanza, "own-presence", "entrance") else stanza


@changed
def forged_user_element_passed_on(moment: Moment, stanza: Element) -> Element:
    """passes on what an occupant says in the name of the room"""
    x = moment.sent.find("x", NS_USER) if moment.sent is not None else None
    return (
        stanza.plus(x) if x and moment.of(stanza, "said", "whisper", "change", "entrance", "own-presence") else stanza
    )


def _stamped(element: str, uri: str, attribute: str, value: str, moment: Moment, stanza: Element) -> Element:
    held = stanza.find(element, uri)
    if held is None or not held.has(attribute):
        return stanza
    new = held.with_attrs(**{attribute: value or None})
    return replace(stanza, children=tuple(new if c is held else c for c in stanza.children))


for _name, _text, _element, _uri, _attribute, _value in (
    ("delay-by-nobody", "does not say whose delay it was", "delay", NS_DELAY, "from", ""),
    ("delay-by-occupant", "says that an occupant delayed the history", "delay", NS_DELAY, "from", "a@b/c"),
    ("delay-without-stamp", "does not say when it was delayed", "delay", NS_DELAY, "stamp", ""),
    (
        "delay-at-another-time",
        "says another time of delayed stanzas",
        "delay",
        NS_DELAY,
        "stamp",
        "1970-01-01T00:00:00Z",
    ),
    ("delay-in-local-time", "writes times without a zone", "delay", NS_DELAY, "stamp", "2027-01-15T08:00:00"),
    ("stanza-id-by-nobody", "does not say whose a stanza-id is", "stanza-id", NS_SID, "by", ""),
    ("stanza-id-by-another", "says that somebody else gave the stanza-id", "stanza-id", NS_SID, "by", "a@b"),
    ("stanza-id-without-id", "sends an empty stanza-id", "stanza-id", NS_SID, "id", ""),
    ("stanza-id-always-one", "gives every message the same stanza-id", "stanza-id", NS_SID, "id", "1"),
    ("occupant-id-always-one", "gives every occupant the same occupant-id", "occupant-id", NS_OCCUPANT_ID, "id", "1"),
    ("occupant-id-without-id", "sends an empty occupant-id", "occupant-id", NS_OCCUPANT_ID, "id", ""),
):
    enter(_name, _text, told=for_each(partial(_stamped, _element, _uri, _attribute, _value)))


@changed
def stanza_id_anew_for_each(moment: Moment, stanza: Element) -> Element:
    """gives a message another stanza-id whenever it is sent"""
    number = moment.notes["n"] = moment.notes.get("n", 0) + 1
    return _stamped("stanza-id", NS_SID, "id", f"n{number}", moment, stanza)


@changed
def occupant_id_anew_for_each(moment: Moment, stanza: Element) -> Element:
    """gives an occupant another occupant-id whenever a stanza is sent"""
    number = moment.notes["n"] = moment.notes.get("n", 0) + 1
    return _stamped("occupant-id", NS_OCCUPANT_ID, "id", f"n{number}", moment, stanza)


@changed
def occupant_id_of_the_nickname(moment: Moment, stanza: Element) -> Element:
    """makes the occupant-id of the nickname"""
    return _stamped("occupant-id", NS_OCCUPANT_ID, "id", stanza.get("from"), moment, stanza)


@changed
def occupant_id_of_the_user(moment: Moment, stanza: Element) -> Element:
    """gives a user the same occupant-id in every room"""
    room, nick = moment.room_of(stanza), stanza.get("from").partition("/")[2]
    occupant = room.occupants.get(nick) if room else None
    if occupant is None:
        return stanza
    return _stamped("occupant-id", NS_OCCUPANT_ID, "id", f"of {occupant.bare_jid}", moment, stanza)
