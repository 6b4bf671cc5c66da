"""Queries of a message archive over a sequence of entries: XEP-0313. Pure; who may ask is decided elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from . import rsm
from .jid import JID, BadJid
from .namespaces import NS_DATA, NS_DELAY, NS_FORWARD, NS_MAM, NS_VALIDATE
from .xml import E, Element

EXTENDED = NS_MAM + "#extended"
FEATURES = (NS_MAM, EXTENDED)
PAGE = 250  # messages that one query gives at most


@dataclass(frozen=True, slots=True)
class Entry:
    """An archived message. `parties` are the JIDs that a `with` filter may match, the public one first.

    `secret` is a child that only those see who may know the sender.
    """

    id: str
    stamp: float
    stanza: Element
    parties: tuple[JID, ...] = ()
    secret: Element | None = None


class BadQuery(ValueError):
    """A query that is answered with the stanza error `condition`."""

    def __init__(self, condition: str, text: str) -> None:
        super().__init__(text)
        self.condition = condition


@dataclass(frozen=True, slots=True)
class Query:
    """What a `<query/>` asks for."""

    queryid: str = ""
    with_: JID | None = None
    start: float | None = None
    end: float | None = None
    before_id: str = ""
    after_id: str = ""
    ids: tuple[str, ...] = ()
    flipped: bool = False
    ask: rsm.Ask = field(default_factory=rsm.Ask)


FIELDS = {
    "with": "jid-single",
    "start": "text-single",
    "end": "text-single",
    "before-id": "text-single",
    "after-id": "text-single",
    "ids": "list-multi",
}

# asking


def read(payload: Element) -> Query:
    """Read a `<query/>`. Raises `BadQuery`."""
    values = _submitted(payload)
    if unknown := set(values) - set(FIELDS):
        raise BadQuery("feature-not-implemented", f"unknown fields: {', '.join(sorted(unknown))}")
    one = {var: texts[0] for var, texts in values.items() if texts}
    try:
        return Query(
            queryid=payload.get("queryid"),
            with_=JID.parse(one["with"]) if "with" in one else None,
            start=_moment(one["start"]) if "start" in one else None,
            end=_moment(one["end"]) if "end" in one else None,
            before_id=one.get("before-id", ""),
            after_id=one.get("after-id", ""),
            ids=values.get("ids", ()),
            flipped=payload.find("flip-page", NS_MAM) is not None,
            ask=rsm.read(payload),
        )
    except (BadJid, ValueError) as complaint:
        raise BadQuery("bad-request", str(complaint)) from complaint


def _submitted(payload: Element) -> Mapping[str, tuple[str, ...]]:
    form = payload.find("x", NS_DATA)
    if form is None:
        return {}
    values = {
        f.get("var"): tuple(v.text.strip() for v in f.find_all("value", NS_DATA))
        for f in form.find_all("field", NS_DATA)
    }
    if values.pop("FORM_TYPE", ()) != (NS_MAM,) or form.get("type") != "submit":
        raise BadQuery("bad-request", f"the form is a submission with the FORM_TYPE {NS_MAM}")
    return values


def _moment(text: str) -> float:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or "T" not in text:
        raise ValueError(f"not a DateTime of XEP-0082: {text!r}")
    return moment.timestamp()


# answering


def select(entries: Sequence[Entry], query: Query) -> rsm.Page[Entry]:
    """The page of entries that a query asks for. Raises `BadQuery`."""
    known = {entry.id: place for place, entry in enumerate(entries)}
    named = (*query.ids, *filter(None, (query.before_id, query.after_id)))
    if any(name not in known for name in named):
        raise BadQuery("item-not-found", "no such message in this archive")
    low = known[query.after_id] + 1 if query.after_id else 0
    high = known[query.before_id] if query.before_id else len(entries)
    matching = [entry for entry in entries[low:high] if _matches(entry, query)]
    try:
        return rsm.page(matching, query.ask, key=_id, order=known, at_most=PAGE)
    except rsm.UnknownItem as unknown:
        raise BadQuery("item-not-found", f"no such message in this archive: {unknown}") from unknown


def _id(entry: Entry) -> str:
    return entry.id


def _matches(entry: Entry, query: Query) -> bool:
    if query.start is not None and entry.stamp < query.start:
        return False
    if query.end is not None and entry.stamp > query.end:
        return False
    if query.ids and entry.id not in query.ids:
        return False
    wanted = query.with_
    return wanted is None or any(wanted in (party, party.bare) for party in entry.parties)


def answer(
    payload: Element, entries: Sequence[Entry], *, show: Callable[[Entry], Element] = lambda entry: entry.stanza
) -> tuple[list[Element], Element]:
    """The result messages (without addresses) and the `<fin/>` for a `<query/>`. Raises `BadQuery`.

    `show` gives an archived stanza as the asker may see it.
    """
    query = read(payload)
    found = select(entries, query)
    results = [_result(entry, show(entry), query.queryid) for entry in found.items]
    fin = E("fin", rsm.describe(found, key=_id), uri=NS_MAM, complete="true" if found.complete else None)
    return results[::-1] if query.flipped else results, fin


def _result(entry: Entry, stanza: Element, queryid: str) -> Element:
    delay = E("delay", uri=NS_DELAY, stamp=stamp(entry.stamp))
    forwarded = E("forwarded", delay, stanza, uri=NS_FORWARD)
    return E("message", E("result", forwarded, uri=NS_MAM, queryid=queryid or None, id=entry.id))


def stamp(moment: float) -> str:
    """A DateTime of XEP-0082 in UTC, with milliseconds where there are any."""
    text = datetime.fromtimestamp(round(moment, 3), UTC).strftime("%Y-%m-%dT%H:%M:%S.%f")[:-3]
    return text.removesuffix(".000") + "Z"


def form() -> Element:
    """The `<query/>` that lists the fields: XEP-0313 4.1.5."""
    validate = E("validate", E("open", uri=NS_VALIDATE), uri=NS_VALIDATE, datatype="xs:string")
    fields = [
        E("field", validate if var == "ids" else None, uri=NS_DATA, type=kind, var=var) for var, kind in FIELDS.items()
    ]
    kind = E("field", E("value", NS_MAM, uri=NS_DATA), uri=NS_DATA, type="hidden", var="FORM_TYPE")
    return E("query", E("x", kind, *fields, uri=NS_DATA, type="form"), uri=NS_MAM)


def metadata(entries: Sequence[Entry]) -> Element:
    """The first and last entry: XEP-0313 5."""
    edges = [("start", entries[0]), ("end", entries[-1])] if entries else []
    children = (E(name, uri=NS_MAM, id=e.id, timestamp=stamp(e.stamp)) for name, e in edges)
    return E("metadata", *children, uri=NS_MAM)
