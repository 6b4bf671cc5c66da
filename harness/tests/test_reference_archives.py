"""The reference client reads archives and sets preferences: XEP-0313, XEP-0441."""

from __future__ import annotations

from .reference_stage import ROOM, Stage, submitted
from .reference_stimuli_requests import PREFS, fin, queryid, result


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
