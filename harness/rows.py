"""One row of a scenario file: TOML table in, `Step` out, or one complaint."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from .catalogue import requirements
from .model import Kind, Names, Step
from .operations import OPERATIONS, ROOMLESS
from .pattern import BadXml, pattern
from .substitute import fill, unknown
from .trouble import END, FAULT
from .trouble import read as read_fault
from .values import mixed_operators
from .vocabulary import EVENT, VERB

CHECKING = frozenset({"req", "id", "class", "basis", "bind"})
ANSWER = frozenset({"ok", "condition", "type", "text", "codes"})
STATE = frozenset({"joined", "nick", "subject", "role", "affiliation", "occupants"})
NOT_FILLED = frozenset({"bind"})
OF_STANZAS = frozenset({"strict", "lacks", "where", "ordered"})  # keys of rows with a stanza


@dataclass(frozen=True, slots=True)
class Context:
    """What a row may refer to."""

    scenario: str
    requirement: str
    rated: str
    room: str  # the JID that `room` means where it is left out; "" if there are several
    variables: Mapping[str, str]
    xml: Mapping[str, str]
    names: Names
    about_service: bool = False  # `sends` and `never` are about what the service sends, `to` whom


def read_row(raw: Mapping[str, Any], number: int, context: Context) -> Step:
    """The step that this table describes. Raises ValueError with the key and what would be right."""
    kind = _kind(raw)
    if kind is Kind.ANY_OF:
        return _either(raw, number, context)
    if context.about_service:
        raw = _addressed(raw, kind)
    if kind is not Kind.SERVICE and "who" not in raw:
        raise ValueError("needs `who`")
    raw = fill(raw, context.variables)
    _refuse_unknown(raw, kind, context)
    details = {k: v for k, v in raw.items() if k not in _common(kind, raw[kind]) and k != kind}
    return Step(
        number=number,
        kind=kind,
        who=str(raw.get("who", "")),
        what=_what(raw[kind], raw, kind, context),
        details=_located(details, kind, raw[kind], context),
        then=bool(raw.get("then", False)),
        times=int(raw["times"]) if kind is Kind.SENDS and "times" in raw else None,
        wait=bool(raw.get("wait", True)),
        bind=dict(raw.get("bind", {})),
        **_rating({k: v for k, v in raw.items() if k not in details}, context),
    )


def _kind(raw: Mapping[str, Any]) -> Kind:
    kinds = [kind for kind in Kind if kind in raw]
    if kinds and kinds[0] in (Kind.DOES, Kind.COMPLETES):  # verbs have arguments called `service` and `never`
        kinds = kinds[:1]
    if len(kinds) != 1:
        misspelt = [] if kinds else [key for key in raw if key not in CHECKING | {"who", "then"}]
        hint = "".join(_near(key, list(map(str, Kind))) for key in misspelt)
        raise ValueError(f"needs exactly one of {', '.join(Kind)}; has {', '.join(kinds) or 'none'}{hint}")
    return kinds[0]


def _addressed(raw: Mapping[str, Any], kind: Kind) -> Mapping[str, Any]:
    """A row about the service: `to` says who gets what it sends."""
    if kind in (Kind.SEES, Kind.STATE):
        raise ValueError(f"{kind}: a scenario about the service looks at what it sends, `to` whom")
    if kind not in (Kind.SENDS, Kind.NEVER):
        return raw
    if "to" not in raw or "who" in raw:
        raise ValueError(f"{kind}: needs `to`, not `who`")
    return {"who" if k == "to" else k: v for k, v in raw.items()}


def _either(raw: Mapping[str, Any], number: int, context: Context) -> Step:
    only(raw, {"any_of", *CHECKING}, "any_of")
    shared = {k: v for k, v in raw.items() if k in ("req", "class", "basis")}
    rows = tuple(read_row({**shared, **row}, number, context) for row in raw["any_of"])
    if len(rows) < 2:
        raise ValueError("any_of: needs at least two rows")
    bind = dict(raw.get("bind", {}))
    return Step(number, Kind.ANY_OF, rows[0].who, "any_of", alternatives=rows, bind=bind, **_rating(raw, context))


def _rating(raw: Mapping[str, Any], context: Context) -> dict[str, Any]:
    wanted = str(raw.get("req", context.requirement))
    known = requirements().get(wanted)
    if known is None:
        raise ValueError(f"req: no requirement {wanted!r} in the catalogue{_near(wanted, requirements())}")
    return {
        "requirement": wanted,
        "check": str(raw.get("id", "")),
        "level": known.level,
        "basis": str(raw.get("basis", known.basis)),
        "rated": str(raw.get("class", context.rated)),
    }


def _common(kind: Kind, what: Any) -> frozenset[str]:
    """Keys that are the row's own; `id` is a message's where the verb or event has one."""
    own = {Kind.DOES: {"wait"}, Kind.SEES: {"then"}, Kind.SENDS: {"then", "times"}}.get(kind, set())
    return (CHECKING | own | {"who"}) - (_allowed(kind, what) & {"id"})


def _refuse_unknown(raw: Mapping[str, Any], kind: Kind, context: Context) -> None:
    what = raw[kind]
    allowed = _allowed(kind, what) | _common(kind, what) | {kind}
    only(raw, allowed, f"{kind} = {what!r}" if isinstance(what, str) else str(kind))
    rest = {k: v for k, v in raw.items() if k not in NOT_FILLED}
    if mixed := mixed_operators(list(rest.values())):
        raise ValueError(f"{mixed} in one table: a value has one operator; write two rows")
    if loose := unknown(rest, context.variables):
        raise ValueError(f"nobody is called {', '.join(f'${{{n}}}' for n in sorted(loose))}")


def _allowed(kind: Kind, what: Any) -> frozenset[str]:
    match kind:
        case Kind.DOES | Kind.COMPLETES:
            verb = VERB.get(what)
            if verb is None:
                raise ValueError(f"{kind}: no verb {what!r}{_near(what, VERB)}")
            given = (*verb.needs, *verb.takes) if kind is Kind.DOES else (*verb.gives, *ANSWER, "room")
            return frozenset(given)
        case Kind.SEES | Kind.NEVER:
            if kind is Kind.NEVER and _is_pattern(what):
                return OF_STANZAS
            if what not in EVENT:
                raise ValueError(f"{kind}: no event {what!r}{_near(what, EVENT)}")
            return frozenset(EVENT[what].has)
        case Kind.SENDS:
            return OF_STANZAS
        case Kind.STATE:
            only(what, STATE, "state")
            return frozenset({"room"})
    required, besides = OPERATIONS.get(what, (None, None))
    if required is None or besides is None:
        raise ValueError(f"service: no operation {what!r}{_near(what, OPERATIONS)}")
    return required | besides


def _is_pattern(what: Any) -> bool:
    return isinstance(what, str) and (what.lstrip().startswith("<") or what not in EVENT)


def _what(what: Any, raw: Mapping[str, Any], kind: Kind, context: Context) -> Any:
    if kind is Kind.SENDS or (kind is Kind.NEVER and _is_pattern(what)):
        text = _xml(what, context, str(kind))
        strict, ordered = bool(raw.get("strict")), bool(raw.get("ordered"))
        return pattern(text, strict=strict, lacks=raw.get("lacks", ()), where=raw.get("where"), ordered=ordered)
    return what


def _xml(what: str, context: Context, key: str) -> str:
    """A literal stanza, or the one that [xml] holds under this key."""
    text = what if what.lstrip().startswith("<") else context.xml.get(what, "")
    if not text:
        raise ValueError(f"{key}: no stanza {what!r} in [xml]{_near(what, context.xml)}")
    try:
        pattern(text)
    except BadXml as complaint:
        raise ValueError(f"{key}: {complaint}: {text.strip()[:60]}") from complaint
    return text


def _located(details: Mapping[str, Any], kind: Kind, what: Any, context: Context) -> dict[str, Any]:
    """The details with full addresses, the room filled in and everything needed there."""
    done = {k: _address(k, v, context) for k, v in details.items() if k not in OF_STANZAS}
    if _takes_room(kind, what) and "room" not in done and context.room:
        done["room"] = context.room
    if kind is Kind.DOES and (missing := set(VERB[what].needs) - set(done) - {"jid", "password", "host", "port"}):
        raise ValueError(f"does = {what!r} needs {', '.join(sorted(missing))}")
    if kind is Kind.DOES and what == "raw":
        done["xml"] = _xml(done["xml"], context, "xml")
    if kind is Kind.SERVICE:
        if lacking := OPERATIONS[what][0] - set(done):
            raise ValueError(f"service = {what!r} needs {', '.join(sorted(lacking))}")
        if what == "inject":
            done["xml"] = _xml(done["xml"], context, "xml")
        if what == FAULT:
            read_fault(done)
        if what in (FAULT, END) and context.about_service:
            raise ValueError(f"service = {what!r}: only where a client is the subject")
    return done


def _takes_room(kind: Kind, what: Any) -> bool:
    match kind:
        case Kind.DOES:
            return "room" in VERB[what].needs
        case Kind.SEES | Kind.NEVER:
            return what in EVENT and "room" in EVENT[what].has
        case Kind.STATE:
            return True
        case Kind.SERVICE:
            return what not in ROOMLESS
    return False


def _address(key: str, value: Any, context: Context) -> Any:
    if key == "room" and isinstance(value, str):
        return context.names.room(value)
    if key in ("jid", "inviter", "with", "alternate") and isinstance(value, str) and "@" not in value:
        return context.variables.get(value, value)
    if key == "items" and isinstance(value, list):
        return [{k: _address(k, v, context) for k, v in item.items()} for item in value if isinstance(item, Mapping)]
    return value


def only(raw: Mapping[str, Any], allowed: Iterable[str], where: str) -> None:
    for key in raw:
        if key not in set(allowed):
            raise ValueError(
                f"{where}: no key {key!r} here{_near(key, allowed)}; possible: {', '.join(sorted(allowed))}"
            )


def _near(word: str, words: Iterable[str]) -> str:
    close = difflib.get_close_matches(str(word), list(words), 1)
    return f" (did you mean {close[0]!r}?)" if close else ""
