"""Claims about personal eventing: publishing, reading, notifications and nodes (XEP-0163, XEP-0060)."""

from __future__ import annotations

import pytest

from mockserver.accounts import ALL_ACCOUNT, pep
from mockserver.muc.jid import JID
from mockserver.muc.xml import Element, render

from .hosts import DOMAIN, Inn, condition
from .sessions import announce, get, options, pubsub, set_

PISTOL = f"pistol@{DOMAIN}"
ERRORS = "http://jabber.org/protocol/pubsub#errors"


def publish(item: str = "<a xmlns='urn:a'/>", *, name: str = "1", node: str = "n", **given: str) -> str:
    extra = f"<publish-options>{options('publish-options', **given)}</publish-options>" if given else ""
    return set_(pubsub(f"<publish node='{node}'><item id='{name}'>{item}</item></publish>{extra}"))


def items(inside: str = "", *, node: str = "n", more: str = "", to: str = "") -> str:
    return get(pubsub(f"<items node='{node}'{more}>{inside}</items>"), to)


def names(answer: Element) -> list[str]:
    (shown,) = next(answer.elements()).elements()
    return [item.get("id") for item in shown.elements()]


def detail(answer: Element) -> list[str]:
    """The condition of an error and the pubsub-specific ones."""
    error = next(c for c in answer.elements() if c.name == "error")
    return [condition(answer), *(c.name for c in error.elements() if c.uri == ERRORS)]


EVENT = (
    '{} <- <message type="headline" id="{}" from="pistol"><event xmlns="http://jabber.org/protocol/pubsub#event">'
    "{}</event></message>"
)
SHOWN = '<items node="n"><item id="1"><a xmlns="urn:a"/></item></items>'


# publishing and reading


def test_what_is_published_can_be_read() -> None:
    """The result of a publication names the item, and the node holds it then."""
    inn = Inn()
    confirmed = '<publish node="n"><item id="1"/></publish>'
    assert inn.say("pistol/x", publish()) == [
        f'pistol/x <- <iq type="result" id="q"><pubsub xmlns="http://jabber.org/protocol/pubsub">{confirmed}'
        "</pubsub></iq>"
    ]
    assert SHOWN in render(inn.answer("pistol/x", items()))


def test_an_item_without_id_gets_one() -> None:
    """The service makes the id and says which it is."""
    inn = Inn()
    published = inn.answer("pistol/x", set_(pubsub("<publish node='n'><item><a xmlns='urn:a'/></item></publish>")))
    assert names(published) == names(inn.answer("pistol/x", items())) == ["id1"]


def test_a_node_keeps_as_many_items_as_it_may() -> None:
    """One by default, the latest; with max_items more, oldest first; the same id again is the latest then."""
    inn = Inn()
    for name in ("1", "2"):
        inn.say("pistol/x", publish(name=name))
        inn.say("pistol/x", publish(name=name, node="many", max_items="max"))
    inn.say("pistol/x", publish(name="1", node="many"))
    assert names(inn.answer("pistol/x", items())) == ["2"]
    assert names(inn.answer("pistol/x", items(node="many"))) == ["2", "1"]


def test_items_can_be_asked_for_by_name_and_by_number() -> None:
    """By name the ones that are there, by number the latest."""
    inn = Inn()
    for name in ("1", "2", "3"):
        inn.say("pistol/x", publish(name=name, max_items="max"))
    assert names(inn.answer("pistol/x", items("<item id='2'/><item id='9'/>"))) == ["2"]
    assert names(inn.answer("pistol/x", items(more=" max_items='2'"))) == ["2", "3"]


def test_a_node_that_does_not_keep_items_is_empty() -> None:
    """Without persist_items, an item is announced and gone."""
    inn = Inn()
    announce(inn, "pistol/x", "n+notify")
    assert SHOWN in inn.say("pistol/x", publish(persist_items="false"))[1]
    assert names(inn.answer("pistol/x", items())) == []


@pytest.mark.parametrize(
    ("request_", "errors"),
    [
        (set_(pubsub("<publish><item/></publish>")), ["bad-request", "nodeid-required"]),
        (set_(pubsub("<publish node='n'/>")), ["bad-request", "item-required"]),
        (publish(""), ["bad-request", "payload-required"]),
        (publish("<a xmlns='urn:a'/><b xmlns='urn:b'/>"), ["bad-request", "invalid-payload"]),
        (set_(pubsub("<retract><item id='1'/></retract>")), ["bad-request", "nodeid-required"]),
        (set_(pubsub("<retract node='n'/>")), ["bad-request", "item-required"]),
        (set_(pubsub("<retract node='n'><item/></retract>")), ["bad-request", "item-required"]),
        (set_(pubsub("<retract node='n'><item id='1'/></retract>")), ["item-not-found"]),
        (set_(pubsub("<subscribe node='n'/>")), ["feature-not-implemented", "unsupported"]),
        (set_(pubsub("")), ["bad-request"]),
        (items(), ["item-not-found"]),
        (get(pubsub("<items/>")), ["bad-request", "nodeid-required"]),
        (get(pubsub("<subscriptions/>")), ["feature-not-implemented", "unsupported"]),
    ],
)
def test_what_cannot_be_done_is_refused_with_its_condition(request_: str, errors: list[str]) -> None:
    """XEP-0060 6.5.9, 7.1.3, 7.2.3: the stanza error and the pubsub-specific one."""
    assert detail(Inn().answer("pistol/x", request_)) == errors


# publish-options


def test_publish_options_set_a_new_node() -> None:
    """A node that was not there is made as the options say."""
    inn = Inn()
    inn.say("pistol/x", publish(access_model="whitelist", max_items="7"))
    asked = get(pubsub("<configure node='n'/>", "#owner"))
    config = render(inn.answer("pistol/x", asked))
    for var, value in (("access_model", "whitelist"), ("max_items", "7"), ("persist_items", "1")):
        assert f'<field var="pubsub#{var}"' in config
        assert f"<value>{value}</value>" in config.partition(f'"pubsub#{var}"')[2].partition("</field>")[0]


@pytest.mark.parametrize("given", [{"access_model": "open"}, {"unheard_of": "1"}, {"max_items": "many"}])
def test_publish_options_that_are_not_met_refuse_the_item(given: dict[str, str]) -> None:
    """Nothing is published where the node is set otherwise, or where an option is unknown."""
    inn = Inn()
    inn.say("pistol/x", publish(access_model="whitelist"))
    refused = inn.answer("pistol/x", publish("<b xmlns='urn:b'/>", **given))
    assert detail(refused) == ["conflict", "precondition-not-met"]
    assert '<a xmlns="urn:a"/>' in render(inn.answer("pistol/x", items()))


def test_a_refused_publication_makes_no_node() -> None:
    """Unknown options are found before a node comes into being."""
    inn = Inn()
    inn.say("pistol/x", publish(unheard_of="1"))
    assert inn.host.accounts.table[JID(PISTOL)].nodes == {}


def test_publish_options_that_are_met_let_the_item_through() -> None:
    """Booleans are compared as truth values, defaults count."""
    inn = Inn()
    inn.say("pistol/x", publish(persist_items="true"))
    again = inn.answer("pistol/x", publish(persist_items="1", access_model="presence", max_items="1"))
    assert again.get("type") == "result"


# who may


def test_others_read_open_nodes_only() -> None:
    """XEP-0060 4.5: presence needs a subscription, a whitelist an entry; this host has neither."""
    inn = Inn()
    inn.say("pistol/x", publish())
    inn.say("pistol/x", publish(node="closed", access_model="whitelist"))
    inn.say("pistol/x", publish(node="open", access_model="open"))
    asked = {node: inn.answer("gower/x", items(node=node, to=PISTOL)) for node in ("n", "closed", "open")}
    assert detail(asked["n"]) == ["not-authorized", "presence-subscription-required"]
    assert detail(asked["closed"]) == ["not-allowed", "closed-node"]
    assert names(asked["open"]) == ["1"]


@pytest.mark.parametrize("owner", ["", "#owner"])
def test_nobody_publishes_for_somebody_else(owner: str) -> None:
    """Writing to another account's nodes is forbidden, whatever is asked."""
    inn = Inn()
    asked = set_(pubsub("<publish node='n'><item><a xmlns='urn:a'/></item></publish>", owner), PISTOL)
    assert condition(inn.answer("gower/x", asked)) == "forbidden"


def test_an_account_that_is_not_there_has_no_nodes() -> None:
    """As for everything else, the service is not available there."""
    assert condition(Inn().answer("pistol/x", items(to=f"nym@{DOMAIN}"))) == "service-unavailable"


# notifications


def test_own_sessions_that_want_it_hear_of_an_item() -> None:
    """Those whose capabilities name the node, the publisher included, and nobody else: one event for all."""
    inn = Inn("pistol/x", "pistol/y", "pistol/z", "gower/x")
    announce(inn, "pistol/x", "n+notify")
    announce(inn, "pistol/y", "n+notify", "m+notify")
    announce(inn, "pistol/z", "m+notify")
    announce(inn, "gower/x", "n+notify")
    told = inn.deliveries("pistol/x", publish())
    assert [len(d.to) for d in told] == [1, 2]
    assert inn.say("pistol/x", publish())[1:] == [EVENT.format(f"pistol/{r}", "id6", SHOWN) for r in "xy"]


def test_who_is_not_available_hears_nothing() -> None:
    """Notifications follow presence."""
    inn = Inn()
    announce(inn, "pistol/x", "n+notify")
    inn.say("pistol/x", "<presence type='unavailable'/>")
    assert len(inn.say("pistol/x", publish())) == 1


@pytest.mark.parametrize(("more", "loud"), [("", False), (" notify='true'", True), (" notify='0'", False)])
def test_a_retraction_is_told_where_it_is_asked(more: str, loud: bool) -> None:
    """The item is gone in any case; the node's configuration may ask for it too."""
    inn = Inn("pistol/x")
    announce(inn, "pistol/x", "n+notify")
    inn.say("pistol/x", publish(name="1", max_items="max"))
    told = inn.say("pistol/x", set_(pubsub(f"<retract node='n'{more}><item id='1'/></retract>")))
    gone = '<items node="n"><retract id="1"/></items>'
    assert told[1:] == ([EVENT.format("pistol/x", "id3", gone)] if loud else [])
    assert names(inn.answer("pistol/x", items())) == []


def test_a_node_can_ask_for_notices_of_every_retraction() -> None:
    """pubsub#notify_retract makes the attribute needless."""
    inn = Inn("pistol/x")
    announce(inn, "pistol/x", "n+notify")
    inn.say("pistol/x", publish(notify_retract="1"))
    told = inn.say("pistol/x", set_(pubsub("<retract node='n'><item id='1'/></retract>")))
    assert "<retract " in told[1]


def test_a_session_that_comes_gets_the_last_item() -> None:
    """As soon as its wishes are known, where the node does not say never."""
    inn = Inn("pistol/x")
    inn.say("pistol/x", publish())
    inn.say("pistol/x", publish(node="quiet", send_last_published_item="never"))
    assert announce(inn, "pistol/x", "n+notify", "quiet+notify") == [EVENT.format("pistol/x", "id2", SHOWN)]


# nodes


def configure(**values: str) -> str:
    return set_(pubsub(f"<configure node='n'>{options('node_config', **values)}</configure>", "#owner"))


def test_a_node_can_be_created_and_set() -> None:
    """With a configuration at once, or changed later; a name is taken once."""
    inn = Inn()
    form = options("node_config", access_model="open")
    create = set_(pubsub(f"<create node='n'/><configure>{form}</configure>"))
    assert inn.answer("pistol/x", create).get("type") == "result"
    assert condition(inn.answer("pistol/x", create)) == "conflict"
    assert names(inn.answer("gower/x", items(to=PISTOL))) == []
    assert inn.answer("pistol/x", configure(access_model="whitelist")).get("type") == "result"
    assert detail(inn.answer("gower/x", items(to=PISTOL))) == ["not-allowed", "closed-node"]


@pytest.mark.parametrize(
    ("request_", "errors"),
    [
        (set_(pubsub("<create/>")), ["not-acceptable", "nodeid-required"]),
        (set_(pubsub(f"<create node='m'/><configure>{options('other')}</configure>")), ["not-acceptable"]),
        (configure(access_model="everybody"), ["not-acceptable"]),
        (set_(pubsub("<configure node='n'/>", "#owner")), ["bad-request"]),
        (set_(pubsub("<delete/>", "#owner")), ["bad-request", "nodeid-required"]),
        (set_(pubsub("<purge node='m'/>", "#owner")), ["item-not-found"]),
        (set_(pubsub("<affiliations node='n'/>", "#owner")), ["feature-not-implemented", "unsupported"]),
        (get(pubsub("<configure/>", "#owner")), ["bad-request", "nodeid-required"]),
        (get(pubsub("<configure node='m'/>", "#owner")), ["item-not-found"]),
        (get(pubsub("<affiliations node='n'/>", "#owner")), ["feature-not-implemented", "unsupported"]),
    ],
)
def test_what_cannot_be_done_to_a_node_is_refused(request_: str, errors: list[str]) -> None:
    """XEP-0060 8: the stanza error and the pubsub-specific one."""
    inn = Inn()
    inn.say("pistol/x", publish())
    assert detail(inn.answer("pistol/x", request_)) == errors


def test_the_form_of_new_nodes_can_be_asked_for() -> None:
    """The default configuration, as a form."""
    answer = render(Inn().answer("pistol/x", get(pubsub("<default/>", "#owner"))))
    assert '<field var="pubsub#access_model" type="list-single" label="Who may read"><value>presence</value>' in answer


def test_a_smaller_limit_takes_items_away_and_cancelling_changes_nothing() -> None:
    """Configuring applies to what is there."""
    inn = Inn()
    for name in ("1", "2"):
        inn.say("pistol/x", publish(name=name, max_items="max"))
    cancel = configure(max_items="1").replace("submit", "cancel")
    assert inn.answer("pistol/x", cancel).get("type") == "result"
    assert names(inn.answer("pistol/x", items())) == ["1", "2"]
    inn.say("pistol/x", configure(max_items="1"))
    assert names(inn.answer("pistol/x", items())) == ["2"]


@pytest.mark.parametrize(("action", "left"), [("purge", "result"), ("delete", "error")])
def test_a_node_can_be_emptied_and_deleted(action: str, left: str) -> None:
    """Whoever wants to hear of the node hears of it."""
    inn = Inn("pistol/x")
    announce(inn, "pistol/x", "n+notify")
    inn.say("pistol/x", publish())
    told = inn.say("pistol/x", set_(pubsub(f"<{action} node='n'/>", "#owner")))
    assert told[1:] == [EVENT.format("pistol/x", "id3", f'<{action} node="n"/>')]
    assert inn.answer("pistol/x", items()).get("type") == left


# discovery


def test_an_account_says_that_it_has_nodes_and_lists_them() -> None:
    """The identity that clients look for, the features, and an item for every node."""
    inn = Inn()
    inn.say("pistol/x", publish())
    info = render(inn.answer("pistol/x", get("<query xmlns='http://jabber.org/protocol/disco#info'/>")))
    assert '<identity category="pubsub" type="pep" name="mucspec"/>' in info
    assert '<feature var="http://jabber.org/protocol/pubsub#publish-options"/>' in info
    listed = render(inn.answer("pistol/x", get("<query xmlns='http://jabber.org/protocol/disco#items'/>")))
    assert f'<item jid="{PISTOL}" node="n"/>' in listed


def test_an_account_without_nodes_does_not_have_them() -> None:
    """Left out, the feature is neither answered nor announced."""
    inn = Inn(account_features=[f for f in ALL_ACCOUNT if f is not pep.feature])
    assert condition(inn.answer("pistol/x", publish())) == "service-unavailable"
    info = render(inn.answer("pistol/x", get("<query xmlns='http://jabber.org/protocol/disco#info'/>")))
    assert "pubsub" not in info
