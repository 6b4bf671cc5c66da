"""Behaviours: messages of the room, their ids, the subject, the history."""

from __future__ import annotations
