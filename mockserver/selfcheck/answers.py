"""Answers of the service: errors (RFC 6120 8.3) and results, by their payloads."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.muc.namespaces import (
    NS_ADMIN,
    NS_CONFIG,
    NS_DATA,
    NS_DISCO_INFO,
    NS_MAM,
    NS_OWNER,
    NS_REGISTER,
    NS_REGISTER_FORM,
    NS_ROOMINFO,
    NS_STANZAS,
)
from mockserver.muc.xml import Element

from . import forms
from .shape import address, bare, full, wrong
from .tables import CONDITIONS, PAYLOADS

FORMS = {  # the form in a result: its type and FORM_TYPE
    ("query", NS_OWNER): ("form", NS_CONFIG),
    ("query", NS_DISCO_INFO): ("result", NS_ROOMINFO),
    ("query", NS_REGISTER): ("form", NS_REGISTER_FORM),
    ("query", NS_MAM): ("form", NS_MAM),
}
EITHER_OR = (
    ("muc_open", "muc_membersonly"),
    ("muc_moderated", "muc_unmoderated"),
    ("muc_nonanonymous", "muc_semianonymous"),
    ("muc_passwordprotected", "muc_unsecured"),
    ("muc_persistent", "muc_temporary"),
    ("muc_public", "muc_hidden"),
)


def error(stanza: Element) -> Iterator[str]:
    """What is wrong with a stanza of the type error."""
    found = [child for child in stanza.elements() if child.name == "error" and child.uri == stanza.uri]
    if len(found) != 1 or stanza.children[-1] is not found[0]:
        yield f"{len(found)} error elements, or not at the end"
        return
    (element,) = found
    conditions = [child.name for child in element.elements() if child.uri == NS_STANZAS and child.name != "text"]
    texts = [child for child in element.elements() if child.uri == NS_STANZAS and child.name == "text"]
    if len(conditions) != 1 or next(element.elements()).name not in conditions or len(texts) > 1:
        yield f"an error has one condition, then perhaps one text: {conditions}"
        return
    if element.get("type") not in CONDITIONS.get(conditions[0], "").split():
        yield f"{conditions[0]} with the error type {element.get('type')!r}"
    if element.has("by") and not address(element.get("by")):
        yield f"an error by {element.get('by')!r}"


def result(iq: Element) -> Iterator[str]:
    """What is wrong with the result of an IQ that the service or a room answers."""
    children = list(iq.elements())
    if not iq.get("id"):
        yield "an answer without id"
    if len(children) > 1:
        yield f"a result with {len(children)} children"
    for payload in children:
        key = (payload.name, payload.uri)
        if key in PAYLOADS:
            yield from wrong(payload, PAYLOADS[key])
        form = payload.find("x", NS_DATA)
        if form is not None and key in FORMS:
            kind, form_type = FORMS[key]
            yield from forms.wrong(form, kind=kind, form_type=form_type)
        if payload.uri == NS_DISCO_INFO:
            yield from _info(payload)
        if payload.uri == NS_ADMIN:
            yield from _list(payload)


def _info(query: Element) -> Iterator[str]:
    """XEP-0030 3.1; features that exclude each other: XEP-0045 15.3."""
    names = [feature.get("var") for feature in query.find_all("feature", NS_DISCO_INFO)]
    if len(set(names)) < len(names):
        yield "a feature twice"
    if any(set(pair) <= set(names) for pair in EITHER_OR):
        yield "features that exclude each other"
    if not query.has("node") and (query.find("identity", NS_DISCO_INFO) is None or NS_DISCO_INFO not in names):
        yield "an entity has an identity and disco#info itself"
    if any(child.uri not in (NS_DISCO_INFO, NS_DATA) for child in query.elements()):
        yield "disco#info with something else in it"


def _list(query: Element) -> Iterator[str]:
    """17.4: affiliation lists have bare JIDs and no roles, role lists everything."""
    items = list(query.find_all("item", NS_ADMIN))
    by_role = any(item.has("role") for item in items)
    for item in items:
        if by_role and not (item.has("role") and item.get("nick") and full(item.get("jid"))):
            yield "a list of roles has nickname, role and full JID"
        if not by_role and not bare(item.get("jid")):
            yield f"a list of affiliations has bare JIDs: {item.get('jid')!r}"
        if item.get("affiliation") == "outcast" and item.has("nick"):
            yield "an outcast has no nickname"
    if len({item.get("role" if by_role else "affiliation") for item in items}) > 1:
        yield "a list is of one role or affiliation"
