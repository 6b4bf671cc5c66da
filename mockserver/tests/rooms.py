"""A MUC service for tests: who sends what, and who hears what, as lines to compare whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import count
from typing import Any

from mockserver.muc.feature import Feature
from mockserver.muc.features import ALL
from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Delivery, Room
from mockserver.muc.namespaces import NS_STANZAS, NS_USER
from mockserver.muc.service import MucService
from mockserver.muc.xml import E, Element, parse, render

DOMAIN = "conference.mucspec.invalid"
HARFLEUR = JID.parse(f"harfleur@{DOMAIN}")
PLAIN = ("occupant-id", "stable-id", "archive")  # what most tests leave out, to see the rest

SHORT = (  # how addresses and namespaces are abbreviated, both ways
    (f"@{DOMAIN}", "@muc"),
    ("@mucspec.invalid", ""),
    ("http://jabber.org/protocol/muc#", "muc#"),
    ("http://jabber.org/protocol/muc", "muc"),
    ("http://jabber.org/protocol/", ""),
)
MUC = "<x xmlns='http://jabber.org/protocol/muc'/>"


def user(name: str, resource: str = "") -> JID:
    """The bare address of an actor, or one of its sessions."""
    return JID.parse(f"{name}@mucspec.invalid" + (f"/{resource}" if resource else ""))


class Stage:
    """A service and a clock. Actors are names; the session of `pistol` is `pistol/1` unless told otherwise."""

    def __init__(self, *, without: Iterable[str] = PLAIN, features: Iterable[Feature] = ALL) -> None:
        self.now = 1_000_000_000.0
        numbers = count(1)
        chosen = tuple(f for f in features if f.name not in set(without))
        self.service = MucService(DOMAIN, features=chosen, new_id=lambda: f"id{next(numbers)}", secret="not a secret")

    @property
    def room(self) -> Room:
        return self.service.rooms[HARFLEUR]

    def open(
        self, *nicks: str, owner: str = "henry", config: Any = None, **affiliations: str,
    ) -> None:  # fmt: skip
        """The room harfleur, with these actors seated under their own names; `config` maps short field names."""
        given = {user(name): Affiliation(value) for name, value in affiliations.items()}
        full = {f"muc#roomconfig_{k}" if "#" not in k else k: v for k, v in (config or {}).items()}
        self.service.open_room(HARFLEUR, owner=user(owner), config=full, affiliations=given, now=self.now)
        for nick in nicks:
            self.join(nick)

    def hear(self, who: str, xml: str) -> list[Delivery]:
        """What comes of a stanza, as it is."""
        session = who if "/" in who else f"{who}/1"
        stanza = parse(re.sub(r"@muc\b", f"@{DOMAIN}", xml))
        name, _, resource = session.partition("/")
        return self.service.receive(stanza.with_attrs(from_=str(user(name, resource))), now=self.now)

    def send(self, who: str, xml: str) -> list[str]:
        """What comes of a stanza, as lines."""
        return lines(self.hear(who, xml))

    def join(self, who: str, nick: str = "", inside: str = "", *, room: str = "harfleur") -> list[str]:
        nick = nick or who.partition("/")[0]
        x = f"<x xmlns='http://jabber.org/protocol/muc'>{inside}</x>"
        return self.send(who, f"<presence id='j' to='{room}@muc/{nick}'>{x}</presence>")

    def leave(self, who: str, nick: str = "") -> list[str]:
        return self.send(who, f"<presence type='unavailable' to='harfleur@muc/{nick or who}'/>")

    def say(self, who: str, body: str = "Once more unto the breach") -> list[str]:
        return self.send(who, f"<message id='m' type='groupchat' to='harfleur@muc'><body>{body}</body></message>")

    def admin(self, who: str, *items: str, kind: str = "set") -> list[str]:
        """A muc#admin request with these items (`nick='pistol' role='none'`)."""
        inner = "".join(i if i.startswith("<") else f"<item {i}/>" for i in items)
        query = f"<query xmlns='http://jabber.org/protocol/muc#admin'>{inner}</query>"
        return self.ask(who, query, kind=kind)

    def ask(self, who: str, payload: str, *, kind: str = "get", to: str = "harfleur@muc") -> list[str]:
        return self.send(who, f"<iq id='q' type='{kind}' to='{to}'>{payload}</iq>")

    def owner(self, who: str, inside: str = "", *, kind: str = "set") -> list[str]:
        return self.ask(who, f"<query xmlns='http://jabber.org/protocol/muc#owner'>{inside}</query>", kind=kind)

    def configure(self, who: str, **values: str | list[str]) -> list[str]:
        """The owner's form with these fields."""
        return self.owner(who, form("http://jabber.org/protocol/muc#roomconfig", config(values)))

    @property
    def seats(self) -> dict[str, tuple[str, list[str]]]:
        """Who sits where: nickname to role and sessions."""
        return {nick: (str(o.role), sorted(_short(s) for s in o.sessions)) for nick, o in self.room.occupants.items()}


def config(values: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
    return {k if "#" in k else f"muc#{k}" if k == "maxhistoryfetch" else f"muc#roomconfig_{k}": v
            for k, v in values.items()}  # fmt: skip


def form(form_type: str, values: dict[str, str | list[str]], *, kind: str = "submit") -> str:
    """A submitted data form."""
    fields = [E("field", E("value", form_type, uri="jabber:x:data"), uri="jabber:x:data", var="FORM_TYPE")]
    for var, given in values.items():
        texts = [given] if isinstance(given, str) else given
        fields.append(E("field", *(E("value", t, uri="jabber:x:data") for t in texts), uri="jabber:x:data", var=var))
    return render(E("x", *fields, uri="jabber:x:data", type=kind), within="none")


# lines


def lines(deliveries: Iterable[Delivery]) -> list[str]:
    """One line a delivery: its audience, then all that the stanza says."""
    return [f"{' '.join(map(_short, d.to))} <- {describe(d.stanza)}" for d in deliveries]


def describe(stanza: Element) -> str:
    """A stanza in one line. Nothing is left out: what is not known here is shown as XML."""
    words = [stanza.name, *(f"{k}={_short(v)}" for k, v in sorted(stanza.attrs) if k != "id")]
    words += [word for child in stanza.elements() for word in _child(child)]
    return " ".join(words)


def _child(child: Element) -> list[str]:
    if (child.name, child.uri) == ("x", NS_USER):
        return ["user(" + " ".join(w for c in child.elements() for w in _user(c)) + ")"]
    if child.name == "error":
        conditions = [c.name for c in child.elements() if c.uri == NS_STANZAS]
        return [f"error({child.get('type')} {' '.join(conditions)})"]
    if child.name in ("body", "subject", "show", "status"):
        return [f"{child.name}={child.text}"]
    return [_short(render(child))]


def _user(child: Element) -> list[str]:
    if child.name == "status":
        return [child.get("code")]
    if child.name != "item":
        return [_short(render(child, within=NS_USER))]
    rest = [f"{k}={_short(v)}" for k, v in sorted(child.attrs) if k not in ("affiliation", "role")]
    inner = [f"{c.name}={c.text or _short(c.get('nick') or c.get('jid'))}" for c in child.elements()]
    return [f"{child.get('affiliation')}/{child.get('role')}", *rest, *inner]


def _short(text: str) -> str:
    for long, short in SHORT:
        text = text.replace(long, short)
    return text
