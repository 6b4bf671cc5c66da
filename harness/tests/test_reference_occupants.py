"""The reference client knows who is in the room, and how everybody went: XEP-0045 7 to 11, XEP-0421."""

from __future__ import annotations

import pytest

from .reference_stage import ROOM, USER, Stage, gone, occupant_id, presence, said

WHY = "<actor nick='Fluellen'/><reason>Avaunt!</reason>"
EXITS = {
    (110,): "left", (110, 301): "banned", (110, 307): "kicked", (110, 321): "affiliation_changed",
    (110, 322): "members_only", (110, 332): "shutdown", (110, 333): "desync", (110, 307, 333): "desync",
    (301,): "banned", (): "left",
}  # fmt: skip


@pytest.mark.parametrize(("codes", "cause"), EXITS.items())
def test_every_way_out_is_told_apart(codes: tuple[int, ...], cause: str) -> None:
    """Own exits, with 110 or only by the own nickname; 333 beats 307."""
    s = Stage().join()
    s.hear(gone("pistol", *codes, inside=WHY))
    assert s.events == [{
        "event": "left", "room": ROOM, "nick": "pistol", "cause": cause, "alternate": "", "actor": "Fluellen",
        "reason": "Avaunt!", "codes": list(codes), "source": "api",
    }]  # fmt: skip
    assert s.state()["joined"] is False


@pytest.mark.parametrize("codes", [(), (110,)])
def test_a_destroyed_room_says_where_one_meets_instead(codes: tuple[int, ...]) -> None:
    """With 110 or without."""
    s = Stage().join()
    end = f"<destroy xmlns='{USER}' jid='agincourt@c'><reason>Won</reason></destroy></x>"
    s.hear(gone("pistol", *codes).replace("</x>", end))
    (event,) = s.events
    assert (event["cause"], event["alternate"], event["reason"]) == ("destroyed", "agincourt@c", "Won")


def test_a_destroy_element_of_an_occupant_destroys_nothing() -> None:
    """Neither in available nor in unavailable presence of another."""
    s = Stage().join(others=("gower", "nym"))
    forged = f"<destroy xmlns='{USER}'/></x>"
    s.hear(presence("gower").replace("</x>", forged), gone("nym").replace("</x>", forged))
    assert s.state()["joined"] and s.named("left") == []


def test_others_are_told_apart_as_well() -> None:
    """A kick is no leaving; who did it and why is told."""
    s = Stage().join()
    s.hear(gone("gower", 307, inside=WHY))
    (event,) = s.events
    assert (event["event"], event["cause"], event["actor"], event["reason"]) == (
        "occupant_left", "kicked", "Fluellen", "Avaunt!",
    )  # fmt: skip
    assert s.nicks() == ["pistol"]


def test_303_is_a_rename_and_keeps_who_it_is() -> None:
    """Role, affiliation and identity stay; nobody leaves or comes."""
    s = Stage().join()
    before = s.state()["occupants"][0]
    s.hear(gone("gower", 303, nick="nym"))
    assert {**before, "nick": "nym"} in s.state()["occupants"]
    s.hear(presence("nym", more=occupant_id("gower")))
    assert [e["event"] for e in s.events] == ["renamed"] and s.events[0]["self"] is False


def test_new_roles_and_affiliations_are_told_with_actor_and_reason() -> None:
    """For others and for oneself."""
    s = Stage().join()
    s.hear(presence("gower", role="visitor", inside=WHY), presence("pistol", 110, affiliation="admin"))
    role, affiliation = s.events
    assert (role["event"], role["role"], role["self"], role["actor"]) == ("role_changed", "visitor", False, "Fluellen")
    assert (affiliation["event"], affiliation["affiliation"], affiliation["self"]) == (
        "affiliation_changed", "admin", True,
    )  # fmt: skip
    assert s.state()["affiliation"] == "admin"


def test_availability_is_told() -> None:
    """show and status of somebody who was there before."""
    s = Stage().join()
    s.hear(presence("gower", more="<show>away</show><status>Asleep</status>"))
    assert (s.events[0]["show"], s.events[0]["status"]) == ("away", "Asleep")


def test_an_absent_user_gets_an_affiliation_without_becoming_an_occupant() -> None:
    """A message of the room with an item and no body."""
    s = Stage().join()
    s.hear(
        f"<message from='{ROOM}'><x xmlns='{USER}'><item jid='nym@x' affiliation='member' role='none'/></x></message>"
    )
    (event,) = s.events
    assert (event["event"], event["jid"], event["affiliation"]) == ("affiliation_changed", "nym@x", "member")
    assert s.nicks() == ["gower", "pistol"]


def test_occupant_ids_count_only_where_the_room_announces_them() -> None:
    """In messages, events and the snapshot."""
    trusting, careful = Stage().join(), Stage().join("urn:example")
    for s in (trusting, careful):
        s.hear(said("gower", "Hail", more=occupant_id("gower")))
    assert trusting.events[0]["occupant_id"] == "id-of-gower"
    assert trusting.state()["occupants"][0]["occupant_id"] == "id-of-gower"
    assert careful.events[0]["occupant_id"] == careful.state()["occupants"][0]["occupant_id"] == ""


STRANGE = (
    presence("").replace(f"{ROOM}/", ROOM),
    presence("nym", kind="subscribe"),
    presence("nym", kind="probe"),
    presence("nym", kind="unavailable"),
    presence("nym").replace(ROOM, "elsewhere@c"),
    "<presence from='gower@x/y'/>",
    "<presence/>",
    "<foo xmlns='urn:example'/>",
)


@pytest.mark.parametrize("stanza", STRANGE)
def test_what_is_no_occupants_presence_is_left_aside(stanza: str) -> None:
    """Of the room itself, of subscriptions, of strangers, of rooms where one is not."""
    s = Stage().join()
    s.hear(stanza)
    assert s.log == [] and s.nicks() == ["gower", "pistol"]


def test_unknown_codes_and_elements_do_no_harm() -> None:
    """The rest of the stanza counts."""
    s = Stage()
    s.do("join", nick="pistol")
    s.hear(presence("pistol", 999, 110, more="<foo xmlns='urn:x'/>").replace("code='999'", "code='many'"))
    assert s.state()["joined"] and s.named("joined")[0]["codes"] == [110]
