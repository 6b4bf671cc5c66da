"""The visit with nbxmpp, which takes its authorities from GLib: see harness/tests/clients/__init__.py."""

import json
import os
import sys

import gi

gi.require_version("Soup", "3.0" if "3.0" in gi.Repository.get_default().enumerate_versions("Soup") else "2.4")

from gi.repository import Gio, GLib  # noqa: E402
from nbxmpp.client import Client  # noqa: E402
from nbxmpp.const import ConnectionProtocol, ConnectionType  # noqa: E402
from nbxmpp.protocol import Message, Presence  # noqa: E402
from nbxmpp.structs import StanzaHandler  # noqa: E402

KINDS = {
    "tcp": (ConnectionProtocol.TCP, ConnectionType.PLAIN),
    "starttls": (ConnectionProtocol.TCP, ConnectionType.START_TLS),
    "tls": (ConnectionProtocol.TCP, ConnectionType.DIRECT_TLS),
    "ws": (ConnectionProtocol.WEBSOCKET, ConnectionType.PLAIN),
    "wss": (ConnectionProtocol.WEBSOCKET, ConnectionType.DIRECT_TLS),
}
loop = GLib.MainLoop()
room = os.environ["VISIT_ROOM"]
nick = "bot"
over = False


def say(event, **more):
    print(json.dumps({"event": event, **more}), flush=True)


def trust(path):
    Gio.TlsBackend.get_default().set_default_database(Gio.TlsFileDatabase.new(path))


def connected(client, _signal):
    say("connected", jid=str(client.get_bound_jid()))
    joining = Presence(to=f"{room}/bot")
    joining.setTag("x", namespace="http://jabber.org/protocol/muc")
    client.send_stanza(joining)


def presence(client, stanza, told):
    global nick, over
    if not told.is_muc_self_presence:
        return
    if told.type.is_unavailable:
        if not told.is_nickname_changed:
            over = True
            say("left")
            client.disconnect()
    elif nick == "bot" and stanza.getFrom().resource == "bot":
        say("joined", nick="bot")
        client.send_stanza(Message(to=room, typ="groupchat", body="Good morrow!"))
    else:
        nick = stanza.getFrom().resource
        say("renamed", nick=nick)
        client.send_stanza(Presence(to=f"{room}/{nick}", typ="unavailable"))


def message(client, stanza, told):
    if told.body:
        say("message", body=told.body)
        client.send_stanza(Presence(to=f"{room}/robot"))


def failed(client, signal, *_):
    print(signal, client.get_error(), file=sys.stderr)
    loop.quit()


def main():
    transport = os.environ["VISIT_TRANSPORT"]
    if os.environ["VISIT_CA"]:
        trust(os.environ["VISIT_CA"])
    client = Client()
    user, _, domain = os.environ["VISIT_JID"].partition("@")
    client.set_domain(domain)
    client.set_username(user)
    client.set_password(os.environ["VISIT_PASSWORD"])
    where = os.environ["VISIT_URL"] or f"{os.environ['VISIT_HOST']}:{os.environ['VISIT_PORT']}"
    client.set_custom_host(where, *KINDS[transport])
    client.subscribe("connected", connected)
    for signal in ("connection-failed", "disconnected"):
        client.subscribe(signal, failed)
    client.register_handler(StanzaHandler(name="presence", callback=presence, priority=60))
    client.register_handler(StanzaHandler(name="message", callback=message, priority=60))
    client.connect()
    loop.run()
    sys.exit(0 if over else 1)


main()
