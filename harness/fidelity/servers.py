"""Servers that are started for one run: each in a temporary folder, on a port of its own, ended by its process."""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import socket
import tempfile
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

DOMAIN = "mucspec.invalid"
MUC = f"conference.{DOMAIN}"
LOOPBACK = "127.0.0.1"
STARTS_WITHIN = 60.0  # seconds
ENDS_WITHIN = 10.0
SHOWN = 5  # lines of a server that did not start


class NotHere(Exception):
    """This machine has no such server, or it does not start; one line."""


@dataclass(frozen=True, slots=True)
class Launch:
    """How a server is started: its program, what it is told, and the word on its output that it is there."""

    command: Sequence[str]
    ready: str
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Server:
    """One that the table has a column for. `prepare` writes its configuration into a folder."""

    name: str
    program: str
    prepare: Callable[[Path, int], Launch]


@asynccontextmanager
async def running(server: Server) -> AsyncIterator[int]:
    """The server, with its port. Raises `NotHere`."""
    if shutil.which(server.program) is None:
        raise NotHere(f"{server.name} is not installed: there is no {server.program}")
    port = free_port()
    with tempfile.TemporaryDirectory(prefix=f"mucspec-{server.name}-", ignore_cleanup_errors=True) as folder:
        launch = server.prepare(Path(folder), port)
        process = await asyncio.create_subprocess_exec(
            *launch.command,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            cwd=folder,
            env={**os.environ, **launch.environment},
        )
        try:
            drain = await _until_ready(server, process, launch.ready)
            yield port
            drain.cancel()
        finally:
            await _end(process)


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


async def _until_ready(server: Server, process: asyncio.subprocess.Process, word: str) -> asyncio.Task[None]:
    assert process.stdout is not None
    said: deque[str] = deque(maxlen=SHOWN)
    try:
        async with asyncio.timeout(STARTS_WITHIN):
            async for line in process.stdout:
                said.append(line.decode("utf-8", "replace").strip())
                if word in said[-1]:
                    return asyncio.ensure_future(_drain(process.stdout))
    except TimeoutError:
        pass
    raise NotHere(f"{server.name} does not start; its last words: {' | '.join(said) or 'none'}")


async def _drain(output: asyncio.StreamReader) -> None:
    """What it says is read, so that it never waits for us."""
    async for _ in output:
        pass


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.send_signal(signal.SIGTERM)
    try:
        async with asyncio.timeout(ENDS_WITHIN):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
