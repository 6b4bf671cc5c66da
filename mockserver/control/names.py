"""The words that calls from outside take."""

from __future__ import annotations

from typing import Literal

RoleName = Literal["moderator", "participant", "visitor", "none"]
AffiliationName = Literal["owner", "admin", "member", "none", "outcast"]
How = Literal["close", "reset", "malformed", "stream-error"]
