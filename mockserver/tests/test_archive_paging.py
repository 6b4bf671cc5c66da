"""Claims about paging and archive queries, on plain sequences."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mockserver.muc import mam, rsm
from mockserver.muc.jid import JID
from mockserver.muc.xml import E, Element, parse, render

RSM = "http://jabber.org/protocol/rsm"
PEERS = (JID("a@x/1"), JID("a@x/2"), JID("b@x/1"))
T0 = 1_800_000_000.0
ENTRIES = [mam.Entry(f"m{n}", T0 + n, E("message", E("body", str(n))), (PEERS[n % 3],)) for n in range(10)]


def query(*, fields: str = "", paging: str = "", more: str = "") -> str:
    kind = "<field var='FORM_TYPE'><value>urn:xmpp:mam:2</value></field>"
    form = f"<x xmlns='jabber:x:data' type='submit'>{kind}{fields}</x>" if fields else ""
    pages = f"<set xmlns='{RSM}'>{paging}</set>" if paging else ""
    return f"<query xmlns='urn:xmpp:mam:2' queryid='q'>{form}{pages}{more}</query>"


def field(var: str, *values: str) -> str:
    return f"<field var='{var}'>{''.join(f'<value>{v}</value>' for v in values)}</field>"


def ask(text: str, entries: list[mam.Entry] = ENTRIES) -> tuple[str, str]:
    """The ids of the results, and what fin says: first@index-last/count, with a star where complete."""
    results, fin = mam.answer(parse(text), entries)
    ids = [r.get("id") for message in results for r in message.find_all("result", "urn:xmpp:mam:2")]
    return " ".join(ids), told(fin)


def told(fin: Element) -> str:
    page = fin.find("set", RSM)
    assert page is not None
    first, last, count = (page.find(name, RSM) for name in ("first", "last", "count"))
    edges = f"{first.text}@{first.get('index')}-{last.text}" if first and last else ""
    return f"{edges}/{count.text if count else None}{'*' if fin.get('complete') == 'true' else ''}"


ALL_IDS = " ".join(e.id for e in ENTRIES)


@pytest.mark.parametrize(
    ("paging", "ids", "fin"),
    [
        ("", ALL_IDS, "m0@0-m9/10*"),
        ("<max>3</max>", "m0 m1 m2", "m0@0-m2/10"),
        ("<max>3</max><after>m2</after>", "m3 m4 m5", "m3@3-m5/10"),
        ("<max>3</max><after>m6</after>", "m7 m8 m9", "m7@7-m9/10*"),
        ("<max>3</max><after>m9</after>", "", "/10*"),
        ("<max>3</max><before/>", "m7 m8 m9", "m7@7-m9/10"),
        ("<max>3</max><before>m7</before>", "m4 m5 m6", "m4@4-m6/10"),
        ("<max>3</max><before>m2</before>", "m0 m1", "m0@0-m1/10*"),
        ("<max>3</max><before>m0</before>", "", "/10*"),
        ("<max>0</max>", "", "/10"),
        ("<max>2</max><index>4</index>", "m4 m5", "m4@4-m5/10"),
        ("<max>2</max><index>40</index>", "", "/10*"),
        ("<max>9</max><after>m1</after><before>m4</before>", "m2 m3", "m2@2-m3/10*"),
    ],
)
def test_a_page_is_what_was_asked_for(paging: str, ids: str, fin: str) -> None:
    """XEP-0059 2: forwards, backwards, the last page, by index, the count alone."""
    assert ask(query(paging=paging)) == (ids, fin)


@pytest.mark.parametrize(
    ("fields", "ids"),
    [
        (field("with", "b@x"), "m2 m5 m8"),
        (field("with", "a@x"), "m0 m1 m3 m4 m6 m7 m9"),
        (field("with", "a@x/2"), "m1 m4 m7"),
        (field("start", "2027-01-15T08:00:07Z"), "m7 m8 m9"),
        (field("end", "2027-01-15T08:00:02Z"), "m0 m1 m2"),
        (field("end", "2027-01-15T09:00:02+01:00"), "m0 m1 m2"),
        (field("start", "2027-01-15T08:00:02Z") + field("end", "2027-01-15T08:00:02Z"), "m2"),
        (field("after-id", "m7"), "m8 m9"),
        (field("before-id", "m2"), "m0 m1"),
        (field("after-id", "m3") + field("before-id", "m6"), "m4 m5"),
        (field("ids", "m8", "m2"), "m2 m8"),
        (field("with", "c@x"), ""),
    ],
)
def test_a_filter_leaves_what_matches(fields: str, ids: str) -> None:
    """XEP-0313 4.1: both bounds of time are inclusive, a bare JID matches its resources, order is the archive's."""
    assert ask(query(fields=fields))[0] == ids


@pytest.mark.parametrize(
    ("text", "condition"),
    [
        (query(fields=field("before-id", "nope")), "item-not-found"),
        (query(fields=field("ids", "m1", "nope")), "item-not-found"),
        (query(paging="<after>nope</after>"), "item-not-found"),
        (query(paging="<before>nope</before>"), "item-not-found"),
        (query(fields=field("colour", "red")), "feature-not-implemented"),
        (query(fields=field("with", "@")), "bad-request"),
        (query(fields=field("start", "yesterday")), "bad-request"),
        (query(fields=field("start", "2027-01-15T08:00:00")), "bad-request"),
        (query(paging="<max>many</max>"), "bad-request"),
        (query(paging="<after/>"), "bad-request"),
        (query(fields=field("with", "a@x")).replace("urn:xmpp:mam:2</value>", "urn:x</value>"), "bad-request"),
    ],
)
def test_a_bad_query_says_what_is_bad(text: str, condition: str) -> None:
    """Unknown ids, unknown fields and unreadable values have different conditions."""
    with pytest.raises(mam.BadQuery) as caught:
        ask(text)
    assert caught.value.condition == condition


def test_paging_by_an_id_that_the_filter_leaves_out_works() -> None:
    """Ids are those of the archive, not only of the filtered set."""
    fields = field("with", "b@x")
    assert ask(query(fields=fields, paging="<max>1</max><after>m3</after>")) == ("m5", "m5@1-m5/3")


def test_an_empty_archive_is_a_complete_answer() -> None:
    """No match is no error: no results, count 0, complete."""
    assert ask(query(), []) == ("", "/0*")


def test_a_flipped_page_has_its_messages_the_other_way_round() -> None:
    """<flip-page/> turns the messages, first and last stay in the order of the archive."""
    assert ask(query(paging="<max>3</max>", more="<flip-page/>")) == ("m2 m1 m0", "m0@0-m2/10")


def test_a_result_holds_the_message_as_it_came() -> None:
    """queryid is echoed, the id is the archive's, the delay is the time of receipt."""
    (message,), _ = mam.answer(parse(query(fields=field("ids", "m1"))), ENTRIES)
    assert render(message) == (
        '<message><result xmlns="urn:xmpp:mam:2" queryid="q" id="m1"><forwarded xmlns="urn:xmpp:forward:0">'
        '<delay xmlns="urn:xmpp:delay" stamp="2027-01-15T08:00:01Z"/>'
        '<message xmlns="jabber:client"><body>1</body></message></forwarded></result></message>'
    )


def test_the_form_lists_the_six_fields() -> None:
    """XEP-0313 4.1.5: types as demanded, ids open, nothing required."""
    form = render(mam.form())
    assert [v for v in mam.FIELDS if f'var="{v}"' in form] == list(mam.FIELDS)
    assert 'type="jid-single" var="with"' in form
    assert '<validate xmlns="http://jabber.org/protocol/xdata-validate" datatype="xs:string"><open/></validate>' in form
    assert "required" not in form


def test_metadata_names_both_ends() -> None:
    """An empty archive has empty metadata."""
    assert render(mam.metadata([])) == '<metadata xmlns="urn:xmpp:mam:2"/>'
    assert render(mam.metadata(ENTRIES)) == (
        '<metadata xmlns="urn:xmpp:mam:2"><start id="m0" timestamp="2027-01-15T08:00:00Z"/>'
        '<end id="m9" timestamp="2027-01-15T08:00:09Z"/></metadata>'
    )


@given(some.integers(0, 30), some.integers(1, 7), some.booleans())
def test_paging_through_gives_everything_once(length: int, size: int, forwards: bool) -> None:
    """Whatever the size of a page and the direction, all pages together are the sequence."""
    items = [f"i{n}" for n in range(length)]
    order = {item: place for place, item in enumerate(items)}
    pages: list[list[str]] = []
    asked = rsm.Ask(size) if forwards else rsm.Ask(size, before="")
    while True:
        page = rsm.page(items, asked, key=str, order=order, at_most=100)
        pages.append(list(page.items))
        if page.complete:
            break
        edge = page.items[-1] if forwards else page.items[0]
        asked = rsm.Ask(size, after=edge) if forwards else rsm.Ask(size, before=edge)
    assert [item for found in (pages if forwards else pages[::-1]) for item in found] == items
