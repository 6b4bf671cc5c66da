"""One session: an `XMPPClient` with its handlers, logged in over STARTTLS with the given CA."""

import os

import library
from told import Messages, Rooms
from twisted.internet import defer, reactor
from twisted.words.protocols.jabber.jid import JID

CONNECT_WITHIN = 4.0  # seconds; a command is waited for five


class Link(library.subprotocols.XMPPHandler):
    """Tells the session when its stream is ready and when it is gone."""

    def __init__(self, session):
        super().__init__()
        self._session = session

    def connectionMade(self):
        self._session.connected(self.xmlstream)

    def connectionInitialized(self):
        self._session.ready()

    def connectionLost(self, reason):
        super().connectionLost(reason)
        self._session.lost(reason)


class Session(library.client.XMPPClient):
    """The library's client. The library calls `initializationFailed` of whoever wants to know of it."""

    def __init__(self, name, args, driver):
        super().__init__(JID(args["jid"]), args.get("password") or "", host=args["host"], port=args["port"])
        self.name = name
        self._driver = driver
        self._attempt = None
        self._ending = None
        self._up = False
        self.rooms = Rooms(self.say)
        self.discovery = library.disco.DiscoClientProtocol()
        self.available = library.xmppim.PresenceProtocol()
        self.archives = library.mam.MAMClient() if library.mam else None
        for handler in (
            self.rooms,
            Messages(self.rooms, self.say),
            self.discovery,
            self.available,
            self.archives,
            library.disco.DiscoHandler(),
            library.ping.PingHandler(),
            library.generic.FallbackHandler(),
            Link(self),
        ):
            if handler is not None:
                handler.setHandlerParent(self)

    def say(self, name, /, *, source="api", **fields):
        synth = {"synth": True} if source == "synth" else {}
        self._driver.say({"event": name, "session": self.name, "source": source, **fields, **synth})

    async def log_in(self, args):
        """The bound JID, whoever opened the stream. Raises what the library, or the way to the server, says."""
        if self._up:
            return self.jid.full()
        if args.get("tls") != "starttls":
            raise ValueError("XMPPClient always asks for STARTTLS and knows no other TLS")
        os.environ["SSL_CERT_FILE"] = args["ca"]  # the library trusts what the platform trusts
        if self.running and self.xmlstream is None:
            self.stopService()  # it waits until it tries again by itself
        self.host, self.port = args["host"], args["port"]
        self._attempt = defer.Deferred()
        self._attempt.addTimeout(CONNECT_WITHIN, reactor)
        if not self.running:
            self.startService()
        try:
            return await self._attempt
        except BaseException:
            self.stopService()
            raise
        finally:
            self._attempt = None

    async def log_out(self):
        """Answered when the stream is gone and everything about it is reported."""
        if self.running:
            self.stopService()
        if self._up:
            self._ending = defer.Deferred()
            await self._ending

    # what the stream tells

    def connected(self, xmlstream):
        xmlstream.rawDataInFn = lambda _: self._driver.works_for(self.name)

    def ready(self):
        self._up = True
        self.available.available()
        if self._attempt:
            self._attempt.callback(self.jid.full())

    def initializationFailed(self, reason):
        if self._attempt:
            self._attempt.errback(reason)

    def lost(self, reason):
        if self._attempt and not self._attempt.called:
            self._attempt.errback(reason)
        if self._up:
            self._up = False
            self.say("disconnected", condition=None, text=reason.getErrorMessage())
        if self._ending:
            self._ending.callback(None)
