"""Messages about messages: slixmpp's plugins for XEP-0308, XEP-0424, XEP-0425, XEP-0444 and XEP-0461."""

from slixmpp import JID

PLUGINS = ("xep_0308", "xep_0424", "xep_0425", "xep_0444", "xep_0461")
SENT = {"ok": "sent"}


async def correct(client, room, id, body):
    said = client["xep_0308"].build_correction(id, JID(room), mtype="groupchat", mbody=body)
    said.send()
    return {**SENT, "id": said["id"]}


async def reply(client, room, stanza_id, nick, body):
    wish = {"mto": JID(room), "mbody": body, "mtype": "groupchat"}
    said = client["xep_0461"].make_reply(JID(f"{room}/{nick}"), stanza_id, **wish)
    said.send()
    return {**SENT, "id": said["id"]}


async def react(client, room, stanza_id, reactions):
    """`send_reactions` sends no groupchat message; the plugin has this for messages of another type."""
    said = client.make_message(mto=JID(room), mtype="groupchat")
    client["xep_0444"].set_reactions(said, stanza_id, reactions)
    said.send()
    return SENT


async def retract(client, room, stanza_id):
    client["xep_0424"].send_retraction(JID(room), stanza_id, mtype="groupchat")
    return SENT


async def moderate(client, room, stanza_id, reason=""):
    await client["xep_0425"].moderate(JID(room), stanza_id, reason)


CALLS = (correct, reply, react, retract, moderate)


class Referring:
    """What the plugins tell of messages about messages.

    They keep no messages, and hand over stanzas: whether it is about a message that there is, and of whom, is left to
    the application.
    """

    def __init__(self, xmpp, say):
        self._say = say
        xmpp.add_event_handler("message_correction", self._corrected)
        xmpp.add_event_handler("reactions", self._reacted)
        xmpp.add_event_handler("message_retract", self._retracted)
        xmpp.add_event_handler("moderated_message", self._moderated)

    def _corrected(self, message):
        self._tell("corrected", message, id=message["replace"]["id"], body=message["body"])

    def _reacted(self, message):
        reactions = sorted(message["reactions"]["values"])
        self._tell("reacted", message, stanza_id=message["reactions"]["id"], reactions=reactions)

    def _retracted(self, message):
        if message["retract"].get_plugin("moderated", check=True) is None:
            self._tell("retracted", message, stanza_id=message["retract"]["id"])

    def _tell(self, event, message, **about):
        if message["type"] == "groupchat":
            fields = {"room": message["from"].bare, "nick": message["from"].resource, **about}
            self._say(event, source="stanza", occupant_id=message["occupant-id"]["id"], **fields)

    def _moderated(self, message):
        retract = message["retract"]
        by = JID(retract["moderated"]["by"])
        fields = {"room": message["from"].bare, "stanza_id": retract["id"], "actor": by.resource}
        self._say("moderated", source="stanza", reason=retract["reason"], occupant_id=None, **fields)
