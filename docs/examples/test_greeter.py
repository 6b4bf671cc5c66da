"""Tests of an asyncio bot. What waits for the bot waits in a thread, so that the bot can go on."""

import asyncio
from contextlib import asynccontextmanager

import pytest

slixmpp = pytest.importorskip("slixmpp", reason="the example of asyncio needs slixmpp: pip install slixmpp")
from greeter import Greeter  # noqa: E402


@asynccontextmanager
async def greeting(muc_server, room):
    """A greeter in the room."""
    account = muc_server.account("greeter")
    bot = Greeter(account.jid, account.password, room.jid, ca=muc_server.ca)
    bot.connect(muc_server.host, muc_server.port)
    await asyncio.to_thread(room.wait_for_occupant, "greeter")
    await asyncio.to_thread(room.settle)  # the room has let it in; now it knows that too
    yield bot
    await bot.stop()


def test_whoever_comes_is_greeted(muc_server, muc_room):
    async def story():
        room = muc_room(occupants=["gower"])
        async with greeting(muc_server, room):
            room.enter("Jamy")
            await asyncio.to_thread(room.wait_for_message, "Welcome, Jamy!", nick="greeter")
            assert [message.body for message in room.messages] == ["Welcome, Jamy!"]  # and not gower

    asyncio.run(story())


def test_a_kick_does_not_keep_it_away(muc_server, muc_room):
    async def story():
        room = muc_room(occupants=[{"nick": "Fluellen", "affiliation": "owner"}])
        async with greeting(muc_server, room):
            room.kick("greeter", by="Fluellen", reason="Avaunt!")
            await asyncio.to_thread(room.wait_for_occupant, "greeter")
            await asyncio.to_thread(room.settle)
            room.enter("Jamy")
            await asyncio.to_thread(room.wait_for_message, "Welcome, Jamy!")

    asyncio.run(story())
