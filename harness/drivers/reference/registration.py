"""Registering with a room: XEP-0045 7.10, XEP-0077."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .forms import fields_of, filled_in
from .session import Args, Session
from .stanzas import DATA, REGISTER, E, find, text_of

NICK_FIELD = "muc#register_roomnick"


def get_registration(me: Session, seq: int, args: Args) -> None:
    """Whether one is registered, and the form if one is not."""

    def told(iq: Element) -> None:
        query = find(iq, "query", REGISTER)
        registered = _registered(me, query)
        fields = [] if registered else fields_of(find(query, "x", DATA))
        me.answer(seq, registered=registered, nick=text_of(query, "username", REGISTER), fields=fields)

    me.ask("get", E("query", uri=REGISTER), told, to=args["room"], seq=seq)


def _registered(me: Session, query: Element | None) -> bool:
    return find(query, "registered", REGISTER) is not None and not me.flawed("registered-overlooked")


def register(me: Session, seq: int, args: Args) -> None:
    """Fetch the form and submit it with this nickname; who is registered submits nothing."""

    def told(iq: Element) -> None:
        query = find(iq, "query", REGISTER)
        if _registered(me, query):
            me.answer(seq, nick=text_of(query, "username", REGISTER))
        else:
            _submit(me, seq, args, find(query, "x", DATA))

    me.ask("get", E("query", uri=REGISTER), told, to=args["room"], seq=seq)


def _submit(me: Session, seq: int, args: Args, form: Element | None) -> None:
    """The form where there is one, the old `username` else, never both (XEP-0077 4)."""
    old = E("username", args["nick"], uri=REGISTER)
    filled = None if form is None else filled_in(me, form, {NICK_FIELD: [args["nick"]]})
    both = me.flawed("registration-in-both-ways")
    payload = E("query", old if form is None or both else None, filled, uri=REGISTER)
    me.ask("set", payload, lambda _: me.answer(seq), to=args["room"], seq=seq)


def unregister(me: Session, seq: int, args: Args) -> None:
    """Give the registration back: `remove` and nothing else."""
    rest = E("username", uri=REGISTER) if me.flawed("unregister-with-username") else None
    payload = E("query", E("remove", uri=REGISTER), rest, uri=REGISTER)
    me.ask("set", payload, lambda _: me.answer(seq), to=args["room"], seq=seq)


VERBS = {"get_registration": get_registration, "register": register, "unregister": unregister}
