"""The visit with aioxmpp, which takes its authorities from OpenSSL: see harness/tests/clients/__init__.py."""

import asyncio
import json
import os

import aioxmpp
from aioxmpp import JID, connector, security_layer

CONNECTORS = {
    "tcp": connector.STARTTLSConnector,
    "starttls": connector.STARTTLSConnector,
    "tls": connector.XMPPOverTLSConnector,
}


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


def client(transport):
    security = security_layer.make(os.environ["VISIT_PASSWORD"])
    if transport == "tcp":
        security = security._replace(tls_required=False)
    made = aioxmpp.PresenceManagedClient(JID.fromstr(os.environ["VISIT_JID"]), security, max_initial_attempts=1)
    peer = (os.environ["VISIT_HOST"], int(os.environ["VISIT_PORT"]), CONNECTORS[transport]())
    made.override_peer = [peer]
    return made


def heard(signal):
    """The arguments of its next call."""
    found = asyncio.get_event_loop().create_future()
    signal.connect(lambda *args, **more: found.done() or found.set_result((args, more)) or True)
    return found


async def main():
    visitor = client(os.environ["VISIT_TRANSPORT"])
    rooms = visitor.summon(aioxmpp.MUCClient)
    async with visitor.connected():
        say("connected", jid=str(visitor.local_jid))
        room, joined = rooms.join(JID.fromstr(os.environ["VISIT_ROOM"]), "bot", autorejoin=False)
        await joined
        say("joined", nick=room.me.nick)
        echo = heard(room.on_message)
        message = aioxmpp.Message(type_=aioxmpp.MessageType.GROUPCHAT)
        message.body[None] = "Good morrow!"
        room.send_message(message)
        (said, *_), _ = await echo
        say("message", body=said.body.any())
        renamed = heard(room.on_nick_changed)
        await room.set_nick("robot")
        await renamed
        say("renamed", nick=room.me.nick)
        await room.leave()
        say("left")


asyncio.run(main())
