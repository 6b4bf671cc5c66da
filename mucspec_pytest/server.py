"""`muc_server` and its rooms, as tests see them: plain calls into the process in which the server is.

Calls of any kind of test may make: they block for about a millisecond. Only those that wait (`wait_for...`) take long;
in asynchronous tests they belong into a thread, so that the client under test can go on meanwhile.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest

from .link import Link
from .room import WAIT, MucRoom, may_block

Person = str | Mapping[str, Any]
ARROWS = {"in": "->", "out": "<-", "fault": "!!"}


@dataclass(frozen=True, slots=True)
class Account:
    """What a client logs in with."""

    jid: str
    password: str


@dataclass(frozen=True, slots=True)
class Stanza:
    """A stanza on a client's stream; "in" came from the client, "out" was sent to it.

    "fault": there the `fault` of this text acted, on the stanza as it was, or (no `xml`) on the link.
    """

    direction: str
    session: str
    xml: str
    fault: str = ""

    def __str__(self) -> str:
        fault = f"fault {self.fault}: " if self.fault else ""
        return f"{ARROWS[self.direction]} {self.session}  {fault}{' '.join(self.xml.split())}"


class Fault:
    """Something that goes wrong between the service and its clients, until `cancel`."""

    def __init__(self, link: Link, number: int) -> None:
        self._link, self._number = link, number

    @property
    def acted(self) -> int:
        """How often it did something."""
        return int(self._link.call("fault_acted", number=self._number))

    def cancel(self) -> None:
        """It is over: what it held back is sent, a link that was dark is light again."""
        self._link.call("end_fault", number=self._number)


class MucServer:
    """An XMPP server with a MUC service. `ca` is the path of the certificate to trust; empty without TLS."""

    def __init__(self, link: Link, address: Mapping[str, Any]) -> None:
        self.host = str(address["host"])
        self.port = int(address["port"])
        self.domain = str(address["domain"])
        self.muc_domain = str(address["muc_domain"])
        self.ca = str(address["ca"])
        self._link = link
        self._numbers = count(1)

    def account(self, name: str = "", password: str = "") -> Account:
        """An account that can log in; with a name and a password of its own where none is given."""
        password = password or secrets.token_urlsafe(8)
        return Account(
            self._link.call("account", name=name or f"user{next(self._numbers)}", password=password), password
        )

    def room(
        self,
        name: str = "",
        *,
        occupants: Sequence[Person] = (),
        history: Sequence[tuple[str, str] | Mapping[str, str]] = (),
        **setup: Any,
    ) -> MucRoom:
        """Open a room. Occupants are nicknames or `{"nick":, "affiliation":, "role":}`, history is (nick, body).

        `setup` as in the `room` table of scenarios: config, affiliations, nicks, subject, subject_by, owner.
        """
        people = [{"nick": each} if isinstance(each, str) else dict(each) for each in occupants]
        past = [{"nick": e[0], "body": e[1]} if isinstance(e, tuple) else dict(e) for e in history]
        told = {**setup, "occupants": people, "history": past}
        name = name or f"room{next(self._numbers)}"
        return MucRoom(self._link, self._link.call("open", name=name, setup=told))

    def settle(self, *, within: float = WAIT) -> None:
        """Until every client has read all that was sent to it (a ping on each stream is answered).

        `MucRoom.settle` asks fewer: a client that a test before has left behind may answer nothing any more.
        """
        may_block()
        self._link.call("settle", room="", within=within)

    def disconnect(self, jid: str, how: str = "close") -> None:
        """End an account's streams: close, reset, half-close, malformed or stream-error:CONDITION."""
        self._link.call("sever", jid=str(jid), how=how)

    def inject(self, jid: str, xml: str) -> None:
        """Send a stanza to a client as it is, whatever it is."""
        self._link.call("inject", jid=str(jid), xml=xml)

    def fault(self, words: str, /, **keys: Any) -> Fault:
        """From now on this goes wrong (docs/faults.md): `fault("drop presence to=pistol times=1")`, or a name and keys.

        Keys that are words of Python are written with an underscore: `from_="gower"`.
        """
        return Fault(
            self._link, self._link.call("fault", words=words, keys={k.rstrip("_"): v for k, v in keys.items()})
        )

    def end_faults(self) -> None:
        """Nothing goes wrong any more."""
        self._link.call("end_faults")

    def shut_down(self, reason: str = "") -> None:
        """The MUC service goes down: everybody leaves every room with status 332."""
        self._link.call("shut_down", reason=reason)

    @property
    def transcript(self) -> list[Stanza]:
        """All stanzas on all streams so far."""
        return self.transcript_since(0)

    def mark(self) -> int:
        """The place in the transcript where we are now."""
        return int(self._link.call("mark"))

    def transcript_since(self, mark: int) -> list[Stanza]:
        """The stanzas from a mark on."""
        told = self._link.call("transcript", since=mark)
        return [Stanza(each["dir"], each["session"], each["xml"], each.get("fault", "")) for each in told]


class Transcripts:
    """Shows what was on the streams during a test that failed; a plug-in only while there is a server."""

    def __init__(self, server: MucServer) -> None:
        self._server, self._mark = server, 0

    def pytest_runtest_setup(self) -> None:
        self._mark = self._server.mark()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_makereport(self, item: pytest.Item, call: pytest.CallInfo[None]) -> None:
        if call.excinfo is None or "muc_server" not in getattr(item, "fixturenames", ()):
            return
        stanzas = self._server.transcript_since(self._mark)
        if stanzas:
            item.add_report_section(call.when, "mucspec transcript", "\n".join(map(str, stanzas)))


@contextmanager
def serving(
    config: pytest.Config, *, domain: str = "localhost", muc_domain: str = "", tls: bool = True
) -> Iterator[MucServer]:
    """A server in a process of its own."""
    link = Link()
    try:
        server = MucServer(link, link.call("serve", domain=domain, muc_domain=muc_domain, tls=tls))
        transcripts = Transcripts(server)
        config.pluginmanager.register(transcripts, "mucspec_transcripts")
        try:
            yield server
        finally:
            config.pluginmanager.unregister(transcripts)
    finally:
        link.close()
