"""The reference client's requests, and its answers to those of others: XEP-0045 9 and 10, 0004, 0249, 0313, 0441."""

from __future__ import annotations

from typing import Any

import pytest

from harness.drivers.reference.stanzas import parse

from .reference_stage import ROOM, Stage
from .reference_stimuli import (
    DECLINE,
    DIRECT,
    FORM,
    INVITE,
    NOT_ACCEPTABLE,
    PREFS,
    fin,
    message,
    owner_query,
    queryid,
    result,
)

ADMIN = "http://jabber.org/protocol/muc#admin"


def submitted(text: str) -> dict[str, list[str]]:
    """The fields of the form in a stanza."""
    data = "{jabber:x:data}"
    fields = parse(text).iter(f"{data}field")
    return {f.get("var", ""): [v.text or "" for v in f.iter(f"{data}value")] for f in fields}


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


def test_a_mediated_invitation_names_the_inviter_inside() -> None:
    """The room is the sender; both payloads in one message are one invitation."""
    s = Stage()
    s.hear(message(INVITE + DIRECT))
    assert s.events == [{
        "event": "invited", "room": ROOM, "inviter": "henry@x", "mode": "mediated", "thread": "t1",
        "reason": "Once more", "password": "crispin", "source": "api",
    }]  # fmt: skip


def test_a_direct_invitation_names_the_room_inside() -> None:
    """The inviter is the sender; declining it sends nothing."""
    s = Stage()
    s.hear(message(DIRECT, sender="henry@x/y"))
    s.do("decline", jid="henry@x")
    (event,) = s.events
    assert (event["room"], event["inviter"], event["mode"]) == (ROOM, "henry@x", "direct") and s.sent == []


NO_INVITATIONS = (
    message(INVITE, sender=f"{ROOM}/mallory"),
    message(INVITE, kind="error"),
    message(INVITE.replace("from=", "to=")),
    message("<x xmlns='jabber:x:conference'/>", sender="henry@x"),
    message("<x xmlns='jabber:x:conference' jid='@@'/>", sender="henry@x"),
)


@pytest.mark.parametrize("stanza", NO_INVITATIONS)
def test_what_is_no_invitation_is_not_taken_for_one(stanza: str) -> None:
    """Forged, echoed, or naming no room."""
    s = Stage()
    s.hear(stanza)
    assert s.log == []


def test_one_is_invited_once_and_not_to_where_one_is() -> None:
    """Until one joins or declines, further invitations are the same one."""
    s = Stage()
    s.hear(message(INVITE), message(DIRECT, sender="henry@x/y"))
    assert len(s.events) == 1
    s.join()
    s.hear(message(DIRECT, sender="henry@x/y"))
    assert s.events == []


def test_invitations_and_refusals_go_the_right_way() -> None:
    """Mediated ones to the room, direct ones to the invited, refusals to the room."""
    s = Stage().join()
    s.do("invite", jid="nym@x", mode="mediated", reason="Come", thread="t1")
    s.do("invite", jid="nym@x", mode="direct", reason="Come", password="crispin")
    s.do("decline", jid="henry@x")
    assert [parse(text).get("to") for text in s.sent[-3:]] == [ROOM, "nym@x", ROOM]
    s.hear(message(DECLINE))
    assert (s.events[0]["jid"], s.events[0]["reason"]) == ("gower@x", "Busy")


def test_an_archive_is_read_to_its_end() -> None:
    """Page after page with the same filter; foreign, unasked and late results are not taken."""
    s = Stage().join()
    seq = s.do("query_archive", room=ROOM, start="2026-01-01T01:00:00+01:00")
    mine = queryid(s)
    assert submitted(s.sent[-1])["start"] == ["2026-01-01T00:00:00Z"]
    s.hear(result(mine, "a1"), result("other", "a2"), result(mine, "a3", sender=f"{ROOM}/gower"))
    s.reply(fin(first="a1", last="a1"))
    assert "<after>a1</after>" in s.sent[-1] and submitted(s.sent[-1])["start"]
    s.hear(result(mine, "a4"))
    s.reply(fin(complete=True, first="a4", last="a4"))
    s.hear(result(mine, "a5"))
    answer = s.answers[seq]
    assert [m["stanza_id"] for m in answer["messages"]] == ["a1", "a4"]
    assert (answer["complete"], answer["first"], answer["last"], answer["count"]) == (True, "a1", "a4", None)
    assert answer["messages"][0]["nick"] == "gower" and answer["messages"][0]["stamp"] == "1415"


def test_an_empty_page_ends_an_archive() -> None:
    """Some servers never say complete."""
    s = Stage().join()
    seq = s.do("query_archive", room=ROOM)
    s.reply(fin())
    assert s.answers[seq]["complete"] is True


def test_older_pages_go_in_front() -> None:
    """Read backwards, the order is still from old to new."""
    s = Stage().join()
    seq = s.do("query_archive", room=ROOM, before="")
    s.hear(result(queryid(s), "a2"))
    s.reply(fin(first="a2", last="a2"))
    assert "<before>a2</before>" in s.sent[-1]
    s.hear(result(queryid(s), "a1"))
    s.reply(fin(complete=True, first="a1", last="a1"))
    answer = s.answers[seq]
    assert ([m["stanza_id"] for m in answer["messages"]], answer["first"], answer["last"]) == (["a1", "a2"], "a1", "a2")


def test_with_max_an_archive_gives_one_page() -> None:
    """The caller asks for the next one."""
    s = Stage().join()
    seq = s.do("query_archive", room=ROOM, max=1)
    s.hear(result(queryid(s), "a1"))
    s.reply(fin(first="a1", last="a1"))
    assert (s.answers[seq]["complete"], s.answers[seq]["last"]) == (False, "a1")


def test_preferences_are_those_that_were_answered() -> None:
    """All three parts go out each time, lists that were not given as they are."""
    s = Stage()
    seq = s.do("set_archive_preferences", default="never", always=["gower@x"])
    s.reply(PREFS, sender=None)
    assert 'default="never"' in s.sent[-1] and s.sent[-1].count("<jid>") == 2
    s.reply(PREFS, sender="pistol@mucspec.invalid")
    assert s.answers[seq] == {"seq": seq, "ok": True, "default": "always", "always": [], "never": ["nym@x"]}


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
