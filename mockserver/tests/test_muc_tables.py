"""The tables of XEP-0045 5.1 and 5.2, written down from the text, and every pair of actor and target against them."""

from itertools import product

import pytest

from mockserver.muc.model import RANK, Affiliation, Role
from mockserver.tests.rooms import HARFLEUR, Stage, user

ROLES = ("visitor", "participant", "moderator")
AFFILIATIONS = ("outcast", "none", "member", "admin", "owner")
SEATED = AFFILIATIONS[1:]  # who may be in a room at all
ACTOR, TARGET = "nym", "pistol"

# 5.1.3: from, to -> who does it
ROLE_CHANGES = {
    ("visitor", "none"): "moderator",
    ("participant", "none"): "moderator",
    ("moderator", "none"): "admin",
    ("visitor", "participant"): "moderator",
    ("participant", "visitor"): "moderator",
    ("visitor", "moderator"): "admin",
    ("participant", "moderator"): "admin",
    ("moderator", "visitor"): "admin",
    ("moderator", "participant"): "admin",
}

# 5.2.2: from, to -> who does it
AFFILIATION_CHANGES = {
    ("outcast", "none"): "admin",
    ("outcast", "member"): "admin",
    ("none", "outcast"): "admin",
    ("none", "member"): "admin",
    ("member", "outcast"): "admin",
    ("member", "none"): "admin",
    **{(before, "admin"): "owner" for before in ("outcast", "none", "member", "owner")},
    **{(before, "owner"): "owner" for before in ("outcast", "none", "member", "admin")},
    **{(before, after): "owner" for before in ("admin", "owner") for after in ("outcast", "none", "member")},
}


def at_least(affiliation: str, floor: str) -> bool:
    return AFFILIATIONS.index(affiliation) >= AFFILIATIONS.index(floor)


def role_errors(actor: tuple[str, str], target: tuple[str, str], wanted: str) -> set[str]:
    """The errors that the text allows for this change; empty: it is done."""
    role, affiliation = actor
    now, theirs = target
    if role != "moderator":
        return {"auth forbidden"}  # 8
    errors: set[str] = set()
    by_admin = ROLE_CHANGES[now, wanted] == "admin" and not at_least(affiliation, "admin")
    if by_admin:  # 9.6, 9.7; for a kick 8.2 has not-allowed
        errors.add("cancel not-allowed" if wanted == "none" else "auth forbidden")
    higher = AFFILIATIONS.index(theirs) > AFFILIATIONS.index(affiliation)
    if wanted == "none" and higher:  # 8.2
        errors.add("cancel not-allowed")
    loses_voice = wanted == "visitor" and now == "participant"
    if loses_voice and (at_least(theirs, affiliation) or at_least(theirs, "admin")):  # 8.4
        errors.add("cancel not-allowed")
    unmade = now == "moderator" and wanted in ("visitor", "participant")
    if unmade and (higher or at_least(theirs, "admin")):  # 5.1.3, 9.7
        errors.add("cancel not-allowed")
    return errors


def stage_with(target: tuple[str, str], actor: tuple[str, str]) -> Stage:
    """Both are seated with just these roles and affiliations, whether or not they could come about."""
    stage = Stage()
    stage.open("henry", ACTOR, TARGET, "gower")
    for name, (role, affiliation) in ((ACTOR, actor), (TARGET, target)):
        stage.room.occupants[name].role = Role(role)
        stage.room.affiliations[user(name)] = Affiliation(affiliation)
    return stage


@pytest.mark.parametrize("wanted", ["none", *ROLES])
@pytest.mark.parametrize("target", list(product(ROLES, SEATED)), ids="-".join)
@pytest.mark.parametrize("actor", list(product(ROLES, SEATED)), ids="-".join)
def test_the_table_of_roles(actor: tuple[str, str], target: tuple[str, str], wanted: str) -> None:
    """5.1.1, 5.1.3: 12 actors, 12 targets, 4 roles."""
    stage = stage_with(target, actor)
    before = stage.seats
    told = stage.admin(ACTOR, f"nick='{TARGET}' role='{wanted}'")
    if wanted == target[0]:
        assert len(told) == 1 and stage.seats == before
        return
    errors = role_errors(actor, target, wanted)
    if errors:
        assert [line for line in told if any(f"error({e})" in line for e in errors)] == told != []
        assert stage.seats == before
    else:
        assert f"{ACTOR}/1 <- iq from=harfleur@muc type=result" in told
        assert stage.seats.get(TARGET, ("none", []))[0] == wanted


def affiliation_errors(actor: str, before: str, after: str) -> set[str]:
    """The errors that the text allows for this change; empty: it is done."""
    if not at_least(actor, "admin"):
        return {"auth forbidden"}  # 9
    if at_least(actor, AFFILIATION_CHANGES[before, after]):
        return set()
    return {"cancel not-allowed"} if after == "outcast" else {"auth forbidden"}  # 9.1; 10.3 to 10.8


@pytest.mark.parametrize("seated", [True, False], ids=["inside", "outside"])
@pytest.mark.parametrize("after", AFFILIATIONS)
@pytest.mark.parametrize("before", AFFILIATIONS)
@pytest.mark.parametrize("actor", AFFILIATIONS)
def test_the_table_of_affiliations(actor: str, before: str, after: str, seated: bool) -> None:
    """5.2.1, 5.2.2: 5 actors, 5 targets inside or outside, 5 affiliations."""
    stage = Stage()
    stage.open("henry", *([TARGET] if seated else []), nym=actor, pistol="none" if seated else before)
    if seated:
        stage.service.set_affiliation(HARFLEUR, user(TARGET), Affiliation(before), now=stage.now)
    kept = dict(stage.room.affiliations)
    told = stage.admin(ACTOR, f"jid='{user(TARGET)}' affiliation='{after}'")
    if before == after:
        assert len(told) == 1 and stage.room.affiliation(user(TARGET)) == before
    elif errors := affiliation_errors(actor, before, after):
        assert [line for line in told if any(f"error({e})" in line for e in errors)] == told != []
        assert stage.room.affiliations == kept
    else:
        assert f"{ACTOR}/1 <- iq from=harfleur@muc type=result" in told
        assert stage.room.affiliation(user(TARGET)) == after


@pytest.mark.parametrize("held", SEATED)
@pytest.mark.parametrize("after", AFFILIATIONS)
def test_what_one_may_do_to_oneself(held: str, after: str) -> None:
    """A ban of oneself is a conflict (9.1); otherwise the table holds, and the last owner stays (10.5)."""
    stage = Stage()
    stage.open("henry", ACTOR, nym=held)
    told = stage.admin(ACTOR, f"jid='{user(ACTOR)}' affiliation='{after}'")
    if after == "outcast" and at_least(held, "admin"):
        assert told[0].endswith("error(cancel conflict)")
    elif after == held or affiliation_errors(held, held, after):
        assert len(told) == 1 and stage.room.affiliation(user(ACTOR)) == held
    else:
        assert stage.room.affiliation(user(ACTOR)) == after
    assert user("henry") in stage.room.affiliations


# the role that an affiliation brings

DEFAULTS = {  # 5.1.2: moderated, unmoderated, members-only
    "none": ("visitor", "participant", None),
    "member": ("participant", "participant", "participant"),
    "admin": ("moderator", "moderator", "moderator"),
    "owner": ("moderator", "moderator", "moderator"),
    "outcast": (None, None, None),
}
KINDS: tuple[dict[str, bool], ...] = ({"moderatedroom": True}, {}, {"membersonly": True})


@pytest.mark.parametrize("affiliation", AFFILIATIONS)
def test_the_table_of_default_roles(affiliation: str) -> None:
    """5.1.2: by the kind of room and the affiliation; None: no entry."""
    got = []
    for kind in KINDS:
        stage = Stage()
        stage.open(config=kind, pistol=affiliation)
        stage.join(TARGET)
        got.append(stage.seats[TARGET][0] if TARGET in stage.seats else None)
    assert tuple(got) == DEFAULTS[affiliation]


@pytest.mark.parametrize("moderated", [True, False])
@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("before", "after"), [p for p in product(SEATED, SEATED) if p[0] != p[1]])
def test_the_role_follows_a_new_affiliation(before: str, after: str, role: str, moderated: bool) -> None:
    """5.1.3: what an affiliation brings is certain, what its loss takes is the service's choice."""
    stage = Stage()
    stage.open("henry", TARGET, config={"moderatedroom": moderated})
    stage.room.occupants[TARGET].role = Role(role)
    stage.room.affiliations[user(TARGET)] = Affiliation(before)
    stage.admin("henry", f"jid='{user(TARGET)}' affiliation='{after}'")
    now = stage.seats[TARGET][0]
    if at_least(after, "admin"):
        assert now == "moderator"
    elif RANK[Affiliation(after)] > RANK[Affiliation(before)]:
        assert now in (role, "participant") and not (moderated and after == "member" and now == "visitor")


# privileges

VISITOR, PARTICIPANT, MODERATOR = (set(ROLES[n:]) for n in range(3))
MESSAGE = "<message type='groupchat' to='harfleur@muc'>%s</message>"
INVITE = "<x xmlns='http://jabber.org/protocol/muc#user'><invite to='bates@mucspec.invalid'/></x>"
PRIVILEGES = [  # 5.1.1: what, how, the roles that may (by default; an invitation is left to the service for visitors)
    ("availability", "<presence to='harfleur@muc/nym'><show>away</show></presence>", VISITOR),
    ("nickname", "<presence to='harfleur@muc/Corporal'/>", VISITOR),
    ("whisper", "<message type='chat' to='harfleur@muc/gower'><body>Ha</body></message>", VISITOR),
    ("invite", f"<message to='harfleur@muc'>{INVITE}</message>", PARTICIPANT),
    ("speak", MESSAGE % "<body>Ha</body>", PARTICIPANT),
    ("subject", MESSAGE % "<subject>Ha</subject>", MODERATOR),
]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(("what", "xml", "may"), PRIVILEGES, ids=[p[0] for p in PRIVILEGES])
def test_the_table_of_privileges(what: str, xml: str, may: set[str], role: str) -> None:
    """5.1.1; who may not gets an error and nobody else anything."""
    stage = stage_with(("participant", "none"), (role, "none"))
    told = stage.send(ACTOR, xml)
    refused = [line for line in told if "type=error" in line]
    assert (not refused) is (role in may) and told
    assert refused in ([], told)


@pytest.mark.parametrize("whois", ["moderators", "anyone"])
@pytest.mark.parametrize("affiliation", AFFILIATIONS)
def test_who_may_have_the_member_list(affiliation: str, whois: str) -> None:
    """5.2.1: members and above; in a semi-anonymous room admins and above."""
    stage = Stage()
    stage.open("henry", config={"whois": whois}, nym=affiliation)
    (line,) = stage.admin(ACTOR, "affiliation='member'", kind="get")
    assert ("type=result" in line) is at_least(affiliation, "admin" if whois == "moderators" else "member")


@pytest.mark.parametrize("affiliation", AFFILIATIONS)
def test_what_is_for_owners(affiliation: str) -> None:
    """5.2.1: the configuration and the end of the room."""
    stage = Stage()
    stage.open("henry", nym=affiliation)
    for told in (stage.owner(ACTOR, kind="get"), stage.owner(ACTOR, "<destroy/>")):
        assert any("type=result" in line for line in told) is (affiliation == "owner")
