"""Archiving preferences: XEP-0441. What the server answers is in force, not what was asked."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

from .session import Args, Session
from .stanzas import MAM, E, find, find_all


def _read(iq: Element) -> dict[str, Any] | None:
    """Default, always and never of an answer; None where it has no preferences."""
    if (prefs := find(iq, "prefs", MAM)) is None:
        return None
    return {
        "default": prefs.get("default", ""),
        "always": _jids(find(prefs, "always", MAM)),
        "never": _jids(find(prefs, "never", MAM)),
    }


def _jids(part: Element | None) -> list[str]:
    return list(dict.fromkeys((jid.text or "").strip() for jid in find_all(part, "jid", MAM)))


def get_archive_preferences(me: Session, seq: int, args: Args) -> None:
    """The preferences that are in force."""

    def told(iq: Element) -> None:
        prefs = _read(iq)
        if prefs is None:
            me.complain(seq, "undefined-condition", "the answer holds no preferences")
        else:
            me.answer(seq, **prefs)

    me.ask("get", E("prefs", uri=MAM), told, to=str(args.get("room") or ""), seq=seq)


def set_archive_preferences(me: Session, seq: int, args: Args) -> None:
    """Ask for preferences, all three parts each time; lists that are not given stay as they are."""
    wanted = {"default": args["default"], "always": args.get("always"), "never": args.get("never")}
    if None not in wanted.values() or me.flawed("prefs-not-given-are-emptied"):
        return _ask_for(me, seq, args, wanted)

    def told(iq: Element) -> None:
        now = _read(iq) or {}
        kept = {key: now.get(key, []) if given is None else given for key, given in wanted.items()}
        _ask_for(me, seq, args, kept)

    return me.ask("get", E("prefs", uri=MAM), told, to=str(args.get("room") or ""), seq=seq)


def _ask_for(me: Session, seq: int, args: Args, wanted: dict[str, Any]) -> None:
    to = str(args.get("room") or "")
    lists = {name: list(wanted[name] or []) for name in ("always", "never")}
    if me.flawed("prefs-never-not-sent"):
        lists["never"] = []
    parts = (E(name, *(E("jid", j, uri=MAM) for j in jids), uri=MAM) for name, jids in lists.items())

    def told(iq: Element) -> None:
        if me.flawed("prefs-as-sent"):
            me.answer(seq, **wanted)
        elif (prefs := _read(iq)) is not None:
            never = [] if me.flawed("prefs-drop-never") else prefs["never"]
            me.answer(seq, **(prefs | {"never": never}))
        else:
            get_archive_preferences(me, seq, args)

    me.ask("set", E("prefs", *parts, uri=MAM, default=wanted["default"]), told, to=to, seq=seq)


VERBS = {
    "get_archive_preferences": get_archive_preferences,
    "set_archive_preferences": set_archive_preferences,
}
