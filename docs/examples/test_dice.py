"""Tests of a Twisted bot, with pytest-twisted. What waits for the bot waits in a thread: the reactor must go on."""

import pytest
import pytest_twisted
from twisted.internet.threads import deferToThread

pytest.importorskip("wokkel", reason="the example of Twisted needs wokkel: pip install wokkel")
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")  # wokkel's own


@pytest.fixture
def bot(muc_server, monkeypatch):
    """Starts a bot in a room; all are ended after the test."""
    from dice import dice

    monkeypatch.setenv("SSL_CERT_FILE", muc_server.ca)
    running = []

    def start(room, **options):
        account = muc_server.account()
        address = {"host": muc_server.host, "port": muc_server.port}
        service = dice(account.jid, account.password, room.jid, **address, **options)
        running.append(service)
        service.startService()

    yield start
    for service in running:
        service.stopService()


@pytest_twisted.ensureDeferred
async def test_a_roll_is_answered(bot, muc_room, muc_occupant):
    room = muc_room()
    bot(room, throw=lambda: 4)
    await deferToThread(room.wait_for_occupant, "dice")
    gower = muc_occupant(room, "gower")
    gower.say("good morrow")
    gower.say("!roll")
    answer = await deferToThread(room.wait_for_message, nick="dice")
    assert answer.body == "gower rolls 4"


@pytest_twisted.ensureDeferred
async def test_history_is_not_answered(bot, muc_room):
    room = muc_room(occupants=["gower"], history=[("gower", "!roll")])
    bot(room)
    await deferToThread(room.wait_for_occupant, "dice")
    await deferToThread(room.settle)  # it has read the history, and an answer would be here
    assert room.messages == []
