"""A place in a group starts and ends: given, moved, taken, put back (W1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.mail import Mail
from tests.cast.invited import ask
from tests.world import SYSTEM, World, give_grants
from workspaces.access.engine import Access
from workspaces.change import lock_workspace
from workspaces.errors import Conflict, Refused
from workspaces.models import GroupMember, InviteGroup, Member
from workspaces.operations.directory import groups as directory_groups
from workspaces.operations.directory.groups import Step
from workspaces.operations.groups import groups, membership, people, places, reviews
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import bulk, members
from workspaces.operations.members.bulk_changes import Remove
from workspaces.operations.members.copying import Copy, copy_access
from workspaces.operations.trail.undo import undo
from workspaces.spans import ALWAYS, Span
from workspaces.terms import Terms
from workspaces.views.trail.event_changes import changes_of

DAY = timedelta(days=1)


def later(days: float) -> Span:
    return Span(starts=timezone.now() + days * DAY)


def until(days: float) -> Span:
    return Span(ends=timezone.now() + days * DAY)


def stand(world: World, name: str, span: Span) -> None:
    """Let somebody's place in growth be as it is, whatever may be given today."""
    with lock_workspace(world.workspace.pk, by=SYSTEM) as workspace:
        member = world.member(name)
        membership.take_out(world.group("growth"), [member])
        membership.put_in(workspace, world.group("growth"), [member], span)


def place(world: World, name: str) -> GroupMember | None:
    return world.group("growth").memberships.filter(member=world.member(name)).first()


def edits(member: Member) -> bool:
    return Access.of(member).check("edit", member.workspace.resources.get(slug="a"))


def newest(world: World):
    return world.workspace.events.newest_first().first()


def test_whoever_is_added_until_a_day_is_in_it_until_then_W1(world):
    span, dee = until(3), world.member("dee")
    groups.add_members(world.group("growth"), [dee], span=span, by=SYSTEM)
    assert edits(dee)
    assert place(world, "dee").span == span
    assert newest(world).after == {
        "members": ["dee@example.org"], "spans": {"dee@example.org": span.told()},
    }  # fmt: skip


def test_a_planned_place_gives_nothing_yet_and_answers_no_request_W1(world):
    dee, span = world.member("dee"), later(2)
    review = reviews.of_joining(world.group("growth"), [dee], span)
    assert [one.moves for one in review.people] == [()]
    groups.add_members(world.group("growth"), [dee], span=span, by=SYSTEM)
    assert not edits(dee)
    told = Mail.objects.get(to="dee@example.org")
    assert "It starts" in told.text


@pytest.mark.parametrize(
    ("span", "field"),
    [(until(-1), "ends"), (Span(later(3).starts, until(2).ends), "ends")],
)
def test_nobody_is_added_for_a_span_that_is_over_W1(world, span, field):
    with pytest.raises(Refused) as refused:
        groups.add_members(world.group("growth"), [world.member("dee")], span=span, by=SYSTEM)
    assert refused.value.field == field
    assert place(world, "dee") is None


def test_an_ended_place_gives_way_to_a_new_one_and_undo_takes_that_W1(world):
    stand(world, "dee", until(-1))
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    assert place(world, "dee").span == ALWAYS
    undo(world.workspace, newest(world).number, by=SYSTEM)
    assert place(world, "dee") is None


def test_undo_of_adding_refuses_once_the_dates_were_moved_W1(world):
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    number = newest(world).number
    places.move(world.group("growth"), [world.member("dee")], until(4), by=SYSTEM)
    with pytest.raises(Conflict, match="changed again"):
        undo(world.workspace, number, by=SYSTEM)


def test_undo_does_not_forget_that_a_place_was_planned_W1(world):
    stand(world, "dee", later(3))
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    with pytest.raises(Conflict, match="planned before"):
        undo(world.workspace, newest(world).number, by=SYSTEM)


@pytest.mark.parametrize("span", [later(2), until(-1)])
def test_planned_and_ended_places_can_be_taken_out_W1(world, span):
    stand(world, "dee", span)
    gone = groups.remove_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    assert [member.user.email for member in gone] == ["dee@example.org"]
    assert place(world, "dee") is None
    assert not Mail.objects.filter(to="dee@example.org").exists()


def test_undo_puts_back_with_the_span_that_was_W1(world):
    span = until(5)
    stand(world, "dee", span)
    people_of = [world.member("bo"), world.member("dee")]
    groups.remove_members(world.group("growth"), people_of, by=SYSTEM)
    undo(world.workspace, newest(world).number, by=SYSTEM)
    assert (place(world, "bo").span, place(world, "dee").span) == (ALWAYS, span)


def test_undo_puts_nobody_back_whose_end_has_come_W1(world):
    stand(world, "dee", until(-1))
    groups.remove_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    with pytest.raises(Conflict, match="has ended"):
        undo(world.workspace, newest(world).number, by=SYSTEM)


def test_a_later_end_renews_what_has_ended_in_one_event_W1_A1(world):
    stand(world, "dee", until(-1))
    dee, span, events = world.member("dee"), until(9), world.workspace.events.count()
    review = places.preview(world.group("growth"), [dee], span)
    assert [bool(one.moves) for one in review.people] == [True]
    by = SYSTEM.having_seen(review.digest)
    assert places.move(world.group("growth"), [dee], span, by=by) == [dee]
    assert edits(dee)
    assert world.workspace.events.count() == events + 1
    assert newest(world).action == "group.memberships_moved"
    assert newest(world).after == {"dee@example.org": span.told()}


def test_without_a_start_what_is_planned_begins_and_what_holds_keeps_its_start_W1(world):
    began = Span(starts=timezone.now() - DAY)
    stand(world, "bo", began)
    stand(world, "dee", later(4))
    span, people_of = until(9), [world.member("bo"), world.member("dee")]
    places.move(world.group("growth"), people_of, span, by=SYSTEM)
    assert place(world, "bo").span == Span(began.starts, span.ends)
    assert place(world, "dee").span == span
    assert edits(world.member("dee"))


def test_a_later_start_takes_what_the_group_gave_until_then_W1(world):
    bo, span = world.member("bo"), later(4)
    review = places.preview(world.group("growth"), [bo], span)
    assert all(not move.rises for one in review.people for move in one.moves)
    places.move(world.group("growth"), [bo], span, by=SYSTEM)
    assert not edits(bo)


def test_an_end_that_moves_is_told_of_anew_W1(world):
    stand(world, "bo", until(1))
    GroupMember.objects.filter(member=world.member("bo")).update(end_told_at=timezone.now())
    places.move(world.group("growth"), [world.member("bo")], until(9), by=SYSTEM)
    assert place(world, "bo").end_told_at is None


def test_the_same_span_again_changes_nothing_XI7(world):
    span, bo = until(4), world.member("bo")
    places.move(world.group("growth"), [bo], span, by=SYSTEM)
    events = world.workspace.events.count()
    assert places.move(world.group("growth"), [bo], span, by=SYSTEM) == []
    assert world.workspace.events.count() == events


def test_another_day_than_the_one_looked_at_is_looked_at_first(world):
    bo = world.member("bo")
    by = SYSTEM.having_seen(places.preview(world.group("growth"), [bo], until(3)).digest)
    with pytest.raises(Refused, match="Save again"):
        places.move(world.group("growth"), [bo], until(4), by=by)


def test_no_place_is_moved_to_an_end_that_has_passed_W1(world):
    with pytest.raises(Refused) as refused:
        places.move(world.group("growth"), [world.member("bo")], until(-2), by=SYSTEM)
    assert refused.value.field == "ends"
    assert edits(world.member("bo"))


def test_undo_of_a_renewal_ends_the_place_again_W1(world):
    stand(world, "dee", until(-1))
    was = place(world, "dee").span
    places.move(world.group("growth"), [world.member("dee")], until(9), by=SYSTEM)
    undo(world.workspace, newest(world).number, by=SYSTEM)
    assert place(world, "dee").span == was
    assert not edits(world.member("dee"))


def test_undo_refuses_once_the_place_was_moved_again(world):
    bo = world.member("bo")
    places.move(world.group("growth"), [bo], until(9), by=SYSTEM)
    number = newest(world).number
    places.move(world.group("growth"), [bo], until(5), by=SYSTEM)
    with pytest.raises(Conflict, match="changed again"):
        undo(world.workspace, number, by=SYSTEM)


def test_whoever_moves_to_another_group_keeps_their_end_W1(world):
    span, bo = until(6), world.member("bo")
    crew = groups.create(world.workspace, "crew", by=SYSTEM)
    stand(world, "bo", span)
    stand(world, "dee", later(3))
    people_of = [bo, world.member("dee")]
    assert groups.move_members(world.group("growth"), people_of, crew, by=SYSTEM) == [bo]
    assert crew.memberships.get().span == span
    assert place(world, "dee") is not None
    undo(world.workspace, newest(world).number, by=SYSTEM)
    assert place(world, "bo").span == span


def test_the_trail_keeps_the_places_of_a_deleted_group_W1(world):
    span = later(3)
    stand(world, "dee", span)
    groups.delete(world.group("growth"), by=SYSTEM)
    assert newest(world).before["members"] == {
        "members": ["bo@example.org", "dee@example.org"],
        "spans": {"dee@example.org": span.told()},
    }


def test_programs_take_planned_people_out_and_replace_them_W1(world):
    stand(world, "dee", later(3))
    people.part(world.group("growth"), ["dee@example.org"], by=SYSTEM)
    assert place(world, "dee") is None
    stand(world, "dee", later(3))
    people.replace(world.group("growth"), ["bo@example.org"], by=SYSTEM)
    assert place(world, "dee") is None


def test_a_directory_that_takes_a_group_over_knows_no_ends_of_ours_W1(world):
    growth = world.group("growth")
    stand(world, "bo", until(3))
    stand(world, "cy", until(-1))
    stand(world, "dee", later(3))
    asked = ask(world, "new@example.org", Offer(groups=(growth,)))
    with lock_workspace(world.workspace.pk, by=SYSTEM):
        InviteGroup.objects.filter(invite=asked).update(expires_at=until(2).ends)
    directory_groups.change(
        growth, steps=[Step("add", (world.member("ada").public_id,))], by=SYSTEM
    )
    assert {row.member.user.email: row.span for row in growth.memberships.all()} == {
        "ada@example.org": ALWAYS, "bo@example.org": ALWAYS,
    }  # fmt: skip
    assert InviteGroup.objects.get().span == ALWAYS


def test_whom_the_directory_puts_in_has_no_end_of_ours_W1(world):
    stand(world, "dee", later(3))
    step = Step("add", (world.member("dee").public_id,))
    directory_groups.change(world.group("growth"), steps=[step], by=SYSTEM)
    assert place(world, "dee").span == ALWAYS


def test_nobody_moves_places_in_a_group_that_a_directory_pushes_W1(world):
    directory_groups.change(world.group("growth"), external_id="g", by=SYSTEM)
    with pytest.raises(Conflict, match="pushes"):
        places.move(world.group("growth"), [world.member("bo")], until(3), by=SYSTEM)


def test_a_planned_place_in_a_group_that_owns_makes_no_owner_yet_W1_R3(world):
    give_grants(world.group("growth"), [Terms("workspace-owner", "all")], by=SYSTEM)
    stand(world, "dee", later(1))
    assert not Access.of(world.member("dee")).is_owner


def test_who_is_copied_to_is_in_the_groups_until_the_same_day_W1_R14(world):
    span = until(7)
    stand(world, "bo", Span(timezone.now() - DAY, span.ends))
    crew = groups.create(world.workspace, "crew", by=SYSTEM)
    groups.add_members(crew, [world.member("bo")], span=later(2), by=SYSTEM)
    copy_access(world.workspace, Copy(world.member("bo")), [world.member("dee")], by=SYSTEM)
    assert place(world, "dee").span == span
    assert not crew.memberships.filter(member=world.member("dee")).exists()


def test_the_trail_says_until_when_somebody_who_goes_was_in_a_group_W1_R8(world):
    span = later(4)
    stand(world, "dee", span)
    crew = groups.create(world.workspace, "crew", by=SYSTEM)
    groups.add_members(crew, [world.member("dee")], by=SYSTEM)
    members.remove(world.member("dee"), by=SYSTEM)
    removed = world.workspace.events.get(action="member.removed")
    assert removed.before["groups"] == ["crew", {"group": "growth", **span.told()}]


def test_whoever_goes_loses_the_places_they_have_or_will_have_W1(world):
    stand(world, "dee", until(-1))
    stand(world, "cy", later(2))
    choose = world.workspace.members.filter(user__email__in=["dee@example.org", "cy@example.org"])
    review = bulk.review(world.workspace, lambda _w: choose, Remove(world.user("ada").pk))
    assert {number.kind: number.count for number in review.numbers}["memberships"] == 1


def test_a_line_of_the_trail_says_whose_dates_became_what_W1(world):
    places.move(world.group("growth"), [world.member("bo")], until(3), by=SYSTEM)
    event = newest(world)
    gone, come = changes_of(event.before, event.after)
    assert gone.text == "bo@example.org: no start, no end"
    assert come.text.startswith("bo@example.org: Ends on")
