"""JIDs as far as a client compares them: bare part, resource, prepared form."""

from __future__ import annotations


def bare(jid: str) -> str:
    """The JID without its resource."""
    return jid.partition("/")[0]


def resource(jid: str) -> str:
    """The resource; of an occupant JID, the nickname."""
    return jid.partition("/")[2]


def prepared(jid: str) -> str:
    """The form in which JIDs are compared: local part and domain without case, the resource with it."""
    head, slash, tail = jid.partition("/")
    return head.casefold() + slash + tail


def is_room(jid: str) -> bool:
    """Whether this may be the JID of a room: local part and domain, nothing else."""
    local, at, domain = jid.partition("@")
    return bool(local and at and domain) and not any(c in "@/ \t\n" for c in local + domain)
