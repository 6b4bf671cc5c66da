"""Messages that a room sends: XEP-0045 7.4, 7.5, 7.8, 7.13, 7.2.13, 7.2.15, 10.2.1, 18.1; XEP-0313."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.muc.jid import JID, is_address
from mockserver.muc.namespaces import (
    NS_AFFILIATIONS,
    NS_CLIENT,
    NS_CONFERENCE,
    NS_DATA,
    NS_DELAY,
    NS_FORWARD,
    NS_MAM,
    NS_MENTIONS,
    NS_OCCUPANT_ID,
    NS_REQUEST,
    NS_SID,
    NS_USER,
)
from mockserver.muc.xml import Element

from . import forms
from .shape import Shape, moment, wrong
from .tables import (
    DELAY,
    ITEM,
    LEGACY,
    OCCUPANT_ID,
    OF_A_LIST,
    OF_A_NOTICE,
    OF_A_REFUSAL,
    OF_A_WHISPER,
    OF_AN_INVITATION,
    STANZA_ID,
)

CHANGED = frozenset({"104", "170", "171", "172", "173", "102", "103"})  # codes of a room's configuration
PAIRS = ({"170", "171"}, {"172", "173"}, {"102", "103"})
FORM = {  # 7.13
    "FORM_TYPE": "hidden",
    "muc#role": "list-single",
    "muc#jid": "jid-single",
    "muc#roomnick": "text-single",
    "muc#request_allow": "boolean",
}


def complaints(stanza: Element) -> Iterator[str]:
    """What is wrong with a message (no error) from a room or an occupant."""
    kind, occupant = stanza.get("type"), "/" in stanza.get("from")
    if kind not in ("", "normal", "chat", "headline", "groupchat"):
        yield f"a message of the type {kind!r}"
    yield from _marks(stanza)
    x = list(stanza.find_all("x", NS_USER))
    if len(x) > 1:
        yield f"{len(x)} muc#user elements"
    if kind == "groupchat":
        yield from _said(stanza, x)
    elif occupant:
        yield from wrong(x[0], OF_A_WHISPER) if x else ("a private message without muc#user",)
    else:
        yield from _from_the_room(stanza, x)


def _marks(stanza: Element) -> Iterator[str]:
    """The room's own ids and delays, at most one each; those of others are passed on as they are."""
    room = JID(stanza.get("from")).bare
    groups: list[tuple[Shape, list[Element]]] = [
        (OCCUPANT_ID, list(stanza.find_all("occupant-id", NS_OCCUPANT_ID))),
        (STANZA_ID, [e for e in stanza.find_all("stanza-id", NS_SID) if is_address(e.get("by"), room)]),
        (DELAY, [e for e in stanza.find_all("delay", NS_DELAY) if is_address(e.get("from"), room)]),
    ]
    for shape, found in groups:
        if len(found) > 1:
            yield f"{len(found)} <{shape.name}/> of the room"
        for element in found:
            yield from wrong(element, shape)


# to all


def _said(stanza: Element, x: list[Element]) -> Iterator[str]:
    if "/" in stanza.get("from"):
        if x:
            yield "an occupant speaks for the room"
        return
    if not x:
        return
    yield from wrong(x[0], OF_A_NOTICE)
    codes = [status.get("code") for status in x[0].find_all("status", NS_USER)]
    if set(codes) - CHANGED or len(set(codes)) < len(codes):
        yield f"the codes {codes} in a notice of the room"
    if any(pair <= set(codes) for pair in PAIRS):
        yield f"codes that contradict each other: {codes}"
    if bool(codes) == (x[0].find(ITEM.name, NS_USER) is not None):
        yield "a notice has either codes or an item"


# to one


def _from_the_room(stanza: Element, x: list[Element]) -> Iterator[str]:
    """An invitation, a refusal, a notice of an affiliation, a request for voice, a piece of the archive."""
    if stanza.find("result", NS_MAM):
        yield from _archived(stanza)
    elif mentions := stanza.find("mentions", NS_MENTIONS):
        yield from _forwarded(stanza, mentions)
    elif x and x[0].find("invite", NS_USER):
        yield from wrong(x[0], OF_AN_INVITATION)
        for legacy in stanza.find_all("x", NS_CONFERENCE):
            yield from wrong(legacy, LEGACY)
    elif x and x[0].find("decline", NS_USER):
        yield from wrong(x[0], OF_A_REFUSAL)
    elif x and x[0].find("mav", NS_AFFILIATIONS):
        yield from wrong(x[0], OF_A_LIST)
    elif x:
        yield from _affiliation(x[0])
    elif form := stanza.find("x", NS_DATA):
        yield from forms.wrong(form, kind="form", form_type=NS_REQUEST)
        kinds = {field.get("var"): field.get("type") for field in form.find_all("field", NS_DATA)}
        if kinds != FORM:
            yield f"a request for voice has the fields {kinds}"
    else:
        yield "a message of a room that says nothing known"


def _affiliation(x: Element) -> Iterator[str]:
    """18.1: 101 and the item with the user's bare JID."""
    yield from wrong(x, OF_A_NOTICE)
    codes, item = [s.get("code") for s in x.find_all("status", NS_USER)], x.find("item", NS_USER)
    if codes != ["101"] or item is None or "/" in item.get("jid"):
        yield f"a notice of an affiliation with {codes}"


def _archived(stanza: Element) -> Iterator[str]:
    """XEP-0313 4.2, 6.1.2: a result with its id and the message as the room sent it, with no `to`."""
    result = next(stanza.elements())
    if not result.get("id"):
        yield "an archived message without its id"
    yield from _forwarded(stanza, result)


def _forwarded(stanza: Element, wrapper: Element) -> Iterator[str]:
    """XEP-0297: the delay and then the message; of a mention (XEP-0452) the message keeps the room as its `to`."""
    if len(stanza.children) != 1:
        yield "a forwarded message with something besides"
    forwarded = wrapper.find("forwarded", NS_FORWARD)
    parts = list(forwarded.elements()) if forwarded else []
    if [(p.name, p.uri) for p in parts] != [("delay", NS_DELAY), ("message", NS_CLIENT)]:
        yield "a forwarded message is a delay and a message"
        return
    delay, message = parts
    if not moment(delay.get("stamp")):
        yield f"the time of a forwarded message: {delay.get('stamp')!r}"
    to = stanza.get("from") if wrapper.uri == NS_MENTIONS else ""
    if message.get("type") != "groupchat" or message.get("to") != to:
        yield "a forwarded message is not as the room sent it"
    if message.get("from").partition("/")[0] != stanza.get("from"):
        yield f"a forwarded message of {message.get('from')}"
    for x in message.find_all("x", NS_USER):
        item = x.find("item", NS_USER)
        yield from wrong(item, ITEM) if item else ("a forwarded message with an odd muc#user element",)
