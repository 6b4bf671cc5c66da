"""What aioxmpp's values are called in the driver protocol."""

import aioxmpp
from aioxmpp.muc import LeaveMode

CAUSES = {
    LeaveMode.NORMAL: "left",
    LeaveMode.KICKED: "kicked",
    LeaveMode.BANNED: "banned",
    LeaveMode.AFFILIATION_CHANGE: "affiliation_changed",
    LeaveMode.MODERATION_CHANGE: "members_only",
    LeaveMode.SYSTEM_SHUTDOWN: "shutdown",
    LeaveMode.ERROR: "desync",
    LeaveMode.DISCONNECTED: "disconnected",
}


def text(of):
    """The text of a language map: what the library picks of it; empty where it holds none."""
    return of.any() if of else ""


def jid(of):
    """A JID as text, null where the library has none."""
    return None if of is None else str(of)


def codes(of):
    """Status codes as numbers; null where the library gives none at all."""
    return None if of is None else sorted(int(getattr(code, "value", code)) for code in of)


def availability(member):
    """`show` and `status` of an occupant."""
    return {"show": member.presence_state.show.value or "", "status": text(member.presence_status)}


def occupant(member):
    """The fields of an occupant. The library knows no occupant ids, and of real JIDs the bare ones."""
    return {
        "nick": member.nick,
        "role": member.role,
        "affiliation": member.affiliation,
        "jid": jid(member.direct_jid),
    }


def why(actor=None, reason=None, status_codes=None):
    """Who did it and why; an actor is told by its nickname where it has one."""
    by = None if actor is None else actor.nick or jid(actor.jid)
    return {"actor": by, "reason": reason, "codes": codes(status_codes)}


def exit_of(muc_leave_mode=None, muc_actor=None, muc_reason=None, muc_status_codes=None, **_):
    """The keyword arguments of `on_leave` and `on_exit`."""
    return {"cause": CAUSES.get(muc_leave_mode, "unknown"), **why(muc_actor, muc_reason, muc_status_codes)}


def message(message, *, history):
    """A message to a room. Only an id by the room itself is the room's: XEP-0359."""
    by_room = [given.id_ for given in message.xep0359_stanza_ids if given.by == message.from_.bare()]
    delay = message.xep0203_delay
    return {
        "body": text(message.body),
        "id": message.id_,
        "stanza_id": by_room[0] if by_room else None,
        "origin_id": message.xep0359_origin_id.id_ if message.xep0359_origin_id else None,
        "history": history,
        "stamp": delay[0].stamp.isoformat() if delay else None,
    }


def error(exception):
    """The error of an answer. An exception of the library's own has no condition."""
    if isinstance(exception, aioxmpp.errors.XMPPError | aioxmpp.errors.StreamError):
        kind = getattr(exception, "TYPE", None)
        return {
            "condition": exception.condition.value[1],
            "type": kind.value if kind else None,
            "text": exception.text,
        }
    return {"condition": None, "type": None, "text": f"{type(exception).__name__}: {exception}"}


def stanza_error(error):
    """The same of an error that stands in a stanza."""
    return {"condition": error.condition.value[1], "type": error.type_.value, "text": error.text}
