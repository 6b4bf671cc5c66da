"""Reads the line of `mucspec serve --port 0 --ready-json` from stdin, joins a room there and leaves it again."""

import asyncio
import json
import ssl
import sys

from slixmpp import JID, ClientXMPP


async def main() -> None:
    server = json.loads(sys.stdin.readline())
    host, _, port = server["addresses"]["c2s"].rpartition(":")
    bot = ClientXMPP(f"bot@{server['domain']}", "secret", ssl_context=ssl.create_default_context(cafile=server["ca"]))
    bot.enable_direct_tls = bot.enable_plaintext = False  # STARTTLS or nothing
    bot.register_plugin("xep_0045")
    bot.connect(host, int(port))
    await bot.wait_until("session_start", timeout=10)
    room, muc = JID(f"lounge@{server['muc']}"), bot.plugin["xep_0045"]
    presence, *_ = await muc.join_muc_wait(room, "bot", timeout=10)
    print("joined as", presence["from"].resource, flush=True)
    muc.leave_muc(room, "bot")
    await bot.disconnect()


asyncio.run(main())
