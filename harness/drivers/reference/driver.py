"""The driver program: commands and answers as JSON lines, one reference client a session."""

from __future__ import annotations

import argparse
import asyncio
import json
import secrets
import ssl
import sys
import threading
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, TextIO
from xml.etree.ElementTree import Element

from .client import DEFECTS, Answer, Client, Report, Send
from .login import Failed, Wish
from .stanzas import E
from .wire import Stream

PROTOCOL = 1
GONE = {"condition": "disconnected", "type": "cancel", "text": "no such session, or its stream is gone"}
WITHOUT_STREAM = ("sync", "state")
CONNECT_WITHIN = 20.0  # seconds


def hello() -> dict[str, Any]:
    """What this driver is; the same as driver.toml says."""
    about = tomllib.loads(Path(__file__).with_name("driver.toml").read_text("utf-8"))["driver"]
    said = {key: about[key] for key in ("library", "language", "can", "reports")}
    return {"driver": about["name"], "version": _version(), **said}


def _version() -> str:
    """Mucspec's own: of the installed package, else of the source tree, else nothing that is known."""
    try:
        return version("mucspec")
    except PackageNotFoundError:
        tree = Path(__file__).resolve().parents[3] / "pyproject.toml"
    try:
        return f"{tomllib.loads(tree.read_text('utf-8'))['project']['version']}+source"
    except (OSError, KeyError):
        return "0"


@cache
def _context(ca: str | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=ca)


class Session:
    """One session: a client and, while it is connected, its stream."""

    def __init__(self, driver: Driver, name: str) -> None:
        self._driver, self._name = driver, name
        self.client = Client("", defects=driver.defects)
        self.stream: Stream | None = None
        self._opening: Stream | None = None
        self._connecting = 0  # the number of the last `connect`
        self._timer: asyncio.TimerHandle | None = None

    async def connect(self, seq: int, args: dict[str, Any]) -> None:
        """Log in. Success is answered in `bound`, before anything that comes after it."""
        self._connecting = seq
        try:
            await asyncio.wait_for(self._log_in(args), CONNECT_WITHIN)
        except Failed as failed:
            self._driver.say({"seq": seq, "ok": False, "error": failed.error})
        except (OSError, TimeoutError) as complaint:
            text = f"{type(complaint).__name__}: {complaint}"
            error = {"condition": "remote-connection-failed", "type": "wait", "text": text}
            self._driver.say({"seq": seq, "ok": False, "error": error})

    async def _log_in(self, args: dict[str, Any]) -> None:
        tls, ca = args.get("tls") or "none", args.get("ca")
        context = None if tls == "none" else _context(ca)
        wish = Wish(
            args["jid"], args.get("password") or "", tls, args.get("mechanism") or "", nonce=secrets.token_hex(12)
        )
        domain = args["jid"].partition("@")[2].partition("/")[0]
        direct = {"ssl": context, "server_hostname": domain} if tls == "direct" else {}
        self._opening = stream = Stream(wish, context, self)
        await asyncio.get_running_loop().create_connection(lambda: stream, args["host"], args["port"], **direct)
        try:
            await stream.bound
        except BaseException:
            stream.close()
            raise

    async def disconnect(self, seq: int) -> None:
        """Close the stream; answered when it is closed and everything about it is reported."""
        if (stream := self.stream) is not None:
            stream.close()
            await stream.over
        self._driver.say({"seq": seq, "ok": True})

    def command(self, verb: str, seq: int, args: dict[str, Any]) -> None:
        if self.stream is None and verb not in WITHOUT_STREAM:
            return self._driver.say({"seq": seq, "ok": False, "error": GONE})
        self._tick()
        try:
            self.client.command(verb, seq, args)
        except Exception as escaped:
            error = {"condition": "undefined-condition", "type": "cancel", "text": repr(escaped)}
            self._driver.say({"seq": seq, "ok": False, "error": error})
        return self._flush()

    # what the stream tells

    def bound(self, jid: str) -> None:
        """A session is there: begin anew, and be available."""
        self.client.tick(asyncio.get_running_loop().time())
        self.client.bound(jid)
        self.stream = self._opening
        if self.stream is not None:
            self.stream.write(E("presence"))
        self._driver.say({"seq": self._connecting, "ok": True, "jid": jid})
        self._flush()

    def received(self, stanza: Element) -> None:
        self._tick()
        try:
            self.client.receive(stanza)
        except Exception as escaped:
            self._driver.escaped(self._name, escaped)
        self._flush()

    def lost(self, condition: str, text: str) -> None:
        self.stream = None
        self.client.lost(condition, text)
        self._flush()

    def _tick(self) -> None:
        """What is due by now happens before anything else."""
        self.client.tick(asyncio.get_running_loop().time())
        self._flush()

    def _flush(self) -> None:
        """Write what came of it, and wait for the next that is due."""
        if self._timer is not None:
            self._timer.cancel()
        due = self.client.next_timer() if self.stream is not None else None
        self._timer = None if due is None else asyncio.get_running_loop().call_at(due, self._tick)
        for output in self.client.take():
            match output:
                case Send(element) if self.stream is not None:
                    self.stream.write(element)
                case Report(event):
                    self._driver.say({**event, "session": self._name})
                case Answer(answer):
                    self._driver.say(answer)


class Driver:
    """Reads commands, keeps the sessions, writes what they say. Commands run side by side."""

    def __init__(self, out: TextIO, *, defects: frozenset[str] = frozenset()) -> None:
        self._out, self.defects = out, defects
        self._sessions: dict[str, Session] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.stopped = asyncio.Event()

    def say(self, message: dict[str, Any]) -> None:
        """Write one line."""
        self._out.write(json.dumps(message, ensure_ascii=False) + "\n")
        self._out.flush()

    def escaped(self, session: str, error: BaseException) -> None:
        """Report an exception that nobody caught."""
        kind = type(error).__name__
        self.say({"event": "exception", "session": session, "type": kind, "text": str(error), "source": "api"})

    def line(self, text: str) -> None:
        """Carry out one line of input."""
        message = json.loads(text)
        verb, seq, name = message.pop("cmd"), message.pop("seq", 0), message.pop("session", "")
        if verb == "start":
            return self.say(hello())
        if verb == "stop":
            return self.stopped.set()
        session = self._sessions.setdefault(name, Session(self, name))
        if verb == "connect":
            return self._begin(session.connect(seq, message))
        if verb == "disconnect":
            return self._begin(session.disconnect(seq))
        return session.command(verb, seq, message)

    def close(self) -> None:
        """Close what is still open."""
        for session in self._sessions.values():
            if session.stream is not None:
                session.stream.close()

    def _begin(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            self.escaped("", error)


async def serve(out: TextIO, *, defects: frozenset[str]) -> None:
    """Serve until the input ends or says stop."""
    driver, loop = Driver(out, defects=defects), asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, about: driver.escaped("", about.get("exception") or OSError(str(about))))

    def read() -> None:
        for text in sys.stdin:
            if text.strip():
                loop.call_soon_threadsafe(driver.line, text)
        loop.call_soon_threadsafe(driver.stopped.set)

    threading.Thread(target=read, daemon=True).start()
    await driver.stopped.wait()
    driver.close()
    await asyncio.sleep(0)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the driver; what is printed by mistake goes to stderr."""
    parser = argparse.ArgumentParser(prog="reference", description="mucspec's reference client, as a driver")
    parser.add_argument("--defect", action="append", default=[], metavar="NAME", choices=sorted(DEFECTS))
    chosen = parser.parse_args(arguments)
    out, sys.stdout = sys.stdout, sys.stderr
    asyncio.run(serve(out, defects=frozenset(chosen.defect)))
