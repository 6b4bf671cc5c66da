"""Data forms: slixmpp's `Form` as the fields of the protocol, and values put into one."""


def described(form):
    """The fields as slixmpp's typed interfaces give them."""
    fields = form.get_fields()
    return [
        {
            "var": var,
            "type": field["type"],
            "label": field["label"],
            "value": field["value"],
            "options": [option["value"] for option in field["options"]],
            "required": field["required"],
        }
        for var, field in fields.items()
    ]


def fill(form, values):
    """Put the values in, by the form's own setter."""
    form["values"] = values
