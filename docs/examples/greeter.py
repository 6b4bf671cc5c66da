"""A bot made with slixmpp: it greets whoever comes into the room, and goes back when it is kicked."""

import asyncio
import ssl

from slixmpp import JID, ClientXMPP


class Greeter(ClientXMPP):
    """`run` comes back when `stop` is called."""

    def __init__(self, jid, password, room, nick="greeter", *, ca=None):
        super().__init__(jid, password, ssl_context=ssl.create_default_context(cafile=ca))
        self.enable_direct_tls = False
        self.room, self.nick = JID(room), nick
        self.register_plugin("xep_0045")
        self.muc = self.plugin["xep_0045"]
        self.add_event_handler("session_start", self.enter)
        self.add_event_handler(f"muc::{room}::got_online", self.somebody_came)
        self.add_event_handler(f"muc::{room}::self-presence", self.own_presence)
        self._at_home = False

    async def enter(self, _=None):
        await self.muc.join_muc_wait(self.room, self.nick, maxchars=0)

    def own_presence(self, presence):
        # a room sends the own presence last, so that whoever comes after it is new
        self._at_home = presence["type"] != "unavailable"
        if 307 in presence["muc"]["status_codes"]:  # kicked
            self._coming_back = asyncio.ensure_future(self.enter())

    def somebody_came(self, presence):
        who = presence["from"].resource
        if self._at_home and who != self.nick:
            self.send_message(mto=self.room, mbody=f"Welcome, {who}!", mtype="groupchat")

    async def stop(self):
        self.muc.leave_muc(self.room, self.nick)
        await self.disconnect()
        await asyncio.sleep(0)
