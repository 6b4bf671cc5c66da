"""Messages about messages: XEP-0308 (corrected), 0461 (answered), 0444 (reacted to), 0424 and 0425 (taken back).

What may be done to a message hangs on who said it: a correction comes from the same occupant JID in the same visit; for
a retraction the occupant id decides where the room gives such ids.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree.ElementTree import Element

from .hearing import stanza_id
from .jids import resource
from .room import Room, Said
from .session import Args, Sent, Session
from .stanzas import (
    CLIENT,
    CORRECT,
    FALLBACK,
    MODERATE,
    REACTIONS,
    REPLY,
    RETRACT,
    E,
    find,
    find_all,
    optional,
    text_of,
)
from .told import occupant_id

# what the client does


def correct(me: Session, seq: int, args: Args) -> None:
    """The whole message again, with an id of its own, and the id that the first version had."""
    id_ = args["id"] if me.flawed("correction-keeps-the-id") else me.new_id()
    me.sent[id_] = Sent(args["room"])
    meant = args["id"]
    if me.flawed("correction-of-the-latest"):
        meant = me.notes.get(f"corrected {meant}", meant)
        me.notes[f"corrected {args['id']}"] = id_
    replace = None if me.flawed("correction-as-new-message") else E("replace", uri=CORRECT, id=meant)
    _say(me, args["room"], id_, E("body", args["body"]), replace)
    me.answer(seq, "sent", id=id_)


def reply(me: Session, seq: int, args: Args) -> None:
    """To everybody, naming the author by the occupant JID and the message by the id that the room gave."""
    id_ = me.new_id()
    me.sent[id_] = Sent(args["room"])
    meant = _name(me, args) if me.flawed("replies-by-message-id") else args["stanza_id"]
    author = args["room"] if me.flawed("replies-to-the-room") else f"{args['room']}/{args['nick']}"
    named = None if me.flawed("reply-as-new-message") else E("reply", uri=REPLY, to=author, id=meant)
    _say(me, args["room"], id_, E("body", args["body"]), named)
    me.answer(seq, "sent", id=id_)


def react(me: Session, seq: int, args: Args) -> None:
    """All reactions that apply now, to the id that the room gave."""
    wanted = _news(me, args) if me.flawed("reacts-with-news-only") else list(args["reactions"])
    meant = _name(me, args) if me.flawed("reacts-by-message-id") else args["stanza_id"]
    reactions = [E("reaction", each, uri=REACTIONS) for each in wanted]
    if wanted or not me.flawed("last-reaction-kept"):
        kind = "chat" if me.flawed("reacts-by-chat") else "groupchat"
        _say(me, args["room"], me.new_id(), E("reactions", *reactions, uri=REACTIONS, id=meant), kind=kind)
    me.answer(seq, "sent")


def _news(me: Session, args: Args) -> list[str]:
    """What only a defect sends: the reactions that were not there before."""
    before = me.notes.get(f"reacted {args['stanza_id']}", [])
    me.notes[f"reacted {args['stanza_id']}"] = args["reactions"]
    return [each for each in args["reactions"] if each not in before]


def retract(me: Session, seq: int, args: Args) -> None:
    """By the id that the room gave, with a text for who does not know retractions."""
    meant = _name(me, args) if me.flawed("retracts-by-message-id") else args["stanza_id"]
    fallback = E("fallback", uri=FALLBACK, for_=RETRACT), E("body", "This person wanted to take back a message.")
    text = () if me.flawed("retracts-without-fallback") else fallback
    _say(me, args["room"], me.new_id(), E("retract", uri=RETRACT, id=meant), *text)
    me.answer(seq, "sent")


def moderate(me: Session, seq: int, args: Args) -> None:
    """The room is asked to do it."""
    meant = _name(me, args) if me.flawed("moderates-by-message-id") else args["stanza_id"]
    reason = None if me.flawed("moderates-without-reason") else optional("reason", args.get("reason"), MODERATE)
    wish = E("moderate", E("retract", uri=RETRACT), reason, uri=MODERATE, id=meant)
    me.ask("set", wish, lambda _: me.answer(seq), to=args["room"], seq=seq)


def _say(me: Session, room: str, id_: str, *children: Element | None, kind: str = "groupchat") -> None:
    me.send(E("message", *children, to=room, type=kind, id=id_))


def _name(me: Session, args: Args) -> str:
    """The id that the sender gave to a message: the wrong one in rooms."""
    room = me.room(args["room"])
    said = _find(room.said, stanza_id=args["stanza_id"]) if room else None
    return said.id if said else args["stanza_id"]


VERBS = {"correct": correct, "reply": reply, "react": react, "retract": retract, "moderate": moderate}

# what the client hears


def remember(me: Session, room: Room, stanza: Element, nick: str) -> None:
    """Something was said that may be spoken of later."""
    if room.joined and find(stanza, "body", CLIENT) is not None:
        names = stanza.get("id", ""), stanza_id(me, room.jid, stanza)
        room.said.append(Said(nick, *names, occupant_id(me, room.jid, stanza), _visit(room, nick)))


def receive(me: Session, room: Room, stanza: Element, nick: str) -> bool:
    """Whether this spoke of another message, and is none itself."""
    if not room.joined:
        return False
    if (found := find(stanza, "replace", CORRECT)) is not None:
        return _corrected(me, room, stanza, nick, found.get("id", ""))
    if (found := find(stanza, "reactions", REACTIONS)) is not None:
        return _reacted(me, room, stanza, nick, found)
    if (found := find(stanza, "retract", RETRACT)) is not None:
        return (_retracted if find(found, "moderated", MODERATE) is None else _moderated)(me, room, stanza, nick, found)
    return False


def _corrected(me: Session, room: Room, stanza: Element, nick: str, id_: str) -> bool:
    """By the same occupant JID in the same visit: XEP-0308 4, 5. From others it is a message of its own."""
    if me.flawed("corrections-ignored"):
        return False
    versions = [said for said in room.said if said.id == id_]
    if not me.flawed("corrections-of-anybody-believed"):
        versions = [said for said in versions if said.nick == nick]
        if not me.flawed("corrections-by-nickname-believed"):
            versions = [said for said in versions if _in_this_visit(room, said)]
    if versions and me.flawed("second-correction-ignored"):
        versions = [] if f"corrected {id_}" in me.notes else versions
        me.notes[f"corrected {id_}"] = True
    if versions:
        _tell(me, "corrected", room, stanza, nick, id=id_, body=text_of(stanza, "body", CLIENT))
    return bool(versions)


def _reacted(me: Session, room: Room, stanza: Element, nick: str, reactions: Element) -> bool:
    name = reactions.get("id", "")
    said = _find(room.said, stanza_id=name)
    if said is None and me.flawed("reactions-to-message-ids-believed"):
        said = next((each for each in room.said if each.id == name), None)
    if said is not None and not me.flawed("reactions-ignored"):
        texts = list(dict.fromkeys(text for each in find_all(reactions, "reaction", REACTIONS) if (text := each.text)))
        if me.flawed("reactions-add-up"):
            texts = me.notes.setdefault(f"reactions {name} {nick}", []) + texts
            me.notes[f"reactions {name} {nick}"] = texts
        _tell(me, "reacted", room, stanza, nick, stanza_id=said.stanza_id, reactions=texts)
    return True


def _retracted(me: Session, room: Room, stanza: Element, nick: str, retract: Element) -> bool:
    said = _find(room.said, stanza_id=retract.get("id", ""))
    if said is None or me.flawed("retractions-ignored"):
        return True
    if _wrote(me, room, stanza, nick, said):
        _tell(me, "retracted", room, stanza, nick, stanza_id=said.stanza_id)
    return True


def _wrote(me: Session, room: Room, stanza: Element, nick: str, said: Said) -> bool:
    """Whether who sends this said that: XEP-0424 5."""
    if me.flawed("retractions-of-anybody-believed"):
        return True
    if me.flawed("retractions-by-nickname-believed"):
        return nick == said.nick
    if who := occupant_id(me, room.jid, stanza):
        return who == said.occupant_id
    return nick == said.nick and _in_this_visit(room, said)


def _moderated(me: Session, room: Room, stanza: Element, nick: str, retract: Element) -> bool:
    """The room's own word, about a message that it gave an id."""
    name = retract.get("id", "")
    known = _find(room.said, stanza_id=name) is not None or me.flawed("moderation-of-anything-believed")
    if (nick and not me.flawed("moderation-by-anybody-believed")) or not known or me.flawed("moderation-ignored"):
        return True
    moderated = find(retract, "moderated", MODERATE)
    by = "" if moderated is None else moderated.get("by", "")
    reason = "" if me.flawed("moderation-reason-lost") else text_of(retract, "reason", RETRACT)
    me.report("moderated", room=room.jid, stanza_id=name, actor=resource(by), reason=reason, occupant_id="")
    return True


def _tell(me: Session, event: str, room: Room, stanza: Element, nick: str, **about: Any) -> None:
    me.report(event, room=room.jid, nick=nick, occupant_id=occupant_id(me, room.jid, stanza), **about)


def _find(said: Iterable[Said], *, stanza_id: str) -> Said | None:
    return next((each for each in said if stanza_id and each.stanza_id == stanza_id), None)


def _visit(room: Room, nick: str) -> object | None:
    who = room.occupants.get(nick)
    return None if who is None else who.visit


def _in_this_visit(room: Room, said: Said) -> bool:
    """Whether its author has not been away since."""
    return said.visit is not None and _visit(room, said.nick) is said.visit
