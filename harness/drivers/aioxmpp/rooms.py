"""One visit to a room: the signals of aioxmpp's `Room` as events."""

import asyncio
from datetime import timedelta

import told
from aioxmpp.muc import RoomState

AT_ONCE = timedelta(0)


class Visit:
    """Listens to a room from the moment that the library made it."""

    def __init__(self, room, say, listen):
        self.room, self._say = room, say
        self.codes = None  # of the entrance
        self.requests = {}  # nickname -> form and future of the last request for voice
        self._ping = None
        for signal, handler in (
            (room.on_muc_enter, self._entered),
            (room.on_failure, self._failed),
            (room.on_exit, self._left),
            (room.on_join, self._occupant_joined),
            (room.on_leave, self._occupant_left),
            (room.on_presence_changed, self._occupant_changed),
            (room.on_nick_changed, self._renamed),
            (room.on_muc_role_changed, self._role_changed),
            (room.on_muc_affiliation_changed, self._affiliation_changed),
            (room.on_message, self._message),
            (room.on_topic_changed, self._subject),
            (room.on_muc_role_request, self._voice_requested),
            (room.on_muc_fresh, self._fresh),
        ):
            listen(signal, handler)

    def event(self, name, /, source="api", **fields):
        """Report something about this room."""
        self._say({"event": name, "room": str(self.room.jid), "source": source, **fields})

    # the own visit

    def _entered(self, presence, occupant, muc_status_codes=None, **_):
        self.codes = told.codes(muc_status_codes)
        me = told.occupant(occupant)
        del me["jid"]
        self.event("joined", **me, codes=self.codes)

    def _failed(self, exception, **_):
        self.event("join_failed", **told.error(exception))

    def _left(self, **why):
        nick = self.room.me.nick if self.room.me else None
        self.event("left", nick=nick, **told.exit_of(why))
        self._answer_ping(False)

    # occupants

    def _occupant_joined(self, member, **_):
        self.event("occupant_joined", **told.occupant(member), **told.availability(member))

    def _occupant_left(self, member, **why):
        status = told.text(member.presence_status)
        self.event("occupant_left", nick=member.nick, status=status, **told.exit_of(why))

    def _occupant_changed(self, member, resource, presence, **_):
        self.event("occupant_changed", **told.occupant(member), **told.availability(member))

    def _renamed(self, member, old, new, muc_status_codes=None, **_):
        self.event("renamed", old=old, nick=new, self=member.is_self, codes=told.codes(muc_status_codes))

    def _role_changed(self, presence, member, **why):
        who = {"nick": member.nick, "self": member.is_self}
        self.event("role_changed", **who, role=told.known(member.role), **told.why(why))

    def _affiliation_changed(self, presence, member, **why):
        who = {"nick": member.nick, "self": member.is_self, "jid": told.known(member.direct_jid)}
        self.event("affiliation_changed", **who, affiliation=told.known(member.affiliation), **told.why(why))

    # what is said

    def _message(self, message, member, source, **_):
        history = self.room.muc_state is RoomState.HISTORY
        who = {"nick": told.known(member.nick), "self": member.is_self} if member else {}
        self.event("message", **who, **told.message(message, history=history))
        if message.xep0308_replace:  # an attribute of the message: what comes of it is left to the application
            corrected = {"id": message.xep0308_replace.id_, "body": told.text(message.body), "occupant_id": None}
            self.event("corrected", source="stanza", nick=who.get("nick"), **corrected)

    def _subject(self, member, topic, muc_nick=None, **_):
        self.event("subject", subject=told.text(topic), nick=told.known(muc_nick))

    def _voice_requested(self, form, answer, **_):
        self.requests[form.roomnick.value] = form, answer
        fields = {"nick": form.roomnick.value, "jid": form.jid.value, "role": form.role.value}
        self.event("voice_requested", **{name: told.known(value) for name, value in fields.items()})

    # the library's own check of being joined

    async def self_ping(self):
        """Whether one is joined, as the library finds out when it has heard nothing for too long.

        It pings on timers only, so let any silence be too long, until it has come to a conclusion.
        """
        if self._ping is None:
            self._ping = asyncio.get_running_loop().create_future()
            self._patience = self.room.muc_soft_timeout, self.room.muc_hard_timeout
            self.room.muc_hard_timeout = AT_ONCE
            self.room.muc_soft_timeout = AT_ONCE
        return await asyncio.shield(self._ping)

    def _fresh(self, **_):
        self._answer_ping(True)

    def _answer_ping(self, joined):
        if self._ping is not None:
            self.room.muc_soft_timeout, self.room.muc_hard_timeout = self._patience
            self._ping.set_result(joined)
            self._ping = None
