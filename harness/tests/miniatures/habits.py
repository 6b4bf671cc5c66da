"""The bad habits. Most of them show at `rename`, so that other scenarios of the same run pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from harness.drivers.reference.driver import Driver, hello

HELLO = {"driver": "mini", "library": "mini", "version": "1.0", "language": "python", "can": [], "reports": []}


class AtRename(Driver):
    """Does `bad` instead of a rename."""

    def line(self, text: str) -> None:
        message = json.loads(text)
        if message["cmd"] == "rename":
            return self.bad(message, text)
        return super().line(text)

    def bad(self, message: dict[str, Any], text: str) -> None:
        raise NotImplementedError


class Crashes(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        print("Segmentation fault, or something like it", file=sys.stderr, flush=True)
        os._exit(7)


class LeavesAnOrphan(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
        print(f"orphan {child.pid}", file=sys.stderr, flush=True)
        os._exit(7)


class FallsSilent(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self.line = lambda text: None  # type: ignore[method-assign]  # from here on


class WritesGarbage(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self._out.write("renaming now...\n")
        super().line(text)


class AnswersTwice(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self.say({"seq": message["seq"], "ok": True})
        self.say({"seq": message["seq"], "ok": True})


class SaysUnsupported(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self.say({"seq": message["seq"], "unsupported": True, "why": "no time"})


class LacksAnArgument(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self.say({"seq": message["seq"], "unsupported": True, "argument": "nick", "why": "rename takes no nick"})


class LacksAnArgumentOfNothing(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self.say({"seq": message["seq"], "unsupported": True, "argument": "reason", "why": "rename takes no reason"})


class InventsAnEvent(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self.say({"event": "transmogrified", "session": message["session"]})


class Throws(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self.escaped(message["session"], KeyError("nick"))
        super(AtRename, self).line(text)


class CallsOut(AtRename):
    """Writes its process id into the pipe that MINIATURE_PIPE names, and then does nothing any more."""

    def bad(self, message: dict[str, Any], text: str) -> None:
        with open(os.environ["MINIATURE_PIPE"], "w", encoding="utf-8") as pipe:  # noqa: PTH123  # a pipe is no file
            pipe.write(str(os.getpid()))
        self.line = lambda text: None  # type: ignore[method-assign]  # from here on


class TellsOfItself(Driver):
    """Its answers to `connect` tell its process id, which connection this is, and how many there are at that time."""

    _count = 0

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._told: dict[int, dict[str, int]] = {}
        self._open: set[str] = set()

    def line(self, text: str) -> None:
        message = json.loads(text)
        if message["cmd"] == "connect":
            self._count += 1
            self._open.add(message["session"])
            self._told[message["seq"]] = {"pid": os.getpid(), "nth": self._count, "open": len(self._open)}
        elif message["cmd"] == "disconnect":
            self._open.discard(message["session"])
        super().line(text)

    def say(self, message: dict[str, Any]) -> None:
        super().say({**message, **self._told.pop(message.get("seq", 0), {})})


class DiesOnce(AtRename):
    """Dies the first time; the file that MINIATURE_MARK names tells that it did."""

    def bad(self, message: dict[str, Any], text: str) -> None:
        if Path(os.environ["MINIATURE_MARK"]).exists():
            return super(AtRename, self).line(text)
        Path(os.environ["MINIATURE_MARK"]).touch()
        os._exit(7)


class NeverEndsALine(AtRename):
    def bad(self, message: dict[str, Any], text: str) -> None:
        self._out.write("x" * 9_000_000)
        self._out.flush()


class NeverLogsIn(Driver):
    """Says that it is connected, and is not."""

    def line(self, text: str) -> None:
        message = json.loads(text)
        if message["cmd"] == "connect":
            return self.say({"seq": message["seq"], "ok": True, "jid": message["jid"] + "/x"})
        return super().line(text)


class IgnoresStop(Driver):
    def line(self, text: str) -> None:
        if json.loads(text)["cmd"] != "stop":
            super().line(text)


class OutlivesItsInput(Driver):
    """Takes `stop`; the end of its input means nothing to it."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        really = self.stopped.set
        self.stopped.set = lambda: None  # type: ignore[method-assign]
        self._end = really

    def line(self, text: str) -> None:
        if json.loads(text)["cmd"] == "stop":
            return self._end()
        return super().line(text)


class Unpunctual(Driver):
    """Answers `sync` before the last event is out."""

    _kept: dict[str, Any] | None = None

    def say(self, message: dict[str, Any]) -> None:
        if self._kept is not None:
            super().say(self._kept)
            self._kept = None
        if message.get("event") == "message" and str(message["body"]).endswith(".499"):
            self._kept = message
        else:
            super().say(message)

    def line(self, text: str) -> None:
        message = json.loads(text)
        if message["cmd"] == "sync" and self._kept is not None:
            late, self._kept = self._kept, None
            super().say({"seq": message["seq"], "ok": True})
            return super().say(late)
        return super().line(text)


class PretendsToJuggle(Driver):
    """Answers ok to what it cannot do."""

    def line(self, text: str) -> None:
        message = json.loads(text)
        if message["cmd"] == "juggle":
            return self.say({"seq": message["seq"], "ok": True})
        return super().line(text)


class TakesAnySession(Driver):
    def line(self, text: str) -> None:
        message = json.loads(text)
        if message.get("session") == "nobody" and message["cmd"] != "sync":
            return self.say({"seq": message["seq"], "ok": True})
        return super().line(text)


class WaitsWithSync(Driver):
    """Answers `sync` when the pending join is over."""

    _joining = False

    def line(self, text: str) -> None:
        message = json.loads(text)
        self._joining = self._joining or message["cmd"] == "join"
        if message["cmd"] != "sync" or not self._joining:
            super().line(text)

    def say(self, message: dict[str, Any]) -> None:
        self._joining = self._joining and "event" in message
        super().say(message)


HABITS: dict[str, type[Driver]] = {
    "honest": Driver,
    "crashes": Crashes,
    "leaves-an-orphan": LeavesAnOrphan,
    "falls-silent": FallsSilent,
    "writes-garbage": WritesGarbage,
    "answers-twice": AnswersTwice,
    "says-unsupported": SaysUnsupported,
    "lacks-an-argument": LacksAnArgument,
    "lacks-an-argument-of-nothing": LacksAnArgumentOfNothing,
    "invents-an-event": InventsAnEvent,
    "throws": Throws,
    "calls-out": CallsOut,
    "tells-of-itself": TellsOfItself,
    "dies-once": DiesOnce,
    "never-ends-a-line": NeverEndsALine,
    "never-logs-in": NeverLogsIn,
    "ignores-stop": IgnoresStop,
    "outlives-its-input": OutlivesItsInput,
    "unpunctual": Unpunctual,
    "pretends-to-juggle": PretendsToJuggle,
    "takes-any-session": TakesAnySession,
    "waits-with-sync": WaitsWithSync,
}


def _dies() -> None:
    print("ModuleNotFoundError: No module named 'mini'", file=sys.stderr)
    sys.exit(1)


def _says(message: object) -> Callable[[], None]:
    def say() -> None:
        for line in sys.stdin:
            if json.loads(line)["cmd"] == "start":
                print(json.dumps(message), flush=True)

    return say


def _says_nothing() -> None:
    sys.stdin.read()


AT_START: dict[str, Callable[[], None]] = {  # what does not even greet as it should
    "dies-at-start": _dies,
    "says-nothing": _says_nothing,
    "greets-with-a-list": _says([1, 2]),
    "hides-what-it-can": _says({k: v for k, v in HELLO.items() if k != "can"}),
    "can-juggle": _says({**HELLO, "can": ["connect", "disconnect", "sync", "juggle"]}),
    "can-nothing": _says(HELLO),
    "reports-too-much": _says({**hello(), "reports": [*hello()["reports"], "weather"]}),
}
