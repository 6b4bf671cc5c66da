"""`muc_server` and its rooms, as tests see them: plain calls into the process in which the server is.

Calls of any kind of test may make: they block for about a millisecond. Only those that wait (`wait_for...`) take long;
in asynchronous tests they belong into a thread, so that the client under test can go on meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from itertools import count
from typing import Any

from .link import Link
from .room import WAIT, MucRoom, may_block
from .views import (
    Account,
    Affiliation,
    Client,
    FaultInForce,
    FaultKind,
    How,
    Personality,
    RoomInList,
    Stanza,
    Status,
)

Person = str | Mapping[str, Any]


class Fault:
    """Something that goes wrong between the service and its clients, until `cancel`. `number` is the service's."""

    def __init__(self, link: Link, number: int) -> None:
        self._link, self.number = link, number

    @property
    def acted(self) -> int:
        """How often it did something."""
        return int(self._link.call("fault_acted", number=self.number))

    def cancel(self) -> None:
        """It is over: what it held back is sent, a link that was dark is light again."""
        self._link.call("end_fault", number=self.number)


class MucServer:
    """An XMPP server with a MUC service. `ca` is the path of the certificate to trust; empty without TLS.

    Every call raises `MucspecError` where it cannot be done; what it makes clients hear has been sent when it returns.
    """

    def __init__(self, link: Link, address: Mapping[str, Any]) -> None:
        self.host = str(address["host"])
        self.port = int(address["port"])
        self.domain = str(address["domain"])
        self.muc_domain = str(address["muc_domain"])
        self.ca = str(address["ca"])
        self._link = link
        self._numbers = count(1)

    # what is seen

    @property
    def status(self) -> Status:
        """The service as a whole: version, addresses, clock, how many rooms and sessions."""
        return Status.of(self._link.control("status"))

    @property
    def clients(self) -> list[Client]:
        """Who is logged in, the oldest first, and where they sit. Puppets have no streams, and are not among them."""
        return [Client.of(each) for each in self._link.control("clients")]

    @property
    def rooms(self) -> list[RoomInList]:
        """All rooms in short, the oldest first, whoever made them."""
        return [RoomInList.of(each) for each in self._link.control("rooms")]

    @property
    def faults(self) -> list[FaultInForce]:
        """The faults that may still do something, the oldest first."""
        return [FaultInForce.of(each) for each in self._link.control("faults")]

    @property
    def fault_kinds(self) -> list[FaultKind]:
        """All that can go wrong on the wire."""
        return [FaultKind.of(each) for each in self._link.control("fault_kinds")]

    @property
    def personalities(self) -> list[Personality]:
        """The services that this one can behave like; the first is what the XEPs say."""
        return [Personality.of(each) for each in self._link.control("personalities")]

    # accounts and rooms

    def account(self, name: str = "", password: str = "") -> Account:
        """An account that can log in; with a name and a password of its own where none is given."""
        password = password or secrets.token_urlsafe(8)
        jid = self._link.control("add_account", jid=name or f"user{next(self._numbers)}", password=password)
        return Account(jid, password)

    def room(
        self,
        name: str = "",
        *,
        occupants: Sequence[Person] = (),
        history: Sequence[tuple[str, str] | Mapping[str, str]] = (),
        config: Mapping[str, Any] | None = None,
        affiliations: Mapping[str, Affiliation | str] | None = None,
        subject: str = "",
        subject_by: str = "",
        owner: str = "",
        nicks: Mapping[str, str] | None = None,
    ) -> MucRoom:
        """Open a room that is configured (XEP-0045 10.1); with a name of its own where none is given.

        Occupants are nicknames or `{"nick":, "affiliation":, "role":}`, history is (nick, body). `config` has fields by
        their short names, `affiliations` maps accounts, `nicks` maps accounts to the nicknames they have registered.
        """
        people = [{"nick": each} if isinstance(each, str) else dict(each) for each in occupants]
        past = [{"nick": e[0], "body": e[1]} if isinstance(e, tuple) else dict(e) for e in history]
        tables: dict[str, Mapping[str, Any] | None] = {"config": config, "affiliations": affiliations, "nicks": nicks}
        told: dict[str, Any] = {"occupants": people, "history": past, "subject": subject, "owner": owner}
        told |= {"subject_by": subject_by} | {key: dict(table) for key, table in tables.items() if table}
        name = name or f"room{next(self._numbers)}"
        return MucRoom(self._link, self._link.call("open", name=name, setup=told))

    def room_called(self, name: str) -> MucRoom:
        """The room of this name or address that is there, whoever made it."""
        return MucRoom(self._link, self._link.control("room", room=str(name))["jid"])

    # streams

    def settle(self, *, within: float = WAIT) -> None:
        """Until every client has read all that was sent to it (a ping on each stream is answered).

        `MucRoom.settle` asks fewer: a client that a test before has left behind may answer nothing any more.
        """
        may_block()
        self._link.call("settle", room="", within=within)

    def disconnect(self, session: str, how: How | str = "close", *, condition: str = "") -> tuple[str, ...]:
        """End streams, those of an account or one session; the full JIDs that it hit.

        By `close`, `reset`, `half-close` (a FIN alone), `malformed` (broken XML) or `stream-error` with a `condition`
        of RFC 6120 4.9.3, also written `stream-error:CONDITION`.
        """
        how, _, named = how.partition(":")
        return tuple(self._link.control("disconnect", session=str(session), how=how, condition=condition or named))

    def inject(self, session: str, xml: str) -> tuple[str, ...]:
        """Send an element as it is to the sessions of an account, or to one; the full JIDs that got it."""
        return tuple(self._link.control("inject", session=str(session), xml=xml))

    # what goes wrong, and how the service is

    def fault(self, fault: str, /, **keys: Any) -> Fault:
        """From now on this goes wrong (docs/faults.md): `fault("drop presence to=pistol times=1")`, or a name and keys.

        Keys that are words of Python are written with an underscore: `from_="gower"`.
        """
        told = {key.rstrip("_"): value for key, value in keys.items()}
        return Fault(self._link, self._link.call("fault", words=fault, keys=told))

    def end_faults(self) -> None:
        """Nothing goes wrong any more, and what was held back is sent."""
        self._link.control("end_faults")

    def personality(self, name: str) -> None:
        """Behave like this service from now on (docs/personalities.md), `xep` for none; rooms and occupants stay.

        The fixture `muc_personality` does it until the test ends.
        """
        self._link.control("personality", name=name)

    def shut_down(self, reason: str = "") -> None:
        """The MUC service goes down: everybody leaves every room (332): XEP-0045 11.2."""
        self._link.control("shutdown", reason=reason)

    def advance(self, seconds: float) -> Status:
        """Put the clock of the server forward, by at most 366 days; what is due by then happens in its next turn.

        It never goes back: tests that come later have the time that it is then (`status.now`).
        """
        return Status.of(self._link.control("advance", seconds=float(seconds)))

    # the transcript

    @property
    def transcript(self) -> list[Stanza]:
        """All stanzas on all streams so far, and what faults and tests did in between."""
        return self.stanzas()

    def mark(self) -> int:
        """The place in the transcript where we are now."""
        return int(self._link.call("mark"))

    def transcript_since(self, mark: int) -> list[Stanza]:
        """The entries from a mark on."""
        return self.stanzas(since=mark)

    def stanzas(self, words: str = "", *, direction: str = "", session: str = "", since: int = 0) -> list[Stanza]:
        """The entries from a mark on that are wanted: with every one of these words, as the console's filter has it.

        `direction` as in `Stanza`; `session` is a full JID, or a bare one for all sessions of an account.
        """
        wanted = {"words": words, "direction": direction, "session": str(session)}
        return [Stanza.of(each) for each in self._link.call("transcript", since=since, wanted=wanted)]

    def wait_for_stanza(
        self, words: str = "", *, direction: str = "", session: str = "", since: int = 0, within: float = WAIT
    ) -> Stanza:
        """Until there is such an entry (as `stanzas` has them), `within` seconds."""
        may_block()
        wanted = {"words": words, "direction": direction, "session": str(session)}
        kept = {key: each for key, each in wanted.items() if each}
        return Stanza.of(self._link.call("wait", room="", what="stanza", wanted=kept, since=since, within=within))
