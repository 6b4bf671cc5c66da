"""Why pip could not install something, in one line with the remedy, read from what it printed. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

OTHER_ENV = "use --env with an environment that has it"
NO_NETWORK = "the package registry cannot be reached: check the network, or use --env with an environment of yours"
BROKEN_LINK = ("connection broken by", "Temporary failure in name resolution", "Network is unreachable")
MISSING = re.compile(r"satisfies the requirement (\S+)(?: \(from ([^)]*)\))? \(from versions: ([^)]*)\)")
OTHER_PYTHON = re.compile(r"Package '([^']+)' requires a different Python: (\S+) not in '([^']+)'")
IGNORED = re.compile(r"different python version: (.*)")
BUILDING = re.compile(r"Failed (?:building wheel for |to build )'?([\w.-]+)")
TELLING = ("fatal error:", "error:", "Error:", "ERROR:")  # of a build; the most telling first
SHOWN = 240  # characters of a foreign line


def why_not(lines: Sequence[str], requirements: Sequence[str]) -> str:
    """The reason, from pip's output line by line."""
    text = "\n".join(line.strip(" │") for line in lines)
    for reason in REASONS:
        if found := reason(text):
            return found
    errors = [line.strip() for line in lines if line.strip().lower().startswith("error:")]
    last = errors[-1] if errors else next((line for line in reversed(lines) if line.strip()), "no reason given")
    return f"pip could not install {' '.join(requirements)}: {last[:SHOWN]}"


def _unreachable(text: str) -> str:
    nothing_found = "from versions: none" in text or "No matching distribution" not in text
    return NO_NETWORK if nothing_found and any(sign in text for sign in BROKEN_LINK) else ""


def _other_python(text: str) -> str:
    found = OTHER_PYTHON.search(text)
    if not found:
        return ""
    return f"{found[1]} needs Python {found[3]}, and this is {found[2]}: install such a Python, or {OTHER_ENV}"


def _built(text: str) -> str:
    """The line of a build's output that tells most."""
    start, end = text.rfind("lines of output]"), text.rfind("[end of output]")
    if not 0 <= start < end:
        return ""
    output = [line.strip() for line in text[start:end].splitlines()[1:] if line.strip()]
    named = BUILDING.findall(text)
    what = f"{named[-1]} could not be built" if named else "its build failed"
    telling = next((line for sign in TELLING for line in output if sign in line), output[-1] if output else "")
    return f"{what}: {telling[:SHOWN]}; install what is missing, or {OTHER_ENV}"


def _conflict(text: str) -> str:
    found = re.search(r"The conflict is caused by:\n((?:.+\n)+)", text)
    if not found:
        return ""
    sides = [line.strip() for line in found[1].splitlines() if line.strip()]
    return f"no versions fit together: {'; '.join(sides)[:SHOWN]}; ask for another version, or {OTHER_ENV}"


def _missing(text: str) -> str:
    found = MISSING.search(text)
    if not found:
        return ""
    wanted, needed_by = found[1], (found[2] or "").partition("->")[2] or found[2]
    if needed_by:
        return f"{needed_by} needs {wanted}, which the registry does not have for this Python: {OTHER_ENV}"
    versions = [v.strip() for v in found[3].split(",") if v.strip() != "none"]
    name, _, version = wanted.partition("==")
    if python := _ignored(text).get(version):
        return f"{name} {version} needs Python {python}: install such a Python, or {OTHER_ENV}"
    hint = f"the newest is {versions[-1]}" if versions else "the registry has none for this Python"
    return f"there is no {wanted}: {hint}"


def _ignored(text: str) -> dict[str, str]:
    """Versions that want another Python: version -> the range that it wants."""
    found = IGNORED.search(text)
    entries = found[1].split(";") if found else []
    return {version.strip(): python.strip() for version, _, python in (e.partition("Requires-Python") for e in entries)}


REASONS: tuple[Callable[[str], str], ...] = (_unreachable, _other_python, _built, _conflict, _missing)
