"""Tests of a synchronous program: they call it and look at what came of it."""

import pytest
from notify import Refused, notify


@pytest.fixture
def login(muc_server):
    """An account, and where to log in with it."""
    account = muc_server.account("builder")
    where = {"host": muc_server.host, "port": muc_server.port, "ca": muc_server.ca}
    return {"jid": account.jid, "password": account.password, **where}


def test_the_room_hears_it(muc_room, login):
    room = muc_room(occupants=["gower"], history=[("gower", "is it built?")], subject="The siege")
    notify("built & <green>", room=room.jid, **login)
    assert [(said.nick, said.body) for said in room.messages] == [("builder", "built & <green>")]
    room.wait_until_gone("builder")


def test_a_nickname_that_is_taken_is_told(muc_room, login):
    room = muc_room(occupants=["builder's brother", "builder"])
    with pytest.raises(Refused, match="conflict"):
        notify("built", room=room.jid, **login)


@pytest.mark.parametrize("condition", ["registration-required", "service-unavailable"])
def test_any_refusal_is_told(muc_room, login, condition):
    room = muc_room()
    room.refuse_next_join(condition, text="not today")
    with pytest.raises(Refused, match=condition):
        notify("built", room=room.jid, **login)


def test_a_wrong_password_is_told(muc_room, login):
    with pytest.raises(Refused, match="not-authorized"):
        notify("built", room=muc_room().jid, **{**login, "password": "wrong"})


def test_a_link_that_ends_too_early_is_told(muc_room, muc_faults, login):
    room, fault = muc_room(), muc_faults("close message to=builder")  # with the subject, before anything is said
    with pytest.raises(Refused, match="the stream ended"):
        notify("built", room=room.jid, **login)
    assert (fault.acted, room.messages) == (1, [])
