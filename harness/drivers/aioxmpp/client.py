"""One session: an aioxmpp client with its services, and what they report of themselves."""

import asyncio
import os
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import aioxmpp
import aioxmpp.im.p2p
import rooms
import told
from aioxmpp import JID, MessageType, connector, security_layer
from aioxmpp.tracking import BasicTrackingService

CONNECTORS = {"starttls": connector.STARTTLSConnector, "direct": connector.XMPPOverTLSConnector}
CONNECT_WITHIN = timedelta(seconds=4)  # a command is waited for five


class Session:
    """`say` writes an event of this session; `listen` attaches a handler to a signal of the library."""

    def __init__(self, say, listen):
        self.say, self.listen = say, listen
        self.client = None
        self.stays = False  # whether the library is to come back by itself
        self._visits = {}  # room of the library -> Visit
        self.tracked = set()  # ids of the messages that a tracker of the library waits for
        self._stack = AsyncExitStack()
        self._why = None  # why the stream was lost

    async def connect(self, args):
        """Log in. A client that lost its stream is started again: what it kept of the time before is its own doing."""
        if self.stays and self.client.running:
            return await self._come_back()
        await self._stack.aclose()
        if args.get("ca"):  # OpenSSL's way to say whom to trust; the library verifies as it always does
            os.environ["SSL_CERT_FILE"], os.environ["SSL_CERT_DIR"] = args["ca"], str(Path(args["ca"]).parent)
        if self.client is None:
            self._make(args)
        kind = CONNECTORS[args.get("tls") or "starttls"]()
        self.client.override_peer = [(args["host"], args["port"], kind)]
        await self._stack.enter_async_context(self.client.connected(timeout=CONNECT_WITHIN))
        return {"jid": str(self.client.local_jid)}

    async def _come_back(self):
        """The library opens a new stream by itself; told is only that it is there."""
        if not self.client.established:
            there = asyncio.get_running_loop().create_future()
            self.client.on_stream_established.connect(there, self.client.on_stream_established.AUTO_FUTURE)
            await asyncio.wait_for(there, CONNECT_WITHIN.total_seconds())
        return {"jid": str(self.client.local_jid)}

    async def disconnect(self, args):
        """Close the stream."""
        await self._stack.aclose()

    def _make(self, args):
        anonymous = "" if args.get("mechanism") == "ANONYMOUS" else False
        security = security_layer.make(args.get("password"), anonymous=anonymous)
        if args.get("tls") == "none":
            security = security._replace(tls_required=False)
        self.client = client = aioxmpp.PresenceManagedClient(JID.fromstr(args["jid"]), security, max_initial_attempts=1)
        self.muc = client.summon(aioxmpp.MUCClient)
        self.private = client.summon(aioxmpp.im.p2p.Service)
        self.disco = client.summon(aioxmpp.DiscoClient)
        self.tracking = client.summon(BasicTrackingService)
        self.listen(self.muc.on_muc_invitation, self._invited)
        self.listen(self.private.on_conversation_new, self._conversation)
        # before the services: MUCClient empties muc#user of what is no groupchat message
        client.stream.app_inbound_message_filter.register(self._stanza, 0)
        self.listen(client.on_stream_suspended, self._suspended)
        self.listen(client.on_stream_destroyed, self._lost)

    def visit(self, room):
        """What is known of this room object; its signals are attached when it is first seen."""
        if room not in self._visits:
            self._visits[room] = rooms.Visit(room, self.say, self.listen)
        return self._visits[room]

    def state(self, room):
        """The library's room, if it says that there is one."""
        try:
            room = self.muc.get_muc(JID.fromstr(room))
        except (AttributeError, KeyError):
            return {"joined": False}
        me = told.occupant(room.me) if room.me else dict.fromkeys(("nick", "role", "affiliation"))
        return {
            "joined": room.muc_joined,
            "subject": told.text(room.muc_subject),
            **{key: me[key] for key in ("nick", "role", "affiliation")},
            "occupants": [{**told.occupant(m), **told.availability(m)} for m in room.members],
        }

    # the stream

    def _suspended(self, reason):
        self._why = reason

    def _lost(self, *_):
        error = told.error(self._why) if self._why else {"condition": None, "text": None}
        self.say({"event": "disconnected", "source": "api", "condition": error["condition"], "text": error["text"]})
        if self._why and not self.stays:  # else it would come back on its own, after a second and more
            asyncio.get_running_loop().call_soon(self.client.stop)
        self._why = None

    # messages that belong to no visit

    def _invited(self, stanza, room, inviter, mode, password=None, reason=None, **_):
        who = {"room": str(room), "inviter": told.known(inviter), "mode": mode.name.lower()}
        why = {"password": told.known(password), "reason": told.known(reason)}
        self.say({"event": "invited", "source": "api", **who, **why})

    def _conversation(self, conversation, **_):
        self.listen(conversation.on_message, self._private_message)

    def _private_message(self, message, member, source, **_):
        """Of an occupant, and not what was sent to one; with others the conversations have nothing to do here."""
        room = member.direct_jid.bare()
        if member.is_self or not self._knows(room):
            return
        said = {"body": told.text(message.body), "id": message.id_}
        who = {"room": str(room), "nick": member.direct_jid.resource}
        self.say({"event": "private_message", "source": "api", **who, **said})

    def _knows(self, room):
        try:
            return self.muc.get_muc(room) is not None
        except KeyError:
            return False

    def _stanza(self, message):
        """What the library reports in no other way than with the stanza."""
        if message.from_ is not None and message.type_ is MessageType.ERROR:
            self._came_back(message)
        elif message.from_ is not None and message.from_.is_bare and message.xep0045_muc_user:
            self._notice(message.xep0045_muc_user, {"room": str(message.from_), "source": "stanza"})
        return message

    def _came_back(self, message):
        """An error that no tracker of the library waits for."""
        if message.id_ not in self.tracked and message.error is not None:
            who = {"room": str(message.from_.bare()), "nick": message.from_.resource, "id": message.id_}
            error = told.stanza_error(message.error)
            self.say({"event": "message_failed", "source": "stanza", **who, **error})

    def _notice(self, of, event):
        """A change of somebody who is not there."""
        for item in of.items:
            change = {"jid": told.known(item.jid), "affiliation": told.known(item.affiliation)}
            self.say({"event": "affiliation_changed", **event, **change, "reason": told.known(item.reason)})
