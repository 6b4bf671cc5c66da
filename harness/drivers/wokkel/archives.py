"""Archives and their preferences: the fork's `mam` sends the requests and reads part of the answers."""

from datetime import datetime
from uuid import uuid4

import library
from answers import Lacking
from twisted.words.protocols.jabber.jid import JID


async def query_archive(session, room=None, start=None, end=None, max=None, after=None, before=None, **others):
    """The library asks once; the messages come as stanzas that it does not read, so they are not told here."""
    mam, rsm = library.mam, library.rsm
    asked_with = JID(others["with"]) if others.get("with") else None
    form = mam.buildForm(_moment(start), _moment(end), asked_with)
    paged = max is not None or after is not None or before is not None
    size = {} if max is None else {"max_": max}
    page = rsm.RSMRequest(after=after, before=before, **size) if paged else None
    query = mam.MAMRequest(form, page, query_id=str(uuid4()))
    iq = await session.archives.queryArchive(query, service=JID(room) if room else None)
    fin = next(iq.elements(mam.NS_MAM, "fin"))
    if max is None and fin.getAttribute("complete") not in ("true", "1"):
        raise Lacking("max", "mam.MAMClient asks for one page, and nothing goes on to the next")
    try:
        answer = rsm.RSMResponse.fromElement(fin)
    except rsm.RSMNotFoundError:
        answer = rsm.RSMResponse()
    said = {"first": answer.first or "", "last": answer.last or "", "count": answer.count}
    return {"messages": None, "complete": None, **said}


def _moment(text):
    return datetime.fromisoformat(text) if text else None


async def get_archive_preferences(session, room=None):
    return _preferences(await session.archives.queryPrefs(service=JID(room) if room else None))


async def set_archive_preferences(session, default, always=None, never=None, room=None):
    lists = {"always": list(map(JID, always or ())), "never": list(map(JID, never or ()))}
    return _preferences(await session.archives.setPrefs(service=JID(room) if room else None, default=default, **lists))


def _preferences(iq):
    """Read by the library's own class."""
    prefs = library.mam.MAMPrefs.fromElement(next(iq.elements(library.mam.NS_MAM, "prefs")))
    lists = {name: [entity.full() for entity in getattr(prefs, name)] for name in ("always", "never")}
    return {"default": prefs.default, **lists}


CALLS = {call.__name__: call for call in (query_archive, get_archive_preferences, set_archive_preferences)}
