"""Messages, private messages, subjects, history and IQs between occupants: XEP-0045 7.2.13 to 7.2.15, 7.4, 7.5, 8.1."""

import pytest

from mockserver.muc.xml import E
from mockserver.tests.rooms import HARFLEUR, Stage, lines

DELAY = '<delay xmlns="urn:xmpp:delay" from="harfleur@muc" stamp="2001-09-09T01:46:40Z"/>'


def test_a_message_reaches_every_session_from_the_speakers_seat() -> None:
    """The sender included, in one delivery, with its id and everything in it: 7.4."""
    stage = Stage()
    stage.open("gower", "pistol", "pistol/2")
    (delivery,) = stage.hear(
        "pistol/2", "<message id='m1' type='groupchat' to='harfleur@muc'><body>Ha</body><x xmlns='urn:x'/></message>"
    )
    assert lines([delivery]) == [
        'gower/1 pistol/1 pistol/2 <- message from=harfleur@muc/pistol type=groupchat body=Ha <x xmlns="urn:x"/>'
    ]
    assert delivery.stanza.get("id") == "m1"


def test_who_is_outside_may_not_speak() -> None:
    """not-acceptable: 7.4; item-not-found where there is no room: 17.2."""
    stage = Stage()
    assert stage.say("pistol", "Ha") == [
        "pistol/1 <- message from=harfleur@muc type=error body=Ha error(cancel item-not-found)"
    ]
    stage.open("gower")
    assert stage.say("pistol", "Ha") == [
        "pistol/1 <- message from=harfleur@muc type=error body=Ha error(modify not-acceptable)"
    ]


def test_visitors_have_no_voice() -> None:
    """forbidden, and nobody hears it: 7.4."""
    stage = Stage()
    stage.open("gower", "pistol", config={"moderatedroom": True}, gower="member")
    assert stage.say("pistol", "Ha") == [
        "pistol/1 <- message from=harfleur@muc type=error body=Ha error(auth forbidden)"
    ]
    assert len(stage.say("gower")) == 1


@pytest.mark.parametrize(
    ("xml", "error"),
    [
        ("<message type='groupchat' to='harfleur@muc/gower'><body>Ha</body></message>", "modify bad-request"),
        ("<message type='chat' to='harfleur@muc'><body>Ha</body></message>", "modify bad-request"),
        ("<message type='chat' to='harfleur@muc/nym'><body>Ha</body></message>", "cancel item-not-found"),
    ],
)
def test_misdirected_messages_are_refused(xml: str, error: str) -> None:
    """7.4, 7.5."""
    stage = Stage()
    stage.open("gower", "pistol")
    (line,) = stage.send("pistol", xml)
    assert line.endswith(f"type=error body=Ha error({error})")


# private messages


def test_a_private_message_reaches_the_sessions_of_one_occupant() -> None:
    """From the sender's seat, with the muc#user element: 7.5."""
    stage = Stage()
    stage.open("gower", "gower/2", "pistol")
    whisper = "<message type='chat' to='harfleur@muc/gower'><body>Ha</body></message>"
    assert stage.send("pistol", whisper) == [
        "gower/1 gower/2 <- message from=harfleur@muc/pistol type=chat body=Ha user()"
    ]
    assert stage.send("nym", whisper) == [
        "nym/1 <- message from=harfleur@muc/gower type=error body=Ha error(modify not-acceptable)"
    ]


@pytest.mark.parametrize(
    ("allowed", "heard"),
    [("anyone", "henry gower pistol"), ("participants", "henry gower"), ("moderators", "henry"), ("none", "")],
)
def test_private_messages_may_be_restricted(allowed: str, heard: str) -> None:
    """muc#roomconfig_allowpm: forbidden for the others."""
    stage = Stage()
    stage.open("henry", "gower", "pistol", config={"moderatedroom": True, "allowpm": allowed}, gower="member")
    whisper = "<message type='chat' to='harfleur@muc/henry'><body>Ha</body></message>"
    told = {name: stage.send(name, whisper)[0] for name in ("henry", "gower", "pistol")}
    assert " ".join(name for name, line in told.items() if "type=chat" in line) == heard
    assert all("auth forbidden" in line for line in told.values() if "type=error" in line)


# subjects


def test_a_subject_is_reflected_and_told_to_newcomers() -> None:
    """With the time at which it was set: 7.2.15, 8.1."""
    stage = Stage()
    stage.open("henry")
    subject = "<message type='groupchat' to='harfleur@muc'><subject>The breach</subject></message>"
    told = "message from=harfleur@muc/henry type=groupchat subject=The breach"
    assert stage.send("henry", subject) == [f"henry/1 <- {told}"]
    stage.now += 60
    assert stage.join("pistol")[-1] == f"pistol/1 <- {told} {DELAY}"
    assert not any("delay" in line for line in stage.join("nym")[:-1])


def test_a_cleared_subject_is_told_as_an_empty_one() -> None:
    """7.2.15, 8.1."""
    stage = Stage()
    stage.open("henry")
    stage.send("henry", "<message type='groupchat' to='harfleur@muc'><subject/></message>")
    assert stage.join("pistol")[-1] == f"pistol/1 <- message from=harfleur@muc/henry type=groupchat subject= {DELAY}"


def test_only_moderators_change_the_subject_unless_the_room_lets_all() -> None:
    """forbidden: 8.1; muc#roomconfig_changesubject; never a visitor."""
    stage = Stage()
    stage.open("pistol")
    subject = "<message type='groupchat' to='harfleur@muc'><subject>Ha</subject></message>"
    refused = ["pistol/1 <- message from=harfleur@muc type=error subject=Ha error(auth forbidden)"]
    assert stage.send("pistol", subject) == refused
    stage.service.set_config(HARFLEUR, {"changesubject": True}, now=stage.now)
    assert "type=groupchat" in stage.send("pistol", subject)[0]
    stage.service.set_config(HARFLEUR, {"moderatedroom": True}, now=stage.now)
    assert stage.send("pistol", subject) == refused


def test_a_message_with_subject_and_body_is_no_change_of_subject() -> None:
    """8.1."""
    stage = Stage()
    stage.open("pistol")
    stage.send("pistol", "<message type='groupchat' to='harfleur@muc'><subject>Ha</subject><body>b</body></message>")
    assert stage.room.subject is None


# history


def spoken(stage: Stage, inside: str) -> list[str]:
    """The bodies of the history that a newcomer gets."""
    told = stage.join("nym", inside=inside)
    stage.leave("nym")
    return [line.partition("body=")[2].split()[0] for line in told if "body=" in line]


@pytest.mark.parametrize(
    ("wanted", "bodies"),
    [
        ("", "a b c d"),
        ("maxstanzas='2'", "c d"),
        ("maxstanzas='0'", ""),
        ("maxchars='0'", ""),
        ("maxchars='600'", "c d"),
        ("seconds='25'", "c d"),
        ("seconds='0'", ""),
        ("since='2001-09-09T01:47:00Z'", "c d"),
        ("since='2001-09-09T01:47:00'", "c d"),
        ("since='yesterday'", "a b c d"),
        ("maxstanzas='many'", "a b c d"),
        ("maxstanzas='3' seconds='25'", "c d"),
        ("maxstanzas='1' since='2001-09-09T01:46:40Z'", "d"),
    ],
)
def test_history_obeys_every_limit(wanted: str, bodies: str) -> None:
    """The smallest amount, whole stanzas, the latest ones: 7.2.14."""
    stage = Stage()
    stage.open("pistol")
    for body in "abcd":
        stage.say("pistol", body)
        stage.now += 10
    assert spoken(stage, f"<history {wanted}/>" if wanted else "") == bodies.split()


def test_history_comes_oldest_first_with_the_delay_of_the_room() -> None:
    """Between self-presence and subject; the configuration limits it: 7.2.13."""
    stage = Stage()
    stage.open("pistol", config={"muc#maxhistoryfetch": "2"})
    for body in ("a", "b", "c"):
        stage.say("pistol", body)
    assert stage.join("nym")[-3:] == [
        f"nym/1 <- message from=harfleur@muc/pistol type=groupchat body=b {DELAY}",
        f"nym/1 <- message from=harfleur@muc/pistol type=groupchat body=c {DELAY}",
        "nym/1 <- message from=harfleur@muc type=groupchat subject=",
    ]


def test_only_messages_with_a_body_are_remembered() -> None:
    """Chat states and subjects are not history."""
    stage = Stage()
    stage.open("henry")
    stage.send("henry", "<message type='groupchat' to='harfleur@muc'><subject>Ha</subject></message>")
    stage.send("henry", "<message type='groupchat' to='harfleur@muc'><composing xmlns='urn:c'/></message>")
    stage.service.remember(HARFLEUR, "gower", "remembered", now=stage.now)
    assert spoken(stage, "") == ["remembered"]


# ids


def test_the_room_stamps_its_own_stable_id_and_takes_forged_ones_away() -> None:
    """XEP-0359 4: only ids by the room itself are its own."""
    stage = Stage(without=("occupant-id", "archive"))
    stage.open("pistol")
    forged = (
        f"<stanza-id xmlns='urn:xmpp:sid:0' by='{HARFLEUR}' id='f'/><stanza-id xmlns='urn:xmpp:sid:0' by='x' id='k'/>"
    )
    (line,) = stage.send("pistol", f"<message type='groupchat' to='harfleur@muc'><body>Ha</body>{forged}</message>")
    assert line.endswith(
        'body=Ha <stanza-id xmlns="urn:xmpp:sid:0" by="x" id="k"/> '
        '<stanza-id xmlns="urn:xmpp:sid:0" by="harfleur@muc" id="id1"/>'
    )


def test_a_forged_id_in_another_spelling_is_taken_away_too() -> None:
    """Addresses are compared prepared."""
    stage = Stage(without=("occupant-id", "archive"))
    stage.open("pistol")
    by = HARFLEUR.upper()
    forged = f"<stanza-id xmlns='urn:xmpp:sid:0' by='{by}' id='f'/>"
    (line,) = stage.send("pistol", f"<message type='groupchat' to='harfleur@muc'><body>Ha</body>{forged}</message>")
    assert line.count("stanza-id") == 1


def test_an_occupant_id_is_stable_for_a_user_in_a_room() -> None:
    """XEP-0421: the same in presence, messages, private messages and after a return; not that of another room."""
    stage = Stage(without=("stable-id", "archive"))
    stage.open("gower", "pistol")

    def ids(told: list[str]) -> set[str]:
        return {part.split('"')[0] for line in told for part in line.split('occupant-id:0" id="')[1:]}

    forged = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='forged'/>"
    said = stage.send("pistol", f"<message type='groupchat' to='harfleur@muc'><body>Ha</body>{forged}</message>")
    whispered = stage.send("pistol", f"<message type='chat' to='harfleur@muc/gower'><body>Ha</body>{forged}</message>")
    away = stage.send("pistol", f"<presence to='harfleur@muc/pistol'>{forged}</presence>")
    renamed = stage.send("pistol", "<presence to='harfleur@muc/Ancient'/>")
    left = stage.leave("pistol")
    returned = stage.join("pistol/2", "Nym")[-2:-1]
    (one,) = ids([*said, *whispered, *away, *renamed, *left, *returned])
    elsewhere = ids(stage.join("pistol", room="agincourt"))
    assert one != "forged" and one not in elsewhere and len(elsewhere) == 1


# IQs between occupants


def test_an_iq_passes_between_occupants_without_their_addresses() -> None:
    """The answer goes to the session that asked, once: 17.4."""
    stage = Stage()
    stage.open("gower", "gower/2", "pistol", "pistol/2")
    assert stage.ask("pistol", "<vCard xmlns='vcard-temp'/>", to="harfleur@muc/gower") == [
        'gower/2 <- iq from=harfleur@muc/pistol type=get <vCard xmlns="vcard-temp"/>'
    ]
    answer = "<iq id='q' type='result' to='harfleur@muc/pistol'><vCard xmlns='vcard-temp'/></iq>"
    assert stage.send("gower/2", answer) == [
        'pistol/1 <- iq from=harfleur@muc/gower type=result <vCard xmlns="vcard-temp"/>'
    ]
    assert stage.send("gower/2", answer) == []


def test_a_self_ping_is_answered_by_the_room() -> None:
    """XEP-0410: a result for an occupant, not-acceptable for others."""
    stage = Stage()
    stage.open("pistol")
    ping = "<ping xmlns='urn:xmpp:ping'/>"
    assert stage.ask("pistol", ping, to="harfleur@muc/pistol") == [
        "pistol/1 <- iq from=harfleur@muc/pistol type=result"
    ]
    assert stage.ask("nym", ping, to="harfleur@muc/pistol") == [
        "nym/1 <- iq from=harfleur@muc/pistol type=error error(modify not-acceptable)"
    ]
    assert stage.ask("pistol", ping, to="harfleur@muc/nym") == [
        "pistol/1 <- iq from=harfleur@muc/nym type=error error(cancel item-not-found)"
    ]


def test_disco_of_an_occupant_is_for_occupants() -> None:
    """bad-request: 6.6."""
    stage = Stage()
    stage.open("gower")
    disco = "<query xmlns='http://jabber.org/protocol/disco#info'/>"
    assert stage.ask("pistol", disco, to="harfleur@muc/gower") == [
        "pistol/1 <- iq from=harfleur@muc/gower type=error error(modify bad-request)"
    ]


def test_every_request_is_answered_and_no_answer_is() -> None:
    """RFC 6120 8.2.3."""
    stage = Stage()
    stage.open("gower")
    assert stage.ask("gower", "<q xmlns='urn:unknown'/>") == [
        "gower/1 <- iq from=harfleur@muc type=error error(cancel service-unavailable)"
    ]
    assert stage.send("gower", "<iq type='result' id='q' to='harfleur@muc'/>") == []
    assert stage.send("gower", "<iq type='error' id='q' to='harfleur@muc/gower'/>") == []
    assert stage.send("gower", "<iq type='get' id='q' to='harfleur@muc'/>")[0].endswith("error(modify bad-request)")


def test_a_room_passes_on_what_its_traffic_rules_allow() -> None:
    """18.1.1: the node names it; with no rule it is service-unavailable."""
    stage = Stage()
    stage.open("pistol")
    node = "<query xmlns='http://jabber.org/protocol/disco#info' node='http://jabber.org/protocol/muc#traffic'/>"
    assert stage.ask("pistol", node)[0].endswith("error(cancel service-unavailable)")
    stage.service.limit_traffic(HARFLEUR, ["urn:a"])
    (delivery,) = stage.hear("pistol", f"<iq id='q' type='get' to='harfleur@muc'>{node}</iq>")
    (query,) = delivery.stanza.elements()
    assert [*query.elements()] == [E("feature", uri=query.uri, var="urn:a")]
    message = (
        "<message type='groupchat' to='harfleur@muc'><body>Ha</body><a xmlns='urn:a'/><b xmlns='urn:b'/></message>"
    )
    assert stage.send("pistol", message)[0].endswith('body=Ha <a xmlns="urn:a"/>')
