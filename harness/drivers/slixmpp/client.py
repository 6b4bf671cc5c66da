"""One session: a `ClientXMPP` with its plugins, logged in over STARTTLS with the given CA."""

import asyncio
import ssl
from functools import cache

from referring import PLUGINS as REFERRING
from referring import Referring
from slixmpp import ClientXMPP
from slixmpp.exceptions import XMPPError
from told import Told

PLUGINS = (
    "xep_0030", "xep_0045", "xep_0059", "xep_0077", "xep_0128", "xep_0199", "xep_0203",
    "xep_0249", "xep_0313", "xep_0359", "xep_0410", "xep_0421", "xep_0441",
)  # fmt: skip


@cache
def _context(ca):
    """One context for all sessions: to make one that reads the system's certificates takes 25 ms."""
    return ssl.create_default_context(cafile=ca)


class Client(ClientXMPP):
    """The library's client. What escapes its handlers is reported, as it says that an application should."""

    def __init__(self, name, args, driver):
        mechanism, context = args.get("mechanism") or None, _context(args.get("ca"))
        super().__init__(args["jid"], args.get("password") or "", sasl_mech=mechanism, ssl_context=context)
        self.enable_direct_tls = args.get("tls") == "direct"
        self.enable_starttls = args.get("tls") == "starttls"
        self.enable_plaintext = args.get("tls") in (None, "none")
        if self.enable_plaintext:
            self["feature_mechanisms"].unencrypted_plain = True
        for plugin in (*PLUGINS, *REFERRING):
            self.register_plugin(plugin)
        self.muc = self["xep_0045"]
        self._driver, self.session = driver, name
        self._attempt = None
        self.told = Told(self, lambda event: driver.say({**event, "session": name}))
        self.referring = Referring(self, self.told.say)
        self.add_event_handler("session_start", self._started)
        self.add_event_handler("failed_all_auth", self._refused)
        self.add_event_handler("connection_failed", self._failed)
        self.add_event_handler("disconnected", self._failed)

    async def log_in(self, args):
        """The bound JID. Raises `XMPPError` or `OSError`."""
        self._attempt = asyncio.get_running_loop().create_future()
        self.connect(args["host"], args["port"])
        try:
            return await self._attempt
        finally:
            self.cancel_connection_attempt()

    def data_received(self, data):
        """What escapes here ends the connection: it is told with the session's name, and goes on its way."""
        try:
            super().data_received(data)
        except Exception as error:
            self._driver.escaped(self.session, error)
            error.told = True
            raise

    def exception(self, exception):
        self._driver.escaped(self.session, exception)

    def _started(self, _):
        self.send_presence()
        if self._attempt and not self._attempt.done():
            self._attempt.set_result(self.boundjid.full)

    def _refused(self, _):
        self._end(XMPPError("not-authorized", "every mechanism failed"))

    def _failed(self, reason):
        self._end(reason if isinstance(reason, BaseException) else OSError(str(reason)))

    def _end(self, error):
        if self._attempt and not self._attempt.done():
            self._attempt.set_exception(error)
