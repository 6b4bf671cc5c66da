"""A room of `muc_server`: who is there, what was said, and what the test makes happen in it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from .link import Link
from .views import Affiliation, Message, Occupant, Role, RoomView

WAIT = 10.0  # seconds; a client that is well takes far less


class MucRoom:
    """A room. What is done without `by` the service does; with `by` a puppet does it, which has to be allowed to.

    `jid` is its address. Nicknames are texts, accounts bare JIDs (or names of this host). Every call raises
    `MucspecError` where it cannot be done; what it makes clients hear has been sent when it returns.
    """

    def __init__(self, link: Link, jid: str) -> None:
        self.jid = jid
        self._link = link
        self._heard = 0  # messages that `wait_for_message` has gone past

    def __str__(self) -> str:
        return self.jid

    # what is seen

    @property
    def view(self) -> RoomView:
        """The room as it is: name, subject, occupants, affiliations, configuration."""
        return RoomView.of(self._control("room"))

    @property
    def occupants(self) -> dict[str, Occupant]:
        """Who is there, by nickname; nobody where the room is gone."""
        return {each["nick"]: Occupant.of(each) for each in self._link.call("occupants", room=self.jid)}

    @property
    def messages(self) -> list[Message]:
        """What was said since the room was opened, whoever said it."""
        return [Message(**each) for each in self._link.call("messages", room=self.jid)]

    # waiting: `within` seconds, then `MucspecError`; `RuntimeError` in an asyncio loop, which this would stop

    def wait_for_occupant(self, nick: str, *, within: float = WAIT, **wanted: str) -> Occupant:
        """Until somebody is there under this nickname, with the role or affiliation that is wanted too."""
        return Occupant.of(self._wait("there", {"nick": nick, **wanted}, within))

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

    def enter(self, nick: str, *, jid: str = "", role: Role | str = "", affiliation: Affiliation | str = "") -> None:
        """A puppet comes in (XEP-0045 7.2), of the account `jid` or one of its own, and gets affiliation and role."""
        self._control("seat", nick=nick, jid=str(jid), role=role, affiliation=affiliation)

    def leave(self, nick: str) -> None:
        """A puppet leaves: XEP-0045 7.14."""
        self._control("unseat", nick=nick)

    def say(self, nick: str, body: str, /, **args: Any) -> None:
        """A puppet says something to the room (XEP-0045 7.4); `args` are those of the verb `message`."""
        self.act(nick, "message", body=body, **args)

    def whisper(self, nick: str, to: str, body: str) -> None:
        """A puppet says something to the occupant `to` alone: XEP-0045 7.5."""
        self._control("whisper", nick=nick, to=to, body=body)

    def act(self, nick: str, verb: str, /, **args: Any) -> None:
        """A puppet does something: any verb of `mucspec list --verbs`, `register` and `invite` for instance."""
        self._link.call("act", room=self.jid, nick=nick, verb=verb, args=args)

    # what happens to occupants

    def kick(self, nick: str, *, reason: str = "", by: str = "") -> None:
        """Somebody is kicked (307): XEP-0045 8.2."""
        if by:
            self.act(by, "kick", nick=nick, reason=reason)
        else:
            self._control("kick", nick=nick, reason=reason)

    def ban(self, jid: str = "", *, nick: str = "", reason: str = "", by: str = "") -> None:
        """An account, a domain, or the account of an occupant is banned (301): XEP-0045 9.1."""
        if by:
            self.act(by, "ban", jid=self._account_of(nick) if nick else str(jid), reason=reason)
        else:
            self._control("ban", jid=str(jid), nick=nick, reason=reason)

    def set_role(self, nick: str, role: Role | str, *, reason: str = "") -> None:
        """Somebody gets a role: moderator, participant, visitor, none (XEP-0045 5.1, 8.3 to 8.4, 9.6 to 9.8)."""
        self._control("role", nick=nick, role=role, reason=reason)

    def set_affiliation(self, jid: str, affiliation: Affiliation | str, *, reason: str = "") -> None:
        """An account gets an affiliation: owner, admin, member, none, outcast (XEP-0045 5.2)."""
        self._control("affiliation", jid=str(jid), affiliation=affiliation, reason=reason)

    def rename(self, nick: str, new_nick: str) -> None:
        """The service gives somebody another nickname (303, and 210 for whom it is): XEP-0045 7.6."""
        self._control("rename", nick=nick, new_nick=new_nick)

    # what happens to the room

    def announce(self, body: str) -> None:
        """The room itself says something: a message from its bare JID."""
        self._control("say", body=body)

    def set_subject(self, subject: str, *, by: str = "") -> None:
        """The subject changes, by a puppet or by the room itself: XEP-0045 8.1."""
        self._control("subject", subject=subject, nick=by)

    def remember(self, nick: str, body: str, *, ago: float = 0.0) -> None:
        """History and archive have this message, as if it had been said `ago` seconds before now: XEP-0045 7.2.13."""
        self._control("remember", nick=nick, body=body, ago=ago)

    def set_config(self, **values: Any) -> None:
        """Fields of the configuration by their short names, `set_config(membersonly=True)`: XEP-0045 10.2, 104."""
        self._control("configure", values=values)

    def refuse_next_join(self, condition: str, **details: Any) -> None:
        """The next join is refused: `refuse_next_join("conflict", text="taken")` (XEP-0045 7.2)."""
        self.arrange("refuse_joins", condition=condition, **details)

    def destroy(self, *, reason: str = "", alternate: str = "") -> None:
        """The room is destroyed: XEP-0045 10.9. `alternate` is a room to go to."""
        self._control("destroy", reason=reason, alternate=str(alternate))

    def arrange(self, operation: str, /, **details: Any) -> None:
        """An operation of `service` rows of scenarios that is about a room (docs/scenarios.md)."""
        self._link.call("arrange", room=self.jid, operation=operation, details=details)

    def close(self) -> None:
        """It is destroyed, if it is still there."""
        self._link.call("close", room=self.jid)

    # inside

    def _control(self, action: str, /, **given: Any) -> Any:
        return self._link.control(action, room=self.jid, **given)

    def _account_of(self, nick: str) -> str:
        found = self.occupants.get(nick)
        return found.jid if found else nick


def may_block() -> None:
    """Raises `RuntimeError` where waiting would stop the loop that the client under test runs in."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return
    raise RuntimeError("this waits, and would stop the event loop: await asyncio.to_thread(room.wait_for_..., ...)")
