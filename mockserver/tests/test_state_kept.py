"""Claims about what comes back from `--state`: rooms, accounts, archives, passwords; and how little is written."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from scramp import ScramClient

from mockserver.archive.store import Preferences
from mockserver.muc.hats import Hat
from mockserver.muc.jid import JID
from mockserver.muc.mam import Entry
from mockserver.muc.model import Affiliation, ConfigField, Role
from mockserver.muc.xml import parse
from mockserver.net.credentials import SCRAM, Credentials, Listed
from mockserver.net.enrolment import Desk, Open
from mockserver.net.sasl import Challenge, Circumstances, Success, begin

from .hosts import DOMAIN, MUC, NOON
from .stores import Home, portrait

HARFLEUR = JID(f"harfleur@{MUC}")
PISTOL, GOWER = JID(f"pistol@{DOMAIN}"), JID(f"gower@{DOMAIN}")
SAY = f"<message to='{HARFLEUR}' type='groupchat' id='m'>{{}}</message>"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path)
    home.bind("pistol/x", "gower/x")
    home.gather("pistol", "gower")
    return home


def same_again(home: Home) -> None:
    """A new start has all that there was, and writes nothing of it again."""
    before = portrait(home.host)
    home.again()
    assert portrait(home.host) == before
    for jid in home.host.muc.rooms:
        home.host.muc.rooms.get(jid)
    for account in list(home.host.accounts.table):
        home.host.accounts.get(account)
    written = home.store.written
    assert home.store.save()
    assert home.store.written == written


# rooms


def test_a_room_comes_back_with_all_that_it_is(home: Home) -> None:
    """Lists, nicknames, roles, form, vendors' fields, subject, archive, hats, avatar, and what an operator set."""
    muc, room = home.host.muc, home.host.muc.rooms[HARFLEUR]
    muc.set_config(HARFLEUR, {"moderatedroom": True, "roomname": "Harfleur & co", "whois": "anyone"}, now=NOON)
    muc.set_affiliation(HARFLEUR, JID(f"nym@{DOMAIN}"), Affiliation.OUTCAST, now=NOON)
    muc.set_affiliation(HARFLEUR, GOWER, Affiliation.MEMBER, now=NOON)
    muc.set_role(HARFLEUR, "gower", Role.MODERATOR, now=NOON)
    muc.put_hat(HARFLEUR, PISTOL, Hat("urn:h", "Ancient", "30", "en"), now=NOON)
    muc.offer_field(HARFLEUR, ConfigField("x#tide", "list-single", "Tide", ("ebb",), ("ebb", "flow")))
    muc.limit_traffic(HARFLEUR, ["urn:a"])
    muc.lock_nicks(HARFLEUR)
    muc.rewrite_nick(HARFLEUR, "bardolph")
    room.reserved[GOWER] = "gower"
    home.say("pistol/x", SAY.format("<subject>Leeks &lt; lies\n</subject>"))
    home.say("pistol/x", SAY.format("<body xml:lang='cy'>ffarwél \U0001f40d</body><a xmlns=''><b/> c</a>"))
    photo = "<PHOTO><TYPE>image/png</TYPE><BINVAL>aGk=</BINVAL></PHOTO>"
    home.say("pistol/x", f"<iq type='set' id='v' to='{HARFLEUR}'><vCard xmlns='vcard-temp'>{photo}</vCard></iq>")
    kept = portrait(home.host)["rooms"][HARFLEUR]
    assert all(kept[part] for part in ("roles", "reserved", "extra_fields", "history", "archive", "traffic", "subject"))
    assert set(kept["kept"]) == {"Rack", "Card", "Versions", "Counted", "Spoken"}
    same_again(home)


def test_tombstones_and_the_end_of_history_come_back(home: Home) -> None:
    """A message that was taken back stays so; history forgets its oldest, as it does without a store."""
    for n in range(600):
        home.say("gower/x", SAY.format(f"<body>{n}</body>"))
    name = home.host.muc.rooms[HARFLEUR].archive[550].id
    assert home.store.save()
    home.say("gower/x", SAY.format(f"<retract xmlns='urn:xmpp:message-retract:1' id='{name}'/>"))
    room = home.host.muc.rooms[HARFLEUR]
    assert "<retracted " in str(portrait(home.host)["rooms"][HARFLEUR]["archive"][550])
    assert (len(room.history), len(room.archive)) == (499, 601)
    same_again(home)


def test_an_occupant_has_the_id_that_it_had(home: Home) -> None:
    """XEP-0421 4: it is stable, so the service's secret outlasts it, for rooms old and new."""
    ids: dict[str, set[str]] = {}
    for start in range(2):
        for place in ("harfleur", "agincourt"):
            home.gather("gower", "pistol", room=place)
            said = home.say("pistol/x", f"<message to='{place}@{MUC}' type='groupchat'><body>{start}</body></message>")
            ids.setdefault(place, set()).update(re.findall(r"occupant-id:0\" id=\"(\w+)\"", "".join(said)))
        if not start:
            home.host.muc.destroy(JID(f"agincourt@{MUC}"), now=NOON)
            home.again()
            home.bind("pistol/x", "gower/x")
    assert {place: len(found) for place, found in ids.items()} == {"harfleur": 1, "agincourt": 1}


def test_nobody_sits_in_a_room_that_comes_back(home: Home) -> None:
    """Not even in one that is not persistent: it waits for somebody to come and go."""
    host = home.again()
    assert host.muc.rooms[HARFLEUR].occupants == {}
    home.bind("pistol/x", "gower/x")
    home.gather("gower")
    assert host.muc.rooms[HARFLEUR].affiliations == {PISTOL: Affiliation.OWNER}
    home.say("gower/x", f"<presence to='{HARFLEUR}/gower' type='unavailable'/>")
    assert home.again().muc.rooms == {}


def test_a_room_that_was_destroyed_does_not_come_back(home: Home) -> None:
    """Nor does anything of it in one that takes its name, within the same turn."""
    home.say("pistol/x", SAY.format("<body>old</body>"))
    assert home.store.save()
    home.host.muc.destroy(HARFLEUR, now=NOON)
    home.gather("gower")
    assert home.host.muc.rooms[HARFLEUR].archive == []
    same_again(home)


def test_a_message_writes_itself_and_not_the_room(home: Home) -> None:
    """A row of the archive, one of the history, what features count: as many in a big room as in a small one."""

    def rows() -> int:
        written = home.store.written
        home.now += 1
        home.say("pistol/x", SAY.format("<body>a</body>"))
        assert home.store.save()
        return home.store.written - written

    home.say("pistol/x", SAY.format("<body>a</body>"))
    assert home.store.save()
    small = rows()
    for n in range(100):
        home.host.muc.set_affiliation(HARFLEUR, JID(f"m{n}@{DOMAIN}"), Affiliation.MEMBER, now=NOON)
        home.say("pistol/x", SAY.format("<body>b</body>"))
    assert home.store.save()
    assert (small, rows()) == (4, 4)


def test_what_changes_nothing_writes_nothing(home: Home) -> None:
    """Questions, and coming and going."""
    assert home.store.save()
    written = home.store.written
    home.say(
        "gower/x", f"<iq type='get' id='i' to='{HARFLEUR}'><query xmlns='http://jabber.org/protocol/disco#info'/></iq>"
    )
    home.say("gower/x", f"<presence to='{HARFLEUR}/gower' type='unavailable'/>")
    home.say("gower/x", f"<message to='{HARFLEUR}/nobody' type='chat'><body>a</body></message>")
    assert home.store.save()
    assert home.store.written == written


def test_a_feature_that_is_left_out_loses_nothing(home: Home) -> None:
    """What another feature remembers of a room stays in the file for the day when it is back."""
    home.host.muc.put_hat(HARFLEUR, PISTOL, Hat("urn:h", "Ancient"), now=NOON)
    before = portrait(home.host)
    home.again(features=())
    assert home.host.muc.rooms[HARFLEUR].kept == {}
    home.host.muc.set_affiliation(HARFLEUR, GOWER, Affiliation.NONE, now=NOON)
    home.again()
    assert portrait(home.host) == before


# accounts


def test_an_account_comes_back_with_all_that_it_stored(home: Home) -> None:
    """Roster, private data, vCard, nodes with the order of their items, block list, archive, preferences."""
    sets = {
        "roster": "<query xmlns='jabber:iq:roster'><item jid='nym@x.invalid' name='Nym'/></query>",
        "private": "<query xmlns='jabber:iq:private'><a xmlns='urn:a'>b</a></query>",
        "vcard": "<vCard xmlns='vcard-temp'><FN>Gower</FN></vCard>",
        "block": "<block xmlns='urn:xmpp:blocking'><item jid='bardolph@x.invalid'/></block>",
        "prefs": "<prefs xmlns='urn:xmpp:mam:2' default='roster'><never><jid>nym@x.invalid</jid></never></prefs>",
    }
    for name, payload in sets.items():
        assert 'type="result"' in home.say("gower/x", f"<iq type='set' id='{name}'>{payload}</iq>")[0]
    options = "<field var='FORM_TYPE'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
    options += "<field var='pubsub#max_items'><value>max</value></field>"
    for item in ("one", "two", "three", "one"):
        publish = f"<publish node='urn:n'><item id='{item}'><a xmlns='urn:a'/></item></publish>"
        form = f"<publish-options><x xmlns='jabber:x:data' type='submit'>{options}</x></publish-options>"
        pubsub = f"<pubsub xmlns='http://jabber.org/protocol/pubsub'>{publish}{form}</pubsub>"
        home.say("gower/x", f"<iq type='set' id='p'>{pubsub}</iq>")
        assert home.store.save()
    home.say("pistol/x", f"<message to='{GOWER}' type='chat'><body>base tike</body></message>")
    of_room = f"<iq type='set' id='r' to='{HARFLEUR}'>{sets['prefs']}</iq>"
    assert 'default="roster"' in home.say("pistol/x", of_room)[0]
    node = portrait(home.host)["accounts"][GOWER]["nodes"][0]
    assert [name for name, _ in node[2]] == ["two", "three", "one"]
    held = [home.host.archives.preferences(*pair) for pair in ((GOWER, GOWER), (PISTOL, HARFLEUR))]
    same_again(home)
    assert [home.host.archives.preferences(*pair) for pair in ((GOWER, GOWER), (PISTOL, HARFLEUR))] == held
    assert home.host.accounts.blockers == {GOWER}


def test_what_is_taken_away_stays_away(home: Home) -> None:
    """Items, nodes, contacts, blocks."""
    pubsub = "<pubsub xmlns='http://jabber.org/protocol/pubsub{}'>{}</pubsub>"
    block = "<{} xmlns='urn:xmpp:blocking'><item jid='nym@x.invalid'/></{}>"
    contact = "<query xmlns='jabber:iq:roster'><item jid='nym@x.invalid' {}/></query>"
    home.say("gower/x", f"<iq type='set' id='1'>{block.format('block', 'block')}</iq>")
    home.say("gower/x", f"<iq type='set' id='2'>{contact.format('')}</iq>")
    for node in ("urn:n", "urn:o"):
        publish = f"<publish node='{node}'><item id='1'><a xmlns='urn:a'/></item></publish>"
        home.say("gower/x", f"<iq type='set' id='3'>{pubsub.format('', publish)}</iq>")
    home.again()
    home.bind("gower/x")
    home.say(
        "gower/x",
        f"<iq type='set' id='4'>{pubsub.format('#owner', chr(60) + 'delete node=' + repr('urn:n') + '/>')}</iq>",
    )
    retract = "<retract node='urn:o'><item id='1'/></retract>"
    home.say("gower/x", f"<iq type='set' id='5'>{pubsub.format('', retract)}</iq>")
    home.say("gower/x", f"<iq type='set' id='6'>{block.format('unblock', 'unblock')}</iq>")
    home.say("gower/x", f"<iq type='set' id='7'>{contact.format('subscription=' + repr('remove'))}</iq>")
    same_again(home)
    assert portrait(home.host)["accounts"][GOWER] == {
        "roster": [], "stored": [], "nodes": [("urn:o", {}, [])], "blocked": [],
    }  # fmt: skip


# passwords


def around(credentials: Credentials) -> Circumstances:
    return Circumstances(DOMAIN, credentials, lambda: "r")


def plain(credentials: Credentials, user: str, password: str) -> bool:
    """Whether a password opens an account by PLAIN."""
    exchange = begin("PLAIN", around(credentials))
    return isinstance(exchange.respond(f"\0{user}\0{password}".encode()), Success)


def scram(credentials: Credentials, user: str, password: str, mechanism: str = "SCRAM-SHA-256") -> bool:
    """Whether it does by SCRAM; then the server has proved itself too."""
    client, exchange = ScramClient([mechanism], user, password), begin(mechanism, around(credentials))
    challenge = exchange.respond(client.get_client_first().encode())
    if not isinstance(challenge, Challenge):
        return False
    client.set_server_first(challenge.data.decode())
    end = exchange.respond(client.get_client_final().encode())
    if not isinstance(end, Success) or end.data is None:
        return False
    client.set_server_final(end.data.decode())
    return True


def opens(credentials: Credentials, user: str, password: str) -> list[bool]:
    """By PLAIN and by each kind of SCRAM."""
    return [plain(credentials, user, password), *(scram(credentials, user, password, m) for m in SCRAM)]


def test_an_account_that_was_ended_comes_back_with_nothing(home: Home) -> None:
    """Its archive and its preferences are gone from the file; those of others stay."""
    wanted = Preferences("never")
    for account in (PISTOL, GOWER):
        home.host.archives.append(account, Entry("a1", NOON, parse("<message><body>Hush</body></message>"), (), None))
        home.host.archives.prefer(account, account, wanted)
    assert home.store.save()
    home.host.archives.forget(PISTOL)
    same_again(home)
    kept = [(len(home.host.archives.entries(a)), home.host.archives.preferences(a, a)) for a in (PISTOL, GOWER)]
    assert kept == [(0, Preferences()), (1, wanted)]


def test_registered_accounts_can_log_in_again_and_their_passwords_are_nowhere(tmp_path: Path) -> None:
    """Changed ones too, even of listed accounts; an account that was ended is gone."""
    listed = {f"pistol@{DOMAIN}": "given-to-pistol", f"gower@{DOMAIN}": "given-to-gower"}
    home = Home(tmp_path, Open(dict(listed)))
    assert isinstance(home.credentials, Open)
    desk = Desk(home.credentials, lambda account: None)
    desk.register(JID(f"nym@{DOMAIN}"), "base-is-the-slave")
    desk.register(JID(f"bates@{DOMAIN}"), "a-\u0221-that-scram-has-not")
    desk.register(JID(f"boy@{DOMAIN}"), "gone-to-london")
    desk.register(JID(f"pistol@{DOMAIN}"), "changed-by-pistol")
    assert home.store.save()
    desk.remove(JID(f"boy@{DOMAIN}"))
    home.store.close()
    data = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    assert not [word for word in (b"base-is", b"that-scram", b"to-london", b"by-pistol", b"to-gower") if word in data]
    for kind in (Open, Listed):
        again = Home(tmp_path, kind(dict(listed)))
        found = again.credentials
        assert opens(found, "nym", "base-is-the-slave") == [True] * (1 + len(SCRAM))
        assert opens(found, "nym", "base") == [False] * (1 + len(SCRAM))
        assert plain(found, "bates", "a-\u0221-that-scram-has-not")
        assert not plain(found, "bates", "a-\u0222-that-scram-has-not")
        assert opens(found, "boy", "gone-to-london") == [False] * (1 + len(SCRAM))
        assert opens(found, "pistol", "changed-by-pistol") == [True] * (1 + len(SCRAM))
        assert opens(found, "pistol", "given-to-pistol") == [False] * (1 + len(SCRAM))
        assert opens(found, "gower", "given-to-gower") == [True] * (1 + len(SCRAM))
        again.store.close()
