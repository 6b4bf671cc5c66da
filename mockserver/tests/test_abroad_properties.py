"""A property of components: whatever they and users say, nothing breaks and nothing goes astray."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as some

from mockserver.abroad import Misaddressed
from mockserver.muc.namespaces import NS_DISCO_INFO, NS_DISCO_ITEMS, NS_MUC, NS_REGISTER
from mockserver.muc.xml import parse
from mockserver.tests.hosts import DOMAIN, MUC
from mockserver.tests.test_abroad import GATE, Border, join

ADDRESSES = some.sampled_from(
    (
        "gate.invalid",
        "nym@gate.invalid",
        "nym@gate.invalid/r",
        "other.invalid",
        "@",
        "",
        DOMAIN,
        f"pistol@{DOMAIN}",
        f"pistol@{DOMAIN}/x",
        f"gower@{DOMAIN}/x",
        f"nobody@{DOMAIN}",
        MUC,
        f"harfleur@{MUC}",
        f"harfleur@{MUC}/nym",
    )
)
QUERIES = (NS_DISCO_INFO, NS_DISCO_ITEMS, NS_REGISTER, "jabber:iq:roster", "urn:xmpp:mam:2")
PAYLOADS = some.sampled_from(
    (
        "",
        "<body>Hi</body>",
        "<error/>",
        f"<x xmlns='{NS_MUC}'/>",
        f"<x xmlns='{NS_MUC}#user'><invite to='gower@{DOMAIN}'/></x>",
        "<ping xmlns='urn:xmpp:ping'/>",
        "<privilege xmlns='urn:xmpp:privilege:2'/>",
        "<privileged_iq xmlns='urn:xmpp:privilege:2'/>",
        *(f"<query xmlns='{uri}'/>" for uri in QUERIES),
    )
)
KINDS = ["", "get", "set", "result", "error", "groupchat", "chat", "unavailable", "probe", "subscribe", "subscribed"]
STANZAS = some.builds(
    "<{0} type='{1}' id='{2}' from='{3}' to='{4}'>{5}</{0}>".format,
    some.sampled_from(["iq", "message", "presence"]),
    some.sampled_from([*KINDS, "unsubscribe", "unsubscribed"]),
    some.sampled_from(["", "1"]),
    ADDRESSES,
    ADDRESSES,
    PAYLOADS,
) | some.just(join("nym@gate.invalid/r", "Nym"))


@given(some.lists(some.tuples(some.booleans(), STANZAS), max_size=12), some.booleans())
def test_whatever_components_and_users_say_lands_where_somebody_is(
    story: list[tuple[bool, str]], privileged: bool
) -> None:
    """Nothing breaks, and every delivery is for a bound session or for a domain that a component serves.

    Behind the component's end nothing is for it any more, and nobody of its domain sits in a room.
    """
    border = Border(privileged=privileged)
    border.gather("pistol")
    for abroad, xml in story:
        try:
            told = (
                border.host.abroad.receive(parse(xml), component=GATE, now=border.now)
                if abroad
                else border.deliveries("pistol/x", xml)
            )
        except Misaddressed:
            continue
        assert all(to in border.host.sessions or to.domain == GATE for delivery in told for to in delivery.to)
    told = border.host.abroad.lost(GATE, now=border.now)
    assert all(to in border.host.sessions for delivery in told for to in delivery.to)
    seated = [jid for r in border.host.muc.rooms.values() for o in r.occupants.values() for jid in o.sessions]
    assert [jid for jid in seated if jid.domain == GATE] == []
