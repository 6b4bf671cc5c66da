"""Refusals in words only, and errors about what is done: the answer says one thing, the service does another."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Any

from mockserver.host import Host
from mockserver.muc import rights
from mockserver.muc.answers import refused
from mockserver.muc.features import administration, archive, invitations, registration
from mockserver.muc.jid import JID
from mockserver.muc.model import Affiliation, Delivery, Refuse, Role
from mockserver.muc.xml import E

from .guards import never, no, yes
from .moment import Moment
from .pretenders import as_moderator, as_occupant, as_owner
from .questions import ASKED
from .table import enter, swapped

Whom = Callable[[Moment, tuple[JID, ...]], tuple[JID, ...]]

LIFTED: tuple[tuple[Any, str, Any], ...] = (
    (rights, "role_refusal", never),
    (rights, "affiliation_refusal", never),
    (rights, "may_list_role", yes),
    (rights, "may_list_affiliation", yes),
    (administration, "_ownerless", no),
    (administration, "_twice", no),
    (registration, "_may", yes),
    (registration, "_taken", no),
    (invitations, "_refusal", never),
    (archive, "_denied", lambda *args: []),
)


def _all(moment: Moment, to: tuple[JID, ...]) -> tuple[JID, ...]:
    return to


def _nobody(moment: Moment, to: tuple[JID, ...]) -> tuple[JID, ...]:
    return ()


def _sender(moment: Moment, to: tuple[JID, ...]) -> tuple[JID, ...]:
    return tuple(jid for jid in to if jid == moment.sender)


def _first(moment: Moment, to: tuple[JID, ...]) -> tuple[JID, ...]:
    others = _inside(moment)
    return tuple(jid for jid in to if jid in others[:1])


def _last(moment: Moment, to: tuple[JID, ...]) -> tuple[JID, ...]:
    others = _inside(moment)
    return tuple(jid for jid in to if jid in others[-1:])


def _inside(moment: Moment) -> list[JID]:
    """The others in the room."""
    room = moment.room
    return [s for s in moment.inside(room) if s != moment.sender] if room else []


WHOM: tuple[tuple[str, str, Whom], ...] = (
    ("refused-and-done", "refuses {} and does it all the same", _all),
    ("refused-and-kept", "refuses {} and does it in silence", _nobody),
    ("refused-and-done-for-oneself", "refuses {} and does it for who asked", _sender),
    ("refused-and-shown-to-one", "refuses {} and shows it to the first occupant", _first),
    ("refused-and-shown-to-another", "refuses {} and shows it to the last occupant", _last),
)


@contextmanager
def _live(moment: Moment) -> Iterator[None]:
    """Only where the fault is at work: who looks whether it applies does nothing."""
    moment.notes["live"] = True
    yield


def _marked(asked: str, moment: Moment) -> AbstractContextManager[None] | None:
    return _live(moment) if moment.asked == asked else None


def _done(asked: str, whom: Whom, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    if not moment.notes.pop("live", False) or moment.sent is None or moment.sender is None:
        return deliveries
    if not any(d.stanza.get("type") == "error" and moment.sender in d.to for d in deliveries):
        return deliveries
    with lifted(moment):
        more = Host.receive(moment.host, moment.sent, sender=moment.sender, now=moment.now)
    shown = [Delivery(d.stanza, whom(moment, d.to)) for d in more if d.stanza.get("type") != "error"]
    return [*deliveries, *(d for d in shown if d.to)]


def lifted(moment: Moment) -> ExitStack:
    """No rule holds for the sender."""
    stack = ExitStack()
    for owner, name, value in LIFTED:
        stack.enter_context(swapped(owner, name, value))
    muc = moment.muc
    for name in ("say_guards", "whisper_guards"):
        stack.enter_context(swapped(muc, name, []))
    kept = {step: guard for step, guard in muc.guards.items() if step == "nick-is-there"}
    stack.enter_context(swapped(muc, "guards", kept))
    for bend in (as_owner, as_occupant, as_moderator):
        if moment.asked != "join" and (bend is as_owner or moment.asked != "affiliation"):
            one = bend(moment.asked, moment)
            if one is not None:
                stack.enter_context(one)
    return stack


for _asked, _words in ASKED:
    for _name, _text, _whom in WHOM:
        enter(
            f"{_asked}-{_name}", _text.format(_words), bent=partial(_marked, _asked), told=partial(_done, _asked, _whom)
        )


def _also_refused(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    sent = moment.sent
    if sent is None or moment.asked != asked or any(d.stanza.get("type") == "error" for d in deliveries):
        return deliveries
    return [*deliveries, *refused(sent, Refuse("cancel", "not-allowed"))]


def _also_confirmed(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """A result behind the error."""
    sent = moment.sent
    if sent is None or sent.name != "iq" or moment.asked != asked or moment.sender is None:
        return deliveries
    if not any(d.stanza.get("type") == "error" for d in deliveries):
        return deliveries
    good = E("iq", type="result", id=sent.get("id"), from_=sent.get("to"))
    return [*deliveries, Delivery(good, (moment.sender,))]


for _asked, _words in ASKED:
    enter(
        f"{_asked}-done-and-refused", f"answers {_words} with an error and does it", told=partial(_also_refused, _asked)
    )
    _text = f"answers {_words} with an error and a result"
    enter(f"{_asked}-refused-and-confirmed", _text, told=partial(_also_confirmed, _asked))


# presence of those who did nothing

PHANTOMS = (
    ("exit", "shows {} that who sent presence has left", "unavailable", False),
    ("entrance", "shows {} whoever sends presence as if it had come under the nickname", None, True),
)
AUDIENCES: tuple[tuple[str, str, Callable[[Moment], list[JID]]], ...] = (
    ("oneself", "the sender", lambda moment: [moment.sender] if moment.sender else []),
    ("one", "the first occupant", lambda moment: _inside(moment)[:1]),
    ("another", "the last occupant", lambda moment: _inside(moment)[-1:]),
    ("everybody", "everybody", _inside),
)


def _phantom(
    kind: str | None, wanted: bool, audience: Callable[[Moment], list[JID]], moment: Moment, deliveries: list[Delivery]
) -> list[Delivery]:
    sent, room = moment.sent, moment.room
    if sent is None or room is None or sent.name != "presence" or moment.asked in ("join", "leave"):
        return deliveries
    seat = moment.to if wanted else None
    if seat is None and moment.occupant:
        seat = room.jid.with_resource(moment.occupant.nick)
    to = tuple(audience(moment))
    if seat is None or not to:
        return deliveries
    item = E("item", uri="http://jabber.org/protocol/muc#user", affiliation=Affiliation.NONE, role=Role.PARTICIPANT)
    status = E("status", uri="http://jabber.org/protocol/muc#user", code="110") if to == (moment.sender,) else None
    x = E("x", item, status, uri="http://jabber.org/protocol/muc#user")
    return [*deliveries, Delivery(E("presence", x, from_=seat, type=kind), to)]


for _name, _text, _kind, _wanted in PHANTOMS:
    for _whose, _words, _audience in AUDIENCES:
        _tell = partial(_phantom, _kind, _wanted, _audience)
        enter(f"phantom-{_name}-for-{_whose}", _text.format(_words), told=_tell)
