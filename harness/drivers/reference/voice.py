"""Asking for voice, and granting it: XEP-0045 7.13 and 8.6."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .forms import is_form, submission, value
from .hearing import as_message
from .jids import resource
from .session import Args, Sent, Session
from .stanzas import DATA, REQUEST, E, find


def request_voice(me: Session, seq: int, args: Args) -> None:
    """Ask the moderators for voice."""
    role = str(args.get("role") or "participant")
    form = (
        {"muc#role": [role]}
        if me.flawed("voice-request-without-form-type")
        else {
            "FORM_TYPE": [REQUEST],
            "muc#role": [role],
        }
    )
    _send(me, seq, args["room"], submission(form))


def answer_voice(me: Session, seq: int, args: Args) -> None:
    """Grant or refuse a request for voice."""
    allow = "1" if args["allow"] or me.flawed("voice-always-granted") else "0"
    fields = {
        "FORM_TYPE": [REQUEST],
        "muc#role": ["participant"],
        "muc#jid": [args["jid"]],
        "muc#roomnick": [args["nick"]],
        "muc#request_allow": [allow],
    }
    if me.flawed("voice-answer-without-nick"):
        del fields["muc#roomnick"]
    _send(me, seq, args["room"], submission(fields))


def _send(me: Session, seq: int, room: str, form: Element) -> None:
    id_ = me.new_id()
    me.sent[id_] = Sent(room)
    me.send(E("message", form, to=room, id=id_))
    me.answer(seq, "sent")


VERBS = {"request_voice": request_voice, "answer_voice": answer_voice}


def receive(me: Session, stanza: Element) -> bool:
    """Take a request for voice: a form from the bare JID of a room."""
    sender, form = stanza.get("from", ""), find(stanza, "x", DATA)
    forged = bool(resource(sender)) and not me.flawed("forged-voice-request-believed")
    if form is None or form.get("type") != "form" or forged or not is_form(me, form, REQUEST):
        return False
    if (room := me.room(sender)) is None:
        return False
    if me.flawed("voice-request-as-message"):
        as_message(me, room.jid, stanza)
        return True
    me.report(
        "voice_requested",
        room=room.jid,
        nick=value(form, "muc#roomnick"),
        jid=value(form, "muc#jid"),
        role=value(form, "muc#role"),
    )
    return True
