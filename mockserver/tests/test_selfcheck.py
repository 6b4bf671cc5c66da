"""The self-check: stanzas broken on purpose are found, sound ones pass, a service that errs is stopped."""

import pytest

from mockserver.host import Host
from mockserver.muc.jid import JID
from mockserver.muc.model import Delivery
from mockserver.muc.xml import parse
from mockserver.selfcheck import SelfCheckFailed, attach, complaints

MUC = JID("conference.mucspec.invalid")
ROOM = f"harfleur@{MUC}"
PISTOL = JID("pistol@mucspec.invalid/1")
GOWER = JID("gower@mucspec.invalid/1")
USER = "http://jabber.org/protocol/muc#user"
MAV = "urn:xmpp:muc:affiliations:1"
STANZAS = "urn:ietf:params:xml:ns:xmpp-stanzas"


def found(xml: str, to: tuple[JID, ...] = (PISTOL,), sent: str = "") -> list[str]:
    asked = parse(_long(sent)).with_attrs(from_=PISTOL) if sent else None
    return complaints(Delivery(parse(_long(xml)), to), muc=MUC, sent=asked)


def _long(xml: str) -> str:
    return xml.replace("@muc", f"@{MUC}").replace("muc#user", USER)


def seen(item: str = "affiliation='none' role='participant'", codes: str = "", more: str = "", kind: str = "") -> str:
    """Presence of pistol's seat."""
    statuses = "".join(f"<status code='{code}'/>" for code in codes.split())
    type_ = f" type='{kind}'" if kind else ""
    x = f"<x xmlns='muc#user'><item {item}/>{more}{statuses}</x>"
    return f"<presence from='harfleur@muc/pistol'{type_}>{x}</presence>"


def gone(codes: str, item: str = "affiliation='none' role='none'", more: str = "") -> str:
    return seen(item, codes, more, kind="unavailable")


def told(inside: str, kind: str = "groupchat", nick: str = "") -> str:
    type_ = f" type='{kind}'" if kind else ""
    return f"<message from='harfleur@muc{nick and '/' + nick}'{type_}>{inside}</message>"


def x(inside: str = "") -> str:
    return f"<x xmlns='muc#user'>{inside}</x>"


def result(payload: str) -> str:
    return f"<iq from='harfleur@muc' type='result' id='q'>{payload}</iq>"


def error(condition: str, kind: str, extra: str = "") -> str:
    return (
        f"<presence from='harfleur@muc/pistol' type='error'><error type='{kind}'>{condition}{extra}</error></presence>"
    )


ASKED = "<iq to='harfleur@muc' type='get' id='q'><query xmlns='x'/></iq>"
JOINED = "<presence to='harfleur@muc/pistol'/>"
CONFLICT = f"<conflict xmlns='{STANZAS}'/>"
DELAY = "<delay xmlns='urn:xmpp:delay' from='harfleur@muc' stamp='2027-01-15T08:00:00Z'/>"
SID = "<stanza-id xmlns='urn:xmpp:sid:0' by='harfleur@muc' id='s'/>"
OID = "<occupant-id xmlns='urn:xmpp:occupant-id:0' id='o'/>"
INFO = "<query xmlns='http://jabber.org/protocol/disco#info'>%s</query>"
IDENTITY = "<identity category='conference' type='text'/>"
FEATURE = "<feature var='http://jabber.org/protocol/disco#info'/>"
ADMIN = "<query xmlns='http://jabber.org/protocol/muc#admin'>%s</query>"


def mam(inner: str, delay: str = "<delay xmlns='urn:xmpp:delay' stamp='2027-01-15T08:00:00Z'/>") -> str:
    forwarded = f"<forwarded xmlns='urn:xmpp:forward:0'>{delay}{inner}</forwarded>"
    return told(f"<result xmlns='urn:xmpp:mam:2' id='a'>{forwarded}</result>", kind="")


def form(*fields: str, kind: str = "form", form_type: str = "http://jabber.org/protocol/muc#roomconfig") -> str:
    first = f"<field var='FORM_TYPE' type='hidden'><value>{form_type}</value></field>"
    inner = f"<x xmlns='jabber:x:data' type='{kind}'>{first}{''.join(fields)}</x>"
    return result(f"<query xmlns='http://jabber.org/protocol/muc#owner'>{inner}</query>")


def field(var: str, kind: str, *values: str) -> str:
    return f"<field var='{var}' type='{kind}'>{''.join(f'<value>{v}</value>' for v in values)}</field>"


ARCHIVED = "<message xmlns='jabber:client' from='harfleur@muc/pistol' type='groupchat'><body>Ha</body></message>"

INSIDE = (
    "<forwarded xmlns='urn:xmpp:forward:0'><delay xmlns='urn:xmpp:delay' stamp='2027-01-15T08:00:00Z'/>%s</forwarded>"
)
MENTION = told(f"<mentions xmlns='urn:xmpp:mmn:0'>{INSIDE}</mentions>", kind="")

SOUND: dict[str, str] = {
    "newcomer": seen(codes="100 110 170 201 210"),
    "seen by a moderator": seen("affiliation='none' role='participant' jid='pistol@mucspec.invalid/1'"),
    "renamed": gone("110 303", "affiliation='none' role='participant' nick='Ancient'"),
    "banned": gone("110 301", "affiliation='outcast' role='none'"),
    "out of step": gone("110 307 333"),
    "destroyed": gone("110", more="<destroy jid='agincourt@muc'><reason>Fig</reason></destroy>"),
    "avatar": "<presence from='harfleur@muc'><x xmlns='vcard-temp:x:update'><photo/></x></presence>",
    "said": told("<body>Ha</body>" + OID + SID + DELAY, nick="pistol"),
    "whispered": told("<body>Ha</body>" + OID + x(), kind="chat", nick="pistol"),
    "changed": told(x("<status code='104'/><status code='172'/>")),
    "invited": told(x("<invite from='pistol@mucspec.invalid'><reason>Ha</reason></invite><password>p</password>"), ""),
    "noticed": told(x("<item affiliation='member' jid='pistol@mucspec.invalid'/><status code='101'/>"), kind=""),
    "archived": mam(ARCHIVED),
    "versions": told(x(f"<mav xmlns='{MAV}' until='b'/><item affiliation='owner' jid='pistol@mucspec.invalid'/>"), ""),
    "new version": told(x(f"<mav xmlns='{MAV}' since='a' until='b'/>"), ""),
    "mentioned": MENTION % ARCHIVED.replace("from", "to='harfleur@muc' from"),
    "form": form(field("muc#roomconfig_roomname", "text-single", "Ha"), field("vendor#moon", "phase", "full")),
}

BROKEN: dict[str, tuple[str, str]] = {
    "version without its name": (told(x(f"<mav xmlns='{MAV}'/>"), ""), "<mav/> lacks until"),
    "version behind the item": (
        told(x(f"<item affiliation='owner'/><mav xmlns='{MAV}' until='b'/>"), ""),
        "<mav/> too late",
    ),
    "no element": (seen("").replace("<item />", ""), "0 <item/>"),
    "no muc#user": ("<presence from='harfleur@muc/pistol'/>", "0 muc#user"),
    "two muc#user": (seen().replace("</presence>", x() + "</presence>"), "2 muc#user"),
    "no affiliation": (seen("role='participant'"), "lacks affiliation"),
    "unknown affiliation": (seen("affiliation='king' role='participant'"), "affiliation='king'"),
    "unknown role": (seen("affiliation='none' role='king'"), "role='king'"),
    "unknown attribute": (seen("affiliation='none' role='visitor' rank='1'"), "attribute rank"),
    "bare jid": (seen("affiliation='none' role='visitor' jid='pistol@mucspec.invalid'"), "not full"),
    "role none and there": (seen("affiliation='none' role='none'"), "who is there"),
    "outcast inside": (seen("affiliation='outcast' role='visitor'"), "outcast"),
    "unknown code": (seen(codes="199"), "code='199'"),
    "code twice": (seen(codes="110 110"), "twice"),
    "created without self": (seen(codes="201"), "without 110"),
    "kicked and there": (seen(codes="110 307"), "in available presence"),
    "created and gone": (gone("110 201"), "in unavailable presence"),
    "two causes": (gone("110 301 307", "affiliation='outcast' role='none'"), "more than one cause"),
    "banned member": (gone("301", "affiliation='member' role='none'"), "301 with the affiliation member"),
    "removed member": (gone("321", "affiliation='member' role='none'"), "321 with"),
    "renamed to nothing": (gone("303", "affiliation='none' role='participant'"), "belong together"),
    "new name without code": (gone("", "affiliation='none' role='none' nick='Ancient'"), "belong together"),
    "gone with a role": (gone("307", "affiliation='none' role='visitor'"), "who is gone"),
    "codes before the item": (seen().replace("<item", "<status code='110'/><item"), "too late"),
    "destroyed and there": (seen(more="<destroy/>"), "destroy in available presence"),
    "two reasons": (
        seen().replace("participant'/>", "participant'><reason>a</reason><reason>b</reason></item>"),
        "2 <reason/>",
    ),
    "presence of the room": (seen().replace("/pistol'", "'"), "presence of a room"),
    "join passed on": (seen().replace("</presence>", "<x xmlns='http://jabber.org/protocol/muc'/></presence>"), "join"),
    "two occupant-ids": (seen().replace("</presence>", OID + OID + "</presence>"), "two occupant-ids"),
    "item of another": (seen("affiliation='none' role='visitor' jid='nym@mucspec.invalid/1'", "110"), "another user"),
    "odd presence": (seen(kind="subscribe"), "type 'subscribe'"),
    "address not prepared": (seen().replace("harfleur", "Harfleur"), "not prepared"),
    "addressed": (seen().replace("<presence", "<presence to='x'"), "the audience"),
    "no stanza": ("<query from='harfleur@muc'/>", "is no stanza"),
    "odd message": (told("<body/>", kind="unavailable"), "type 'unavailable'"),
    "occupant speaks for the room": (told(x("<status code='104'/>"), nick="pistol"), "speaks for the room"),
    "odd notice": (told(x("<status code='307'/>")), "in a notice"),
    "contradicting notice": (told(x("<status code='172'/><status code='173'/>")), "contradict"),
    "empty notice": (told(x()), "either codes or an item"),
    "whisper without x": (told("<body>Ha</body>", kind="chat", nick="pistol"), "without muc#user"),
    "whisper with codes": (told(x("<status code='110'/>"), kind="chat", nick="pistol"), "has a child <status"),
    "two stable ids": (told("<body>Ha</body>" + SID + SID, nick="pistol"), "2 <stanza-id/>"),
    "bad time": (told("<body>Ha</body>" + DELAY.replace("T08", " 08"), nick="pistol"), "stamp="),
    "invitation to somebody": (told(x("<invite to='nym@mucspec.invalid'/>"), kind=""), "lacks from"),
    "password before": (told(x("<password>p</password><invite from='nym@mucspec.invalid'/>"), ""), "too late"),
    "notice without 101": (told(x("<item affiliation='member' jid='nym@mucspec.invalid'/>"), ""), "a notice of an"),
    "nothing said": (told("<body>Ha</body>", kind=""), "nothing known"),
    "archive: order": (mam("", ARCHIVED + "<delay xmlns='urn:xmpp:delay'/>"), "a delay and a message"),
    "archive: no id": (mam(ARCHIVED).replace(" id='a'", ""), "without its id"),
    "mention: to nobody": (MENTION % ARCHIVED, "not as the room sent it"),
    "archive: whisper": (mam(ARCHIVED.replace("groupchat", "chat")), "not as the room sent it"),
    "archive: other room": (mam(ARCHIVED.replace("harfleur", "agincourt")), "forwarded message of"),
    "room asks": ("<iq from='harfleur@muc' type='get' id='q'/>", "asks nobody"),
    "iq without id": ("<iq from='harfleur@muc/pistol' type='get'/>", "the id ''"),
}

ANSWERS: dict[str, tuple[str, str, str]] = {
    "two conditions": (error(CONFLICT + f"<forbidden xmlns='{STANZAS}'/>", "cancel"), JOINED, "one condition"),
    "no condition": (error("", "cancel"), JOINED, "one condition"),
    "wrong error type": (error(CONFLICT, "auth"), JOINED, "conflict with the error type 'auth'"),
    "unknown condition": (error(f"<busy xmlns='{STANZAS}'/>", "cancel"), JOINED, "busy"),
    "text first": (error(f"<text xmlns='{STANZAS}'>no</text>{CONFLICT}", "cancel"), JOINED, "one condition"),
    "no error": ("<presence from='harfleur@muc/pistol' type='error'/>", JOINED, "0 error elements"),
    "another id": (result("").replace("'q'", "'p'"), ASKED, "another id"),
    "two payloads": (result("<a xmlns='x'/><b xmlns='x'/>"), ASKED, "2 children"),
    "a feature twice": (result(INFO % (IDENTITY + FEATURE + FEATURE)), ASKED, "a feature twice"),
    "no identity": (result(INFO % FEATURE), ASKED, "an identity"),
    "identity behind": (result(INFO % (FEATURE + IDENTITY)), ASKED, "too late"),
    "open and closed": (
        result(INFO % (IDENTITY + FEATURE + "<feature var='muc_open'/><feature var='muc_membersonly'/>")),
        ASKED,
        "exclude each other",
    ),
    "list with full jid": (result(ADMIN % "<item affiliation='member' jid='a@b/c'/>"), ASKED, "bare JIDs"),
    "list with role": (result(ADMIN % "<item affiliation='none' role='visitor' jid='a@b/c'/>"), ASKED, "nickname"),
    "named outcast": (result(ADMIN % "<item affiliation='outcast' jid='a@b' nick='n'/>"), ASKED, "outcast has no"),
    "form of another kind": (form(kind="submit"), ASKED, "has the type 'submit'"),
    "form of another type": (form(form_type="urn:x"), ASKED, "FORM_TYPE"),
    "field twice": (form(field("a", "boolean", "1"), field("a", "boolean", "1")), ASKED, "names of the fields"),
    "no boolean": (form(field("muc#a", "boolean", "yes")), ASKED, "is no boolean"),
    "too many values": (form(field("muc#a", "text-single", "a", "b")), ASKED, "2 values"),
    "no jid": (form(field("muc#a", "jid-multi", "@@")), ASKED, "no JIDs"),
    "unknown field type": (form(field("muc#a", "phase", "full")), ASKED, "type 'phase'"),
}


@pytest.mark.parametrize("name", SOUND)
def test_sound_stanzas_pass(name: str) -> None:
    """As the XEPs show them."""
    assert found(SOUND[name], sent=ASKED) == []


@pytest.mark.parametrize("name", BROKEN)
def test_broken_stanzas_are_found(name: str) -> None:
    """One mistake each, and the complaint names it."""
    xml, complaint = BROKEN[name]
    assert any(complaint in text for text in found(xml)), found(xml)


@pytest.mark.parametrize("name", ANSWERS)
def test_broken_answers_are_found(name: str) -> None:
    """Errors and results to who asked."""
    xml, sent, complaint = ANSWERS[name]
    assert any(complaint in text for text in found(xml, sent=sent)), found(xml, sent=sent)


def test_an_audience_is_somebody_and_nobody_twice() -> None:
    """110 is for the sessions of one user."""
    assert found(SOUND["said"], to=())
    assert found(SOUND["said"], to=(PISTOL, PISTOL))
    assert any("2 users" in text for text in found(seen(codes="110"), to=(PISTOL, GOWER)))
    assert found(seen(codes="110"), to=(PISTOL, JID("pistol@mucspec.invalid/2"))) == []


def test_what_clients_say_to_each_other_is_theirs() -> None:
    """An odd answer of an occupant, an odd message of an account."""
    assert found("<iq from='harfleur@muc/pistol' type='error' id='q'><odd xmlns='x'/></iq>", to=(GOWER,)) == []
    assert found("<message from='nym@mucspec.invalid/1' type='odd'><x xmlns='muc#user'/></message>") == []


# at work


def host() -> Host:
    made = Host(new_id=lambda: "id", secret="s")
    made.bind(PISTOL.bare, PISTOL.resource)
    made.muc.open_room(JID(ROOM), now=0.0)
    return made


def join(made: Host) -> list[Delivery]:
    stanza = parse(f"<presence to='{ROOM}/pistol'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
    return made.receive(stanza, sender=PISTOL, now=0.0)


def test_a_service_that_errs_is_stopped() -> None:
    """The stanza is in the exception, with what is wrong."""
    made = host()
    attach(made)
    made.muc.stamps.append(lambda service, room, occupant: [parse(OID), parse(OID)])
    with pytest.raises(SelfCheckFailed, match=r"about to send <presence .*two occupant-ids"):
        join(made)


def test_what_an_operator_does_is_checked_too() -> None:
    """A kick, a shutdown."""
    made = host()
    failures: list[SelfCheckFailed] = []
    attach(made, failures.append)
    join(made)
    made.muc.stamps.append(lambda service, room, occupant: [parse(OID), parse(OID)])
    made.muc.shut_down(now=0.0)
    assert [failure.complaints for failure in failures] == [["two occupant-ids"]]
