"""Status codes that are left out, added, or other ones: XEP-0045 15.6.2."""

from __future__ import annotations

from functools import partial

from mockserver.muc.model import Status
from mockserver.muc.namespaces import NS_USER
from mockserver.muc.xml import Element

from .editing import coded, codes, in_user, uncoded
from .moment import Moment
from .table import changed, enter, for_each

AVAILABLE, UNAVAILABLE = ("own-presence", "own-change"), ("own-exit", "old-nick", "exit")


def _lost(code: str, moment: Moment, stanza: Element) -> Element:
    return uncoded(stanza, code)


def _lost_for_others(code: str, moment: Moment, stanza: Element) -> Element:
    return stanza if "110" in codes(stanza) else uncoded(stanza, code)


def _lost_for_oneself(code: str, moment: Moment, stanza: Element) -> Element:
    return uncoded(stanza, code) if "110" in codes(stanza) else stanza


def _other(code: str, moment: Moment, stanza: Element) -> Element:
    wrong = "307" if code != "307" else "301"
    return coded(uncoded(stanza, code), wrong) if code in codes(stanza) else stanza


def _of_kinds(kinds: tuple[str, ...], add: bool, code: str, moment: Moment, stanza: Element) -> Element:
    if moment.kind(stanza) not in kinds:
        return stanza
    return coded(stanza, code) if add else uncoded(stanza, code)


ADDED = (
    ("own-presence", "the own presence of who comes"),
    ("own-change", "later presence of one's own"),
    ("own-exit", "the own unavailable presence"),
    ("exit", "the unavailable presence of others"),
    ("old-nick", "the unavailable presence of a new nickname"),
    ("entrance", "the presence of newcomers, to the others"),
    ("roster", "the presence of those who are inside, to newcomers"),
    ("change", "later presence of others"),
    ("notice", "messages about the configuration"),
)

for _status in Status:
    _code = str(int(_status))
    for _name, _text, _change in (
        ("lost", "leaves status code {} out", _lost),
        ("lost-for-others", "tells status code {} only to whom it is about", _lost_for_others),
        ("lost-for-oneself", "tells status code {} only to the others", _lost_for_oneself),
        ("as-another", "says another status code in place of {}", _other),
    ):
        enter(f"code-{_code}-{_name}", _text.format(_code), told=for_each(partial(_change, _code)))
    for _kind, _words in ADDED:
        _text = f"puts status code {_code} on {_words}"
        enter(f"code-{_code}-on-{_kind}", _text, told=for_each(partial(_of_kinds, (_kind,), True, _code)))

for _kind, _words in ADDED:
    _text = f"leaves status code 110 out of {_words}"
    enter(f"code-110-off-{_kind}", _text, told=for_each(partial(_of_kinds, (_kind,), False, "110")))


@changed
def codes_all_lost(moment: Moment, stanza: Element) -> Element:
    """leaves all status codes out but 110"""
    return uncoded(stanza, *(codes(stanza) - {"110"}))


@changed
def second_code_lost(moment: Moment, stanza: Element) -> Element:
    """says one status code a stanza"""
    first = next(iter(sorted(codes(stanza))), "")
    return uncoded(stanza, *(codes(stanza) - {first}))


@changed
def codes_in_their_own_x(moment: Moment, stanza: Element) -> Element:
    """puts the status codes into a second element"""
    said = codes(stanza)
    if not said:
        return stanza
    return uncoded(stanza, *said).plus(Element("x", NS_USER, (), tuple(_status_of(code) for code in sorted(said))))


def _status_of(code: str) -> Element:
    return Element("status", NS_USER, (("code", code),))


@changed
def user_x_lost(moment: Moment, stanza: Element) -> Element:
    """leaves the muc#user element out of presence"""
    return in_user(stanza, lambda x: None) if stanza.name == "presence" else stanza


@changed
def user_x_twice(moment: Moment, stanza: Element) -> Element:
    """puts the muc#user element on presence twice"""
    x = stanza.find("x", NS_USER) if stanza.name == "presence" else None
    return stanza.plus(x) if x else stanza
