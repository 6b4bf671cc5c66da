"""What hypothesis draws for the property tests: steps, garbage among them, and whole scripts."""

from __future__ import annotations

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

draws = st.builds(
    Draw,
    room=st.sampled_from((ROOMS[0], *ROOMS)),
    nick=st.sampled_from(NICKS),
    user=st.sampled_from((*USERS, "mucspec.invalid")),
    number=st.integers(0, 29),
    odd=st.sampled_from(ODD),
)

# garbage

names = st.sampled_from(("x", "query", "item", "invite", "message", "presence", "iq", "body", "subject", "error",
                         "field", "value", "set", "ping", "reason"))  # fmt: skip
uris = st.sampled_from(("jabber:client", MUC_NS, USER, ADMIN, OWNER, DATA, MAM, NS + "rsm", NS + "disco#info", "urn:x"))
keys = st.sampled_from(("id", "type", "to", "jid", "nick", "role", "affiliation", "var", "node", "code", "xml:lang"))
values = st.one_of(
    st.sampled_from((*ODD, *ROOMS, *NICKS, "submit", "get", "set", "groupchat")),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=3),
)
attributes = st.dictionaries(keys, values, max_size=4).map(lambda found: tuple(found.items()))
leaves = st.builds(Element, names, uris, attributes, st.just(()))
elements = st.recursive(
    leaves,
    lambda inside: st.builds(
        Element, names, uris, attributes, st.lists(inside | st.sampled_from(ODD), max_size=3).map(tuple)
    ),
    max_leaves=6,
)


def _stanza(name: str, kind: str, to: str, children: list[Element]) -> Element:
    return E(name, *children, type=kind or None, to=to, id="g")


kinds = st.sampled_from(("", "get", "set", "result", "error", "groupchat", "chat", "unavailable", "subscribe", "odd"))
targets = st.sampled_from(
    (*ROOMS, MUC, *(f"{ROOMS[0]}/{nick}" for nick in NICKS), *(f"{ROOMS[0]}/{o}" for o in ODD[:9]))
)
garbage = st.builds(
    _stanza, st.sampled_from(("presence", "message", "iq")), kinds, targets, st.lists(elements, max_size=3)
)

sessions = st.sampled_from(SESSIONS)
written = st.builds(Step, sessions, st.sampled_from(tuple(STANZAS)), draws)
happened = st.builds(Step, sessions, st.sampled_from(EVENTS), draws)
thrown = st.builds(lambda who, draw, raw: Step(who, "raw", draw, raw), sessions, draws, garbage)
steps = st.one_of(written, written, written, written, happened, thrown)
scripts = st.integers(0, 40).flatmap(lambda length: st.lists(steps, min_size=length, max_size=length))
