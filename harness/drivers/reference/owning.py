"""The owner's work: configuration and destruction: XEP-0045 10."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element

from .discovery import learn_at_last
from .forms import fields_of, filled_in, submission, written
from .session import Args, Session
from .stanzas import CONFIG_FORM, DATA, OWNER, E, find, find_all, optional

SHORT_NAME = "muc#roomconfig_"


def _fetch(me: Session, seq: int, room: str, then: Callable[[Element], None]) -> None:
    """Get the form; an empty answer means that there is nothing to configure (XEP-0045 10.1.3)."""

    def told(iq: Element) -> None:
        form = find(find(iq, "query", OWNER), "x", DATA)
        if form is None or form.get("type") != "form":
            me.complain(seq, "item-not-found", "the room offers no configuration form")
        else:
            then(form)

    me.ask("get", E("query", uri=OWNER), told, to=room, seq=seq)


def _submit(me: Session, seq: int, room: str, form: Element) -> None:
    def accepted(_: Element) -> None:
        me.answer(seq)
        if me.room(room):
            learn_at_last(me, room)

    otherwise = accepted if me.flawed("config-refusal-lost") else None
    me.ask("set", E("query", form, uri=OWNER), accepted, to=room, seq=seq, otherwise=otherwise)


def get_config(me: Session, seq: int, args: Args) -> None:
    """The fields of the configuration form."""

    def told(form: Element) -> None:
        fields = fields_of(form)
        if me.flawed("config-known-fields-only"):
            fields = [f for f in fields if f["var"].startswith(SHORT_NAME)]
        me.answer(seq, fields=fields)

    _fetch(me, seq, args["room"], told)


def set_config(me: Session, seq: int, args: Args) -> None:
    """Fetch the form, change these values, keep every other field as it came, submit."""

    def told(form: Element) -> None:
        offered = {f.get("var", "") for f in find_all(form, "field", DATA)}
        changes = _changes(offered, args["values"])
        if missing := sorted(changes.keys() - offered):
            me.complain(seq, "item-not-found", f"the form has no field {', '.join(missing)}")
        else:
            _submit(me, seq, args["room"], filled_in(me, form, changes))

    if me.flawed("config-form-made-up"):
        made_up = {"FORM_TYPE": [CONFIG_FORM], **{k: written(v) for k, v in args["values"].items()}}
        return _submit(me, seq, args["room"], submission(made_up))
    return _fetch(me, seq, args["room"], told)


def _changes(offered: set[str], values: dict[str, Any]) -> dict[str, list[str]]:
    """The wanted values by the full names of their fields."""
    return {var if var in offered or "#" in var else SHORT_NAME + var: written(given) for var, given in values.items()}


def cancel_config(me: Session, seq: int, args: Args) -> None:
    """Cancel; of a room that was never configured this is the end."""
    kind = "submit" if me.flawed("cancel-as-submit") else "cancel"
    _submit(me, seq, args["room"], E("x", uri=DATA, type=kind))


def accept_defaults(me: Session, seq: int, args: Args) -> None:
    """Make an instant room: an empty form."""
    kind = None if me.flawed("instant-room-without-submit") else "submit"
    _submit(me, seq, args["room"], E("x", uri=DATA, type=kind))


def destroy(me: Session, seq: int, args: Args) -> None:
    """Destroy a room, and say where one meets instead."""
    reason, password = (optional(name, args.get(name), OWNER) for name in ("reason", "password"))
    alternate = None if me.flawed("alternate-never-sent") else args.get("alternate") or None
    order = E("destroy", reason, password, uri=OWNER, jid=alternate)
    me.ask("set", E("query", order, uri=OWNER), lambda _: me.answer(seq), to=args["room"], seq=seq)


VERBS = {
    "get_config": get_config,
    "set_config": set_config,
    "cancel_config": cancel_config,
    "accept_defaults": accept_defaults,
    "destroy": destroy,
}
