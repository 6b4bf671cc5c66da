"""The driver for slixmpp: commands and answers as JSON lines, one `ClientXMPP` a session."""

import asyncio
import gc
import json
import logging
import os
import sys
import threading
import tomllib
from importlib.metadata import version
from pathlib import Path

from calls import CALLS, RAW, answer_of
from client import Client

GONE = {"condition": "disconnected", "type": "cancel", "text": "no such session"}
TURNS = 20  # of the loop, until what a stanza set in motion has been told: a coroutine of the library takes about four


def hello():
    about = tomllib.loads(Path(__file__).with_name("driver.toml").read_text("utf-8"))["driver"]
    said = {key: about[key] for key in ("library", "language", "can", "reports")}
    return {"driver": about["name"], "version": version("slixmpp"), **said}


class Driver:
    """Reads commands, keeps the sessions, writes what they say. Commands run side by side."""

    def __init__(self, out):
        self._out = out
        self._sessions = {}
        self._tasks = set()
        self.can = hello()["can"]
        self.stopped = asyncio.Event()

    def say(self, message):
        self._out.write(json.dumps(message, ensure_ascii=False) + "\n")
        self._out.flush()

    def escaped(self, session, error):
        kind = type(error).__name__
        self.say({"event": "exception", "session": session, "type": kind, "text": str(error), "source": "api"})

    def unhandled(self, _, about):
        """What ends in the loop, but for what `Client.data_received` has told already."""
        if "exception" in about and not hasattr(about["exception"], "told"):
            self.escaped("", about["exception"])

    def line(self, text):
        message = json.loads(text)
        verb, seq, name = message.pop("cmd"), message.pop("seq", 0), message.pop("session", "")
        if verb == "start":
            return self.say(hello())
        if verb == "stop":
            return self.stopped.set()
        task = asyncio.ensure_future(self._carry_out(verb, seq, name, message))
        self._tasks.add(task)
        return task.add_done_callback(self._tasks.discard)

    async def _carry_out(self, verb, seq, name, args):
        try:
            answer = await self._answer(verb, name, args)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            answer = answer_of(error)
        if verb == "disconnect":
            self._sessions.pop(name, None)
        self.say({"seq": seq, **answer})

    async def _answer(self, verb, name, args):
        if verb not in self.can:
            return {"unsupported": True, "why": f"slixmpp has no operation for {verb}"}
        if verb == "sync":
            for _ in range(TURNS):
                await asyncio.sleep(0)
            if name in self._sessions:
                self._sessions[name].told.release()
            return {"ok": True}
        if verb == "connect":
            return await self._connect(name, args)
        session = self._sessions.get(name)
        if session is None:
            return {"ok": True} if verb == "disconnect" else {"ok": False, "error": GONE}
        if verb == "disconnect":
            await session.disconnect()
            return {"ok": True}
        answer = await CALLS[verb](session, **args)
        return {"ok": True, **(answer or {}), **({"via": "raw"} if verb in RAW else {})}

    async def _connect(self, name, args):
        session = self._sessions.get(name)
        if session is None:
            session = self._sessions[name] = Client(name, args, self)
        return {"ok": True, "jid": str(await session.log_in(args))}

    async def close(self):
        for session in self._sessions.values():
            session.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.sleep(0)


async def serve(out):
    """Serve until the input ends or says stop."""
    driver, loop = Driver(out), asyncio.get_running_loop()
    loop.set_exception_handler(driver.unhandled)

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
    out, sys.stdout = sys.stdout, sys.stderr
    logging.basicConfig(stream=sys.stderr, level=logging.ERROR)
    gc.freeze()  # what was imported stays
    asyncio.run(serve(out))
