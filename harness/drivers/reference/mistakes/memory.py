"""Mistakes in what the client says when it is asked for its state."""

from __future__ import annotations

import re
from typing import Any

from ..session import Session
from .table import remembered


@remembered
def exit_not_remembered(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    if me.key(room) in me.notes.get("left", ()):
        snapshot["joined"] = True


@remembered
def own_role_not_remembered(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    """cannot say which role it has itself"""
    snapshot["role"] = ""


@remembered
def quotes_of_own_nick_not_remembered(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    """cannot say later which quotes its own nickname has"""
    snapshot["nick"] = re.sub("['\"]", "", snapshot["nick"])


@remembered
def subject_not_remembered(me: Session, room: str, snapshot: dict[str, Any]) -> None:
    """reports subjects, and cannot say later which one there is"""
    snapshot["subject"] = ""
