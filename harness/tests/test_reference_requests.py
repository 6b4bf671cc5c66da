"""The reference client's requests, and its answers to those of others: XEP-0045 9 and 10, XEP-0004."""

from __future__ import annotations

from typing import Any

import pytest

from harness.drivers.reference.stanzas import parse

from .reference_payloads import FORM, NOT_ACCEPTABLE, owner_query
from .reference_stage import ROOM, Stage, submitted

ADMIN = "http://jabber.org/protocol/muc#admin"


def items(text: str) -> list[dict[str, str]]:
    return [dict(item.attrib) for item in parse(text).iter(f"{{{ADMIN}}}item")]


ORDERS: list[tuple[str, dict[str, Any], list[dict[str, str]]]] = [
    ("kick", {"nick": "gower"}, [{"nick": "gower", "role": "none"}]),
    ("set_role", {"nick": "gower", "role": "visitor"}, [{"nick": "gower", "role": "visitor"}]),
    ("ban", {"jid": "nym@x/y"}, [{"jid": "nym@x", "affiliation": "outcast"}]),
    ("set_affiliation", {"jid": "nym@x/y", "affiliation": "owner"}, [{"jid": "nym@x", "affiliation": "owner"}]),
    (
        "set_affiliations",
        {"items": [{"jid": "a@b", "affiliation": "none"}, {"jid": "c@d", "affiliation": "member", "nick": "cee"}]},
        [{"jid": "a@b", "affiliation": "none"}, {"jid": "c@d", "affiliation": "member", "nick": "cee"}],
    ),
    ("get_roles", {"role": "visitor"}, [{"role": "visitor"}]),
    ("get_affiliations", {"affiliation": "owner"}, [{"affiliation": "owner"}]),
]


@pytest.mark.parametrize(("verb", "args", "wanted"), ORDERS)
def test_roles_go_by_nickname_and_affiliations_by_bare_jid(
    verb: str, args: dict[str, Any], wanted: list[dict[str, str]]
) -> None:
    """Never both in one item, and only what changes."""
    s = Stage().join()
    s.do(verb, **args)
    assert items(s.sent[-1]) == wanted


def test_a_list_is_read_whole() -> None:
    """All items with all that they say."""
    s = Stage().join()
    seq = s.do("get_affiliations", affiliation="outcast")
    s.reply(f"<query xmlns='{ADMIN}'><item jid='a@b' affiliation='outcast'><reason>Theft</reason></item></query>")
    assert s.answers[seq]["items"] == [
        {"jid": "a@b", "nick": "", "role": "", "affiliation": "outcast", "reason": "Theft"}
    ]


def test_a_refused_order_says_why() -> None:
    """The condition, type and text of the room."""
    s = Stage().join()
    seq = s.do("kick", nick="gower")
    s.reply(NOT_ACCEPTABLE, kind="error")
    assert s.answers[seq]["error"] == {"condition": "not-acceptable", "type": "modify", "text": "no owner"}


def test_a_configuration_keeps_every_field_it_was_not_told_to_change() -> None:
    """Hidden, unknown and multi-valued ones too; fixed ones are no fields to submit."""
    s = Stage().join()
    seq = s.do("set_config", values={"muc#roomconfig_roomname": "Agincourt", "membersonly": False})
    s.reply(owner_query(FORM))
    assert submitted(s.sent[-1]) == {
        "FORM_TYPE": ["http://jabber.org/protocol/muc#roomconfig"], "token": ["t"],
        "muc#roomconfig_roomname": ["Agincourt"], "muc#roomconfig_roomsecret": ["crispin"],
        "muc#roomconfig_roomowners": ["a@b", "c@d"], "muc#roomconfig_membersonly": ["0"], "vendor#colour": ["red"],
    }  # fmt: skip
    s.reply()
    assert s.answers[seq] == {"seq": seq, "ok": True}


def test_a_refused_configuration_can_be_corrected() -> None:
    """The text of the refusal comes through, and a second submission goes out."""
    s = Stage().join()
    for _ in range(2):
        seq = s.do("set_config", values={"roomname": "Agincourt"})
        s.reply(owner_query(FORM))
        s.reply(NOT_ACCEPTABLE, kind="error")
        assert s.answers[seq]["error"]["text"] == "no owner"


@pytest.mark.parametrize("query", [owner_query(""), owner_query("<x xmlns='jabber:x:data' type='result'/>")])
def test_nothing_to_configure_is_no_form_to_make_up(query: str) -> None:
    """An empty answer, or a form of another type."""
    s = Stage().join()
    seq = s.do("set_config", values={"roomname": "Agincourt"})
    s.reply(query)
    assert s.answers[seq]["error"]["condition"] == "item-not-found" and "submit" not in s.sent[-1]


def test_fields_are_read_by_their_type() -> None:
    """Booleans of 1 and true, lists, and unknown types as text."""
    s = Stage().join()
    seq = s.do("get_config")
    s.reply(owner_query(FORM))
    values = {f["var"]: f["value"] for f in s.answers[seq]["fields"]}
    assert values["muc#roomconfig_membersonly"] is True
    assert values["muc#roomconfig_roomowners"] == ["a@b", "c@d"]
    assert values["vendor#colour"] == "red"


ASKED = {
    "<ping xmlns='urn:xmpp:ping'/>": "result",
    "<query xmlns='http://jabber.org/protocol/disco#info' node='n'/>": "result",
    "<query xmlns='urn:example'/>": "error",
}


@pytest.mark.parametrize(("payload", "kind"), ASKED.items())
def test_every_request_is_answered_where_it_came_from(payload: str, kind: str) -> None:
    """Also through the room, with the same id."""
    s = Stage().join()
    s.hear(f"<iq type='get' id='q1' from='{ROOM}/gower'>{payload}</iq>")
    answer = parse(s.sent[-1])
    assert (answer.get("type"), answer.get("id"), answer.get("to")) == (kind, "q1", f"{ROOM}/gower")
    assert ("node" in payload) is ('node="n"' in s.sent[-1])


def test_errors_and_results_are_never_answered() -> None:
    """An answer to a question that nobody asked is left aside."""
    s = Stage().join()
    s.hear(f"<iq type='result' id='no' from='{ROOM}'/>", f"<iq type='error' id='no' from='{ROOM}'/>")
    assert s.log == []


def test_a_reserved_nickname_is_one_under_its_node() -> None:
    """The name of the room is none."""
    s = Stage()
    for node, nick in (("", ""), (" node='x-roomuser-item'", "thirdwitch")):
        seq = s.do("reserved_nick")
        s.reply(f"<query xmlns='http://jabber.org/protocol/disco#info'{node}><identity name='thirdwitch'/></query>")
        assert s.answers[seq]["nick"] == nick


def test_who_is_registered_submits_nothing() -> None:
    """The nickname that is registered is told instead."""
    s = Stage()
    seq = s.do("register", nick="pistol")
    s.reply("<query xmlns='jabber:iq:register'><registered/><username>ancient</username></query>")
    assert s.answers[seq]["nick"] == "ancient" and len(s.sent) == 1


def test_a_verb_that_nobody_has_is_unsupported() -> None:
    """The driver answers honestly."""
    s = Stage()
    assert s.answers[s.do("dance")]["unsupported"] is True
