"""The verbs that ask: registration, discovery, archives and their preferences."""

from datetime import datetime

from forms import described
from slixmpp import JID

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


ASKING = (
    get_registration,
    unregister,
    room_info,
    room_items,
    list_rooms,
    query_archive,
    get_archive_preferences,
    set_archive_preferences,
)
