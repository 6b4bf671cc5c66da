"""Claims about avatars of rooms (XEP-0486)."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import replace

import pytest

from mockserver.muc.xml import render

from .rooms import Stage

INFO = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
RED, BLUE = (hashlib.sha1(image).hexdigest() for image in (b"red", b"blue"))


def card(*images: bytes) -> str:
    photos = (f"<PHOTO><TYPE>image/png</TYPE><BINVAL>{base64.b64encode(i).decode()}</BINVAL></PHOTO>" for i in images)
    return f"<vCard xmlns='vcard-temp'>{''.join(photos)}</vCard>"


def asked(stage: Stage, who: str = "nym") -> str:
    return stage.ask(who, "<vCard xmlns='vcard-temp'/>")[0]


def info(stage: Stage, *, to: str = "harfleur@muc") -> str:
    return render(stage.hear("nym", f"<iq type='get' id='i' to='{to}'>{INFO}</iq>")[0].stanza)


def hashes(stage: Stage) -> str:
    return info(stage).partition("muc#roominfo_avatarhash")[2].partition("</field>")[0]


def test_an_owner_sets_the_avatar_and_everybody_can_fetch_it() -> None:
    """The owner gets a result, whoever is inside a notice of a change (104); outsiders may ask too."""
    stage = Stage()
    stage.open("pistol", "gower")
    assert stage.ask("henry", card(b"red"), kind="set") == [
        "henry/1 <- iq from=harfleur@muc type=result",
        "pistol/1 gower/1 <- message from=harfleur@muc type=groupchat user(104)",
    ]
    assert f"<BINVAL>{base64.b64encode(b'red').decode()}</BINVAL>" in asked(stage)


def test_the_room_announces_the_hashes_of_all_versions() -> None:
    """One value for each photo, in the field of the XEP; none while there is no avatar."""
    stage = Stage()
    stage.open()
    assert "avatarhash" not in info(stage)
    stage.ask("henry", card(b"red", b"blue"), kind="set")
    assert hashes(stage) == f'" type="text-multi"><value>{RED}</value><value>{BLUE}</value>'


def test_an_empty_vcard_takes_the_avatar_away() -> None:
    """Nothing is announced any more, nothing found, and whoever is inside hears of it."""
    stage = Stage()
    stage.open("pistol")
    stage.ask("henry", card(b"red"), kind="set")
    assert "user(104)" in stage.ask("henry", card(), kind="set")[1]
    assert "avatarhash" not in info(stage)
    assert asked(stage).endswith("error(cancel item-not-found)")


def test_the_same_avatar_again_is_no_news() -> None:
    """No notice where nothing changed."""
    stage = Stage()
    stage.open("pistol")
    stage.ask("henry", card(b"red"), kind="set")
    assert len(stage.ask("henry", card(b"red"), kind="set")) == 1


@pytest.mark.parametrize("who", ["exeter", "bates", "nym"])
def test_only_owners_set_the_avatar(who: str) -> None:
    """Admins, members and strangers are forbidden to."""
    stage = Stage()
    stage.open(exeter="admin", bates="member")
    assert stage.ask(who, card(b"red"), kind="set")[0].endswith("error(auth forbidden)")
    assert asked(stage).endswith("error(cancel item-not-found)")


def test_a_photo_that_is_no_base64_is_not_acceptable() -> None:
    """Nothing is stored then."""
    stage = Stage()
    stage.open()
    bad = "<vCard xmlns='vcard-temp'><PHOTO><BINVAL>?</BINVAL></PHOTO></vCard>"
    assert stage.ask("henry", bad, kind="set")[0].endswith("error(modify not-acceptable)")
    assert asked(stage).endswith("error(cancel item-not-found)")


def test_service_and_rooms_announce_vcards() -> None:
    """XEP-0486 3.1; without the feature nothing is announced and the request is not available."""
    var = '<feature var="vcard-temp"/>'
    stage = Stage()
    stage.open()
    assert var in info(stage)
    assert var in info(stage, to="conference.mucspec.invalid")
    stage = Stage(without=("avatar",))
    stage.open()
    assert var not in info(stage)
    assert stage.ask("henry", card(b"red"), kind="set")[0].endswith("error(cancel service-unavailable)")


def test_a_service_may_show_the_hash_in_presence_of_the_room() -> None:
    """As services did before: on entry behind the self-presence, and when it changes."""
    stage = Stage()
    stage.service.switches = replace(stage.service.switches, avatar_in_presence=True)
    stage.open("pistol")
    shown = f'presence from=harfleur@muc <x xmlns="vcard-temp:x:update"><photo>{RED}</photo></x>'
    assert stage.ask("henry", card(b"red"), kind="set")[2] == f"pistol/1 <- {shown}"
    assert stage.join("gower")[3] == f"gower/1 <- {shown}"
