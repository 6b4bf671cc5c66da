"""How one feature file tells the service what it brings: disco, form fields, guards, handlers, together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from .jid import JID
from .model import Affiliation, ConfigField, Delivery, Occupant, Refuse, Room
from .requests import Join, Query, Say
from .xml import Element

if TYPE_CHECKING:
    from .changing import Change
    from .service import MucService

K = TypeVar("K")
V = TypeVar("V")
T = TypeVar("T")

Guard = Callable[["MucService", Room, Join], Refuse | None]
Disco = Callable[[Room], Iterable[str]]
Info = Callable[["MucService", Room], Iterable[tuple[str, str, tuple[str, ...]]]]
Children = Callable[["MucService", Room, Occupant], Iterable[Element]]
Codes = Callable[[Room], Iterable[int]]
Answer = Callable[["MucService", Room, Query], list[Delivery]]
Told = Callable[["MucService", Room, Occupant | None, Element, float], None]
Clean = Callable[[Room, Element], Element]
SayGuard = Callable[["MucService", Room, Occupant, Say], Refuse | None]
WhisperGuard = Callable[[Room, Occupant], Refuse | None]
Notice = Callable[[frozenset[str], Room], Iterable[int]]
Applied = Callable[["MucService", Room, frozenset[str], float], list[Delivery]]
Marks = Callable[["MucService", Room], Iterable[Element]]
Affiliated = Callable[["MucService", Room, "Change", Affiliation], list[Delivery]]
Entry = Callable[["MucService", Room, Join, float], list[Delivery]]
OwnMarks = Callable[["MucService", Room, Occupant, tuple[JID, ...]], Iterable[Element]]
ChangeMarks = Callable[["MucService", Room, "Change"], Iterable[Element]]
Echo = Callable[["MucService", Room, Element, float], list[Delivery]]
Heard = Callable[["MucService", Room, Element, JID, float], "list[Delivery] | None"]

PASSING = {"passing": True}  # metadata of a field of what a feature remembers: it ends with the service


@dataclass
class Feature:
    """One feature. Registration methods are decorators; every *order* stands in pipeline.py."""

    name: str
    spec: str
    announced: tuple[str, ...] = ()  # disco features of every room and of the service
    announced_by_service: tuple[str, ...] = ()  # of the service alone
    discos: list[Disco] = field(default_factory=list)
    infos: list[Info] = field(default_factory=list)
    fields: list[ConfigField] = field(default_factory=list)
    guards: dict[str, Guard] = field(default_factory=dict)
    say_guards: dict[str, SayGuard] = field(default_factory=dict)
    children: list[Children] = field(default_factory=list)
    cleaners: list[Clean] = field(default_factory=list)
    join_codes: list[Codes] = field(default_factory=list)
    notices: list[Notice] = field(default_factory=list)
    applied: list[Applied] = field(default_factory=list)
    answers: dict[tuple[str, str, str], Answer] = field(default_factory=dict)
    listeners: list[Told] = field(default_factory=list)
    hearings: dict[str, Heard] = field(default_factory=dict)
    marks: list[Marks] = field(default_factory=list)
    entries: dict[str, Entry] = field(default_factory=dict)
    owner_actions: dict[str, Answer] = field(default_factory=dict)
    nodes: dict[str, Answer] = field(default_factory=dict)
    affiliated: list[Affiliated] = field(default_factory=list)
    whisper_guards: list[WhisperGuard] = field(default_factory=list)
    shown: list[Children] = field(default_factory=list)
    prefaces: dict[str, Entry] = field(default_factory=dict)
    own_marks: list[OwnMarks] = field(default_factory=list)
    change_marks: list[ChangeMarks] = field(default_factory=list)
    echoes: list[Echo] = field(default_factory=list)
    commands: dict[str, tuple[str, Answer]] = field(default_factory=dict)
    keeps: list[type] = field(default_factory=list)

    def disco(self, source: Disco) -> Disco:
        """Disco features of a room that depend on it (`muc_open`)."""
        self.discos.append(source)
        return source

    def info(self, source: Info) -> Info:
        """Fields of the room's muc#roominfo form: (var, type, values)."""
        self.infos.append(source)
        return source

    def config_field(self, var: str, kind: str, label: str, *default: str, **more: object) -> ConfigField:
        """A field of the configuration form."""
        self.fields.append(ConfigField(var, kind, label, default, **more))  # type: ignore[arg-type]  # options, check
        return self.fields[-1]

    def join_guard(self, step: str) -> Callable[[Guard], Guard]:
        """Refuses joins; `step` is a name in pipeline.JOIN_GUARDS."""
        return _under(self.guards, step)

    def say_guard(self, step: str) -> Callable[[SayGuard], SayGuard]:
        """Refuses messages to the room; `step` is a name in pipeline.SAY_GUARDS."""
        return _under(self.say_guards, step)

    def stamp(self, source: Children) -> Children:
        """Children that the service puts on every presence and message of an occupant."""
        self.children.append(source)
        return source

    def clean(self, cleaner: Clean) -> Clean:
        """Takes from relayed stanzas what only the service may say."""
        self.cleaners.append(cleaner)
        return cleaner

    def on_join(self, source: Codes) -> Codes:
        """Status codes of the self-presence at a join (100, 170)."""
        self.join_codes.append(source)
        return source

    def on_config(self, source: Notice) -> Notice:
        """Status codes of the notice after these fields changed (172)."""
        self.notices.append(source)
        return source

    def after_config(self, source: Applied) -> Applied:
        """What else happens after these fields changed (322)."""
        self.applied.append(source)
        return source

    def answer(self, kind: str, name: str, uri: str) -> Callable[[Answer], Answer]:
        """Answers IQs with this payload that are addressed to a room."""
        return _under(self.answers, (kind, name, uri))

    def listen(self, listener: Told) -> Told:
        """Is told of every groupchat message that the room reflected (by the room itself: occupant None)."""
        self.listeners.append(listener)
        return listener

    def hear(self, step: str) -> Callable[[Heard], Heard]:
        """Takes messages to the bare room JID that are no groupchat (invitations, forms); None: not mine."""
        return _under(self.hearings, step)

    def mark(self, source: Marks) -> Marks:
        """Children that the room puts on every groupchat message that it reflects (stanza-id)."""
        self.marks.append(source)
        return source

    def on_entry(self, step: str) -> Callable[[Entry], Entry]:
        """What a newcomer receives behind its self-presence; `step` is a name in pipeline.ENTRY."""
        return _under(self.entries, step)

    def node(self, name: str) -> Callable[[Answer], Answer]:
        """Answers disco#info of a room at this node."""
        return _under(self.nodes, name)

    def on_affiliation(self, source: Affiliated) -> Affiliated:
        """Is told of a new affiliation (and the one before), when the occupants have heard of it."""
        self.affiliated.append(source)
        return source

    def whisper_guard(self, guard: WhisperGuard) -> WhisperGuard:
        """Refuses private messages of an occupant."""
        self.whisper_guards.append(guard)
        return guard

    def on_presence(self, source: Children) -> Children:
        """Children that the service puts on every presence of an occupant (hats)."""
        self.shown.append(source)
        return source

    def preface(self, step: str) -> Callable[[Entry], Entry]:
        """What a newcomer receives before any presence; `step` is a name in pipeline.PREFACE."""
        return _under(self.prefaces, step)

    def mark_own(self, source: OwnMarks) -> OwnMarks:
        """Children of the muc#user element in what an occupant's own sessions hear of it."""
        self.own_marks.append(source)
        return source

    def mark_change(self, source: ChangeMarks) -> ChangeMarks:
        """Is told of a new affiliation first; children of the muc#user element in what everybody hears of it."""
        self.change_marks.append(source)
        return source

    def echo(self, source: Echo) -> Echo:
        """What else is sent because of a groupchat message that the room reflected."""
        self.echoes.append(source)
        return source

    def command(self, node: str, name: str) -> Callable[[Answer], Answer]:
        """Answers an ad-hoc command of rooms (XEP-0050)."""

        def register(answer: Answer) -> Answer:
            self.commands[node] = (name, answer)
            return answer

        return register

    def keep(self, kind: type[T]) -> type[T]:
        """What the feature remembers of a room in this dataclass (`Room.own`) outlasts the service, where there is a
        store; fields whose metadata is `PASSING` do not."""
        self.keeps.append(kind)
        return kind

    def owner_action(self, child: str) -> Callable[[Answer], Answer]:
        """Answers an owner's IQ-set whose muc#owner query holds this child (`destroy`, `x`)."""
        return _under(self.owner_actions, child)


def _under(table: dict[K, V], key: K) -> Callable[[V], V]:
    def register(value: V) -> V:
        table[key] = value
        return value

    return register
