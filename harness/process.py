"""One driver's subprocess: lines in and out, stderr kept, killed with everything that it started."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.error import ProcessDone
from twisted.internet.protocol import ProcessProtocol
from twisted.python.failure import Failure

from .lines import LONGEST

STDIN = 0
STDERR_KEPT = 16_000  # bytes
AFTERMATH = 0.5  # seconds that pipes may stay open after the process has died
# a session, and so a process group, of its own: whatever the driver starts can be killed with it
LAUNCHER = "import os, sys; os.setsid(); os.execvp(sys.argv[1], sys.argv[1:])"


class CannotStart(Exception):
    """The command is not there or not executable; the text says so in one line."""


class Process(ProcessProtocol):
    """Starts at once. `on_line` gets each line of stdout, `on_end` one sentence about the end, once."""

    def __init__(
        self,
        command: Sequence[str],
        *,
        reactor: Any,
        on_line: Callable[[bytes], None],
        on_end: Callable[[str], None],
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.ended: Deferred[None] = Deferred()
        self._reactor = reactor
        self._on_line = on_line
        self._on_end = on_end
        self._parts: list[bytes] = []  # of the line that has begun
        self._length = 0
        self._stderr = b""
        self.forced = False  # it was asked to end, and had to be killed
        self._why = ""  # why we killed it, if we did
        self._alive = True
        self._over = False
        self._timer: Any = None
        check(command)
        launched = [sys.executable, "-I", "-S", "-c", LAUNCHER, *command]
        env = {**os.environ, **(environment or {})}
        self._transport: Any = reactor.spawnProcess(self, sys.executable, launched, env=env)
        self.pid = int(self._transport.pid)

    # what it is told

    def write(self, line: bytes) -> None:
        """Write this to its stdin; nothing happens when it is gone."""
        if self._alive and not self._over:
            self._transport.write(line)
            if pipe := self._transport.pipes.get(STDIN):
                pipe.doWrite()  # the driver works while this turn of the reactor goes on

    @property
    def stderr(self) -> str:
        """The end of what it wrote to stderr."""
        return self._stderr.decode("utf-8", "replace")

    def kill(self, why: str) -> None:
        """Kill it and everything in its group; `why` is what `on_end` will say."""
        self._why = self._why or why
        if self._alive:
            self._kill_group()

    def stop(self, last_words: bytes, *, within: float, hang_up: bool = True) -> Deferred[None]:
        """Ask it to end, by these words and the end of its input; kill it if it does not. Fires when it is gone."""
        if self._alive:
            self._why = self._why or "was stopped"
            self.write(last_words)
            if hang_up:
                self._transport.closeStdin()
            self._timer = self._reactor.callLater(within, self._force)
        return self.ended

    # what Twisted calls

    def outReceived(self, data: bytes) -> None:
        *ended, begun = data.split(b"\n")
        for end in ended:
            self._parts.append(end)
            self._take()
        self._parts.append(begun)
        self._length += len(begun)
        if self._length > LONGEST:
            self._take()  # whose reader complains about its length

    def _take(self) -> None:
        """A line is whole, or long enough. Its parts are joined once: a long line comes in a thousand of them."""
        line, self._parts, self._length = b"".join(self._parts), [], 0
        if line.strip() and not self._over:
            self._on_line(line)

    def errReceived(self, data: bytes) -> None:
        self._stderr = (self._stderr + data)[-STDERR_KEPT:]

    def processExited(self, reason: Failure) -> None:
        self._alive = False
        self._why = self._why or _how(reason)
        self._kill_group()  # what it left behind may hold its pipes open
        self._cancel()
        self._timer = self._reactor.callLater(AFTERMATH, self._finish)

    def processEnded(self, reason: Failure) -> None:
        self._finish()

    # inside

    def _finish(self) -> None:
        if self._over:
            return
        self._over = True
        self._cancel()
        self._transport.loseConnection()
        self._on_end(self._why)
        self.ended.callback(None)

    def _cancel(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _force(self) -> None:
        self.forced = True
        self._kill_group()

    def _kill_group(self) -> None:
        try:
            os.killpg(self.pid, signal.SIGKILL)
        except ProcessLookupError:
            if self._alive:  # the launcher has not made its group yet
                os.kill(self.pid, signal.SIGKILL)


def check(command: Sequence[str]) -> None:
    """Raises `CannotStart` where the first word is no program."""
    program = command[0] if command else ""
    if shutil.which(program):
        return
    path = Path(program)
    if path.is_dir():
        raise CannotStart(f"{program} is a folder, not a program")
    if path.exists():
        raise CannotStart(f"{program} is not executable: chmod +x it, or put its interpreter before it")
    raise CannotStart(f"there is no program {program!r}: check the path, or install it")


def _how(reason: Failure) -> str:
    ended: Any = reason.value
    if isinstance(ended, ProcessDone):
        return "ended without being told to (exit status 0)"
    if ended.signal:
        return f"was killed by {signal.Signals(ended.signal).name}"
    return f"died with exit status {ended.exitCode}"
