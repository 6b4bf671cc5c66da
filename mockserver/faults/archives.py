"""Archives, pages and history: filters that are not applied, edges that are off by one, results that lack parts."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import partial
from typing import Any

from mockserver.muc import mam, rsm
from mockserver.muc.features import history
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_DATA, NS_DELAY, NS_FORWARD, NS_MAM, NS_MUC, NS_RSM, NS_SID, NS_USER
from mockserver.muc.xml import E, Element

from .editing import attributes, below, without
from .moment import Moment
from .table import bent, enter, for_each, heard, swapped, told

# wishes that are not read


def _unread(name: str, uri: str, moment: Moment) -> Element | None:
    return without(moment.sent, name, uri) if moment.sent is not None else None


def _unread_field(var: str, moment: Moment) -> Element | None:
    return without(moment.sent, "field", NS_DATA, var=var) if moment.sent is not None else None


def _unread_attribute(name: str, uri: str, key: str, moment: Moment) -> Element | None:
    return attributes(moment.sent, name, uri, **{key: None}) if moment.sent is not None else None


for _name in ("max", "before", "after", "index"):
    enter(f"paging-{_name}-ignored", f"takes no notice of {_name} in paging", heard=partial(_unread, _name, NS_RSM))
for _name in ("with", "start", "end", "before-id", "after-id", "ids"):
    enter(f"archive-{_name}-ignored", f"takes no notice of {_name} in archives", heard=partial(_unread_field, _name))
for _name in ("q", "all", "sinname", "sindescription", "sinaddress", "min_users", "types", "key"):
    _short = _name.replace("_", "-")
    enter(f"search-{_short}-ignored", f"takes no notice of {_name} in searches", heard=partial(_unread_field, _name))
for _name in ("maxchars", "maxstanzas", "seconds", "since"):
    enter(f"history-{_name}-ignored", f"takes no notice of {_name} in a join",
          heard=partial(_unread_attribute, "history", NS_MUC, _name))  # fmt: skip
for _name, _uri in (("flip-page", NS_MAM), ("password", NS_MUC), ("reason", NS_USER), ("continue", NS_USER)):
    enter(f"{_name}-ignored", f"takes no notice of {_name}", heard=partial(_unread, _name, _uri))
enter("queryid-ignored", "does not repeat the queryid", heard=partial(_unread_attribute, "query", NS_MAM, "queryid"))


@heard
def first_field_only(moment: Moment) -> Element | None:
    """reads only the first field of a form behind its FORM_TYPE"""
    seen: list[Element] = []

    def first(child: Element) -> Element | None:
        if child.name != "field" or child.get("var") == "FORM_TYPE":
            return child
        seen.append(child)
        return child if len(seen) == 1 else None

    return below(moment.sent, first) if moment.sent is not None else None


# pages


def _paged(change: Callable[[rsm.Page[Any]], rsm.Page[Any]], moment: Moment) -> AbstractContextManager[None] | None:
    right = rsm.page

    def page(*args: Any, **named: Any) -> rsm.Page[Any]:
        return change(right(*args, **named))

    asked = ("archive-set", "search-get", "search-set")
    return swapped(rsm, "page", page) if moment.asked in asked else None


for _name, _text, _change in (
    ("page-one-short", "gives one less than a page has", lambda p: replace(p, items=p.items[:-1])),
    ("page-without-first", "leaves the first of a page out", lambda p: replace(p, items=p.items[1:])),
    ("page-always-complete", "says of every page that it is the last", lambda p: replace(p, complete=True)),
    ("page-never-complete", "says of no page that it is the last", lambda p: replace(p, complete=False)),
    ("count-off-by-one", "counts one too many", lambda p: replace(p, count=p.count + 1)),
    ("count-of-the-page", "counts only what is on the page", lambda p: replace(p, count=len(p.items))),
    ("index-off-by-one", "counts from one", lambda p: replace(p, index=p.index + 1)),
    ("page-back-to-front", "gives a page in the reverse order", lambda p: replace(p, items=p.items[::-1])),
    ("page-empty", "gives empty pages", lambda p: replace(p, items=[])),
):
    enter(_name, _text, bent=partial(_paged, _change))


def _asking(change: Callable[[rsm.Ask], rsm.Ask], moment: Moment) -> AbstractContextManager[None] | None:
    right = rsm.page

    def page(items: Any, ask: rsm.Ask, **named: Any) -> rsm.Page[Any]:
        return right(items, change(ask), **named)

    return swapped(rsm, "page", page) if moment.asked in ("archive-set", "search-get") else None


for _name, _text, _wish in (
    ("page-one-too-long", "gives one more than was asked for", lambda a: replace(a, max=a.max + 1 if a.max else a.max)),
    ("before-is-after", "takes before for after", lambda a: replace(a, after=a.before, before=None) if a.before else a),
    ("last-page-is-first", "gives the first page where the last is wanted",
     lambda a: replace(a, before=None) if a.before == "" else a),
    ("at-most-two", "gives at most two at a time", lambda a: replace(a, max=2 if a.max is None else min(2, a.max))),
    ("max-zero-is-all", "takes a page of none for all", lambda a: replace(a, max=None) if a.max == 0 else a),
):  # fmt: skip
    enter(_name, _text, bent=partial(_asking, _wish))


@bent
def after_is_inclusive(moment: Moment) -> AbstractContextManager[None] | None:
    """begins a page with the item behind which it was asked for"""
    right = rsm.page

    def page(items: Any, ask: rsm.Ask, *, order: Any, **named: Any) -> rsm.Page[Any]:
        names = sorted(order, key=order.__getitem__)
        at = names.index(ask.after) if ask.after in names else 0
        earlier = replace(ask, after=names[at - 1] if at else None) if ask.after else ask
        return right(items, earlier, order=order, **named)

    return swapped(rsm, "page", page) if moment.asked in ("archive-set", "search-get") else None


@bent
def unknown_page_is_empty(moment: Moment) -> AbstractContextManager[None] | None:
    """gives an empty page behind an item that it does not know"""
    return _lenient(rsm, "page", moment)


@bent
def unknown_message_is_none(moment: Moment) -> AbstractContextManager[None] | None:
    """finds nothing where an id is asked for that it does not know"""
    return _lenient(mam, "select", moment)


def _lenient(owner: Any, name: str, moment: Moment) -> AbstractContextManager[None] | None:
    right = getattr(owner, name)

    def lenient(*args: Any, **named: Any) -> rsm.Page[Any]:
        try:
            found: rsm.Page[Any] = right(*args, **named)
        except (rsm.UnknownItem, mam.BadQuery):
            found = rsm.Page([], 0, 0, complete=True)
        return found

    return swapped(owner, name, lenient) if moment.asked in ("archive-set", "search-get") else None


# parts of results


def _archived(change: Callable[[Element], Element], moment: Moment, stanza: Element) -> Element:
    return change(stanza) if moment.of(stanza, "archived", "iq-result") else stanza


PARTS: tuple[tuple[str, str, Callable[[Element], Element]], ...] = (
    ("result-without-id", "does not say the ids of archived messages",
     lambda s: attributes(s, "result", NS_MAM, id=None)),
    ("result-with-another-id", "gives archived messages other ids", lambda s: attributes(s, "result", NS_MAM, id="x")),
    ("result-without-queryid", "does not say to which query a result belongs",
     lambda s: attributes(s, "result", NS_MAM, queryid=None)),
    ("result-without-time", "does not say when archived messages were said", lambda s: without(s, "delay", NS_DELAY)),
    ("result-without-message", "gives results without the message", lambda s: without(s, "message", "jabber:client")),
    ("result-not-forwarded", "does not wrap archived messages", lambda s: without(s, "forwarded", NS_FORWARD)),
    ("fin-lost", "does not say that a query has ended", lambda s: without(s, "fin", NS_MAM)),
    ("set-lost", "gives no pages", lambda s: without(s, "set", NS_RSM)),
    ("first-lost", "does not say the first of a page", lambda s: without(s, "first", NS_RSM)),
    ("last-lost", "does not say the last of a page", lambda s: without(s, "last", NS_RSM)),
    ("count-lost", "does not count", lambda s: without(s, "count", NS_RSM)),
    ("index-lost", "does not say where a page begins", lambda s: attributes(s, "first", NS_RSM, index=None)),
    ("archived-stanza-id-lost", "leaves the stanza-id out of archived messages",
     lambda s: without(s, "stanza-id", NS_SID)),
    ("archived-occupant-item-lost", "leaves out who said an archived message", lambda s: without(s, "item", NS_USER)),
    ("archived-nick-lost", "does not say under which nickname a message was said",
     lambda s: attributes(s, "message", "jabber:client", from_=None)),
    ("archived-body-lost", "leaves the body out of archived messages", lambda s: without(s, "body", "jabber:client")),
    ("archived-to-shown", "shows in archived messages to whom they were", lambda s: below(s, _addressed)),
    ("archived-type-lost", "leaves the type out of archived messages",
     lambda s: attributes(s, "message", "jabber:client", type=None)),
    ("metadata-without-start", "does not say what the archive begins with", lambda s: without(s, "start", NS_MAM)),
    ("metadata-without-end", "does not say what the archive ends with", lambda s: without(s, "end", NS_MAM)),
    ("prefs-without-default", "does not say the default of the preferences",
     lambda s: attributes(s, "prefs", NS_MAM, default=None)),
    ("prefs-without-always", "leaves always out of preferences", lambda s: without(s, "always", NS_MAM)),
    ("prefs-without-never", "leaves never out of preferences", lambda s: without(s, "never", NS_MAM)),
)  # fmt: skip


def _addressed(child: Element) -> Element:
    return child.with_attrs(to="nobody@example.org") if child.name == "message" and not child.has("to") else child


for _name, _text, _part in PARTS:
    enter(_name, _text, told=for_each(partial(_archived, _part)))


@told
def result_behind_the_answer(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """says that a query has ended before it gives the results"""
    late = [d for d in deliveries if moment.of(d.stanza, "archived")]
    return [*(d for d in deliveries if d not in late), *late] if late else deliveries


@told
def whole_archive_besides(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """gives all that is archived besides what was asked for"""
    sender, room = moment.sender, moment.room
    if moment.asked != "archive-set" or sender is None:
        return deliveries
    owner = moment.to.bare if moment.to else sender.bare
    entries = room.archive if room else moment.host.archives.entries(owner)
    results = (r for d in deliveries for r in d.stanza.find_all("result", NS_MAM))
    given = {result.get("id") for result in results}
    more = [E("result", E("forwarded", e.stanza, uri=NS_FORWARD), uri=NS_MAM, id=e.id) for e in entries]
    late = [Delivery(E("message", r, from_=owner), (sender,)) for r in more if r.get("id") not in given]
    return [*late, *deliveries]


@bent
def archive_keeps_everything(moment: Moment) -> AbstractContextManager[None] | None:
    """archives messages too that have nothing to keep"""
    from mockserver.muc.features import archive

    kept = (*archive.KEPT, ("composing", "http://jabber.org/protocol/chatstates"), ("x", NS_USER))
    return swapped(archive, "KEPT", kept) if moment.asked in ("message", "subject") else None


@bent
def history_keeps_no_limit(moment: Moment) -> AbstractContextManager[None] | None:
    """sends the whole history, however much was asked for"""
    whole = lambda stanzas, *args, **named: stanzas  # noqa: E731  # as short as it is
    return swapped(history, "_last", whole) if moment.asked == "join" else None


@bent
def history_from_the_beginning(moment: Moment) -> AbstractContextManager[None] | None:
    """sends the oldest of the history where the latest is wanted"""
    oldest: Callable[[list[Element], int], list[Element]] = lambda stanzas, number: stanzas[:number]  # noqa: E731
    return swapped(history, "_last", oldest) if moment.asked == "join" else None
