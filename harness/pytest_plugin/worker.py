"""The worker: requests as JSON lines on stdin, answers on stdout, until stdin ends.

`{"seq": 1, "do": "load", ...}` is answered by `{"seq": 1, "ok": ...}` or `{"seq": 1, "error": "one line"}`; what comes
before the answer is `{"seq": 1, "also": ...}`. Requests are carried out side by side.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, DeferredList
from twisted.python.failure import Failure

from harness.cli import TROUBLES
from harness.reacting import run

Also = Callable[[Any], None]
PLAYING = ("client", "conditions", "load", "play")


class Worker:
    """Carries requests out; `write` takes each line of answer."""

    def __init__(self, reactor: Any, write: Callable[[str], None]) -> None:
        self._reactor, self._write = reactor, write
        self._parts: dict[str, Any] = {}
        self._running: set[Deferred[Any]] = set()

    def receive(self, line: str) -> None:
        """A request. Whatever becomes of it, it is answered."""
        request = json.loads(line)
        seq = request.pop("seq")
        work = Deferred.fromCoroutine(
            self._carry_out(request.pop("do"), request, lambda what: self._tell(seq, also=what))
        )
        self._running.add(work)
        work.addCallbacks(lambda result: self._tell(seq, ok=result), lambda failure: self._complain(seq, failure))
        work.addBoth(lambda _: self._running.discard(work))

    async def stop(self) -> None:
        """Give up what is under way, and wait until it has cleaned up."""
        waiting = list(self._running)
        for work in waiting:
            work.cancel()
        await DeferredList(waiting)
        for part in self._parts.values():
            await part.stop()

    async def _carry_out(self, name: str, request: Mapping[str, Any], also: Also) -> Any:
        """A process plays or serves: it does not wait for the imports of the other."""
        kind = "Playings" if name in PLAYING else "Serving"
        if kind not in self._parts:
            module = import_module(f".{kind.lower()}", __package__)
            self._parts[kind] = getattr(module, kind)(self._reactor)
        return await self._parts[kind].does[name](request, also)

    def _tell(self, seq: int, **what: Any) -> None:
        self._write(json.dumps({"seq": seq, **what}))

    def _complain(self, seq: int, failure: Failure) -> None:
        complaint = failure.value
        if isinstance(complaint, CancelledError):
            return
        if type(complaint).__name__ not in (*TROUBLES, "Refused"):
            traceback.print_exception(complaint)
            complaint = RuntimeError(f"mucspec itself broke: {type(complaint).__name__}: {complaint}")
        self._tell(seq, error=str(complaint))


def main() -> None:
    """Until stdin ends. Whatever prints, prints on stderr: stdout is for answers."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)

    def write(line: str) -> None:
        print(line, file=answers, flush=True)

    try:
        run(lambda reactor: _until_the_end(reactor, write))
    except (KeyboardInterrupt, BrokenPipeError):
        sys.exit(1)


async def _until_the_end(reactor: Any, write: Callable[[str], None]) -> None:
    worker, end = Worker(reactor, write), Deferred[None]()

    def read() -> None:
        for line in sys.stdin:
            reactor.callFromThread(worker.receive, line)
        reactor.callFromThread(end.callback, None)

    threading.Thread(target=read, daemon=True).start()
    try:
        await end
    finally:
        await worker.stop()
