"""What slixmpp tells its application, as events: its own events and the values that its stanza interfaces give."""

import datetime

from slixmpp.plugins.xep_0410.self_ping import PingStatus

RENAMED, SELF, CREATED = 303, 110, 201


class Told:
    """Listens to one client. `joining` rooms hold their messages until the library says which are history."""

    def __init__(self, xmpp, say):
        self.xmpp, self._say = xmpp, say
        self._rooms = set()
        self._inside = set()
        self._renamed = set()  # (room, nick) whose arrival belongs to a rename
        self._held = []
        self._joining = set()
        self._stream_error = {}
        for name, heard in {
            "groupchat_presence": self._presence,
            "groupchat_message": self._message,
            "groupchat_subject": self._subject,
            "groupchat_message_error": self._message_failed,
            "groupchat_config_status": self._config_changed,
            "groupchat_affiliation_change": self._affiliation_changed,
            "groupchat_invite": self._invited,
            "groupchat_direct_invite": self._invited_directly,
            "groupchat_decline": self._declined,
            "message": self._private,
            "muc_ping_changed": self._pinged,
            "stream_error": self._stream_broke,
            "disconnected": self._disconnected,
        }.items():
            xmpp.add_event_handler(name, heard)

    def say(self, name, /, *, source="api", **fields):
        synth = {"synth": True} if source == "synth" else {}
        self._say({"event": name, "source": source, **fields, **synth})

    # joins

    def join_begins(self, room):
        """Hold the messages of a room, and hear of it from now on; the library names events by the prepared JID."""
        self._joining.add(room)
        self._inside.discard(room)
        if room not in self._rooms:
            self._rooms.add(room)
            for name in ("self-presence", "got_online", "got_offline"):
                self.xmpp.add_event_handler(f"muc::{room}::{name}", getattr(self, "_" + name.replace("-", "_")))

    def join_ends(self, room, history=()):
        """The library has said which of the messages so far are history: it keeps the very objects."""
        self._joining.discard(room)
        self.release(frozenset(map(id, history)))

    def release(self, history=None):
        """Tell what was held; without a word of the library, whether it is history stays open."""
        held, self._held = self._held, []
        for tell, message in held:
            tell(message, history=None if history is None else id(message) in history)

    def _hold(self, tell, message):
        """Messages and subjects of a room that is being joined wait, so that their order stays."""
        if message["from"].bare in self._joining:
            self._held.append((tell, message))
        else:
            tell(message, history=None)

    # presence

    def _self_presence(self, presence):
        muc, room = presence["muc"], presence["from"].bare
        codes, nick = sorted(muc["status_codes"]), presence["from"].resource
        if presence["type"] == "unavailable":
            if RENAMED in codes:
                return self._rename(presence, room, nick, own=True)
            self._inside.discard(room)
            destroyed = muc.get_plugin("destroy", check=True) is not None
            ended = {"cause": "destroyed", "alternate": str(muc["destroy"]["jid"])} if destroyed else {"alternate": ""}
            return self.say("left", room=room, nick=nick, **ended, **self._why(presence))
        if room in self._inside:
            return None
        self._inside.add(room)
        rank = {"role": muc["role"], "affiliation": muc["affiliation"]}
        self.say("joined", room=room, nick=nick, codes=codes, created=CREATED in codes, **rank)
        if CREATED in codes:
            self.say("room_created", room=room, codes=codes)
        return None

    def _rename(self, presence, room, nick, *, own):
        new = presence["muc"]["item_nick"]
        self._renamed.add((room, new))
        codes = sorted(presence["muc"]["status_codes"])
        self.say("renamed", source="synth", room=room, old=nick, nick=new, self=own, codes=codes)

    def _presence(self, presence):
        """The library tells this before it writes the presence into its list: what changed is to be seen now."""
        room, nick = presence["from"].bare, presence["from"].resource
        before = self.xmpp.muc.rooms[None].get(room, {}).get(nick)
        if before is None or presence["type"] == "unavailable":
            return
        muc, own = presence["muc"], SELF in presence["muc"]["status_codes"]
        same = True
        for field in ("role", "affiliation"):
            if before[field] != muc[field]:
                same = False
                more = {"jid": str(muc["jid"])} if field == "affiliation" else {}
                fields = {"room": room, "nick": nick, "self": own, field: muc[field], **more}
                self.say(f"{field}_changed", source="synth", **fields, **self._why(presence))
        now = {"show": presence["show"] or None, "status": presence["status"]}
        if same or any((before[field] or None) != (value or None) for field, value in now.items()):
            self.say("occupant_changed", **self._occupant(presence))

    def _got_online(self, presence):
        room, nick = presence["from"].bare, presence["from"].resource
        if (room, nick) in self._renamed:
            return self._renamed.discard((room, nick))
        if SELF not in presence["muc"]["status_codes"]:
            self.say("occupant_joined", **self._occupant(presence))
        return None

    def _got_offline(self, presence):
        room, nick, codes = presence["from"].bare, presence["from"].resource, presence["muc"]["status_codes"]
        if RENAMED in codes and SELF not in codes:
            self._rename(presence, room, nick, own=False)
        elif SELF not in codes:
            self.say("occupant_left", room=room, nick=nick, status=presence["status"], **self._why(presence))

    def _occupant(self, presence):
        muc = presence["muc"]
        return {
            "room": presence["from"].bare,
            "nick": presence["from"].resource,
            "role": muc["role"],
            "affiliation": muc["affiliation"],
            "jid": str(muc["jid"]),
            "occupant_id": presence["occupant-id"]["id"],
            "show": presence["show"],
            "status": presence["status"],
        }

    @staticmethod
    def _why(presence):
        item = presence["muc"]["item"]
        destroyed = presence["muc"].get_plugin("destroy", check=True)
        reason = destroyed["reason"] if destroyed is not None else item["reason"]
        actor = item["actor"]["nick"] or str(item["actor"]["jid"] or "")
        return {"actor": actor, "reason": reason, "codes": sorted(presence["muc"]["status_codes"])}

    def _pinged(self, change):
        """The library tells the outcome of its own pings, and of errors not which."""
        if change["result"] is PingStatus.DISCONNECTED:
            self.say("self_ping_failed", room=change["key"][0].bare, condition=None)

    # messages

    def _message(self, message):
        self._hold(self._tell_message, message)

    def _tell_message(self, message, *, history):
        room, by = message["from"].bare, message["stanza_id"]["by"]
        delay = message.get_plugin("delay", check=True)
        self.say(
            "message",
            room=room,
            nick=message["mucnick"],
            body=message["body"],
            id=message["id"],
            # of several the library shows the first; whose word it is, is for the application to see
            stanza_id=message["stanza_id"]["id"] if by in ("", room) else None,
            origin_id=message["origin_id"]["id"],
            occupant_id=message["occupant-id"]["id"],
            history=history,
            stamp=_utc(delay["stamp"]) if delay is not None else "",
        )

    def _subject(self, message):
        self._hold(self._tell_subject, message)

    def _tell_subject(self, message, *, history):
        self.say("subject", room=message["from"].bare, subject=message["subject"] or "", nick=message["mucnick"])

    def _private(self, message):
        sender = message["from"]
        if message["type"] in ("chat", "normal") and sender.resource and sender.bare in self._rooms:
            fields = {"nick": sender.resource, "body": message["body"], "id": message["id"]}
            occupant_id = message["occupant-id"]["id"]
            self.say("private_message", source="stanza", room=sender.bare, occupant_id=occupant_id, **fields)

    def _message_failed(self, message):
        error, sender = message["error"], message["from"]
        about = {"condition": error["condition"], "type": error["type"], "text": error["text"]}
        self.say("message_failed", room=sender.bare, nick=sender.resource, id=message["id"], **about)

    # about the room

    def _config_changed(self, message):
        codes = sorted(message["muc"]["status_codes"])
        self.say("config_changed", room=message["from"].bare, codes=codes)

    def _affiliation_changed(self, message):
        muc = message["muc"]
        fields = {"nick": muc["item_nick"], "jid": str(muc["jid"]), "affiliation": muc["affiliation"]}
        self.say("affiliation_changed", room=message["from"].bare, **fields, **self._why(message))

    def _invited(self, message):
        invite = message["muc"]["invite"]
        fields = {"inviter": str(invite["from"]), "reason": invite["reason"], "password": invite["password"]}
        self.say("invited", room=message["from"].bare, mode="mediated", **fields)

    def _invited_directly(self, message):
        invite = message["groupchat_invite"]
        fields = {"inviter": str(message["from"]), "reason": invite["reason"], "password": invite["password"]}
        self.say("invited", room=invite["jid"], mode="direct", **fields)

    def _declined(self, message):
        decline = message["muc"]["decline"]
        self.say("declined", room=message["from"].bare, jid=str(decline["from"]), reason=decline["reason"])

    # the stream

    def _stream_broke(self, error):
        self._stream_error = {"condition": error["condition"], "text": error["text"]}

    def _disconnected(self, reason):
        self.release()
        self._inside.clear()
        said, self._stream_error = self._stream_error, {}
        self.say("disconnected", **{"condition": None, "text": str(reason or ""), **said})


def _utc(stamp):
    if stamp is None:
        return ""
    return stamp.astimezone(datetime.UTC).isoformat().replace("+00:00", "Z")
