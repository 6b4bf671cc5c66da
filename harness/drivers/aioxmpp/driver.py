"""The driver of aioxmpp: commands and answers as JSON lines, one client a session."""

import asyncio
import gc
import json
import logging
import os
import sys
import threading
import tomllib
import traceback
import warnings
from contextvars import ContextVar
from pathlib import Path

import aioxmpp
import told
from calls import CALLS, lacking
from client import Session

SESSION = ContextVar("session", default="")  # whatever a connection does runs in the context that opened it
TURNS = 12  # of the loop, in which everything that was scheduled by what was received has run
ESCAPED = ("listener attached to signal raised", "IQ request coroutine failed")  # how the library logs exceptions


def hello():
    """What this driver is; the same as driver.toml says."""
    about = tomllib.loads(Path(__file__).with_name("driver.toml").read_text("utf-8"))["driver"]
    said = {key: about[key] for key in ("library", "language", "can", "reports")}
    return {"driver": about["name"], "version": aioxmpp.__version__, **said}


class Driver:
    """Reads commands, keeps the sessions, writes what they say. Commands run side by side."""

    def __init__(self, out):
        self._out, self._sessions, self._tasks = out, {}, set()
        self.stopped = asyncio.Event()

    def say(self, message):
        """Write one line."""
        self._out.write(json.dumps(message, ensure_ascii=False) + "\n")
        self._out.flush()

    def line(self, text):
        """Carry out one line of input."""
        message = json.loads(text)
        verb, seq, name = message.pop("cmd"), message.pop("seq", 0), message.pop("session", "")
        if verb == "start":
            self.say(hello())
        elif verb == "stop":
            self.stopped.set()
        else:
            task = asyncio.ensure_future(self._carry_out(verb, seq, name, message))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, verb, seq, name, args):
        SESSION.set(name)
        try:
            answer = await self._done(verb, self._session(name), args)
        except Exception as exception:
            self.say({"seq": seq, "ok": False, "error": told.error(exception)})
        else:
            if verb == "disconnect":
                self._sessions.pop(name, None)
            self.say({"seq": seq, "ok": True, **(answer or {})})

    async def _done(self, verb, session, args):
        if verb == "sync":
            for _ in range(TURNS):
                await asyncio.sleep(0)
            return None
        if verb == "state":
            return session.state(args["room"])
        if verb in ("connect", "disconnect"):
            return await getattr(session, verb)(args)
        if verb not in CALLS:
            return {"ok": None, "unsupported": True, "why": f"aioxmpp has no {verb}"}
        return lacking(verb, args) or await CALLS[verb](session, args)

    def _session(self, name):
        if name not in self._sessions:
            self._sessions[name] = Session(lambda event: self.say({**event, "session": name}), self.listen)
        return self._sessions[name]

    def listen(self, signal, handler):
        """Attach a handler. The library swallows what a handler raises: here that is the driver's own mistake."""

        def handle(*args, **kwargs):
            try:
                handler(*args, **kwargs)
            except Exception:
                traceback.print_exc()
                self.say({"broken": "a handler of the driver raised"})  # no line of the protocol: a harness error

        signal.connect(handle)

    def escaped(self, exception, session):
        """Report an exception that nobody caught; one of nobody's session would be laid to everybody's account."""
        if not session:
            traceback.print_exception(exception)
            return
        kind = type(exception).__name__
        self.say({"event": "exception", "session": session, "source": "api", "type": kind, "text": str(exception)})

    def unhandled(self, loop, about):
        """What reaches asyncio's loop; of a lost connection the transport also tells its protocol."""
        if "transport" in about:
            return
        task = about.get("task") or about.get("future")
        name = task.get_name() if isinstance(task, asyncio.Task) else SESSION.get()
        self.escaped(about.get("exception") or OSError(about["message"]), name)

    async def close(self):
        """Close what is still open."""
        await asyncio.gather(*(s.disconnect({}) for s in self._sessions.values()), return_exceptions=True)


class Log(logging.Handler):
    """Where the library logs an exception of its own that it swallowed."""

    def __init__(self, driver):
        super().__init__(logging.ERROR)
        self._driver = driver

    def emit(self, record):
        if record.exc_info and record.msg in ESCAPED:
            self._driver.escaped(record.exc_info[1], SESSION.get())


def named_task(loop, coroutine, **more):
    """A task that is named after the session that it works for."""
    return asyncio.Task(coroutine, loop=loop, **{"name": SESSION.get(), **more})


async def serve(out):
    """Serve until the input ends or says stop."""
    driver, loop = Driver(out), asyncio.get_running_loop()
    loop.set_exception_handler(driver.unhandled)
    loop.set_task_factory(named_task)
    logging.getLogger().addHandler(Log(driver))

    def read():
        for text in sys.stdin:
            if text.strip():
                loop.call_soon_threadsafe(driver.line, text)
        loop.call_soon_threadsafe(driver.stopped.set)

    threading.Thread(target=read, daemon=True).start()
    await driver.stopped.wait()
    await driver.close()
    os._exit(0)  # all is said: nobody waits until the library's objects are taken down one by one


if __name__ == "__main__":
    lines, sys.stdout = sys.stdout, sys.stderr
    warnings.simplefilter("ignore", DeprecationWarning)
    gc.freeze()  # what was imported stays
    asyncio.run(serve(lines))
