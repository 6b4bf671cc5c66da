"""What the library tells its application, as events: the methods of `MUCClient` that applications override."""

from datetime import UTC

import library
from twisted.words.protocols.jabber.error import exceptionFromStanza
from twisted.words.protocols.jabber.jid import JID

MUC_USER, DIRECT = library.muc.NS_MUC_USER, "jabber:x:conference"
Status = library.muc.STATUS_CODE
RANKS = ("role", "affiliation")


def codes_of(presence):
    return sorted(status.value for status in presence.mucStatuses)


class Rooms(library.muc.MUCClient):
    """`UserPresence` is kept while the library works on it: its codes go with what the library makes of it."""

    def __init__(self, say):
        super().__init__()
        self._say = say
        self._presence = None
        self._entering = set()  # rooms whose Deferred of `join` has not fired
        self.own = {}  # room -> the presence that last came from the own occupant

    # entering: the library answers `join` with a Room

    async def enter(self, room, nick, history, password):
        self._entering.add(room.full())
        try:
            entered = await self.join(room, nick, history, password)
        finally:
            self._entering.discard(room.full())
        codes = self.codes(room)
        me = entered.getUser(entered.nick)
        rank = {rank: getattr(me, rank, None) for rank in RANKS}
        self._say("joined", room=room.full(), nick=entered.nick, codes=codes, created=entered.locked, **rank)
        if entered.locked:
            self._say("room_created", room=room.full(), codes=codes)
        return entered

    def codes(self, room):
        """The codes of the last presence of the own occupant; None where none has come."""
        presence = self.own.get(room.full())
        return codes_of(presence) if presence else None

    # occupants

    def availableReceived(self, presence):
        room, user = self._before(presence)
        was = {rank: getattr(user, rank) for rank in RANKS} if user else None
        super().availableReceived(presence)
        if was is not None:
            self._compare(room, user, was)
        self._presence = None

    def unavailableReceived(self, presence):
        self._before(presence)
        super().unavailableReceived(presence)
        self._presence = None

    def _before(self, presence):
        self._presence = presence
        room = self._getRoom(presence.sender.userhostJID())
        if room is None:
            return None, None
        if presence.sender.resource == room.nick:
            self.own[room.roomJID.full()] = presence
        return room, room.getUser(presence.sender.resource)

    def userJoinedRoom(self, room, user):
        if user.nick != room.nick or room.roomJID.full() not in self._entering:
            self._say("occupant_joined", **self._occupant(room, user))

    def userUpdatedStatus(self, room, user, show, status):
        self._say("occupant_changed", **{**self._occupant(room, user), "show": show or "", "status": status or ""})

    def userLeftRoom(self, room, user):
        own, codes = user.nick == room.nick, codes_of(self._presence)
        reason = getattr(self._presence, "reason", None)  # the library sets it only where it finds one
        fields = {"room": room.roomJID.full(), "nick": user.nick, "codes": codes, "reason": reason}
        if own:
            self._say("left", **fields)
        else:
            self._say("occupant_left", **fields, status=self._presence.status or "")
        if Status.NEW_NICK in self._presence.mucStatuses:
            self._renamed(room, user, self._presence.nick, source="synth")

    def userChangedNick(self, room, user, newNick):
        """Only the fork has this."""
        self._renamed(room, user, newNick, source="api")

    def _renamed(self, room, user, nick, *, source):
        fields = {"old": user.nick, "nick": nick, "self": user.nick == room.nick}
        self._say("renamed", source=source, room=room.roomJID.full(), codes=codes_of(self._presence), **fields)

    def _compare(self, room, user, was):
        """The library tells that something changed; what, the application finds by comparing."""
        for rank in RANKS:
            if getattr(user, rank) != was[rank]:
                fields = {"nick": user.nick, "self": user.nick == room.nick, rank: getattr(user, rank)}
                more = {"jid": _full(user.entity)} if rank == "affiliation" else {}
                where = {"room": room.roomJID.full(), "codes": codes_of(self._presence)}
                self._say(f"{rank}_changed", source="synth", **where, **fields, **more)

    def _occupant(self, room, user):
        availability = {"show": user.show or "", "status": user.status or ""}
        return {"room": room.roomJID.full(), **occupant(user), **availability}

    # messages

    def receivedSubject(self, room, user, subject):
        self._say("subject", room=room.roomJID.full(), subject=subject, nick=user.nick if user else None)

    def receivedGroupChat(self, room, user, message):
        """Whatever is of the type comes here: what says nothing has no body."""
        if message.body is not None:
            self._say("message", **self._message(room, message), history=False, stamp="")
        if codes := _codes_in(message.element):
            self._say("config_changed", source="stanza", room=room.roomJID.full(), codes=codes)

    def receivedHistory(self, room, user, message):
        stamp = message.delay.stamp.astimezone(UTC).isoformat().replace("+00:00", "Z")
        if message.body is not None:
            self._say("message", **self._message(room, message), history=True, stamp=stamp)

    @staticmethod
    def _message(room, message):
        said = {"nick": message.sender.resource or "", "body": message.body, "id": message.stanzaID or ""}
        return {"room": room.roomJID.full(), **said}


class Messages(library.xmppim.MessageProtocol):
    """What is not of type groupchat: the library hands out the stanzas."""

    def __init__(self, rooms, say):
        super().__init__()
        self._rooms, self._told = rooms, say

    def _say(self, name, /, **fields):
        self._told(name, source="stanza", **fields)

    def connectionInitialized(self):
        super().connectionInitialized()
        self.xmlstream.addObserver("/message[@type='error']", self._failed)

    def onMessage(self, message):
        if not message.hasAttribute("from") or message.getAttribute("type") == "groupchat":
            return
        sender = JID(message["from"])
        form = library.data_form.findForm(message, library.muc.NS_MUC_REQUEST)
        x = next(message.elements(MUC_USER, "x"), None)
        if x is not None and any(x.elements()):
            self._about_room(sender, x)
        elif (invite := next(message.elements(DIRECT, "x"), None)) is not None:
            self._invited_directly(sender, invite)
        elif form is not None:
            self._voice_requested(sender, form)
        elif sender.resource and self._rooms._getRoom(sender.userhostJID()) and message.body is not None:
            said = {"nick": sender.resource, "body": str(message.body), "id": message.getAttribute("id", "")}
            self._say("private_message", room=sender.userhost(), **said)

    def _about_room(self, room, x):
        """Invitations, refusals of them, and changed affiliations of those who are not there."""
        for invite in x.elements(MUC_USER, "invite"):
            password = _text(x, "password")
            fields = {"inviter": invite.getAttribute("from", ""), "reason": _text(invite, "reason")}
            self._say("invited", room=room.full(), mode="mediated", password=password, **fields)
        for decline in x.elements(MUC_USER, "decline"):
            fields = {"jid": decline.getAttribute("from", ""), "reason": _text(decline, "reason")}
            self._say("declined", room=room.full(), **fields)
        for item in x.elements(MUC_USER, "item"):
            fields = {name: item.getAttribute(name, "") for name in ("nick", "jid", "affiliation")}
            self._say("affiliation_changed", room=room.full(), reason=_text(item, "reason"), **fields)

    def _invited_directly(self, sender, invite):
        fields = {name: invite.getAttribute(name, "") for name in ("reason", "password", "thread")}
        room = invite.getAttribute("jid", "")
        self._say("invited", room=room, inviter=sender.full(), mode="direct", **fields)

    def _voice_requested(self, room, form):
        fields = {"nick": form.get("muc#roomnick"), "jid": str(form.get("muc#jid") or ""), "role": form.get("muc#role")}
        self._say("voice_requested", room=room.full(), **fields)

    def _failed(self, message):
        error, sender = exceptionFromStanza(message), JID(message["from"])
        about = {"condition": error.condition, "type": error.type, "text": error.text or ""}
        about["id"] = message.getAttribute("id", "")
        self._say("message_failed", room=sender.userhost(), nick=sender.resource or "", **about)


def occupant(user):
    return {"nick": user.nick, "role": user.role, "affiliation": user.affiliation, "jid": _full(user.entity)}


def _codes_in(message):
    statuses = (status for x in message.elements(MUC_USER, "x") for status in x.elements(MUC_USER, "status"))
    return [int(status["code"]) for status in statuses if status.getAttribute("code", "").isdecimal()]


def _full(entity):
    return entity.full() if entity is not None else ""


def _text(element, name):
    return "".join(str(child) for child in element.elements(MUC_USER, name))
