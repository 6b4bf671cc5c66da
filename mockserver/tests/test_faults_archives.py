"""Faults of archives, of preferences about them, of their forms and of ids: each does what it is called, and shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count

import pytest

from mockserver.faults import faulty, suspects
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.xml import Element, parse, render

ROOM = "harfleur@conference.mucspec.invalid"
PISTOL, FLUELLEN = "pistol@mucspec.invalid", "fluellen@mucspec.invalid"
MUC, MAM, DATA, SID = "http://jabber.org/protocol/muc", "urn:xmpp:mam:2", "jabber:x:data", "urn:xmpp:sid:0"
CLAIMS = (
    f"<thread>t1</thread><mark xmlns='urn:example:besides'/><origin-id xmlns='{SID}' id='mine'/>"
    f"<stanza-id xmlns='{SID}' by='{ROOM}' id='forged'/>"
    f"<x xmlns='{MUC}#user'><item jid='forged@example.org' affiliation='admin' role='moderator'/></x>"
)
STANDING = (
    ("fluellen/x", f"<presence to='{ROOM}/Fluellen'><x xmlns='{MUC}'/></presence>"),
    ("fluellen/x", f"<iq to='{ROOM}' type='set' id='c'><query xmlns='{MUC}#owner'><x xmlns='{DATA}' type='submit'/>"
     "</query></iq>"),
    ("pistol/x", f"<presence to='{ROOM}/pistol'><x xmlns='{MUC}'/></presence>"),
)  # fmt: skip


def says(name: str, inside: str = "") -> str:
    return f"<message to='{ROOM}' type='groupchat' id='{name}'><body>{name}</body>{inside}</message>"


def chats(name: str, to: str) -> str:
    return f"<message to='{to}/x' type='chat' id='{name}'><body>{name}</body></message>"


def seeks(name: str, value: str, to: str) -> str:
    form = f"<x xmlns='{DATA}' type='submit'><field var='FORM_TYPE'><value>{MAM}</value></field>"
    field = f"<field var='{name}'><value>{value}</value></field></x>"
    return f"<iq to='{to}' type='set' id='q'><query xmlns='{MAM}'>{form}{field}</query></iq>"


def prefers(lists: str) -> str:
    return f"<iq type='set' id='p'><prefs xmlns='{MAM}' default='always'>{lists}</prefs></iq>"


NEVER_HER, NEVER_HERE = (f"<never><jid>{jid}</jid></never>" for jid in (FLUELLEN, f"{FLUELLEN}/x"))
ALWAYS = "<always><jid>gower@mucspec.invalid</jid></always>"
STORY = {  # label -> who, and what
    "one": ("pistol/x", says("one", CLAIMS)),
    "two": ("pistol/x", says("two")),
    "three": ("pistol/x", says("three")),
    "whisper": ("pistol/x", f"<message to='{ROOM}/Fluellen' type='chat'><body>aside</body></message>"),
    "archive": ("fluellen/x", f"<iq to='{ROOM}' type='set' id='q'><query xmlns='{MAM}'/></iq>"),
    "nothing": ("fluellen/x", seeks("end", "2001-01-01T00:00:00Z", ROOM)),
    "form": ("fluellen/x", f"<iq to='{ROOM}' type='get' id='f'><query xmlns='{MAM}'/></iq>"),
    "never-her": ("pistol/x", prefers(ALWAYS + NEVER_HER)),
    "of-her": ("fluellen/x", chats("of-her", PISTOL)),
    "to-her": ("pistol/x", chats("to-her", FLUELLEN)),
    "never-here": ("pistol/x", prefers(ALWAYS + NEVER_HERE)),
    "of-here": ("fluellen/x", chats("of-here", PISTOL)),
    "of-there": ("fluellen/y", chats("of-there", PISTOL)),
    "all": ("pistol/x", prefers("")),
    "kept": ("pistol/x", chats("kept", FLUELLEN)),
    "info": (
        "pistol/x",
        f"<iq to='{PISTOL}' type='get' id='d'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    ),
    "groupchat": ("pistol/x", seeks("include-groupchat", "true", PISTOL)),
    "own": ("pistol/x", f"<iq type='set' id='q'><query xmlns='{MAM}'/></iq>"),
}


@dataclass(frozen=True)
class Told:
    """What was told at each point of the story."""

    stanzas: Mapping[str, list[Element]]

    def text(self, point: str) -> str:
        return "".join(render(stanza) for stanza in self.stanzas[point])

    def keeps(self, body: str) -> bool:
        """Whether this is in the account's archive."""
        return f"<body>{body}<" in self.text("own")

    def archived(self) -> list[tuple[str, str]]:
        """The ids and times of all that the archive of the room has."""
        results = [r for s in self.stanzas["archive"] for r in s.find_all("result", MAM)]
        times = [d.get("stamp") for r in results for f in r.elements() for d in f.elements() if d.name == "delay"]
        return [(result.get("id"), time) for result, time in zip(results, times, strict=True)]

    def stable(self) -> list[str]:
        """The stanza-ids under which the three messages went to the room."""
        return [next(self.stanzas[point][0].find_all("stanza-id", SID)).get("id") for point in ("one", "two", "three")]


def told(*faults: str) -> Told:
    host = a_host()
    faulty(host, faults)
    return Told(dict(tell(host)))


def a_host() -> Host:
    ids = count(1)
    host = Host(new_id=lambda: f"id-{next(ids)}", secret="figo")
    for session in ("fluellen/x", "fluellen/y", "pistol/x"):
        name, _, resource = session.partition("/")
        full = host.bind(JID(f"{name}@mucspec.invalid"), resource)
        host.receive(parse("<presence/>"), sender=full, now=1e9)
    for who, xml in STANDING:
        host.receive(parse(xml), sender=_full(who), now=1e9)
    return host


def tell(host: Host) -> Iterator[tuple[str, list[Element]]]:
    for minutes, (point, (who, xml)) in enumerate(STORY.items()):
        deliveries = host.receive(parse(xml), sender=_full(who), now=1e9 + 60 * minutes)
        yield point, [delivery.stanza for delivery in deliveries]


def _full(who: str) -> JID:
    name, _, resource = who.partition("/")
    return JID(f"{name}@mucspec.invalid/{resource}")


SIGNS: tuple[tuple[str, Callable[[Told], bool]], ...] = (  # what is so with the fault, and not without
    # keeping
    ("archived-under-the-first-id", lambda t: len({name for name, _ in t.archived()}) == 1),
    ("archived-under-the-first-time", lambda t: len({time for _, time in t.archived()}) == 1),
    ("archived-under-claimed-id", lambda t: "forged" in {name for name, _ in t.archived()}),
    ("archived-with-claimed-id", lambda t: f'by="{ROOM}" id="forged"' in t.text("archive")),
    ("archived-with-claimed-jid", lambda t: "forged@example.org" in t.text("archive")),
    ("archived-with-claimed-role", lambda t: 'affiliation="admin"' in t.text("archive")),
    ("archived-without-extensions", lambda t: "besides" not in t.text("archive") and "<thread>" in t.text("archive")),
    ("archived-bodies-only", lambda t: "<thread>" not in t.text("archive") and "<body>one" in t.text("archive")),
    ("private-messages-archived", lambda t: "aside" in t.text("archive")),
    ("account-archives-with-rooms", lambda t: "field" in t.text("info") and "<body>two" in t.text("groupchat")),
    # querying
    ("empty-page-with-first", lambda t: "<first" in t.text("nothing")),
    ("empty-page-with-last", lambda t: "<last" in t.text("nothing")),
    ("page-edges-numbered", lambda t: ">1</first>" in t.text("archive") and ">2</last>" in t.text("archive")),
    ("pages-called-unstable", lambda t: 'stable="false"' in t.text("archive")),
    ("forms-without-validation", lambda t: "<validate" not in t.text("form")),
    ("forms-all-required", lambda t: "<required" in t.text("form")),
    ("forms-with-options", lambda t: "<option" in t.text("form")),
    ("forms-with-x-field", lambda t: 'var="x-fulltext"' in t.text("form")),
    ("archived-to-lost", lambda t: f'to="{FLUELLEN}/x"' not in t.text("own")),
    ("archive-ids-shown-to-correspondents", lambda t: f'by="{PISTOL}"' in t.text("kept")),
    ("latest-archived-besides", lambda t: "<body>three" in t.text("nothing")),
    # preferring
    ("prefs-ignored-for-incoming", lambda t: t.keeps("of-her") and not t.keeps("to-her")),
    ("prefs-ignored-for-outgoing", lambda t: t.keeps("to-her") and not t.keeps("of-her")),
    ("prefs-of-sessions-unmatched", lambda t: t.keeps("of-here") and not t.keeps("to-her")),
    ("prefs-of-accounts-unmatched", lambda t: t.keeps("of-her") and t.keeps("to-her")),
    ("prefs-of-sessions-widened", lambda t: not t.keeps("of-there")),
    ("prefs-keep-always", lambda t: "gower" in t.text("all")),
    ("prefs-keep-never", lambda t: "fluellen" in t.text("all")),
    ("prefs-with-unknown-default", lambda t: 'default="sometimes"' in t.text("all")),
    # stable ids
    ("stanza-id-of-the-first", lambda t: len(set(t.stable())) == 1),
    ("stanza-id-of-the-last", lambda t: len(set(t.stable())) == 2),
    ("stanza-id-with-text", lambda t: "</stanza-id>" in t.text("two")),
    ("origin-id-with-text", lambda t: ">mine</origin-id>" in t.text("one")),
)


@pytest.mark.parametrize(("name", "sign"), SIGNS, ids=[name for name, _ in SIGNS])
def test_a_fault_does_what_it_is_called(name: str, sign: Callable[[Told], bool]) -> None:
    """Its sign is there with it and not without."""
    assert sign(told(name))
    assert not sign(told())


def test_each_of_them_is_suspected_in_a_story_that_it_changes() -> None:
    """To suspect finds all of them and changes nothing."""
    host = a_host()
    found = suspects(host, [name for name, _ in SIGNS])
    assert Told(dict(tell(host))) == told()
    assert found == {name for name, _ in SIGNS}


def test_preferences_and_archives_without_faults() -> None:
    """The story itself: the archives hold what was meant for them."""
    right = told()
    bodies = [name for name in ("one", "two", "three", "aside") if f"<body>{name}<" in right.text("archive")]
    assert bodies == ["one", "two", "three"]
    assert [name for name in STORY if f"<body>{name}<" in right.text("own")] == ["of-there", "kept"]
    assert 'type="error"' in right.text("groupchat")
