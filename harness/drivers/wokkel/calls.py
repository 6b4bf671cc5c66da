"""Each verb as a call of the library's own interface."""

from datetime import datetime

import archives
import library
from answers import Lacking, fields_of, full
from told import RANKS, occupant
from twisted.words.protocols.jabber.jid import JID

RAW = ("raw",)
SENT = {"ok": "sent"}  # the library gives back nothing
NICK_FIELD = "muc#register_roomnick"


# being there


async def join(session, room, nick, password=None, history=None):
    options = library.muc.HistoryOptions(**_limits(history)) if history else None
    entered = await session.rooms.enter(JID(room), nick, options, password)
    return {"nick": entered.nick, "codes": session.rooms.codes(JID(room))}


def _limits(history):
    since = datetime.fromisoformat(history["since"]) if "since" in history else None
    names = {"maxChars": "maxchars", "maxStanzas": "maxstanzas", "seconds": "seconds"}
    return {"since": since, **{theirs: history.get(ours) for theirs, ours in names.items()}}


async def leave(session, room, status=None):
    if status is not None:
        raise Lacking("status", "muc.MUCClient.leave takes the room alone")
    await session.rooms.leave(JID(room))


async def rename(session, room, nick):
    return {"nick": (await session.rooms.nick(JID(room), nick)).nick}


async def presence(session, room, show=None, status=None):
    await session.rooms.status(JID(room), show, status)


async def message(session, room, body, id=None):
    if id is not None:
        raise Lacking("id", "muc.MUCClient.groupChat takes the room and the body, and gives no id")
    session.rooms.groupChat(JID(room), body)
    return SENT


async def private_message(session, room, nick, body, id=None):
    if id is not None:
        raise Lacking("id", "muc.MUCClient.chat takes the occupant and the body, and gives no id")
    session.rooms.chat(JID(f"{room}/{nick}"), body)
    return SENT


async def set_subject(session, room, subject):
    session.rooms.subject(JID(room), subject)
    return SENT


async def state(session, room):
    """The library has a Room from the beginning of `join` on: one is in if the own occupant is in its roster."""
    known = session.rooms._getRoom(JID(room))
    if known is None:
        return {"joined": False, "nick": "", "subject": None, "role": "", "affiliation": "", "occupants": []}
    me = known.getUser(known.nick)
    rank = {rank: getattr(me, rank, "") for rank in RANKS}
    occupants = [occupant(user) for user in known.roster.values()]
    return {"joined": me is not None, "nick": known.nick, "subject": None, **rank, "occupants": occupants}


# other people


async def invite(session, room, jid, mode, reason=None, password=None, thread=None):
    if mode == "direct":
        raise Lacking("mode", "muc.MUCClient.invite is mediated; no module knows XEP-0249")
    for name, value in {"password": password, "thread": thread}.items():
        if value is not None:
            raise Lacking(name, "muc.MUCClient.invite takes the room, the invitee and a reason")
    session.rooms.invite(JID(room), JID(jid), reason)
    return SENT


async def kick(session, room, nick, reason=None):
    await session.rooms.kick(JID(room), nick, reason)


async def set_role(session, room, nick, role, reason=None):
    muc = session.rooms
    calls = {
        "moderator": muc.grantModerator,
        "participant": muc.grantVoice,
        "visitor": muc.revokeVoice,
        "none": muc.kick,
    }
    if role not in calls:
        raise Lacking("role", "muc.MUCClient has a method for each role of XEP-0045, and takes no other")
    await calls[role](JID(room), nick, reason)


async def get_roles(session, room, role):
    if role != "moderator":
        raise Lacking("role", "of the lists of roles muc.MUCClient has only getModeratorList")
    return {"items": list(map(_item, await session.rooms.getModeratorList(JID(room))))}


async def ban(session, room, jid, reason=None):
    await session.rooms.ban(JID(room), JID(jid), reason)


async def set_affiliation(session, room, jid, affiliation, reason=None, nick=None):
    if nick is not None:
        raise Lacking("nick", "muc.MUCClient.modifyAffiliationList takes no nickname")
    if affiliation == "outcast":
        await session.rooms.ban(JID(room), JID(jid), reason)
        return
    if reason is not None:
        raise Lacking("reason", "muc.MUCClient.modifyAffiliationList takes no reason")
    await session.rooms.modifyAffiliationList(JID(room), [JID(jid)], affiliation)


async def set_affiliations(session, room, items):
    affiliations = {item["affiliation"] for item in items}
    if len(affiliations) > 1 or any(item.get("reason") or item.get("nick") for item in items):
        raise Lacking("items", "muc.MUCClient.modifyAffiliationList gives many users one affiliation")
    await session.rooms.modifyAffiliationList(JID(room), [JID(item["jid"]) for item in items], *affiliations)


async def get_affiliations(session, room, affiliation):
    muc = session.rooms
    lists = {
        "owner": muc.getOwnerList,
        "admin": muc.getAdminList,
        "member": muc.getMemberList,
        "outcast": muc.getBanList,
    }
    if affiliation not in lists:
        raise Lacking("affiliation", "muc.MUCClient has a method for each list of XEP-0045, and asks for no other")
    return {"items": list(map(_item, await lists[affiliation](JID(room))))}


def _item(item):
    plain = {name: getattr(item, name) or "" for name in ("nick", "role", "affiliation", "reason")}
    return {"jid": full(item.entity), **plain}


async def request_voice(session, room, role=None):
    if role not in (None, "participant"):
        raise Lacking("role", "muc.MUCClient.voice asks for the role participant")
    session.rooms.voice(JID(room))
    return SENT


# the owner's work


async def get_config(session, room):
    return {"fields": fields_of(await session.rooms.getConfiguration(JID(room)))}


async def set_config(session, room, values):
    """The library's form is a mapping of its named fields, and what it configures with is one."""
    form = await session.rooms.getConfiguration(JID(room))
    fixed = {field.var for field in form.fieldList if field.fieldType == "fixed"} if form else set()
    kept = {name: value for name, value in (form or {}).items() if name not in fixed}
    await session.rooms.configure(JID(room), {**kept, **values})


async def cancel_config(session, room):
    await session.rooms.configure(JID(room), None)


async def accept_defaults(session, room):
    await session.rooms.configure(JID(room), {})


async def destroy(session, room, alternate=None, reason=None, password=None):
    await session.rooms.destroy(JID(room), reason, JID(alternate) if alternate else None, password)


# registration and discovery


async def get_registration(session, room):
    """The library gives the form alone: whether one is registered, it does not say."""
    form = await session.rooms.getRegisterForm(JID(room))
    return {"registered": None, "nick": None, "fields": fields_of(form)}


async def register(session, room, nick):
    await session.rooms.register(JID(room), {NICK_FIELD: nick})


async def room_info(session, room):
    info = await session.discovery.requestInfo(JID(room))
    named = (item for item in info if isinstance(item, library.disco.DiscoIdentity))
    identities = [{"category": one.category, "type": one.type, "name": one.name or ""} for one in named]
    fields = fields_of(info.extensions.get(library.muc.NS_MUC_ROOMINFO))
    return {"identities": identities, "features": sorted(info.features), "fields": fields}


async def room_items(session, room):
    return {"items": [_disco_item(item) for item in await session.discovery.requestItems(JID(room))]}


async def list_rooms(session, service):
    return {"items": [_disco_item(item) for item in await session.discovery.requestItems(JID(service))]}


def _disco_item(item):
    return {"jid": full(item.entity), "name": item.name or "", "node": item.nodeIdentifier}


async def raw(session, xml):
    session.xmlstream.send(xml)
    return SENT


CALLS = {
    call.__name__: call
    for call in (
        join, leave, rename, presence, message, private_message, set_subject, state, invite, kick, set_role,
        get_roles, ban, set_affiliation, set_affiliations, get_affiliations, request_voice, get_config,
        set_config, cancel_config, accept_defaults, destroy, get_registration, register, room_info,
        room_items, list_rooms, raw,
    )
} | archives.CALLS  # fmt: skip
