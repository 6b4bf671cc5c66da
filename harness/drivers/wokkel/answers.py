"""The library's results, forms and failures as the protocol writes them."""

from twisted.words.protocols.jabber.error import StanzaError
from twisted.words.protocols.jabber.sasl import SASLAuthError

MULTI = ("jid-multi", "list-multi", "text-multi")


class Lacking(Exception):
    """The library has the operation, and nothing for this argument of it."""

    def __init__(self, argument, why):
        super().__init__(why)
        self.argument = argument


def answer_of(failure):
    """The refusal behind a failure: what the service said, or what the library raised."""
    error = failure.value
    if isinstance(error, StanzaError):
        about = {"condition": error.condition, "type": error.type, "text": error.text or ""}
    elif isinstance(error, SASLAuthError):
        about = {"condition": error.condition, "type": "auth", "text": ""}
    else:
        text = f"{type(error).__name__}: {error}"
        about = {"condition": "undefined-condition", "type": "cancel", "text": text}
    return {"ok": False, "error": about}


def fields_of(form):
    """The named fields of a form; the library has no form where there is none with that FORM_TYPE."""
    if form is None:
        return []
    form.typeCheck()
    return [_field(field, form[field.var]) for field in form.fieldList if field.var is not None]


def _field(field, value):
    return {
        "var": field.var,
        "type": field.fieldType,
        "label": field.label or "",
        "value": _plain(value),
        "options": [option.value for option in field.options],
        "required": field.required,
    }


def _plain(value):
    """JIDs as texts."""
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.full() if hasattr(value, "full") else value


def full(entity):
    return entity.full() if entity is not None else ""
