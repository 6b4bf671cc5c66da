"""What somebody else's server is: its rooms' domain, its software, what it announces."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from ..drivers.reference.stanzas import INFO, ITEMS, OWNER, E, find, find_all, text_of
from ..model import Scenario
from .guest import CannotVisit, Guest

VERSION = "jabber:iq:version"
ROOM = "room:"  # how a feature is written that a room announces
NEEDS: Mapping[str, tuple[str, ...]] = {  # what a server announces that has an extension which it may leave out
    "xep-0045/7.10-": (f"{ROOM}jabber:iq:register",),
    "xep-0077": (f"{ROOM}jabber:iq:register",),
    "xep-0084": ("urn:xmpp:avatar:metadata+notify", "http://jabber.org/protocol/pubsub#publish"),
    "xep-0115": ("http://jabber.org/protocol/caps",),
    "xep-0198": ("urn:xmpp:sm:3",),
    "xep-0280": ("urn:xmpp:carbons:2",),
    "xep-0313": ("urn:xmpp:mam:2",),
    "xep-0313/4.1.3-": ("urn:xmpp:mam:2#extended",),
    "xep-0313/4.1.4-": ("urn:xmpp:mam:2#extended",),
    "xep-0313/4.3.4-": ("urn:xmpp:mam:2#extended",),
    "xep-0313/5-": ("urn:xmpp:mam:2#extended",),
    "xep-0313/7-3": ("urn:xmpp:mam:2#extended",),
    "xep-0317": ("urn:xmpp:hats:0", "xmpp:prosody.im/protocol/hats:1", "urn:xmpp:hats:1"),
    "xep-0359": ("urn:xmpp:sid:0",),
    "xep-0402": ("urn:xmpp:bookmarks:1#compat", "urn:xmpp:bookmarks:1#compat-pep", "urn:xmpp:bookmarks:1"),
    "xep-0410": ("http://jabber.org/protocol/muc#self-ping-optimization",),
    "xep-0421": ("urn:xmpp:occupant-id:0",),
    "xep-0424": ("urn:xmpp:message-retract:1",),
    "xep-0425": ("urn:xmpp:message-moderate:1",),
    "xep-0433": ("urn:xmpp:channel-search:0:search",),
    "xep-0441": ("urn:xmpp:mam:2",),
    "xep-0452": ("urn:xmpp:mmn:0",),
    "xep-0463": ("urn:xmpp:muc:affiliations:1",),
    "xep-0486": (f"{ROOM}vcard-temp",),
}


@dataclass(frozen=True, slots=True)
class House:
    """The server, and all features that its domain, its rooms' domain, a room and an account announce.

    Those of the room are there twice, once with `ROOM` before them.
    """

    domain: str
    muc: str
    software: str = ""
    version: str = ""
    features: frozenset[str] = frozenset()

    def lacks(self, scenario: Scenario) -> str:
        """Why the scenario is about something that this server does not offer, or nothing."""
        touched = {scenario.requirement, *(step.requirement for step in scenario.steps)}
        for part, features in NEEDS.items():
            if not self.features & set(features) and any(_within(one, part) for one in touched):
                return f"not announced: {features[0]} ({part.partition('/')[0].upper()})"
        return ""


def _within(requirement: str, part: str) -> bool:
    """Whether it is one of this document, or of this section of a document."""
    return requirement.startswith(part) if "/" in part else requirement.partition("/")[0] == part


async def look_round(guest: Guest, domain: str, muc: str) -> House:
    """Ask a server what it is. Raises `CannotVisit` and `TimeoutError`."""
    muc = muc or await _rooms_of(guest, domain)
    version = find(await guest.ask("get", E("query", uri=VERSION), domain), "query", VERSION)
    features = {*await features_of(guest, domain), *await features_of(guest, muc)}
    in_a_room = await _of_a_room(guest, muc)
    features |= {*await features_of(guest, guest.jid.partition("/")[0]), *in_a_room, *(ROOM + f for f in in_a_room)}
    software, number = (text_of(version, name, VERSION) for name in ("name", "version"))
    return House(domain, muc, software, number, frozenset(features))


async def features_of(guest: Guest, jid: str) -> list[str]:
    """What this address announces; nothing where it refuses."""
    query = find(await guest.ask("get", E("query", uri=INFO), jid), "query", INFO)
    return [feature.get("var", "") for feature in find_all(query, "feature", INFO)]


async def _rooms_of(guest: Guest, domain: str) -> str:
    items = find(await guest.ask("get", E("query", uri=ITEMS), domain), "query", ITEMS)
    for item in find_all(items, "item", ITEMS):
        info = find(await guest.ask("get", E("query", uri=INFO), item.get("jid", "")), "query", INFO)
        if any(_is_text_conference(identity) for identity in find_all(info, "identity", INFO)):
            return item.get("jid", "")
    raise CannotVisit(f"{domain} lists no service with the identity conference/text; name it with --muc-domain")


def _is_text_conference(identity: Element) -> bool:
    return (identity.get("category"), identity.get("type")) == ("conference", "text")


async def _of_a_room(guest: Guest, muc: str) -> list[str]:
    """What a room of this service announces: one is made for it, and destroyed."""
    room = f"look-round-{secrets.token_hex(4)}@{muc}"
    guest.does("join", 0, {"room": room, "nick": "guest"})
    await guest.ask("get", E("query", uri=INFO), room)
    guest.does("accept_defaults", 0, {"room": room})
    await guest.ask("get", E("query", uri=INFO), room)
    found = await features_of(guest, room)
    await destroy(guest, room)
    return found


async def destroy(guest: Guest, room: str) -> None:
    """End a room; a refusal is taken as it is. Raises `TimeoutError`."""
    await guest.ask("set", E("query", E("destroy", uri=OWNER), uri=OWNER), room)
