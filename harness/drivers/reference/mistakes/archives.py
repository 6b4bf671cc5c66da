"""Mistakes in archive queries and in what the client makes of their results."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..hearing import as_message
from ..jids import bare, resource
from ..session import Answer, Output, Session
from ..stanzas import CLIENT, FORWARD, MAM, find, text_of
from . import table
from .requests import answered, asked
from .table import heard


@table.told
def one_archive_query_at_a_time(me: Session, output: Output) -> list[Output]:
    """loses a query of an archive while another is open"""
    query = asked(output, "query", MAM, "set")
    return [] if query is not None and len(me.queries) > 1 else [output]


@table.told
def archive_newest_first(me: Session, output: Output) -> list[Output]:
    """reports the messages of an archive in the reverse order"""
    answer = answered(output, "messages")
    return [Answer({**answer, "messages": answer["messages"][::-1]})] if answer else [output]


@heard
def last_page_only(me: Session, stanza: Element) -> None:
    """keeps only the last page of those that it read of an archive"""
    if find(stanza, "fin", MAM) is not None:
        for query in me.queries.values():
            query.messages = []


@heard
def archive_results_as_live(me: Session, stanza: Element) -> None:
    """reports the messages of archives as if they were said now"""
    message = find(find(find(stanza, "result", MAM), "forwarded", FORWARD), "message", CLIENT)
    if message is not None:
        sender, body = message.get("from", ""), text_of(message, "body", CLIENT)
        as_message(me, bare(sender), message, nick=resource(sender), body=body)


@heard
def archived_subject_remembered(me: Session, stanza: Element) -> None:
    """holds an archived subject for the present one, without a word"""
    message = find(find(find(stanza, "result", MAM), "forwarded", FORWARD), "message", CLIENT)
    room = me.room(stanza.get("from", ""))
    if room and find(message, "subject", CLIENT) is not None:
        room.subject = text_of(message, "subject", CLIENT)


@heard
def unasked_result_raises(me: Session, stanza: Element) -> None:
    """lets an error escape at an archive result that nobody asked for"""
    result = find(stanza, "result", MAM)
    if result is not None and result.get("queryid") not in me.queries:
        me.report("exception", type="KeyError", text=repr(result.get("queryid")))
