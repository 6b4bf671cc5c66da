"""What tests do to `muc_server` while their client runs in an event loop, in the reactor, or nowhere in particular."""

from __future__ import annotations

import shutil
from importlib.util import find_spec

import pytest

from .foreign import Repository, repository
from .test_pytest_server import EXAMPLES

IN_ASYNCIO = """
import asyncio
import base64

STREAM = b"<stream:stream to='localhost' version='1.0' xmlns='jabber:client'" \\
    b" xmlns:stream='http://etherx.jabber.org/streams'>"
BIND = b"<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>"
PLAIN = b"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>%s</auth>"
MUC = "http://jabber.org/protocol/muc"


async def test_client(muc_server, room, account):
    reader, writer = await asyncio.open_connection(muc_server.host, muc_server.port)

    async def say(data, until):
        writer.write(data)
        read = b""
        while until not in read:
            assert (more := await reader.read(4096)), read
            read += more

    secret = base64.b64encode(f"\\0pistol\\0{account.password}".encode())
    await say(STREAM, b"</stream:features>")
    await say(PLAIN % secret, b"<success")
    await say(STREAM, b"</stream:features>")
    await say(BIND, b"</iq>")
    await say(f"<presence to='{room.jid}/pistol'><x xmlns='{MUC}'/></presence>".encode(), b"<subject")
    return writer, say


def test_in_asyncio(muc_server, muc_room, muc_faults):
    async def story():
        room, account, mark = muc_room(occupants=["gower"]), muc_server.account("pistol"), muc_server.mark()
        writer, say = await test_client(muc_server, room, account)
        fault = muc_faults("delay message seconds=60")
        room.announce("later")
        muc_server.advance(60)
        await asyncio.to_thread(muc_server.wait_for_stanza, "later", session=account.jid, since=mark)
        assert fault.acted == 1
        room.kick("pistol", reason="Avaunt!")
        await say(b" ", b"Avaunt!")
        writer.close()
        await asyncio.to_thread(room.wait_until_gone, "pistol")

    asyncio.run(story())


test_client.__test__ = False
"""
IN_THE_REACTOR = """
import pytest
import pytest_twisted
from twisted.internet.threads import deferToThread

pytest.importorskip("wokkel")
pytestmark = pytest.mark.filterwarnings("default::DeprecationWarning")


@pytest_twisted.ensureDeferred
async def test_in_the_reactor(muc_server, muc_room, muc_personality, monkeypatch):
    from dice import dice

    monkeypatch.setenv("SSL_CERT_FILE", muc_server.ca)
    muc_personality("ejabberd")
    account, room, mark = muc_server.account("dice"), muc_room(occupants=["gower"]), muc_server.mark()
    bot = dice(account.jid, account.password, room.jid, host=muc_server.host, port=muc_server.port, throw=lambda: 4)
    bot.startService()
    await deferToThread(room.wait_for_occupant, "dice")
    room.rename("dice", "die")
    room.set_role("die", "moderator")
    room.say("gower", "!roll")
    assert (await deferToThread(room.wait_for_message, nick="die")).body == "gower rolls 4"
    muc_server.shut_down("Peace")
    await deferToThread(muc_server.wait_for_stanza, "332", direction="out", session=account.jid, since=mark)
    bot.stopService()
"""
SYNCHRONOUS = """
def worn(server):
    return [each.name for each in server.personalities if each.worn]


def test_a_personality_is_worn(muc_server, muc_personality):
    muc_personality("prosody")
    muc_personality("legacy")
    assert worn(muc_server) == ["legacy"]


def test_it_is_taken_off_after_the_test(muc_server, pytestconfig):
    assert worn(muc_server) == [pytestconfig.getoption("mucspec_personality") or "xep"]


def test_a_seat_of_an_account(muc_room, muc_occupant):
    assert muc_occupant(muc_room(), "gower", jid="gower@localhost").seat.jid == "gower@localhost"
"""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with a test of each kind; the server of the plain ones has no TLS."""
    if not EXAMPLES.is_dir():
        pytest.skip("docs/examples is not here: these tests run from the source tree")
    made = repository(tmp_path_factory.mktemp("theirs"))
    options = (
        "import pytest\n\n@pytest.fixture(scope='session')\ndef muc_server_options():\n    return {'tls': False}\n"
    )
    made.write(
        {"plain/conftest.py": options, "plain/test_asyncio.py": IN_ASYNCIO, "plain/test_synchronous.py": SYNCHRONOUS}
    )
    made.write({"test_twisted.py": IN_THE_REACTOR})
    shutil.copy(EXAMPLES / "dice.py", made.root / "dice.py")
    return made


def test_the_calls_are_the_same_in_asyncio_and_in_synchronous_tests(theirs: Repository) -> None:
    """They come back at once; what waits is put into a thread where there is a loop."""
    told = theirs.pytest("plain")
    assert told.status == 0 and " 4 passed" in told.out, told.out


@pytest.mark.skipif(find_spec("wokkel") is None, reason="wokkel is not installed: the client of this test")
def test_the_calls_are_the_same_in_the_reactor(theirs: Repository) -> None:
    """A client of Twisted runs in the same thread as the test."""
    told = theirs.pytest("-W", "default", "test_twisted.py")
    assert told.status == 0 and " 1 passed" in told.out, told.out


def test_the_option_says_what_the_server_is_like(theirs: Repository) -> None:
    """Unless the options of the fixture say something else; a name that there is none of is told."""
    told = theirs.pytest("--mucspec-personality", "biboumi", "plain/test_synchronous.py")
    assert told.status == 0 and " 3 passed" in told.out, told.out
    wrong = theirs.pytest("--mucspec-personality", "bibumi", "plain/test_synchronous.py")
    assert "there is no personality 'bibumi'; there are" in wrong.out
