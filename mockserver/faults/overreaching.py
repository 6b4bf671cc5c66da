"""What goes too far: more people put out, listed, made members or told; what is refused and done all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import replace
from functools import partial

from mockserver.host import Host
from mockserver.muc import entering, rights
from mockserver.muc.features import membership, registration
from mockserver.muc.leaving import remove
from mockserver.muc.model import RANK, Affiliation, Delivery, Room, Status, Switches
from mockserver.muc.namespaces import NS_DATA, NS_DELAY, NS_REGISTER, NS_USER
from mockserver.muc.requests import Join
from mockserver.muc.service import MucService
from mockserver.muc.xml import E, Element

from .audiences import _nth_missed, _of_kind
from .copies import ORIGINS, _once_more
from .discovering import FOREIGN
from .editing import attributes, without
from .guards import never
from .listing import user
from .moment import Moment
from .table import bent, changed, enter, for_each, swapped, told

# people


def _all_out(service: MucService, room: Room, changed: frozenset[str], now: float) -> list[Delivery]:
    """Everybody but the owners, members last."""
    if membership.only.var not in changed or not room.on("membersonly"):
        return []
    seated = [o for o in room.occupants.values() if room.affiliation(o.bare_jid) is not Affiliation.OWNER]
    seated.sort(key=lambda occupant: RANK[room.affiliation(occupant.bare_jid)])
    return [d for occupant in seated for d in remove(service, room, occupant, (Status.MEMBERS_ONLY,))]


@bent
def members_put_out_too(moment: Moment) -> AbstractContextManager[None] | None:
    """puts members out as well when a room becomes members-only"""
    return swapped(membership.feature, "applied", [_all_out]) if moment.asked == "config" else None


@bent
def invitees_are_members(moment: Moment) -> AbstractContextManager[None] | None:
    """makes members of all who are invited, also to an open room"""
    return _enlisted(moment) if moment.asked == "invitation" else None


@contextmanager
def _enlisted(moment: Moment) -> Iterator[None]:
    yield
    x = moment.sent.find("x", NS_USER) if moment.sent is not None else None
    for wish in x.find_all("invite", NS_USER) if x else ():
        if moment.room and moment.occupant:
            moment.room.affiliations.setdefault(user(wish.get("to")), Affiliation.MEMBER)


for _place, _which in enumerate(("fourth", "fifth", "sixth"), start=3):
    _text = f"forgets the {_which} of those who get a later presence of another occupant"
    enter(f"change-{_which}-missed", _text, told=partial(_of_kind, "change", partial(_nth_missed, _place)))

for _name, _words, _origin in ORIGINS:
    enter(f"iq-error-once-more-from-the-{_name}", f"sends errors about IQs once more from {_words}",
          told=partial(_once_more, "iq-error", _origin))  # fmt: skip


@told
def exit_of_strangers_shown(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """shows that somebody left who was not in the room"""
    room, sent = moment.room, moment.sent
    if room is None or sent is None or moment.asked != "leave" or deliveries or not (moment.to and moment.to.resource):
        return deliveries
    item = E("item", uri=NS_USER, affiliation=Affiliation.NONE, role="none")
    gone = E("presence", E("x", item, uri=NS_USER), from_=moment.to, type="unavailable")
    return [Delivery(gone, moment.inside(room))]


# what is refused and done


@contextmanager
def _live(moment: Moment) -> Iterator[None]:
    """Only where the fault is at work: who looks whether it applies does nothing."""
    moment.notes["live"] = True
    yield


def _done_with(lift: Callable[[Moment], ExitStack], moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """A refused stanza once more, while other rules hold."""
    if not moment.notes.pop("live", False) or moment.sent is None or moment.sender is None:
        return deliveries
    if not any(d.stanza.get("type") == "error" and moment.sender in d.to for d in deliveries):
        return deliveries
    with lift(moment):
        more = Host.receive(moment.host, moment.sent, sender=moment.sender, now=moment.now)
    return [*deliveries, *(d for d in more if d.stanza.name != "iq")]


def _by_default(moment: Moment) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(swapped(moment.muc, "switches", Switches()))
    return stack


def _affiliating(moment: Moment) -> ExitStack:
    stack = ExitStack()
    stack.enter_context(swapped(rights, "affiliation_refusal", never))
    return stack


enter(
    "choices-refused-and-done", "refuses what it chose not to do, and does it",
    bent=lambda moment: _live(moment) if moment.muc.switches != Switches() else None,
    told=partial(_done_with, _by_default),
)  # fmt: skip
enter(
    "affiliations-refused-and-given", "refuses to give affiliations, and gives them",
    bent=lambda moment: _live(moment) if moment.asked == "affiliation" else None,
    told=partial(_done_with, _affiliating),
)  # fmt: skip


def _renamed(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """Who registers has the nickname at once, and nobody is told that it was the room's doing."""
    room, occupant, nick = moment.room, moment.occupant, _registered(moment)
    live = moment.notes.pop("live", False)
    if not live or room is None or occupant is None or moment.sender is None or not nick or nick in room.occupants:
        return deliveries
    join = Join(moment.sender, room.jid, nick, False, "", entering.NO_LIMIT, occupant.presence)
    return [*deliveries, *entering.rename(moment.muc, room, occupant, join)]


def _registered(moment: Moment) -> str:
    """The nickname that is asked for."""
    query = moment.sent.find("query", NS_REGISTER) if moment.sent is not None else None
    form = query.find("x", NS_DATA) if query else None
    nicks = [f for f in form.elements() if f.get("var") == registration.NICK] if form else []
    return "".join(value.text for field in nicks for value in field.elements())


enter(
    "registration-renames-in-silence", "gives who registers the nickname at once, and does not say so (210)",
    bent=lambda moment: _live(moment) if moment.asked == "registration" else None,
    told=_renamed,
)  # fmt: skip


# answers with more in them, and with less


@changed
def results_with_more(moment: Moment, stanza: Element) -> Element:
    """adds elements of its own to what it answers"""
    if not moment.of(stanza, "iq-result"):
        return stanza
    fuller = tuple(c.plus(FOREIGN) if isinstance(c, Element) else c for c in stanza.children)
    return replace(stanza, children=fuller) if fuller else stanza


@changed
def conflicts_without_fields(moment: Moment, stanza: Element) -> Element:
    """does not say which fields of a search are in conflict"""
    return without(stanza, "var", "urn:xmpp:channel-search:0:error")


@changed
def rate_limit_without_retry_after(moment: Moment, stanza: Element) -> Element:
    """does not say when the next search is welcome"""
    return attributes(stanza, "rate-limit", "urn:xmpp:channel-search:0:error", **{"retry-after": None})


@changed
def hats_without_hue(moment: Moment, stanza: Element) -> Element:
    """does not say the colour of hats"""
    return attributes(stanza, "hat", "urn:xmpp:hats:0", hue=None)


# delays


def _with_offset(kind: str, moment: Moment, stanza: Element) -> Element:
    mine = moment.of(stanza, kind)
    return attributes(stanza, "delay", NS_DELAY, stamp="2027-01-15T09:00:00+01:00") if mine else stanza


for _kind, _words in (("history", "history"), ("archived", "results of archives")):
    _text = f"writes the times of {_words} in the zone of the server"
    enter(f"{_kind}-in-another-zone", _text, told=for_each(partial(_with_offset, _kind)))


@told
def history_as_it_was_sent(moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """keeps for newcomers the delays that were forged, though it does not pass them on"""
    forged: dict[str, Element] = moment.notes.setdefault("forged", {})
    delay = moment.sent.find("delay", NS_DELAY) if moment.sent is not None else None
    if moment.sent is not None and delay is not None:
        forged[moment.sent.get("id")] = delay

    def kept(moment: Moment, stanza: Element) -> Element:
        mine = forged.get(stanza.get("id")) if moment.of(stanza, "history") else None
        return stanza.plus(mine) if mine else stanza

    return for_each(kept)(moment, deliveries)
