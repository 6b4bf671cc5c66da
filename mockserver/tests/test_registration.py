"""Claims about in-band registration, before login and after it (XEP-0077)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.muc.jid import JID
from mockserver.muc.xml import Element, parse, render
from mockserver.net.credentials import Listed
from mockserver.net.enrolment import Open

from .hosts import DOMAIN, Inn, condition
from .sessions import get, set_
from .streams import Scene, Talker

FIELDS = "<username>{}</username><password>{}</password>"


def query(inside: str = "") -> str:
    return f"<query xmlns='jabber:iq:register'>{inside}</query>"


def submission(**values: str) -> str:
    given = {"FORM_TYPE": "jabber:iq:register"} | values
    fields = "".join(f"<field var='{var}'><value>{value}</value></field>" for var, value in given.items())
    return f"<x xmlns='jabber:x:data' type='submit'>{fields}</x>"


def door(**more: Any) -> tuple[dict[str, str], Talker]:
    """The passwords of a host with open registration, and a client whose stream has just begun."""
    passwords = {f"pistol@{DOMAIN}": "secret"}
    talker = Scene(Open(passwords), **more).connect()
    talker.open()
    return passwords, talker


def asked(talker: Talker, stanza: str) -> Element:
    return parse(talker.say(stanza))


# before login


def test_a_host_with_open_registration_says_so() -> None:
    """In the stream features before login, and no more after it."""
    talker = Scene(Open({f"pistol@{DOMAIN}": "secret"})).connect()
    offer = '<register xmlns="http://jabber.org/features/iq-register"/>'
    assert offer in talker.open()
    talker.plain("pistol")
    assert offer not in talker.open()


def test_whoever_asks_is_told_what_is_needed() -> None:
    """Instructions, a user name and a password, as elements and as a form with the same fields."""
    _, talker = door()
    answer = asked(talker, get(query(), DOMAIN))
    assert answer.get("type") == "result"
    (told,) = answer.elements()
    assert [child.name for child in told.elements()] == ["instructions", "username", "password", "x"]
    form = render(next(c for c in told.elements() if c.name == "x"))
    assert "<value>jabber:iq:register</value>" in form
    assert all(f'var="{name}"' in form for name in ("username", "password"))


@pytest.mark.parametrize("given", [FIELDS.format("Nym", "base"), submission(username="Nym", password="base")])
def test_a_new_account_can_log_in_at_once(given: str) -> None:
    """Registered by elements or by form, on the same stream; the name is prepared as user names are."""
    passwords, talker = door()
    assert asked(talker, set_(query(given))).get("type") == "result"
    assert passwords[f"nym@{DOMAIN}"] == "base"
    assert "<success " in talker.plain("nym", "base")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        (FIELDS.format("pistol", "other"), "conflict"),
        (FIELDS.format("nym", ""), "not-acceptable"),
        ("<username>nym</username>", "not-acceptable"),
        ("<password>base</password>", "not-acceptable"),
        (FIELDS.format("n@m", "base"), "jid-malformed"),
        (FIELDS.format("nym@x/y", "base"), "jid-malformed"),
        ("<x xmlns='jabber:x:data' type='cancel'/>", "bad-request"),
        ("<remove/>", "registration-required"),
    ],
)
def test_what_makes_no_account_is_refused(given: str, wrong: str) -> None:
    """With the condition of the XEP, and the table stays as it is."""
    passwords, talker = door()
    assert condition(asked(talker, set_(query(given)))) == wrong
    assert passwords == {f"pistol@{DOMAIN}": "secret"}


def test_registration_is_for_this_host() -> None:
    """A request for another one is not allowed, and leads nowhere."""
    passwords, talker = door()
    assert condition(asked(talker, set_(query(FIELDS.format("nym", "base")), "elsewhere.invalid"))) == "not-allowed"
    assert len(passwords) == 1


def test_a_closed_host_registers_nobody() -> None:
    """Nothing is offered; before login nothing is answered, after it the service is not available."""
    scene = Scene(Listed({f"pistol@{DOMAIN}": "secret"}))
    talker = scene.connect()
    assert "iq-register" not in talker.open()
    assert "<not-authorized " in talker.say(get(query()))
    pistol = scene.log_in("pistol")
    assert condition(asked(pistol, get(query(), DOMAIN))) == "service-unavailable"
    assert condition(asked(pistol, set_(query("<remove/>"), DOMAIN))) == "service-unavailable"
    assert "jabber:iq:register" not in pistol.say(get("<query xmlns='http://jabber.org/protocol/disco#info'/>", DOMAIN))


def test_nobody_registers_before_tls_where_tls_is_required() -> None:
    """Passwords are not asked for in the open then."""
    talker = Scene(Open({}), require_tls=True).connect()
    assert "iq-register" not in talker.open()
    assert "<not-authorized " in talker.say(get(query()))


# after login


def test_who_has_an_account_is_told_so() -> None:
    """With its user name; the password is not shown."""
    pistol = Scene(Open({f"pistol@{DOMAIN}": "secret"})).log_in("pistol")
    told = pistol.say(get(query(), DOMAIN))
    assert "<registered/>" in told
    assert "<username>pistol</username><password/>" in told
    assert "jabber:iq:register" in pistol.say(get("<query xmlns='http://jabber.org/protocol/disco#info'/>", DOMAIN))


def test_a_password_can_be_changed() -> None:
    """One's own only."""
    passwords = {f"pistol@{DOMAIN}": "secret", f"gower@{DOMAIN}": "secret"}
    pistol = Scene(Open(passwords)).log_in("pistol")
    assert asked(pistol, set_(query(FIELDS.format("pistol", "new")), DOMAIN)).get("type") == "result"
    assert condition(asked(pistol, set_(query(FIELDS.format("gower", "new"))))) == "not-allowed"
    assert condition(asked(pistol, set_(query(FIELDS.format("pistol", ""))))) == "not-acceptable"
    assert passwords == {f"pistol@{DOMAIN}": "new", f"gower@{DOMAIN}": "secret"}


def test_an_account_can_be_ended_by_any_of_its_sessions() -> None:
    """The result comes first, then all its streams are closed; what it kept is gone, and nobody logs in any more."""
    passwords = {f"pistol@{DOMAIN}": "secret", f"gower@{DOMAIN}": "secret"}
    scene = Scene(Open(passwords))
    pistol, other, gower = scene.log_in("pistol", "x"), scene.log_in("pistol", "y"), scene.log_in("gower")
    pistol.say(set_("<vCard xmlns='vcard-temp'><FN>Pistol</FN></vCard>"))
    told = pistol.say(set_(query("<remove/>"), DOMAIN))
    assert told.index('type="result"') < told.index("<not-authorized ")
    assert "<not-authorized " in other.heard()
    assert scene.porch.sessions == (f"gower@{DOMAIN}/x",)
    assert passwords == {f"gower@{DOMAIN}": "secret"}
    assert "service-unavailable" in gower.say(get("<vCard xmlns='vcard-temp'/>", f"pistol@{DOMAIN}"))


def test_whoever_takes_the_name_of_an_ended_account_finds_nothing() -> None:
    """No message, no preference, nobody blocked: they were somebody else's."""
    scene = Scene(Open({f"pistol@{DOMAIN}": "secret", f"gower@{DOMAIN}": "secret"}))
    pistol, gower = scene.log_in("pistol"), scene.log_in("gower")
    pistol.say(set_("<block xmlns='urn:xmpp:blocking'><item jid='nym@elsewhere.invalid'/></block>"))
    pistol.say(set_("<prefs xmlns='urn:xmpp:mam:2' default='roster'><always/><never/></prefs>"))
    gower.say(f"<message to='pistol@{DOMAIN}' type='chat'><body>For Pistol alone</body></message>")
    pistol.say(set_(query("<remove/>"), DOMAIN))
    stranger = scene.connect()
    stranger.open()
    assert asked(stranger, set_(query(FIELDS.format("pistol", "secret")))).get("type") == "result"
    stranger = scene.log_in("pistol")
    wanted = (set_("<query xmlns='urn:xmpp:mam:2'/>"), get("<blocklist xmlns='urn:xmpp:blocking'/>"))
    assert not [word for text in wanted if (word := stranger.say(text)) and ("Pistol alone" in word or "nym" in word)]
    assert 'default="always"' in stranger.say(get("<prefs xmlns='urn:xmpp:mam:2'/>"))


def test_remove_stands_alone() -> None:
    """Beside anything else it is a bad request, and the account stays."""
    passwords = {f"pistol@{DOMAIN}": "secret"}
    pistol = Scene(Open(passwords)).log_in("pistol")
    assert condition(asked(pistol, set_(query("<remove/><username>pistol</username>")))) == "bad-request"
    assert f"pistol@{DOMAIN}" in passwords


def test_a_host_without_registrar_has_no_registration() -> None:
    """In memory, where there are no passwords."""
    inn = Inn()
    assert inn.host.accounts.registrar is None
    assert condition(inn.answer("pistol/x", set_(query(FIELDS.format("pistol", "new"))))) == "service-unavailable"


def test_a_desk_knows_who_is_there() -> None:
    """What the accounts ask about a user is what the table says."""
    scene = Scene(Open({f"pistol@{DOMAIN}": "secret"}))
    registrar = scene.host.accounts.registrar
    assert registrar is not None
    assert [registrar.exists(JID(f"{name}@{DOMAIN}")) for name in ("pistol", "nym")] == [True, False]
