"""Claims about private storage and vCards of accounts (XEP-0049, XEP-0054)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.muc.xml import render

from .hosts import DOMAIN, Inn, condition
from .sessions import get, set_

PISTOL = f"pistol@{DOMAIN}"


def private(inside: str) -> str:
    return f"<query xmlns='jabber:iq:private'>{inside}</query>"


@pytest.mark.parametrize(
    ("asked", "wrong"),
    [
        (get(private("")), "bad-request"),
        (get(private("<a xmlns='urn:a'/><b xmlns='urn:b'/>")), "bad-request"),
        (set_(private("")), "not-acceptable"),
        (set_(private("<a/>")), "not-acceptable"),
    ],
)
def test_data_have_a_namespace_of_their_own(asked: str, wrong: str) -> None:
    """XEP-0049 2.3: a query asks for one element, a change names at least one, in a foreign namespace."""
    assert condition(Inn().answer("pistol/x", asked)) == wrong


def test_several_data_can_be_kept_at_once() -> None:
    """Each can be asked for by itself then."""
    inn = Inn()
    inn.say("pistol/x", set_(private("<a xmlns='urn:a' n='1'/><b xmlns='urn:b' n='2'/>")))
    assert 'n="1"' in render(inn.answer("pistol/x", get(private("<a xmlns='urn:a'/>"))))
    assert 'n="2"' in render(inn.answer("pistol/x", get(private("<b xmlns='urn:b'/>"))))


@pytest.mark.parametrize("asked", [get, set_])
def test_private_data_are_nobody_elses(asked: Callable[[str, str], str]) -> None:
    """Whoever asks for somebody else's is forbidden to."""
    assert condition(Inn().answer("gower/x", asked(private("<a xmlns='urn:a'/>"), PISTOL))) == "forbidden"


def test_nobody_changes_the_vcard_of_somebody_else() -> None:
    """Reading is for everybody, writing for the owner."""
    inn = Inn()
    asked = set_("<vCard xmlns='vcard-temp'><FN>Nym</FN></vCard>", PISTOL)
    assert condition(inn.answer("gower/x", asked)) == "forbidden"
    assert "Nym" not in render(inn.answer("pistol/x", get("<vCard xmlns='vcard-temp'/>")))


def test_a_retraction_is_kept_in_the_archives_of_both() -> None:
    """XEP-0424 2: even without a body; an account says that it does."""
    inn = Inn()
    retract = "<retract xmlns='urn:xmpp:message-retract:1' id='m'/>"
    inn.say("pistol/x", f"<message type='chat' to='gower@{DOMAIN}/x'>{retract}</message>")
    for who in ("pistol/x", "gower/x"):
        found = inn.say(who, set_("<query xmlns='urn:xmpp:mam:2'/>"))
        assert [' id="m"' in line for line in found] == [True, False]
    info = render(inn.answer("pistol/x", get("<query xmlns='http://jabber.org/protocol/disco#info'/>")))
    assert '<feature var="urn:xmpp:message-retract:1"/>' in info
