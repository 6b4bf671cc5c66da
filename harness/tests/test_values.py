"""How values in rows compare with values that were seen."""

from __future__ import annotations

from typing import Any

import pytest

from harness.values import field_fits, fits, hidden

GOWER = {"nick": "gower", "role": "visitor", "jid": None}

FITS = [
    ("a", "a"),
    (True, True),
    ({"any": True}, "x"),
    ({"any": False}, ""),
    ({"absent": True}, None),
    ({"absent": True}, []),
    ({"one_of": ["a", "b"]}, "b"),
    ({"one_of": [{"matches": "^c"}]}, "cat"),
    ({"not": "a"}, "b"),
    ({"matches": "^har"}, "harfleur"),
    ({"nick": "gower"}, GOWER),
    ({"contains": [{"nick": "gower"}]}, [{"nick": "nym"}, GOWER]),
    ({"contains": [110]}, [100, 110]),
    ({"lacks": [{"nick": "nym"}]}, [GOWER]),
    ([{"nick": "gower"}], [GOWER]),
]
MISFITS = [
    ("a", "b"),
    (True, 1),
    (1, True),
    (False, None),
    ({"any": True}, ""),
    ({"absent": True}, "x"),
    ({"one_of": ["a", "b"]}, "c"),
    ({"not": "a"}, "a"),
    ({"matches": "^har"}, "leek"),
    ({"nick": "gower", "role": "moderator"}, GOWER),
    ({"contains": [110, 210]}, [110]),
    ({"lacks": [{"nick": "gower"}]}, [GOWER]),
    ([{"nick": "gower"}], [GOWER, GOWER]),
    (["a"], "a"),
    ({"nick": "gower"}, "gower"),
]


@pytest.mark.parametrize(("wanted", "got"), FITS)
def test_these_fit(wanted: Any, got: Any) -> None:
    """Plain values are equal, tables are subsets, lists go item by item, operators do what they say."""
    assert fits(wanted, got)


@pytest.mark.parametrize(("wanted", "got"), MISFITS)
def test_these_do_not_fit(wanted: Any, got: Any) -> None:
    """Every rule refuses something; true is not one, and a text is no list."""
    assert not fits(wanted, got)


def test_codes_and_features_compare_as_sets() -> None:
    """Their order and repetition mean nothing, a code too many does."""
    assert field_fits("codes", [110, 201], [201, 110, 110])
    assert not field_fits("codes", [110], [110, 201])
    assert not fits([110, 201], [201, 110])


def test_occupants_come_in_any_order_and_each_counts_once() -> None:
    """Two wanted occupants need two that are there."""
    assert field_fits("occupants", [{"nick": "nym"}, {"nick": "gower"}], [GOWER, {"nick": "nym"}])
    assert not field_fits("occupants", [{"nick": "gower"}, {"role": "visitor"}], [GOWER, {"nick": "nym"}])


def test_addresses_compare_as_their_kind_does() -> None:
    """A bare JID fits a full one, a full one only itself; rooms compare in any case."""
    assert field_fits("jid", "gower@x.invalid", "gower@x.invalid/camp")
    assert not field_fits("jid", "gower@x.invalid/tent", "gower@x.invalid/camp")
    assert not field_fits("nick", "gower", "gower/camp")
    assert field_fits("room", "Harfleur@muc.invalid", "harfleur@muc.invalid")


def test_what_the_library_hides_is_named() -> None:
    """Null and left out are hidden, the empty text is a value; that nothing is wanted there changes nothing."""
    got = {"nick": "", "role": None}
    wanted = {"nick": "x", "role": "visitor", "jid": "a@b", "actor": {"absent": True}}
    assert hidden(wanted, got) == ["role", "jid", "actor"]


def test_an_entry_hidden_inside_a_table_hides_its_field() -> None:
    """Where only the hidden entry keeps it from fitting it is hidden; where another value differs it is wrong."""
    wanted = {"occupants": {"contains": [{"nick": "gower", "jid": "gower@x.invalid"}]}}
    assert hidden(wanted, {"occupants": [GOWER]}) == ["occupants"]
    assert hidden(wanted, {"occupants": [{"nick": "nym", "jid": None}]}) == []
    assert hidden(wanted, {"occupants": [{"nick": "gower", "jid": "gower@x.invalid"}]}) == []
