"""Probes of answers and errors."""

from __future__ import annotations

from mockserver.muc.namespaces import NS_CLIENT, NS_STANZAS

from .story import (
    KICK,
    OPEN,
    ROOM,
    Given,
    Heard,
    admin,
    ask,
    come,
    condition,
    probe,
    say,
    show,
    subject,
)  # fmt: skip

PISTOL = come("pistol")
NAMELESS = ("pistol", f"<presence to='{ROOM}' id='come'><x xmlns='http://jabber.org/protocol/muc'/></presence>")
VERSION = "<query xmlns='jabber:iq:version'/>"


@probe("answers", OPEN, PISTOL, admin("pistol", KICK.replace("pistol", "fluellen")))
def answers(heard: Heard, given: Given) -> bool:
    """Who may not kick is told so."""
    return "role" in given["asked"] and condition(heard["pistol"]) == str(given["now"]).partition("/")[2]


@probe(
    "answers version-get archive-get archive-set",
    OPEN,
    ask("fluellen", "<x xmlns='urn:example:unknown'/>"),
)
def answers_what_it_does_not_know(heard: Heard, given: Given) -> bool:
    return condition(heard["fluellen"]) == str(given["now"]).partition("/")[2]


@probe("refuses ping-get", OPEN, ask("fluellen", "<ping xmlns='urn:xmpp:ping'/>"))
def refuses_pings(heard: Heard, given: Given) -> bool:
    return condition(heard["fluellen"]) == str(given["condition"])


@probe("refuses subject", OPEN, subject("fluellen", "The breach"))
def refuses_subjects(heard: Heard, given: Given) -> bool:
    return condition(heard["fluellen"]) == str(given["condition"])


@probe("refuses role-list", OPEN, admin("fluellen", "<item role='participant'/>", "get"))
def refuses_lists_of_roles(heard: Heard, given: Given) -> bool:
    return condition(heard["fluellen"]) == str(given["condition"])


LISTS = "refuses role-list affiliation-list affiliation destruction registration-form registration"


@probe(LISTS, OPEN, admin("fluellen", "<item affiliation='member'/>", "get"))
def refuses_lists(heard: Heard, given: Given) -> bool:
    return condition(heard["fluellen"]) == str(given["condition"])


@probe("result-last", OPEN, PISTOL, admin("fluellen", KICK))
def result_last(heard: Heard, given: Given) -> bool:
    return [s.name for s in heard["fluellen"]] == ["presence", "iq"]


@probe("leaves-unanswered", OPEN, PISTOL, show("pistol", type="unavailable"))
def leaves_unanswered(heard: Heard, given: Given) -> bool:
    """The others hear of it."""
    return heard["pistol"] == [] and [s.get("type") for s in heard["fluellen"]] == ["unavailable"]


@probe("errors-without-echo", OPEN, NAMELESS, say("pistol"))
def errors_without_echo(heard: Heard, given: Given) -> bool:
    errors = {s.name: s for s in heard.ever("pistol") if s.get("type") == "error"}
    return all(name == "iq" or [c.name for c in errors[name].elements()] == ["error"] for name in given["of"])


@probe("errors-with-echo", OPEN, ask("pistol", "<query xmlns='http://jabber.org/protocol/muc#owner'/>"))
def errors_with_echo(heard: Heard, given: Given) -> bool:
    (refused,) = heard["pistol"]
    return {c.name for c in refused.elements()} == {"query", "error"}


@probe("error-before-the-echo", OPEN, say("pistol"))
def error_before_the_echo(heard: Heard, given: Given) -> bool:
    (refused,) = heard["pistol"]
    return [c.name for c in refused.elements()] == ["error", "body"]


@probe("errors-explained", OPEN, come("pistol", "fluellen"))
def errors_explained(heard: Heard, given: Given) -> bool:
    (refused,) = heard["pistol"]
    error = refused.find("error", NS_CLIENT)
    return error is not None and error.find("text", NS_STANZAS) is not None


@probe("errors-without-by", OPEN, come("pistol", "fluellen"))
def errors_without_by(heard: Heard, given: Given) -> bool:
    (refused,) = heard["pistol"]
    error = refused.find("error", NS_CLIENT)
    return error is not None and not error.has("by")


@probe("errors-with-codes", OPEN, come("pistol", "fluellen"))
def errors_with_codes(heard: Heard, given: Given) -> bool:
    (refused,) = heard["pistol"]
    error = refused.find("error", NS_CLIENT)
    return error is not None and error.get("code") == "409"
