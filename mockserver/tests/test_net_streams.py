"""Claims about streams from the header to a bound session, with in-memory transports."""

from __future__ import annotations

import base64

import pytest

from mockserver.net.credentials import AnyPassword
from mockserver.net.porch import Limits

from .streams import BIND, DOMAIN, HEADER, SASL, Scene


def test_a_client_gets_to_a_session_byte_by_byte() -> None:
    """Header, PLAIN, restart and binding work when every byte comes alone."""
    scene = Scene()
    talker = scene.connect()
    first = talker.say(HEADER, bytewise=True)
    assert "<mechanism>PLAIN</mechanism>" in first
    assert f'from="{DOMAIN}"' in first
    assert talker.plain("pistol") == f'<success xmlns="{SASL}"/>'
    assert f'<bind xmlns="{BIND}"/>' in talker.open()
    assert talker.bind("x") == (
        f'<iq type="result" id="b"><bind xmlns="{BIND}"><jid>pistol@{DOMAIN}/x</jid></bind></iq>'
    )
    assert scene.porch.sessions == (f"pistol@{DOMAIN}/x",)


@pytest.mark.parametrize(
    ("header", "condition"),
    [
        (HEADER.replace(DOMAIN, "elsewhere.invalid"), "host-unknown"),
        (HEADER.replace(" version='1.0' x", " x"), "unsupported-version"),
        (HEADER.replace(" version='1.0' x", " version='0.9' x"), "unsupported-version"),
        (HEADER.replace("http://etherx.jabber.org/streams", "urn:x"), "invalid-namespace"),
        ("<?xml version='1.0'?><!DOCTYPE stream>", "restricted-xml"),
        ("GET / HTTP/1.1\r\n\r\n", "not-well-formed"),
    ],
)
def test_a_bad_header_gets_a_header_and_an_error(header: str, condition: str) -> None:
    """A stream error is only readable inside a stream: the server's header always comes first."""
    talker = Scene().connect()
    answer = talker.open(header)
    assert answer.startswith('<?xml version="1.0"?><stream:stream ')
    assert f"<{condition} " in answer
    assert answer.endswith("</stream:error></stream:stream>") or "</text></stream:error>" in answer
    assert talker.transport.ended == "closed"


def test_a_tls_hello_at_the_plain_port_ends_at_once() -> None:
    """Clients that try direct TLS first go on only when this fails without delay."""
    talker = Scene().connect()
    assert talker.say(b"\x16\x03\x01\x02\x00") == ""
    assert talker.transport.ended == "aborted"


def test_stanzas_before_login_end_the_stream() -> None:
    """Nothing is served before authentication and binding."""
    talker = Scene().connect()
    talker.open()
    assert "<not-authorized " in talker.say("<message to='gower@mucspec.invalid'/>")


def test_stanzas_before_binding_end_the_stream() -> None:
    """After SASL and before binding only the bind request is served."""
    talker = Scene().connect()
    talker.open()
    talker.plain("pistol")
    talker.open()
    assert "<not-authorized " in talker.say("<presence/>")


@pytest.mark.parametrize(
    ("mechanism", "data", "condition"),
    [
        ("PLAIN", base64.b64encode(b"\0pistol\0wrong").decode(), "not-authorized"),
        ("PLAIN", base64.b64encode(b"\0nobody\0secret").decode(), "not-authorized"),
        ("PLAIN", base64.b64encode(b"gower@mucspec.invalid\0pistol\0secret").decode(), "invalid-authzid"),
        ("PLAIN", base64.b64encode(b"pistol secret").decode(), "malformed-request"),
        ("PLAIN", "***", "incorrect-encoding"),
        ("DIGEST-MD5", "", "invalid-mechanism"),
        ("SCRAM-SHA-1", base64.b64encode(b"n,,n=nobody,r=abc").decode(), "not-authorized"),
        ("SCRAM-SHA-1", base64.b64encode(b"rubbish").decode(), "malformed-request"),
    ],
)
def test_a_refused_login_says_why(mechanism: str, data: str, condition: str) -> None:
    """Each kind of bad attempt has its condition, and another attempt is possible."""
    talker = Scene().connect()
    talker.open()
    answer = talker.say(f"<auth xmlns='{SASL}' mechanism='{mechanism}'>{data}</auth>")
    assert answer == f'<failure xmlns="{SASL}"><{condition}/></failure>'
    assert "<success" in talker.plain("pistol")


def test_the_own_account_is_a_fine_authzid() -> None:
    """Clients that name themselves as the identity to act as are let in."""
    talker = Scene().connect()
    talker.open()
    data = base64.b64encode(b"pistol@mucspec.invalid\0pistol\0secret").decode()
    assert "<success" in talker.say(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{data}</auth>")


def test_plain_without_an_initial_response_is_asked_for_it() -> None:
    """The empty challenge asks for the data."""
    talker = Scene().connect()
    talker.open()
    assert talker.say(f"<auth xmlns='{SASL}' mechanism='PLAIN'/>") == f'<challenge xmlns="{SASL}"/>'
    data = base64.b64encode(b"\0pistol\0secret").decode()
    assert "<success" in talker.say(f"<response xmlns='{SASL}'>{data}</response>")


def test_an_exchange_can_be_aborted() -> None:
    """<abort/> is answered by a failure, and another attempt is possible."""
    talker = Scene().connect()
    talker.open()
    talker.say(f"<auth xmlns='{SASL}' mechanism='PLAIN'/>")
    assert "<aborted/>" in talker.say(f"<abort xmlns='{SASL}'/>")
    assert "<success" in talker.plain("pistol")


def test_where_tls_is_required_nothing_else_is_offered() -> None:
    """With `require_tls` no password is asked for or taken in the clear."""
    scene = Scene(require_tls=True, certificate=object())
    talker = scene.connect()
    features = talker.open()
    assert ("<required/>" in features, "<mechanism>" in features) == (True, False)
    assert "<encryption-required/>" in talker.plain("pistol")


def test_starttls_that_was_not_offered_fails() -> None:
    """Without a certificate <starttls/> is a failure and the end."""
    talker = Scene().connect()
    assert "<starttls" not in talker.open()
    answer = talker.say("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>")
    assert '<failure xmlns="urn:ietf:params:xml:ns:xmpp-tls"/>' in answer
    assert talker.transport.ended == "closed"


def test_tries_are_bounded() -> None:
    """After the third failure the stream is closed."""
    talker = Scene().connect()
    talker.open()
    answers = [talker.plain("pistol", "wrong") for _ in range(3)]
    assert ["<policy-violation " in answer for answer in answers] == [False, False, True]


def test_anonymous_gets_an_account_of_its_own() -> None:
    """Every anonymous session is somebody else."""
    scene = Scene()
    for _ in range(2):
        talker = scene.connect()
        talker.open()
        talker.say(f"<auth xmlns='{SASL}' mechanism='ANONYMOUS'/>")
        talker.open()
        talker.bind()
    assert len({session.bare for session in scene.porch.sessions}) == 2


def test_any_password_offers_only_what_it_can_check() -> None:
    """SCRAM needs a known password, so it is not offered to be refused later."""
    talker = Scene(AnyPassword()).connect()
    features = talker.open()
    assert "SCRAM" not in features
    assert "<success" in talker.plain("whoever", "whatever")


def test_a_full_jid_is_no_user_name() -> None:
    """Else the session would be one of an account that is none."""
    talker = Scene(AnyPassword()).connect()
    talker.open()
    assert "<not-authorized/>" in talker.plain(f"pistol@{DOMAIN}/x")
    assert "<success" in talker.plain(f"pistol@{DOMAIN}")


def test_a_resource_in_use_gets_another_session_a_generated_one() -> None:
    """Two sessions of one account never share a full JID."""
    scene = Scene()
    scene.log_in("pistol", "x")
    scene.log_in("pistol", "x")
    assert len(set(scene.porch.sessions)) == 2


def test_a_bad_resource_is_refused() -> None:
    """A resource that no JID can have is a bad request, and another one may be tried."""
    talker = Scene().connect()
    talker.open()
    talker.plain("pistol")
    talker.open()
    assert "<bad-request " in talker.bind("\u200e" * 3 + "\u0627a")
    assert "<jid>" in talker.bind("x")


def test_who_does_not_log_in_in_time_is_shown_out() -> None:
    """The time without authentication is limited by the clock that was given."""
    scene = Scene(limits=Limits(login_seconds=30))
    talker = scene.connect()
    talker.open()
    scene.clock.advance(31)
    assert "<connection-timeout " in talker.heard()


def test_a_bound_session_has_no_such_limit() -> None:
    """The time limit ends with binding."""
    scene = Scene(limits=Limits(login_seconds=30))
    talker = scene.log_in("pistol")
    scene.clock.advance(1000)
    assert talker.transport.ended == ""


def test_connections_are_limited() -> None:
    """One connection too many is closed at once; when one ends there is room again."""
    scene = Scene(limits=Limits(connections=1))
    first, second = scene.connect(), scene.connect()
    assert (first.transport.ended, second.transport.ended) == ("", "aborted")
    first.say("</x>")
    assert scene.connect().transport.ended == ""


def test_what_is_no_stanza_ends_the_stream() -> None:
    """A bound client may send iq, message and presence, nothing else."""
    talker = Scene().log_in("pistol")
    assert "<unsupported-stanza-type " in talker.say("<r xmlns='urn:xmpp:sm:3'/>")


def test_an_orderly_end_is_answered() -> None:
    """The end tag gets an end tag, and the session is gone."""
    scene = Scene()
    talker = scene.log_in("pistol")
    assert talker.say("</stream:stream>") == "</stream:stream>"
    assert (talker.transport.ended, scene.porch.sessions) == ("closed", ())


def test_bytes_sent_ahead_of_a_restart_do_not_count() -> None:
    """What follows <auth/> in the same piece is not taken for a stanza of the new stream."""
    talker = Scene().connect()
    talker.open()
    data = base64.b64encode(b"\0pistol\0secret").decode()
    answer = talker.say(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{data}</auth><presence/>")
    assert answer == f'<success xmlns="{SASL}"/>'


def test_versions_of_the_roster_are_offered_once_the_client_is_logged_in() -> None:
    """RFC 6121 2.6.1: a stream feature, which clients wait for before they name theirs."""
    talker = Scene().connect()
    offer = '<ver xmlns="urn:xmpp:features:rosterver"/>'
    assert offer not in talker.open()
    talker.plain("pistol")
    assert offer in talker.open()
