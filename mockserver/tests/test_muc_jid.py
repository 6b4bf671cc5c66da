"""Addresses: RFC 6122."""

import pytest

from mockserver.muc.jid import JID, BadJid, prepare_nick


def test_equal_addresses_are_equal_texts() -> None:
    """Local part and domain are folded, the resource is not: RFC 6122 2."""
    assert JID.parse("Harfleur@Conference.MUCSPEC.invalid/Pistol") == "harfleur@conference.mucspec.invalid/Pistol"


def test_the_parts_of_an_address() -> None:
    """The first slash ends the bare address, whatever the resource holds."""
    jid = JID.parse("harfleur@muc.invalid/Ancient/Pistol @home")
    assert (jid.local, jid.domain, jid.resource) == ("harfleur", "muc.invalid", "Ancient/Pistol @home")
    assert jid.bare == "harfleur@muc.invalid"
    assert jid.bare.with_resource("Nym") == "harfleur@muc.invalid/Nym"


def test_a_domain_is_an_address() -> None:
    """A service has neither local part nor resource."""
    jid = JID.parse("muc.invalid")
    assert (jid.local, jid.domain, jid.resource, jid.bare) == ("", "muc.invalid", "", "muc.invalid")


@pytest.mark.parametrize("nick", ["\N{GRINNING FACE}", "François", "Fluellen \N{RED APPLE}", "Пистоль", "a" * 1000])
def test_a_nickname_may_have_any_letters(nick: str) -> None:
    """XEP-0045 4.1: whatever a resource allows, emoji included."""
    assert JID.parse(f"harfleur@muc.invalid/{nick}").resource == nick


def test_composed_and_decomposed_forms_of_a_nickname_are_one() -> None:
    """RFC 7622 3.4: normal form C."""
    assert JID.parse("a@b/Rene\N{COMBINING ACUTE ACCENT}").resource == "Ren\N{LATIN SMALL LETTER E WITH ACUTE}"


@pytest.mark.parametrize(
    "text", ["", "@muc.invalid", "a@", "a@muc.invalid/", "a b@muc.invalid", "a@muc.invalid/\x07", "a@b@c", "/x",
             "a@" + "b" * 1100, "-a-@-b-"],
)  # fmt: skip
def test_what_is_no_address_is_refused(text: str) -> None:
    """Empty parts, forbidden characters and parts that are too long."""
    with pytest.raises(BadJid):
        JID.parse(text)


def test_a_resource_that_composing_shortens_to_what_is_allowed_passes() -> None:
    """The limit is one of the prepared form (RFC 7622 3.4.1): 3,001 bytes that become 1,001 are fine."""
    raw = "\N{IDEOGRAPHIC SPACE}" * 1000 + "x"
    assert JID.parse(f"a@b/{raw}").resource == " " * 1000 + "x"


def test_what_no_preparing_makes_short_enough_is_refused_before_the_work() -> None:
    """A megabyte of nickname costs nobody a second."""
    with pytest.raises(BadJid, match="too long"):
        prepare_nick("9" * 3070)
