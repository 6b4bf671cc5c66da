"""Claims about hats and the ad-hoc commands that hand them out (XEP-0317, XEP-0050)."""

from __future__ import annotations

import re

import pytest

from mockserver.muc.hats import Hat, Rack
from mockserver.muc.namespaces import NS_COMMANDS
from mockserver.muc.xml import render

from .rooms import HARFLEUR, Stage, form, lines, user

HATS = "urn:xmpp:hats:0"
COMMANDS = f"{HATS}:commands"
HERALD = "urn:hat:herald"
INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
SHOWN = f'<hats xmlns="{HATS}"><hat title="Herald" uri="{HERALD}" hue="120"/></hats>'


def field() -> Stage:
    """Henry owns the room, exeter is admin, pistol and gower are inside."""
    stage = Stage()
    stage.open("pistol", "gower", exeter="admin", bates="member", nym="outcast")
    return stage


def command(stage: Stage, name: str, who: str = "henry", more: str = "", **values: str) -> list[str]:
    """An ad-hoc command, with a submitted form where there are values."""
    inside = form(COMMANDS, {f"hats#{k}": v for k, v in values.items()}) if values else ""
    payload = f"<command xmlns='http://jabber.org/protocol/commands' node='{COMMANDS}:{name}'{more}>{inside}</command>"
    return stage.send(who, f"<iq id='q' type='set' to='harfleur@muc'>{payload}</iq>")


def herald(stage: Stage, who: str = "pistol") -> list[str]:
    """The hat is made and given."""
    command(stage, "create", title="Herald", uri=HERALD, hue="120")
    return command(stage, "assign", jid=f"{who}@mucspec.invalid", uri=HERALD)


def status(told: list[str]) -> str:
    found = re.search(r'<command [^>]* status="([a-z]+)"', told[0])
    return found[1] if found else told[0].partition(" error(")[2].rstrip(")")


# presence


def test_a_hat_is_shown_in_the_presence_of_who_wears_it() -> None:
    """Everybody hears of it, the wearer included; the admin gets the result first."""
    stage = field()
    told = herald(stage)
    assert status(told) == "completed"
    assert [line.partition(" <- ")[0] for line in told] == ["henry/1", "gower/1", "pistol/1"]
    assert all(line.endswith(SHOWN) for line in told[1:])


def test_newcomers_see_the_hats_and_bring_their_own() -> None:
    """Hats belong to users: whoever comes back still wears them; messages do not show them."""
    stage = field()
    herald(stage, "bates")
    joined = stage.join("bates")
    assert [SHOWN in line for line in joined if "presence from=harfleur@muc/bates" in line] == [True, True]
    assert any("harfleur@muc/bates" in line and SHOWN in line for line in stage.join("fluellen"))
    assert "hats" not in stage.say("bates")[0]


def test_nobody_gives_hats_to_oneself() -> None:
    """Hats in a client's own presence are not passed on."""
    stage = field()
    own = f"<hats xmlns='{HATS}'><hat uri='{HERALD}' title='King'/></hats>"
    assert "hats" not in stage.send("pistol", f"<presence to='harfleur@muc/pistol'>{own}</presence>")[0]


def test_a_user_wears_several_hats() -> None:
    """In the order in which they were given."""
    stage = field()
    herald(stage)
    command(stage, "create", title="Ancient", uri="urn:hat:ancient")
    told = command(stage, "assign", jid="pistol@mucspec.invalid", uri="urn:hat:ancient")
    assert re.findall('title="([A-Za-z]+)"', told[1]) == ["Herald", "Ancient"]


# changes


def test_an_updated_hat_is_shown_anew_and_announced() -> None:
    """Who wears it is shown again, then a notice says that the room changed (104)."""
    stage = field()
    herald(stage)
    told = command(stage, "create", title="Chief herald", uri=HERALD)
    assert [f'title="Chief herald" uri="{HERALD}"/>' in line for line in told] == [False, True, True, False]
    assert told[3].endswith("groupchat user(104)")
    assert len(command(stage, "create", title="Chief herald", uri=HERALD)) == 1


def test_a_destroyed_hat_is_gone_from_every_head() -> None:
    """The wearers are shown without it, and the room says that it changed."""
    stage = field()
    herald(stage)
    told = command(stage, "destroy", uri=HERALD)
    assert [line.partition(" <- ")[0] for line in told] == ["henry/1", "gower/1", "pistol/1", "pistol/1 gower/1"]
    assert not any("hats xmlns" in line for line in told[1:])
    assert told[3].endswith("groupchat user(104)")


def test_a_hat_can_be_taken_away() -> None:
    """The presence comes again without it; taking what is not worn says nothing."""
    stage = field()
    herald(stage)
    told = command(stage, "unassign", jid="pistol@mucspec.invalid", uri=HERALD)
    assert [SHOWN in line for line in told] == [False, False, False]
    assert len(command(stage, "unassign", jid="pistol@mucspec.invalid", uri=HERALD)) == 1


def test_giving_a_hat_twice_says_nothing() -> None:
    """It is worn once."""
    stage = field()
    herald(stage)
    assert len(command(stage, "assign", jid="pistol@mucspec.invalid/1", uri=HERALD)) == 1


def test_an_operator_can_put_hats_on() -> None:
    """Without a command; the title may have a language."""
    stage = field()
    hat = Hat(HERALD, "Herold", lang="de")
    told = lines(stage.service.put_hat(HARFLEUR, user("pistol"), hat, now=stage.now))
    assert [line.partition(" <- ")[0] for line in told] == ["gower/1", "pistol/1"]
    assert f'<hat title="Herold" uri="{HERALD}" xml:lang="de"/>' in told[0]


# commands


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("create", ["hats#title", "hats#uri", "hats#hue"]),
        ("destroy", ["hats#uri"]),
        ("assign", ["hats#jid", "hats#uri"]),
        ("unassign", ["hats#jid", "hats#uri"]),
    ],
)
def test_a_command_without_a_form_asks_for_one(name: str, fields: list[str]) -> None:
    """With a session that is named again, and the hats to choose from."""
    stage = field()
    command(stage, "create", title="Herald", uri=HERALD)
    told = command(stage, name)
    assert status(told) == "executing"
    assert re.findall('<field var="(hats#[a-z]+)"', told[0]) == fields
    assert (f'<option label="{HERALD}">' in told[0]) is (name != "create")
    assert ' sessionid="id' in told[0]
    again = command(stage, name, more=" sessionid='s'", jid="pistol@mucspec.invalid", uri=HERALD, title="Herald")
    assert ' sessionid="s" status="completed"' in again[0]


def test_a_command_can_be_cancelled() -> None:
    """Nothing comes of it."""
    stage = field()
    assert status(command(stage, "create", more=" action='cancel'")) == "canceled"
    assert stage.room.own(Rack).hats == {}


@pytest.mark.parametrize(
    ("name", "values", "wrong"),
    [
        ("create", {"title": "Herald"}, "modify bad-request"),
        ("create", {"uri": HERALD}, "modify bad-request"),
        ("create", {"uri": HERALD, "title": "Herald", "hue": "red"}, "modify bad-request"),
        ("create", {"uri": HERALD, "title": "Herald", "hue": "361"}, "modify bad-request"),
        ("destroy", {"uri": "urn:hat:none"}, "cancel item-not-found"),
        ("assign", {"uri": "urn:hat:none", "jid": "pistol@mucspec.invalid"}, "cancel item-not-found"),
        ("assign", {"uri": HERALD, "jid": "@"}, "modify bad-request"),
        ("knight", {"uri": HERALD}, "cancel item-not-found"),
    ],
)
def test_what_a_command_cannot_do_is_refused(name: str, values: dict[str, str], wrong: str) -> None:
    """One error, and everything stays as it was."""
    stage = field()
    command(stage, "create", title="Herald", uri=HERALD)
    told = command(stage, name, **values)
    assert (len(told), status(told)) == (1, wrong)
    assert list(stage.room.own(Rack).hats) == [HERALD]


@pytest.mark.parametrize(
    ("inside", "more", "wrong"),
    [
        ("", " action='prev'", "malformed-action"),
        (form(COMMANDS, {"hats#title": "Herald"}), "", "bad-payload"),
    ],
)
def test_a_bad_request_says_what_is_bad_about_it(inside: str, more: str, wrong: str) -> None:
    """With the condition of XEP-0050: there are no other steps, and a form has to be filled in."""
    payload = f"<command xmlns='{NS_COMMANDS}' node='{COMMANDS}:create'{more}>{inside}</command>"
    (answer,) = field().hear("henry", f"<iq id='q' type='set' to='harfleur@muc'>{payload}</iq>")
    assert f'<{wrong} xmlns="{NS_COMMANDS}"/>' in render(answer.stanza)


@pytest.mark.parametrize("name", ["create", "destroy", "assign", "unassign"])
@pytest.mark.parametrize(("who", "may"), [("henry", True), ("exeter", True), ("bates", False), ("pistol", False)])
def test_hats_are_for_admins_and_owners_to_give(name: str, who: str, may: bool) -> None:
    """Everybody else is forbidden to, with a form and without one."""
    stage = field()
    assert status(command(stage, name, who)) == ("executing" if may else "auth forbidden")
    assert may or status(command(stage, name, who, uri=HERALD, title="Herald")) == "auth forbidden"


def test_everybody_may_see_the_list_of_hats() -> None:
    """A report with a row for each; not for outcasts."""
    stage = field()
    command(stage, "create", title="Herald", uri=HERALD, hue="120")
    (told,) = command(stage, "list", "pistol")
    assert status([told]) == "completed"
    assert "FORM_TYPE" not in told  # reported and rows are all that such a form may have
    assert re.findall("<value>([^<]+)", told.partition("</reported>")[2]) == ["Herald", HERALD, "120"]
    assert status(command(stage, "list", "nym")) == "auth forbidden"


def test_who_wears_what_is_told_to_those_who_may_know_addresses() -> None:
    """Admins always, occupants in a room where everybody sees addresses."""
    stage = field()
    herald(stage)
    (told,) = command(stage, "list-assigned")
    item = told.partition("<item>")[2].partition("</item>")[0]
    assert re.findall("<value>([^<]+)", item) == ["pistol", HERALD, "Herald", "120"]
    assert status(command(stage, "list-assigned", "gower")) == "auth forbidden"
    stage.configure("henry", whois="anyone")
    assert status(command(stage, "list-assigned", "gower")) == "completed"
    assert status(command(stage, "list-assigned", "bates")) == "auth forbidden"


# discovery


def test_the_room_announces_hats_and_a_digest_of_their_list() -> None:
    """There is none while there are no hats; it changes with the list."""
    stage = field()
    told = stage.ask("gower", INFO)[0]
    assert f'<feature var="{HATS}"/>' in told
    assert "hats#hash" not in told
    digests = []
    for uri in (HERALD, "urn:hat:ancient"):
        command(stage, "create", title="Hat", uri=uri)
        found = re.search(
            '<field var="hats#hash" type="text-single"><value>([0-9a-f]{40})<', stage.ask("gower", INFO)[0]
        )
        assert found
        digests.append(found[1])
    assert digests[0] != digests[1]


def test_the_room_lists_its_commands() -> None:
    """Each with its node, under the node of XEP-0050."""
    asked = "<query xmlns='http://jabber.org/protocol/disco#items' node='http://jabber.org/protocol/commands'/>"
    told = field().ask("gower", asked)[0]
    nodes = re.findall(f'node="{COMMANDS}:([a-z-]+)"', told)
    assert nodes == ["create", "destroy", "assign", "unassign", "list", "list-assigned"]


def test_a_service_without_hats_has_none() -> None:
    """Left out, the feature is neither answered nor announced nor filtered."""
    stage = Stage(without=("hats",))
    stage.open("pistol")
    assert HATS not in stage.ask("gower", INFO)[0]
    assert status(command(stage, "list")) == "cancel item-not-found"
