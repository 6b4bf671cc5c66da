"""The fixtures `muc_server` and `muc_room`, and the examples of the guide, in somebody else's repository."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec

import pytest

from .foreign import Repository, Told, repository
from .program import START, TREE, environment

EXAMPLES = TREE / "docs" / "examples"
USES = """
import asyncio
import socket

import pytest


def test_rooms_are_fresh_and_puppets_act(muc_room):
    room = muc_room(occupants=["gower", {"nick": "Fluellen", "affiliation": "owner"}], config={"moderatedroom": True})
    room.enter("Mac Morris", role="participant")
    room.say("Mac Morris", "ay")
    room.rename("Mac Morris", "Jamy")
    room.kick("gower", by="Fluellen")
    assert [(said.nick, said.body) for said in room.messages] == [("Mac Morris", "ay")]
    assert {nick: who.role for nick, who in room.occupants.items()} == {"Fluellen": "moderator", "Jamy": "participant"}
    assert muc_room().occupants == {} and muc_room("lounge").jid == "lounge@conference.localhost"


def test_a_room_is_gone_after_its_test(muc_room):
    assert muc_room("lounge").occupants == {}


@pytest.mark.parametrize(
    ("use", "complaint"),
    [
        (lambda room: room.kick("Fluellen", by="gower"), "gower cannot kick: forbidden"),
        (lambda room: room.set_role("nym", "none"), "has no occupant 'nym'; there: gower, Fluellen"),
        (lambda room: room.set_role("gower", "king"), "'king' is not a valid Role"),
        (lambda room: room.set_config(nonsense=1), "no such configuration field: muc#roomconfig_nonsense"),
        (lambda room: room.act("gower", "dance"), "gower cannot dance"),
        (lambda room: room.arrange("dance"), "there is no operation 'dance'"),
        (lambda room: room.wait_for_occupant("nym", within=0.01), "waited 0.01 s in vain for there (nick = 'nym')"),
        (lambda room: room.wait_for_message("ay", within=0.01), "in vain for message (body = 'ay')"),
        (lambda room: (room.destroy(), room.say("gower", "ay")), "there is no room"),
    ],
)
def test_what_cannot_be_done_is_told(muc_room, use, complaint):
    room = muc_room(occupants=["gower", {"nick": "Fluellen", "affiliation": "owner"}])
    with pytest.raises(Exception) as told:
        use(room)
    assert complaint in str(told.value)


def test_whoever_would_stop_its_own_loop_is_told(muc_room):
    async def story():
        room = muc_room(occupants=["gower"])
        with pytest.raises(RuntimeError, match="asyncio.to_thread"):
            room.wait_for_occupant("gower")
        assert (await asyncio.to_thread(room.wait_for_occupant, "gower")).puppet

    asyncio.run(story())


def test_a_client_that_answers_nothing_is_named(muc_server, muc_room):
    from notify import Stream

    account = muc_server.account("pistol")
    stream = Stream(muc_server.host, muc_server.port, muc_server.domain)
    stream.start_tls(muc_server.ca)
    stream.log_in("pistol", account.password)
    muc_room().settle()  # it is not in there
    with pytest.raises(Exception, match="pistol@localhost/.* answered no ping within 0.01 s"):
        muc_server.settle(within=0.01)
    muc_server.disconnect(account.jid)
    while stream.socket.recv(4096):
        pass  # until it has ended
    stream.socket.close()


def test_a_wait_goes_behind_the_message_before(muc_room):
    room = muc_room(occupants=["gower"])
    room.say("gower", "ay 1")
    room.say("gower", "ay 2")
    assert [room.wait_for_message(matches="^ay").body for _ in range(2)] == ["ay 1", "ay 2"]


def test_an_occupant_does_as_it_is_told(muc_room, muc_occupant):
    room = muc_room()
    fluellen = muc_occupant(room, "Fluellen", affiliation="owner")
    gower = muc_occupant(room, "gower")
    gower.say("ay")
    gower.whisper("Fluellen", "psst")
    assert (fluellen.seat.role, str(gower), room.messages[-1].nick) == ("moderator", f"{room.jid}/gower", "gower")
    fluellen.kick("gower", reason="Avaunt!")
    assert gower.seat is None
    fluellen.leave()
    assert room.occupants == {}


def test_faults_begin(muc_faults):
    assert muc_faults("close message to=bardolph").acted == 0


def test_faults_end_with_their_test(muc_server, muc_room):
    from notify import notify

    account, room = muc_server.account("bardolph"), muc_room()
    where = {"host": muc_server.host, "port": muc_server.port, "ca": muc_server.ca}
    notify("ay", jid=account.jid, password=account.password, room=room.jid, **where)
    assert [said.body for said in room.messages] == ["ay"]


def test_that_fails(muc_server, muc_room):
    from notify import notify

    account = muc_server.account("nym")
    where = {"host": muc_server.host, "port": muc_server.port, "ca": muc_server.ca}
    notify("the king is dead", jid=account.jid, password=account.password, room=muc_room("lounge").jid, **where)
    assert False
"""


@pytest.fixture(scope="module")
def theirs(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository with the examples in it, and tests of its own that use the fixtures."""
    if not EXAMPLES.is_dir():
        pytest.skip("docs/examples is not here: these tests run from the source tree")
    made = repository(tmp_path_factory.mktemp("theirs"))
    shutil.copytree(EXAMPLES, made.root / "examples")
    made.write({"examples/test_uses.py": USES})
    return made


@pytest.fixture(scope="module")
def told(theirs: Repository) -> Told:
    """One run of it all."""
    return theirs.pytest("-rA", "-W", "default", ".")  # the libraries may warn


@pytest.mark.parametrize(
    ("example", "library", "tests"), [("greeter", "slixmpp", 2), ("dice", "wokkel", 2), ("notify", "socket", 6)]
)
def test_the_examples_of_the_guide_pass(told: Told, example: str, library: str, tests: int) -> None:
    """Asyncio with slixmpp, Twisted with wokkel, synchronous with sockets: bots that are tested with `muc_server`."""
    if find_spec(library) is None:
        assert f"needs {library}" in told.out
        pytest.skip(f"{library} is not installed: docs/examples/test_{example}.py was not run")
    passed = [line for line in told.out.splitlines() if line.startswith(f"PASSED examples/test_{example}.py")]
    assert len(passed) == tests, told.out


def test_rooms_puppets_and_complaints_are_as_the_guide_says(told: Told) -> None:
    """All tests that use the fixtures pass, but for the one that is made to fail."""
    ended = [line.partition(" - ")[0] for line in told.out.splitlines() if " examples/test_uses.py::" in line]
    passed = [line for line in ended if line.startswith("PASSED")]
    assert (len(passed), set(ended) - set(passed)) == (17, {"FAILED examples/test_uses.py::test_that_fails"}), told.out


def test_a_test_that_fails_shows_its_stanzas(told: Told) -> None:
    """What was on the streams during that test, without passwords; other tests' stanzas are not shown."""
    shown = told.out.partition("Captured mucspec transcript call")[2].partition("short test summary")[0]
    arrows = [line.partition(" ")[0] for line in shown.splitlines() if "nym@localhost/" in line]
    assert arrows[0] == "->" and "<-" in arrows
    assert "the king is dead" in shown and "builder@" not in shown


def test_the_plugin_is_what_the_package_names() -> None:
    """Installed, pytest finds it by its entry point."""
    declared = (TREE / "pyproject.toml").read_text("utf-8")
    assert '[project.entry-points.pytest11]\nmucspec_pytest = "mucspec_pytest"\n' in declared


@pytest.mark.skipif(find_spec("slixmpp") is None, reason="slixmpp is not installed: docs/examples/slixmpp_bot.py")
def test_the_bot_of_slixmpp_visits_a_room() -> None:
    """It needs nothing but the line of `serve --port 0 --ready-json`."""
    command = [*START, "serve", "--port", "0", "--ready-json", "--quiet"]
    serving = subprocess.Popen(command, stdout=subprocess.PIPE, env=environment(), text=True)
    try:
        assert serving.stdout is not None
        line = serving.stdout.readline()
        bot = [sys.executable, str(EXAMPLES / "slixmpp_bot.py")]
        visit = subprocess.run(bot, input=line, capture_output=True, text=True, timeout=60, check=False)
    finally:
        serving.terminate()
        rest, _ = serving.communicate(timeout=60)
    assert (visit.stdout, visit.returncode, rest) == ("joined as bot\n", 0, ""), visit.stderr


def test_the_bots_of_the_guide_are_short() -> None:
    """At most 30 lines each."""
    bots = sorted(EXAMPLES.glob("*_bot.py"))
    assert bots and all(len(bot.read_text("utf-8").splitlines()) <= 30 for bot in bots)
