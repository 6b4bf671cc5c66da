"""Behaviours: messages of the room, their ids and stamps, the subject, the history, invitations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime

from mockserver.faults.moment import Moment
from mockserver.faults.table import for_each
from mockserver.muc.model import Delivery, Room
from mockserver.muc.namespaces import NS_CLIENT, NS_DELAY, NS_OCCUPANT_ID, NS_SID, NS_USER
from mockserver.muc.xml import E, Element

from .table import Act, behaviour, changes, hears, tells

LIVE = ("said", "groupchat")
NS_OLD_DELAY = "jabber:x:delay"  # XEP-0091


@hears
def gives_ids(moment: Moment) -> Element:
    """gives an id to messages that come without one"""
    sent = moment.sent
    assert sent is not None
    return sent.with_attrs(id=moment.muc.new_id()) if moment.asked == "message" and not sent.get("id") else sent


@changes
def plain_subjects(moment: Moment, stanza: Element) -> Element:
    """sends a new subject without the id of the message that set it, and without other ids"""
    if moment.asked != "subject" or stanza.get("type") != "groupchat":
        return stanza
    bare = stanza.without("occupant-id", NS_OCCUPANT_ID).without("stanza-id", NS_SID)
    return bare.with_attrs(id=None)


@changes
def subject_without_stamp(moment: Moment, stanza: Element) -> Element:
    """sends the subject to newcomers without the time at which it was set"""
    return stanza.without("delay", NS_DELAY) if _is_entry_subject(moment, stanza) else stanza


@tells
def no_subject_for_newcomers(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """sends newcomers no subject where there is none"""
    return [d for d in deliveries if not (_is_entry_subject(moment, d.stanza) and not _subject(d.stanza))]


@changes
def name_for_a_subject(moment: Moment, stanza: Element) -> Element:
    """sends newcomers the room's name in place of its subject"""
    room = moment.room_of(stanza)
    if not _is_entry_subject(moment, stanza) or room is None or _subject(stanza) == _name(room):
        return stanza
    return E("message", E("subject", _name(room)), from_=room.jid, type="groupchat")


def _name(room: Room) -> str:
    return room.text("roomname") or str(room.jid.local)


def _is_entry_subject(moment: Moment, stanza: Element) -> bool:
    coming = moment.asked in ("join", "joining-again") and stanza.name == "message"
    return coming and stanza.find("subject", NS_CLIENT) is not None and stanza.find("body", NS_CLIENT) is None


def _subject(stanza: Element) -> str:
    return next((c.text for c in stanza.elements() if c.name == "subject"), "")


@behaviour
def marked_as_archived(namespace: str) -> Act:
    """marks every message of the room as archived once more, in the namespace {namespace}"""

    def change(moment: Moment, stanza: Element) -> Element:
        sid = stanza.find("stanza-id", NS_SID) if moment.of(stanza, *LIVE, "new-subject") else None
        if sid is None:
            return stanza
        return stanza.plus(E("archived", uri=namespace, by=sid.get("by"), id=sid.get("id")))

    return Act(told=for_each(change))


@behaviour
def says_its_language(lang: str) -> Act:
    """puts xml:lang='{lang}' on what occupants send without one"""

    def change(moment: Moment, stanza: Element) -> Element:
        mine = moment.room_of(stanza) is not None and "/" in stanza.get("from") and stanza.name != "iq"
        return stanza.with_attrs(xml_lang=lang) if mine and not stanza.has("xml:lang") else stanza

    return Act(told=for_each(change))


@tells
def ids_of_others_made_up(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """keeps the id of a message for who sent it, and gives everybody else another one"""
    return [one for delivery in deliveries for one in _twofold(moment, delivery)]


def _twofold(moment: Moment, delivery: Delivery) -> Iterator[Delivery]:
    user = moment.sender.bare if moment.sender else None
    others = tuple(to for to in delivery.to if to.bare != user)
    if not moment.of(delivery.stanza, "said") or not others:
        yield delivery
        return
    yield Delivery(delivery.stanza, tuple(to for to in delivery.to if to.bare == user))
    yield Delivery(delivery.stanza.with_attrs(id=moment.muc.new_id()), others)


@changes
def history_without_ids(moment: Moment, stanza: Element) -> Element:
    """sends history without the ids of its messages"""
    if not moment.of(stanza, "history"):
        return stanza
    return stanza.with_attrs(id=None).without("stanza-id", NS_SID).without("occupant-id", NS_OCCUPANT_ID)


@tells
def a_message_a_line(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """makes a message of its own of every line of a message"""
    return [one for delivery in deliveries for one in _line_by_line(moment, delivery)]


def _line_by_line(moment: Moment, delivery: Delivery) -> Iterator[Delivery]:
    body = delivery.stanza.find("body", NS_CLIENT) if moment.of(delivery.stanza, "said") else None
    lines = [line for line in body.text.split("\n") if line] if body else []
    if len(lines) < 2:
        yield delivery
        return
    for number, line in enumerate(lines):
        kept = tuple(E("body", line) if c is body else c for c in delivery.stanza.children)
        stanza = replace(delivery.stanza, children=kept)
        yield Delivery(stanza if not number else stanza.with_attrs(id=moment.muc.new_id()), delivery.to)


@changes
def history_stamped_by_occupants(moment: Moment, stanza: Element) -> Element:
    """names the occupant, by its real JID where all may know it, as who stamped a message of the history"""
    room = moment.room_of(stanza)
    inside = room.occupants.get(stanza.get("from").partition("/")[2]) if room and not room.anonymous else None
    seat = next(reversed(inside.sessions)) if inside else stanza.get("from")
    return _stamp_changed(moment, stanza, lambda delay: delay.with_attrs(from_=str(seat)))


@changes
def stamps_to_the_microsecond(moment: Moment, stanza: Element) -> Element:
    """writes six digits of the second into the stamps of the history"""
    return _stamp_changed(moment, stanza, lambda delay: delay.with_attrs(stamp=_precise(delay.get("stamp"))))


def _precise(stamp: str) -> str:
    moment = datetime.fromisoformat(stamp.replace("Z", "+00:00"))
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


@changes
def old_stamps(moment: Moment, stanza: Element) -> Element:
    """stamps history as before XEP-0203: jabber:x:delay and its own form of time"""

    def old(delay: Element) -> Element:
        stamp = delay.get("stamp").partition("Z")[0].partition(".")[0].replace("-", "")
        return E("x", uri=NS_OLD_DELAY, from_=delay.get("from"), stamp=stamp)

    return _stamp_changed(moment, stanza, old)


def _stamp_changed(moment: Moment, stanza: Element, new: Callable[[Element], Element]) -> Element:
    delay = stanza.find("delay", NS_DELAY) if moment.of(stanza, "history") else None
    if delay is None:
        return stanza
    return replace(
        stanza, children=tuple(new(c) if c is delay and isinstance(c, Element) else c for c in stanza.children)
    )


@changes
def invitations_with_a_body(moment: Moment, stanza: Element) -> Element:
    """writes into a mediated invitation, for people, who invites where"""
    x = stanza.find("x", NS_USER) if moment.of(stanza, "invite") else None
    invite = x.find("invite", NS_USER) if x is not None else None
    if invite is None or stanza.find("body", NS_CLIENT):
        return stanza
    return stanza.plus(E("body", f"{invite.get('from')} invited you to the room {stanza.get('from')}"))


@changes
def empty_subject_with_a_body(moment: Moment, stanza: Element) -> Element:
    """sends newcomers an empty body with the empty subject of a room that has none"""
    return stanza.plus(E("body")) if _is_entry_subject(moment, stanza) and not _subject(stanza) else stanza


@tells
def only_bodies(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """passes on the text of messages and nothing else that is in them"""
    plain = (_bare(moment, d.stanza) for d in deliveries if not moment.of(d.stanza, "groupchat"))
    others = (d for d in deliveries if not moment.of(d.stanza, "groupchat"))
    return [Delivery(stanza, d.to) for stanza, d in zip(plain, others, strict=True)]


def _bare(moment: Moment, stanza: Element) -> Element:
    if not moment.of(stanza, "said"):
        return stanza
    kept = tuple(c for c in stanza.elements() if c.name == "body" or c.uri in (NS_SID, NS_OCCUPANT_ID))
    return stanza if kept == stanza.children else replace(stanza, children=kept)


@behaviour
def whispers_from_elsewhere(host: str) -> Act:
    """sends private messages from an address outside of the room: the nickname, % and {host}, at the service"""

    def change(moment: Moment, stanza: Element) -> Element:
        if not moment.of(stanza, "whisper"):
            return stanza
        nick = stanza.get("from").partition("/")[2].lower()
        return stanza.with_attrs(from_=f"{nick}%{host}@{moment.host.muc_domain}").without("x", NS_USER)

    return Act(told=for_each(change))
