"""Records for the tests: realistic ones, and hostile ones."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.record import Check, Footer, Header, Record, ScenarioLine, TranscriptLine, totals
from reports.tally import class_of, worst

HOSTILE = "</script><script>alert('x')</script><img src=x onerror=alert(1)> ]]> | `a` \x1b[31m\x00 %0A::error::\u2028"
KICKED = "<presence from='harfleur@conference.mucspec.invalid/pistol' to='{to}' type='unavailable'>{x}</presence>"
X = (
    "<x xmlns='http://jabber.org/protocol/muc#user'><item affiliation='none' role='none'><actor nick='Fluellen'/>"
    "<reason>Avaunt, you cullions!</reason></item><status code='307'/>{more}</x>"
)
TITLES = {
    "joining/nick_conflict": "A join with a nickname that somebody has fails, and says why",
    "joining/occupants_are_listed": "Who is in the room is known as soon as the join is done",
    "joining/codes/order=110-first": "Several status codes in the own presence all count",
    "joining/codes/order=110-last": "Several status codes in the own presence all count",
    "leaving/own_is_told": "Who leaves is told so",
    "messages/history_is_marked": "History is told from what is said now",
    "removal/kicked": "A kicked occupant learns that it was kicked, by whom and why",
    "removal/technical_is_no_kick": "A removal for technical reasons is not a kick",
    "renaming/of_others": "A new nickname of another occupant is neither a leave nor a join",
    "subject/needs_no_body": "A message with subject and body changes no subject",
    "archive/preferences_as_answered": "Archive preferences are those that the server answered",
    "occupant-id/only_where_announced": "An occupant id counts only where the room announces them",
}


def check(scenario: str, row: int, requirement: str, level: str, outcome: str = "pass", **more: str) -> Check:
    """One check; its class follows from `level` unless `rated` is given."""
    rated = more.pop("rated", "")
    found: Any = {
        "id": f"{scenario}#{requirement}",
        "row": row,
        "requirement": requirement,
        "level": level,
        "section": requirement.partition("/")[2].rpartition("-")[0],
        "class": class_of(level, rated=rated),
        "outcome": outcome,
        **more,
    }
    checked: Check = found  # `class` cannot be a keyword argument
    return checked


def kick_transcript() -> list[TranscriptLine]:
    """What goes to and fro when pistol is kicked."""
    me, her = "pistol@mucspec.invalid/x1", "fluellen@mucspec.invalid/p1"
    room = "harfleur@conference.mucspec.invalid"
    kick: dict[str, Any] = {"cmd": "kick", "seq": 3, "room": room, "nick": "pistol", "reason": "Avaunt, you cullions!"}
    left = {"event": "left", "session": "pistol", "room": room, "cause": "left", "reason": None, "source": "api"}
    ask = "<query xmlns='http://jabber.org/protocol/muc#admin'><item nick='pistol' role='none'/></query>"
    out = KICKED.format(to=me, x=X.format(more="<status code='110'/>"))
    return [
        {"t": 0.0, "dir": "note", "text": "room harfleur with Fluellen (owner) and gower"},
        {"t": 0.0004, "dir": "command", "session": "pistol", "row": 1, "command": {"cmd": "join", "nick": "pistol"}},
        {"t": 0.0011, "dir": "in", "session": me, "row": 1, "xml": f"<presence to='{room}/pistol' id='j1'/>"},
        {"t": 0.0021, "dir": "out", "session": me, "row": 1, "xml": KICKED.format(to=me, x="").replace("unav", "av")},
        {"t": 0.0024, "dir": "event", "session": "pistol", "row": 2, "event": {"event": "joined", "nick": "pistol"}},
        {"t": 0.0026, "dir": "answer", "session": "pistol", "row": 1, "answer": {"seq": 2, "ok": True}},
        {"t": 0.003, "dir": "command", "session": "Fluellen", "row": 3, "command": kick},
        {"t": 0.0031, "dir": "in", "session": her, "row": 3, "xml": f"<iq to='{room}' type='set' id='k'>{ask}</iq>"},
        {"t": 0.0035, "dir": "out", "session": me, "row": 3, "xml": out},
        {"t": 0.0036, "dir": "out", "session": her, "row": 3, "xml": KICKED.format(to=her, x=X.format(more=""))},
        {"t": 0.0041, "dir": "out", "session": me, "fence": True, "xml": "<iq type='get' id='f1'><ping/></iq>"},
        {"t": 0.0047, "dir": "in", "session": me, "fence": True, "xml": "<iq type='result' id='f1'/>"},
        {"t": 0.0049, "dir": "event", "session": "pistol", "row": 4, "event": left},
    ]


def scenario(id_: str, *checks: Check, client: str = "slixmpp==1.17.0", **more: Any) -> ScenarioLine:
    """One scenario's line; its outcome is that of its worst check."""
    line: Any = {
        "record": "scenario",
        "id": id_,
        "title": TITLES.get(id_, f"What must hold: {id_}"),
        "outcome": worst(c["outcome"] for c in checks),
        "duration_ms": 14.2,
        "topic": id_.partition("/")[0],
        "tags": [],
        "subject": "pistol",
        "requirements": sorted({c["requirement"] for c in checks}),
        "checks": list(checks),
        "transcript": kick_transcript(),
        "repeat": f"mucspec run {client} -k {id_}",
        **more,
    }
    made: ScenarioLine = line  # put together from keywords
    return made


def header(name: str = "slixmpp", version: str = "1.17.0", language: str = "python", scenarios: int = 12) -> Header:
    """The first line of a client's record."""
    return {
        "record": "header",
        "version": 1,
        "mucspec": "0.1.0",
        "started": "2026-11-21T10:00:00Z",
        "client": {"name": name, "version": version, "language": language},
        "personality": "xep",
        "seed": 1,
        "scenarios": scenarios,
    }


def footer(scenarios: Sequence[ScenarioLine], duration_s: float = 6.1) -> Footer:
    """The last line."""
    return {"record": "footer", "totals": totals(scenarios), "duration_s": duration_s}


def record(*scenarios: ScenarioLine, broken: bool = False, **head: Any) -> Record:
    """A record of these scenarios."""
    return Record(header(**{"scenarios": len(scenarios), **head}), scenarios, None if broken else footer(scenarios))


def fine(id_: str, **more: Any) -> ScenarioLine:
    """A scenario that passes: two checks."""
    join = check(id_, 2, "xep-0045/7.2.2-10", "MUST", anchor="enter-muc", says="pistol sees joined nick='pistol'")
    main = check(id_, 4, "xep-0045/8.2-6", "IMPLIED", anchor="kick", says="pistol sees left cause='kicked'")
    return scenario(id_, join, main, **more)


def odd(id_: str, level: str, outcome: str = "fail", **more: Any) -> ScenarioLine:
    """A scenario whose second check ends like this."""
    join = check(id_, 2, "xep-0045/7.2.2-10", "MUST", anchor="enter-muc", says="pistol sees joined nick='pistol'")
    facts = {
        "anchor": "kick",
        "says": "pistol sees left cause='kicked', actor='Fluellen', reason='Avaunt, you cullions!'",
        "expected": "left cause='kicked', actor='Fluellen', reason='Avaunt, you cullions!'",
        "closest": "left cause='left', source='api'",
        "why": "cause is 'left', not 'kicked'; actor is None, not 'Fluellen'",
    }
    extra = {k: more.pop(k) for k in ("rated", "known", "why", "expected", "closest") if k in more}
    main = check(id_, 4, "xep-0045/8.2-6", level, outcome, **facts | extra)
    last = check(
        id_, 5, "xep-0045/8.2-7", "IMPLIED", anchor="kick", says="pistol: the state of harfleur has joined=False"
    )
    return scenario(id_, join, main, last, **more)


ODD = {
    "removal/kicked": ("MUST", "fail", {}),
    "removal/technical_is_no_kick": ("IMPLIED", "fail", {}),
    "renaming/of_others": ("SHOULD", "fail", {}),
    "messages/history_is_marked": ("MAY", "fail", {}),
    "subject/needs_no_body": ("MUST", "known", {"known": "https://example.org/issues/3521: read as a subject"}),
    "archive/preferences_as_answered": ("IMPLIED", "unsupported", {"why": "xep_0441 is not there"}),
    "occupant-id/only_where_announced": ("MUST NOT", "fail", {"rated": "security"}),
    "leaving/own_is_told": ("IMPLIED", "ungraded", {"why": "left to the application: no codes in the event"}),
}


def slixmpp() -> Record:
    """A client with some failures of most classes."""
    lines = [odd(i, ODD[i][0], ODD[i][1], **ODD[i][2]) if i in ODD else fine(i) for i in TITLES]
    return record(*lines)


def reference() -> Record:
    """A client that does everything right."""
    lines = [fine(i, client="reference", transcript=[]) for i in TITLES]
    return record(*lines, name="reference", version="0.1.0")


def aioxmpp() -> Record:
    """A run that broke off after an error."""
    error = scenario(
        "joining/nick_conflict", outcome="error", why="the driver wrote garbage: 'hello'", stderr="Traceback: ...\n"
    )
    return record(
        fine("joining/occupants_are_listed"), error, broken=True, name="aioxmpp", version="0.13.3", scenarios=12
    )


def hostile() -> Record:
    """Texts that try to break out of every format."""
    texts: dict[str, Any] = dict.fromkeys(("why", "expected", "closest"), HOSTILE)
    wire: TranscriptLine = {"t": 0.1, "dir": "out", "session": HOSTILE, "row": 4, "xml": f"<message>{HOSTILE}"}
    said: TranscriptLine = {"t": 0.2, "dir": "event", "row": 4, "event": {"event": HOSTILE, "body": HOSTILE}}
    line = odd("hostile/all", "MUST", **texts, title=HOSTILE, repeat=HOSTILE, transcript=[wire, said], stderr=HOSTILE)
    return record(line, name="<b>evil</b>", version='"1"&2')


def large(scenarios: int = 400, name: str = "large") -> Record:
    """As many scenarios as the corpus has; every eighth fails."""
    topics = ("joining", "leaving", "removal", "renaming", "messages", "subject", "archive", "forms")
    ids = [f"{topics[n % 8]}/case_{n:03}" for n in range(scenarios)]
    lines = [odd(i, "MUST") if n % 8 == 2 else fine(i) for n, i in enumerate(ids)]
    return record(*lines, name=name)
