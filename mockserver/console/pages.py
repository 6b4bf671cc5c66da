"""The files of the web page."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from .answers import Answer, Asked, refused

SCRIPTS = ("console", "api", "elements", "room", "transcript")
FILES = {
    "/": ("console.html", "text/html; charset=utf-8"),
    "/console.css": ("console.css", "text/css; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    **{f"/{name}.js": (f"{name}.js", "text/javascript; charset=utf-8") for name in SCRIPTS},
}


def page(asked: Asked) -> Answer:
    """The file of this path."""
    if asked.path not in FILES:
        return refused(404, f"there is no {asked.path[:200]!r}; the page is /, the API below /api/v1/")
    if asked.method != "GET":
        return refused(405, "only GET here", Allow="GET")
    name, kind = FILES[asked.path]
    return Answer(200, _read(name), kind)


@cache
def _read(name: str) -> bytes:
    return (files(__package__) / "page" / name).read_bytes()
