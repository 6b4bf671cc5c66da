"""What hypothesis draws for the property tests: steps, garbage among them, and whole scripts."""

from __future__ import annotations

from itertools import product
from math import prod
from typing import Any

from hypothesis import strategies as st

from mockserver.muc.xml import E, Element

from .property_steps import (
    ADMIN,
    DATA,
    EVENTS,
    MAM,
    MUC,
    MUC_NS,
    NICKS,
    NS,
    ODD,
    OWNER,
    ROOMS,
    SESSIONS,
    STANZAS,
    USER,
    USERS,
    Draw,
    Step,
)  # fmt: skip

CHOICES = ((ROOMS[0], *ROOMS), NICKS, (*USERS, "mucspec.invalid"), tuple(range(30)), ODD)
WHATS = (*STANZAS, *EVENTS)  # a fifth of what happens is no stanza


def _draw(number: int) -> Draw:
    """What one number stands for: a single draw is far cheaper than one of each part."""
    chosen: list[Any] = []
    for choices in CHOICES:
        number, at = divmod(number, len(choices))
        chosen.append(choices[at])
    return Draw(*chosen)


draws = st.integers(0, prod(len(choices) for choices in CHOICES) - 1).map(_draw)

# garbage

names = st.sampled_from(("x", "query", "item", "invite", "message", "presence", "iq", "body", "subject", "error",
                         "field", "value", "set", "ping", "reason"))  # fmt: skip
uris = st.sampled_from(("jabber:client", MUC_NS, USER, ADMIN, OWNER, DATA, MAM, NS + "rsm", NS + "disco#info", "urn:x"))
KEYS = ("id", "type", "to", "jid", "nick", "role", "affiliation", "var", "node", "code", "xml:lang")
VALUES = (*ODD, *ROOMS, *NICKS, "submit", "get", "set", "groupchat")
known = st.sampled_from(tuple(product(KEYS, VALUES)))  # one draw, where a key and a value apart would be two
strange = st.tuples(st.sampled_from(KEYS), st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=3))
attributes = st.lists(known | known | known | strange, max_size=3).map(lambda found: tuple(dict(found).items()))
odd = st.sampled_from(ODD)
leaves = st.builds(Element, names, uris, attributes, st.just(()))
branches = st.builds(Element, names, uris, attributes, st.lists(leaves | odd, max_size=2).map(tuple))
elements = leaves | st.builds(Element, names, uris, attributes, st.lists(branches | odd, max_size=2).map(tuple))


def _stanza(name: str, kind: str, to: str, children: list[Element]) -> Element:
    return E(name, *children, type=kind or None, to=to, id="g")


kinds = st.sampled_from(("", "get", "set", "result", "error", "groupchat", "chat", "unavailable", "subscribe", "odd"))
targets = st.sampled_from(
    (*ROOMS, MUC, *(f"{ROOMS[0]}/{nick}" for nick in NICKS), *(f"{ROOMS[0]}/{o}" for o in ODD[:9]))
)
garbage = st.builds(
    _stanza, st.sampled_from(("presence", "message", "iq")), kinds, targets, st.lists(elements, max_size=2)
)

sessions = st.sampled_from(SESSIONS)
done = st.builds(Step, sessions, st.sampled_from(WHATS), draws)
thrown = st.builds(lambda who, draw, raw: Step(who, "raw", draw, raw), sessions, draws, garbage)
steps = st.one_of(*[done] * 8, thrown)
scripts = st.integers(0, 40).flatmap(lambda length: st.lists(steps, min_size=length, max_size=length))
