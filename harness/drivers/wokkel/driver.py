"""The driver for wokkel and tx-xmpp: commands and answers as JSON lines, one `XMPPClient` a session."""

import json
import os
import sys
import tomllib
from pathlib import Path

import library
from answers import Lacking, answer_of
from calls import CALLS, RAW
from session import Session
from twisted.internet import defer, reactor, stdio, task
from twisted.logger import globalLogBeginner
from twisted.protocols.basic import LineOnlyReceiver

GONE = {"condition": "disconnected", "type": "cancel", "text": "no such session"}
TURNS = 3  # of the reactor, until what the library wrote has left the layer of TLS
ABOUT = tomllib.loads(Path(__file__).with_name(library.TOML).read_text("utf-8"))


def hello():
    said = {key: ABOUT["driver"][key] for key in ("library", "language", "can", "reports")}
    return {"driver": ABOUT["driver"]["name"], "version": library.VERSION, **said}


class Driver(LineOnlyReceiver):
    """Reads commands, keeps the sessions, writes what they say. Commands run side by side."""

    delimiter = b"\n"
    MAX_LENGTH = 8_000_000

    def __init__(self):
        self._sessions = {}
        self._speaking = ""  # the session that the library is working for

    def say(self, message):
        self.sendLine(json.dumps(message, ensure_ascii=False).encode())

    def works_for(self, session):
        self._speaking = session

    def logged(self, event):
        """What a callback of the library let escape, Twisted only logs."""
        failure = event.get("log_failure") or event.get("failure")
        if failure is not None:
            said = {"type": failure.type.__name__, "text": str(failure.value)}
            self.say({"event": "exception", "session": self._speaking, **said, "source": "api"})

    def lineReceived(self, line):
        if not line.strip():
            return None
        message = json.loads(line)
        verb, seq, name = message.pop("cmd"), message.pop("seq", 0), message.pop("session", "")
        if verb == "start":
            return self.say(hello())
        if verb == "stop":
            return self.transport.loseConnection()
        self.works_for(name)
        done = defer.ensureDeferred(self._answer(verb, name, message))
        done.addErrback(answer_of)
        done.addCallback(lambda answer: self.say({"seq": seq, **answer}))
        return done.addErrback(self._own_mistake)

    async def _answer(self, verb, name, args):
        if verb not in ABOUT["driver"]["can"]:
            why = ABOUT["unsupported"].get(verb, f"{library.NAME} has nothing called {verb}")
            return {"unsupported": True, "why": why}
        if verb == "sync":
            for _ in range(TURNS):
                await task.deferLater(reactor, 0, lambda: None)
            return {"ok": True}
        if verb == "connect":
            session = self._sessions.get(name) or Session(name, args, self)
            self._sessions[name] = session
            return {"ok": True, "jid": await session.log_in(args)}
        session = self._sessions.get(name)
        if session is None:
            return {"ok": True} if verb == "disconnect" else {"ok": False, "error": GONE}
        if verb == "disconnect":
            await session.log_out()
            del self._sessions[name]
            return {"ok": True}
        try:
            answer = await CALLS[verb](session, **args)
        except Lacking as lacking:
            return {"unsupported": True, "argument": lacking.argument, "why": str(lacking)}
        return {"ok": True, **(answer or {}), **({"via": "raw"} if verb in RAW else {})}

    def _own_mistake(self, failure):
        """Never the library's: loud, so that nobody takes it for a missing answer."""
        failure.printTraceback(sys.stderr)
        self.transport.loseConnection()

    def connectionLost(self, reason):
        if reactor.running:
            reactor.stop()


def main():
    # what is printed by mistake goes to stderr
    sys.stdout = sys.stderr
    driver = Driver()
    globalLogBeginner.beginLoggingTo([driver.logged], discardBuffer=True, redirectStandardIO=False)
    stdio.StandardIO(driver)
    reactor.run(installSignalHandlers=False)
    os._exit(0)


if __name__ == "__main__":
    main()
