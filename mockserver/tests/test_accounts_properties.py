"""Properties of accounts: whatever a client asks, there is one answer, and nothing breaks."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from mockserver.accounts import ALL_ACCOUNT
from mockserver.muc.namespaces import (
    NS_BOOKMARKS,
    NS_DATA,
    NS_DISCO_INFO,
    NS_PRIVATE,
    NS_PUBSUB,
    NS_PUBSUB_OWNER,
    NS_STORAGE,
    NS_VCARD,
)
from mockserver.muc.xml import E, Element, render

from .hosts import DOMAIN, MUC, Inn, full

ASKED = sorted({(name, uri) for f in ALL_ACCOUNT for _, _, name, uri in f.answers})
WORDS = st.sampled_from(["", "1", "n", "max", "true", "open", "@", f"gower@{DOMAIN}", f"harfleur@{MUC}", NS_BOOKMARKS])
NAMES = st.sampled_from(
    ["publish", "items", "item", "retract", "create", "configure", "delete", "purge", "default", "publish-options",
     "conference", "storage", "x", "field", "value", "set", "remove", "username", "password", "always", "jid", "nick"]
)  # fmt: skip
URIS = st.sampled_from([NS_PUBSUB, NS_PUBSUB_OWNER, NS_DATA, NS_BOOKMARKS, NS_STORAGE, NS_PRIVATE, NS_VCARD, "urn:a"])
ATTRS = st.dictionaries(st.sampled_from(["node", "id", "jid", "var", "type", "notify", "max_items", "name"]), WORDS)


def element(name: str, uri: str, attrs: dict[str, str], children: list[Element | str]) -> Element:
    return Element(name, uri, tuple(attrs.items()), tuple(children))


INSIDE = st.recursive(
    st.builds(element, NAMES, URIS, ATTRS, st.lists(WORDS.filter(bool), max_size=1)),
    lambda children: st.builds(element, NAMES, URIS, ATTRS, st.lists(children, max_size=3)),
    max_leaves=8,
)
PAYLOADS = st.builds(
    lambda key, attrs, children: element(key[0], key[1], attrs, children),
    st.sampled_from(ASKED),
    ATTRS,
    st.lists(INSIDE, max_size=3),
)
ADDRESSES = st.sampled_from(
    ["", DOMAIN, f"pistol@{DOMAIN}", f"gower@{DOMAIN}", f"nym@{DOMAIN}", f"gower@{DOMAIN}/gone"]
)
REQUESTS = st.tuples(st.sampled_from(["pistol/x", "pistol/y", "gower/x"]), st.sampled_from(["get", "set"]),
                     ADDRESSES, PAYLOADS)  # fmt: skip


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.lists(REQUESTS, min_size=1, max_size=6))
def test_every_request_has_one_answer(requests: list[tuple[str, str, str, Element]]) -> None:
    """RFC 6120 8.2.3: a result or an error with its id, from where it was sent to, to who asked, and nobody else."""
    inn = Inn("pistol/x", "pistol/y", "gower/x")
    for who in ("pistol/x", "gower/x"):
        inn.say(who, render(E("presence")))
    for number, (who, kind, to, payload) in enumerate(requests):
        name = f"request-{number}"
        told = inn.deliveries(who, render(E("iq", payload, type=kind, id=name, to=to or None)))
        answers = [d for d in told if d.stanza.name == "iq" and d.stanza.get("id") == name]
        assert [(d.to, d.stanza.get("from")) for d in answers] == [((full(who),), to)]
        assert answers[0].stanza.get("type") in ("result", "error")
        assert all(d.to for d in told)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.sampled_from(["native", "old", "private", "retract", "delete"]), st.integers(0, 3)), max_size=8
    )
)
def test_bookmarks_are_alike_whatever_was_done(steps: list[tuple[str, int]]) -> None:
    """After every change the three places name the same rooms."""
    inn = Inn("pistol/x")
    account = inn.host.accounts.table[full("pistol/x").bare]
    for step, number in steps:
        inn.say("pistol/x", render(E("iq", _change(step, number), type="set", id="c")))
        places = [
            list(account.nodes[NS_BOOKMARKS].items) if NS_BOOKMARKS in account.nodes else [],
            _rooms(account.stored.get(("storage", NS_STORAGE))),
            _rooms(next(iter(account.nodes[NS_STORAGE].items.values()), None)) if NS_STORAGE in account.nodes else [],
        ]
        assert sorted(places[0]) == sorted(places[1]) == sorted(places[2])


def _rooms(storage: Element | None) -> list[str]:
    return [c.get("jid") for c in storage.find_all("conference", NS_STORAGE)] if storage else []


def _room(number: int) -> str:
    return f"room{number}@{MUC}"


def _change(step: str, number: int) -> Element:
    listed = (E("conference", uri=NS_STORAGE, jid=_room(n)) for n in range(number))
    storage = E("storage", *listed, uri=NS_STORAGE)
    if step == "private":
        return E("query", storage, uri=NS_PRIVATE)
    if step == "delete":
        return E("pubsub", E("delete", uri=NS_PUBSUB_OWNER, node=NS_BOOKMARKS), uri=NS_PUBSUB_OWNER)
    if step == "retract":
        item = E("item", uri=NS_PUBSUB, id=_room(number))
        return E("pubsub", E("retract", item, uri=NS_PUBSUB, node=NS_BOOKMARKS), uri=NS_PUBSUB)
    native = E("item", E("conference", uri=NS_BOOKMARKS), uri=NS_PUBSUB, id=_room(number))
    old = E("item", storage, uri=NS_PUBSUB, id="current")
    item, node = (native, NS_BOOKMARKS) if step == "native" else (old, NS_STORAGE)
    return E("pubsub", E("publish", item, uri=NS_PUBSUB, node=node), uri=NS_PUBSUB)


def test_a_request_about_discovery_is_among_those_tried() -> None:
    """The table that the property draws from holds what features answer."""
    assert ("query", NS_DISCO_INFO) in ASKED
    assert len(ASKED) > 15
