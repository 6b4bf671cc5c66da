"""Saying something: to everybody, to one occupant, as the subject: XEP-0045 7.4, 7.5, 8.1."""

from __future__ import annotations

from .hearing import as_message
from .session import Args, Sent, Session
from .stanzas import USER, E


def message(me: Session, seq: int, args: Args) -> None:
    """To everybody: type groupchat, to the bare JID of the room."""
    id_ = str(args.get("id") or me.new_id())
    me.sent[id_] = Sent(args["room"])
    room = me.room(args["room"])
    to = f"{args['room']}/{room.nick}" if room and me.flawed("message-to-occupant-jid") else args["room"]
    kind = "chat" if me.flawed("message-as-chat") else "groupchat"
    x = E("x", E("item", uri=USER), uri=USER) if me.flawed("message-with-muc-user") else None
    stanza = E("message", E("body", args["body"]), x, to=to, type=kind, id=id_)
    me.send(stanza)
    me.answer(seq, "sent", id=id_)
    if room and me.flawed("own-message-echoed-locally"):
        as_message(me, room.jid, stanza, nick=room.nick, body=args["body"], self=True)


def private_message(me: Session, seq: int, args: Args) -> None:
    """To one occupant: type chat, with the empty `x` that carbons need."""
    id_ = str(args.get("id") or me.new_id())
    me.sent[id_] = Sent(args["room"], args["nick"])
    x = None if me.flawed("private-message-without-x") else E("x", uri=USER)
    kind = "groupchat" if me.flawed("private-message-as-groupchat") else "chat"
    to = f"{args['room']}/{args['nick']}"
    me.send(E("message", E("body", args["body"]), x, to=to, type=kind, id=id_))
    me.answer(seq, "sent", id=id_)


def set_subject(me: Session, seq: int, args: Args) -> None:
    """A groupchat message with a subject and no body; the empty subject removes it."""
    id_ = me.new_id()
    me.sent[id_] = Sent(args["room"])
    body = E("body", args["subject"]) if me.flawed("subject-sent-with-body") else None
    lost = not args["subject"] and me.flawed("empty-subject-not-sent")
    subject = None if lost else E("subject", args["subject"])
    me.send(E("message", subject, body, to=args["room"], type="groupchat", id=id_))
    me.answer(seq, "sent")


VERBS = {"message": message, "private_message": private_message, "set_subject": set_subject}
