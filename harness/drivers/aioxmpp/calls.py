"""The protocol's verbs as calls of aioxmpp. Each takes the session and its arguments, and returns the answer."""

from datetime import datetime

import aioxmpp
import aioxmpp.forms
import forms
import told
from aioxmpp import JID
from aioxmpp.im import InviteMode
from aioxmpp.muc.xso import History
from aioxmpp.tracking import MessageState

SENT = {"ok": "sent"}
LACKS = {  # (verb, argument): why the library has no place for it
    ("invite", "password"): "Room.invite takes no password",
    ("invite", "thread"): "Room.invite takes no thread",
    ("set_affiliation", "nick"): "neither MUCClient.set_affiliation nor Room.muc_set_affiliation takes a nickname",
}


def room_of(session, args):
    """The library's room. Raises `KeyError` where it knows none."""
    return session.muc.get_muc(JID.fromstr(args["room"]))


# being there


async def join(session, args):
    """Enter. Whether to come back after a lost stream is the harness's business, so no automatic rejoin."""
    room, entered = session.muc.join(
        JID.fromstr(args["room"]),
        args["nick"],
        password=args.get("password"),
        history=_history(args.get("history")),
        autorejoin=False,
    )
    visit, is_there = session.visit(room), room.muc_joined
    await entered
    return {"nick": room.me.nick if room.me else None, "codes": None if is_there else visit.codes}


def _history(limits):
    if limits is None:
        return None
    since = limits.get("since")
    return History(**{**limits, "since": datetime.fromisoformat(since)} if since else limits)


async def leave(session, args):
    await room_of(session, args).leave()


async def rename(session, args):
    await room_of(session, args).set_nick(args["nick"])
    return SENT


async def self_ping(session, args):
    return {"joined": await session.visit(room_of(session, args)).self_ping()}


async def keep_watch(session, args):
    """A room of the library watches itself from the moment that it is joined."""
    room_of(session, args)


async def keep_joined(session, args):
    """The library's word for it is for both: a room that turns out to be lost, and a new stream."""
    room_of(session, args).muc_autorejoin = True
    session.stays = True


async def message(session, args):
    """Say something. The library's tracking service tells of an error that comes back."""
    room, said = room_of(session, args), _message(args, aioxmpp.MessageType.GROUPCHAT)
    token = room.send_message(said)
    _track(session, said, token, room.jid, None)
    await token
    return {**SENT, "id": said.id_}


async def correct(session, args):
    """What the library has for it is an attribute of messages: XEP-0308."""
    said = _message({"body": args["body"]}, aioxmpp.MessageType.GROUPCHAT)
    said.xep0308_replace = aioxmpp.misc.Replace()
    said.xep0308_replace.id_ = args["id"]
    await room_of(session, args).send_message(said)
    return {**SENT, "id": said.id_}


async def private_message(session, args):
    """Through the one-to-one conversations: the library's documentation says that they are what serves for this."""
    room, said = room_of(session, args), _message(args, aioxmpp.MessageType.CHAT)
    conversation = session.private.get_conversation(room.jid.replace(resource=args["nick"]))
    token = conversation.send_message(said)
    _track(session, said, token, room.jid, args["nick"])
    await token
    return {**SENT, "id": said.id_}


def _message(args, kind):
    message = aioxmpp.Message(type_=kind, id_=args.get("id"))
    message.body[None] = args["body"]
    return message


def _track(session, said, token, room, nick):
    def changed(state, response=None, **_):
        if state is MessageState.ERROR:
            error = told.stanza_error(response.error)
            fields = {"room": str(room), "nick": nick, "id": said.id_, **error}
            session.say({"event": "message_failed", "source": "api", **fields})

    session.tracked.add(said.id_)
    tracker = session.tracking.attach_tracker(said, token=token)
    session.listen(tracker.on_state_changed, changed)


async def set_subject(session, args):
    await room_of(session, args).set_topic({None: args["subject"]})
    return SENT


async def invite(session, args):
    mode = InviteMode[args["mode"].upper()]
    token, _ = await room_of(session, args).invite(JID.fromstr(args["jid"]), args.get("reason"), mode=mode)
    await token
    return SENT


# roles and affiliations


async def kick(session, args):
    room = room_of(session, args)
    member = next((member for member in room.members if member.nick == args["nick"]), None)
    if member is None:
        await room.muc_set_role(args["nick"], "none", reason=args.get("reason"))
    else:
        await room.kick(member, args.get("reason"))


async def set_role(session, args):
    await room_of(session, args).muc_set_role(args["nick"], args["role"], reason=args.get("reason"))


async def ban(session, args):
    await set_affiliation(session, {**args, "affiliation": "outcast"})


async def set_affiliation(session, args):
    room, user = JID.fromstr(args["room"]), JID.fromstr(args["jid"])
    await session.muc.set_affiliation(room, user, args["affiliation"], reason=args.get("reason"))


async def get_affiliations(session, args):
    """The library returns JIDs alone."""
    users = await session.muc.get_affiliated(JID.fromstr(args["room"]), args["affiliation"])
    return {"items": [{"jid": told.known(user)} for user in users]}


async def request_voice(session, args):
    await room_of(session, args).muc_request_voice()
    return SENT


async def answer_voice(session, args):
    form, answer = session.visit(room_of(session, args)).requests[args["nick"]]
    form.request_allow.value = args["allow"]
    answer.set_result(form.render_reply())
    return SENT


# the owner's work


async def get_config(session, args):
    return {"fields": forms.fields_of(await session.muc.get_room_config(JID.fromstr(args["room"])))}


async def set_config(session, args):
    room = JID.fromstr(args["room"])
    received = await session.muc.get_room_config(room)
    await session.muc.set_room_config(room, forms.changed(received, args["values"]))


async def cancel_config(session, args):
    form = aioxmpp.forms.Data(aioxmpp.forms.DataType.CANCEL)
    await session.muc.set_room_config(JID.fromstr(args["room"]), form)


async def accept_defaults(session, args):
    form = aioxmpp.forms.Data(aioxmpp.forms.DataType.SUBMIT)
    await session.muc.set_room_config(JID.fromstr(args["room"]), form)


# discovery


async def room_info(session, args):
    return forms.info(await session.disco.query_info(JID.fromstr(args["room"]), require_fresh=True))


async def room_items(session, args):
    return forms.items(await session.disco.query_items(JID.fromstr(args["room"]), require_fresh=True))


async def list_rooms(session, args):
    return forms.items(await session.disco.query_items(JID.fromstr(args["service"]), require_fresh=True))


CALLS = {
    call.__name__: call
    for call in (
        *(join, leave, rename, self_ping, keep_watch, keep_joined, message, correct, private_message, set_subject),
        *(invite, kick, set_role, ban, set_affiliation, get_affiliations, request_voice, answer_voice),
        *(get_config, set_config, cancel_config, accept_defaults),
        *(room_info, room_items, list_rooms),
    )
}


def lacking(verb, args):
    """The answer to a verb with an argument that the library does not take; None where it takes them all."""
    for (name, argument), why in LACKS.items():
        if name == verb and args.get(argument):
            return {"ok": None, "unsupported": True, "argument": argument, "why": why}
    return None
