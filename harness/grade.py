"""Grade one row against what was seen, and say what came closest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from mockserver.muc.xml import BadXml, Element, parse, render

from .model import Answer, Check, Command, Event, Kind, Outcome, Sent, Step
from .pattern import Pattern
from .values import field_fits, hidden

LIBRARY_SILENT = "left to the application"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What there is to judge a row by: the window, the answers, the snapshot."""

    events: Sequence[Event]
    sent: Sequence[Sent]
    answers: Sequence[tuple[Command, Answer | None]]
    snapshot: Mapping[str, Any] | None = None
    last_seen: int = -1
    last_sent: int = -1


def grade(step: Step, evidence: Evidence) -> tuple[Check, Any]:
    """The check of a row, and what it used up (an event, a stanza, a result) for `bind`."""
    match step.kind:
        case Kind.SEES:
            return _sees(step, evidence)
        case Kind.NEVER if isinstance(step.what, Pattern):
            return _never_sends(step, evidence), None
        case Kind.NEVER:
            return _never(step, evidence), None
        case Kind.SENDS:
            return _sends(step, evidence)
        case Kind.COMPLETES:
            return _completes(step, evidence)
        case Kind.STATE:
            return _state(step, evidence), evidence.snapshot
    graded = [grade(row, evidence) for row in step.alternatives]
    best = min(graded, key=lambda pair: (PREFERENCE.index(pair[0].outcome), _far(pair[0])))
    if best[0].outcome is Outcome.FAIL:
        texts = " or ".join(check.expected for check, _ in graded)
        return replace(best[0], step=step, expected=texts), None
    return replace(best[0], step=step), best[1]


def _far(check: Check) -> bool:
    """Whether what came closest is not even of the right name."""
    return not (isinstance(check.step.what, str) and check.closest.startswith(check.step.what))


PREFERENCE = (Outcome.PASS, Outcome.UNGRADED, Outcome.UNSUPPORTED, Outcome.FAIL)


# events


def _sees(step: Step, evidence: Evidence) -> tuple[Check, Event | None]:
    own = [(n, e) for n, e in enumerate(evidence.events) if e.name and e.session == step.who]
    named = [(n, e) for n, e in own if e.name == step.what]
    expected = f"{step.what} {_shown(step.details)}"
    for n, event in named:
        if not _wrong(step.details, event.fields, lenient=True) and (not step.then or n > evidence.last_seen):
            return _seen(step, event, expected), event
    candidates = [e for _, e in named] or [e for _, e in own]
    near = min(candidates, key=lambda e: len(_wrong(step.details, e.fields)), default=None)
    if near is None:
        return Check(step, Outcome.FAIL, expected, "nothing", "the library reported nothing at all"), None
    why = _why_not(step, near)
    return Check(step, Outcome.FAIL, expected, f"{near.name} {_shown(near.fields)}", why), None


def _seen(step: Step, event: Event, expected: str) -> Check:
    closest = f"{event.name} {_shown(event.fields)}"
    if event.source != "api":
        why = f"{LIBRARY_SILENT}: the driver made this event ({event.source}), the library does not report it"
        return Check(step, Outcome.UNGRADED, expected, closest, why)
    if lost := hidden(step.details, event.fields):
        return Check(
            step, Outcome.UNGRADED, expected, closest, f"{LIBRARY_SILENT}: no {', '.join(lost)} in the library's event"
        )
    return Check(step, Outcome.PASS, expected, closest)


def _why_not(step: Step, near: Event) -> str:
    if near.name != step.what:
        return f"no {step.what}; the library reported {near.name} instead"
    wrong = _wrong(step.details, near.fields)
    if not wrong:
        return "it came before the event of the row above"
    return "; ".join(f"{k} is {near.fields.get(k)!r}, not {step.details[k]!r}" for k in wrong)


def _wrong(wanted: Mapping[str, Any], got: Mapping[str, Any], *, lenient: bool = False) -> list[str]:
    """The fields that differ; with `lenient` a hidden field does not count."""
    passed = hidden(wanted, got) if lenient else ()
    return [k for k, v in wanted.items() if k not in passed and not field_fits(k, v, got.get(k))]


def _never(step: Step, evidence: Evidence) -> Check:
    expected = f"no {step.what} {_shown(step.details)}".rstrip()
    for event in evidence.events:
        if event.name != step.what or event.session != step.who or _wrong(step.details, event.fields):
            continue
        outcome = Outcome.FAIL if event.source == "api" else Outcome.UNGRADED
        return Check(step, outcome, expected, f"{event.name} {_shown(event.fields)}", "the library reported it")
    return Check(step, Outcome.PASS, expected)


# the wire


def _sends(step: Step, evidence: Evidence) -> tuple[Check, Element | None]:
    expected = render(step.what.element)
    behind = evidence.last_sent if step.then else -1
    tried = [(step.what.misses(stanza), stanza) for stanza in _stanzas(step, evidence, behind=behind)]
    fitting = [stanza for wrong, stanza in tried if not wrong]
    if fitting and step.times is not None and len(fitting) != step.times:
        why = f"{len(fitting)} of them, not {step.times}"
        return Check(step, Outcome.FAIL, expected, render(fitting[0]), why), None
    if fitting:
        return Check(step, Outcome.PASS, expected, render(fitting[0])), fitting[0]
    if not tried:
        return Check(step, Outcome.FAIL, expected, "nothing", "nothing was sent"), None
    wrong, near = min(tried, key=lambda miss: len(miss[0]) + 10 * (miss[1].name != step.what.element.name))
    return Check(step, Outcome.FAIL, expected, render(near), "; ".join(wrong)), None


def _never_sends(step: Step, evidence: Evidence) -> Check:
    expected = f"never {render(step.what.element)}"
    for stanza in _stanzas(step, evidence):
        if not step.what.misses(stanza):
            return Check(step, Outcome.FAIL, expected, render(stanza), "it was sent")
    return Check(step, Outcome.PASS, expected)


def _stanzas(step: Step, evidence: Evidence, *, behind: int = -1) -> list[Element]:
    found = []
    for sent in evidence.sent[behind + 1 :]:
        if sent.session == step.who:
            try:
                found.append(parse(sent.xml))
            except BadXml:
                continue
    return found


# answers and state


def _completes(step: Step, evidence: Evidence) -> tuple[Check, Mapping[str, Any] | None]:
    answers = [a for c, a in evidence.answers if c.session == step.who and c.verb == step.what]
    answer = answers[-1] if answers else None
    expected = _expected_answer(step)
    if answer is None:
        return Check(step, Outcome.FAIL, expected, "no answer", f"{step.what} never completed"), None
    if answer.fields.get("unsupported"):
        return Check(step, Outcome.UNSUPPORTED, expected, "", str(answer.fields.get("why", ""))), None
    flat = {**answer.fields, **_error(answer), "ok": bool(answer.fields.get("ok"))}
    wanted = {"ok": True, **{k: v for k, v in step.details.items() if k != "room"}}
    closest = _answer(answer)
    if wrong := _wrong(wanted, flat, lenient=flat["ok"] == wanted["ok"]):
        why = "; ".join(f"{k} is {flat.get(k)!r}, not {wanted[k]!r}" for k in wrong)
        if answer.fields.get("ok") == "sent" and not wanted["ok"]:
            why = f"the library only sends {step.what}, and tells nobody of the refusal"
        return Check(step, Outcome.FAIL, expected, closest, why), None
    if answer.fields.get("via") == "raw":
        return Check(step, Outcome.UNGRADED, expected, closest, f"{LIBRARY_SILENT}: sent as raw XML"), flat
    if answer.fields.get("ok") == "sent" and len(wanted) > 1:
        return Check(step, Outcome.UNGRADED, expected, closest, f"{LIBRARY_SILENT}: the library only sends"), flat
    if lost := hidden(wanted, flat):
        return Check(step, Outcome.UNGRADED, expected, closest, f"{LIBRARY_SILENT}: no {', '.join(lost)}"), flat
    return Check(step, Outcome.PASS, expected, closest), flat


def _expected_answer(step: Step) -> str:
    rest = {k: v for k, v in step.details.items() if k not in ("ok", "room")}
    ends = "ends well" if step.details.get("ok", True) else "is refused"
    return f"{step.what} {ends} {_shown(rest)}".rstrip()


def _error(answer: Answer) -> Mapping[str, Any]:
    error = answer.fields.get("error")
    return error if isinstance(error, Mapping) else {}


def _answer(answer: Answer) -> str:
    if answer.fields.get("ok"):
        return f"ok {_shown({k: v for k, v in answer.fields.items() if k not in ('seq', 'ok')})}".rstrip()
    return f"refused {_shown(_error(answer))}"


def answer_alone(step: Step, answer: Answer) -> Check | None:
    """The check of a `does` row whose answer no other row speaks of; None if it went well."""
    if answer.fields.get("unsupported"):
        return Check(step, Outcome.UNSUPPORTED, f"{step.what} is done", "", str(answer.fields.get("why", "")))
    if answer.fields.get("ok"):
        return None
    return Check(step, Outcome.FAIL, f"{step.what} is done", _answer(answer), f"{step.what} went wrong")


def _state(step: Step, evidence: Evidence) -> Check:
    expected = _shown(step.what)
    got = evidence.snapshot or {}
    if got.get("unsupported"):
        return Check(step, Outcome.UNSUPPORTED, expected, "", str(got.get("why", "")))
    closest = _shown({k: got.get(k) for k in step.what})
    if wrong := _wrong(step.what, got, lenient=True):
        why = "; ".join(f"{k} is {got.get(k)!r}, not {step.what[k]!r}" for k in wrong)
        return Check(step, Outcome.FAIL, expected, closest, why)
    if lost := hidden(step.what, got):
        return Check(step, Outcome.UNGRADED, expected, closest, f"{LIBRARY_SILENT}: no {', '.join(lost)}")
    return Check(step, Outcome.PASS, expected, closest)


def _shown(fields: Any) -> str:
    if not isinstance(fields, Mapping):
        return repr(fields)
    return ", ".join(f"{k}={v!r}" for k, v in fields.items() if v is not None)
