"""Roles by nickname, affiliations by bare JID, and their lists: XEP-0045 8 to 10."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .jids import bare
from .session import Args, Session
from .stanzas import ADMIN, E, find, find_all, optional, text_of


def _set(me: Session, seq: int, room: str, *items: Element) -> None:
    """Change what these items say, and nothing else: the delta."""
    me.ask("set", E("query", *items, uri=ADMIN), lambda _: me.answer(seq), to=room, seq=seq)
    if me.flawed("admin-refusal-lost"):
        me.answer(seq)


def _change(me: Session, seq: int, room: str, items: list[Element], kind: str, *, in_full: bool) -> None:
    """Send the delta; with `in_full` (a defect) behind everything that the list of the first item's `kind` has."""
    if not in_full:
        return _set(me, seq, room, *items)

    def with_all(iq: Element) -> None:
        _set(me, seq, room, *find_all(find(iq, "query", ADMIN), "item", ADMIN), *items)

    query = E("query", E("item", uri=ADMIN, **{kind: items[0].get(kind)}), uri=ADMIN)
    return me.ask("get", query, with_all, to=room, seq=seq)


def _reason(me: Session, item: Args) -> Element | None:
    return optional("reason", None if me.flawed("reason-never-sent") else item.get("reason"), ADMIN)


def _role_item(me: Session, room: str, item: Args) -> Element:
    about: dict[str, str | None] = {"nick": item["nick"], "role": item["role"]}
    if me.flawed("role-by-jid"):
        about = {"jid": f"{room}/{item['nick']}", "role": item["role"]}
    if me.flawed("role-with-jid"):
        about["jid"] = f"{room}/{item['nick']}"
    if me.flawed("role-with-affiliation"):
        about["affiliation"] = "none"
    return E("item", _reason(me, item), uri=ADMIN, **about)


def _affiliation_item(me: Session, room: str, item: Args) -> Element:
    """The user by bare JID, whatever resource the caller gave (XEP-0045 10.3)."""
    user = bare(item["jid"])
    jid, name = item["jid"] if me.flawed("affiliation-with-full-jid") else user, user.partition("@")[0]
    nick = name if me.flawed("affiliation-with-nick") else item.get("nick")
    about = {"jid": jid, "affiliation": item["affiliation"], "nick": nick}
    if me.flawed("ban-by-occupant-jid"):
        about["jid"] = f"{room}/{name}"
    if me.flawed("affiliation-with-role"):
        about["role"] = "participant"
    return E("item", _reason(me, item), uri=ADMIN, **about)


def set_role(me: Session, seq: int, args: Args) -> None:
    """Give an occupant a role."""
    set_roles(me, seq, {"room": args["room"], "items": [args]})


def set_roles(me: Session, seq: int, args: Args) -> None:
    """Give several occupants roles in one request."""
    items = [_role_item(me, args["room"], item) for item in args["items"]]
    _change(me, seq, args["room"], items, "role", in_full=me.flawed("role-sends-full-list"))


def kick(me: Session, seq: int, args: Args) -> None:
    """Take an occupant's role away."""
    if me.flawed("kick-as-ban"):
        return ban(me, seq, args | {"jid": f"{args['room']}/{args['nick']}"})
    return set_role(me, seq, args | {"role": "none"})


def set_affiliation(me: Session, seq: int, args: Args) -> None:
    """Give a user an affiliation."""
    set_affiliations(me, seq, {"room": args["room"], "items": [args]})


def ban(me: Session, seq: int, args: Args) -> None:
    """Make a user an outcast."""
    set_affiliation(me, seq, args | {"affiliation": "outcast", "nick": None})


def set_affiliations(me: Session, seq: int, args: Args) -> None:
    """Give several users affiliations in one request."""
    items = [_affiliation_item(me, args["room"], item) for item in args["items"]]
    if me.flawed("only-first-item-sent"):
        items = items[:1]
    _change(me, seq, args["room"], items, "affiliation", in_full=me.flawed("affiliation-sends-full-list"))


# lists


def _list(me: Session, seq: int, room: str, **wanted: str) -> None:
    def told(iq: Element) -> None:
        items = [_entry(item) for item in find_all(find(iq, "query", ADMIN), "item", ADMIN)]
        me.answer(seq, items=items[:1] if me.flawed("list-first-item-only") else items)

    me.ask("get", E("query", E("item", uri=ADMIN, **wanted), uri=ADMIN), told, to=room, seq=seq)


def _entry(item: Element) -> dict[str, str]:
    named = {name: item.get(name, "") for name in ("jid", "nick", "role", "affiliation")}
    return {**named, "reason": text_of(item, "reason", ADMIN)}


def get_roles(me: Session, seq: int, args: Args) -> None:
    """The occupants with a role."""
    _list(me, seq, args["room"], role=args["role"])


def get_affiliations(me: Session, seq: int, args: Args) -> None:
    """The users with an affiliation."""
    _list(me, seq, args["room"], affiliation=args["affiliation"])


VERBS = {
    "kick": kick,
    "set_role": set_role,
    "get_roles": get_roles,
    "set_roles": set_roles,
    "ban": ban,
    "set_affiliation": set_affiliation,
    "set_affiliations": set_affiliations,
    "get_affiliations": get_affiliations,
}
