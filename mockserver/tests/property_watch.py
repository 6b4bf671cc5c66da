"""What must hold whatever happens: read from the deliveries and from pictures of the rooms before and after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.model import Affiliation, Delivery, Role
from mockserver.muc.namespaces import NS_ADMIN, NS_MENTIONS, NS_OWNER, NS_REGISTER, NS_USER
from mockserver.muc.xml import Element, render

from .property_steps import MUC, USERS, Step
from .property_world import Picture, World
from .test_muc_tables import AFFILIATION_CHANGES, at_least, role_errors

Rooms = Mapping[JID, Picture]
MODERATES = {Affiliation.ADMIN, Affiliation.OWNER}


class Watch:
    """Lives through steps with a world and complains of the first thing that must not be."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.last = world.pictures()
        self.views: dict[JID, dict[JID, dict[str, tuple[str, str]]]] = {}  # what each session was shown of each room
        for step in world.prologue:
            self.do(step)

    def do(self, step: Step) -> list[Delivery]:
        before, bound = self.last, self.world.bound
        told = self.world.do(step)
        after = self.last = self.world.pictures()
        sent = self.world.stanza(step) if self.world.jids[step.who] in bound else None
        sender = self.world.jids[step.who]
        rooms = [d for d in told if _domain(d.stanza.get("from")) == MUC]
        self._seats(after)
        for delivery in rooms:
            _is_for_its_audience(delivery, sender, before, after)
            _says_who_it_is(delivery, sender, before, after)
            _hides_addresses(delivery, sent, sender, before, after)
        if sent is not None:
            _a_refusal_changes_nothing(rooms, sent, sender, before, after)
            _affiliations_follow_the_table(sent, sender, before, after)
            _roles_follow_the_table(sent, sender, before, after)
        self._shows(rooms, after)
        return told

    def _seats(self, after: Rooms) -> None:
        """A session has one seat; every seat has a session, all of one user, all bound."""
        for room in after.values():
            seated = [session for seat in room.seats.values() for session in seat.sessions]
            assert len(seated) == len(set(seated)), "a session has two seats"
            assert set(seated) <= self.world.bound, "a session sits there that is gone"
            for nick, seat in room.seats.items():
                assert seat.sessions and {s.bare for s in seat.sessions} == {seat.user}, f"{nick} has another's session"
                assert seat.affiliation is not Affiliation.OUTCAST, f"{nick} is banned and sits there"
                assert not room.members_only or seat.affiliation is not Affiliation.NONE, f"{nick} is no member"

    def _shows(self, told: list[Delivery], after: Rooms) -> None:
        """Who keeps a list of what it was shown has the list of the room; who is out has been told so."""
        for delivery in told:
            for session in delivery.to:
                self._note(session, delivery.stanza)
        for session in [s for s in self.views if s not in self.world.bound]:
            del self.views[session]
        for jid, room in after.items():
            for session in self.world.bound:
                assert self.views.get(session, {}).get(jid) == _roster(room, session), f"{session} has a wrong picture"
        for session, view in self.views.items():
            assert set(view) <= set(after), f"{session} was not told of the end of a room"

    def _note(self, session: JID, stanza: Element) -> None:
        x, address = stanza.find("x", NS_USER), JID(stanza.get("from"))
        item = x.find("item", NS_USER) if x else None
        if stanza.name != "presence" or x is None or item is None or stanza.get("type") == "error":
            return
        codes = {status.get("code") for status in x.find_all("status", NS_USER)}
        if {"307", "333", "110"} <= codes and address.bare not in self.views.get(session, {}):
            return  # the answer to who is not there: 7.2.18
        view = self.views.setdefault(session, {}).setdefault(address.bare, {})
        if stanza.get("type") != "unavailable":
            view[address.resource] = (item.get("affiliation"), item.get("role"))
            return
        assert view.pop(address.resource, None), f"{session} is told again that {address} is gone"
        if "110" in codes and "303" not in codes:
            del self.views[session][address.bare]


def _roster(room: Picture, session: JID) -> dict[str, tuple[str, str]] | None:
    """What a session should have been shown by now."""
    if room.seat_of(session) is None:
        return None
    return {
        nick: (seat.affiliation.value, seat.role.value)
        for nick, seat in room.seats.items()
        if session in seat.sessions or seat.role.value in room.shown_roles
    }


def _domain(address: str) -> str:
    return address.partition("/")[0].rpartition("@")[2].lower()


def _room(address: str) -> JID:
    """The room of an address; of what is no address there is none."""
    try:
        return JID.parse(address).bare
    except BadJid:
        return JID("")


# who gets it


def _invitation(stanza: Element) -> Element | None:
    x = stanza.find("x", NS_USER) if stanza.name == "message" else None
    return (x.find("invite", NS_USER) or x.find("decline", NS_USER)) if x else None


def _is_notice(stanza: Element) -> bool:
    """About a new affiliation (18.1), or about a mention (XEP-0452)."""
    x = stanza.find("x", NS_USER) if stanza.name == "message" else None
    mentions = stanza.find("mentions", NS_MENTIONS)
    return mentions is not None or (x is not None and any(s.get("code") == "101" for s in x.elements()))


def _is_for_its_audience(delivery: Delivery, sender: JID, before: Rooms, after: Rooms) -> None:
    """Those inside, before or after; the sender of what is answered; the invited, and whom a notice is about."""
    stanza, room = delivery.stanza, _room(delivery.stanza.get("from"))
    assert delivery.to and len(set(delivery.to)) == len(delivery.to), "nobody, or somebody twice"
    if _invitation(stanza) or _is_notice(stanza):
        return
    inside = {
        s for rooms in (before, after) if room in rooms for seat in rooms[room].seats.values() for s in seat.sessions
    }
    outside = set(delivery.to) - inside - {sender}
    assert not outside, f"{outside} are not in {room} and get {render(stanza)}"


# what it says


def _sits(session: JID, room: Picture | None) -> bool:
    return room is not None and room.seat_of(session) is not None


def _says_who_it_is(delivery: Delivery, sender: JID, before: Rooms, after: Rooms) -> None:
    """110 once in a presence to oneself, in no other; the item's JID is the occupant's."""
    x = delivery.stanza.find("x", NS_USER)
    if delivery.stanza.name != "presence" or x is None:
        return
    address = JID(delivery.stanza.get("from"))
    codes = [status.get("code") for status in x.find_all("status", NS_USER)]
    assert len(codes) == len(set(codes)), f"a code twice: {codes}"
    rooms = before if delivery.stanza.get("type") == "unavailable" else after
    seat = rooms[address.bare].seats.get(address.resource) if address.bare in rooms else None
    if "333" in codes and delivery.to == (sender,) and not _sits(sender, before.get(address.bare)):
        return  # the answer to who is not there: 7.2.18
    for session in delivery.to:
        own = seat is not None and session in seat.sessions
        assert ("110" in codes) is own, f"{session} gets {render(delivery.stanza)}"
    item = x.find("item", NS_USER)
    assert item is not None and (not item.get("jid") or (seat and JID(item.get("jid")).bare == seat.user))


def _hides_addresses(delivery: Delivery, sent: Element | None, sender: JID, before: Rooms, after: Rooms) -> None:
    """A real JID is for oneself, for who may see it, and for whom the sender tells it."""
    jid = _room(delivery.stanza.get("from"))
    text = render(delivery.stanza)
    if _invitation(delivery.stanza) or _is_notice(delivery.stanza):
        return
    said = render(sent) if sent else ""
    named = [user for user in USERS if user in text and user not in said]
    for session in delivery.to:
        others = [user for user in named if user != session.bare]
        if not others:
            continue
        pictures = [rooms[jid] for rooms in (before, after) if jid in rooms]
        assert any(_may_see(room, session) for room in pictures), f"{session} learns {others}: {text}"


def _may_see(room: Picture, session: JID) -> bool:
    """In a semi-anonymous room moderators, and admins and owners wherever they are: 4.2, 9, 10."""
    moderates = any(s.user == session.bare and s.role is Role.MODERATOR for s in room.seats.values())
    return not room.anonymous or moderates or room.affiliations.get(session.bare) in MODERATES


# what it changes


def _a_refusal_changes_nothing(told: list[Delivery], sent: Element, sender: JID, before: Rooms, after: Rooms) -> None:
    """Who gets an error back gets nothing else, and all is as it was."""
    errors = [d for d in told if d.stanza.get("type") == "error" and d.to == (sender,) and d.stanza.name == sent.name]
    if not errors or sent.get("type") in ("error", "result") or not sent.has("to"):
        return
    assert told == errors[:1], "an error and something besides"
    assert before == after, "a refusal changed something"


def _changes(before: Rooms, after: Rooms) -> Iterator[tuple[JID, JID, str, str]]:
    for jid, now in after.items():
        was = before[jid].affiliations if jid in before else {}
        for user in {*was, *now.affiliations}:
            old, new = was.get(user, Affiliation.NONE), now.affiliations.get(user, Affiliation.NONE)
            if old is not new:
                yield jid, user, old.value, new.value


def _payload(sent: Element) -> str:
    return next((child.uri for child in sent.elements()), "")


def _affiliations_follow_the_table(sent: Element, sender: JID, before: Rooms, after: Rooms) -> None:
    """5.2.2: by the request of who may, by registering, by an invitation, by creating the room."""
    for jid, user, old, new in _changes(before, after):
        room = before.get(jid)
        mine = room.affiliations.get(sender.bare, Affiliation.NONE).value if room else "none"
        match sent.name, _payload(sent):
            case "iq", uri if uri == NS_ADMIN:
                assert at_least(mine, AFFILIATION_CHANGES[old, new]), f"{mine} made {old} {new}"
            case "iq", uri if uri == NS_OWNER:
                assert mine == "owner", f"{mine} made {old} {new} by a form"
            case "iq", uri if uri == NS_REGISTER:
                assert user == sender.bare and {old, new} == {"none", "member"}
            case "message", _:
                assert room and room.members_only and (old, new) == ("none", "member") and room.seat_of(sender)
            case "presence", _:
                assert room is None and user == sender.bare and new == "owner"
            case _:
                raise AssertionError(f"{user} became {new} by {render(sent)}")


def _roles_follow_the_table(sent: Element, sender: JID, before: Rooms, after: Rooms) -> None:
    """5.1.3, where the request is of one item by role."""
    items = [i for child in sent.elements() if child.uri == NS_ADMIN for i in child.find_all("item", NS_ADMIN)]
    jid = _room(sent.get("to"))
    room = before.get(jid)
    if len(items) != 1 or not items[0].has("role") or room is None or sent.get("type") != "set":
        return
    seat, actor = room.seats.get(items[0].get("nick")), room.seat_of(sender)
    now = after[jid].seats.get(items[0].get("nick")) if jid in after else None
    if seat is None or (now is not None and now.role is seat.role):
        return
    assert actor is not None, "a role was changed from outside"
    mine, theirs = (actor.role.value, actor.affiliation.value), (seat.role.value, seat.affiliation.value)
    itself = actor is seat and now is None
    new = now.role.value if now else "none"
    assert itself or not role_errors(mine, theirs, new), f"{mine} made {theirs} {new}"
