"""Probes of what rooms and accounts have, and of how rooms are before anybody has configured them."""

from __future__ import annotations

from .story import (
    DISCO,
    DOMAIN,
    FORM,
    OPEN,
    ROOM,
    Given,
    Heard,
    ask,
    codes,
    come,
    condition,
    config,
    features,
    fields,
    invite,
    presence,
    probe,
    subject,
    subjects,
)  # fmt: skip

PISTOL = come("pistol")
ANNOUNCED = {
    "affiliation-versions": "urn:xmpp:muc:affiliations:1",
    "archive": "urn:xmpp:mam:2",
    "avatar": "vcard-temp",
    "hats": "urn:xmpp:hats:0",
    "message-moderation": "urn:xmpp:message-moderate:1",
    "occupant-id": "urn:xmpp:occupant-id:0",
    "registration": "jabber:iq:register",
    "retraction": "urn:xmpp:message-retract:1",
    "stable-id": "urn:xmpp:sid:0",
}
FIELDS = {"capacity": "muc#roomconfig_maxusers", "password": "muc#roomconfig_roomsecret"}


def _unannounced(heard: Heard, given: Given) -> bool:
    found = features(heard["fluellen"])
    return "http://jabber.org/protocol/muc" in found and ANNOUNCED[given["feature"]] not in found


def _not_in_the_form(heard: Heard, given: Given) -> bool:
    found = fields(heard["fluellen"])
    return "muc#roomconfig_roomname" in found and FIELDS[given["feature"]] not in found


for _name in ANNOUNCED:
    probe(f"lacks {_name}", OPEN, ask("fluellen", DISCO))(_unannounced)
for _name in FIELDS:
    probe(f"lacks {_name}", OPEN, ask("fluellen", FORM))(_not_in_the_form)


OF_ACCOUNTS = {
    "archive": "urn:xmpp:mam:2",
    "bookmarks": "urn:xmpp:bookmarks:1#compat",
    "carbons": "urn:xmpp:carbons:2",
}


@probe("accounts-lack", ask("fluellen", DISCO, to=f"fluellen@{DOMAIN}"))
def accounts_lack(heard: Heard, given: Given) -> bool:
    found = features(heard["fluellen"])
    return "http://jabber.org/protocol/disco#info" in found and OF_ACCOUNTS[given["feature"]] not in found


@probe("lacks ping", OPEN, ask("fluellen", "<ping xmlns='urn:xmpp:ping'/>", to=f"{ROOM}/fluellen"))
def lacks_ping(heard: Heard, given: Given) -> bool:
    """The ping comes back as a question."""
    return [(s.get("type"), s.get("from")) for s in heard["fluellen"]] == [("get", f"{ROOM}/fluellen")]


REQUEST = (
    "<x xmlns='jabber:x:data' type='submit'><field var='FORM_TYPE'><value>http://jabber.org/protocol/muc#request</value>"
    "</field><field var='muc#role'><value>participant</value></field></x>"
)


@probe(
    "lacks voice",
    come("fluellen"),
    config("fluellen", moderatedroom="1"),
    PISTOL,
    ("pistol", f"<message to='{ROOM}' id='v'>{REQUEST}</message>"),
)
def lacks_voice(heard: Heard, given: Given) -> bool:
    return heard["fluellen"] == []


@probe("defaults muc#roomconfig_publicroom", OPEN, ask("fluellen", DISCO))
def hidden(heard: Heard, given: Given) -> bool:
    return ("muc_public" in features(heard["fluellen"])) is (given["value"] == "1")


@probe("defaults muc#roomconfig_changesubject", OPEN, PISTOL, subject("pistol", "Mine"))
def anybody_sets_the_subject(heard: Heard, given: Given) -> bool:
    return bool(subjects(heard["fluellen"])) is (given["value"] == "1")


@probe("defaults muc#roomconfig_allowinvites", OPEN, PISTOL, ("gower", "<presence/>"), invite("pistol", "gower"))
def nobody_invites(heard: Heard, given: Given) -> bool:
    return heard["gower"] == [] and condition(heard["pistol"]) != ""


@probe("defaults muc#roomconfig_whois", OPEN, PISTOL)
def real_jids_for_everybody(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "pistol")
    return mine is not None and "100" in codes(mine)


@probe("defaults muc#roomconfig_enablelogging", OPEN, PISTOL)
def logged(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "pistol")
    return mine is not None and "170" in codes(mine)


@probe("defaults muc#roomconfig_maxusers", OPEN, ask("fluellen", FORM))
def room_for_thirty(heard: Heard, given: Given) -> bool:
    return [v.text for v in fields(heard["fluellen"])["muc#roomconfig_maxusers"].elements() if v.name == "value"] == [
        given["value"]
    ]
