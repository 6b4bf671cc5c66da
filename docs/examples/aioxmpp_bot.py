"""Visit a room: `mucspec serve --port 0 --ready-json | python docs/examples/aioxmpp_bot.py`."""

import asyncio
import json
import os
import sys

import aioxmpp
from aioxmpp import JID, connector, security_layer


async def visit(domain, muc, addresses, ca, **_):
    host, _, port = addresses["c2s"].rpartition(":")
    os.environ["SSL_CERT_FILE"] = ca  # whom OpenSSL trusts
    peer = (host, int(port), connector.STARTTLSConnector())
    client = aioxmpp.PresenceManagedClient(
        JID.fromstr(f"bot@{domain}"), security_layer.make("secret"), override_peer=[peer]
    )
    rooms = client.summon(aioxmpp.MUCClient)
    async with client.connected():
        room, joined = rooms.join(JID.fromstr(f"lounge@{muc}"), "bot", autorejoin=False)
        await joined
        print("joined as", room.me.nick)
        await room.leave()


asyncio.run(visit(**json.loads(sys.stdin.readline())))
