"""Invitations, mediated (XEP-0045 7.8) and direct (XEP-0249)."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .jids import bare, is_room, resource
from .session import Args, Sent, Session
from .stanzas import CONFERENCE, USER, E, find, optional, text_of


def invite(me: Session, seq: int, args: Args) -> None:
    """Invite somebody through the room or directly."""
    build = _direct if args["mode"] == "direct" else _mediated
    id_ = me.new_id()
    me.sent[id_] = Sent(args["jid"] if args["mode"] == "direct" else args["room"])
    stanza = build(me, args)
    stanza.set("id", id_)
    me.send(stanza)
    me.answer(seq, "sent")


def _mediated(me: Session, args: Args) -> Element:
    reason = None if me.flawed("invite-sent-without-reason") else optional("reason", args.get("reason"), USER)
    going_on = E("continue", uri=USER, thread=args["thread"]) if args.get("thread") else None
    offer = E("invite", reason, going_on, uri=USER, to=args["jid"])
    x = E("x", offer, optional("password", args.get("password"), USER), uri=USER)
    to = args["jid"] if me.flawed("mediated-invite-to-invitee") else args["room"]
    return E("message", x, to=to)


def _direct(me: Session, args: Args) -> Element:
    thread = args.get("thread") or None
    reason = None if me.flawed("invite-sent-without-reason") else args.get("reason") or None
    x = E(
        "x",
        uri=CONFERENCE,
        jid=args["room"],
        reason=reason,
        password=args.get("password") or None,
        thread=thread,
        continue_="true" if thread else None,
    )
    to = args["room"] if me.flawed("direct-invite-to-room") else args["jid"]
    return E("message", x, to=to)


def decline(me: Session, seq: int, args: Args) -> None:
    """Decline a mediated invitation, through the room. A direct one is declined by saying nothing."""
    mode = me.invitations.pop(me.key(args["room"]), "mediated")
    if mode == "mediated":
        reason = optional("reason", args.get("reason"), USER)
        x = E("x", E("decline", reason, uri=USER, to=args["jid"]), uri=USER)
        to = args["jid"] if me.flawed("decline-to-inviter") else args["room"]
        me.send(E("message", x, to=to, id=me.new_id()))
    me.answer(seq, "sent")


VERBS = {"invite": invite, "decline": decline}


# what comes in


def receive(me: Session, stanza: Element) -> bool:
    """Take an invitation or a refusal of one. Of both payloads in one message the mediated one counts."""
    sender = stanza.get("from", "")
    x = find(stanza, "x", USER)
    from_room = not resource(sender) or me.flawed("forged-invite-believed")
    if (offer := _from_somebody(me, find(x, "invite", USER))) is not None and from_room:
        _invited(me, stanza, x, offer)
        if not me.flawed("legacy-invite-doubled"):
            return True
        me.invitations.clear()
    if (no := _from_somebody(me, find(x, "decline", USER))) is not None and not resource(sender):
        if not me.flawed("decline-ignored"):
            jid = sender if me.flawed("decline-from-wrong-field") else no.get("from", "")
            me.report("declined", room=sender, jid=jid, reason=text_of(no, "reason", USER))
        return True
    return _invited_directly(me, stanza)


def _from_somebody(me: Session, element: Element | None) -> Element | None:
    said = element is not None and (element.get("from") or me.flawed("invite-echo-believed"))
    return element if said else None


def _invited(me: Session, stanza: Element, x: Element | None, offer: Element) -> None:
    if me.flawed("mediated-invite-ignored"):
        return
    room = bare(stanza.get("from", ""))
    going_on = find(offer, "continue", USER)
    inviter = stanza.get("from", "") if me.flawed("invite-from-wrong-field") else offer.get("from", "")
    thread = "" if going_on is None else going_on.get("thread", "")
    _offer(me, room, "mediated", inviter, text_of(offer, "reason", USER), text_of(x, "password", USER), thread)


def _invited_directly(me: Session, stanza: Element) -> bool:
    """The room is what the attribute names and nothing else: XEP-0249 2."""
    x = find(stanza, "x", CONFERENCE)
    if x is None:
        return False
    sender = stanza.get("from", "")
    jid = x.get("jid", "")
    room = bare(sender) if me.flawed("direct-invite-room-from-sender") else jid
    if is_room(room) and not me.flawed("direct-invite-ignored"):
        inviter = sender if me.room(sender) else bare(sender)
        _offer(me, room, "direct", inviter, x.get("reason", ""), x.get("password", ""), x.get("thread", ""))
    return True


def _offer(me: Session, room: str, mode: str, inviter: str, reason: str, password: str, thread: str) -> None:
    """One invitation a room, and none where one is: XEP-0249 4."""
    known = me.room(room)
    if known and known.joined and not me.flawed("invite-to-joined-room-shown"):
        return
    if me.key(room) in me.invitations and not me.flawed("repeated-invite-shown"):
        return
    me.invitations[me.key(room)] = mode
    me.report(
        "invited",
        room=room,
        inviter=inviter,
        mode=mode,
        thread="" if me.flawed("thread-of-invite-lost") else thread,
        reason="" if me.flawed("reason-of-invite-lost") else reason,
        password="" if me.flawed("password-of-invite-lost") else password,
    )
    if me.flawed("invites-accepted-unasked"):
        me.send(
            E("presence", E("x", uri="http://jabber.org/protocol/muc"), to=f"{room}/{bare(me.jid).partition('@')[0]}")
        )
