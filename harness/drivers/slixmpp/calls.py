"""The verbs of the protocol as calls of slixmpp's own operations: `CALLS` has one coroutine a verb."""

from datetime import datetime

from forms import described, fill
from slixmpp import JID
from slixmpp.exceptions import XMPPError
from slixmpp.plugins.xep_0410.self_ping import PingStatus

SENT = {"ok": "sent"}
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


# registration and discovery


async def get_registration(client, room):
    register = (await client["xep_0077"].get_registration(JID(room)))["register"]
    form = register.get_plugin("form", check=True)
    nick = register["username"] or register["nick"]
    return {"registered": register["registered"], "nick": nick, "fields": described(form) if form is not None else []}


async def unregister(client, room):
    await client["xep_0077"].cancel_registration(JID(room))


async def room_info(client, room):
    info = (await client["xep_0030"].get_info(JID(room)))["disco_info"]
    identities = [
        {"category": category, "type": kind, "name": name}
        for category, kind, _, name in sorted(info["identities"], key=str)
    ]
    form = info.get_plugin("form", check=True)
    fields = described(form) if form is not None else []
    return {"identities": identities, "features": sorted(info["features"]), "fields": fields}


async def room_items(client, room):
    return {"items": _items(await client["xep_0030"].get_items(JID(room)))}


async def list_rooms(client, service):
    return {"items": _items(await client["xep_0030"].get_items(JID(service)))}


def _items(answer):
    found = answer["disco_items"]["items"]
    return [{"jid": str(jid), "name": name or ""} for jid, _, name in sorted(found, key=str)]


# archives


async def query_archive(client, room=None, start=None, end=None, max=None, after=None, before=None, **rest):
    wishes = {
        "jid": JID(room) if room else None,
        "start": datetime.fromisoformat(start) if start else None,
        "end": datetime.fromisoformat(end) if end else None,
        "with_jid": JID(rest["with"]) if rest.get("with") else None,
    }
    mam = client["xep_0313"]
    page = {key: value for key, value in {"max": max, "after": after, "before": before}.items() if value is not None}
    backwards = page.get("before") == ""
    if max is None and set(page) <= {"before"} and (backwards or not page):
        found = [_archived(message) async for message in mam.iterate(**wishes, reverse=backwards)]
        return {"messages": found[::-1] if backwards else found}  # backwards its order is newest first, as it says
    if backwards:  # for the newest page alone it has its iterator
        answer = await anext(mam.retrieve(**wishes, iterator=True, reverse=True, rsm={"max": max}))
    else:
        answer = await mam.retrieve(**wishes, rsm=page)
    fin = answer["mam_fin"]
    count = fin["rsm"]["count"]
    return {
        "messages": [_archived(message) for message in answer["mam"]["results"]],
        "complete": fin["complete"] in ("true", "1"),
        "first": fin["rsm"]["first"],
        "last": fin["rsm"]["last"],
        "count": int(count) if count else None,
    }


def _archived(message):
    result = message["mam_result"]
    inner, stamp = result["forwarded"]["stanza"], result["forwarded"]["delay"]["stamp"]
    if not inner:  # the message was removed from the archive
        return {"stanza_id": result["id"], "body": ""}
    return {
        "stanza_id": result["id"],
        "id": inner["id"],
        "origin_id": inner["origin_id"]["id"],
        "type": inner["type"],
        "from": str(inner["from"]),
        "to": str(inner["to"]),
        "nick": inner["from"].resource if inner["type"] == "groupchat" else None,
        "body": inner["body"],
        "subject": inner["subject"],
        "stamp": stamp.isoformat().replace("+00:00", "Z") if stamp else "",
        "occupant_id": inner["occupant-id"]["id"],
    }


async def get_archive_preferences(client, room=None):
    default, always, never = await client["xep_0441"].get_preferences(**({"ito": JID(room)} if room else {}))
    return _preferences(default, always, never)


async def set_archive_preferences(client, default, always=None, never=None, room=None):
    given = {
        name: [JID(jid) for jid in jids] for name, jids in (("always", always), ("never", never)) if jids is not None
    }
    answer = await client["xep_0441"].set_preferences(default, **given, **({"ito": JID(room)} if room else {}))
    prefs = answer["mam_prefs"]
    return _preferences(prefs["default"], prefs["always"], prefs["never"])


def _preferences(default, always, never):
    return {"default": default, "always": sorted(map(str, always)), "never": sorted(map(str, never))}


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
        join, leave, rename, presence, message, private_message, set_subject, self_ping, invite, decline, kick,
        set_role, get_roles, ban, set_affiliation, set_affiliations, get_affiliations, request_voice, get_config,
        set_config, cancel_config, accept_defaults, destroy, get_registration, unregister, room_info, room_items,
        list_rooms, query_archive, get_archive_preferences, set_archive_preferences, raw, state,
    )
}  # fmt: skip
