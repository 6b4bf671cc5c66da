"""Claims about messages that are taken back, by their authors or by moderators (XEP-0424, XEP-0425)."""

from __future__ import annotations

import pytest

from mockserver.muc.xml import Element, render

from .rooms import Stage

RETRACT = "urn:xmpp:message-retract:1"
MODERATE = "urn:xmpp:message-moderate:1"


class Siege(Stage):
    """A room with stable ids and an archive; `pistol`'s message `id1` was said before noon strikes."""

    def __init__(self, *, without: tuple[str, ...] = ("occupant-id",)) -> None:
        super().__init__(without=without)
        self.open("pistol", "gower", "henry")
        self.said = self.hear(
            "pistol", "<message id='m' type='groupchat' to='harfleur@muc'><body>Tush!</body></message>"
        )
        self.now += 60

    @property
    def name(self) -> str:
        """The stable id of what pistol said."""
        return next(c for c in self.said[0].stanza.elements() if c.name == "stanza-id").get("id")

    def retract(self, who: str = "pistol", name: str = "", *, body: str = "") -> list[str]:
        inside = f"<retract xmlns='{RETRACT}' id='{name or self.name}'/>{body}"
        return self.send(who, f"<message id='r' type='groupchat' to='harfleur@muc'>{inside}</message>")

    def moderate(self, who: str = "henry", *, reason: str = "", name: str = "", inside: str = "") -> list[str]:
        inside = inside or f"<retract xmlns='{RETRACT}'/>"
        why = f"<reason>{reason}</reason>" if reason else ""
        return self.ask(
            who, f"<moderate xmlns='{MODERATE}' id='{name or self.name}'>{inside}{why}</moderate>", kind="set"
        )

    @property
    def archived(self) -> list[str]:
        """What the archive gives to an owner who asks, but for who is the sender."""
        found = self.hear("henry", "<iq type='set' id='q' to='harfleur@muc'><query xmlns='urn:xmpp:mam:2'/></iq>")[:-1]
        return [render(_forwarded(d.stanza).without("x", "http://jabber.org/protocol/muc#user")) for d in found]


def _forwarded(result: Element) -> Element:
    outer = next(next(result.elements()).elements())
    return next(c for c in outer.elements() if c.name == "message")


SPOKEN = '<message id="m" type="groupchat" from="harfleur@conference.mucspec.invalid/pistol">'
TAKEN_BACK = SPOKEN.replace('id="m"', 'id="r"')
STABLE = '<stanza-id xmlns="urn:xmpp:sid:0" by="harfleur@conference.mucspec.invalid" id="{}"/>'
LATER = "2001-09-09T01:47:40Z"


def test_a_retraction_reaches_everybody_and_leaves_a_tombstone() -> None:
    """The archive keeps the retraction, and of the message only that it was there."""
    siege = Siege()
    assert siege.retract() == [
        f'pistol/1 gower/1 henry/1 <- message from=harfleur@muc/pistol type=groupchat <retract xmlns="{RETRACT}"'
        f' id="{siege.name}"/> <stanza-id xmlns="urn:xmpp:sid:0" by="harfleur@muc" id="id2"/>'
    ]
    tombstone = f'<retracted xmlns="{RETRACT}" id="r" stamp="{LATER}"/>'
    assert siege.archived == [
        f"{SPOKEN}{STABLE.format('id1')}{tombstone}</message>",
        f'{TAKEN_BACK}<retract xmlns="{RETRACT}" id="id1"/>{STABLE.format("id2")}</message>',
    ]


def test_newcomers_do_not_get_what_was_retracted() -> None:
    """The fallback text of the retraction is part of the history, the message is not."""
    siege = Siege()
    siege.retract(body="<body>I take it back</body>")
    entered = siege.join("nym")
    assert not any("body=Tush!" in line for line in entered)
    assert any("body=I take it back" in line for line in entered)


@pytest.mark.parametrize(("who", "name"), [("gower", ""), ("henry", ""), ("pistol", "unknown")])
def test_only_the_author_takes_a_message_back(who: str, name: str) -> None:
    """Whoever else asks for it, even an owner, is heard and changes nothing."""
    siege = Siege()
    before = siege.archived
    assert len(siege.retract(who, name)) == 1
    assert siege.archived[:1] == before


def test_an_author_under_a_new_nickname_is_still_the_author() -> None:
    """The account counts, not the name."""
    siege = Siege()
    siege.send("pistol", "<presence to='harfleur@muc/ancient'/>")
    siege.retract()
    assert "Tush!" not in siege.archived[0]


def test_a_moderator_retracts_what_somebody_said() -> None:
    """The room says so to everybody, with the moderator and the reason, then confirms it."""
    siege = Siege()
    assert siege.moderate(reason="Language!") == [
        f'pistol/1 gower/1 henry/1 <- message from=harfleur@muc type=groupchat <retract xmlns="{RETRACT}" id="id1">'
        f'<moderated xmlns="{MODERATE}" by="harfleur@muc/henry"/><reason>Language!</reason></retract>'
        ' <stanza-id xmlns="urn:xmpp:sid:0" by="harfleur@muc" id="id3"/>',
        "henry/1 <- iq from=harfleur@muc type=result",
    ]


def test_a_moderated_message_leaves_a_tombstone() -> None:
    """It has the id of the retraction, the moderator and the reason; the retraction is archived too."""
    siege = Siege()
    siege.moderate(reason="Language!")
    moderated = f'<moderated xmlns="{MODERATE}" by="harfleur@conference.mucspec.invalid/henry"/>'
    tomb = f'<retracted xmlns="{RETRACT}" id="id2" stamp="{LATER}">{moderated}<reason>Language!</reason></retracted>'
    first, second = siege.archived
    assert first == f"{SPOKEN}{STABLE.format('id1')}{tomb}</message>"
    assert f'<retract xmlns="{RETRACT}" id="id1">' in second
    assert not any("Tush!" in line for line in siege.join("nym"))


def test_occupant_ids_of_moderator_and_author_are_kept() -> None:
    """Where the room has them: XEP-0425 4."""
    siege = Siege(without=())
    siege.moderate()
    tombstone = siege.archived[0]
    assert tombstone.count("<occupant-id ") == 2
    inside = tombstone.partition("<moderated ")[2].partition("</moderated>")[0]
    assert inside.count("<occupant-id ") == 1


@pytest.mark.parametrize(
    ("who", "given", "wrong"),
    [
        ("gower", {}, "auth forbidden text"),
        ("nym", {}, "auth forbidden text"),
        ("henry", {"name": "unknown"}, "cancel item-not-found"),
        ("henry", {"inside": "<edit/>"}, "modify bad-request"),
    ],
)
def test_what_cannot_be_moderated_is_refused(who: str, given: dict[str, str], wrong: str) -> None:
    """Nobody hears of it but who asked, and the message stays."""
    siege = Siege()
    assert siege.moderate(who, **given) == [f"{who}/1 <- iq from=harfleur@muc type=error error({wrong})"]
    assert "Tush!" in siege.archived[0]


def test_a_message_is_moderated_once() -> None:
    """A tombstone cannot be retracted again."""
    siege = Siege()
    siege.moderate()
    assert siege.moderate()[0].endswith("error(cancel item-not-found)")


def test_rooms_announce_what_they_do_with_retractions() -> None:
    """Each feature by itself; the service as a whole does not."""
    siege = Siege()
    ask = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
    names = [RETRACT, f"{RETRACT}#tombstone", MODERATE]
    room = siege.ask("nym", ask)[0]
    assert all(f'<feature var="{name}"/>' in room for name in names)
    service = siege.ask("nym", ask, to="conference.mucspec.invalid")[0]
    assert not any(name in service for name in names)
    siege = Siege(without=("retraction", "message-moderation"))
    assert not any(name in siege.ask("nym", ask)[0] for name in names)
    assert siege.moderate()[0].endswith("error(cancel service-unavailable)")
