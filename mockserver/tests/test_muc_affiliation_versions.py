"""Claims about affiliations by versions (XEP-0463)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from .rooms import Stage

MAV = "urn:xmpp:muc:affiliations:1"


def field() -> Stage:
    """A room in which everybody sees addresses; henry is owner, gower and pistol members."""
    stage = Stage()
    stage.open(config={"whois": "anyone"}, gower="member", pistol="member", exeter="admin")
    return stage


def join(stage: Stage, who: str, since: str | None = None) -> list[str]:
    """A join that asks for affiliations."""
    version = "" if since is None else f" since='{since}'"
    return stage.join(who, inside=f"<mav xmlns='{MAV}'{version}/>")


def change(stage: Stage, user: str, affiliation: str, by: str = "henry") -> list[str]:
    return stage.admin(by, f"<item jid='{user}@mucspec.invalid' affiliation='{affiliation}'/>")


def listed(line: str) -> dict[str, str]:
    """The users of a list and their affiliations."""
    return {user: held for held, user in re.findall("([a-z]+)/(?:none)? jid=([a-z]+)", line)}


def versions(line: str) -> tuple[str, str]:
    """The versions `since` and `until` that a line shows."""
    mav = line.partition(f'<mav xmlns="{MAV}"')[2].partition("/>")[0]
    since, until = (re.search(f' {name}="([^"]*)"', mav) for name in ("since", "until"))
    return since[1] if since else "", until[1] if until else ""


def own(told: list[str]) -> str:
    """The self-presence."""
    return next(line for line in told if " 110" in line)


def test_a_first_request_is_answered_before_any_presence() -> None:
    """With all affiliations and the latest version, which the self-presence repeats."""
    stage = field()
    stage.join("henry")
    told = join(stage, "gower")
    assert told[0].startswith("gower/1 <- message from=harfleur@muc user(")
    assert listed(told[0]) == {"henry": "owner", "gower": "member", "pistol": "member", "exeter": "admin"}
    since, until = versions(told[0])
    assert (since, versions(own(told))) == ("", ("", until))
    assert until
    assert not any("<message" in line for line in told[1:-1])


def test_who_does_not_ask_hears_nothing_of_it() -> None:
    """Neither in a message nor in presence; and nobody sees that somebody else asked."""
    stage = field()
    stage.join("henry")
    assert not any("mav" in line for line in stage.join("gower"))
    told = join(stage, "pistol")
    assert not any("mav" in line for line in told if not line.startswith("pistol/1 "))


def test_a_client_that_is_up_to_date_gets_no_list() -> None:
    """Only the version in its self-presence."""
    stage = field()
    until = versions(own(join(stage, "gower")))[1]
    stage.leave("gower")
    told = join(stage, "gower", until)
    assert told[0].startswith("gower/1 <- presence")
    assert versions(own(told)) == ("", until)


def test_a_client_gets_what_changed_since_its_version() -> None:
    """Each user once, with the affiliation of now, and both versions."""
    stage = field()
    old = versions(own(join(stage, "gower")))[1]
    stage.leave("gower")
    for affiliation in ("admin", "none"):
        change(stage, "pistol", affiliation)
    change(stage, "bates", "member")
    told = join(stage, "gower", old)
    assert listed(told[0]) == {"pistol": "none", "bates": "member"}
    since, until = versions(told[0])
    assert since == old
    assert versions(own(told)) == ("", until)
    assert until != old


def test_a_version_that_never_was_gets_the_whole_list() -> None:
    """Without `since` in the answer."""
    told = join(field(), "gower", "no-such-version")
    assert versions(told[0])[0] == ""
    assert len(listed(told[0])) == 4


def test_nobody_learns_of_a_past_that_was_never_theirs() -> None:
    """A version that another user was told of is refused; the join goes on."""
    stage = field()
    old = versions(own(join(stage, "gower")))[1]
    change(stage, "bates", "member")
    told = join(stage, "pistol", old)
    assert told[0] == "pistol/1 <- message from=harfleur@muc type=error error(auth forbidden)"
    assert " 110" in own(told)


@pytest.mark.parametrize(("who", "may"), [("exeter", True), ("gower", False), ("nym", False)])
def test_lists_are_for_those_who_may_ask_for_them(who: str, may: bool) -> None:
    """In a room that hides addresses: admins. Everybody else gets an error, with the id of the join."""
    stage = field()
    stage.configure("henry", whois="moderators")
    told = stage.hear(who, f"<presence id='j' to='harfleur@muc/{who}'><x xmlns='http://jabber.org/protocol/muc'>"
                      f"<mav xmlns='{MAV}'/></x></presence>")  # fmt: skip
    first = told[0].stanza
    assert (first.name, first.get("type"), first.get("id")) == ("message", "" if may else "error", "" if may else "j")


def test_outcasts_look_like_nobody_to_those_who_may_not_see_them() -> None:
    """An admin sees the ban, a member only that there is no affiliation any more."""
    stage = field()
    old = {who: versions(own(join(stage, who)))[1] for who in ("gower", "exeter")}
    for who in old:
        stage.leave(who)
    change(stage, "pistol", "outcast")
    seen = {who: listed(join(stage, who, version)[0]) for who, version in old.items()}
    assert seen == {"gower": {"pistol": "none"}, "exeter": {"pistol": "outcast"}}


# changes


def test_a_change_is_broadcast_with_both_versions() -> None:
    """Each change makes a new version, the end of one is the beginning of the next."""
    stage = field()
    stage.join("pistol")
    first = versions(own(join(stage, "gower")))[1]
    presences = [line for line in change(stage, "pistol", "admin") if "<- presence" in line]
    assert len(presences) == 2
    (pair,) = {versions(line) for line in presences}
    assert pair[0] == first
    (after,) = {versions(line) for line in change(stage, "pistol", "member") if "<- presence" in line}
    assert after[0] == pair[1]
    assert len({first, pair[1], after[1]}) == 3


def test_a_change_of_an_absent_user_is_told_in_a_message() -> None:
    """To those who take part; the others hear nothing, as ever."""
    stage = field()
    stage.join("pistol")
    first = versions(own(join(stage, "gower")))[1]
    (told,) = [line for line in change(stage, "bates", "member") if "message" in line]
    assert told.startswith("gower/1 <- message from=harfleur@muc user(")
    assert "member/none jid=bates" in told
    assert versions(told)[0] == first


def test_a_ban_of_an_absent_user_is_told_to_each_as_it_may_be_seen() -> None:
    """To admins as what it is, to members as the loss of an affiliation."""
    stage = field()
    join(stage, "exeter")
    join(stage, "gower")
    told = [line for line in change(stage, "pistol", "outcast") if "message" in line]
    assert [re.sub("<mav.*/> ", "", line) for line in told] == [
        "exeter/1 <- message from=harfleur@muc user(outcast/none jid=pistol)",
        "gower/1 <- message from=harfleur@muc user(none/none jid=pistol)",
    ]


def test_a_service_that_tells_everybody_of_absent_users_says_the_versions() -> None:
    """There is one message then, not two."""
    stage = field()
    stage.service.switches = replace(stage.service.switches, tells_of_absent_users=True)
    stage.join("pistol")
    join(stage, "gower")
    (told,) = [line for line in change(stage, "bates", "member") if "message" in line]
    assert told.startswith("pistol/1 gower/1 <- message")
    assert all(versions(told))


def test_a_presence_that_is_not_broadcast_needs_a_message() -> None:
    """Where the room hides participants, whoever takes part still hears of the change."""
    stage = field()
    stage.configure("henry", presencebroadcast=["moderator"])
    stage.join("pistol")
    join(stage, "gower")
    told = change(stage, "pistol", "none")
    assert any(line.startswith("gower/1 <- message") and "none/none jid=pistol" in line for line in told)


def test_who_joins_again_without_asking_takes_part_no_more() -> None:
    """The latest join counts."""
    stage = field()
    join(stage, "gower")
    stage.join("gower")
    assert not any("mav" in line for line in change(stage, "bates", "member"))


def test_rooms_announce_versions_and_can_do_without() -> None:
    """The room, not the service; left out, the request is not noticed."""
    ask = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
    stage = field()
    assert f'<feature var="{MAV}"/>' in stage.ask("nym", ask)[0]
    assert MAV not in stage.ask("nym", ask, to="conference.mucspec.invalid")[0]
    stage = Stage(without=("affiliation-versions",))
    stage.open(gower="member")
    assert not any("mav" in line for line in join(stage, "gower"))
