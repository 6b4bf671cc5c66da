"""Mistakes in what the client tells and sends of messages, subjects and configuration."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from ..jids import bare
from ..session import Output, Report, Session
from ..stanzas import CLIENT, OCCUPANT_ID, OWNER, SID, E, find
from . import table
from .outputs import SAID, also, sent, told

# messages


@table.told
def messages_told_twice(me: Session, output: Output) -> list[Output]:
    """reports each message to the room twice"""
    return [output, output] if told(output, "message") else [output]


@table.told
def messages_also_private(me: Session, output: Output) -> list[Output]:
    """reports each message to the room also as a private one"""
    event = told(output, "message", history=False)
    return also(output, event, "private_message", body=event["body"], id=event["id"]) if event else [output]


@table.told
def private_also_to_room(me: Session, output: Output) -> list[Output]:
    """reports each private message also as one to the room"""
    event = told(output, "private_message")
    return also(output, event, "message", **{**SAID, "body": event["body"]}) if event else [output]


@table.told
def id_of_message_lost(me: Session, output: Output) -> list[Output]:
    """reports messages without their ids"""
    return [Report({**event, "id": ""})] if (event := told(output, "message")) else [output]


@table.told
def live_as_history(me: Session, output: Output) -> list[Output]:
    """reports everything that is said as history"""
    return [Report({**event, "history": True})] if (event := told(output, "message")) else [output]


@table.told
def history_ends_at_subject(me: Session, output: Output) -> list[Output]:
    """reports everything as history until the subject comes, delayed or not"""
    entering = me.notes.setdefault("entering", set())
    if event := told(output, "joined"):
        entering.add(event["room"])
    if event := told(output, "subject"):
        entering.discard(event["room"])
    event = told(output, "message")
    return [Report({**event, "history": True})] if event and event["room"] in entering else [output]


@table.told
def history_backwards(me: Session, output: Output) -> list[Output]:
    """reports the newest of the history first"""
    held: list[Output] = me.notes.setdefault("history", [])
    if told(output, "message", history=True):
        held.insert(0, output)
        return []
    if not (told(output, "message") or told(output, "subject")):
        return [output]
    ready = [*held]
    held.clear()
    return [*ready, output]


@table.told
def private_message_without_type(me: Session, output: Output) -> list[Output]:
    """sends private messages without a type"""
    message = sent(output, "message")
    if message is not None and message.get("type") == "chat":
        del message.attrib["type"]
    return [output]


@table.told
def nicks_of_speakers_cleaned(me: Session, output: Output) -> list[Output]:
    """reports only letters, digits and spaces of the nickname of who speaks"""
    event = told(output, "message")
    nick = "".join(c for c in event.get("nick", "") if c.isalnum() or c == " ")
    return [Report({**event, "nick": nick})] if event else [output]


@table.told
def talk_under_former_nick(me: Session, output: Output) -> list[Output]:
    """reports what an occupant says under the first nickname that it knew"""
    former = me.notes.setdefault("former", {})
    if event := told(output, "renamed", self=False):
        former[event["nick"]] = former.get(event["old"], event["old"])
    event = told(output, "message") or told(output, "private_message")
    return [Report({**event, "nick": former.get(event["nick"], event["nick"])})] if event else [output]


# ids that only a service may give


def _said(output: Output) -> Element | None:
    message = sent(output, "message")
    return message if message is not None and find(message, "body", CLIENT) is not None else None


@table.told
def occupant_id_sent(me: Session, output: Output) -> list[Output]:
    """puts an occupant id into what it says"""
    if (message := _said(output)) is not None:
        message.append(E("occupant-id", uri=OCCUPANT_ID, id="me"))
    return [output]


@table.told
def stanza_id_sent(me: Session, output: Output) -> list[Output]:
    """gives a stanza id to what it says"""
    if (message := _said(output)) is not None:
        message.append(E("stanza-id", uri=SID, id=message.get("id"), by=bare(me.jid)))
    return [output]


# subjects


def _new_subject(output: Output) -> Element | None:
    message = sent(output, "message")
    return message if message is not None and find(message, "subject", CLIENT) is not None else None


@table.told
def subject_with_thread(me: Session, output: Output) -> list[Output]:
    """sends a new subject with a thread"""
    if (message := _new_subject(output)) is not None:
        message.append(E("thread", "t1"))
    return [output]


@table.told
def subject_without_type(me: Session, output: Output) -> list[Output]:
    """sends a new subject without the type groupchat"""
    if (message := _new_subject(output)) is not None:
        message.attrib.pop("type", None)
    return [output]


@table.told
def subject_applied_at_once(me: Session, output: Output) -> list[Output]:
    """takes a subject for changed when it has asked for it"""
    if (message := _new_subject(output)) is None:
        return [output]
    event = {"room": message.get("to", ""), "nick": ""}
    subject = find(message, "subject", CLIENT)
    return also(output, event, "subject", subject="" if subject is None else subject.text or "")


@table.told
def subject_also_as_message(me: Session, output: Output) -> list[Output]:
    """reports each subject also as an empty message"""
    return also(output, event, "message", **SAID) if (event := told(output, "subject")) else [output]


# configuration


@table.told
def config_asked_of_occupant(me: Session, output: Output) -> list[Output]:
    """asks its own occupant JID for the configuration form"""
    iq = sent(output, "iq")
    if iq is not None and iq.get("type") == "get" and find(iq, "query", OWNER) is not None:
        room = me.room(iq.get("to", ""))
        iq.set("to", f"{iq.get('to')}/{room.nick if room else ''}")
    return [output]
