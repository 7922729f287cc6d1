"""Changes of groups are looked at first, fit when they are saved, and are one event each."""

import pytest

from config.web.values.public_ids import public_id
from tests.peers.race import together
from tests.world import OTHER, SYSTEM, World, build, give_grants
from workspaces.access.changes import levels
from workspaces.access.changes.levels import NONE
from workspaces.access.engine import Access
from workspaces.catalogue import EDIT
from workspaces.errors import Conflict, Refused
from workspaces.operations.grants import policies
from workspaces.operations.groups import groups, reviews
from workspaces.operations.members import members
from workspaces.terms import Terms

ALL_SOURCES = Terms("source-admin", "all")
OWNING = Terms("workspace-owner", "all")


def names(review):
    return [one.member.user.email.partition("@")[0] for one in review.people]


def changed(world: World):
    return world.workspace.events.newest_first().first()


def test_a_new_group_comes_with_access_and_people_in_one_event_A1(world):
    before = world.workspace.events.count()
    group = groups.create(
        world.workspace,
        "crew",
        description="All hands",
        policy=[ALL_SOURCES],
        members=[world.member("dee")],
        by=SYSTEM,
    )
    assert Access.of(world.member("dee")).check("edit", world.resource("source/c"))
    assert world.workspace.events.count() == before + 1
    assert changed(world).target_id == group.public_id
    assert changed(world).after == {
        "description": "All hands",
        "grants": [{"role": "source-admin", "scope": {"all": True}}],
        "members": ["dee@example.org"],
    }


def test_a_grant_that_is_not_valid_leaves_no_group_XB5(world):
    wrong = Terms("warehouse-admin", "labels", labels=(world.label("environment:prod"),))
    with pytest.raises(Refused):
        groups.create(world.workspace, "crew", policy=[wrong], by=SYSTEM)
    assert not world.workspace.groups.filter(name="crew").exists()


def test_strangers_are_not_among_the_first_members_R5(world):
    olga = build(OTHER).workspace.members.get(user__email="olga@example.net")
    group = groups.create(world.workspace, "crew", members=[olga], by=SYSTEM)
    assert not group.memberships.exists()


def test_one_form_makes_one_group_however_often_it_is_sent_XI7(world):
    ident = public_id()
    first = groups.create(world.workspace, "crew", ident=ident, by=SYSTEM)
    events = world.workspace.events.count()
    again = groups.create(world.workspace, "crew", ident=ident, by=SYSTEM)
    assert first == again
    assert first.public_id == ident
    assert world.workspace.events.count() == events


def test_a_form_of_one_workspace_makes_nothing_in_another_XA2(world):
    ident = public_id()
    groups.create(build(OTHER).workspace, "crew", ident=ident, by=SYSTEM)
    with pytest.raises(Conflict):
        groups.create(world.workspace, "crew", ident=ident, by=SYSTEM)


@pytest.mark.django_db(transaction=True)
def test_two_sends_at_the_same_moment_make_one_group_XI7():
    world, ident = build(), public_id()

    def send():
        return groups.create(world.workspace, "crew", ident=ident, by=SYSTEM)

    first, second = together(send, send)
    assert first == second
    assert world.workspace.groups.filter(name="crew").count() == 1


def test_the_review_of_a_new_group_says_what_its_people_gain(world):
    review = reviews.of_new_group(
        world.workspace, [ALL_SOURCES], [world.member("bo"), world.member("dee")]
    )
    bo, dee = review.people
    assert [(m.type, m.was, m.becomes, m.count) for m in bo.moves] == [("source", NONE, EDIT, 1)]
    assert [(m.type, m.was, m.becomes, m.count) for m in dee.moves] == [
        ("source", NONE, EDIT, 3),
        ("destination", NONE, EDIT, 1),
    ]


def test_where_very_much_moves_three_are_worked_out_and_the_rest_counted(world, monkeypatch):
    monkeypatch.setattr(levels, "FEW", -1)
    people = [world.member(name) for name in ("ada", "bo", "cy", "dee")]
    review = reviews.of_new_group(world.workspace, [ALL_SOURCES], people)
    assert names(review) == ["ada", "bo", "cy"]
    assert (review.total, review.more) == (4, 1)


def test_joining_a_group_that_owns_is_shown_as_such_R3(world):
    groups.regrant(world.group("growth"), [OWNING], by=SYSTEM)
    dee = world.member("dee")
    [one] = reviews.of_joining(world.group("growth"), [dee]).people
    assert one.becomes_owner
    [leaver] = reviews.of_leaving(world.group("growth"), [world.member("bo")]).people
    assert leaver.stops_owning


def test_a_deactivated_account_gains_nothing_by_joining(world):
    members.set_user_active(world.user("dee"), active=False, by=SYSTEM.because("left"))
    [one] = reviews.of_joining(world.group("growth"), [world.member("dee")]).people
    assert one.keeps


def test_whoever_has_it_anyway_keeps_it(world):
    give_grants(world.member("dee"), [ALL_SOURCES], by=SYSTEM)
    group = groups.create(world.workspace, "crew", policy=[ALL_SOURCES], by=SYSTEM)
    [one] = reviews.of_joining(group, [world.member("dee")]).people
    assert one.keeps


def test_people_move_from_one_group_to_another_in_one_event_A1(world):
    bo = world.member("bo")
    crew = groups.create(world.workspace, "crew", policy=[ALL_SOURCES], by=SYSTEM)
    moved = groups.move_members(world.group("growth"), [bo], crew, by=SYSTEM.because("new job"))
    assert moved == [bo]
    assert list(bo.groups()) == [crew]
    event = changed(world)
    assert (event.action, event.target_name, event.reason) == (
        "group.members_moved", "growth", "new job",
    )  # fmt: skip
    assert event.before == ["bo@example.org"]
    assert event.after["joined"] == ["bo@example.org"]
    assert event.after["group"] == {"id": crew.public_id, "name": "crew"}


def test_whoever_is_in_both_groups_only_leaves_the_first(world):
    bo = world.member("bo")
    crew = groups.create(world.workspace, "crew", members=[bo], by=SYSTEM)
    groups.move_members(world.group("growth"), [bo], crew, by=SYSTEM)
    assert crew.memberships.count() == 1
    assert changed(world).after["joined"] == []


def test_nobody_moves_to_where_they_are(world):
    growth = world.group("growth")
    with pytest.raises(Refused):
        groups.move_members(growth, [world.member("bo")], growth, by=SYSTEM)


def test_whoever_is_not_in_the_group_is_not_moved(world):
    crew = groups.create(world.workspace, "crew", by=SYSTEM)
    events = world.workspace.events.count()
    assert groups.move_members(world.group("growth"), [world.member("dee")], crew, by=SYSTEM) == []
    assert world.workspace.events.count() == events


def test_another_policy_is_reviewed_for_the_group_and_for_its_people(world):
    review = reviews.of_access(world.group("growth"), [ALL_SOURCES])
    assert review.own.changes == 3
    [bo] = review.people.people
    assert [(m.type, m.was, m.becomes, m.count) for m in bo.moves] == [
        ("source", NONE, EDIT, 1),
        ("warehouse", "view", NONE, 1),
    ]


def test_another_policy_holds_at_the_next_check_R4(world):
    groups.regrant(world.group("growth"), [ALL_SOURCES], by=SYSTEM)
    access = Access.of(world.member("bo"))
    assert access.check("edit", world.resource("source/c"))
    assert not access.check("read", world.resource("warehouse/bq"))


def test_the_same_policy_is_no_change(world):
    growth = world.group("growth")
    events = world.workspace.events.count()
    same = policies.as_proposed(growth)
    assert groups.regrant(growth, same, by=SYSTEM) is None
    assert world.workspace.events.count() == events


# What was looked at, then what somebody else does meanwhile, then the save that no longer fits.
STALE = {
    "create": (
        lambda w: reviews.of_new_group(w.workspace, [ALL_SOURCES], [w.member("dee")]),
        lambda w, seen: groups.create(
            w.workspace, "late", policy=[ALL_SOURCES], members=[w.member("dee")],
            by=SYSTEM.having_seen(seen),
        ),
    ),
    "add": (
        lambda w: reviews.of_joining(w.group("growth"), [w.member("dee")]),
        lambda w, seen: groups.add_members(
            w.group("growth"), [w.member("dee")], by=SYSTEM.having_seen(seen)
        ),
    ),
    "remove": (
        lambda w: reviews.of_leaving(w.group("growth"), [w.member("bo")]),
        lambda w, seen: groups.remove_members(
            w.group("growth"), [w.member("bo")], by=SYSTEM.having_seen(seen)
        ),
    ),
    "move": (
        lambda w: reviews.of_moving(w.group("growth"), [w.member("bo")], w.group("crew")),
        lambda w, seen: groups.move_members(
            w.group("growth"), [w.member("bo")], w.group("crew"), by=SYSTEM.having_seen(seen)
        ),
    ),
    "regrant": (
        lambda w: reviews.of_access(w.group("growth"), [ALL_SOURCES]),
        lambda w, seen: groups.regrant(
            w.group("growth"), [ALL_SOURCES], by=SYSTEM.having_seen(seen)
        ),
    ),
    "delete": (
        lambda w: reviews.of_deleting(w.group("growth")),
        lambda w, seen: groups.delete(w.group("growth"), by=SYSTEM.having_seen(seen)),
    ),
}  # fmt: skip


@pytest.fixture
def crew(world):
    groups.create(world.workspace, "crew", by=SYSTEM)
    return world


@pytest.mark.parametrize("name", STALE)
def test_what_was_seen_and_still_holds_is_saved(crew, name):
    look, save = STALE[name]
    events = crew.workspace.events.count()
    save(crew, look(crew).digest)
    assert crew.workspace.events.count() == events + 1


@pytest.mark.parametrize("name", STALE)
def test_a_review_that_no_longer_fits_is_a_conflict_XI8(crew, name):
    look, save = STALE[name]
    seen = look(crew).digest
    for person in ("bo", "dee"):  # whoever it is about gets something else meanwhile
        give_grants(crew.member(person), [Terms("function-admin", "all")], by=SYSTEM)
    events = crew.workspace.events.count()
    with pytest.raises(Conflict, match="Look again"):
        save(crew, seen)
    assert crew.workspace.events.count() == events


@pytest.mark.parametrize("name", ["remove", "regrant", "delete"])
def test_a_group_whose_policy_changed_meanwhile_is_a_conflict_XI8(crew, name):
    look, save = STALE[name]
    seen = look(crew).digest
    give_grants(crew.group("growth"), [Terms("function-admin", "all")], by=SYSTEM)
    with pytest.raises(Conflict):
        save(crew, seen)


@pytest.mark.parametrize("name", ["regrant", "delete"])
def test_people_who_came_meanwhile_are_a_conflict_XI8(crew, name):
    look, save = STALE[name]
    seen = look(crew).digest
    groups.add_members(crew.group("growth"), [crew.member("dee")], by=SYSTEM)
    with pytest.raises(Conflict):
        save(crew, seen)
