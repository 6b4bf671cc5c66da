"""A client made with wokkel, as a program: it joins a room and writes a line of JSON for whatever happens to itself.

`python visitor.py JID PASSWORD ROOM NICK HOST PORT`; it trusts what OpenSSL trusts (SSL_CERT_FILE).
"""

from __future__ import annotations

import json
import sys
from typing import Any

import constantly
from twisted.python import compat

compat._PY3 = True  # type: ignore[attr-defined]  # wokkel 18 needs two names that newer releases have dropped
sys.modules.setdefault("twisted.python.constants", constantly)

from twisted.internet import reactor  # noqa: E402
from twisted.words.protocols.jabber.jid import JID  # noqa: E402
from wokkel.client import XMPPClient  # noqa: E402
from wokkel.muc import MUCClient  # noqa: E402


class Visitor(MUCClient):  # type: ignore[misc]  # wokkel has no types
    """What the library tells of the own seat."""

    def __init__(self, room: str, nick: str) -> None:
        super().__init__()
        self.where, self.wanted = JID(room), nick

    def connectionInitialized(self) -> None:
        super().connectionInitialized()
        self.join(self.where, self.wanted).addCallback(lambda room: tell("joined", nick=room.nick))

    def unavailableReceived(self, presence: Any) -> None:
        super().unavailableReceived(presence)
        if presence.sender.resource == self.wanted:
            tell("left", codes=sorted(status.value for status in presence.mucStatuses))

    def receivedGroupChat(self, room: Any, user: Any, message: Any) -> None:
        tell("said", nick=user.nick if user else "", body=message.body)


def tell(event: str, **more: Any) -> None:
    print(json.dumps({"event": event, **more}), flush=True)


def main() -> None:
    jid, password, room, nick, host, port = sys.argv[1:]
    client = XMPPClient(JID(jid), password, host=host, port=int(port))
    Visitor(room, nick).setHandlerParent(client)
    client.startService()
    turning: Any = reactor
    turning.run()


if __name__ == "__main__":
    main()
