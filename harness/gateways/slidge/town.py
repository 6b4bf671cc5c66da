"""A legacy network for slidge, made of one room: two townspeople, two remembered lines, and a herald who repeats.

What a user says there with a `!` in front is done by the network: `!kick gower`, `!say Nym Hello`. What slidge asks of
the network is told by the herald: `on_set_subject Once more`.
"""

import itertools
from datetime import UTC, datetime, timedelta

from slidge import BaseGateway, BaseSession
from slidge.group import LegacyBookmarks, LegacyMUC, LegacyParticipant
from slidge.util.types import MucType
from slixmpp.exceptions import XMPPError

ROOM = "harfleur"
PAST = (("gower", "To the mines!"), ("Nell", "Tell the Duke."))  # Nell is in no list of participants


class Gateway(BaseGateway):
    COMPONENT_NAME = "The town"
    REGISTRATION_FIELDS = ()
    GROUPS = True

    def __init__(self):
        super().__init__()
        self.add_event_handler("session_start", lambda _: print("ready", flush=True))

    async def validate(self, user_jid, registration_form):
        return {}


class Session(BaseSession):
    async def login(self):
        self.ids = (f"legacy-{n}" for n in itertools.count(1))
        return "in town"


class Bookmarks(LegacyBookmarks):
    async def fill(self):
        await self.by_legacy_id(ROOM)

    async def legacy_id_to_jid_local_part(self, legacy_id):
        return legacy_id

    async def jid_local_part_to_legacy_id(self, local_part):
        if local_part != ROOM:
            raise XMPPError("item-not-found", "the town has one room")
        return local_part

    async def fetch_space_metadata(self, legacy_id):
        raise XMPPError("item-not-found")


class Participant(LegacyParticipant):
    async def on_set_affiliation(self, affiliation, reason, nickname):
        await self.muc.tell("on_set_affiliation", self.nickname, affiliation, reason)

    async def on_kick(self, reason):
        await self.muc.tell("on_kick", self.nickname, reason)


class Room(LegacyMUC):
    async def update_info(self):
        self.type = MucType.CHANNEL
        self.name = "The walls"
        self.description = "Before Harfleur"
        self.subject = "Once more"

    async def fill_participants(self):
        herald = await self.get_participant("Herald")
        herald.affiliation, herald.role = "owner", "moderator"
        yield herald
        yield await self.get_participant("gower")

    async def backfill(self, after=None, before=None):
        start = datetime.now(tz=UTC) - timedelta(hours=1)
        for n, (nick, text) in enumerate(PAST):
            who = await self.get_participant(nick)
            when = start + timedelta(minutes=n)
            who.send_text(text, next(self.session.ids), when=when, archive_only=True)

    # what the user does

    async def on_message(self, message):
        name = next(self.session.ids)
        verb, _, rest = message.body.removeprefix("!").partition(" ")
        act = ACTS[verb](self, *rest.split(" ", 1)) if message.body.startswith("!") else self.tell(message.body)
        self.session.create_task(act)
        return name

    async def tell(self, *words):
        """The herald repeats this."""
        herald = await self.get_participant("Herald")
        herald.send_text(" ".join(map(str, words)), next(self.session.ids))

    async def on_set_subject(self, subject):
        await self.tell("on_set_subject", subject)

    async def on_set_config(self, name, description):
        await self.tell("on_set_config", name, description)

    async def on_destroy_request(self, reason):
        await self.tell("on_destroy_request", reason)

    async def on_moderate(self, legacy_msg_id, reason):
        await self.tell("on_moderate", legacy_msg_id, reason)

    async def on_avatar(self, data, mime):
        await self.tell("on_avatar", len(data or b""), mime)

    async def on_sticker(self, sticker):
        return None

    async def available_emojis(self, legacy_msg_id=None):
        return {"👍", "👎"}

    async def create_thread(self, xmpp_id):
        return xmpp_id


# what the network does


async def say(room, nick, text):
    (await room.get_participant(nick)).send_text(text, next(room.session.ids))


async def leave(room, nick):
    (await room.get_participant(nick)).leave()


async def kick(room, nick):
    (await room.get_participant(nick)).kick("Avaunt!")


async def ban(room, nick):
    (await room.get_participant(nick)).ban("Out!")


async def rename(room, names):
    old, new = names.split("/")
    room.rename_participant(old, new)


async def notice(room, *words):
    room.get_system_participant().send_text(" ".join(words), next(room.session.ids))


async def subject(room, *words):
    (await room.get_participant("Herald")).set_room_subject(" ".join(words))


async def drop(room, resource):
    await room.kick_resource(resource)


async def bookmark(room, *options):
    await room.add_to_bookmarks(auto_join="quietly" not in options, invite="invite" in options)


ACTS = {act.__name__: act for act in (say, leave, kick, ban, rename, notice, subject, drop, bookmark)}
