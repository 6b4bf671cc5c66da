"""The one place that says in which order things happen."""

JOIN_GUARDS = (
    "nick-is-there",  # XEP-0045 7.2.2: jid-malformed
    "creation",  # 7.2.1: who may create rooms
    "banned",  # 7.2.7
    "locked",  # 7.2.10
    "members-only",  # 7.2.6
    "password",  # 7.2.5
    "reserved-nick",  # 7.2.8
    "conflict",  # 7.2.8
    "capacity",  # 7.2.9
)

RESYNC_GUARDS = ("nick-is-there",)  # a joined session joins again: 17.3
RENAME_GUARDS = ("nick-is-there", "nicks-locked", "reserved-nick", "conflict")  # 7.6

SAY_GUARDS = (
    "voice",  # 7.4
    "subject",  # 8.1
    "slow-mode",  # XEP-0500 6
)

HEARINGS = (  # who is asked about a message to the room that is no groupchat
    "invite",  # 7.8.2
    "decline",  # 7.8.2
    "voice-request",  # 7.13, 8.6
)

PREFACE = ("affiliations",)  # what a newcomer receives before any presence: XEP-0463 5.2.1

ENTRY = (  # what a newcomer receives behind its self-presence: 7.1
    "avatar",  # XEP-0486 5.2
    "history",  # 7.2.13
    "subject",  # 7.2.15
)
