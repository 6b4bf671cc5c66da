"""Behaviours: what occupants' presence says, and in which order it comes."""

from __future__ import annotations
