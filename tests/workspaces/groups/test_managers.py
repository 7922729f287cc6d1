"""Managers say who is in one group, and nothing else of it (W6, XO6)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.cast.managing import manage, through
from tests.world import SYSTEM, everything, give_grants
from workspaces.change import lock_workspace
from workspaces.errors import Conflict, Denied
from workspaces.models import Group, Manager
from workspaces.operations.directory import groups as directory, pushed_groups
from workspaces.operations.documents import dump_document
from workspaces.operations.groups import groups, managers, places
from workspaces.operations.members import members
from workspaces.operations.trail import undo
from workspaces.operations.workspace.integrity import findings
from workspaces.spans import Span
from workspaces.terms import Eligible, Terms

DAY = timedelta(days=1)
PII = Terms("pii-access", "all")
OWNING = Terms("workspace-owner", "all")
GRAVE = {
    "ownership": OWNING,
    "personal data": PII,
    "planned": Terms("pii-access", "all", starts=timezone.now() + 400 * DAY),
    "eligible": Terms("workspace-owner", "all", eligible=Eligible(proof=True)),
}


def managing(world, group="growth"):
    return sorted(one.user.email for one in managers.managers_of(world.group(group)))


def test_a_manager_puts_people_in_until_a_day_and_takes_them_out_W6(world):
    manage(world, "cy")
    cy, dee, growth = through(world, "cy"), world.member("dee"), world.group("growth")
    ends = timezone.now() + DAY
    assert groups.add_members(growth, [dee], span=Span(ends=ends), by=cy) == [dee]
    assert growth.memberships.get(member=dee).expires_at == ends
    assert places.move(growth, [dee], Span(ends=ends + DAY), by=cy) == [dee]
    assert groups.remove_members(growth, [dee, world.member("bo")], by=cy)
    assert not growth.memberships.exists()


def test_whoever_manages_nothing_says_nothing_of_a_group_W6_XB2(world):
    manage(world, "cy")
    growth, before = world.group("growth"), everything()
    for change in (
        lambda by: groups.add_members(growth, [world.member("cy")], by=by),
        lambda by: groups.remove_members(growth, [world.member("bo")], by=by),
        lambda by: places.move(
            growth, [world.member("bo")], Span(ends=timezone.now() + DAY), by=by
        ),
    ):
        with pytest.raises(Denied):
            change(through(world, "dee"))
    assert everything() == before


def test_a_manager_has_no_say_in_another_group_W6(world):
    manage(world, "cy")
    other = groups.create(world.workspace, "other", members=[world.member("bo")], by=SYSTEM)
    with pytest.raises(Denied):
        groups.add_members(other, [world.member("dee")], by=through(world, "cy"))
    growth, bo = world.group("growth"), world.member("bo")
    with pytest.raises(Denied):
        groups.move_members(growth, [bo], other, by=through(world, "cy"))


def test_a_manager_neither_comes_in_by_themself_nor_stays_longer_XO6(world):
    manage(world, "bo", "cy")
    growth, before = world.group("growth"), everything()
    with pytest.raises(Denied):
        groups.add_members(
            growth, [world.member("dee"), world.member("cy")], by=through(world, "cy")
        )
    span = Span(ends=timezone.now() + DAY)
    with pytest.raises(Denied):
        places.move(growth, [world.member("bo")], span, by=through(world, "bo"))
    assert everything() == before
    groups.remove_members(growth, [world.member("bo")], by=through(world, "bo"))


@pytest.mark.parametrize("grave", GRAVE.values(), ids=GRAVE)
def test_a_group_that_owns_or_shows_personal_data_gets_no_managers_W6(world, grave):
    give_grants(world.group("growth"), [grave])
    with pytest.raises(Conflict, match="has no managers"):
        manage(world, "cy")
    assert not Manager.objects.exists()


@pytest.mark.parametrize("grave", GRAVE.values(), ids=GRAVE)
def test_the_change_that_makes_a_group_such_ends_its_managers_XO6(world, grave):
    manage(world, "cy")
    give_grants(world.group("growth"), [grave], by=SYSTEM.because("why").undoing(1))
    assert not Manager.objects.exists()
    ended, changed = world.workspace.events.newest_first()[:2]
    assert (ended.action, ended.before, ended.after) == (
        "group.managers_changed", {"managers": ["cy@example.org"]}, {"managers": []},
    )  # fmt: skip
    assert (ended.reason, ended.undoes, changed.action) == ("", None, "policy.extended")
    with pytest.raises(Denied):
        groups.add_members(world.group("growth"), [world.member("dee")], by=through(world, "cy"))


def test_what_has_ended_makes_no_group_such_W6(world):
    give_grants(world.group("growth"), [Terms("pii-access", "all", ends=timezone.now() - DAY)])
    manage(world, "cy")
    assert managers.manages(world.member("cy"), world.group("growth"))


def test_a_right_that_stood_by_mistake_gives_nothing_W6(world):
    manage(world, "cy")
    give_grants(world.group("growth"), [PII])
    with lock_workspace(world.workspace.pk):
        Manager.objects.create(
            workspace=world.workspace, group=world.group("growth"), member=world.member("cy")
        )
    assert not managers.manages(world.member("cy"), world.group("growth"))
    with pytest.raises(Denied):
        groups.add_members(world.group("growth"), [world.member("dee")], by=through(world, "cy"))
    assert any("may have none (W6)" in line for line in findings())


@pytest.mark.parametrize(
    "push",
    [
        lambda group: directory.change(group, external_id="x", by=SYSTEM),
        lambda group: directory.change(group, name="Growth!", by=SYSTEM),
        lambda group: pushed_groups.open_to_directory(group, opened=True, by=SYSTEM),
    ],
    ids=["linked", "renamed", "opened"],
)
def test_a_group_that_a_directory_takes_loses_its_managers_XO6(world, push):
    manage(world, "cy")
    growth = world.group("growth")
    push(growth)
    assert not Manager.objects.exists()
    with pytest.raises(Conflict):
        managers.set_managers(growth, [world.member("cy")], by=SYSTEM)
    with pytest.raises(Denied):
        groups.remove_members(growth, [world.member("bo")], by=through(world, "cy"))


def test_who_leaves_manages_nothing_any_more_R8(world):
    manage(world, "cy", "dee")
    members.remove(world.member("cy"), by=SYSTEM)
    assert managing(world) == ["dee@example.org"]
    members.set_user_active(world.user("dee"), active=False, by=SYSTEM.because("left"))
    assert managing(world) == []


def test_naming_the_same_again_is_no_event_A1(world):
    manage(world, "cy")
    number = world.workspace.events.count()
    manage(world, "cy")
    assert world.workspace.events.count() == number


def test_an_undo_puts_the_former_managers_back_U6(world):
    manage(world, "cy")
    manage(world, "dee")
    number = world.workspace.events.newest_first().first().number
    undo.undo(world.workspace, number, by=SYSTEM)
    assert managing(world) == ["cy@example.org"]


def test_an_undo_of_what_changed_since_is_refused_U6(world):
    manage(world, "cy")
    number = world.workspace.events.newest_first().first().number
    manage(world, "dee")
    with pytest.raises(Conflict, match="changed again"):
        undo.undo(world.workspace, number, by=SYSTEM)


def test_an_undo_names_no_managers_of_what_may_have_none_W6(world):
    manage(world, "cy")
    manage(world)
    number = world.workspace.events.newest_first().first().number
    give_grants(world.group("growth"), [PII])
    with pytest.raises(Conflict, match="has no managers"):
        undo.undo(world.workspace, number, by=SYSTEM)


def test_a_copy_of_a_group_has_no_managers_W6(world):
    manage(world, "cy")
    made = groups.duplicate(world.group("growth"), "copy", by=SYSTEM)
    assert not made.managers.exists()


def test_a_deleted_group_leaves_no_manager_behind(world):
    manage(world, "cy")
    groups.delete(world.group("growth"), by=SYSTEM)
    assert not Manager.objects.exists()
    assert not Group.objects.filter(name="growth").exists()
    assert "managers" not in str(dump_document(world.workspace))
