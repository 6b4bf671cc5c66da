"""Probes of what rooms say of themselves, of forms and of lists."""

from __future__ import annotations

from mockserver.muc.namespaces import NS_ADMIN, NS_DATA

from .story import (
    ARCHIVE,
    DISCO,
    FORM,
    MUC,
    OPEN,
    ROOM,
    Given,
    Heard,
    admin,
    ask,
    come,
    config,
    deep,
    features,
    fields,
    item,
    presence,
    probe,
    say,
)  # fmt: skip

PISTOL = come("pistol")
ITEMS = "<query xmlns='http://jabber.org/protocol/disco#items'/>"
MEMBERS = "<item affiliation='member' jid='{}@mucspec.invalid'/>"
PUBLIC = (come("fluellen"), config("fluellen", publicroom="1"))


@probe("does-not-announce", OPEN, ask("fluellen", DISCO))
def does_not_announce(heard: Heard, given: Given) -> bool:
    found = features(heard["fluellen"])
    return "http://jabber.org/protocol/muc" in found and not found & set(given["features"])


@probe("rooms-listed-with-their-size", PUBLIC, ask("fluellen", ITEMS, to=MUC))
def rooms_listed_with_their_size(heard: Heard, given: Given) -> bool:
    return [i.get("name") for s in heard["fluellen"] for i in deep(s, "item")] == ["harfleur (1)"]


@probe("switch lists_occupants", PUBLIC, ask("fluellen", ITEMS))
def lists_occupants(heard: Heard, given: Given) -> bool:
    return [i.get("jid") for s in heard["fluellen"] for i in deep(s, "item")] == [f"{ROOM}/fluellen"]


@probe("calls-itself", OPEN, ask("fluellen", DISCO))
def calls_itself(heard: Heard, given: Given) -> bool:
    return [i.get("type") for s in heard["fluellen"] for i in deep(s, "identity")] == [given["type"]]


@probe("false-is-no-value", OPEN, ask("fluellen", FORM))
def false_is_no_value(heard: Heard, given: Given) -> bool:
    off = fields(heard["fluellen"])["muc#roomconfig_membersonly"]
    return off.find("value", NS_DATA) is None


@probe("headings-in-the-form", OPEN, ask("fluellen", FORM))
def headings_in_the_form(heard: Heard, given: Given) -> bool:
    return any(f.get("type") == "fixed" and not f.has("var") for s in heard["fluellen"] for f in deep(s, "field"))


@probe("field-of-its-own", OPEN, ask("fluellen", FORM))
def field_of_its_own(heard: Heard, given: Given) -> bool:
    return given["var"] in fields(heard["fluellen"])


@probe("only-fields", OPEN, ask("fluellen", FORM))
def only_fields(heard: Heard, given: Given) -> bool:
    return set(fields(heard["fluellen"])) == {"FORM_TYPE", *given["vars"]}


@probe("form-returned", come("fluellen"), config("fluellen", roomname="The breach"))
def form_returned(heard: Heard, given: Given) -> bool:
    forms = [x.get("type") for s in heard["fluellen"] if s.name == "iq" for x in deep(s, "x")]
    return forms == ["result"]


@probe(
    "lists-without-nicknames",
    OPEN,
    PISTOL,
    admin("fluellen", MEMBERS.format("pistol")),
    admin("fluellen", "<item affiliation='member'/>", "get"),
)
def lists_without_nicknames(heard: Heard, given: Given) -> bool:
    (told,) = [i for s in heard["fluellen"] for i in deep(s, "item")]
    return told.get("jid") == "pistol@mucspec.invalid" and not told.has("nick")


@probe("lists-with-roles", OPEN, admin("fluellen", "<item affiliation='owner'/>", "get"))
def lists_with_roles(heard: Heard, given: Given) -> bool:
    (told,) = [i for s in heard["fluellen"] for i in deep(s, "item")]
    return told.get("role") == "moderator" and told.uri == NS_ADMIN


@probe(
    "only-the-first-item",
    OPEN,
    PISTOL,
    come("gower"),
    admin("fluellen", MEMBERS.format("pistol") + MEMBERS.format("gower")),
)
def only_the_first_item(heard: Heard, given: Given) -> bool:
    """pistol is a member now, and nothing is heard of gower."""
    seen = presence(heard["fluellen"], "pistol")
    return (
        seen is not None and item(seen).get("affiliation") == "member" and presence(heard["fluellen"], "gower") is None
    )


@probe("pages-without-index", OPEN, say("fluellen"), ask("fluellen", ARCHIVE, kind="set"))
def pages_without_index(heard: Heard, given: Given) -> bool:
    first = [f for s in heard["fluellen"] if s.name == "iq" for f in deep(s, "first")]
    return len(first) == 1 and not first[0].has("index")
