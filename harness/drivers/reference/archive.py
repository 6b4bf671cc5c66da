"""Archives of rooms and of the account: XEP-0313, with the pages of XEP-0059."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.etree.ElementTree import Element

from .discovery import learn
from .forms import submission
from .hearing import origin_id
from .jids import bare, resource
from .session import Args, Session
from .stanzas import CLIENT, DELAY, FORWARD, MAM, RSM, E, error_of, find, optional, text_of
from .told import occupant_id

TRUE = ("true", "1")


@dataclass(slots=True)
class Query:
    """One question to an archive, over all its pages."""

    seq: int
    args: Args
    id: str
    backwards: bool
    page: list[dict[str, Any]] = field(default_factory=list)  # of the page that is coming in
    messages: list[dict[str, Any]] = field(default_factory=list)
    marks: list[str] = field(default_factory=list)  # archive ids of this page, for the next
    first: str = ""
    last: str = ""


def query_archive(me: Session, seq: int, args: Args) -> None:
    """Messages of an archive: one page where `max` is given, all of them else."""
    room = str(args.get("room") or "")
    query = Query(seq, args, me.new_id(), backwards=args.get("before") is not None)
    me.queries[query.id] = query
    if room and me.key(room) not in me.features:
        learn(me, room)  # only an archive of a room that sets occupant ids has any
    _ask(me, query, str(args.get("after") or ""), args.get("before"))


def _ask(me: Session, query: Query, after: str, before: str | None) -> None:
    to = str(query.args.get("room") or "")
    payload = E("query", _filter(me, query.args), _page(query.args, after, before), uri=MAM, queryid=query.id)
    me.ask(
        "set",
        payload,
        lambda iq: _page_is_there(me, query, iq),
        seq=query.seq,
        to="" if me.flawed("room-archive-asked-of-account") else to,
        otherwise=lambda iq: _refused(me, query, iq),
    )


def _filter(me: Session, args: Args) -> Element | None:
    fields = {"FORM_TYPE": [MAM]}
    for name in ("start", "end"):
        if args.get(name):
            local = me.flawed("times-without-zone")
            fields[name] = [(_local if local else _utc)(str(args[name]))]
    if args.get("with") and not me.flawed("archive-filter-lost"):
        fields["with"] = [str(args["with"])]
    if len(fields) == 1:
        return None
    if me.flawed("archive-filter-without-form-type"):
        del fields["FORM_TYPE"]
    return submission(fields)


def _utc(text: str) -> str:
    """The time as XEP-0082 wants it here."""
    if text.endswith("Z"):
        return text
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z") if moment.tzinfo else text + "Z"


def _local(text: str) -> str:
    return datetime.fromisoformat(text).replace(tzinfo=None).isoformat()


def _page(args: Args, after: str, before: str | None) -> Element | None:
    size = args.get("max")
    if size is None and not after and before is None:
        return None
    back = None if before is None else E("before", before, uri=RSM)
    count = None if size is None else E("max", str(size), uri=RSM)
    return E("set", count, optional("after", after, RSM), back, uri=RSM)


def _page_is_there(me: Session, query: Query, iq: Element) -> None:
    """The `fin`: go on where the archive has more, stop at the end or at an empty page."""
    fin = find(iq, "fin", MAM)
    rsm = find(fin, "set", RSM)
    said = {name: text_of(rsm, name, RSM) for name in ("first", "last", "count")}
    marks = query.marks
    first, last = (said["first"] or (marks or [""])[0]), (said["last"] or (marks or [""])[-1])
    _keep(me, query, first, last)
    complete = fin is not None and fin.get("complete") in TRUE
    more = not complete and bool(marks) and query.args.get("max") is None
    if more and not me.flawed("mam-stops-at-first-page"):
        return _ask(me, query, "" if query.backwards else last, first if query.backwards else None)
    me.queries.pop(query.id, None)
    complete = complete or not marks or me.flawed("mam-always-complete")
    count = int(said["count"]) if said["count"].isdigit() else None
    return me.answer(
        query.seq, messages=query.messages, complete=complete, first=query.first, last=query.last, count=count
    )


def _keep(me: Session, query: Query, first: str, last: str) -> None:
    """Pages that are read backwards hold their messages forwards: the older page goes in front."""
    in_front = query.backwards and not me.flawed("mam-older-pages-behind")
    query.messages = query.page + query.messages if in_front else query.messages + query.page
    query.first = first if in_front else query.first or first
    query.last = query.last or last if in_front else last or query.last
    query.page, query.marks = [], []


def _refused(me: Session, query: Query, iq: Element) -> None:
    me.queries.pop(query.id, None)
    me.refuse([query.seq], error_of(iq))


# what comes in


def receive(me: Session, stanza: Element) -> bool:
    """Take a result: of an open query, from the archive that was asked (XEP-0313 8.2)."""
    result = find(stanza, "result", MAM)
    if result is None or stanza.get("type") == "groupchat":
        return False
    query = _query_of(me, result)
    if query is not None and (_is_from(me, query, stanza) or me.flawed("mam-result-from-anyone-accepted")):
        query.marks.append(result.get("id", ""))
        if (entry := _entry(me, query, result)) is not None:
            query.page.append(entry)
    return True


def _query_of(me: Session, result: Element) -> Query | None:
    if me.flawed("mam-queryid-ignored"):
        return next(reversed(me.queries.values()), None)
    return me.queries.get(result.get("queryid", ""))


def _is_from(me: Session, query: Query, stanza: Element) -> bool:
    sender, room = me.key(stanza.get("from", "")), str(query.args.get("room") or "")
    return sender == me.key(room) if room else sender in ("", me.key(bare(me.jid)))


def _entry(me: Session, query: Query, result: Element) -> dict[str, Any] | None:
    """What was said then. The time is that of the archive, the nickname that of the moment."""
    forwarded = find(result, "forwarded", FORWARD)
    if (message := find(forwarded, "message", CLIENT)) is None:
        return None
    delay = find(message if me.flawed("mam-inner-stamp") else forwarded, "delay", DELAY)
    sender, room = message.get("from", ""), str(query.args.get("room") or "")
    if me.flawed("archived-subject-applied") and find(message, "subject", CLIENT) is not None:
        me.report("subject", room=room, subject=text_of(message, "subject", CLIENT), nick=resource(sender))
    return {
        "stanza_id": message.get("id", "") if me.flawed("mam-message-id-as-archive-id") else result.get("id", ""),
        "id": message.get("id", ""),
        "origin_id": origin_id(message),
        "type": message.get("type", "normal"),
        "from": sender,
        "to": message.get("to", ""),
        "nick": resource(sender) if room else "",
        "body": text_of(message, "body", CLIENT),
        "subject": text_of(message, "subject", CLIENT),
        "stamp": "" if delay is None else delay.get("stamp", ""),
        "occupant_id": occupant_id(me, room, message) if room else "",
    }


VERBS = {"query_archive": query_archive}
