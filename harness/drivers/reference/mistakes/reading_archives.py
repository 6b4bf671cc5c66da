"""Mistakes in how the client goes through an archive, and in what it takes archived messages for."""

from __future__ import annotations

from copy import deepcopy
from typing import Any
from xml.etree.ElementTree import Element

from ..jids import bare, resource
from ..room import Occupant
from ..session import Answer, Output, Session
from ..stanzas import CLIENT, FORWARD, MAM, RSM, E, find, text_of
from . import table
from .outputs import told
from .requests import answered, asked, is_reply
from .table import heard

TRUE = ("true", "1")


def _archived(stanza: Element) -> Element | None:
    return find(find(find(stanza, "result", MAM), "forwarded", FORWARD), "message", CLIENT)


# asking


@table.told
def archive_query_without_id(me: Session, output: Output) -> list[Output]:
    """asks archives without an id for the query"""
    if (query := asked(output, "query", MAM, "set")) is not None:
        query.attrib.pop("queryid", None)
    return [output]


@table.told
def archive_asked_once(me: Session, output: Output) -> list[Output]:
    """asks nobody for an archive that it has asked for before"""
    query = asked(output, "query", MAM, "set")
    if query is None or find(query, "set", RSM) is not None:
        return [output]
    me.notes["archives asked"] = me.notes.get("archives asked", 0) + 1
    return [output] if me.notes["archives asked"] == 1 else []


@table.told
def refused_archive_query_repeated(me: Session, output: Output) -> list[Output]:
    """asks an archive the same again that it has just refused"""
    if asked(output, "query", MAM, "set") is not None:
        me.notes["last query"] = deepcopy(getattr(output, "element", None))
    return [output]


@heard
def _refused_archive_query_repeated(me: Session, stanza: Element) -> None:
    query = me.notes.get("last query")
    if is_reply(me, stanza, "error") and query is not None and query.get("id") == stanza.get("id"):
        again = deepcopy(query)
        again.set("id", me.new_id())
        me.send(again)


@heard
def archive_read_until_complete(me: Session, stanza: Element) -> None:
    """asks on behind an empty page, until the archive says that it is complete"""
    fin = find(stanza, "fin", MAM)
    nothing = not any(query.marks for query in me.queries.values())
    if fin is not None and fin.get("complete") not in TRUE and nothing:
        me.send(E("iq", E("query", uri=MAM), type="set", id=me.new_id(), to=stanza.get("from")))


@heard
def archive_end_overlooked(me: Session, stanza: Element) -> bool:
    """waits for more where an archive says that it is complete"""
    fin = find(stanza, "fin", MAM)
    return fin is not None and fin.get("complete") in TRUE


@heard
def archive_count_believed(me: Session, stanza: Element) -> None:
    """stops to read when it has as many messages as the archive counted"""
    fin = find(stanza, "fin", MAM)
    count = text_of(find(fin, "set", RSM), "count", RSM)
    if fin is not None and count and count == str(max((len(q.marks) for q in me.queries.values()), default=-1)):
        fin.set("complete", "true")


@table.told
def page_in_both_directions(me: Session, output: Output) -> list[Output]:
    """asks for a page before one id and after another at once"""
    page = find(asked(output, "query", MAM, "set"), "set", RSM)
    if page is not None and text_of(page, "before", RSM):
        page.append(E("after", text_of(page, "before", RSM), uri=RSM))
    return [output]


@table.told
def archive_ids_without_case(me: Session, output: Output) -> list[Output]:
    """gives the ids of an archive back in lower case"""
    after = find(find(asked(output, "query", MAM, "set"), "set", RSM), "after", RSM)
    if after is not None:
        after.text = (after.text or "").lower()
    return [output]


@table.told
def archive_ids_as_numbers(me: Session, output: Output) -> list[Output]:
    """drops the zeros in front of an archive id, as if it were a number"""
    return _each(output, lambda entry: entry | {"stanza_id": entry["stanza_id"].lstrip("0")})


# reading


def _each(output: Output, change: Any) -> list[Output]:
    answer = answered(output, "messages")
    return [Answer({**answer, "messages": [change(e) for e in answer["messages"]]})] if answer else [output]


@table.told
def archive_sorted_by_time(me: Session, output: Output) -> list[Output]:
    """sorts the messages of an archive by their times"""
    answer = answered(output, "messages")
    if not answer:
        return [output]
    return [Answer({**answer, "messages": sorted(answer["messages"], key=lambda entry: str(entry["stamp"]))})]


@table.told
def type_of_archived_lost(me: Session, output: Output) -> list[Output]:
    """takes every message of an archive for one of a chat"""
    return _each(output, lambda entry: entry | {"type": "chat"})


@table.told
def archived_said_by_the_room(me: Session, output: Output) -> list[Output]:
    """names the room as the sender of what it archived"""
    return _each(output, lambda entry: entry | {"from": bare(entry["from"])})


@table.told
def archived_nick_of_now(me: Session, output: Output) -> list[Output]:
    """names those who said an archived message by the nicknames that they have now"""
    renames = me.notes.setdefault("renames", {})
    if event := told(output, "renamed"):
        renames[event["old"]] = event["nick"]
    return _each(output, lambda entry: entry | {"nick": renames.get(entry["nick"], entry["nick"])})


@table.told
def occupant_ids_of_archives_lost(me: Session, output: Output) -> list[Output]:
    """reads no occupant ids in archives"""
    return _each(output, lambda entry: entry | {"occupant_id": ""})


@heard
def archived_speakers_as_occupants(me: Session, stanza: Element) -> None:
    """lists who said something in an archive among the occupants"""
    message, room = _archived(stanza), me.room(stanza.get("from", ""))
    if message is not None and room:
        room.occupants.setdefault(nick := resource(message.get("from", "")), Occupant(nick))


@heard
def archived_private_as_live(me: Session, stanza: Element) -> None:
    """reports the private messages of an archive as if they were said now"""
    message = _archived(stanza)
    if message is not None and message.get("type") == "chat":
        sender, body = message.get("from", ""), text_of(message, "body", CLIENT)
        me.report("private_message", room=bare(sender), nick=resource(sender), body=body, id=message.get("id", ""))


@heard
def result_without_message_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at an archive result whose message was removed"""
    if find(stanza, "result", MAM) is not None and _archived(stanza) is None:
        me.report("exception", type="AttributeError", text="no message")
