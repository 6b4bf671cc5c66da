"""The words of the driver protocol, version 1: every verb, its arguments, its result; every event, its fields.

This table is the single source: lint, the JSON Schemas, `driver check` and the guides are made from it.
Rooms are written as bare JIDs on the wire of the protocol and as short names in scenario files.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Verb:
    """Something a driver can be told to do. `needs` and `takes` are argument names, `gives` result fields."""

    name: str
    about: str
    needs: tuple[str, ...] = ()
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    graded: bool = True  # False: plumbing of the protocol, never an operation of the library


@dataclass(frozen=True, slots=True)
class EventKind:
    """Something a driver reports without being asked. Every event also has `session` and `source`."""

    name: str
    about: str
    has: tuple[str, ...] = field(default=())


ROOM = ("room",)
FIELDS = ("var", "type", "label", "value", "options", "required")  # `value` is of the field's type: bool, text, list
MESSAGES = (  # of an archive; `stanza_id` is the id that the archive gave
    "stanza_id", "id", "origin_id", "type", "from", "to", "nick", "body", "subject", "stamp", "occupant_id",
)  # fmt: skip

VERBS = (
    # the protocol's own
    Verb("connect", "Log in and be ready", ("jid", "password", "host", "port"), ("tls", "ca", "mechanism"), ("jid",)),
    Verb("disconnect", "Close the stream in an orderly way"),
    Verb("sync", "Answer when every event so far has been written", graded=False),
    Verb(
        "state",
        "The library's own snapshot of a room",
        ROOM,
        (),
        ("joined", "nick", "subject", "role", "affiliation", "occupants"),
        graded=False,
    ),
    # being there: XEP-0045 7
    Verb("join", "Enter a room", ("room", "nick"), ("password", "history"), ("nick", "codes")),
    Verb("leave", "Leave a room", ROOM, ("status",)),
    Verb("rename", "Change the own nickname", ("room", "nick"), (), ("nick",)),
    Verb("presence", "Change the own availability in a room", ROOM, ("show", "status")),
    Verb("message", "Say something to everybody in a room", ("room", "body"), ("id",), ("id",)),
    Verb("private_message", "Say something to one occupant", ("room", "nick", "body"), ("id",), ("id",)),
    # messages about messages, named by the id that the room gave: XEP-0308, XEP-0461, XEP-0444, XEP-0424, XEP-0425
    Verb("correct", "Replace the own message of this `id`", ("room", "id", "body"), (), ("id",)),
    Verb("reply", "Answer the message of this stanza id by `nick`", ("room", "stanza_id", "nick", "body"), (), ("id",)),
    Verb("react", "Have these reactions to the message of this stanza id", ("room", "stanza_id", "reactions")),
    Verb("retract", "Take back the own message of this stanza id", ("room", "stanza_id")),
    Verb("moderate", "Retract the message of this stanza id, as a moderator", ("room", "stanza_id"), ("reason",)),
    Verb("set_subject", "Change the subject of a room", ("room", "subject")),
    Verb("self_ping", "Ask whether one is still joined: XEP-0410", ROOM, (), ("joined",)),
    Verb("keep_watch", "Notice by itself, after a time of silence, that one is no longer joined: XEP-0410", ROOM),
    Verb("keep_joined", "Come back by itself after an exit that nobody wanted", ROOM),
    # invitations: XEP-0045 7.8, XEP-0249
    Verb(
        "invite",
        "Invite somebody; `mode` is mediated or direct",
        ("room", "jid", "mode"),
        ("reason", "password", "thread"),
    ),
    Verb("decline", "Decline a mediated invitation", ("room", "jid"), ("reason",)),
    # roles and affiliations: XEP-0045 8 to 10
    Verb("kick", "Remove an occupant", ("room", "nick"), ("reason",)),
    Verb("set_role", "Give an occupant a role", ("room", "nick", "role"), ("reason",)),
    Verb("set_roles", "Give several occupants roles in one request (the delta): nick, role", ("room", "items")),
    Verb(
        "get_roles",
        "List the occupants with a role: jid, nick, role, affiliation, reason",
        ("room", "role"),
        (),
        ("items",),
    ),
    Verb("ban", "Make a user an outcast", ("room", "jid"), ("reason",)),
    Verb("set_affiliation", "Give a user an affiliation", ("room", "jid", "affiliation"), ("reason", "nick")),
    Verb("set_affiliations", "Give several users affiliations in one request (the delta)", ("room", "items")),
    Verb(
        "get_affiliations",
        "List the users with an affiliation: jid, nick, affiliation, reason",
        ("room", "affiliation"),
        (),
        ("items",),
    ),
    Verb("request_voice", "Ask the moderators for voice", ROOM, ("role",)),
    Verb("answer_voice", "Grant or refuse a request for voice", ("room", "jid", "nick", "allow")),
    # the owner's work: XEP-0045 10
    Verb("get_config", "Fetch the configuration form: its FIELDS", ROOM, (), ("fields",)),
    Verb("set_config", "Fetch the form, change these values, submit it", ("room", "values")),
    Verb("cancel_config", "Cancel the configuration", ROOM),
    Verb("accept_defaults", "Make an instant room", ROOM),
    Verb("destroy", "Destroy a room", ROOM, ("alternate", "reason", "password")),
    # registration and discovery: XEP-0045 6 and 7.10, 7.12
    Verb("get_registration", "Fetch the registration form", ROOM, (), ("registered", "nick", "fields")),
    Verb("register", "Register with a room under a nickname", ("room", "nick")),
    Verb("unregister", "Give the registration back", ROOM),
    Verb("reserved_nick", "Ask for the own reserved nickname", ROOM, (), ("nick",)),
    Verb("room_info", "Identity, features and muc#roominfo of a room", ROOM, (), ("identities", "features", "fields")),
    Verb("room_items", "Disco items of a room", ROOM, (), ("items",)),
    Verb("list_rooms", "The public rooms of a service", ("service",), (), ("items",)),
    # archives: XEP-0313, XEP-0441; without `room` the account's own
    Verb(
        "query_archive",
        "MESSAGES of an archive: all of them, or with `max` one page",
        (),
        ("room", "start", "end", "with", "max", "after", "before"),
        ("messages", "complete", "first", "last", "count"),
    ),
    Verb("get_archive_preferences", "The archiving preferences", (), ("room",), ("default", "always", "never")),
    Verb(
        "set_archive_preferences",
        "Ask for archiving preferences",
        ("default",),
        ("always", "never", "room"),
        ("default", "always", "never"),
    ),
    # whatever a library lacks: always answered with "via": "raw"
    Verb("raw", "Send this XML through the library's stream", ("xml",), graded=False),
)

OCCUPANT = ("room", "nick", "role", "affiliation", "jid", "occupant_id")
WHY = ("actor", "reason", "codes")

EVENTS = (
    EventKind("joined", "The library says: you are in", ("room", "nick", "codes", "role", "affiliation", "created")),
    EventKind(
        "join_failed",
        "The library says, other than by the answer to join: you did not get in",
        ("room", "nick", "condition", "type", "text"),
    ),
    EventKind("left", "The library says: you are out", ("room", "nick", "cause", "alternate", *WHY)),
    EventKind("occupant_joined", "Somebody came in", (*OCCUPANT, "show", "status")),
    EventKind("occupant_left", "Somebody went out", ("room", "nick", "cause", "status", *WHY)),
    EventKind("occupant_changed", "Availability of an occupant changed", (*OCCUPANT, "show", "status")),
    EventKind(
        "renamed", "Somebody (or oneself: `self`) has another nickname", ("room", "old", "nick", "self", "codes")
    ),
    EventKind("role_changed", "An occupant (or oneself) has another role", ("room", "nick", "self", "role", *WHY)),
    EventKind(
        "affiliation_changed",
        "An occupant (or oneself) has another affiliation",
        ("room", "nick", "jid", "self", "affiliation", *WHY),
    ),
    EventKind(
        "message",
        "A message to the room; `history` is true for discussion history",
        ("room", "nick", "body", "id", "stanza_id", "origin_id", "occupant_id", "history", "stamp", "self"),
    ),
    EventKind("private_message", "A private message of an occupant", ("room", "nick", "body", "id", "occupant_id")),
    EventKind(
        "corrected",
        "The message that somebody sent under this `id` is another now",
        ("room", "nick", "id", "body", "occupant_id"),
    ),
    EventKind(
        "reacted",
        "An occupant has these reactions to the message of this stanza id; an empty list is a value",
        ("room", "nick", "stanza_id", "reactions", "occupant_id"),
    ),
    EventKind("retracted", "An occupant took back a message", ("room", "nick", "stanza_id", "occupant_id")),
    EventKind("moderated", "The room retracted a message", ("room", "stanza_id", "actor", "reason", "occupant_id")),
    EventKind("subject", "The subject is now this; the empty text is a value", ("room", "subject", "nick")),
    EventKind("message_failed", "A message came back", ("room", "nick", "id", "condition", "type", "text")),
    EventKind("config_changed", "The room says that its configuration changed", ("room", "codes")),
    EventKind("room_created", "The room is new and locked", ("room", "codes")),
    EventKind(
        "invited",
        "Somebody invites; `mode` is mediated or direct",
        ("room", "inviter", "reason", "password", "mode", "thread"),
    ),
    EventKind("declined", "Somebody declines an invitation", ("room", "jid", "reason")),
    EventKind("voice_requested", "Somebody asks for voice", ("room", "nick", "jid", "role")),
    EventKind("self_ping_failed", "The library found out that it is no longer joined", ("room", "condition")),
    EventKind("disconnected", "The stream is gone", ("condition", "text")),
    EventKind("exception", "An exception that the library let escape", ("type", "text")),
)

CAUSES = (
    "left",  # of one's own will
    "kicked",  # 307
    "banned",  # 301
    "affiliation_changed",  # 321
    "members_only",  # 322
    "shutdown",  # 332
    "desync",  # 333
    "destroyed",  # destroy element
    "disconnected",  # the stream went down
    "unknown",  # the library reports an exit and hides why
)
SOURCES = ("api", "stanza", "synth")

STREAM = frozenset({"connect", "disconnect"})  # verbs: no ping can tell when a stream has come or gone
VERB = {verb.name: verb for verb in VERBS}
EVENT = {event.name: event for event in EVENTS}
