"""Presence that a room sends: XEP-0045 7.2.2 to 7.2.18, 7.6, 7.14, 8 to 11, 15.6.2."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mockserver.muc.jid import JID
from mockserver.muc.namespaces import NS_MUC, NS_OCCUPANT_ID, NS_USER, NS_VCARD_UPDATE
from mockserver.muc.xml import Element

from .shape import full, wrong
from .tables import OCCUPANT_ID, OF_AN_OCCUPANT

COMING = frozenset({"100", "110", "170", "201", "210"})  # codes of available presence
GOING = frozenset({"110", "301", "303", "307", "321", "322", "332", "333"})  # of unavailable presence
OWN = frozenset({"100", "170", "201", "210", "332"})  # only where 110 is
CAUSES = frozenset({"301", "303", "307", "321", "322", "332", "333"})  # one of them, but a desync kick has two
LOST = {"301": "outcast", "321": "none", "322": "none"}  # the affiliation that goes with a code


def complaints(stanza: Element, to: Sequence[JID]) -> Iterator[str]:
    """What is wrong with available or unavailable presence from a room or an occupant."""
    if "/" not in stanza.get("from"):
        yield from _of_the_room(stanza)
        return
    if stanza.get("type") not in ("", "unavailable"):
        yield f"presence of the type {stanza.get('type')!r}"
    if stanza.find("x", NS_MUC):
        yield "a join is passed on"
    ids = list(stanza.find_all("occupant-id", NS_OCCUPANT_ID))
    if len(ids) > 1:
        yield "two occupant-ids"
    for element in ids:
        yield from wrong(element, OCCUPANT_ID)
    found = list(stanza.find_all("x", NS_USER))
    if len(found) != 1:
        yield f"{len(found)} muc#user elements"
        return
    yield from _occupant(found[0], to, gone=stanza.get("type") == "unavailable")


def _occupant(x: Element, to: Sequence[JID], *, gone: bool) -> Iterator[str]:
    yield from wrong(x, OF_AN_OCCUPANT)
    item = x.find("item", NS_USER)
    if item is not None:
        codes = [status.get("code") for status in x.find_all("status", NS_USER)]
        yield from _codes(codes, item, x, gone=gone)
        yield from _item(item, set(codes), gone=gone)
        yield from _addresses(item, set(codes), to)


def _of_the_room(stanza: Element) -> Iterator[str]:
    """Only what a room shows of itself, its avatar: XEP-0486 5.2."""
    if any(child.uri != NS_VCARD_UPDATE for child in stanza.elements()) or not stanza.children:
        yield "presence of a room that says something of an occupant, or nothing"


def _codes(codes: list[str], item: Element, x: Element, *, gone: bool) -> Iterator[str]:
    given = set(codes)
    if len(given) < len(codes):
        yield f"a code twice: {codes}"
    if odd := given - (GOING if gone else COMING):
        yield f"{sorted(odd)} in {'unavailable' if gone else 'available'} presence"
    if given & OWN and "110" not in given:
        yield f"{sorted(given & OWN)} without 110"
    causes = given & CAUSES
    destroyed = x.find("destroy", NS_USER) is not None
    if len(causes) + destroyed > 1 and (causes != {"307", "333"} or destroyed):
        yield f"more than one cause: {sorted(causes)}{' and destroy' if destroyed else ''}"
    if destroyed and not gone:
        yield "destroy in available presence"
    if ("303" in given) != item.has("nick"):
        yield "303 and the new nickname belong together"
    for code in sorted(given & set(LOST)):
        if item.get("affiliation") != LOST[code]:
            yield f"{code} with the affiliation {item.get('affiliation')}"


def _item(item: Element, codes: set[str], *, gone: bool) -> Iterator[str]:
    stays = not gone or "303" in codes
    if (item.get("role") in ("none", "")) == stays:
        yield f"the role {item.get('role')!r} of who {'is there' if stays else 'is gone'}"
    if item.get("affiliation") == "outcast" and stays:
        yield "an outcast is in the room"


def _addresses(item: Element, codes: set[str], to: Sequence[JID]) -> Iterator[str]:
    """A full JID (17.3); 110 goes to the sessions of one user, and the item is about that one."""
    if item.has("jid") and not full(item.get("jid")):
        yield f"the occupant's JID is not full: {item.get('jid')}"
    users = {address.bare for address in to}
    if "110" in codes and len(users) > 1:
        yield f"110 for {len(users)} users"
    if "110" in codes and item.has("jid") and users and JID(item.get("jid")).bare not in users:
        yield "110 for another user"
