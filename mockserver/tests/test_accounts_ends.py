"""Claims about accounts that are no more: those that were ended, and those of anonymous log-ins."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mockserver.muc.jid import JID
from mockserver.net.enrolment import Open

from .hosts import Inn, lines
from .sessions import get, set_
from .streams import DOMAIN, SASL, Scene, Talker
from .test_registration import FIELDS, query

PISTOL = JID(f"pistol@{DOMAIN}")
REMOVE = set_(query("<remove/>"), DOMAIN)
VCARD = "<vCard xmlns='vcard-temp'><FN>Ancient</FN></vCard>"
BLOCK = "<block xmlns='urn:xmpp:blocking'><item jid='nym@elsewhere.invalid'/></block>"
NEVER = "<prefs xmlns='urn:xmpp:mam:2' default='never'><always/><never/></prefs>"
MINE = (
    "<vCard xmlns='vcard-temp'/>",
    "<blocklist xmlns='urn:xmpp:blocking'/>",
    "<prefs xmlns='urn:xmpp:mam:2'/>",
    "<query xmlns='jabber:iq:roster'/>",
)
TO_IT = (
    "<message to='{}' type='chat' id='1'><body>Hi</body></message>",
    "<message to='{}/x' type='chat' id='1'><body>Hi</body></message>",
    "<message to='{}' type='groupchat' id='1'><body>Hi</body></message>",
    "<presence to='{}' type='subscribe'/>",
    "<presence to='{}'/>",
    "<iq to='{}' type='get' id='1'><vCard xmlns='vcard-temp'/></iq>",
    "<iq to='{}/x' type='get' id='1'><ping xmlns='urn:xmpp:ping'/></iq>",
    "<iq to='{}' type='get' id='1'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>",
    "<iq to='{}' type='get' id='1'><pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='n'/></pubsub></iq>",
)


def opened() -> Scene:
    return Scene(Open({f"{user}@{DOMAIN}": "secret" for user in ("pistol", "gower")}))


def enrolled(scene: Any, user: str = "pistol") -> Talker:
    """Somebody takes the name and logs in."""
    talker = Talker(scene)
    talker.open()
    assert 'type="result"' in talker.say(set_(query(FIELDS.format(user, "secret"))))
    return entered(scene, user)


def entered(scene: Any, user: str, resource: str = "x") -> Talker:
    talker = Talker(scene)
    talker.open()
    if user:
        talker.plain(user)
    else:
        assert "<success" in talker.say(f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>")
    talker.open()
    talker.bind(resource)
    return talker


def kept(talker: Talker) -> list[str]:
    """What there is of one's own."""
    return [talker.say(get(payload)) for payload in MINE] + [talker.say(set_("<query xmlns='urn:xmpp:mam:2'/>"))]


# ended


@pytest.mark.parametrize("stanza", TO_IT)
def test_an_ended_account_is_answered_for_as_one_that_never_was(stanza: str) -> None:
    """Whatever is sent to it, and whatever it had."""
    scene = opened()
    pistol, gower = scene.log_in("pistol"), scene.log_in("gower")
    pistol.say(set_(VCARD))
    pistol.say("<presence/>")
    pistol.say(REMOVE)
    to_it, to_nobody = (gower.say(stanza.format(f"{name}@{DOMAIN}")) for name in ("pistol", "nobody"))
    assert to_it.replace("pistol@", "nobody@") == to_nobody
    assert not scene.host.accounts.exists(PISTOL)
    assert PISTOL not in scene.host.accounts.table


def test_what_comes_behind_the_end_of_an_account_is_not_kept() -> None:
    """In the same packet: the streams are closed behind it, and the account has its place until then."""
    scene, fresh = opened(), opened()
    pistol = scene.log_in("pistol")
    scene.log_in("pistol", "y")
    note = f"<message to='gower@{DOMAIN}' type='chat'><body>Mine</body></message>"
    pistol.say(REMOVE + set_(VCARD) + set_(BLOCK) + set_(NEVER) + note + "<presence/>")
    assert kept(enrolled(scene)) == kept(fresh.log_in("pistol"))
    assert scene.host.accounts.blockers == set()


def test_a_session_that_outlasts_its_account_leaves_the_next_one_alone() -> None:
    """As those of puppets do: what it was and what it does is not of who takes the name."""
    scene, fresh = opened(), opened()
    scene.host.bind(PISTOL, "puppet")
    scene.log_in("pistol").say(set_(VCARD) + REMOVE)
    stranger = enrolled(scene)
    scene.host.session_lost(JID(f"{PISTOL}/puppet"), now=0)
    assert kept(stranger) == kept(fresh.log_in("pistol"))
    assert list(scene.host.accounts.table[PISTOL].sessions) == [f"{PISTOL}/x"]


def test_who_followed_an_ended_account_does_not_follow_the_next() -> None:
    """They see it go; who has the name then has not approved them."""
    inn = Inn("pistol/x")
    inn.host.abroad.came(JID("gate.invalid"))
    inn.host.accounts.registrar = SimpleNamespace(remove=lambda account: None)
    inn.say("pistol/x", "<presence/>")
    inn.say("pistol/x", "<presence type='subscribed' to='nym@gate.invalid'/>")
    inn.say("pistol/x", REMOVE)
    (gone,) = lines(inn.host.session_lost(JID(f"{PISTOL}/x"), now=inn.now))
    assert gone == 'nym@gate.invalid <- <presence type="unavailable" from="pistol/x"/>'
    inn.host.bind(PISTOL, "x")
    assert [line.partition(" ")[0] for line in inn.say("pistol/x", "<presence/>")] == ["pistol/x"]


# anonymous


def test_an_anonymous_account_goes_with_its_session() -> None:
    """It is one like others until then."""
    scene = Scene()
    anybody, gower = entered(scene, ""), scene.log_in("gower")
    (account,) = {session.bare for session in scene.porch.sessions} - {JID(f"gower@{DOMAIN}")}
    note = f"<message to='{account}' type='chat' id='1'><body>Hi</body></message>"
    gower.say(note)
    anybody.say(set_(VCARD) + set_(BLOCK))
    assert "Hi" in anybody.say(set_("<query xmlns='urn:xmpp:mam:2'/>"))
    assert "Ancient" in anybody.say(get(MINE[0]))
    anybody.say("</stream:stream>")
    assert "service-unavailable" in gower.say(note)
    accounts = scene.host.accounts
    assert (list(accounts.table), accounts.blockers) == ([f"gower@{DOMAIN}"], set())
    assert not accounts.archives.entries(account)


def test_an_anonymous_account_is_there_while_its_client_may_come_back() -> None:
    """XEP-0198: the session goes on without a stream, and ends when the time is over."""
    scene = Scene(stream_management=True)
    anybody = entered(scene, "")
    anybody.say("<enable xmlns='urn:xmpp:sm:3' resume='true'/>")
    (session,) = scene.porch.sessions
    anybody.protocol.connectionLost()
    assert list(scene.host.accounts.table) == [session.bare]
    scene.clock.advance(scene.porch.limits.resume_seconds)
    assert (scene.porch.sessions, scene.host.accounts.table) == ((), {})
