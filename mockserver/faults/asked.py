"""What becomes of requests: those that are overlooked, refused, done in silence, or confirmed and never done."""

from __future__ import annotations

from contextlib import AbstractContextManager
from functools import partial

from mockserver.muc.answers import refused
from mockserver.muc.model import Delivery, Refuse
from mockserver.muc.xml import E, Element

from .forgetting import as_before
from .moment import Moment
from .questions import ASKED
from .table import enter

REFUSALS = (
    ("refused", "refuses {}", Refuse("cancel", "service-unavailable")),
    ("forbidden", "forbids {} to those who may", Refuse("auth", "forbidden")),
)
SAID = frozenset({"join", "joining-again", "rename", "availability", "leave", "message", "subject", "private-message"})
SENT = SAID | {"invitation", "decline", "voice-request", "voice-answer", "chat"}  # what no IQ asks for


def _overlooked(asked: str, moment: Moment) -> Element | None:
    return None if moment.asked == asked else moment.sent


def _refused(asked: str, no: Refuse, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """An error in place of everything, and nothing done."""
    sent = moment.sent
    if sent is None or moment.asked != asked or _was_refused(moment, deliveries):
        return deliveries
    return refused(sent, no)


def _undone(asked: str, moment: Moment) -> AbstractContextManager[None] | None:
    return as_before(moment) if moment.asked == asked else None


def _was_refused(moment: Moment, deliveries: list[Delivery]) -> bool:
    return any(d.stanza.get("type") == "error" and moment.sender in d.to for d in deliveries)


def _in_silence(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """Only its answer goes out."""
    if moment.asked != asked:
        return deliveries
    return [d for d in deliveries if d.stanza.name == "iq"]


def _answered_well(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """A result in place of the error."""
    sent = moment.sent
    if sent is None or sent.name != "iq" or moment.asked != asked or not _was_refused(moment, deliveries):
        return deliveries
    assert moment.sender is not None  # somebody sent it
    good = E("iq", type="result", id=sent.get("id"), from_=sent.get("to"))
    return [Delivery(good, (moment.sender,))]


def _unanswered(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """It is done, and who asked for it waits."""
    if moment.asked != asked:
        return deliveries
    return [d for d in deliveries if d.stanza.name != "iq" or moment.sender not in d.to]


def _done_all_the_same(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """It is done, and who asked for it is told that it was not."""
    sent = moment.sent
    if sent is None or moment.asked != asked or _was_refused(moment, deliveries):
        return deliveries
    others = [d for d in deliveries if d.stanza.name != "iq" or moment.sender not in d.to]
    return [*others, *refused(sent, Refuse("auth", "forbidden"))]


def _by_the_service(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """The service itself answers for the room."""
    if moment.asked != asked:
        return deliveries
    domain = str(moment.host.muc_domain)
    return [Delivery(d.stanza.with_attrs(from_=domain), d.to) if d.stanza.name == "iq" else d for d in deliveries]


def _emptied(asked: str, moment: Moment, deliveries: list[Delivery]) -> list[Delivery]:
    """The result without what was asked for."""
    if moment.asked != asked or moment.sent is None:
        return deliveries
    return [Delivery(_empty(d.stanza), d.to) if moment.of(d.stanza, "iq-result") else d for d in deliveries]


def _empty(answer: Element) -> Element:
    kept = tuple(E(c.name, uri=c.uri) for c in answer.elements())
    return Element(answer.name, answer.uri, answer.attrs, kept)


for _asked, _words in ASKED:
    enter(f"{_asked}-overlooked", f"takes no notice of {_words}", heard=partial(_overlooked, _asked))
    for _name, _text, _no in REFUSALS:
        enter(f"{_asked}-{_name}", _text.format(_words), told=partial(_refused, _asked, _no))
    enter(f"{_asked}-without-effect", f"answers {_words} and does nothing", bent=partial(_undone, _asked))
    enter(f"{_asked}-in-silence", f"tells nobody else of {_words}", told=partial(_in_silence, _asked))
    enter(f"{_asked}-never-refused", f"says yes to {_words} when it does nothing", told=partial(_answered_well, _asked))
    if _asked not in SENT:
        enter(f"{_asked}-unanswered", f"answers nothing to {_words}", told=partial(_unanswered, _asked))
        enter(
            f"{_asked}-done-though-refused", f"refuses {_words}, and does it", told=partial(_done_all_the_same, _asked)
        )
        enter(f"{_asked}-by-the-service", f"answers {_words} from its domain", told=partial(_by_the_service, _asked))
    enter(f"{_asked}-answered-empty", f"answers {_words} with nothing in it", told=partial(_emptied, _asked))
