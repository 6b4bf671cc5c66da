"""Data forms and service discovery, as aioxmpp's objects and as the protocol's tables."""

from aioxmpp import JID
from aioxmpp.forms import FieldType
from aioxmpp.muc import ConfigurationForm

MULTI = (FieldType.LIST_MULTI, FieldType.JID_MULTI, FieldType.TEXT_MULTI)
TRUE = ("1", "true")
BY_VAR = {field.var: name for name, field in vars(ConfigurationForm).items() if hasattr(field, "FIELD_TYPE")}


def fields_of(form):
    """The fields of a form, with values of the type that the field has."""
    return [
        {
            "var": field.var,
            "type": field.type_.value if field.type_ else None,
            "label": field.label,
            "value": _typed(field),
            "options": list(field.options),
            "required": bool(field.required),
        }
        for field in form.fields
    ]


def _typed(field):
    values = list(field.values)
    if field.type_ in MULTI:
        return values
    if field.type_ is FieldType.BOOLEAN:
        return bool(values) and values[0] in TRUE
    return values[0] if values else ""


def changed(received, values):
    """The reply to a configuration form with these values: by the library's template where it has the field."""
    for field in received.fields:
        if field.var in values and field.var not in BY_VAR:
            field.values[:] = _written(values[field.var])
    form = ConfigurationForm.from_xso(received)
    for var, value in values.items():
        if var in BY_VAR:
            _set(getattr(form, BY_VAR[var]), value)
    return form.render_reply()


def _set(bound, value):
    addresses = bound.field.FIELD_TYPE is FieldType.JID_MULTI
    bound.value = [JID.fromstr(each) for each in value] if addresses else value


def _written(value):
    if isinstance(value, bool):
        return ["1" if value else "0"]
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]


def info(query):
    """The answer to disco#info: identities, features, and the fields of the forms with it."""
    identities = [{"category": i.category, "type": i.type_, "name": _name(i)} for i in query.identities]
    forms = [fields_of(form) for form in query.exts]
    fields = [field for form in forms for field in form if field["var"] != "FORM_TYPE"]
    return {"identities": identities, "features": sorted(query.features), "fields": fields}


def _name(identity):
    return identity.name or ""


def items(query):
    """The answer to disco#items."""
    return {"items": [{"jid": str(i.jid), "name": i.name or "", "node": i.node or ""} for i in query.items]}
