"""A badge for a README: SVG, and the endpoint's JSON that shields.io reads."""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from .phrases import plain, summary
from .record import Record
from .tally import share

COLOURS = {"green": "#2e7d32", "orange": "#b45309", "red": "#b3261e", "grey": "#57606a"}
LABEL = "MUC"
WIDTH = 6.6  # of a character at 11 px, on average
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="{total}" height="20" role="img" aria-label="{title}">
<title>{title}</title>
<clipPath id="r"><rect width="{total}" height="20" rx="3"/></clipPath>
<g clip-path="url(#r)"><rect width="{left}" height="20" fill="#444c56"/>\
<rect x="{left}" width="{right}" height="20" fill="{colour}"/></g>
<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">
<text x="{left_middle}" y="14">{label}</text><text x="{right_middle}" y="14">{message}</text></g>
</svg>
"""


def render(records: Sequence[Record]) -> str:
    """The SVG."""
    label, message, colour = _facts(records)
    left, right = (round(len(text) * WIDTH) + 12 for text in (label, message))
    return SVG.format(
        total=left + right,
        left=left,
        right=right,
        left_middle=left / 2,
        right_middle=left + right / 2,
        colour=COLOURS[colour],
        title=escape(f"{label}: {message}"),
        label=escape(label),
        message=escape(message),
    )


def endpoint(records: Sequence[Record]) -> str:
    """The JSON for https://img.shields.io/endpoint."""
    label, message, colour = _facts(records)
    return json.dumps({"schemaVersion": 1, "label": label, "message": message, "color": colour}) + "\n"


def _facts(records: Sequence[Record]) -> tuple[str, str, str]:
    clients = [summary(record) for record in records]
    label = f"{plain(records[0].header['client']['name'])} {LABEL}" if len(records) == 1 else LABEL
    if any(client.broken or client.outcomes["error"] for client in clients):
        return label, "run broken", "grey"
    counts = {key: sum(client.outcomes[key] for client in clients) for key in (clients[0].outcomes if clients else ())}
    figures = share(counts)
    if not figures.graded:
        return label, "nothing graded", "grey"
    grave = any(client.classes[name] for client in clients for name in ("violation", "crash"))
    colour = "green" if figures.passed == figures.graded else "red" if grave else "orange"
    return label, f"{figures.percent} of {figures.graded}", colour
