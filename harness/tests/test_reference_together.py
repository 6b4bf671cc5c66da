"""Two reference clients in one room of the host: what one does, the other sees."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from itertools import count
from typing import Any

import pytest

from harness.puppet import Puppet
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import Element

ROOM = "harfleur@conference.mucspec.invalid"
NOW = 1_000_000.0


class Company:
    """A host and some clients at it; everything is carried at once, in order."""

    def __init__(self, *actors: str) -> None:
        ids = count(1)
        self.host = Host(new_id=lambda: f"id{next(ids)}", secret="s")
        self.events: dict[str, list[dict[str, Any]]] = {actor: [] for actor in actors}
        self.answers: dict[int, dict[str, Any]] = {}
        self._numbers = count(1)
        self._puppets: dict[JID, tuple[str, Puppet]] = {}
        for actor in actors:
            jid = self.host.bind(JID.parse(f"{actor}@mucspec.invalid"), "x")
            self._puppets[jid] = (actor, Puppet(str(jid)))

    def do(self, actor: str, verb: str, **args: Any) -> dict[str, Any]:
        """Do it and carry all that follows; gives the answer."""
        jid = next(jid for jid, (name, _) in self._puppets.items() if name == actor)
        seq = next(self._numbers)
        args = {"room": ROOM, **args}
        waiting = deque(self._done(jid, self._puppets[jid][1].does(verb, seq, args)))
        while waiting:
            delivery = waiting.popleft()
            for to in delivery.to:
                stanza = delivery.stanza.with_attrs(to=str(to))
                waiting.extend(self._done(to, self._puppets[to][1].receives(stanza)))
        return self.answers.get(seq, {})

    def state(self, actor: str) -> dict[str, Any]:
        return next(dict(puppet.state(ROOM)) for name, puppet in self._puppets.values() if name == actor)

    def seen(self, actor: str, event: str) -> list[dict[str, Any]]:
        return [e for e in self.events[actor] if e["event"] == event]

    def _done(self, jid: JID, outcomes: Iterable[Any]) -> list[Delivery]:
        deliveries: list[Delivery] = []
        for outcome in outcomes:
            if isinstance(outcome, Element):
                deliveries += self.host.receive(outcome, sender=jid, now=NOW)
            elif "event" in outcome:
                self.events[self._puppets[jid][0]].append(dict(outcome))
            else:
                self.answers[outcome["seq"]] = dict(outcome)
        return deliveries


@pytest.fixture
def company() -> Company:
    """Fluellen owns the room, pistol has come in."""
    both = Company("fluellen", "pistol")
    assert both.do("fluellen", "join", nick="Fluellen")["ok"]
    assert both.do("fluellen", "accept_defaults")["ok"]
    assert both.do("pistol", "join", nick="pistol")["ok"]
    return both


def test_both_know_who_is_in_the_room(company: Company) -> None:
    """The creator owns it; both lists hold the same nicknames."""
    assert company.seen("fluellen", "room_created") and company.state("fluellen")["affiliation"] == "owner"
    lists = [{who["nick"] for who in company.state(actor)["occupants"]} for actor in ("fluellen", "pistol")]
    assert lists == [{"Fluellen", "pistol"}] * 2
    assert company.seen("pistol", "subject")


def test_a_message_reaches_both_once(company: Company) -> None:
    """It is one's own for one of them only."""
    company.do("pistol", "message", body="Hail", id="m1")
    said = [[(e["body"], e["self"], e["history"]) for e in company.seen(who, "message")] for who in company.events]
    assert said == [[("Hail", False, False)], [("Hail", True, False)]]


def test_a_rename_is_seen_by_both(company: Company) -> None:
    """One event each, and nobody leaves."""
    assert company.do("pistol", "rename", nick="ancient")["nick"] == "ancient"
    for actor, own in (("fluellen", False), ("pistol", True)):
        assert [(e["old"], e["nick"], e["self"]) for e in company.seen(actor, "renamed")] == [
            ("pistol", "ancient", own)
        ]
        assert company.seen(actor, "occupant_left") == []


def test_a_taken_nickname_is_refused_to_join_and_to_rename() -> None:
    """Both with conflict; a refused rename leaves one where one was."""
    both = Company("fluellen", "pistol")
    both.do("fluellen", "join", nick="Fluellen")
    both.do("fluellen", "accept_defaults")
    assert both.do("pistol", "join", nick="Fluellen")["error"]["condition"] == "conflict"
    assert both.do("pistol", "join", nick="pistol")["ok"] is True
    assert both.do("pistol", "rename", nick="Fluellen")["error"]["condition"] == "conflict"
    assert both.state("pistol")["nick"] == "pistol"


def test_a_kick_is_told_to_both_with_its_reason(company: Company) -> None:
    """Out for one, gone for the other."""
    assert company.do("fluellen", "kick", nick="pistol", reason="Avaunt!")["ok"]
    (out,), (away,) = company.seen("pistol", "left"), company.seen("fluellen", "occupant_left")
    assert (out["cause"], out["reason"]) == (away["cause"], away["reason"]) == ("kicked", "Avaunt!")
    assert company.state("pistol")["joined"] is False


def test_a_configuration_is_changed_and_announced(company: Company) -> None:
    """The form is fetched, changed and submitted; the other hears of it."""
    assert company.do("fluellen", "set_config", values={"moderatedroom": True})["ok"]
    fields = {f["var"]: f["value"] for f in company.do("fluellen", "get_config")["fields"]}
    assert fields["muc#roomconfig_moderatedroom"] is True
    assert company.seen("pistol", "config_changed")
    assert company.do("pistol", "get_config")["error"]["condition"] == "forbidden"


def test_a_destroyed_room_is_left_by_both(company: Company) -> None:
    """With the room that takes its place."""
    assert company.do("fluellen", "destroy", alternate="agincourt@conference.mucspec.invalid", reason="Won")["ok"]
    for actor in company.events:
        (event,) = company.seen(actor, "left")
        assert (event["cause"], event["reason"]) == ("destroyed", "Won")
        assert event["alternate"].startswith("agincourt@")
