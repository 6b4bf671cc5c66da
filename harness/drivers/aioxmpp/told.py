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
    """The text of a language map: what the library picks of it. No text is the empty one."""
    return (of.any() or "") if of else ""


def known(value):
    """A value of the library as text. Where it has a place for it and nothing there, that is the empty text."""
    return "" if value is None else str(value)


def codes(of):
    """Status codes as numbers; null where the library gives none at all."""
    return None if of is None else sorted(int(getattr(code, "value", code)) for code in of)


def availability(member):
    """`show` and `status` of an occupant."""
    return {"show": known(member.presence_state.show.value), "status": text(member.presence_status)}


def occupant(member):
    """The fields of an occupant. The library knows no occupant ids, and of real JIDs the bare ones."""
    return {
        "nick": known(member.nick),
        "role": known(member.role),
        "affiliation": known(member.affiliation),
        "jid": known(member.direct_jid),
    }


def why(given, prefix=""):
    """Who did it and why, of a signal's keyword arguments; what is not among them the library hides."""
    told = {"codes": codes(given.get(f"{prefix}status_codes"))}
    if f"{prefix}actor" in given:
        by = given[f"{prefix}actor"]
        told["actor"] = "" if by is None else by.nick or known(by.jid)
    if f"{prefix}reason" in given:
        told["reason"] = known(given[f"{prefix}reason"])
    return told


def exit_of(given):
    """The same of `on_leave` and `on_exit`, with the cause."""
    return {"cause": CAUSES.get(given.get("muc_leave_mode"), "unknown"), **why(given, "muc_")}


def message(message, *, history):
    """A message to a room. Which of several stable ids is the room's own, the library leaves to the application."""
    origin, delays = message.xep0359_origin_id, message.xep0203_delay
    return {
        "body": text(message.body),
        "id": known(message.id_),
        "origin_id": known(origin.id_ if origin else None),
        "history": history,
        "stamp": delays[0].stamp.isoformat() if delays else "",
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
