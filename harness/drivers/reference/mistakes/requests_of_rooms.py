"""Mistakes in asking rooms what they are and hold, in registering with them, and in archiving preferences."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ..discovery import NICK_NODE
from ..jids import bare
from ..session import Answer, Output, Session
from ..stanzas import INFO, ITEMS, MAM, REGISTER, E, find, find_all, named, text_of
from . import table
from .outputs import WHO, sent
from .requests import answered, asked
from .table import heard, remembered

# disco


@table.told
def features_of_room_lost(me: Session, output: Output) -> list[Output]:
    """tells the identity of a room, not its features"""
    answer = answered(output, "features")
    return [Answer({**answer, "features": []})] if answer else [output]


@table.told
def rooms_known_by_name_only(me: Session, output: Output) -> list[Output]:
    """lists rooms by their names, without their addresses"""
    answer = answered(output, "items")
    nameless = [item | {"jid": ""} if "name" in item else item for item in answer.get("items", ())]
    return [Answer({**answer, "items": nameless})] if answer else [output]


@table.told
def items_asked_by_info(me: Session, output: Output) -> list[Output]:
    """asks a room what it is where it should ask what it holds"""
    if (query := asked(output, "query", ITEMS)) is not None:
        query.tag = f"{{{INFO}}}query"
    return [output]


def _items(me: Session, stanza: Element) -> list[Element]:
    query = find(stanza, "query", ITEMS) if stanza.get("id") in me.questions else None
    return find_all(query, "item", ITEMS)


@heard
def items_as_occupants(me: Session, stanza: Element) -> None:
    """reports the items of a room as occupants"""
    for item in _items(me, stanza):
        nick = item.get("jid", "").partition("/")[2]
        me.report("occupant_joined", **{**WHO, "room": bare(stanza.get("from", "")), "nick": nick})


@heard
def room_with_items_as_joined(me: Session, stanza: Element) -> None:
    """takes itself for joined in a room whose items it has"""
    if _items(me, stanza):
        me.notes.setdefault("with items", set()).add(me.key(stanza.get("from", "")))


@remembered
def _room_with_items_as_joined(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    if me.key(room) in me.notes.get("with items", ()):
        snapshot["joined"] = True


# the reserved nickname


@table.told
def reserved_nick_without_node(me: Session, output: Output) -> list[Output]:
    """asks for its reserved nickname without the node"""
    query = asked(output, "query", INFO)
    if query is not None and query.get("node") == NICK_NODE:
        del query.attrib["node"]
    return [output]


@heard
def reserved_nick_overlooked(me: Session, stanza: Element) -> None:
    """overlooks the identity that names its reserved nickname"""
    query = find(stanza, "query", INFO)
    if query is not None and query.get("node") == NICK_NODE:
        query[:] = []


# registering


@table.told
def registration_asked_of_server(me: Session, output: Output) -> list[Output]:
    """asks its own server for the registration with a room"""
    iq = sent(output, "iq")
    if iq is not None and asked(output, "query", REGISTER, "get") is not None:
        iq.attrib.pop("to", None)
    return [output]


@table.told
def everybody_is_registered(me: Session, output: Output) -> list[Output]:
    """takes everybody for registered"""
    answer = answered(output, "registered")
    return [Answer({**answer, "registered": True})] if answer else [output]


@heard
def registers_once_more(me: Session, stanza: Element) -> None:
    """registers once more when it learns that it is registered"""
    query = find(stanza, "query", REGISTER)
    if named(stanza)[1] == "iq" and find(query, "registered", REGISTER) is not None:
        nick = E("username", text_of(query, "username", REGISTER), uri=REGISTER)
        payload = E("query", nick, uri=REGISTER)
        me.send(E("iq", payload, type="set", to=stanza.get("from"), id=me.new_id()))


# archiving preferences


@table.told
def prefs_of_an_older_version(me: Session, output: Output) -> list[Output]:
    """asks for archiving preferences in the namespace of an older version"""
    iq = sent(output, "iq")
    if iq is not None and (prefs := asked(output, "prefs", MAM, "get")) is not None:
        iq.remove(prefs)
        SubElement(iq, "{urn:xmpp:mam:1}prefs")
    return [output]


@table.told
def default_of_prefs_lost(me: Session, output: Output) -> list[Output]:
    """takes every default of archiving preferences for roster"""
    answer = answered(output, "default")
    return [Answer({**answer, "default": "roster"})] if answer else [output]
