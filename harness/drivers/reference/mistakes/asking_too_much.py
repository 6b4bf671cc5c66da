"""Mistakes of a client that asks or says more than it should, or reads less of the answers than there is."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from ..forms import submission
from ..jids import bare, resource
from ..session import Answer, Output, Send, Session
from ..stanzas import (
    CLIENT,
    CONFIG_FORM,
    DATA,
    FORWARD,
    INFO,
    ITEMS,
    MAM,
    MUC,
    OWNER,
    PING,
    E,
    find,
    find_all,
    named,
    text_of,
)
from . import table
from .outputs import sent
from .requests import answered, asked, is_reply
from .table import heard

DIRECT = "jabber:x:conference"
RECEIPTS = "urn:xmpp:receipts"
STATES = "http://jabber.org/protocol/chatstates"


# asking


@table.told
def info_asked_of_service(me: Session, output: Output) -> list[Output]:
    """asks the service what a room is"""
    if asked(output, "query", INFO, "get") is not None and (iq := sent(output, "iq")) is not None:
        iq.set("to", iq.get("to", "").partition("@")[2])
    return [output]


@heard
def every_room_asked(me: Session, stanza: Element) -> None:
    """asks each room of a list what it is"""
    for item in find_all(find(stanza, "query", ITEMS), "item", ITEMS):
        me.send(E("iq", E("query", uri=INFO), type="get", to=item.get("jid"), id=me.new_id()))


@heard
def form_made_up_where_none_is(me: Session, stanza: Element) -> None:
    """submits a form of its own where the room has nothing to configure"""
    query = find(stanza, "query", OWNER)
    if is_reply(me, stanza, "result") and query is not None and find(query, "x", DATA) is None:
        form = E("query", submission({"FORM_TYPE": [CONFIG_FORM]}), uri=OWNER)
        me.send(E("iq", form, type="set", to=stanza.get("from"), id=me.new_id()))


@table.told
def nothing_to_configure_is_done(me: Session, output: Output) -> list[Output]:
    """reports success where the room has nothing to configure"""
    answer = output.answer if isinstance(output, Answer) else {}
    if "no configuration form" not in str(answer.get("error", {}).get("text", "")):
        return [output]
    return [Answer({"seq": answer["seq"], "ok": True})]


@heard
def invitation_followed_again(me: Session, stanza: Element) -> None:
    """joins again at every invitation to a room in which it is"""
    if (invite := find(stanza, "x", DIRECT)) is not None and (room := me.room(invite.get("jid", ""))):
        me.send(E("presence", E("x", uri=MUC), to=f"{room.jid}/{room.nick}"))


# saying


@table.told
def receipts_asked_of_rooms(me: Session, output: Output) -> list[Output]:
    """asks everybody in a room for a receipt"""
    message = sent(output, "message")
    if message is not None and message.get("type") == "groupchat":
        message.append(E("request", uri=RECEIPTS))
    return [output]


@table.told
def gone_said_on_leaving(me: Session, output: Output) -> list[Output]:
    """says with a chat state that it has gone when it leaves"""
    presence = sent(output, "presence")
    if presence is None or presence.get("type") != "unavailable":
        return [output]
    gone = E("message", E("gone", uri=STATES), to=bare(presence.get("to", "")), type="groupchat", id=me.new_id())
    return [Send(gone), output]


@heard
def receipts_for_archives(me: Session, stanza: Element) -> None:
    """sends receipts for what lies in an archive"""
    message = find(find(find(stanza, "result", MAM), "forwarded", FORWARD), "message", CLIENT)
    if find(message, "request", RECEIPTS) is not None and message is not None:
        received = E("received", uri=RECEIPTS, id=message.get("id"))
        me.send(E("message", received, to=message.get("from"), id=me.new_id()))


# submitting


def _submitted(output: Output) -> Element | None:
    return find(asked(output, "query", OWNER, "set"), "x", DATA)


def _without(output: Output, drops: Any) -> list[Output]:
    form = _submitted(output)
    for field in find_all(form, "field", DATA):
        if form is not None and drops(field):
            form.remove(field)
    return [output]


@table.told
def numbers_not_submitted(me: Session, output: Output) -> list[Output]:
    """submits no numbers but 0 and 1"""
    return _without(
        output, lambda field: text_of(field, "value", DATA).isdigit() and text_of(field, "value", DATA) > "1"
    )


@table.told
def addresses_not_submitted(me: Session, output: Output) -> list[Output]:
    """submits no lists of addresses"""
    return _without(output, lambda field: "@" in text_of(field, "value", DATA))


@table.told
def values_run_together(me: Session, output: Output) -> list[Output]:
    """submits several values of a field in one"""
    for field in find_all(_submitted(output), "field", DATA):
        values = find_all(field, "value", DATA)
        for value in values[1:]:
            values[0].text = f"{values[0].text},{value.text}"
            field.remove(value)
    return [output]


@table.told
def anonymity_not_submitted(me: Session, output: Output) -> list[Output]:
    """never submits who may see real JIDs"""
    return _without(output, lambda field: field.get("var") == "muc#roomconfig_whois")


# reading


def _each_field(output: Output, change: Any) -> list[Output]:
    answer = answered(output, "fields")
    return [Answer({**answer, "fields": [change(f) for f in answer["fields"]]})] if answer else [output]


@table.told
def every_boolean_is_set(me: Session, output: Output) -> list[Output]:
    """takes every boolean field for one that is set"""
    return _each_field(output, lambda f: f | {"value": True} if isinstance(f["value"], bool) else f)


@table.told
def name_of_room_lost(me: Session, output: Output) -> list[Output]:
    """does not tell the name that a room gives itself"""
    answer = answered(output, "identities")
    return [Answer({**answer, "identities": [i | {"name": ""} for i in answer["identities"]]})] if answer else [output]


@table.told
def form_of_room_overlooked(me: Session, output: Output) -> list[Output]:
    """does not tell what the form of a room says"""
    answer = answered(output, "identities", "fields")
    return [Answer({**answer, "fields": []})] if answer else [output]


@table.told
def form_of_room_by_prefix(me: Session, output: Output) -> list[Output]:
    """tells of the form of a room only the fields whose names begin as expected"""
    answer = answered(output, "identities", "fields")
    known = [f for f in answer.get("fields", ()) if f["var"].startswith("muc#roominfo_")]
    return [Answer({**answer, "fields": known})] if answer else [output]


def _without_features(output: Output, drops: Any) -> list[Output]:
    answer = answered(output, "features")
    return [Answer({**answer, "features": [f for f in answer["features"] if not drops(f)]})] if answer else [output]


@table.told
def anonymity_features_lost(me: Session, output: Output) -> list[Output]:
    """does not tell whether a room is anonymous"""
    return _without_features(output, lambda feature: feature.endswith("anonymous"))


@table.told
def only_features_of_rooms(me: Session, output: Output) -> list[Output]:
    """tells no features of a room but those that begin with muc"""
    return _without_features(output, lambda feature: not feature.startswith(("muc", MUC)))


@heard
def exit_of_the_room_itself(me: Session, stanza: Element) -> None:
    """takes unavailable presence of the room itself for the exit of somebody"""
    sender = stanza.get("from", "")
    if named(stanza)[1] == "presence" and stanza.get("type") == "unavailable" and not resource(sender):
        about = {"nick": "", "cause": "left", "status": "", "actor": "", "reason": "", "codes": []}
        me.report("occupant_left", room=bare(sender), **about)


@heard
def any_form_asks_for_voice(me: Session, stanza: Element) -> None:
    """takes a form that is cancelled or filled in for a request for voice"""
    if named(stanza)[1] == "message" and (form := find(stanza, "x", DATA)) is not None:
        form.set("type", "form")


@table.told
def ping_with_a_join(me: Session, output: Output) -> list[Output]:
    """joins anew whenever it pings itself, in case it is no longer there"""
    iq = sent(output, "iq")
    if iq is None or find(iq, "ping", PING) is None or not resource(iq.get("to", "")):
        return [output]
    return [output, Send(E("presence", E("x", uri=MUC), to=iq.get("to")))]


@table.told
def roster_preference_as_always(me: Session, output: Output) -> list[Output]:
    """asks to archive always where only correspondents of the roster were meant"""
    prefs = asked(output, "prefs", MAM, "set")
    if prefs is not None and prefs.get("default") == "roster":
        prefs.set("default", "always")
    return [output]
