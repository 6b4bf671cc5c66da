"""Faults: each is told in a sentence, belongs to one host, and is suspected exactly where it changes something."""

from __future__ import annotations

import re
from itertools import count

import pytest

from mockserver.faults import EVERY, FAULTS, faulty, suspects
from mockserver.faults.members import MEMBERS
from mockserver.host import Host
from mockserver.muc import entering, presence, rights
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import parse

ROOM = "harfleur@conference.mucspec.invalid"
MUC = "http://jabber.org/protocol/muc"
STORY = (
    ("fluellen", f"<presence to='{ROOM}/Fluellen'><x xmlns='{MUC}'/></presence>"),
    ("fluellen", f"<iq to='{ROOM}' type='set' id='c'><query xmlns='{MUC}#owner'><x xmlns='jabber:x:data' "
     f"type='submit'/></query></iq>"),
    ("pistol", f"<presence to='{ROOM}/pistol' id='j'><x xmlns='{MUC}'/></presence>"),
    ("pistol", f"<message to='{ROOM}' type='groupchat' id='m'><body>Base is the slave that pays</body></message>"),
    ("pistol", f"<iq to='{ROOM}' type='set' id='k'><query xmlns='{MUC}#admin'><item nick='Fluellen' role='none'/>"
     "</query></iq>"),
    ("fluellen", f"<iq to='{ROOM}' type='set' id='k'><query xmlns='{MUC}#admin'><item nick='pistol' role='none'/>"
     "</query></iq>"),
)  # fmt: skip


def a_host() -> Host:
    ids = count(1)
    host = Host(new_id=lambda: f"id-{next(ids)}", secret="figo")
    for name in ("fluellen", "pistol"):
        host.bind(JID(f"{name}@mucspec.invalid"), "x")
    return host


def told(host: Host) -> list[list[Delivery]]:
    """What becomes of the story on this host."""
    senders = ((JID(f"{name}@mucspec.invalid/x"), parse(text)) for name, text in STORY)
    return [host.receive(stanza, sender=sender, now=1e9) for sender, stanza in senders]


def told_with(*names: str) -> list[list[Delivery]]:
    host = a_host()
    faulty(host, names)
    return told(host)


def test_a_fault_is_named_in_words_and_told_in_one_sentence() -> None:
    """Names are of lower-case words; texts say what the service does, on one line."""
    assert [name for name in EVERY if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", name)] == []
    texts = [fault.text for fault in EVERY.values()]
    assert [text for text in texts if not text[0].islower() or text.endswith(".") or len(text) > 110] == []


def test_scenarios_are_proved_with_faults_that_there_are() -> None:
    """The list of members names nothing else."""
    assert MEMBERS - EVERY.keys() == set()
    assert FAULTS.keys() == MEMBERS


def test_an_unknown_fault_is_refused() -> None:
    """A misspelt fault would prove nothing."""
    with pytest.raises(ValueError, match="no such fault: kick-as-hug"):
        faulty(a_host(), ["kick-as-hug"])


def test_a_fault_belongs_to_one_host_and_to_the_time_of_a_call() -> None:
    """A rule that is another one there is the right one everywhere else, and again when the call is over."""
    right = told(a_host())
    rules = (presence.sees_jids, entering.default_role, rights.role_refusal)
    assert told_with("strangers-are-moderators", "jids-for-everybody", "any-role-by-moderators") != right
    assert (presence.sees_jids, entering.default_role, rights.role_refusal) == rules
    assert told(a_host()) == right


def test_several_faults_at_once() -> None:
    """A host may have as many as one likes: what one of them loses the other cannot change."""
    both = told_with("said-lost", "code-307-lost")
    stanzas = [d.stanza for deliveries in both for d in deliveries]
    assert not any(s.name == "message" and s.get("id") == "m" for s in stanzas)
    assert any(s.get("type") == "unavailable" for s in stanzas)
    assert not any(c.get("code") == "307" for s in stanzas for x in s.elements() for c in x.elements())


def test_to_suspect_changes_nothing() -> None:
    """A host that is watched for what faults would do does the right thing."""
    host = a_host()
    found = suspects(host, EVERY)
    assert told(host) == told(a_host())
    assert {"said-lost", "role-overlooked", "code-110-lost", "no-subject"} <= found


def test_a_fault_that_is_not_suspected_changes_nothing() -> None:
    """The filter is exact on one side: whoever is not suspected need not be played."""
    host = a_host()
    found = suspects(host, EVERY)
    right = told(host)
    others = sorted(EVERY.keys() - found)[::5]
    assert len(others) > 50
    assert [name for name in others if told_with(name) != right] == []


@pytest.mark.parametrize(
    "name", ["said-lost", "join-overlooked", "role-refused", "code-307-lost", "said-twice", "role-refused-and-done"]
)
def test_a_suspected_fault_shows(name: str) -> None:
    """Before the service, behind it, in its rules: what is done differs."""
    assert told_with(name) != told(a_host())
