"""Claims about bookmarks, native and old ones, wherever they are kept (XEP-0402, XEP-0048)."""

from __future__ import annotations

from mockserver.accounts import ALL_ACCOUNT, bookmarks
from mockserver.muc.xml import render

from .hosts import MUC, Inn, condition, short
from .sessions import announce, get, options, pubsub, set_

NATIVE = "urn:xmpp:bookmarks:1"
OLD = "storage:bookmarks"
OPTIONS = options(
    "publish-options", persist_items="true", max_items="max", send_last_published_item="never", access_model="whitelist"
)


def native(room: str = "harfleur", inside: str = "<nick>Pistol</nick>", **attrs: str) -> str:
    given = "".join(f" {k}='{v}'" for k, v in attrs.items())
    item = f"<item id='{room}@{MUC}'><conference xmlns='{NATIVE}'{given}>{inside}</conference></item>"
    extra = f"<publish-options>{OPTIONS}</publish-options>"
    return set_(pubsub(f"<publish node='{NATIVE}'>{item}</publish>{extra}"))


def storage(*rooms: str, more: str = "") -> str:
    listed = "".join(f"<conference jid='{room}@{MUC}' autojoin='1'><nick>Pistol</nick></conference>" for room in rooms)
    return f"<storage xmlns='{OLD}'>{listed}{more}</storage>"


def private(inside: str = f"<storage xmlns='{OLD}'/>") -> str:
    return f"<query xmlns='jabber:iq:private'>{inside}</query>"


def stored(inn: Inn) -> str:
    return short(render(next(inn.answer("pistol/x", get(private())).elements())))


def items(inn: Inn, node: str) -> str:
    answer = inn.answer("pistol/x", get(pubsub(f"<items node='{node}'/>")))
    return short(render(next(next(answer.elements()).elements()), within="http://jabber.org/protocol/pubsub"))


def heard(told: list[str]) -> list[str]:
    """Whom an event reached, about which node, and what it shows."""
    events = [line.partition('#event">')[2].partition("</event>")[0] for line in told if "#event" in line]
    return [short(event) for event in events]


def test_a_native_bookmark_is_kept_private() -> None:
    """With the options of the XEP, nobody else may read the node."""
    inn = Inn()
    assert inn.answer("pistol/x", native(autojoin="true")).get("type") == "result"
    asked = get(pubsub(f"<items node='{NATIVE}'/>"), "pistol@mucspec.invalid")
    assert condition(inn.answer("gower/x", asked)) == "not-allowed"
    assert items(inn, NATIVE) == (
        f'<items node="{NATIVE}"><item id="harfleur"><conference xmlns="{NATIVE}" autojoin="true">'
        "<nick>Pistol</nick></conference></item></items>"
    )


def test_an_item_holds_one_conference() -> None:
    """Two in one item are refused: XEP-0402 2."""
    two = f"<conference xmlns='{NATIVE}'/><conference xmlns='{NATIVE}'/>"
    asked = set_(pubsub(f"<publish node='{NATIVE}'><item id='harfleur@{MUC}'>{two}</item></publish>"))
    assert condition(Inn().answer("pistol/x", asked)) == "bad-request"


def test_native_bookmarks_are_seen_in_the_old_places() -> None:
    """All items together, cast into the old namespace, with the room as an attribute: XEP-0402 5.3.1."""
    inn = Inn()
    inn.say("pistol/x", native(autojoin="1", name="Siege"))
    inn.say("pistol/x", native("boar", ""))
    old = (
        f'<storage xmlns="{OLD}"><conference name="Siege" autojoin="true" jid="harfleur"><nick>Pistol</nick>'
        '</conference><conference jid="boar"/></storage>'
    )
    assert stored(inn) == f'<query xmlns="jabber:iq:private">{old}</query>'
    assert items(inn, OLD) == f'<items node="{OLD}"><item id="current">{old}</item></items>'


def test_a_retracted_bookmark_leaves_the_old_places_too() -> None:
    """And sessions of old clients hear of the shorter list."""
    inn = Inn("pistol/x", "pistol/y")
    announce(inn, "pistol/y", f"{OLD}+notify")
    inn.say("pistol/x", native())
    told = inn.say("pistol/x", set_(pubsub(f"<retract node='{NATIVE}'><item id='harfleur@{MUC}'/></retract>")))
    assert heard(told) == [f'<items node="{OLD}"><item id="current"><storage xmlns="{OLD}"/></item></items>']
    assert stored(inn) == f'<query xmlns="jabber:iq:private"><storage xmlns="{OLD}"/></query>'


def test_an_old_client_changes_only_what_is_different() -> None:
    """Of the items that stay as they are nobody hears: XEP-0402 5.3.2."""
    inn = Inn("pistol/x", "pistol/y")
    for room in ("harfleur", "boar"):
        inn.say("pistol/x", native(room, autojoin="1"))
    announce(inn, "pistol/y", f"{NATIVE}+notify", f"{OLD}+notify")
    told = inn.say("pistol/x", set_(private(storage("harfleur", "agincourt"))))
    new = f'<conference xmlns="{NATIVE}" autojoin="true"><nick>Pistol</nick></conference>'
    assert heard(told)[:2] == [
        f'<items node="{NATIVE}"><item id="agincourt">{new}</item></items>',
        f'<items node="{NATIVE}"><retract id="boar"/></items>',
    ]
    assert [f'node="{OLD}"' in event for event in heard(told)] == [False, False, True]
    assert [f'id="{r}"' in items(inn, NATIVE) for r in ("harfleur", "agincourt", "boar")] == [True, True, False]


def test_old_bookmarks_published_in_pep_are_taken_over() -> None:
    """They become native items, and private storage has them too."""
    inn = Inn()
    item = f"<item id='current'>{storage('harfleur')}</item>"
    inn.say("pistol/x", set_(pubsub(f"<publish node='{OLD}'>{item}</publish>")))
    assert 'id="harfleur"' in items(inn, NATIVE)
    assert 'jid="harfleur"' in stored(inn)


def test_extensions_and_urls_survive_the_other_format() -> None:
    """What one format cannot say is not lost when the other one is written."""
    inn = Inn()
    inn.say("pistol/x", set_(private(storage(more="<url name='x' url='http://mucspec.invalid/'/>"))))
    inn.say("pistol/x", native(inside="<extensions><e xmlns='urn:e'/></extensions>"))
    assert "<url " in stored(inn)
    inn.say("pistol/x", set_(private(storage("harfleur"))))
    assert '<extensions><e xmlns="urn:e"/></extensions>' in items(inn, NATIVE)


def test_a_bookmark_without_a_room_is_left_out() -> None:
    """An old bookmark whose jid is none cannot be an item."""
    inn = Inn()
    inn.say("pistol/x", set_(private(f"<storage xmlns='{OLD}'><conference jid='@'/></storage>")))
    assert "<item " not in items(inn, NATIVE)


def test_the_account_says_that_bookmarks_are_kept_alike() -> None:
    """Without the feature they are not announced, nor carried over."""
    info = get("<query xmlns='http://jabber.org/protocol/disco#info'/>")
    compat = [f'<feature var="{NATIVE}#compat"/>', f'<feature var="{NATIVE}#compat-pep"/>']
    assert all(var in render(Inn().answer("pistol/x", info)) for var in compat)
    inn = Inn(account_features=[f for f in ALL_ACCOUNT if f is not bookmarks.feature])
    assert not any(var in render(inn.answer("pistol/x", info)) for var in compat)
    inn.say("pistol/x", native())
    assert stored(inn) == f'<query xmlns="jabber:iq:private"><storage xmlns="{OLD}"/></query>'


def test_a_node_for_one_item_takes_a_whole_list() -> None:
    """Whoever published without options has a node for one item; an old list makes room for itself."""
    inn = Inn()
    item = f"<item id='boar@{MUC}'><conference xmlns='{NATIVE}'/></item>"
    inn.say("pistol/x", set_(pubsub(f"<publish node='{NATIVE}'>{item}</publish>")))
    inn.say("pistol/x", set_(private(storage("harfleur", "agincourt"))))
    assert [f'id="{r}"' in items(inn, NATIVE) for r in ("harfleur", "agincourt", "boar")] == [True, True, False]
