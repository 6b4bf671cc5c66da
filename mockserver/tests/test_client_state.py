"""Claims about what waits while nobody looks at a client (XEP-0352)."""

from __future__ import annotations

import pytest

from mockserver.muc.xml import parse
from mockserver.net.client_state import MOST, can_wait

from .streams import DOMAIN, Scene

JID = f"pistol@{DOMAIN}/x"
STATE = "<{} xmlns='http://jabber.org/protocol/chatstates'/>"
CSI = "urn:xmpp:csi:0"


def message(inside: str) -> str:
    return f"<message type='chat' to='{JID}'>{inside}</message>"


@pytest.mark.parametrize(
    ("inside", "waits"),
    [
        (STATE.format("composing"), True),
        (STATE.format("paused") + "<thread>t</thread><no-store xmlns='urn:xmpp:hints'/>", True),
        (STATE.format("active") + "<x xmlns='http://jabber.org/protocol/muc#user'/>", True),
        (STATE.format("active") + "<body>Hi</body>", False),
        (STATE.format("active") + "<received xmlns='urn:xmpp:receipts' id='1'/>", False),
        ("<x xmlns='http://jabber.org/protocol/muc#user'><status code='104'/></x>", False),
        ("<subject/>", False),
        ("", False),
    ],
)
def test_only_chat_states_can_wait(inside: str, waits: bool) -> None:
    """Whatever else a message says goes at once."""
    assert can_wait(parse(message(inside))) is waits
    assert not can_wait(parse(message(inside).replace("'chat'", "'error'")))


def test_it_is_offered_after_login_and_can_be_left_out() -> None:
    """A porch without it does not know its elements."""
    talker = Scene().connect()
    assert CSI not in talker.open()
    talker.plain("pistol")
    assert f'<csi xmlns="{CSI}"/>' in talker.open()
    assert "<unsupported-stanza-type " in Scene(client_state=False).log_in("pistol").say(f"<inactive xmlns='{CSI}'/>")


def test_chat_states_wait_until_the_client_is_active() -> None:
    """There is no answer to either element; what waited comes in order."""
    scene = Scene()
    pistol, gower = scene.log_in("pistol"), scene.log_in("gower")
    assert pistol.say(f"<inactive xmlns='{CSI}'/>") == ""
    for state in ("composing", "paused"):
        gower.say(message(STATE.format(state)))
    assert pistol.heard() == ""
    told = pistol.say(f"<active xmlns='{CSI}'/>")
    assert told.index("<composing ") < told.index("<paused ")
    gower.say(message(STATE.format("gone")))
    assert "<gone " in pistol.heard()


def test_what_cannot_wait_takes_along_what_waits() -> None:
    """Stanzas arrive in the order in which they were sent, in the transcript too."""
    scene = Scene()
    pistol, gower = scene.log_in("pistol"), scene.log_in("gower")
    pistol.say(f"<inactive xmlns='{CSI}'/>")
    gower.say(message(STATE.format("composing")))
    scene.traffic.clear()
    gower.say(message("<body>Hi</body>"))
    told = pistol.heard()
    assert told.index("<composing ") < told.index("<body>")
    out = [text for direction, session, text, _ in scene.traffic if (direction, session) == ("out", JID)]
    assert ["<composing " in text for text in out] == [True, False]


def test_what_waits_is_bounded() -> None:
    """The oldest go first."""
    scene = Scene()
    pistol, gower = scene.log_in("pistol"), scene.log_in("gower")
    pistol.say(f"<inactive xmlns='{CSI}'/>")
    for n in range(MOST + 1):
        gower.say(message(STATE.format("composing")).replace("<message", f"<message id='m{n}'"))
    told = pistol.say(f"<active xmlns='{CSI}'/>")
    assert told.count("<composing ") == MOST
    assert 'id="m0"' not in told
