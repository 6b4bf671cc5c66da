"""Probes of what is shown of occupants."""

from __future__ import annotations

from mockserver.muc.namespaces import NS_CAPS, NS_MUC, NS_USER

from .story import (
    KICK,
    OPEN,
    ROOM,
    Given,
    Heard,
    admin,
    codes,
    come,
    condition,
    deep,
    item,
    presence,
    probe,
    say,
    show,
)  # fmt: skip

PISTOL = come("pistol")
GONE = show("pistol", type="unavailable")
MEMBER = "<item affiliation='member' jid='pistol@mucspec.invalid'/>"


@probe(
    "own-code-last",
    OPEN,
    PISTOL,
    show("pistol", "ancient"),
    ("fluellen", admin("fluellen", KICK.replace("pistol", "ancient"))[1]),
)
def own_code_last(heard: Heard, given: Given) -> bool:
    """Of each kind that the row names: renamed, put out, come into a new room."""
    mine = heard.ever("pistol")
    left, out = presence(mine, "pistol", "unavailable"), presence(mine, "ancient", "unavailable")
    made = presence(heard.ever("fluellen"), "fluellen")
    found = {"old-nick": left, "own-exit": out, "own-presence": made}
    orders = [codes(shown) for kind, shown in found.items() if kind in given["of"] and shown is not None]
    return len(orders) == len(given["of"]) and all(len(o) > 1 and o[-1] == "110" for o in orders)


@probe("codes-around-the-item", come("fluellen"))
def codes_around_the_item(heard: Heard, given: Given) -> bool:
    (mine,) = [p for p in heard["fluellen"] if p.name == "presence"]
    x = mine.find("x", NS_USER)
    return x is not None and [c.get("code") or c.name for c in x.elements()] == ["201", "item", "110"]


@probe("own-jid-shown", OPEN, PISTOL)
def own_jid_shown(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "pistol")
    return mine is not None and item(mine).get("jid").startswith("pistol@")


@probe("room-shows-itself", OPEN, PISTOL, GONE)
def room_shows_itself(heard: Heard, given: Given) -> bool:
    own = [s for s in heard.ever("pistol") if s.get("from") == ROOM and s.name == "presence"]
    return [s.get("type") for s in own] == ["", "unavailable"] and own[0].find("c", NS_CAPS) is not None


@probe("old-presence-under-the-new-nick", OPEN, PISTOL, show("pistol", "ancient", "<status>new</status>", id="renamed"))
def old_presence_under_the_new_nick(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "ancient")
    return mine is not None and mine.get("id") == "come" and not list(deep(mine, "status"))[1:]


@probe(
    "destroyed-without-own-code", OPEN,
    ("fluellen", f"<iq type='set' id='d' to='{ROOM}'><query xmlns='http://jabber.org/protocol/muc#owner'><destroy/></query></iq>"),
)  # fmt: skip
def destroyed_without_own_code(heard: Heard, given: Given) -> bool:
    mine = presence(heard["fluellen"], "fluellen", "unavailable")
    return mine is not None and bool(list(deep(mine, "destroy"))) and "110" not in codes(mine)


@probe("removed-without-own-code", OPEN, PISTOL, admin("fluellen", KICK))
def removed_without_own_code(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "pistol", "unavailable")
    return mine is not None and codes(mine) == ["307"]


@probe("changes-without-own-code", OPEN, PISTOL, admin("fluellen", "<item nick='pistol' role='visitor'/>"))
def changes_without_own_code(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "pistol")
    return mine is not None and item(mine).get("role") == "visitor" and codes(mine) == []


@probe("no-actor", OPEN, PISTOL, admin("fluellen", MEMBER), admin("fluellen", KICK))
def no_actor(heard: Heard, given: Given) -> bool:
    """In the presence of kinds that the row names; the mock names who did it."""
    told = [p for p in heard.ever("pistol") if p.name == "presence" and item(p).get("affiliation") == "member"]
    wanted = [p for p in told if (p.get("type") == "unavailable") is ("own-exit" in given["of"])]
    return bool(wanted) and not any(list(deep(p, "actor")) for p in wanted)


@probe("actor-with-a-nick-for-jid", OPEN, PISTOL, admin("fluellen", KICK))
def actor_with_a_nick_for_jid(heard: Heard, given: Given) -> bool:
    return [a.get("jid") for p in heard["pistol"] for a in deep(p, "actor")] == ["fluellen"]


@probe("presence-without-ids", OPEN, PISTOL)
def presence_without_ids(heard: Heard, given: Given) -> bool:
    shown = [p for p in heard["pistol"] + heard["fluellen"] if p.name == "presence"]
    return len(shown) == 3 and not any(p.has("id") for p in shown)


@probe(
    "bare-presence", OPEN, ("pistol", f"<presence to='{ROOM}/pistol'><x xmlns='{NS_MUC}'/><show>away</show></presence>")
)
def bare_presence(heard: Heard, given: Given) -> bool:
    seen = presence(heard["fluellen"], "pistol")
    return seen is not None and [c.name for c in seen.elements()] == ["x"]


@probe("welcomes-with", OPEN, PISTOL, show("pistol", "ancient"))
def welcomes_with(heard: Heard, given: Given) -> bool:
    came, renamed = presence(heard.ever("pistol"), "pistol"), presence(heard["pistol"], "ancient")
    return came is not None and renamed is not None and codes(came) == codes(renamed) == list(given["codes"])


@probe("silent-occupants-hidden", OPEN, PISTOL, come("gower"), say("pistol"))
def silent_occupants_hidden(heard: Heard, given: Given) -> bool:
    """gower meets pistol when pistol speaks, just before its words; fluellen, a moderator, at once."""
    before = [s for line, to, s in heard.stanzas if to == "gower" and line < heard.lines - 1]
    late = [s.name for s in heard["gower"]]
    met = presence(before, "fluellen") is not None and presence(before, "pistol") is None
    return met and late == ["presence", "message"]


@probe("availability-ignored", OPEN, PISTOL, show("pistol", inside="<show>away</show>"))
def availability_ignored(heard: Heard, given: Given) -> bool:
    return heard["pistol"] == heard["fluellen"] == []


@probe("seats-under-the-account-name", OPEN, come("pistol", "ancient"))
def seats_under_the_account_name(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "pistol")
    return mine is not None and "210" in codes(mine)


@probe("says-its-language", OPEN, PISTOL, say("pistol"))
def says_its_language(heard: Heard, given: Given) -> bool:
    seen = presence(heard.ever("fluellen"), "pistol")
    return seen is not None and [s.get("xml:lang") for s in (seen, *heard["fluellen"])] == [given["lang"]] * 2


# who is not inside


@probe("refuses-strangers", OPEN, show("pistol"))
def refuses_strangers(heard: Heard, given: Given) -> bool:
    return condition(heard["pistol"]) == str(given["condition"])


@probe("strangers-join", OPEN, show("pistol"))
def strangers_join(heard: Heard, given: Given) -> bool:
    mine = presence(heard["pistol"], "pistol")
    return mine is not None and "110" in codes(mine)


@probe("strangers-unanswered", OPEN, show("pistol"))
def strangers_unanswered(heard: Heard, given: Given) -> bool:
    return heard["pistol"] == []


@probe("strangers-kicked-in-another-namespace", OPEN, show("pistol"))
def strangers_kicked_in_another_namespace(heard: Heard, given: Given) -> bool:
    (kick,) = heard["pistol"]
    x = kick.find("x", NS_MUC)
    return x is not None and {s.get("code") for s in deep(x, "status")} == {"110", "307", "333"}


@probe("nick-rules", OPEN, come("pistol", "mine host o"))
def nick_rules(heard: Heard, given: Given) -> bool:
    return [c.text for s in heard["pistol"] for c in s.elements()] == [f"{given['says']}: mine host o"]


@probe("nicks-stay", OPEN, PISTOL, show("pistol", "ancient"))
def nicks_stay(heard: Heard, given: Given) -> bool:
    return condition(heard["pistol"]) == "not-acceptable" and heard["fluellen"] == []


@probe("nicks-are-for-one-session", OPEN, come("pistol/x"), come("pistol/y"))
def nicks_are_for_one_session(heard: Heard, given: Given) -> bool:
    return condition(heard["pistol/y"]) == "conflict"


@probe("opens-new-rooms-at-once", come("fluellen"), PISTOL)
def opens_new_rooms_at_once(heard: Heard, given: Given) -> bool:
    return presence(heard["pistol"], "pistol") is not None


@probe("ends-when-who-is-alone-is-renamed", OPEN, show("fluellen", "flu"), say("fluellen"))
def ends_when_who_is_alone_is_renamed(heard: Heard, given: Given) -> bool:
    return condition(heard["fluellen"]) == "item-not-found"
