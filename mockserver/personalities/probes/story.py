"""Probes: their stories, what is heard in them, and how they are entered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_ADMIN, NS_CLIENT, NS_DATA, NS_MUC, NS_OWNER, NS_USER
from mockserver.muc.xml import Element, parse

from ..model import Row

DOMAIN = "mucspec.invalid"
MUC = f"conference.{DOMAIN}"
ROOM = f"harfleur@{MUC}"
NOON = 1_800_000_000.0
Line = tuple[str, str]  # who, and the stanza


@dataclass
class Heard:
    """Who got what, in order, and at which line of the story."""

    stanzas: list[tuple[int, str, Element]] = field(default_factory=list)
    lines: int = 0

    def __getitem__(self, who: str) -> list[Element]:
        """What somebody got at the last line."""
        return [stanza for line, to, stanza in self.stanzas if to == who and line == self.lines - 1]

    def ever(self, who: str) -> list[Element]:
        """All that somebody got."""
        return [stanza for _, to, stanza in self.stanzas if to == who]


Given = Mapping[str, Any]  # the parameters of a row
Shows = Callable[[Heard, Given], bool]


@dataclass(frozen=True, slots=True)
class Probe:
    """A story, and whether what was heard shows the row, given its parameters."""

    story: tuple[Line, ...]
    shows: Shows

    @property
    def cast(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(who for who, _ in self.story))


PROBES: dict[str, Probe] = {}


def probe(does: str, *story: Line | Sequence[Line]) -> Callable[[Shows], Shows]:
    """Enter the probe of a behaviour (`own-jid-shown`), or of one with its first parameter (`lacks hats`)."""
    lines = tuple(line for part in story for line in _lines(part))

    def entered(shows: Shows) -> Shows:
        PROBES[does] = Probe(lines, shows)
        return shows

    return entered


def _lines(part: Any) -> Iterator[Line]:
    if part and isinstance(part[0], str):
        yield part
    else:
        yield from part


def probe_for(row: Row) -> Probe:
    """The probe of this row. Raises KeyError where there is none."""
    return PROBES[row.name] if row.name in PROBES else PROBES[row.does]


def play(story: Sequence[Line], host: Host) -> Heard:
    """Play it to a host in memory; everybody in it is available first."""
    heard = Heard()
    cast = dict.fromkeys(who for who, _ in story)
    sessions = {host.bind(JID(f"{who.partition('/')[0]}@{DOMAIN}"), who.partition("/")[2] or "x"): who for who in cast}
    by_name = {who: session for session, who in sessions.items()}
    for who in cast:
        host.receive(parse("<presence/>"), sender=by_name[who], now=NOON)
    for number, (who, xml) in enumerate(story):
        heard.lines = number + 1
        for delivery in host.receive(parse(xml), sender=by_name[who], now=NOON + number):
            heard.stanzas += [(number, sessions[to], delivery.stanza) for to in delivery.to]
    return heard


# lines


def come(who: str, nick: str = "", room: str = ROOM) -> Line:
    nick = nick or who.partition("/")[0]
    return who, f"<presence to='{room}/{nick}' id='come'><x xmlns='{NS_MUC}'/></presence>"


def config(who: str, **values: str) -> Line:
    """Configure the room; without values its defaults are accepted."""
    given = {
        "FORM_TYPE": "http://jabber.org/protocol/muc#roomconfig",
        **{f"muc#roomconfig_{k}": v for k, v in values.items()},
    }
    fields = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in given.items())
    form = f"<x xmlns='{NS_DATA}' type='submit'>{fields if values else ''}</x>"
    return who, f"<iq type='set' id='config' to='{ROOM}'><query xmlns='{NS_OWNER}'>{form}</query></iq>"


def say(who: str, body: str = "Once more", *, more: str = "", id: str = "said") -> Line:
    name = f" id='{id}'" if id else ""
    return who, f"<message to='{ROOM}' type='groupchat'{name}><body>{body}</body>{more}</message>"


def subject(who: str, text: str) -> Line:
    return who, f"<message to='{ROOM}' type='groupchat' id='subject'><subject>{text}</subject></message>"


def show(who: str, nick: str = "", inside: str = "", id: str = "shown", type: str = "") -> Line:
    """Presence without the element of a join."""
    kind = f" type='{type}'" if type else ""
    return who, f"<presence to='{ROOM}/{nick or who}' id='{id}'{kind}>{inside}</presence>"


def ask(who: str, payload: str, *, to: str = ROOM, kind: str = "get") -> Line:
    return who, f"<iq type='{kind}' id='asked' to='{to}'>{payload}</iq>"


def admin(who: str, items: str, kind: str = "set") -> Line:
    return ask(who, f"<query xmlns='{NS_ADMIN}'>{items}</query>", kind=kind)


def invite(who: str, user: str) -> Line:
    x = f"<x xmlns='{NS_USER}'><invite to='{user}@{DOMAIN}'/></x>"
    return who, f"<message to='{ROOM}' id='invited'>{x}</message>"


OPEN = (come("fluellen"), config("fluellen"))
DISCO = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
FORM = f"<query xmlns='{NS_OWNER}'/>"
ARCHIVE = "<query xmlns='urn:xmpp:mam:2'/>"
KICK = "<item nick='pistol' role='none'><reason>Avaunt</reason></item>"


# what is looked for


def item(stanza: Element) -> Element:
    """The item of muc#user, or an empty one."""
    x = stanza.find("x", NS_USER)
    found = x.find("item", NS_USER) if x is not None else None
    return found if found is not None else Element("item", NS_USER)


def codes(stanza: Element) -> list[str]:
    """The status codes as they stand."""
    x = stanza.find("x", NS_USER)
    return [s.get("code") for s in x.find_all("status", NS_USER)] if x is not None else []


def nick_of(stanza: Element) -> str:
    return stanza.get("from").partition("/")[2]


def presence(stanzas: Sequence[Element], nick: str, type: str = "") -> Element | None:
    """The last presence of this occupant."""
    found = [s for s in stanzas if s.name == "presence" and nick_of(s) == nick and s.get("type") == type]
    return found[-1] if found else None


def bodies(stanzas: Sequence[Element]) -> list[Element]:
    """The groupchat messages with a body."""
    return [s for s in stanzas if s.get("type") == "groupchat" and s.find("body", NS_CLIENT) is not None]


def subjects(stanzas: Sequence[Element]) -> list[Element]:
    """The groupchat messages with a subject."""
    return [s for s in stanzas if s.get("type") == "groupchat" and s.find("subject", NS_CLIENT) is not None]


def condition(stanzas: Sequence[Element]) -> str:
    """The condition of the error among these; empty where there is none."""
    errors = (s.find("error", NS_CLIENT) for s in stanzas if s.get("type") == "error")
    return next((c.name for error in errors if error for c in error.elements() if c.name != "text"), "")


def deep(element: Element, name: str) -> Iterator[Element]:
    """All elements of this name, however deep."""
    for child in element.elements():
        if child.name == name:
            yield child
        yield from deep(child, name)


def fields(stanzas: Sequence[Element]) -> dict[str, Element]:
    """The fields of all forms, by var."""
    return {f.get("var"): f for s in stanzas for f in deep(s, "field")}


def features(stanzas: Sequence[Element]) -> set[str]:
    """The features of all answers to disco#info."""
    return {f.get("var") for s in stanzas for f in deep(s, "feature")}
