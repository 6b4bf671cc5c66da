"""The process that does the work, and the lines between it and pytest."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

TOP = Path(__file__).resolve().parents[1]
# Our packages are imported from where this one lies, whatever else is on the path; then that place is left again.
BEGIN = (
    "import sys; sys.path.insert(0, sys.argv[1]); import harness, mockserver, reports; del sys.path[0]; "
    "from harness.pytest_plugin.worker import main; main()"
)
PATIENCE = 15.0  # seconds that it may take to clean up
STDERR_SHOWN = 2000  # characters
Also = Callable[[Any], None]


class MucspecError(Exception):
    """What mucspec could not do; the text is for the author of the tests."""

    __module__ = "builtins"  # pytest shows where an exception is from; here that is of no interest


class Link:
    """Starts the process. Any thread may ask."""

    def __init__(self) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  # closed in `close`
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", BEGIN, str(TOP)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for pytest, which then ends us in an orderly way
        )
        self.pid = self._process.pid
        self._lock = threading.Lock()
        self._numbers = count(1)
        self._waiting: dict[int, tuple[Future[Any], Also]] = {}
        self._gone = False
        self._reader = threading.Thread(target=self._read, daemon=True, name="mucspec")
        self._reader.start()

    def ask(self, does: str, *, also: Also = lambda _: None, **request: Any) -> Future[Any]:
        """Ask for something; `also` is told in another thread what comes before the answer."""
        asked: Future[Any] = Future()
        with self._lock:
            seq = next(self._numbers)
            if self._gone or self._process.stdin is None:
                asked.set_exception(self._broken())
                return asked
            self._waiting[seq] = (asked, also)
            with suppress(BrokenPipeError):  # the reader tells everybody who waits
                self._process.stdin.write(json.dumps({"seq": seq, "do": does, **request}) + "\n")
                self._process.stdin.flush()
        return asked

    def call(self, does: str, **request: Any) -> Any:
        """Ask, and wait for the answer. Raises `MucspecError`."""
        __tracebackhide__ = True
        try:
            return self.ask(does, **request).result()
        except MucspecError as complaint:
            raise MucspecError(str(complaint)) from None  # without the ways that it came

    def control(self, action: str, /, **given: Any) -> Any:
        """Have the control of the server do (or tell) something. Raises `MucspecError`."""
        __tracebackhide__ = True
        return self.call("control", action=action, given=given)

    def close(self) -> None:
        """End it: the end of its input tells it to give up and clean up."""
        with self._lock:
            self._gone = True
        if self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()
        try:
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._reader.join()
        if self._process.stdout:
            self._process.stdout.close()
        self._stderr.close()

    # inside

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._take(json.loads(line))
        self._process.wait()
        with self._lock:
            waiting = list(self._waiting.values())
            self._waiting.clear()
            broken, self._gone = self._broken(), True
        for asked, _ in waiting:
            asked.set_exception(broken)

    def _take(self, answer: dict[str, Any]) -> None:
        with self._lock:
            asked, also = self._waiting[answer["seq"]]
            if "also" not in answer:
                del self._waiting[answer["seq"]]
        if "also" in answer:
            also(answer["also"])
        elif "error" in answer:
            asked.set_exception(MucspecError(answer["error"]))
        else:
            asked.set_result(answer.get("ok"))

    def _broken(self) -> MucspecError:
        if self._stderr.closed:
            return MucspecError("mucspec's process has been ended")
        self._stderr.seek(0)
        said = self._stderr.read().decode("utf-8", "replace")[-STDERR_SHOWN:].strip()
        return MucspecError(f"mucspec's process is gone (status {self._process.poll()}){': ' if said else ''}{said}")
