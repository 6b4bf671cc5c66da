"""Each of these faults shows in a story that asks for it: discovery, forms, order, versions, what goes too far."""

from __future__ import annotations

from dataclasses import fields, replace
from itertools import count

import pytest

from mockserver.faults import EVERY, faulty
from mockserver.faults.moment import Moment
from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery, Switches
from mockserver.muc.xml import Element, parse

from .fault_stories import (
    INFO,
    MUC,
    ROOM,
    SERVICE,
    STORIES,
    VERSIONS,
    Line,
    Setting,
    affiliated,
    ask,
    configured,
    enters,
    searches,
    told_in,
)

NO_CHOICE = replace(Switches(), owners_unmake_owners=False)
HURRIED = replace(Switches(), searches_a_minute=0)


def choosing(switches: Switches) -> Setting:
    def choose(host: Host) -> None:
        host.muc.switches = switches

    return choose


CASES = [(name, story) for story, (_, names) in STORIES.items() for name in names]


@pytest.mark.parametrize(("name", "story"), CASES)
def test_the_fault_shows(name: str, story: str) -> None:
    """A host with the fault tells the story in another way than the right one."""
    lines = STORIES[story][0]
    assert told_in(lines, name) != told_in(lines)


def test_what_is_off_is_announced() -> None:
    """The fault is about features that the service does not have; a service with all of them has no more to say."""
    asked = [("nym", ask(INFO)), ("nym", ask(INFO, to=SERVICE))]
    for name in ("room-with-what-is-off", "service-with-what-is-off"):
        assert told_in(asked, name) == told_in(asked)
        assert told_in(asked, name, without="occupant-id") != told_in(asked, without="occupant-id")


def test_a_choice_is_refused_and_done() -> None:
    """Where owners do not unmake each other, the error is sent and the owner is one no more."""
    story = [affiliated("gower", "owner"), affiliated("gower", "admin")]
    right, wrong = (
        told_in(story, *names, setting=choosing(NO_CHOICE)) for names in ((), ("choices-refused-and-done",))
    )
    assert wrong[-1][: len(right[-1])] == right[-1]
    assert {d.stanza.name for d in wrong[-1][len(right[-1]) :]} == {"presence"}


def test_a_limit_without_an_end() -> None:
    """Who searches too often is not told when to come again."""
    right, wrong = (
        told_in([searches(q="walls")], *names, setting=choosing(HURRIED))
        for names in ((), ("rate-limit-without-retry-after",))
    )
    assert "retry-after" in str(right)
    assert "retry-after" not in str(wrong)


def test_who_names_a_version_hears_of_everybody() -> None:
    """Of all where a few have changed; besides the error where the version was told to somebody else."""

    def coming(who: str, version: str) -> Line:
        return enters(who, f"<mav xmlns='{VERSIONS}' since='{version}'/>")

    first = [configured(whois="anyone"), affiliated("nym", "member"), enters("nym", f"<mav xmlns='{VERSIONS}'/>")]
    version = latest_version(told_in(first)[-1])
    gone = ("nym", f"<presence to='{ROOM}/nym' type='unavailable'/>")
    again = [*first, gone, affiliated("gower", "admin"), coming("nym", version)]
    assert len(items_in(told_in(again)[-1])) < len(items_in(told_in(again, "versions-list-everybody")[-1]))
    strange = [*first, affiliated("peto", "member"), coming("peto", version)]
    assert items_in(told_in(strange)[-1]) == []
    assert len(items_in(told_in(strange, "versions-of-others-told")[-1])) > 2


def latest_version(deliveries: list[Delivery]) -> str:
    """The version that the own presence tells."""
    mavs = (x.find("mav", VERSIONS) for d in deliveries if d.stanza.name == "presence" for x in d.stanza.elements())
    return next(mav.get("until") for mav in mavs if mav)


def items_in(deliveries: list[Delivery]) -> list[Element]:
    """The affiliations that messages tell."""
    messages = (d.stanza for d in deliveries if d.stanza.name == "message")
    return [item for stanza in messages for x in stanza.elements() for item in x.find_all("item", f"{MUC}#user")]


def test_a_lost_session_is_missed_by_nobody() -> None:
    """Who got directed presence hears nothing of its end."""
    ids = count(1)
    host = Host(new_id=lambda: f"id-{next(ids)}", secret="figo")
    faulty(host, ["lost-sessions-stay-available"])
    pistol, nym = (host.bind(JID(f"{name}@mucspec.invalid"), "x") for name in ("pistol", "nym"))
    host.receive(parse(f"<presence to='{nym}'/>"), sender=pistol, now=1e9)
    assert host.session_lost(pistol, now=1e9) == []


def test_each_choice_of_a_service_has_a_fault_that_takes_the_other() -> None:
    """For the time of a call, and for that service only."""
    host = Host(new_id=lambda: "id", secret="figo")
    for choice in (field.name for field in fields(Switches) if isinstance(field.default, bool)):
        bend = EVERY[f"switch-{choice.replace('_', '-')}-turned"].bent
        held = bend(Moment(host, None, 1e9)) if bend else None
        assert held is not None
        with held:
            turned = host.muc.switches
        assert getattr(turned, choice) is not getattr(Switches(), choice)
        assert host.muc.switches == Switches()
