"""For the tests of the reference client: a client, stanzas by hand, and what came of them."""

from __future__ import annotations

from typing import Any

from harness.drivers.reference.client import Answer, Client, Report, Send
from harness.drivers.reference.stanzas import parse, render

ME = "pistol@mucspec.invalid/x"
ROOM = "harfleur@conference.mucspec.invalid"
USER = "http://jabber.org/protocol/muc#user"
DELAY = "urn:xmpp:delay"
ALL = ("http://jabber.org/protocol/muc", "urn:xmpp:sid:0", "urn:xmpp:occupant-id:0", "urn:xmpp:mam:2")


def presence(nick_: str, *codes: int, kind: str = "", inside: str = "", more: str = "", **item: str) -> str:
    """A presence of an occupant; `inside` goes into its item, `more` beside it."""
    about = {"role": "participant", "affiliation": "none"} | item
    attrs = "".join(f" {k}='{v}'" for k, v in about.items())
    statuses = "".join(f"<status code='{code}'/>" for code in codes)
    type_ = f" type='{kind}'" if kind else ""
    x = f"<x xmlns='{USER}'><item{attrs}>{inside}</item>{statuses}</x>"
    return f"<presence from='{ROOM}/{nick_}'{type_}>{x}{more}</presence>"


def gone(nick_: str, *codes: int, **item: str) -> str:
    """An unavailable presence."""
    return presence(nick_, *codes, kind="unavailable", **({"role": "none"} | item))


def refusal(condition: str, *, sender: str = f"{ROOM}/pistol", id_: str = "", kind: str = "cancel") -> str:
    """An error presence."""
    error = f"<error type='{kind}'><{condition} xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>"
    return f"<presence from='{sender}' type='error'{f' id={id_!r}' if id_ else ''}>{error}</presence>"


def said(nick: str, body: str = "", *, more: str = "", id_: str = "m", kind: str = "groupchat") -> str:
    """A message of an occupant, or of the room itself where `nick` is empty."""
    sender = f"{ROOM}/{nick}" if nick else ROOM
    text = f"<body>{body}</body>" if body else ""
    return f"<message from='{sender}' type='{kind}' id='{id_}'>{text}{more}</message>"


def delay(sender: str = ROOM, stamp: str = "1415-10-25T06:00:00Z") -> str:
    by = f" from='{sender}'" if sender else ""
    return f"<delay xmlns='{DELAY}'{by} stamp='{stamp}'/>"


def subject(text: str = "", *, nick: str = "", more: str = "") -> str:
    return said(nick, more=f"<subject>{text}</subject>{more}")


class Stage:
    """A client under test. `log` holds all that came out of it, as comparable values."""

    def __init__(self, *defects: str, jid: str = ME) -> None:
        self.client = Client(jid, defects=frozenset(defects))
        self.log: list[Any] = []
        self.sent: list[str] = []
        self.events: list[dict[str, Any]] = []
        self.answers: dict[int, dict[str, Any]] = {}
        self._seq = 0
        self._now = 0.0

    def do(self, verb: str, **args: Any) -> int:
        """Tell the client to do something in the room; gives the number that the answer will have."""
        self._seq += 1
        if verb not in ("list_rooms", "raw") and "archive" not in verb and "room" not in args:
            args["room"] = ROOM
        self.client.command(verb, self._seq, args)
        self._collect()
        return self._seq

    def wait(self, seconds: float) -> None:
        """So much time passes."""
        self._now += seconds
        self.client.tick(self._now)
        self._collect()

    def hear(self, *stanzas: str) -> None:
        """Stanzas arrive. `{id}` in one stands for the id of the last IQ or presence sent."""
        for stanza in stanzas:
            self.client.receive(parse(stanza.replace("{id}", self.last_id())))
            self._collect()

    def reply(self, inside: str = "", *, sender: str | None = ROOM, kind: str = "result") -> None:
        """Answer the last request."""
        by = f" from='{sender}'" if sender else ""
        self.hear(f"<iq type='{kind}' id='{{id}}'{by}>{inside}</iq>")

    def join(self, *features: str, nick: str = "pistol", others: tuple[str, ...] = ("gower",)) -> Stage:
        """Join a room that announces these features (by default everything), up to the subject."""
        self.do("join", nick=nick)
        self.announce(*features or ALL)
        self.hear(*(presence(other, more=occupant_id(other)) for other in others))
        self.hear(presence(nick, 110, more=occupant_id(nick)), subject())
        self.forget()
        return self

    def announce(self, *features: str) -> None:
        """Answer the first open request as disco#info."""
        inside = "".join(f"<feature var='{f}'/>" for f in features)
        query = f"<query xmlns='http://jabber.org/protocol/disco#info'>{inside}</query>"
        id_ = next(parse(s).get("id", "") for s in reversed(self.sent) if "disco#info" in s)
        self.client.receive(parse(f"<iq type='result' id='{id_}' from='{ROOM}'>{query}</iq>"))
        self._collect()

    def last_id(self) -> str:
        ids = [parse(text).get("id", "") for text in self.sent]
        return next((id_ for id_ in reversed(ids) if id_), "")

    def forget(self) -> None:
        """Look only at what comes from now on."""
        self.events, self.log = [], []

    def named(self, event: str) -> list[dict[str, Any]]:
        return [e for e in self.events if e["event"] == event]

    def state(self) -> dict[str, Any]:
        return self.client.state(ROOM)

    def nicks(self) -> list[str]:
        return [who["nick"] for who in self.state()["occupants"]]

    def lost(self) -> None:
        self.client.lost()
        self._collect()

    def _collect(self) -> None:
        for output in self.client.take():
            match output:
                case Send(element):
                    self.sent.append(render(element))
                    self.log.append(render(element))
                case Report(event):
                    self.events.append(event)
                    self.log.append(event)
                case Answer(answer):
                    self.answers[answer["seq"]] = answer
                    self.log.append(answer)


def occupant_id(nick: str) -> str:
    return f"<occupant-id xmlns='urn:xmpp:occupant-id:0' id='id-of-{nick}'/>"


def stanza_id(id_: str, by: str = ROOM) -> str:
    return f"<stanza-id xmlns='urn:xmpp:sid:0' id='{id_}' by='{by}'/>"


def submitted(text: str) -> dict[str, list[str]]:
    """The fields of the form in a stanza."""
    data = "{jabber:x:data}"
    fields = parse(text).iter(f"{data}field")
    return {f.get("var", ""): [v.text or "" for v in f.iter(f"{data}value")] for f in fields}
