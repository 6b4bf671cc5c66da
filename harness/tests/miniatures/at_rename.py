"""Bad habits that show at `rename`, so that other scenarios of the same run pass."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from harness.drivers.reference.driver import Driver


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
