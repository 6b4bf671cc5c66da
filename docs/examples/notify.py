"""Says one line in a room and leaves: a notifier for a build, synchronous, with nothing but the standard library."""

import base64
import socket
import ssl
from xml.etree.ElementTree import XMLPullParser
from xml.sax.saxutils import escape, quoteattr

STREAM = "<stream:stream to={} version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
MUC = "http://jabber.org/protocol/muc"
OWN_PRESENCE = f".//{{{MUC}#user}}status[@code='110']"
CONDITION = ".//{urn:ietf:params:xml:ns:xmpp-stanzas}"


class Refused(Exception):
    """The room (or the server) says no; the text is the condition of the error."""


class Stream:
    """One XMPP stream: send text, take stanzas."""

    def __init__(self, host, port, domain, *, timeout=10):
        self.socket, self.domain = socket.create_connection((host, port), timeout), domain
        self.open()

    def open(self):
        self.parser, self.depth = XMLPullParser(["start", "end"]), 0
        self.send(STREAM.format(quoteattr(self.domain)))
        self.take("features")

    def send(self, text):
        self.socket.sendall(text.encode())

    def take(self, name=""):
        """The next element below the stream's root; those of other names are passed over."""
        while True:
            for event, element in self.parser.read_events():
                self.depth += 1 if event == "start" else -1
                if event == "end" and self.depth == 1 and element.tag.endswith(name):
                    return element
            data = self.socket.recv(4096)
            if not data:
                raise Refused("the stream ended")
            self.parser.feed(data)

    def start_tls(self, ca):
        self.send("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
        self.take("proceed")
        context = ssl.create_default_context(cafile=ca)
        self.socket = context.wrap_socket(self.socket, server_hostname=self.domain)
        self.open()

    def log_in(self, user, password):
        secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
        self.send(f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{secret}</auth>")
        if not self.take().tag.endswith("success"):
            raise Refused("not-authorized")
        self.open()
        self.send("<iq type='set' id='bind'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>")
        self.take("iq")


def notify(text, *, jid, password, room, nick="builder", host, port=5222, ca=None):
    """Returns when the room has shown the message to everybody. Raises `Refused`."""
    user, _, domain = jid.partition("@")
    stream = Stream(host, port, domain)
    try:
        stream.start_tls(ca)
        stream.log_in(user, password)
        stream.send(f"<presence to={quoteattr(f'{room}/{nick}')}><x xmlns='{MUC}'/></presence>")
        while (presence := stream.take("presence")).find(OWN_PRESENCE) is None:
            if presence.get("type") == "error":
                raise Refused(presence.find(f"{CONDITION}*").tag.partition("}")[2])
        stream.send(f"<message to={quoteattr(room)} type='groupchat' id='said'><body>{escape(text)}</body></message>")
        while stream.take("message").get("id") != "said":
            pass  # history, the subject, what others say
        stream.send("</stream:stream>")
    finally:
        stream.socket.close()
