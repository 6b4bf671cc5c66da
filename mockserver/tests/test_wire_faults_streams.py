"""Claims about faults of the wire on a porch, with in-memory transports."""

from __future__ import annotations

import pytest

from mockserver.faulty_porch import FaultyPorch
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.namespaces import NS_MUC
from mockserver.muc.xml import E
from mockserver.wire_faults import KINDS, parse
from mockserver.wire_faults.acts import Acted

from .streams import DOMAIN, Scene, Talker
from .websockets import entered
from .wire_fault_cases import CASES, PING, PISTOL, Case, heard, messages

ROOM = f"harfleur@conference.{DOMAIN}"
JOIN = f"<presence to='{ROOM}/pistol'><x xmlns='{NS_MUC}'/></presence>"
SELF = f"{PISTOL}/x"


class Stage:
    """A porch with faults, and pistol logged in."""

    def __init__(self) -> None:
        self.acted: list[Acted] = []
        self.scene = Scene(kind=FaultyPorch, on_fault=self.acted.append)
        self.pistol: Talker = self.scene.log_in("pistol")
        assert isinstance(self.scene.porch, FaultyPorch)
        self.porch: FaultyPorch = self.scene.porch

    def speak(self) -> str:
        return heard(self.pistol.say(messages(SELF)))

    @property
    def link(self) -> str:
        transport = self.pistol.transport
        if transport.producerState == "paused":
            return "dark"
        return {"": "open", "aborted": "reset"}.get(transport.ended, transport.ended)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.fault)
def test_a_client_hears_what_the_fault_leaves(case: Case) -> None:
    """Of three messages to itself, in their order; and when the fault ends, what was held back."""
    stage = Stage()
    active = stage.porch.fault(parse(case.fault))
    assert (stage.speak(), stage.link) == (case.hears, case.link)
    stage.porch.end_fault(active)
    assert heard(stage.pistol.heard()) == case.later
    assert stage.link == case.link.replace("dark", "open")


def test_every_kind_of_fault_is_tried() -> None:
    """But the end of the service, which has a test of its own."""
    assert {case.fault.split()[0] for case in CASES} == KINDS.keys() - {"shutdown"}


def test_a_delayed_stanza_comes_when_its_time_has_come() -> None:
    """The porch's clock says when; others overtake it."""
    stage = Stage()
    stage.porch.fault(parse("delay message seconds=60 times=1"))
    assert stage.speak() == "two three"
    stage.scene.clock.advance(59)
    assert heard(stage.pistol.heard()) == ""
    stage.scene.clock.advance(1)
    assert heard(stage.pistol.heard()) == "one"


def test_a_black_hole_ends_of_itself_where_it_is_told_when() -> None:
    """What was sent meanwhile comes then, in its order."""
    stage = Stage()
    stage.porch.fault(parse("black-hole now seconds=60"))
    assert (stage.speak(), stage.link) == ("", "dark")
    stage.scene.clock.advance(60)
    assert (heard(stage.pistol.heard()), stage.link) == ("one two three", "open")


def test_a_link_that_is_dark_or_half_closed_answers_no_ping() -> None:
    """Those that are asked are lost at once, and so are those that were asked before."""
    for fault in ("black-hole now", "half-close now"):
        stage, ended = Stage(), list[str]()
        stage.porch.ping(SELF).addCallback(ended.append)
        stage.porch.fault(parse(fault))
        stage.porch.ping(SELF).addCallback(ended.append)
        assert ended == ["lost", "lost"]


def test_a_fault_that_acts_now_hits_whom_it_names() -> None:
    """Nobody else, and no stanza after that."""
    stage = Stage()
    gower = stage.scene.log_in("gower")
    active = stage.porch.fault(parse("inject now to=gower xml='<message><body>forged</body></message>'"))
    assert (heard(gower.heard()), heard(stage.pistol.heard())) == ("forged", "")
    assert (active.acted, stage.porch.faults.active, stage.speak()) == (1, (), "one two three")


def test_a_service_that_is_shut_down_comes_back_when_the_fault_ends() -> None:
    """Occupants are removed with 332; until then it is unavailable to all that ask it something."""
    stage = Stage()
    stage.pistol.say(JOIN)
    active = stage.porch.fault(parse("shutdown now reason='gone to the wars'"))
    gone = stage.pistol.heard()
    assert ('code="332"' in gone, "gone to the wars" in gone) == (True, True)
    assert "<service-unavailable " in stage.pistol.say(JOIN)
    assert "<service-unavailable " in stage.pistol.say(
        f"<iq type='get' id='1' to='{ROOM}'><ping xmlns='urn:xmpp:ping'/></iq>"
    )
    assert 'id="end"' in stage.pistol.say(PING)
    stage.porch.end_fault(active)
    assert 'code="110"' in stage.pistol.say(JOIN)


def test_a_refused_join_is_unknown_to_the_room() -> None:
    """The error comes from the occupant's address or the room's, with the x of the join or without."""
    for words, sender, echoed in (("", f"{ROOM}/pistol", True), ("echo=no sender=room", ROOM, False)):
        stage = Stage()
        stage.porch.fault(parse(f"refuse room=harfleur condition=conflict text=taken times=1 {words}"))
        answer = stage.pistol.say(JOIN)
        assert (f'from="{sender}" type="error"' in answer, NS_MUC in answer, ">taken<" in answer) == (
            True,
            echoed,
            True,
        )
        assert stage.scene.host.muc.rooms == {}
        assert 'code="110"' in stage.pistol.say(JOIN)


def test_where_a_fault_acts_it_is_named_with_the_stanza_as_it_was() -> None:
    """Once for each time that it acts, and not where it lets pass."""
    stage = Stage()
    stage.porch.fault(parse("rewrite message body=four skip=1 times=1"))
    stage.speak()
    (acted,) = stage.acted
    assert (acted.fault.name, acted.session) == ("rewrite", SELF)
    assert acted.on is not None and heard(str(acted)) == "two"


def test_what_goes_wrong_for_one_goes_right_for_the_other() -> None:
    """Of one audience only those who are named are hit."""
    stage = Stage()
    gower = stage.scene.log_in("gower")
    stage.porch.fault(parse("drop message to=gower"))
    stage.porch.deliver([Delivery(E("message", E("body", "hush")), (JID(SELF), JID(f"gower@{DOMAIN}/x")))])
    assert (heard(stage.pistol.heard()), heard(gower.heard())) == ("hush", "")


def test_a_closed_porch_ends_links_that_are_dark() -> None:
    """They hear what was kept from them, and the end of the stream."""
    stage = Stage()
    stage.porch.fault(parse("black-hole now"))
    stage.porch.close()
    assert heard(stage.pistol.heard()) == "system-shutdown </stream:stream>"


ON_A_WEBSOCKET = [case for case in CASES if case.link in ("open", "dark", "half-closed", "reset")]


@pytest.mark.parametrize("case", ON_A_WEBSOCKET, ids=lambda case: case.fault)
def test_a_client_on_a_websocket_hears_the_same(case: Case) -> None:
    """Each stanza in a message of its own."""
    scene = Scene(kind=FaultyPorch)
    assert isinstance(scene.porch, FaultyPorch)
    caller = entered(scene, "pistol")
    active = scene.porch.fault(parse(case.fault))
    told = caller.say(*(f"<message xmlns='jabber:client'{rest}" for rest in messages(SELF).split("<message")[1:]))
    assert heard("".join(told)) == case.hears
    scene.porch.end_fault(active)
    assert heard("".join(caller.say_bytes(b""))) == case.later
