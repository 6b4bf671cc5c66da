"""What answers to questions lack: features, identities, items, fields of forms, parts of anything that is listed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from mockserver.accounts import ALL_ACCOUNT
from mockserver.muc.features import ALL
from mockserver.muc.namespaces import (
    NS_ADMIN,
    NS_COMMANDS,
    NS_DATA,
    NS_DISCO_INFO,
    NS_DISCO_ITEMS,
)
from mockserver.muc.xml import E, Element

from .editing import attributes, below, without
from .moment import Moment
from .table import changed, enter, for_each

# disco


def _unannounced(var: str, moment: Moment, stanza: Element) -> Element:
    return without(stanza, "feature", NS_DISCO_INFO, var=var) if stanza.name == "iq" else stanza


def _announced(var: str, moment: Moment, stanza: Element) -> Element:
    """Also where it is not so."""
    query = stanza.find("query", NS_DISCO_INFO) if moment.of(stanza, "iq-result") else None
    if query is None or any(f.get("var") == var for f in query.find_all("feature", NS_DISCO_INFO)):
        return stanza
    return replace(stanza, children=(query.plus(E("feature", uri=NS_DISCO_INFO, var=var)),))


ROOMS = (
    "muc_membersonly", "muc_open", "muc_moderated", "muc_unmoderated", "muc_semianonymous", "muc_nonanonymous",
    "muc_passwordprotected", "muc_unsecured", "muc_persistent", "muc_temporary", "muc_public", "muc_hidden",
)  # fmt: skip
VARS = dict.fromkeys(
    [v for f in ALL for v in (*f.announced, *f.announced_by_service)]
    + [v for f in ALL_ACCOUNT for v in (*f.host_vars, *f.account_vars)]
    + ["urn:xmpp:mam:2", "urn:xmpp:mam:2#extended", "urn:xmpp:message-retract:1", "urn:xmpp:message-moderate:1",
       "urn:xmpp:hats:0", "urn:xmpp:muc:affiliations:1", NS_COMMANDS, "urn:xmpp:message-retract:1#tombstone"]
)  # fmt: skip


def _word(var: str) -> str:
    return var.replace("http://jabber.org/protocol/", "").replace("urn:xmpp:", "").replace("jabber:iq:", "")


def _named(var: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in _word(var).lower()).strip("-")


for _var in (*ROOMS, *VARS):
    _text = f"does not announce {_word(_var)}"
    enter(f"unannounced-{_named(_var)}", _text, told=for_each(partial(_unannounced, _var)))
    _text = f"announces {_word(_var)} everywhere"
    enter(f"announced-everywhere-{_named(_var)}", _text, told=for_each(partial(_announced, _var)))


@changed
def identity_lost(moment: Moment, stanza: Element) -> Element:
    """does not say what it is"""
    return without(stanza, "identity", NS_DISCO_INFO)


@changed
def identity_without_category(moment: Moment, stanza: Element) -> Element:
    """says that it is no conference"""
    return attributes(stanza, "identity", NS_DISCO_INFO, category="server")


@changed
def identity_without_type(moment: Moment, stanza: Element) -> Element:
    """says that it is a conference of another type"""
    return attributes(stanza, "identity", NS_DISCO_INFO, type="irc")


@changed
def identity_without_name(moment: Moment, stanza: Element) -> Element:
    """does not say its name"""
    return attributes(stanza, "identity", NS_DISCO_INFO, name=None)


@changed
def node_not_repeated(moment: Moment, stanza: Element) -> Element:
    """does not repeat the node of a question"""
    for uri in (NS_DISCO_INFO, NS_DISCO_ITEMS):
        stanza = attributes(stanza, "query", uri, node=None)
    return attributes(stanza, "command", NS_COMMANDS, node=None)


# lists

LISTS = (
    ("discovered", "disco#items", "query", NS_DISCO_ITEMS, "item"),
    ("listed", "lists of users", "query", NS_ADMIN, "item"),
    ("announced", "features", "query", NS_DISCO_INFO, "feature"),
    ("identified", "identities", "query", NS_DISCO_INFO, "identity"),
    ("searched", "results of searches", "result", "urn:xmpp:channel-search:0:search", "item"),
)


def _one_less(parent: str, uri: str, child: str, place: int, moment: Moment, stanza: Element) -> Element:
    """Without the item at this place."""
    held = stanza.find(parent, uri)
    items = list(held.find_all(child, uri)) if held else []
    if held is None or not items:
        return stanza
    gone = items[place] if place < len(items) else None
    new = replace(held, children=tuple(c for c in held.children if c is not gone))
    return replace(stanza, children=tuple(new if c is held else c for c in stanza.children))


def _one_more(parent: str, uri: str, child: str, moment: Moment, stanza: Element) -> Element:
    held = stanza.find(parent, uri)
    last = list(held.find_all(child, uri))[-1:] if held else []
    if held is None or not last:
        return stanza
    new = held.plus(last[0])
    return replace(stanza, children=tuple(new if c is held else c for c in stanza.children))


def _reversed(parent: str, uri: str, child: str, moment: Moment, stanza: Element) -> Element:
    held = stanza.find(parent, uri)
    items = list(held.find_all(child, uri)) if held else []
    if held is None or len(items) < 2:
        return stanza
    rest = tuple(c for c in held.children if c not in items)
    new = replace(held, children=(*items[::-1], *rest))
    return replace(stanza, children=tuple(new if c is held else c for c in stanza.children))


for _list, _words, _parent, _uri, _child in LISTS:
    for _place, _which in ((0, "first"), (1, "second"), (2, "third"), (-1, "last")):
        _change = partial(_one_less, _parent, _uri, _child, _place)
        enter(f"{_list}-without-{_which}", f"leaves the {_which} out of {_words}", told=for_each(_change))
    enter(
        f"{_list}-twice", f"names the last of {_words} twice", told=for_each(partial(_one_more, _parent, _uri, _child))
    )
    _text = f"gives {_words} in the reverse order"
    enter(f"{_list}-back-to-front", _text, told=for_each(partial(_reversed, _parent, _uri, _child)))

ATTRIBUTES = (
    ("item", NS_ADMIN, "lists of users", ("jid", "nick", "role", "affiliation")),
    ("item", NS_DISCO_ITEMS, "disco#items", ("jid", "name", "node")),
    ("command", NS_COMMANDS, "commands", ("sessionid", "status")),
)
for _element, _uri, _words, _names in ATTRIBUTES:
    for _name in _names:

        def _bare(moment: Moment, stanza: Element, e: str = _element, u: str = _uri, n: str = _name) -> Element:
            return attributes(stanza, e, u, **{n: None}) if stanza.name == "iq" else stanza

        _of = _words.replace(" ", "-").replace("#", "-")
        enter(f"{_of}-without-{_name}", f"leaves {_name} out of {_words}", told=for_each(_bare))


# forms

FIELDS = (
    *(f.var for feature in ALL for f in feature.fields),
    "muc#roominfo_description", "muc#roominfo_lang", "muc#roominfo_subjectmod", "muc#roominfo_avatarhash",
    "muc#roominfo_pubsub", "muc#roominfo_slow_mode_duration", "hats#hash", "muc#register_roomnick",
    "muc#role", "muc#jid", "muc#roomnick", "muc#request_allow", "FORM_TYPE",
    "with", "start", "end", "before-id", "after-id", "ids", "hats#uri", "hats#title", "hats#hue", "hats#jid",
    "q", "all", "sinname", "sindescription", "sinaddress", "min_users", "types", "key",
)  # fmt: skip


def _fieldless(var: str, moment: Moment, stanza: Element) -> Element:
    return without(stanza, "field", NS_DATA, var=var) if stanza.name != "presence" else stanza


def _valueless(var: str, moment: Moment, stanza: Element) -> Element:
    def blank(element: Element) -> Element:
        mine = element.name == "field" and element.get("var") == var
        return element.without("value", NS_DATA) if mine else element

    return below(stanza, blank) if stanza.name != "presence" else stanza


def _field_name(var: str) -> str:
    plain = var.removeprefix("muc#roomconfig_").replace("muc#roominfo", "info").lower()
    return plain.replace("_", "-").replace("#", "-")


for _var in FIELDS:
    _field = _field_name(_var)
    enter(f"form-without-{_field}", f"leaves the field {_field} out of forms", told=for_each(partial(_fieldless, _var)))
    _text = f"leaves the value of {_field} out of forms"
    enter(f"form-without-value-of-{_field}", _text, told=for_each(partial(_valueless, _var)))


def _form_part(part: str, moment: Moment, stanza: Element) -> Element:
    if stanza.name == "presence" or not stanza.children:
        return stanza
    match part:
        case "options" | "required" | "title" | "instructions" | "reported":
            return without(stanza, part.removesuffix("s") if part == "options" else part, NS_DATA)
        case "type":
            return attributes(stanza, "x", NS_DATA, type=None)
        case "wrong-type":
            return attributes(stanza, "x", NS_DATA, type="cancel")
        case "field-types":
            return attributes(stanza, "field", NS_DATA, type=None)
        case "text-fields":
            return attributes(stanza, "field", NS_DATA, type="text-single")
        case "labels":
            return attributes(attributes(stanza, "field", NS_DATA, label=None), "option", NS_DATA, label=None)
        case "vars":
            return attributes(stanza, "field", NS_DATA, var=None)
    return without(stanza, "x", NS_DATA)


for _part, _text in (
    ("options", "offers no options in forms"),
    ("required", "does not say which fields of forms are required"),
    ("title", "gives forms no title"),
    ("instructions", "gives forms no instructions"),
    ("reported", "does not say what the columns of a report are"),
    ("type", "sends forms without a type"),
    ("wrong-type", "sends forms of the type cancel"),
    ("field-types", "does not say the types of fields"),
    ("text-fields", "says that every field is text"),
    ("labels", "gives fields no labels"),
    ("vars", "does not name the fields of forms"),
    ("form", "sends no forms"),
):
    enter(f"forms-without-{_part}", _text, told=for_each(partial(_form_part, _part)))
