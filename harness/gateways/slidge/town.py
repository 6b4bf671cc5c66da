"""A legacy network for slidge: a room with two townspeople, two remembered lines, and a herald who repeats.

What a user says there with a `!` in front is done by the network: `!kick gower`, `!say Nym Hello`. What slidge asks of
the network is told by the herald: `on_set_subject Once more`. `harfleur` is anonymous; in `crispin` everybody knows
everybody, `moat` has neither subject nor description nor a history that could be fetched, and `breach` is a room that
the network cannot tell anything about.
"""

import asyncio
import io
import itertools
import signal
import sys
from datetime import UTC, datetime, timedelta

from PIL import Image
from slidge import BaseGateway, BaseSession
from slidge.contact import LegacyContact, LegacyRoster
from slidge.group import LegacyBookmarks, LegacyMUC, LegacyParticipant
from slidge.util.types import Avatar, MucType
from slixmpp import CoroutineCallback
from slixmpp.exceptions import XMPPError
from slixmpp.xmlstream.matcher import MatchXPath

ROOMS = ("harfleur", "crispin", "moat", "breach")
PAST = (("gower", "To the mines!"), ("Nell", "Tell the Duke."))  # Nell is in no list of participants


class Gateway(BaseGateway):
    COMPONENT_NAME = "The town"
    REGISTRATION_FIELDS = ()
    GROUPS = True

    def __init__(self):
        super().__init__()
        # its own handler raises wherever it interrupts, in the middle of a write too; this one between callbacks
        self.loop.add_signal_handler(signal.SIGTERM, sys.exit)
        self.standing = set()  # the tasks that are always there
        self.add_event_handler("session_start", self.begin)
        fence = MatchXPath(f"{{{self.default_ns}}}iq/{{urn:mucspec:fence}}fence")
        self.register_handler(CoroutineCallback("fence", fence, self.fence))

    def begin(self, _):
        self.standing |= asyncio.all_tasks()
        print("ready", flush=True)

    async def fence(self, iq):
        """Answer when all that was asked before has been done."""
        self.standing.add(asyncio.current_task())
        while busy := asyncio.all_tasks() - self.standing:
            await asyncio.wait(busy)
        self.standing.discard(asyncio.current_task())
        iq.reply().send()

    async def validate(self, user_jid, registration_form):
        return {}


class Session(BaseSession):
    async def login(self):
        self.ids = (f"legacy-{n}" for n in itertools.count(1))
        self.contacts.user_legacy_id = "pistol"
        return "in town"


class Bookmarks(LegacyBookmarks):
    async def fill(self):
        await self.by_legacy_id("harfleur")
        await self.by_legacy_id("crispin")

    async def legacy_id_to_jid_local_part(self, legacy_id):
        return legacy_id

    async def jid_local_part_to_legacy_id(self, local_part):
        if local_part not in ROOMS:
            raise XMPPError("item-not-found", "the town has no such room")
        return local_part

    async def fetch_space_metadata(self, legacy_id):
        raise XMPPError("item-not-found")


class Roster(LegacyRoster):
    async def jid_username_to_legacy_id(self, jid_username):
        if jid_username not in ("exeter", "pistol"):
            raise XMPPError("item-not-found", "the town knows nobody of that name")
        return jid_username


class Contact(LegacyContact):
    async def update_info(self):
        self.name = self.legacy_id.capitalize()

    async def on_message(self, message):
        return None

    async def on_sticker(self, sticker):
        return None

    async def available_emojis(self, legacy_msg_id=None):
        return None

    async def create_thread(self, xmpp_id):
        return xmpp_id


class Participant(LegacyParticipant):
    async def on_set_affiliation(self, affiliation, reason, nickname):
        await self.muc.tell("on_set_affiliation", self.nickname, affiliation, reason, nickname)

    async def on_kick(self, reason):
        await self.muc.tell("on_kick", self.nickname, reason)


class Room(LegacyMUC):
    HAS_SUBJECT = property(lambda room: room.legacy_id != "moat")
    HAS_DESCRIPTION = HAS_SUBJECT

    async def update_info(self):
        if self.legacy_id == "breach":
            raise RuntimeError("the network knows nothing of it")
        self.type = MucType.GROUP if self.legacy_id == "crispin" else MucType.CHANNEL
        self.name = "The walls"
        if self.legacy_id != "moat":
            self.description, self.subject = "Before Harfleur", "Once more"
        self.user_nick = "pistol"

    async def fill_participants(self):
        herald = await self.get_participant("Herald")
        herald.affiliation, herald.role = "owner", "moderator"
        yield herald
        if self.legacy_id == "crispin":
            yield await self.get_participant_by_contact(await self.session.contacts.by_legacy_id("exeter"))
        else:
            yield await self.get_participant("gower")

    async def backfill(self, after=None, before=None):
        if self.legacy_id == "moat":
            raise RuntimeError("the network has lost its history")
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

    async def on_react(self, legacy_msg_id, emojis, thread):
        await self.tell("on_react", legacy_msg_id, *emojis)

    async def on_sticker(self, sticker):
        return None

    async def available_emojis(self, legacy_msg_id=None):
        if self.legacy_id == "crispin":
            return None
        return {"👎"} if legacy_msg_id == "legacy-2" else {"👍", "👎"}

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


async def both(room, nick):
    try:
        room.remove_participant(await room.get_participant(nick), kick=True, ban=True)
    except TypeError as complaint:
        await room.tell(type(complaint).__name__)


async def avatar(room, name=""):
    await room.set_avatar(Avatar(data=picture(), unique_id=name) if name else None)
    await room.tell("avatar", name)


def picture():
    made = io.BytesIO()
    Image.new("RGB", (2, 2)).save(made, "PNG")
    return made.getvalue()


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
    await room.add_to_bookmarks(auto_join="quietly" not in options)


ACTS = {act.__name__: act for act in (say, leave, kick, ban, both, avatar, rename, notice, subject, drop, bookmark)}
