"""Groups that a directory names and fills; their grants are given by hand (XL5, XL7)."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.mail import Mail
from tests.cast.directories import NEW, directory_of, known, put_in, somebody
from tests.cast.invited import age, ask
from tests.world import OTHER, SYSTEM, acme, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, lock_workspace
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import Group, Invite, InviteGroup
from workspaces.operations.directory import people as directory_people
from workspaces.operations.directory.groups import Step, StepKind, change, create, delete, people_in
from workspaces.operations.directory.pushed_groups import hold_on, open_to_directory, take_over
from workspaces.operations.groups import groups
from workspaces.operations.invites import acceptance
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.terms import Terms

OWNING = Terms("workspace-owner", "all")


@pytest.fixture
def scim(world) -> Actor:
    return directory_of(world)


def ids(world, *names: str) -> tuple[str, ...]:
    return tuple(world.member(name).public_id for name in names)


def add(world, *names: str) -> Step:
    return Step(StepKind.ADD, ids(world, *names))


def inside(group: Group) -> set[str]:
    people = group.workspace.members.in_group(group)
    return {email.partition("@")[0] for email in people.values_list("user__email", flat=True)}


def events_of(group: Group) -> list[str]:
    rows = group.workspace.events.filter(target_type="group", target_id=group.public_id)
    return list(rows.order_by("number").values_list("action", flat=True))


@pytest.fixture
def analysts(world, scim) -> Group:
    return create(world.workspace, name="Analysts", people=ids(world, "bo", "cy"), by=scim)


def test_a_new_group_has_minimal_access_and_is_pushed(world, scim):
    group = create(
        world.workspace, name=" Analysts ", external_id="g1", people=ids(world, "bo"), by=scim
    )
    assert (group.name, inside(group)) == ("Analysts", {"bo"})
    assert not group.grants.exists()
    assert hold_on(group).external_id == "g1"
    assert events_of(group) == ["group.created"]
    assert not Mail.objects.exists()


@pytest.mark.parametrize("name", ["GROWTH", "growth"])
def test_a_name_that_is_taken_is_a_clash(world, scim, analysts, name):
    for act in (
        lambda: create(world.workspace, name=name, by=scim),
        lambda: change(analysts, name=name, by=scim),
    ):
        with pytest.raises(Conflict) as refused:
            act()
        assert (refused.value.rule, refused.value.field) == ("uniqueness", "displayName")


@pytest.mark.parametrize("name", ["", "  ", "x" * 151, "a\0b", "right\u202eleft"])
def test_a_name_that_cannot_be_kept_is_refused_XF6(world, scim, analysts, name):
    for act in (
        lambda: create(world.workspace, name=name, by=scim),
        lambda: change(analysts, name=name, by=scim),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.field == "displayName"


def test_another_spelling_of_its_own_name_is_a_rename(world, scim, analysts):
    change(analysts, name="ANALYSTS", by=scim)
    assert world.group("analysts").name == "ANALYSTS"
    assert events_of(analysts) == ["group.created", "group.described"]


def test_steps_are_taken_in_order_and_are_one_event_A1(world, scim, analysts):
    bo, cy, dee = ids(world, "bo", "cy", "dee")
    steps = [
        Step(StepKind.REMOVE, (bo, cy)),
        Step(StepKind.ADD, (dee, dee, bo)),
        Step(StepKind.REMOVE, (bo,)),
    ]
    change(analysts, steps=steps, by=scim)
    assert inside(analysts) == {"dee"}
    assert events_of(analysts) == ["group.created", "group.members_replaced"]


def test_replacing_leaves_exactly_those_and_nothing_empties_it(world, scim, analysts):
    change(analysts, steps=[Step(StepKind.REPLACE, ids(world, "cy", "dee"))], by=scim)
    assert inside(analysts) == {"cy", "dee"}
    change(analysts, steps=[Step(StepKind.REPLACE)], by=scim)
    assert inside(analysts) == set()


def test_adding_twice_is_once_and_changes_nothing_the_second_time(world, scim, analysts):
    change(analysts, steps=[add(world, "dee")], by=scim)
    before = everything()["workspaces.Event"]
    change(analysts, steps=[add(world, "dee", "bo")], by=scim)
    assert everything()["workspaces.Event"] == before
    assert inside(analysts) == {"bo", "cy", "dee"}


def test_taking_out_who_is_not_in_it_is_no_error(world, scim, analysts):
    change(analysts, steps=[Step(StepKind.REMOVE, ("nobody", *ids(world, "dee")))], by=scim)
    assert inside(analysts) == {"bo", "cy"}


@pytest.mark.parametrize("who", ["unknown", "stranger", "forgotten"])
def test_who_is_nobody_here_cannot_be_added_and_nothing_changes(world, scim, analysts, who):
    ident = "1111111111111111111111"
    match who:
        case "stranger":
            ident = build(OTHER).member("olga@example.net").public_id
        case "forgotten":
            ident = world.member("dee").public_id
            directory_people.forget(world.member("dee"), by=scim)
    before = everything()
    with pytest.raises(Refused) as refused:
        change(
            analysts,
            name="Renamed",
            steps=[Step(StepKind.REPLACE), Step(StepKind.ADD, (ident,))],
            by=scim,
        )
    assert refused.value.field == "members"
    with pytest.raises(Refused):
        create(world.workspace, name="Another", people=[ident], by=scim)
    assert everything() == before


def test_a_group_made_by_hand_is_the_directorys_after_its_first_change(world, scim):
    group = world.group("growth")
    change(group, steps=[add(world, "dee")], by=scim)
    assert hold_on(group) is not None
    assert events_of(group)[-1] == "group.members_added"
    assert inside(group) == {"bo", "dee"}


def test_looking_at_a_group_made_by_hand_does_not_take_it(world, scim):
    group = world.group("growth")
    change(group, name="growth", steps=[add(world, "bo")], by=scim)
    assert hold_on(group) is None


def test_an_external_id_links_a_group_with_one_event(world, scim):
    group = world.group("growth")
    change(group, external_id="g7", by=scim)
    assert hold_on(group).external_id == "g7"
    assert events_of(group)[-1] == "group.linked"


def test_grants_outlive_every_change_of_the_directory(world, scim):
    group = world.group("growth")
    before = list(group.grants.order_by("pk").values())
    change(group, name="Growth", steps=[Step(StepKind.REPLACE)], by=scim)
    change(group, steps=[add(world, "dee")], by=scim)
    assert list(group.grants.order_by("pk").values()) == before
    assert Access.of(world.member("dee")).check("edit", world.resource("source/a"))


def test_deleting_leaves_people_in_the_workspace(world, scim):
    delete(world.group("growth"), by=scim)
    assert world.member("bo")
    assert not Access.of(world.member("bo")).reach_any_type("read").exists()


def test_whoever_is_asked_is_put_down_and_joins_when_they_accept(world, scim, analysts):
    nina = somebody()
    record = put_in(world, scim)
    change(analysts, steps=[Step(StepKind.ADD, (record.public_id,))], by=scim)
    assert record.public_id in people_in(analysts)
    assert inside(analysts) == {"bo", "cy"}
    acceptance.accept(Invite.objects.get(pk=record.invite_id), nina, by=SYSTEM)
    assert inside(analysts) == {"bo", "cy", "nina"}


def test_whoever_is_asked_can_be_taken_out_before_they_accept(world, scim, analysts):
    nina = somebody()
    record = put_in(world, scim)
    change(analysts, steps=[Step(StepKind.ADD, (record.public_id,))], by=scim)
    change(analysts, steps=[Step(StepKind.REMOVE, (record.public_id,))], by=scim)
    acceptance.accept(Invite.objects.get(pk=record.invite_id), nina, by=SYSTEM)
    assert inside(analysts) == {"bo", "cy"}


def test_after_being_inactive_groups_are_only_what_the_directory_says_then_XL5(
    world, scim, analysts
):
    nina = somebody()
    record = put_in(world, scim)
    change(analysts, steps=[Step(StepKind.ADD, (record.public_id,))], by=scim)
    directory_people.change(record, active=False, by=scim)
    directory_people.change(known(world), active=True, by=scim)
    acceptance.accept(Invite.objects.get(pk=known(world).invite_id), nina, by=SYSTEM)
    assert inside(analysts) == {"bo", "cy"}


def test_a_full_push_ends_invites_into_the_group_that_the_directory_does_not_know(world, scim):
    group = world.group("growth")
    ask(world, NEW, Offer(groups=(group,)))
    change(group, steps=[add(world, "dee")], by=scim)
    assert InviteGroup.objects.filter(group=group).exists()
    change(group, steps=[Step(StepKind.REPLACE, ids(world, "dee"))], by=scim)
    assert not InviteGroup.objects.filter(group=group).exists()


def test_nobody_becomes_an_owner_through_a_directory_XL7(world, scim):
    group = world.group("growth")
    give_grants(group, [OWNING], by=SYSTEM)
    before = everything()
    with pytest.raises(Denied) as refused:
        change(group, name="Renamed", steps=[add(world, "dee")], by=scim)
    assert refused.value.rule == "XL7"
    assert everything() == before


def test_nobody_is_put_down_for_ownership_either_XL7(world, scim):
    give_grants(world.group("growth"), [OWNING], by=SYSTEM)
    somebody()
    record = put_in(world, scim)
    with pytest.raises(Denied):
        change(world.group("growth"), steps=[Step(StepKind.ADD, (record.public_id,))], by=scim)


def test_people_leave_a_group_that_owns_and_it_can_be_renamed_XL7(world, scim):
    group = world.group("growth")
    give_grants(group, [OWNING], by=SYSTEM)
    change(group, name="Owners", steps=[Step(StepKind.REPLACE)], by=scim)
    assert (inside(group), world.group("owners")) == (set(), group)


def test_an_ownership_that_has_ended_holds_nobody_back_XL7_R6(world, scim):
    group = world.group("growth")
    (given,) = give_grants(group, [OWNING], by=SYSTEM)
    with lock_workspace(world.workspace.pk):
        given.expires_at = timezone.now() - timedelta(minutes=1)
        given.save()
    change(group, steps=[add(world, "dee")], by=scim)
    assert inside(group) == {"bo", "dee"}


def test_an_ownership_that_is_planned_holds_back_like_one_that_holds_XL7_W1(world, scim):
    later = replace(OWNING, starts=timezone.now() + timedelta(days=1))
    give_grants(world.group("growth"), [later], by=SYSTEM)
    with pytest.raises(Denied):
        change(world.group("growth"), steps=[add(world, "dee")], by=scim)


def test_an_owner_opens_a_group_that_owns_and_closes_it_again_XL7(world, scim):
    group = world.group("growth")
    give_grants(group, [OWNING], by=SYSTEM)
    open_to_directory(group, opened=True, by=world.actor("ada"))
    change(group, steps=[add(world, "dee")], by=scim)
    assert Access.of(world.member("dee")).check("administer", world.workspace)
    open_to_directory(group, opened=False, by=world.actor("ada"))
    with pytest.raises(Denied):
        change(group, steps=[add(world, "cy")], by=scim)
    assert events_of(group)[-3:] == ["group.opened", "group.members_added", "group.closed"]


def test_a_group_taken_over_is_changed_by_hand_again(world, scim, analysts):
    with pytest.raises(Conflict):
        take_over(analysts, by=world.actor("ada"))
    take_over(analysts, though_live=True, by=world.actor("ada"))
    groups.add_members(analysts, [world.member("dee")], by=world.actor("ada"))
    assert inside(analysts) == {"bo", "cy", "dee"}
    assert hold_on(analysts) is None


def test_a_group_of_another_workspace_is_out_of_reach_XA1(world, scim):
    other = build(OTHER)
    before = everything()
    for act in (
        lambda: change(other.group("quixotic"), name="Mine", by=scim),
        lambda: delete(other.group("quixotic"), by=scim),
    ):
        with pytest.raises(Denied):
            act()
    assert everything() == before


def test_people_whose_access_changes_are_told_by_mail(world, scim):
    change(world.group("growth"), steps=[add(world, "dee")], by=scim)
    mail = Mail.objects.get()
    assert mail.to == "dee@example.org"
    assert "Okta" in mail.text


def many(number: int) -> dict:
    people = [{"email": f"m{n}@example.org", "name": f"M {n}"} for n in range(number)]
    return acme(members=[*acme()["members"], *people])


def test_statements_do_not_grow_with_the_number_of_people(db):
    world = build(many(1300))
    scim = directory_of(world)
    rows = world.workspace.members.filter(user__email__startswith="m").order_by("pk")
    everybody = list(rows.values_list("public_id", flat=True))
    costs = []
    for name, people in (("Few", everybody[:300]), ("Many", everybody)):
        with CaptureQueriesContext(connection) as queries:
            group = create(world.workspace, name=name, people=people, by=scim)
            change(group, steps=[Step(StepKind.REPLACE, tuple(people[1:]))], by=scim)
            change(group, steps=[Step(StepKind.REMOVE, tuple(people))], by=scim)
            change(group, steps=[Step(StepKind.ADD, tuple(people))], by=scim)
        costs.append(len(queries))
        assert len(people_in(group)) == len(people)
    assert costs[0] == costs[1]


def test_whoever_let_the_question_run_out_waits_and_is_asked_into_the_group(world, scim, analysts):
    somebody()
    record = put_in(world, scim)
    age(Invite.objects.get(pk=record.invite_id), days=4)
    change(analysts, steps=[Step(StepKind.ADD, (record.public_id,))], by=scim)
    assert record.public_id not in people_in(analysts)
    directory_people.change(known(world), active=True, by=scim)
    assert isinstance(people_in(analysts)[record.public_id], Invite)


def test_whoever_is_removed_from_the_workspace_is_out_of_pushed_groups_too_R8(
    world, scim, analysts
):
    members.remove(world.member("bo"), by=world.actor("ada"))
    assert inside(analysts) == {"cy"}
