"""What may happen to a host, as small values that can be written down: stanzas by name, events, raw elements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mockserver.muc.xml import E, Element

MUC = "conference.mucspec.invalid"
ROOMS = (f"harfleur@{MUC}", f"agincourt@{MUC}")
SESSIONS = ("henry/1", "nym/1", "gower/1", "pistol/1", "pistol/2", "bates/1")
USERS = tuple(f"{name}@mucspec.invalid" for name in ("henry", "nym", "gower", "pistol", "bates"))
NICKS = ("henry", "nym", "gower", "pistol", "Ancient", "bates")
ROLES = ("none", "visitor", "participant", "moderator")
AFFILIATIONS = ("outcast", "none", "member", "admin", "owner")
ODD = ("", " ", "0", "1", "20", "-1", "²", "9" * 5000, "1e9", "true", "9999-12-31T23:59:59Z",
       "0001-01-01T00:00:00+14:00", "@@", "a/b", "\u200b", "none", "moderators", "anyone", "x", "king",
       f"harfleur@{MUC}")  # fmt: skip
NS = "http://jabber.org/protocol/"
MUC_NS, USER, ADMIN, OWNER = (NS + f"muc{part}" for part in ("", "#user", "#admin", "#owner"))
DATA, MAM = "jabber:x:data", "urn:xmpp:mam:2"
VERSIONS = "urn:xmpp:muc:affiliations:1"
RETRACT, MODERATE = "urn:xmpp:message-retract:1", "urn:xmpp:message-moderate:1"


@dataclass(frozen=True)
class Draw:
    """What the writing of one step may use."""

    room: str
    nick: str
    user: str
    number: int
    odd: str


@dataclass(frozen=True)
class Step:
    """`who` does `what`: a stanza by a name of STANZAS, an event by a name of EVENTS, or a raw element."""

    who: str
    what: str
    draw: Draw
    raw: Element | None = None


def form(form_type: str, *fields: tuple[str, str], kind: str = "submit") -> Element:
    given = (("FORM_TYPE", form_type), *fields)
    made = [E("field", E("value", value, uri=DATA), uri=DATA, var=var) for var, value in given]
    return E("x", *made, uri=DATA, type=kind)


def at(draw: Draw) -> str:
    return f"{draw.room}/{draw.nick}"


def iq(kind: str, to: str, payload: Element) -> Element:
    return E("iq", payload, type=kind, id="q", to=to)


def groupchat(draw: Draw, *children: Element) -> Element:
    return E("message", *children, type="groupchat", id="m", to=draw.room)


def join(draw: Draw, *children: Element) -> Element:
    return E("presence", E("x", *children, uri=MUC_NS), id="j", to=at(draw))


def item(draw: Draw) -> Element:
    """Half of them by role, half by affiliation."""
    if draw.number % 2:
        return E("item", uri=ADMIN, nick=draw.nick, role=ROLES[draw.number // 2 % 4])
    reserved = draw.nick if draw.number > 20 else None
    return E("item", uri=ADMIN, jid=draw.user, affiliation=AFFILIATIONS[draw.number // 2 % 5], nick=reserved)


def second_item(draw: Draw) -> Element:
    other = (draw.number * 7 + draw.number // 3 + 3) % 30
    return item(Draw(draw.room, draw.nick, USERS[other % 5], other, draw.odd))


BOOLEANS = ("membersonly", "moderatedroom", "persistentroom", "publicroom", "allowinvites", "changesubject",
            "enablelogging", "passwordprotectedroom", "forwardmentions")  # fmt: skip
TEXTS = ("roomname", "roomsecret", "maxusers", "whois", "allowpm", "roomadmins", "roomowners", "slow_mode_duration")


def setting(draw: Draw) -> tuple[str, str]:
    if draw.number % 2:
        return f"muc#roomconfig_{BOOLEANS[draw.number // 2 % 9]}", str(draw.number // 4 % 2)
    name = TEXTS[draw.number // 2 % 8]
    likely = {"whois": "anyone", "roomsecret": "x", "roomadmins": draw.user, "roomowners": draw.user}
    return f"muc#roomconfig_{name}", likely.get(name, draw.odd) if draw.number > 10 else draw.odd


def history(draw: Draw) -> Element:
    name = ("maxchars", "maxstanzas", "seconds", "since")[draw.number % 4]
    return E("history", uri=MUC_NS, **{name: draw.odd})


def forged() -> tuple[Element, ...]:
    """What only a room may say."""
    return (
        E("x", E("item", uri=USER, affiliation="owner", role="moderator", jid="forged@mucspec.invalid"),
          E("status", uri=USER, code="110"), E("invite", uri=USER, from_="king@mucspec.invalid"), uri=USER),
        E("occupant-id", uri="urn:xmpp:occupant-id:0", id="forged"),
        E("stanza-id", uri="urn:xmpp:sid:0", by=ROOMS[0], id="forged"),
    )  # fmt: skip


def mam(draw: Draw) -> Element:
    field = ("with", "start", "end", "before-id", "ids")[draw.number % 5]
    asked = form(MAM, (field, draw.odd if draw.number > 12 else draw.user)) if draw.number > 6 else None
    rsm = E("set", E("max", draw.odd, uri=NS + "rsm"), uri=NS + "rsm") if draw.number % 3 == 0 else None
    return iq("set", draw.room, E("query", asked, rsm, uri=MAM, queryid="f"))


def body(draw: Draw) -> Element:
    return E("body", f"no {draw.number}")


def photo(draw: Draw) -> Element:
    return E("vCard", E("PHOTO", E("BINVAL", draw.odd, uri="vcard-temp"), uri="vcard-temp"), uri="vcard-temp")


def command(draw: Draw) -> Element:
    """One of hats (XEP-0317)."""
    name = ("create", "assign", "unassign", "destroy", "list", "list-assigned")[draw.number % 6]
    fields = (("hats#uri", "h"), ("hats#title", "Herald"), ("hats#hue", draw.odd if draw.number > 20 else ""))
    form_ = form("urn:xmpp:hats:0:commands", *fields, ("hats#jid", draw.user))
    filled = form_ if draw.number > 9 else None
    return E("command", filled, uri=NS + "commands", node=f"urn:xmpp:hats:0:commands:{name}", action="execute")


STANZAS: dict[str, Callable[[Draw], Element]] = {
    "join": join,
    "join with password": lambda d: join(d, E("password", "x", uri=MUC_NS)),
    "join with history": lambda d: join(d, history(d)),
    "join under an odd name": lambda d: E("presence", E("x", uri=MUC_NS), to=f"{d.room}/{d.odd}"),
    "join forging": lambda d: E("presence", E("x", uri=MUC_NS), *forged(), to=at(d)),
    "presence": lambda d: E("presence", E("show", "away"), to=at(d), id="p"),
    "typed presence": lambda d: E("presence", to=at(d), type=("probe", "subscribe", "error", "x")[d.number % 4]),
    "leave": lambda d: E("presence", to=at(d), type="unavailable"),
    "go offline": lambda d: E("presence", type="unavailable"),
    "be online": lambda d: E("presence"),
    "say": lambda d: groupchat(d, body(d)),
    "say forging": lambda d: groupchat(d, body(d), *forged()),
    "subject": lambda d: groupchat(d, E("subject", d.odd[:20])),
    "subject and body": lambda d: groupchat(d, E("subject", "s"), body(d)),
    "mention": lambda d: groupchat(
        d, body(d), E("reference", uri="urn:xmpp:reference:0", type="mention", uri_=f"xmpp:{at(d)}")
    ),
    "whisper": lambda d: E("message", body(d), *forged(), type=("chat", "groupchat", "x")[d.number % 3], to=at(d)),
    "bounce": lambda d: E(
        "message",
        E("error", E("gone", uri="urn:ietf:params:xml:ns:xmpp-stanzas"), type="cancel"),
        type="error",
        to=at(d),
    ),
    "invite": lambda d: E("message", E("x", E("invite", uri=USER, to=d.user), uri=USER), to=d.room),
    "odd invite": lambda d: E("message", E("x", E("invite", uri=USER, to=d.odd), uri=USER), to=d.room),
    "decline": lambda d: E("message", E("x", E("decline", uri=USER, to=d.user), uri=USER), to=d.room),
    "decline to a seat": lambda d: E("message", E("x", E("decline", uri=USER, to=at(d)), uri=USER), to=d.room),
    "ask for voice": lambda d: E("message", form(MUC_NS + "#request", ("muc#role", "participant")), to=d.room),
    "grant voice": lambda d: E(
        "message",
        form(MUC_NS + "#request", ("muc#roomnick", d.nick), ("muc#request_allow", str(d.number % 2))),
        to=d.room,
    ),
    "change": lambda d: iq("set", d.room, E("query", item(d), uri=ADMIN)),
    "change two": lambda d: iq("set", d.room, E("query", item(d), second_item(d), uri=ADMIN)),
    "change oddly": lambda d: iq("set", d.room, E("query", item(d).with_attrs(jid=d.odd), uri=ADMIN)),
    "list": lambda d: iq("get", d.room, E("query", item(d).with_attrs(jid=None, nick=None), uri=ADMIN)),
    "get form": lambda d: iq("get", d.room, E("query", uri=OWNER)),
    "configure": lambda d: iq("set", d.room, E("query", form(MUC_NS + "#roomconfig", setting(d)), uri=OWNER)),
    "instant": lambda d: iq("set", d.room, E("query", form(MUC_NS + "#roomconfig"), uri=OWNER)),
    "cancel": lambda d: iq("set", d.room, E("query", form("", kind="cancel"), uri=OWNER)),
    "destroy": lambda d: iq("set", d.room, E("query", E("destroy", uri=OWNER, jid=d.odd), uri=OWNER)),
    "register": lambda d: iq(
        "set",
        d.room,
        E("query", form(MUC_NS + "#register", ("muc#register_roomnick", d.nick)), uri="jabber:iq:register"),
    ),
    "unregister": lambda d: iq(
        "set", d.room, E("query", E("remove", uri="jabber:iq:register"), uri="jabber:iq:register")
    ),
    "ask for registration": lambda d: iq("get", d.room, E("query", uri="jabber:iq:register")),
    "info": lambda d: iq("get", d.room, E("query", uri=NS + "disco#info", node=d.odd or None)),
    "own nick": lambda d: iq("get", d.room, E("query", uri=NS + "disco#info", node="x-roomuser-item")),
    "items": lambda d: iq("get", (d.room, MUC)[d.number % 2], E("query", uri=NS + "disco#items")),
    "ping": lambda d: iq("get", (d.room, at(d))[d.number % 2], E("ping", uri="urn:xmpp:ping")),
    "ask an occupant": lambda d: iq("get", at(d), E("query", uri="jabber:iq:version")),
    "answer an occupant": lambda d: iq(("result", "error")[d.number % 2], at(d), E("query", uri="jabber:iq:version")),
    "read the archive": mam,
    "ask the archive's age": lambda d: iq("get", d.room, E("metadata", uri=MAM)),
    "show an avatar": lambda d: iq("set", d.room, photo(d)),
    "look at the avatar": lambda d: iq("get", d.room, E("vCard", uri="vcard-temp")),
    "take back": lambda d: groupchat(d, E("retract", uri=RETRACT, id=f"id{d.number}")),
    "have taken back": lambda d: iq(
        "set", d.room, E("moderate", E("retract", uri=RETRACT), uri=MODERATE, id=f"id{d.number}")
    ),
    "command": lambda d: iq("set", d.room, command(d)),
    "list commands": lambda d: iq("get", d.room, E("query", uri=NS + "disco#items", node=NS + "commands")),
    "join with versions": lambda d: E(
        "presence", E("x", E("mav", uri=VERSIONS, since=d.odd or None), uri=MUC_NS), id="j", to=at(d)
    ),
    "write to a user": lambda d: E("message", body(d), to=d.user, type="chat"),
}
EVENTS = ("lost", "bound", "desync", "role", "affiliation", "shut down", "end", "rename", "lock nicks", "rewrite nick",
          "limit traffic", "switch")  # fmt: skip
