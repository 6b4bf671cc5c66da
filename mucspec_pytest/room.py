"""A room of `muc_server`: who is there, what was said, and what the test makes happen in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .link import Link

WAIT = 10.0  # seconds; a client that is well takes far less


@dataclass(frozen=True, slots=True)
class Occupant:
    """Somebody in a room. `puppet`: the test, not a client, says what it does."""

    nick: str
    role: str
    affiliation: str
    jid: str
    puppet: bool


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody said to a room. `nick` is empty where the room itself spoke."""

    nick: str
    body: str
    subject: str
    id: str


class MucRoom:
    """A room. What is done without `by` the service does; with `by` a puppet does it, which has to be allowed to."""

    def __init__(self, link: Link, jid: str) -> None:
        self.jid = jid
        self._link = link
        self._heard = 0  # messages that `wait_for_message` has gone past

    def __str__(self) -> str:
        return self.jid

    # what is seen

    @property
    def occupants(self) -> dict[str, Occupant]:
        """Who is there, by nickname."""
        return {each["nick"]: Occupant(**each) for each in self._link.call("occupants", room=self.jid)}

    @property
    def messages(self) -> list[Message]:
        """What was said since the room was opened, whoever said it."""
        return [Message(**each) for each in self._link.call("messages", room=self.jid)]

    def wait_for_occupant(self, nick: str, *, within: float = WAIT, **wanted: str) -> Occupant:
        """Until somebody is there under this nickname, with the role or affiliation that is wanted too."""
        return Occupant(**self._wait("there", {"nick": nick, **wanted}, within))

    def wait_until_gone(self, nick: str, *, within: float = WAIT) -> None:
        """Until nobody has this nickname."""
        self._wait("gone", {"nick": nick}, within)

    def wait_for_message(
        self, body: str = "", *, matches: str = "", nick: str = "", subject: str = "", within: float = WAIT
    ) -> Message:
        """Until this is said. Each call looks behind the message that the one before it found.

        `matches` is a regular expression for the body.
        """
        wanted = {"body": body, "matches": matches, "nick": nick, "subject": subject}
        found = self._wait("message", {k: v for k, v in wanted.items() if v}, within, since=self._heard)
        self._heard = found.pop("place") + 1
        return Message(**found)

    def settle(self, *, within: float = WAIT) -> None:
        """Until every client in the room has read all that was sent to it (a ping on its stream is answered)."""
        may_block()
        self._link.call("settle", room=self.jid, within=within)

    def _wait(self, what: str, wanted: Mapping[str, str], within: float, *, since: int = 0) -> Any:
        may_block()
        return self._link.call("wait", room=self.jid, what=what, wanted=wanted, since=since, within=within)

    # what puppets do

    def enter(self, nick: str, *, role: str = "", affiliation: str = "") -> None:
        """A puppet comes in."""
        self._link.call("seat", room=self.jid, nick=nick, role=role, affiliation=affiliation)

    def say(self, nick: str, body: str, /, **args: Any) -> None:
        """A puppet says something to the room."""
        self.act(nick, "message", body=body, **args)

    def act(self, nick: str, verb: str, /, **args: Any) -> None:
        """A puppet does something: any verb of `mucspec list --verbs`, `leave` and `private_message` for instance."""
        self._link.call("act", room=self.jid, nick=nick, verb=verb, args=args)

    # what happens to occupants and the room

    def kick(self, nick: str, *, reason: str = "", by: str = "") -> None:
        """Somebody is kicked (307)."""
        if by:
            self.act(by, "kick", nick=nick, reason=reason)
        else:
            self.set_role(nick, "none", reason=reason)

    def ban(self, jid: str, *, reason: str = "", by: str = "") -> None:
        """An account is banned (301)."""
        if by:
            self.act(by, "ban", jid=str(jid), reason=reason)
        else:
            self.set_affiliation(jid, "outcast", reason=reason)

    def set_role(self, nick: str, role: str, *, reason: str = "") -> None:
        """Somebody gets a role: moderator, participant, visitor, none."""
        self._link.call("set_role", room=self.jid, nick=nick, role=role, reason=reason)

    def set_affiliation(self, jid: str, affiliation: str, *, reason: str = "") -> None:
        """An account gets an affiliation: owner, admin, member, none, outcast."""
        self.arrange("set_affiliation", jid=str(jid), affiliation=affiliation, reason=reason)

    def rename(self, nick: str, new: str) -> None:
        """The service gives somebody another nickname (303, 210)."""
        self._link.call("rename", room=self.jid, nick=nick, new=new)

    def set_config(self, **values: Any) -> None:
        """Fields of the configuration by their short names: `set_config(membersonly=True)`."""
        self.arrange("set_config", values=values)

    def refuse_next_join(self, condition: str, **details: Any) -> None:
        """The next join is refused: `refuse_next_join("conflict", text="taken")`."""
        self.arrange("refuse_joins", condition=condition, **details)

    def destroy(self, *, reason: str = "", alternate: str = "") -> None:
        """The room is destroyed."""
        self.arrange("destroy", reason=reason, alternate=alternate)

    def arrange(self, operation: str, /, **details: Any) -> None:
        """An operation of `service` rows of scenarios that is about a room."""
        self._link.call("arrange", room=self.jid, operation=operation, details=details)

    def close(self) -> None:
        """It is destroyed, if it is still there."""
        self._link.call("close", room=self.jid)


def may_block() -> None:
    """Raises `RuntimeError` where waiting would stop the loop that the client under test runs in."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("this waits, and would stop the event loop: await asyncio.to_thread(room.wait_for_..., ...)")
