"""Addresses that are taken as they are written, and languages that are lost: XEP-0045 17.1 and 13."""

from __future__ import annotations

from mockserver.muc.jid import JID, BadJid
from mockserver.muc.namespaces import NS_CLIENT
from mockserver.muc.xml import Element

from .editing import attributes
from .moment import Moment
from .table import changed, heard


@heard
def rooms_by_their_letters(moment: Moment) -> Element | None:
    """takes every spelling of a room's name for a room of its own"""
    sent, to = moment.sent, moment.to
    written = sent.get("to").partition("@")[0] if sent is not None else ""
    if sent is None or to is None or to.domain != moment.host.muc_domain or written in ("", to.local):
        return sent
    return sent.with_attrs(to=f"{to.local}-{to}")


@changed
def nicknames_as_written(moment: Moment, stanza: Element) -> Element:
    """shows nicknames as they were written, not as they are compared"""
    sent, to = moment.sent, moment.to
    if sent is None or to is None or not to.resource or stanza.get("type") == "error":
        return stanza
    written = sent.get("to").partition("/")[2]
    return stanza.with_attrs(from_=f"{to.bare}/{written}") if stanza.get("from") == to else stanza


@heard
def bad_addresses_mended(moment: Moment) -> Element | None:
    """makes a good address of a bad one, and does not say that it was bad"""
    sent = moment.sent
    if sent is None or not sent.has("to"):
        return sent
    try:
        JID.parse(sent.get("to"))
    except BadJid:
        return sent.with_attrs(to=str(moment.host.muc_domain))
    return sent


@changed
def bodies_without_lang(moment: Moment, stanza: Element) -> Element:
    """does not say in which language each body is"""
    return attributes(stanza, "body", NS_CLIENT, **{"xml:lang": None})
