"""Times as text: XEP-0082, and delayed delivery: XEP-0203."""

from __future__ import annotations

from datetime import UTC, datetime

from .namespaces import NS_DELAY
from .xml import E, Element


def write(seconds: float) -> str:
    """A time in seconds since the epoch as XEP-0082 text."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def read(text: str) -> float | None:
    """The time in seconds since the epoch, or None where the text is none; without a zone it is UTC."""
    try:
        time = datetime.fromisoformat(text)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp()
    except (ValueError, OverflowError):
        return None


def delay(by: str, seconds: float) -> Element:
    """The element that says when something was said first, and who says so."""
    return E("delay", uri=NS_DELAY, from_=by, stamp=write(seconds))
