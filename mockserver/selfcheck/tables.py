"""The elements that a room writes, made from the schemas and texts of the XEPs that are named."""

from __future__ import annotations

from mockserver.muc.namespaces import (
    NS_ADMIN,
    NS_AFFILIATIONS,
    NS_CONFERENCE,
    NS_DELAY,
    NS_DISCO_INFO,
    NS_DISCO_ITEMS,
    NS_MAM,
    NS_OCCUPANT_ID,
    NS_REGISTER,
    NS_RSM,
    NS_SID,
    NS_USER,
)

from .shape import Child, Shape, address, among, any_number, anything, bare, filled, moment, number, one, some

AFFILIATION = among("outcast", "none", "member", "admin", "owner")
ROLE = among("none", "visitor", "participant", "moderator")
CODES = frozenset(
    map(str, (100, 101, 102, 103, 104, 110, 170, 171, 172, 173, 201, 210, 301, 303, 307, 321, 322, 332, 333))
)  # XEP-0045 15.6.2


def text_of(name: str, uri: str) -> Shape:
    return Shape(name, uri, text=True)


# XEP-0045 18.2 (schema of muc#user)

STATUS = Shape("status", NS_USER, {"code": CODES.__contains__}, frozenset({"code"}))
ACTOR = Shape("actor", NS_USER, {"nick": filled, "jid": bare})
REASON = text_of("reason", NS_USER)
CONTINUE = Shape("continue", NS_USER, {"thread": anything})
PASSWORD = text_of("password", NS_USER)
ITEM = Shape(
    "item",
    NS_USER,
    {"affiliation": AFFILIATION, "role": ROLE, "jid": address, "nick": filled},
    frozenset({"affiliation"}),
    (Child(ACTOR), Child(REASON), Child(CONTINUE)),
)
DESTROY = Shape("destroy", NS_USER, {"jid": address}, children=(Child(PASSWORD), Child(REASON)))
INVITE = Shape("invite", NS_USER, {"from": address}, frozenset({"from"}), (Child(REASON), Child(CONTINUE)))
DECLINE = Shape("decline", NS_USER, {"from": address}, frozenset({"from"}), (Child(REASON),))

MAV = Shape("mav", NS_AFFILIATIONS, {"since": filled, "until": filled}, frozenset({"until"}))  # XEP-0463
OF_AN_OCCUPANT = Shape(
    "x", NS_USER, children=(Child(MAV), one(ITEM), Child(DESTROY), any_number(STATUS))
)  # in presence
OF_AN_INVITATION = Shape("x", NS_USER, children=(some(INVITE), Child(PASSWORD)))  # 7.8.2
OF_A_REFUSAL = Shape("x", NS_USER, children=(one(DECLINE),))  # 7.8.2
OF_A_NOTICE = Shape("x", NS_USER, children=(Child(MAV), Child(ITEM), any_number(STATUS)))  # 10.2.1, 10.3, 18.1
OF_A_LIST = Shape("x", NS_USER, children=(one(MAV), any_number(ITEM)))  # XEP-0463 5.2
OF_A_WHISPER = Shape("x", NS_USER)  # 7.5
LEGACY = Shape(
    "x", NS_CONFERENCE, {"jid": bare, "reason": anything, "password": anything}, frozenset({"jid"}), text=True
)

# what a room adds to what it passes on

DELAY = Shape("delay", NS_DELAY, {"from": address, "stamp": moment}, frozenset({"stamp"}), text=True)  # XEP-0203
STANZA_ID = Shape("stanza-id", NS_SID, {"by": bare, "id": filled}, frozenset({"by", "id"}))  # XEP-0359
OCCUPANT_ID = Shape("occupant-id", NS_OCCUPANT_ID, {"id": filled}, frozenset({"id"}))  # XEP-0421

# answers, by the payload's name and namespace

IDENTITY = Shape(
    "identity", NS_DISCO_INFO, {"category": filled, "type": filled, "name": anything}, frozenset({"category", "type"})
)
FEATURE = Shape("feature", NS_DISCO_INFO, {"var": filled}, frozenset({"var"}))
DISCO_ITEM = Shape("item", NS_DISCO_ITEMS, {"jid": address, "name": anything, "node": anything}, frozenset({"jid"}))
RSM = Shape(
    "set",
    NS_RSM,
    children=(
        Child(Shape("first", NS_RSM, {"index": number}, text=True)),
        Child(text_of("last", NS_RSM)),
        Child(text_of("count", NS_RSM)),
    ),
)  # XEP-0059
ENTRY = Shape(
    "item",
    NS_ADMIN,
    {"affiliation": AFFILIATION, "role": ROLE, "jid": address, "nick": filled},
    frozenset({"affiliation"}),
)
EDGE = {"id": filled, "timestamp": moment}
PAYLOADS = {
    shape.key: shape
    for shape in (
        Shape("query", NS_DISCO_INFO, {"node": filled},
              children=(any_number(IDENTITY), any_number(FEATURE)), open=True),
        Shape("query", NS_DISCO_ITEMS, {"node": filled}, children=(any_number(DISCO_ITEM), Child(RSM))),
        Shape("query", NS_ADMIN, children=(any_number(ENTRY),)),
        Shape("fin", NS_MAM, {"complete": among("true", "false"), "stable": among("true", "false")},
              children=(one(RSM),)),
        Shape("metadata", NS_MAM, children=(Child(Shape("start", NS_MAM, EDGE, frozenset(EDGE))),
                                            Child(Shape("end", NS_MAM, EDGE, frozenset(EDGE))))),
        Shape("query", NS_REGISTER, children=(Child(Shape("registered", NS_REGISTER)),
                                              Child(text_of("username", NS_REGISTER))), open=True),
    )
}  # fmt: skip

# errors: RFC 6120 8.3.3, and where XEP-0045 has another type (7.2.9, 7.4, 7.6)

CONDITIONS = {
    "bad-request": "modify cancel",  # cancel: XEP-0433 4.2.2.7
    "conflict": "cancel",
    "feature-not-implemented": "cancel modify",
    "forbidden": "auth",
    "gone": "cancel",
    "internal-server-error": "cancel",
    "item-not-found": "cancel",
    "jid-malformed": "modify",
    "not-acceptable": "modify cancel",
    "not-allowed": "cancel",
    "not-authorized": "auth",
    "policy-violation": "modify wait",
    "recipient-unavailable": "wait",
    "redirect": "modify",
    "registration-required": "auth",
    "remote-server-not-found": "cancel",
    "remote-server-timeout": "wait",
    "resource-constraint": "wait",
    "service-unavailable": "cancel wait",
    "subscription-required": "auth",
    "undefined-condition": "auth cancel continue modify wait",
    "unexpected-request": "wait modify",
}
