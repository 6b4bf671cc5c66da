"""The bad habits of drivers, by name."""

from __future__ import annotations

import json
import os
from typing import Any

from harness.drivers.reference.driver import Driver

from .at_rename import (
    AnswersTwice,
    CallsOut,
    Crashes,
    DiesOnce,
    FallsSilent,
    InventsAnEvent,
    LacksAnArgument,
    LacksAnArgumentOfNothing,
    LeavesAnOrphan,
    NeverEndsALine,
    SaysUnsupported,
    Throws,
    WritesGarbage,
)


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


class LacksKick(Driver):
    """Offers everything but kicking: no bad habit, for libraries lack things."""

    def say(self, message: dict[str, Any]) -> None:
        if "can" in message:
            message = {**message, "can": [verb for verb in message["can"] if verb != "kick"]}
        super().say(message)


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
    "lacks-kick": LacksKick,
    "never-logs-in": NeverLogsIn,
    "ignores-stop": IgnoresStop,
    "outlives-its-input": OutlivesItsInput,
    "unpunctual": Unpunctual,
    "pretends-to-juggle": PretendsToJuggle,
    "takes-any-session": TakesAnySession,
    "waits-with-sync": WaitsWithSync,
}
