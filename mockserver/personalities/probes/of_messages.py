"""Probes of what is said, remembered and announced."""

from __future__ import annotations

import re

from mockserver.muc.namespaces import NS_CLIENT, NS_DELAY, NS_SID
from mockserver.muc.xml import Element

from .story import (
    MUC,
    OPEN,
    ROOM,
    Given,
    Heard,
    bodies,
    come,
    config,
    deep,
    invite,
    probe,
    say,
    subject,
    subjects,
)  # fmt: skip

PISTOL = come("pistol")
ACTIVE = "<active xmlns='http://jabber.org/protocol/chatstates'/>"


@probe("gives-ids", OPEN, say("fluellen", id=""))
def gives_ids(heard: Heard, given: Given) -> bool:
    (said,) = bodies(heard["fluellen"])
    return said.get("id") != ""


@probe("said-without-id", OPEN, say("fluellen"))
def said_without_id(heard: Heard, given: Given) -> bool:
    (said,) = bodies(heard["fluellen"])
    return not said.has("id")


@probe("plain-subjects", OPEN, subject("fluellen", "The breach"))
def plain_subjects(heard: Heard, given: Given) -> bool:
    (said,) = subjects(heard["fluellen"])
    return not said.has("id") and [c.name for c in said.elements()] == ["subject"]


@probe("subject-without-stamp", OPEN, subject("fluellen", "The breach"), PISTOL)
def subject_without_stamp(heard: Heard, given: Given) -> bool:
    (told,) = subjects(heard["pistol"])
    return next(deep(told, "subject")).text == "The breach" and told.find("delay", NS_DELAY) is None


@probe("no-subject-for-newcomers", OPEN, PISTOL)
def no_subject_for_newcomers(heard: Heard, given: Given) -> bool:
    return bool(heard["pistol"]) and not subjects(heard["pistol"])


@probe("empty-subject-with-a-body", OPEN, PISTOL)
def empty_subject_with_a_body(heard: Heard, given: Given) -> bool:
    (told,) = subjects(heard["pistol"])
    body = told.find("body", NS_CLIENT)
    return body is not None and body.text == ""


@probe("name-for-a-subject", come("fluellen"), config("fluellen", roomname="The breach"), PISTOL)
def name_for_a_subject(heard: Heard, given: Given) -> bool:
    (told,) = subjects(heard["pistol"])
    return next(deep(told, "subject")).text == "The breach"


@probe("marked-as-archived", OPEN, say("fluellen"))
def marked_as_archived(heard: Heard, given: Given) -> bool:
    (said,) = bodies(heard["fluellen"])
    marks, ids = said.find("archived", given["namespace"]), said.find("stanza-id", NS_SID)
    return marks is not None and ids is not None and marks.get("id") == ids.get("id")


@probe("ids-of-others-made-up", OPEN, PISTOL, say("pistol"))
def ids_of_others_made_up(heard: Heard, given: Given) -> bool:
    mine, others = bodies(heard["pistol"]), bodies(heard["fluellen"])
    return mine[0].get("id") == "said" and others[0].get("id") not in ("", "said")


@probe("history-without-ids", OPEN, say("fluellen"), PISTOL)
def history_without_ids(heard: Heard, given: Given) -> bool:
    (told,) = bodies(heard["pistol"])
    return not told.has("id") and {c.name for c in told.elements()} == {"body", "delay"}


@probe("a-message-a-line", OPEN, say("fluellen", "Once more\nunto the breach"))
def a_message_a_line(heard: Heard, given: Given) -> bool:
    said = bodies(heard["fluellen"])
    return [next(deep(s, "body")).text for s in said] == ["Once more", "unto the breach"]


@probe("only-bodies", OPEN, say("fluellen", more=ACTIVE))
def only_bodies(heard: Heard, given: Given) -> bool:
    (said,) = bodies(heard["fluellen"])
    return "active" not in {c.name for c in said.elements()}


@probe(
    "whispers-from-elsewhere", OPEN, PISTOL,
    ("fluellen", f"<message to='{ROOM}/pistol' type='chat' id='w'><body>Hark</body></message>"),
)  # fmt: skip
def whispers_from_elsewhere(heard: Heard, given: Given) -> bool:
    return [s.get("from") for s in heard["pistol"]] == [f"fluellen%{given['host']}@{MUC}"]


def _stamps(heard: Heard, name: str = "delay") -> list[Element]:
    return [c for s in bodies(heard["pistol"]) for c in s.elements() if c.name == name]


@probe(
    "history-stamped-by-occupants", come("fluellen"), config("fluellen", whois="moderators"), say("fluellen"), PISTOL
)
def history_stamped_by_occupants(heard: Heard, given: Given) -> bool:
    return [stamp.get("from") for stamp in _stamps(heard)] == [f"{ROOM}/fluellen"]


@probe("stamps-to-the-microsecond", OPEN, say("fluellen"), PISTOL)
def stamps_to_the_microsecond(heard: Heard, given: Given) -> bool:
    return [bool(re.search(r"\.\d{6}Z$", stamp.get("stamp"))) for stamp in _stamps(heard)] == [True]


@probe("old-stamps", OPEN, say("fluellen"), PISTOL)
def old_stamps(heard: Heard, given: Given) -> bool:
    old = [x for x in _stamps(heard, "x") if x.uri == "jabber:x:delay"]
    return [bool(re.fullmatch(r"\d{8}T\d\d:\d\d:\d\d", x.get("stamp"))) for x in old] == [True] and not _stamps(heard)


@probe("invitations-with-a-body", OPEN, ("gower", "<presence/>"), invite("fluellen", "gower"))
def invitations_with_a_body(heard: Heard, given: Given) -> bool:
    (told,) = heard["gower"]
    body = told.find("body", NS_CLIENT)
    return body is not None and ROOM in body.text


@probe("switch legacy_invitations", OPEN, ("gower", "<presence/>"), invite("fluellen", "gower"))
def legacy_invitations(heard: Heard, given: Given) -> bool:
    (told,) = heard["gower"]
    old = told.find("x", "jabber:x:conference")
    return old is not None and old.get("jid") == ROOM
