"""A bot made with wokkel: `!roll` throws a die; it answers nobody else, and nothing that was said before it came."""

import random
import sys

import constantly
from twisted.python import compat

compat._PY3 = True  # wokkel 18 needs two names that newer releases of Twisted have dropped
sys.modules.setdefault("twisted.python.constants", constantly)

from twisted.words.protocols.jabber.jid import JID  # noqa: E402
from wokkel.client import XMPPClient  # noqa: E402
from wokkel.muc import MUCClient  # noqa: E402
from wokkel.ping import PingHandler  # noqa: E402


class Dice(MUCClient):
    """The protocol: `throw` gives the number."""

    def __init__(self, room, nick="dice", *, throw=lambda: random.randint(1, 6)):
        super().__init__()
        self.room, self.wanted, self.throw = JID(room), nick, throw

    def connectionInitialized(self):
        super().connectionInitialized()
        self.join(self.room, self.wanted)

    def receivedGroupChat(self, room, user, message):
        if message.body == "!roll":
            self.groupChat(room.roomJID, f"{user.nick} rolls {self.throw()}")


def dice(jid, password, room, *, host, port, **options):
    """The service that runs it. Wokkel trusts the certificates that OpenSSL trusts (SSL_CERT_FILE)."""
    client = XMPPClient(JID(jid), password, host=host, port=port)
    for protocol in (Dice(room, **options), PingHandler()):
        protocol.setHandlerParent(client)
    return client
