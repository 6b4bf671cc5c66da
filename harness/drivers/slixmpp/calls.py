"""The verbs of the protocol as calls of slixmpp's own operations: `CALLS` has one coroutine a verb."""

from datetime import datetime

from asking import ASKING
from forms import described, fill
from referring import CALLS as REFERRING
from referring import SENT
from slixmpp import JID
from slixmpp.exceptions import XMPPError
from slixmpp.plugins.xep_0410.self_ping import PingStatus

RAW = {"raw", "private_message", "presence"}  # what slixmpp has no operation of its own for


class Lacks(Exception):
    """slixmpp has the operation, and no place for this argument."""

    def __init__(self, argument, why):
        super().__init__(why)
        self.argument = argument


def answer_of(error):
    """The library's exception as the answer that a verb ends with."""
    if isinstance(error, Lacks):
        return {"unsupported": True, "argument": error.argument, "why": str(error)}
    if isinstance(error, XMPPError):
        said = {"condition": error.condition, "type": error.etype, "text": error.text}
    else:
        said = {"condition": "undefined-condition", "type": "", "text": f"{type(error).__name__}: {error}"}
    return {"ok": False, "error": {key: str(value) for key, value in said.items()}}


def _me(client, room):
    return JID(client.muc.get_our_jid_in_room(JID(room)))


# being there


async def join(client, room, nick, password=None, history=None):
    wishes = dict(history or {})
    if "since" in wishes:
        wishes["since"] = datetime.fromisoformat(wishes["since"])
    jid, heard = JID(room), ()
    client.told.join_begins(jid.bare)
    try:
        presence, _, _, heard = await client.muc.join_muc_wait(jid, nick, password=password, **wishes)
    finally:
        client.told.join_ends(jid.bare, heard)
    return {"nick": presence["from"].resource, "codes": sorted(presence["muc"]["status_codes"])}


async def leave(client, room, status=""):
    nick = _me(client, room).resource
    client.muc.leave_muc(JID(room), nick, status)
    return SENT


async def rename(client, room, nick):
    return {"nick": await client.muc.set_self_nick(JID(room), nick)}


async def presence(client, room, show=None, status=None):
    client.send_presence(pto=_me(client, room), pshow=show, pstatus=status)
    return SENT


async def message(client, room, body, id=None):
    said = client.make_message(mto=JID(room), mbody=body, mtype="groupchat")
    if id:
        said["id"] = id
    said.send()
    return {**SENT, "id": said["id"]}


async def private_message(client, room, nick, body, id=None):
    said = client.make_message(mto=JID(f"{room}/{nick}"), mbody=body, mtype="chat")
    if id:
        said["id"] = id
    said.send()
    return {**SENT, "id": said["id"]}


async def set_subject(client, room, subject):
    client.muc.set_subject(JID(room), subject)
    return SENT


async def self_ping(client, room):
    status = await client["xep_0410"].send_self_ping(_me(client, room))
    return {"joined": {PingStatus.JOINED: True, PingStatus.DISCONNECTED: False}.get(status)}


async def keep_watch(client, room):
    client["xep_0410"].enable_self_ping(_me(client, room))


# invitations


async def invite(client, room, jid, mode, reason=None, password=None, thread=None):
    if thread:
        raise Lacks("thread", "neither xep_0045.invite nor xep_0249.send_invitation takes a thread")
    if password and mode == "mediated":
        raise Lacks("password", "xep_0045.invite takes no password")
    if mode == "mediated":
        client.muc.invite(JID(room), JID(jid), reason or "")
    else:
        client["xep_0249"].send_invitation(JID(jid), JID(room), password=password, reason=reason)
    return SENT


async def decline(client, room, jid, reason=""):
    client.muc.decline(JID(room), JID(jid), reason)
    return SENT


# roles and affiliations


async def kick(client, room, nick, reason=""):
    await client.muc.set_role(JID(room), nick, "none", reason=reason)


async def set_role(client, room, nick, role, reason=""):
    await client.muc.set_role(JID(room), nick, role, reason=reason)


async def set_roles(client, room, items):
    await client.muc.send_role_list(JID(room), [(item["nick"], item["role"]) for item in items])


async def get_roles(client, room, role):
    return {"items": [{"nick": nick} for nick in await client.muc.get_roles_list(JID(room), role)]}


async def ban(client, room, jid, reason=""):
    await client.muc.set_affiliation(JID(room), "outcast", jid=JID(jid), reason=reason)


async def set_affiliation(client, room, jid, affiliation, reason="", nick=None):
    await client.muc.set_affiliation(JID(room), affiliation, jid=JID(jid), nick=nick, reason=reason)


async def set_affiliations(client, room, items):
    await client.muc.send_affiliation_list(JID(room), [(JID(item["jid"]), item["affiliation"]) for item in items])


async def get_affiliations(client, room, affiliation):
    found = await client.muc.get_affiliation_list(JID(room), affiliation)
    return {"items": [{"jid": str(jid)} for jid in found]}


async def request_voice(client, room, role="participant"):
    client.muc.request_voice(JID(room), role)
    return SENT


# the owner's work


async def get_config(client, room):
    return {"fields": described(await client.muc.get_room_config(JID(room)))}


async def set_config(client, room, values):
    form = await client.muc.get_room_config(JID(room))
    fill(form, values)
    await client.muc.set_room_config(JID(room), form)


async def cancel_config(client, room):
    await client.muc.cancel_config(JID(room))


async def accept_defaults(client, room):
    await client.muc.set_room_config(JID(room), client["xep_0004"].make_form(ftype="submit"))


async def destroy(client, room, alternate=None, reason="", password=None):
    if password:
        raise Lacks("password", "xep_0045.destroy takes no password of the other room")
    await client.muc.destroy(JID(room), reason, JID(alternate) if alternate else None)


# the protocol's own


async def raw(client, xml):
    client.send_raw(xml)
    return SENT


async def state(client, room):
    muc, jid = client.muc, JID(room)
    if jid not in muc.get_joined_rooms():
        return {"joined": False}
    nick = _me(client, room).resource
    roster = muc.get_roster(jid)

    def held(who, what):
        return str(muc.get_jid_property(jid, who, what) or "")

    fields = ("role", "affiliation", "jid", "show", "status")
    occupants = [{"nick": who, **{field: held(who, field) for field in fields}} for who in roster]
    return {
        # listed are, as slixmpp says, the rooms that it wanted to join and did not leave: which it is in stays open
        "joined": None,
        "nick": nick,
        "role": held(nick, "role"),
        "affiliation": held(nick, "affiliation"),
        "occupants": occupants,
    }


CALLS = {
    call.__name__: call
    for call in (
        *ASKING, *REFERRING, join, leave, rename, presence, message, private_message, set_subject, self_ping,
        keep_watch, invite, decline, kick, set_role, set_roles, get_roles, ban, set_affiliation, set_affiliations,
        get_affiliations, request_voice, get_config, set_config, cancel_config, accept_defaults, destroy, raw, state,
    )
}  # fmt: skip
