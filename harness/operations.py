"""The operations of `service` rows: their names and keys (docs/scenarios.md)."""

from __future__ import annotations

from .trouble import END, FAULT, KEYS

OPERATIONS: dict[str, tuple[frozenset[str], frozenset[str]]] = {  # name -> (needed, allowed besides)
    name: (frozenset(needs.split()), frozenset(takes.split()))
    for name, needs, takes in (
        ("inject", "to xml", ""),
        ("remember", "nick body", "room id"),
        ("set_config", "values", "room"),
        ("offer_field", "var", "room type value values options label"),
        ("rewrite_nick", "nick", "room"),
        ("lock_nicks", "", "room"),
        ("limit_traffic", "namespaces", "room"),
        ("switch", "name", "value"),
        ("set_affiliation", "jid affiliation", "room reason"),
        ("set_role", "nick role", "room reason"),
        ("rename", "nick new_nick", "room"),
        ("desync", "nick", "room"),
        ("shutdown", "", "reason"),
        ("destroy", "", "room reason alternate"),
        ("lock", "", "room"),
        ("prefs_policy", "policy", ""),
        ("withdraw", "feature", ""),
        ("advance", "seconds", ""),
        ("hold", "to", ""),
        ("release", "to", ""),
        ("swallow", "name", "type child"),
        ("sever", "to", "how"),
        (FAULT, "fault", " ".join(KEYS)),
        (END, "", "fault"),
        ("refuse_joins", "condition", "room type text echo from"),
    )
}
ROOMLESS = frozenset(
    {
        "inject",
        "shutdown",
        "prefs_policy",
        "hold",
        "release",
        "swallow",
        "sever",
        "withdraw",
        "advance",
        "switch",
        FAULT,
        END,
    }
)
