"""Who may send private messages: XEP-0045 7.5, 15.5.3 (muc#roomconfig_allowpm)."""

from __future__ import annotations

from ..feature import Feature

feature = Feature("private-messages", spec="xep-0045#privatemessage")

feature.config_field(
    "muc#roomconfig_allowpm", "list-single", "Who may send private messages", "anyone",
    options=("anyone", "participants", "moderators", "none"),
)  # fmt: skip
