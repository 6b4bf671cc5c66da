"""Stories in which faults show, by what happens in them: each is lines of users, and the faults that it is about."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import count

from mockserver.faults import faulty
from mockserver.faults.discovering import PLACES
from mockserver.host import Host
from mockserver.muc.features import ALL
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import parse

SERVICE = "conference.mucspec.invalid"
ROOM = f"harfleur@{SERVICE}"
MUC, DATA, RSM = "http://jabber.org/protocol/muc", "jabber:x:data", "http://jabber.org/protocol/rsm"
DISCO, COMMANDS = "http://jabber.org/protocol/disco", "http://jabber.org/protocol/commands"
SEARCH, VERSIONS, HATS = "urn:xmpp:channel-search:0", "urn:xmpp:muc:affiliations:1", "urn:xmpp:hats:0"
Line = tuple[str, str]
Setting = Callable[[Host], None]


def ask(child: str, *, to: str = ROOM, kind: str = "get") -> str:
    address = f"to='{to}'" if to else ""
    return f"<iq {address} type='{kind}' id='q'>{child}</iq>"


def submitted(form_type: str, **values: str) -> str:
    """A submitted form; `__` in a name stands for `#`."""
    fields_ = {"FORM_TYPE": form_type} | {name.replace("__", "#"): value for name, value in values.items()}
    shown = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in fields_.items())
    return f"<x xmlns='{DATA}' type='submit'>{shown}</x>"


def enters(who: str, more: str = "") -> Line:
    return who.lower(), f"<presence to='{ROOM}/{who}'><x xmlns='{MUC}'>{more}</x></presence>"


def configured(**values: str) -> Line:
    form = submitted(f"{MUC}#roomconfig", **{f"muc__roomconfig_{name}": value for name, value in values.items()})
    return "fluellen", ask(f"<query xmlns='{MUC}#owner'>{form}</query>", kind="set")


def affiliated(who: str, *changes: str, by: str = "fluellen") -> Line:
    items = "".join(f"<item jid='{who}@mucspec.invalid' affiliation='{held}'/>" for held in changes)
    return by, ask(f"<query xmlns='{MUC}#admin'>{items}</query>", kind="set")


def hat(order: str, **values: str) -> Line:
    form = submitted(f"{HATS}:commands", **{f"hats__{name}": value for name, value in values.items()})
    return "fluellen", ask(f"<command xmlns='{COMMANDS}' node='{HATS}:commands:{order}'>{form}</command>", kind="set")


def says(body: str, more: str = "", *, to: str = ROOM, kind: str = "groupchat") -> str:
    text = f"<body>{body}</body>" if body else ""
    return f"<message to='{to}' type='{kind}' id='m{body}'>{text}{more}</message>"


def searches(**values: str) -> Line:
    form = submitted(f"{SEARCH}:search-params", **values)
    return "nym", ask(f"<search xmlns='{SEARCH}:search'>{form}</search>", to=SERVICE)


CAST = [enters("Fluellen"), configured(publicroom="1", roomdesc="Walls"), enters("gower"), enters("pistol")]
INFO, ITEMS = f"<query xmlns='{DISCO}#info'/>", f"<query xmlns='{DISCO}#items'/>"
LIST = f"<query xmlns='{MUC}#admin'><item affiliation='member'/></query>"
MAV = f"<mav xmlns='{VERSIONS}'/>"
REGISTER = "jabber:iq:register"
CHAT = "<composing xmlns='http://jabber.org/protocol/chatstates'/>"
NOBODY_KNOWS = f"<mav xmlns='{VERSIONS}' since='nothing'/>"
INVITES = f"<x xmlns='{MUC}#user'><invite to='nym@mucspec.invalid'/></x>"
FORGED = f"<delay xmlns='urn:xmpp:delay' from='{ROOM}' stamp='2001-01-01T00:00:00Z'/>"
TO_NYM, TO_NYM_HERE = "nym@mucspec.invalid", "nym@mucspec.invalid/x"


def nothing(host: Host) -> None:
    """As it comes."""


STORIES: dict[str, tuple[Sequence[Line], Sequence[str]]] = {
    "who is asked": (
        [("nym", ask(INFO, to=to)) for to in (ROOM, SERVICE, "mucspec.invalid", "")],
        [f"{place}-{what}" for place in PLACES for what in (
            "without-identity", "without-disco", "with-filled-features", "with-identities-twice",
        )] + ["identities-with-different-names", "results-with-more"],
    ),
    "what is listed": (
        [("nym", ask(ITEMS, to=SERVICE))],
        [f"disco-items-with-{what}" for what in ("text", "children", "node", "empty-node")],
    ),
    "the form of a room": (
        [("fluellen", ask(f"<query xmlns='{MUC}#owner'/>"))],
        [f"forms-with-{what}" for what in (
            "lines-of-title", "lines-of-instructions", "lines-of-desc", "lines-of-fixed", "foreign-field",
            "required-text", "required-child",
        )],
    ),
    "a table of hats": (
        [hat("create", title="Herald", uri="urn:hat:herald", hue="120"),
         hat("assign", jid="pistol@mucspec.invalid", uri="urn:hat:herald"),
         ("fluellen", ask(f"<command xmlns='{COMMANDS}' node='{HATS}:commands:list-assigned'/>", kind="set"))],
        ["tables-with-columns-last", "tables-with-field-besides", "tables-with-valued-columns", "hats-without-hue"],
    ),
    "a field of another case": (
        [configured(RoomDesc="Shouted"), ("fluellen", ask(f"<query xmlns='{MUC}#owner'/>"))],
        ["fields-compared-without-case"],
    ),
    "a registration": (
        [("pistol", ask(f"<query xmlns='{REGISTER}'/>")),
         ("pistol", ask(f"<query xmlns='{REGISTER}'>{submitted(f'{MUC}#register', muc__register_roomnick='Ancient')}"
                        "</query>", kind="set"))],
        ["registration-fields-besides", "registration-renames-in-silence"],
    ),
    "one after another": (
        [("gower", says("1")), ("gower", says("2")), ("gower", says("3", to=TO_NYM, kind="chat")),
         ("gower", says("4", to=TO_NYM, kind="chat")), ("gower", says("5", to=f"{ROOM}/pistol", kind="chat")),
         ("gower", says("6", to=f"{ROOM}/pistol", kind="chat")), enters("nym"), enters("peto"),
         ("gower", f"<presence to='{ROOM}/gower'><show>away</show></presence>"),
         ("gower", f"<presence to='{ROOM}/gower'/>"),
         ("gower", f"<presence to='{ROOM}/gower' type='unavailable'/>"),
         ("pistol", f"<presence to='{ROOM}/pistol' type='unavailable'/>")],
        [f"{kind}-{which}-overtaken" for which in ("first", "second")
         for kind in ("chat-message", "said", "whisper", "entrance", "change", "exit")],
    ),
    "directed presence": (
        [("pistol", "<presence/>"), ("pistol", f"<presence to='{TO_NYM_HERE}'/>"),
         ("pistol", "<presence type='unavailable'/>")],
        ["directed-presence-unsent", "directed-presence-without-end"],
    ),
    "a state for somebody who is away": (
        [("gower", says("", CHAT, to=TO_NYM, kind="chat")), ("nym", "<presence/>"),
         ("nym", ask("<query xmlns='urn:xmpp:mam:2'/>", to="", kind="set"))],
        ["states-wait-for-absent-users", "states-archived"],
    ),
    "versions": (
        [configured(whois="anyone"), affiliated("nym", "member"), enters("nym", NOBODY_KNOWS),
         affiliated("gower", "admin")],
        ["versions-since-as-asked", "versions-stand-still"],
    ),
    "members only": (
        [affiliated("gower", "member"), configured(membersonly="1")], ["members-put-out-too"],
    ),
    "an invitation and a list": (
        [("gower", f"<message to='{ROOM}' id='i'>{INVITES}</message>"), affiliated("pistol", "member"),
         affiliated("jamy", "member"), ("fluellen", ask(LIST))],
        ["invitees-are-members", "affiliated-listed-everywhere", "affiliated-listed-by-name",
         "affiliated-listed-under-another-nick", "affiliated-listed-with-another-role"],
    ),
    "many who see it": (
        [enters("nym"), enters("peto"), enters("exeter"), enters("jamy"), affiliated("gower", "member")],
        ["change-fourth-missed", "change-fifth-missed", "change-sixth-missed"],
    ),
    "an error to an occupant": (
        [("pistol", ask("<ballad xmlns='urn:example:ballad'/>", to=f"{ROOM}/gower")),
         ("gower", "<iq to='{asker}' type='error' id='{id}'><error type='cancel'/></iq>")],
        ["iq-error-once-more-from-the-session", "iq-error-once-more-from-the-account"],
    ),
    "an exit of nobody": (
        [("nym", f"<presence to='{ROOM}/nym' type='unavailable'/>")], ["exit-of-strangers-shown"],
    ),
    "an affiliation that one cannot give": (
        [affiliated("gower", "owner", by="pistol")], ["affiliations-refused-and-given"],
    ),
    "a contradiction": ([searches(q="walls", all="1")], ["conflicts-without-fields"]),
    "another spelling": (
        [("nym", f"<presence to='Har{ROOM[3:].upper()}/Andre\u0301'><x xmlns='{MUC}'/></presence>"),
         ("nym", f"<presence to='{ROOM}/' id='e'><x xmlns='{MUC}'/></presence>")],
        ["rooms-by-their-letters", "nicknames-as-written", "bad-addresses-mended"],
    ),
    "another language": ([("gower", says("1", "<body xml:lang='fr'>Un</body>"))], ["bodies-without-lang"]),
    "history": (
        [("gower", says("1", FORGED)), enters("nym"),
         ("gower", ask("<query xmlns='urn:xmpp:mam:2'/>", kind="set"))],
        ["history-as-it-was-sent", "history-in-another-zone", "archived-in-another-zone"],
    ),
}  # fmt: skip


def told_in(story: Sequence[Line], *faults: str, setting: Setting = nothing, without: str = "") -> list[list[Delivery]]:
    """What becomes of the story once the room is there, on a host with these faults."""
    ids = count(1)
    features = [feature for feature in ALL if feature.name != without]
    host = Host(new_id=lambda: f"id-{next(ids)}", secret="figo", features=features)
    for name in ("fluellen", "gower", "pistol", "nym", "peto", "exeter", "jamy"):
        host.bind(JID(f"{name}@mucspec.invalid"), "x")
    for line in CAST:
        heard(host, line, [])
    setting(host)
    faulty(host, faults)
    past: list[list[Delivery]] = []
    for line in story:
        past.append(heard(host, line, past))
    return past


def heard(host: Host, line: Line, past: list[list[Delivery]]) -> list[Delivery]:
    who, text = line
    if "{id}" in text:  # an answer to what came last
        asked = past[-1][0].stanza
        text = text.format(asker=asked.get("from"), id=asked.get("id"))
    return host.receive(parse(text), sender=JID(f"{who}@mucspec.invalid/x"), now=1e9)
