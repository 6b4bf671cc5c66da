"""The reference client tells history, messages, subjects, notices and forgeries apart: XEP-0045 7.2 to 8.1, 0359."""

from __future__ import annotations

import pytest

from .reference_payloads import NOT_ACCEPTABLE, REQUEST, codes
from .reference_stage import ROOM, USER, Stage, delay, presence, said, stanza_id, subject


def entering() -> Stage:
    s = Stage()
    s.do("join", nick="pistol")
    s.hear(presence("gower"), presence("pistol", 110))
    s.forget()
    return s


def flags(s: Stage) -> list[tuple[str, bool, str]]:
    return [(e["body"], e["history"], e["stamp"]) for e in s.named("message")]


def test_history_is_what_has_a_delay_before_the_subject() -> None:
    """Whoever the delay names, up to the subject; after it only the room's own delay counts."""
    s = entering()
    s.hear(said("gower", "1", more=delay(stamp="a")), said("gower", "2", more=delay("", stamp="b")), subject("War"))
    s.hear(said("gower", "3", more=delay("gower@x", stamp="c")), said("gower", "4", more=delay(stamp="d")))
    assert flags(s) == [("1", True, "a"), ("2", True, "b"), ("3", False, ""), ("4", True, "d")]


def test_history_ends_at_the_first_message_without_delay() -> None:
    """Some services never send a subject."""
    s = entering()
    s.hear(said("gower", "1"), said("gower", "2", more=delay("")))
    assert flags(s) == [("1", False, ""), ("2", False, "")]


def test_a_subject_is_a_subject_alone() -> None:
    """With body or thread it is none; the empty one is a value; a delay makes no difference."""
    s = Stage().join()
    s.hear(said("gower", "Hail", more="<subject>War</subject>"), subject("Peace", more="<thread>t</thread>"))
    assert s.named("subject") == [] and s.state()["subject"] == ""
    s.hear(subject("War", nick="gower", more=delay()), subject("", nick="gower"))
    assert [(e["subject"], e["nick"]) for e in s.named("subject")] == [("War", "gower"), ("", "gower")]


def test_what_has_no_body_is_no_message() -> None:
    """Chat states, markers, empty stanzas; but an empty body is a body."""
    s = Stage().join()
    s.hear(said("gower", more="<active xmlns='http://jabber.org/protocol/chatstates'/>"), said("gower"))
    assert s.events == []
    s.hear(said("gower", more="<body/>"))
    assert flags(s) == [("", False, "")]


def test_an_own_message_is_known_by_the_occupant_not_by_the_id() -> None:
    """Another's message with the same id is another's."""
    s = Stage().join()
    s.do("message", body="Hail", id="m1")
    s.hear(said("gower", "Boo", id_="m1"), said("pistol", "Hail!", id_="m1"))
    assert [(e["nick"], e["body"], e["self"]) for e in s.events] == [
        ("gower", "Boo", False), ("pistol", "Hail!", True),
    ]  # fmt: skip


def test_a_stanza_id_counts_only_by_the_room_and_where_it_is_announced() -> None:
    """The first of the wrong ones is passed over."""
    forged = stanza_id("no", by="mallory@x") + stanza_id("no", by=f"{ROOM}/gower")
    s, careful = Stage().join(), Stage().join("urn:example")
    s.hear(said("gower", "Hail", more=forged + stanza_id("yes", by=ROOM.upper())))
    careful.hear(said("gower", "1", more=stanza_id("s")), said("gower", "2", more=stanza_id("s")))
    assert [e["stanza_id"] for e in s.events] == ["yes"]
    assert [(e["body"], e["stanza_id"]) for e in careful.events] == [("1", ""), ("2", "")]


def test_an_error_belongs_to_the_message_that_was_sent() -> None:
    """Its echo is not shown; an error nobody asked for is left aside."""
    s = Stage().join()
    s.do("message", body="Hail", id="m1")
    s.forget()
    s.hear(*(said("", "Hail", id_=id_, kind="error", more=NOT_ACCEPTABLE) for id_ in ("m1", "m1", "other")))
    assert s.events == [{
        "event": "message_failed", "room": ROOM, "nick": "", "id": "m1", "condition": "not-acceptable",
        "type": "modify", "text": "no owner", "source": "api",
    }]  # fmt: skip


@pytest.mark.parametrize("kind", ["chat", "normal", "strange"])
def test_a_private_message_needs_no_x(kind: str) -> None:
    """From an occupant of a room where one is; an unknown type is normal."""
    s = Stage().join()
    s.hear(said("gower", "Psst", kind=kind))
    assert [(e["event"], e["nick"], e["body"]) for e in s.events] == [("private_message", "gower", "Psst")]


def test_messages_go_out_as_the_room_wants_them() -> None:
    """groupchat to the bare JID; chat with the empty x to the occupant; a subject without body."""
    s = Stage().join()
    s.do("message", body="Hail", id="m1")
    s.do("private_message", nick="gower", body="Psst", id="m2")
    s.do("set_subject", subject="")
    assert s.sent[-3:-1] == [
        f'<message to="{ROOM}" type="groupchat" id="m1"><body>Hail</body></message>',
        f'<message to="{ROOM}/gower" type="chat" id="m2"><body>Psst</body><x xmlns="{USER}"/></message>',
    ]
    assert "<subject/>" in s.sent[-1] and "<body" not in s.sent[-1]


def test_notices_come_from_the_room_alone() -> None:
    """Codes in an occupant's message are its own affair."""
    s = Stage().join()
    s.hear(said("gower", "Boo", more=codes(172)))
    assert [e["event"] for e in s.events] == ["message"]
    s.hear(said("", more=codes(104, 172, 999)))
    assert s.events[1:] == [{"event": "config_changed", "room": ROOM, "codes": [104, 172], "source": "api"}]
    assert "disco#info" in s.sent[-1]


def test_a_request_for_voice_is_no_message() -> None:
    """A form of the room; an occupant's is left aside."""
    s = Stage().join()
    s.hear(f"<message from='{ROOM}/gower'>{REQUEST}</message>", f"<message from='{ROOM}'>{REQUEST}</message>")
    assert s.events == [{
        "event": "voice_requested", "room": ROOM, "nick": "nym", "jid": "nym@x", "role": "participant",
        "source": "api",
    }]  # fmt: skip


STRANGE = (
    said("gower", "Hail").replace(ROOM, "elsewhere@c"),
    said("gower", "Hail", kind="headline"),
    said("", "Hail", kind="chat"),
    "<message type='groupchat'><body>x</body></message>",
    "<message from='gower@x/y' type='chat'><body>x</body></message>",
)


@pytest.mark.parametrize("stanza", STRANGE)
def test_what_is_not_of_a_room_where_one_is_is_left_aside(stanza: str) -> None:
    """Nothing is reported, and nothing is answered."""
    s = Stage().join()
    s.hear(stanza)
    assert s.log == []
