"""Requests to the server of `muc_server`: one server a worker, each public method of it a request."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from .hall import Server
from .watch import Refused

Also = Callable[[Any], None]
Request = Mapping[str, Any]
NAMES = (
    "control", "settle", "transcript", "mark", "open", "close", "act", "arrange", "occupants", "messages", "wait",
    "fault", "fault_acted", "end_fault",
)  # fmt: skip


class Serving:
    """`does` has what it can be told: `serve` first."""

    def __init__(self, reactor: Any) -> None:
        self._reactor = reactor
        self._server: Server | None = None
        self.does = {"serve": self._serve, **{name: self._pass_on(name) for name in NAMES}}

    async def stop(self) -> None:
        """End the server, if there is one."""
        if self._server:
            await self._server.stop()

    async def _serve(self, request: Request, also: Also) -> dict[str, Any]:
        self._server = _told(Server, self._reactor, **request)
        address: dict[str, Any] = self._server.address
        return address

    def _pass_on(self, name: str) -> Callable[[Request, Also], Coroutine[Any, Any, Any]]:
        async def does(request: Request, also: Also) -> Any:
            if self._server is None:
                raise Refused("there is no server yet")
            result = _told(getattr(self._server, name), **request)
            return await result if isinstance(result, Coroutine) else result

        return does


def _told(does: Callable[..., Any], *positional: Any, **named: Any) -> Any:
    """Its result; what is wrong with the arguments is told to the author of the test. Raises `Refused`."""
    try:
        return does(*positional, **named)
    except ValueError as complaint:  # BadJid and BadXml too, unknown roles and fields
        raise Refused(str(complaint)) from complaint
    except KeyError as complaint:
        raise Refused(f"{complaint} is missing") from complaint
