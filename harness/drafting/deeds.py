"""What a client's stanza was meant to do: the verb of the driver protocol that sends such a stanza, if there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.muc.jid import JID
from mockserver.muc.namespaces import (
    NS_ADMIN,
    NS_CONFERENCE,
    NS_DATA,
    NS_DISCO_INFO,
    NS_DISCO_ITEMS,
    NS_MUC,
    NS_OWNER,
    NS_PING,
    NS_USER,
)
from mockserver.muc.xml import Element

Deed = Mapping[str, Any]  # `does` and its arguments; rooms and users by their JIDs
DIGITS = 9  # of a number: all that is there is less
Reader = Callable[[Element, JID, str], Deed | None]  # the stanza, its recipient, the sender's nickname there


def deed(stanza: Element, to: JID, nick: str) -> Deed | None:
    """None where no verb sends such a stanza. `nick`: the sender's nickname in that room, empty outside."""
    for read in READERS.get(stanza.name, ()):
        if found := read(stanza, to, nick):
            return found
    return None


def _deed(verb: str, given: Mapping[str, Any], **perhaps: Any) -> Deed:
    """What is empty of `perhaps` was not said."""
    return {"does": verb, **given, **{key: value for key, value in perhaps.items() if value}}


def _text(stanza: Element, name: str, uri: str = "jabber:client") -> str:
    child = stanza.find(name, uri)
    return child.text if child else ""


# presence: XEP-0045 7.1, 7.6, 7.7, 7.14


def _presence(stanza: Element, to: JID, nick: str) -> Deed | None:
    if not to.resource or stanza.get("type") not in ("", "unavailable"):
        return None
    room, status = {"room": to.bare}, _text(stanza, "status")
    if stanza.get("type") == "unavailable":
        return _deed("leave", room, status=status)
    entering = stanza.find("x", NS_MUC)
    if not nick or (entering and nick == to.resource):
        return _join(to, entering)
    if nick != to.resource:
        return _deed("rename", room, nick=to.resource)
    return _deed("presence", room, show=_text(stanza, "show"), status=status)


def _join(to: JID, entering: Element | None) -> Deed:
    wanted = entering.find("history", NS_MUC) if entering else None
    known = wanted.attrs if wanted else ()
    limits = {k: int(v[:DIGITS]) if v.isdecimal() else v for k, v in known if v.isdecimal() or k == "since"}
    password = _text(entering, "password", NS_MUC) if entering else ""
    return _deed("join", {"room": to.bare, "nick": to.resource}, password=password, history=limits)


# messages: XEP-0045 7.4, 7.5, 7.8, 8.1; XEP-0249


def _said(stanza: Element, to: JID, nick: str) -> Deed | None:
    body, subject = _text(stanza, "body"), stanza.find("subject", "jabber:client")
    if to.resource and stanza.get("type") == "chat" and body:
        return _deed("private_message", {"room": to.bare, "nick": to.resource, "body": body})
    if to.resource or stanza.get("type") != "groupchat":
        return None
    if subject and not body:
        return _deed("set_subject", {"room": to, "subject": subject.text})
    return _deed("message", {"room": to, "body": body}) if body else None


def _invited(stanza: Element, to: JID, nick: str) -> Deed | None:
    direct, user = stanza.find("x", NS_CONFERENCE), stanza.find("x", NS_USER)
    if direct and not to.resource:
        given = {"room": JID(direct.get("jid")), "jid": to, "mode": "direct"}
        return _deed("invite", given, reason=direct.get("reason"), password=direct.get("password"))
    for verb in ("invite", "decline") if user else ():
        found = user.find(verb, NS_USER) if user else None
        if found:
            mode = "mediated" if verb == "invite" else ""
            given = {"room": to, "jid": JID(found.get("to"))}
            return _deed(verb, given, mode=mode, reason=_text(found, "reason", NS_USER))
    return None


# requests: XEP-0045 6, 8 to 10; XEP-0410


def _administers(stanza: Element, to: JID, nick: str) -> Deed | None:
    query = stanza.find("query", NS_ADMIN)
    items = list(query.find_all("item", NS_ADMIN)) if query else []
    if len(items) != 1:
        return None
    (item,) = items
    if stanza.get("type") == "get":
        kind = "affiliation" if item.has("affiliation") else "role"
        return _deed(f"get_{kind}s", {"room": to, kind: item.get(kind)})
    return _changes(item, to, _text(item, "reason", NS_ADMIN))


def _changes(item: Element, room: JID, reason: str) -> Deed | None:
    role, affiliation = item.get("role"), item.get("affiliation")
    if role and item.get("nick"):
        who = {"room": room, "nick": item.get("nick")}
        new = "" if role == "none" else role
        return _deed("set_role" if new else "kick", who, role=new, reason=reason)
    if not item.get("jid") or not affiliation:
        return None
    who = {"room": room, "jid": JID(item.get("jid")).bare}
    new = "" if affiliation == "outcast" else affiliation
    return _deed("set_affiliation" if new else "ban", who, affiliation=new, reason=reason)


def _owns(stanza: Element, to: JID, nick: str) -> Deed | None:
    query = stanza.find("query", NS_OWNER)
    if query is None:
        return None
    room, form, end = {"room": to}, query.find("x", NS_DATA), query.find("destroy", NS_OWNER)
    if stanza.get("type") == "get":
        return _deed("get_config", room)
    if end:
        return _deed("destroy", room, reason=_text(end, "reason", NS_OWNER), alternate=end.get("jid"))
    if form is None or form.get("type") == "cancel":
        return _deed("cancel_config", room) if form else None
    values = {f.get("var"): _values(f) for f in form.find_all("field", NS_DATA) if f.get("var") != "FORM_TYPE"}
    return _deed("set_config" if values else "accept_defaults", room, values=values)


def _values(field: Element) -> str | list[str]:
    texts = [value.text for value in field.find_all("value", NS_DATA)]
    return texts[0] if len(texts) == 1 else texts


def _asks(stanza: Element, to: JID, nick: str) -> Deed | None:
    if stanza.get("type") != "get":
        return None
    if stanza.find("ping", NS_PING) and nick and to.resource == nick:
        return _deed("self_ping", {"room": to.bare})
    asked = stanza.find("query", NS_DISCO_INFO) or stanza.find("query", NS_DISCO_ITEMS)
    if asked is None or asked.get("node") or to.resource:
        return None
    if to.local:
        return _deed("room_info" if asked.uri == NS_DISCO_INFO else "room_items", {"room": to})
    return _deed("list_rooms", {"service": to}) if asked.uri == NS_DISCO_ITEMS else None


READERS: Mapping[str, tuple[Reader, ...]] = {
    "presence": (_presence,),
    "message": (_said, _invited),
    "iq": (_administers, _owns, _asks),
}
