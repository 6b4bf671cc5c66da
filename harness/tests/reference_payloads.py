"""Payloads that the tests of the reference client put into stanzas."""

from __future__ import annotations

from .reference_stage import ROOM, USER

NOT_ACCEPTABLE = (
    "<error type='modify'><not-acceptable xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/><text "
    "xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'>no owner</text></error>"
)
FORM = (
    "<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'>"
    "<value>http://jabber.org/protocol/muc#roomconfig</value></field>"
    "<field var='token' type='hidden'><value>t</value></field>"
    "<field type='fixed' var='hint'><value>Read this</value></field>"
    "<field var='muc#roomconfig_roomname' type='text-single'><value>Harfleur</value></field>"
    "<field var='muc#roomconfig_roomsecret' type='text-private'><value>crispin</value></field>"
    "<field var='muc#roomconfig_roomowners' type='jid-multi'><value>a@b</value><value>c@d</value></field>"
    "<field var='muc#roomconfig_membersonly' type='boolean'><value>1</value></field>"
    "<field var='vendor#colour' type='colour'><value>red</value></field></x>"
)
REQUEST = (
    "<x xmlns='jabber:x:data' type='form'><field var='FORM_TYPE' type='hidden'>"
    "<value>http://jabber.org/protocol/muc#request</value></field><field var='muc#role'><value>participant</value>"
    "</field><field var='muc#jid'><value>nym@x</value></field><field var='muc#roomnick'><value>nym</value></field></x>"
)
INVITE = (
    f"<x xmlns='{USER}'><invite from='henry@x'><reason>Once more</reason><continue thread='t1'/></invite>"
    "<password>crispin</password></x>"
)
DIRECT = f"<x xmlns='jabber:x:conference' jid='{ROOM}' reason='Once more' password='crispin' thread='t1'/>"
DECLINE = f"<x xmlns='{USER}'><decline from='gower@x'><reason>Busy</reason></decline></x>"


def codes(*numbers: int) -> str:
    return f"<x xmlns='{USER}'>" + "".join(f"<status code='{n}'/>" for n in numbers) + "</x>"


def message(inside: str, *, sender: str = ROOM, kind: str = "normal") -> str:
    return f"<message from='{sender}' type='{kind}'>{inside}</message>"


def owner_query(inside: str) -> str:
    return f"<query xmlns='http://jabber.org/protocol/muc#owner'>{inside}</query>"
