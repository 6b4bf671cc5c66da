"""The transport of a BOSH session: requests in their order, some of them held until there is something to say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from mockserver.muc.xml import Element

from .bosh import Bosh
from .bosh_body import Opening, Terms, is_empty, number, wrapped
from .bosh_order import Call, Keys, Order, Place, Verdict, keep

OLD_ERRORS = {"bad-request": 400, "policy-violation": 403, "item-not-found": 404}  # for clients that named no version
REPEATED = wrapped(type="error")  # to who asked first, where the same was asked again: XEP-0124 14.3


class Carrier:
    """What a `Bosh` stream takes for its transport. `forget` is called once, when the session is over."""

    def __init__(
        self, sid: str, opening: Opening, stream: Bosh, *, clock: Any, terms: Terms, forget: Callable[[str], None]
    ) -> None:
        self.over = False
        self._sid = sid
        self._opening = opening
        self._stream = stream
        self._clock = clock
        self._terms = terms
        self._forget = forget
        self._order = Order(opening.rid - 1, opening.requests)
        self._keys = Keys(opening.key)
        self._producer: Any = None  # what the stream has to say, while nothing can carry it
        self._waits: dict[int, Any] = {}  # the timers of those that are held
        self._idle: Any = None
        self._patience = opening.inactivity(terms)
        self._previous = (clock.seconds(), False)  # when the last request came, and whether it was empty
        self._fruitful = True  # the last response brought something
        self._unread: list[Place] | None = None  # what has come while nothing is read
        self._ending = False  # the stream is closed
        self._last_words = ""  # what came at its end, or when it was half closed and nobody waited

    # what comes in

    def receive(self, body: Element, call: Call | None) -> None:
        """One request of this session."""
        rid = number(body, "rid")
        if self._unread is not None:
            keep(self._unread, Place(body, call))
        elif self._ending:
            self._finish(more=call)
        elif rid is None:
            self._end("bad-request", call)
        else:
            self._place(rid, body, call)
            self._settle()

    def _place(self, rid: int, body: Element, call: Call | None) -> None:
        order = self._order
        match order.judge(rid, last=body.get("type") == "terminate" or body.has("pause")):
            case Verdict.NEW:
                self._replace(order.ahead.setdefault(rid, Place(body, None)), call)
                for taken, place in order.follow():
                    self._take(taken, place.body)
                    if self.over:
                        return
            case Verdict.AGAIN if order.waiting[rid].body.get("key") == body.get("key"):
                self._replace(order.waiting[rid], call)
            case Verdict.ANSWERED if order.answers[rid][0] == body.get("key"):
                if call is not None:
                    call.answer(order.answers[rid][1], kind=self._opening.kind)
            case _:
                self._end("item-not-found", call)

    def _replace(self, place: Place, call: Call | None) -> None:
        if place.call is not None:
            place.call.answer(REPEATED, kind=self._opening.kind)
        place.call = call

    def _take(self, rid: int, body: Element) -> None:
        """The next one in the order."""
        self._patience = self._opening.inactivity(self._terms)
        if rid == self._opening.rid:
            self._stream.begin(body)
        elif not self._keys.fit(body):
            self._end("item-not-found")
        elif self._too_often(body):
            self._end("policy-violation")
        elif body.has("pause"):
            self._pause(number(body, "pause"))
        else:
            self._stream.read(body)
            if body.get("type") == "terminate":
                self._stream.close()

    def _too_often(self, body: Element) -> bool:
        """XEP-0124 11 and 12: it brings nothing, and came too soon behind another one."""
        now, empty = self._clock.seconds(), is_empty(body)
        (before, was_empty), self._previous = self._previous, (now, empty)
        if not empty or now - before >= self._terms.polling:
            return False
        if self._opening.polls:
            return was_empty and not self._fruitful
        return len(self._order.live) >= self._opening.requests

    def _pause(self, seconds: int | None) -> None:
        """XEP-0124 10: all are answered, with nothing in it."""
        if seconds is None or seconds > self._terms.maxpause:
            self._end("policy-violation")
            return
        self._patience = seconds
        for rid in list(self._order.waiting):
            self._respond(rid)

    def lost(self, call: Call) -> None:
        """The connection of this request is gone."""
        for place in (*self._order.waiting.values(), *self._order.ahead.values(), *(self._unread or ())):
            if place.call is call:
                place.call = None
        self._rest()

    # what goes out

    def _settle(self) -> None:
        """Say what there is to say, and hold no more requests than agreed."""
        order, most = self._order, 0 if self._opening.polls else self._opening.hold
        if order.live and self._last_words and not self.over:
            text, self._last_words = self._last_words, ""
            self._answer(order.live[0], text)
        if order.live and not self.over:
            self._producer.resumeProducing()
        while len(order.live) > most and not self.over:
            self._answer(order.live[0])
        self._rest()

    def _rest(self) -> None:
        """Nothing else is to be done now: set the timers."""
        if self.over or self._ending or self._unread is not None:
            return
        live = self._order.live
        for rid in [known for known in self._waits if known not in live]:
            _stop(self._waits.pop(rid))
        for rid in live:
            if rid not in self._waits:
                self._waits[rid] = self._clock.callLater(self._opening.wait, self._answer, rid)
        _stop(self._idle)
        self._idle = None
        if not live:
            self._producer.pauseProducing()
            self._idle = self._clock.callLater(self._patience, self._end, "item-not-found")

    def _answer(self, rid: int, text: str = "") -> None:
        """Respond to this one, and before it to those that came before it."""
        for known in list(self._order.waiting):
            if known <= rid:
                self._respond(known, text if known == rid else "")
        self._rest()

    def _respond(self, rid: int, text: str = "") -> None:
        response = wrapped(text, **self._greeting() if rid == self._opening.rid else {})
        self._fruitful = bool(text)
        if call := self._order.answered(rid, response).call:
            call.answer(response, kind=self._opening.kind)

    def _greeting(self) -> dict[str, str]:
        domain = self._stream.porch.terms.around.domain
        said = self._opening.answer(self._terms, sid=self._sid, domain=domain, stream=self._stream.stream_id)
        return dict(said)

    # the end

    def _end(self, condition: str, more: Call | None = None) -> None:
        """Break the session off."""
        self._finish(condition, more=more)
        self._stream.abort()

    def _finish(self, condition: str = "", *, more: Call | None = None) -> None:
        """The session is over: the oldest request is told why, and where the session was broken off all of them."""
        broken = bool(condition)
        if not broken and "<stream:error" in self._last_words:
            condition = "remote-stream-error"
        why = {"condition": condition} if condition else {}
        status = 200 if self._opening.version else OLD_ERRORS.get(condition, 200)
        calls = [*self._calls(), *([more] if more else [])]
        self._be_over()
        for n, call in enumerate(calls):
            text = "" if n or broken else self._last_words
            last = wrapped(text, type="terminate", **why) if broken or not n else wrapped()
            call.answer(last, kind=self._opening.kind, status=status)

    def _calls(self) -> list[Call]:
        return [*self._order.calls(), *(place.call for place in self._unread or () if place.call is not None)]

    def _be_over(self) -> None:
        self.over = True
        self._stop_timers()
        self._forget(self._sid)
        self._clock.callLater(0, self._stream.connectionLost)

    # what the stream takes for its transport

    def registerProducer(self, producer: Any, streaming: bool) -> None:
        self._producer = producer

    def unregisterProducer(self) -> None:
        """The stream is closed: what is written now is the last."""
        self._ending = True

    def write(self, data: bytes) -> None:
        if self._ending or not self._order.live:
            self._last_words += data.decode()
        else:
            self._answer(self._order.live[0], data.decode())

    def pauseProducing(self) -> None:
        """Nothing is read and nobody answered."""
        self._unread = []
        self._stop_timers()

    def resumeProducing(self) -> None:
        unread, self._unread = self._unread or [], None
        for place in unread:
            if not self.over:
                self.receive(place.body, place.call)
        self._rest()

    def loseConnection(self) -> None:
        """Tell who waits; where nobody does, the next one who asks."""
        if self._calls():
            self._finish()

    def abortConnection(self) -> None:
        if self.over:
            return
        calls = self._calls()
        self._be_over()
        for call in calls:
            call.abort()

    def _stop_timers(self) -> None:
        for timer in (self._idle, *self._waits.values()):
            _stop(timer)
        self._waits.clear()


def _stop(timer: Any) -> None:
    if timer is not None and timer.active():
        timer.cancel()
