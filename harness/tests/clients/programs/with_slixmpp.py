"""The visit with slixmpp: see harness/tests/clients/__init__.py."""

import asyncio
import json
import os
import ssl

from slixmpp import JID, ClientXMPP
from slixmpp.xmlstream.handler import Callback
from slixmpp.xmlstream.matcher import StanzaPath


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


class Visitor(ClientXMPP):
    def __init__(self, transport, ca):
        context = ssl.create_default_context(cafile=ca or None)
        super().__init__(os.environ["VISIT_JID"], os.environ["VISIT_PASSWORD"], ssl_context=context)
        self.enable_plaintext = transport == "tcp"
        self.enable_starttls = transport == "starttls"
        self.enable_direct_tls = transport == "tls"
        self.plugin["feature_mechanisms"].unencrypted_scram = transport == "tcp"
        self.register_plugin("xep_0045")
        self.room = JID(os.environ["VISIT_ROOM"])
        self.started, self.over = asyncio.Future(), asyncio.Future()
        self.add_event_handler("session_start", self.started.set_result)
        for failure in ("connection_failed", "failed_all_auth", "disconnected", "ssl_invalid_chain"):
            self.add_event_handler(failure, self.failed)

    def failed(self, why):
        if not self.started.done():
            self.started.set_exception(ConnectionError(str(why)))

    def heard(self, event):
        """The next one of this kind."""
        found = asyncio.Future()
        self.add_event_handler(event, lambda stanza: found.done() or found.set_result(stanza))
        return found

    async def visit(self):
        await self.started
        say("connected", jid=self.boundjid.full)
        muc = self.plugin["xep_0045"]
        presence, *_ = await muc.join_muc_wait(self.room, "bot", maxchars=0)
        say("joined", nick=presence["from"].resource)
        echo = self.heard("groupchat_message")
        self.send_message(mto=self.room, mbody="Good morrow!", mtype="groupchat")
        say("message", body=(await echo)["body"])
        say("renamed", nick=await muc.set_self_nick(self.room, "robot"))
        gone = asyncio.Future()  # xep_0045 forgets a room before the room has answered
        self.register_handler(Callback("gone", StanzaPath("presence@type=unavailable"), gone.set_result))
        muc.leave_muc(self.room, "robot")
        await gone
        say("left")
        await self.disconnect()


async def main():
    visitor = Visitor(os.environ["VISIT_TRANSPORT"], os.environ["VISIT_CA"])
    visitor.connect(os.environ["VISIT_HOST"], int(os.environ["VISIT_PORT"]))
    await visitor.visit()


asyncio.run(main())
