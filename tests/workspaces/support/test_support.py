"""Support windows and visits: who may, until when, and what they see (XK7)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError
from django.utils import timezone
from guardian.shortcuts import assign_perm, remove_perm

from accounts.models.user import User
from tests.cast.visiting import as_support, assigned, opened, visiting
from tests.workspaces.workspace.test_integrity import behind_our_back
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.access.engine import Access
from workspaces.change import Actor, Right, chain, lock_workspace
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import ActorKind, SupportVisit, SupportWindow
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.resources import reads, resources
from workspaces.operations.support import support
from workspaces.operations.support.visiting import visit_of
from workspaces.operations.workspace import retention, workspaces
from workspaces.operations.workspace.integrity import findings


def sees(visit):
    return Access.of(visit).check("read", visit.workspace)


def put_back(world, hours):
    """Say that window and visits were begun, and end, so many hours earlier."""
    earlier = timedelta(hours=hours)
    with lock_workspace(world.workspace.pk):
        for window in world.workspace.support_windows.all():
            window.opened_at, window.ends_at = window.opened_at - earlier, window.ends_at - earlier
            window.save()
        for visit in world.workspace.support_visits.all():
            visit.began_at, visit.ends_at = visit.began_at - earlier, visit.ends_at - earlier
            visit.save()


def last_event(world):
    return world.workspace.events.newest_first().first()


def actions(world):
    return list(world.workspace.events.order_by("number").values_list("action", flat=True))


# --- Windows ---------------------------------------------------------------------------


def test_an_owner_opens_a_window_for_a_reason_and_the_trail_says_so_A1(world):
    window = opened(world)
    event = last_event(world)
    assert (event.action, event.actor_name, event.reason) == (
        "support.window_opened", "ada@example.org", "ticket 7"
    )  # fmt: skip
    assert event.after == {"until": window.ends_at.isoformat()}


@pytest.mark.parametrize(
    "length", [timedelta(0), timedelta(hours=-1), timedelta(days=7, minutes=1)]
)
def test_a_window_ends_within_a_week(world, length):
    before = everything()
    with pytest.raises(Refused) as refused:
        support.open_window(world.workspace, until=timezone.now() + length, by=SYSTEM.because("r"))
    assert refused.value.field == "until"
    assert everything() == before


def test_one_window_is_open_at_a_time(world):
    opened(world)
    with pytest.raises(Conflict):
        opened(world)
    with pytest.raises(IntegrityError), lock_workspace(world.workspace.pk) as locked:
        SupportWindow.objects.create(
            workspace=locked, reason="r", ends_at=timezone.now() + timedelta(hours=1)
        )


def test_the_same_form_opens_one_window_XI7(world):
    until = timezone.now() + timedelta(hours=1)
    made = [
        support.open_window(world.workspace, until=until, by=SYSTEM.because("r"), ident="once")
        for _ in range(2)
    ]
    assert made[0] == made[1]
    assert actions(world).count("support.window_opened") == 1


def test_a_window_that_ran_out_makes_room_for_the_next(world):
    first = opened(world, hours=1)
    put_back(world, 2)
    second = opened(world)
    first.refresh_from_db()
    assert first.ended_at == first.ends_at
    assert world.workspace.support_windows.open().get() == second


def test_nothing_is_closed_where_nothing_is_open(world):
    before = everything()
    assert not support.close_window(world.workspace, by=SYSTEM)
    assert everything() == before


# --- Visits ----------------------------------------------------------------------------


def test_a_visit_sees_what_an_owner_sees_and_the_trail_says_why_A1(world):
    visit = visiting(world)
    access = Access.of(visit)
    for ref in ("source/a", "warehouse/bq", "function/clean"):
        assert access.check("read", world.resource(ref))
    assert access.check("administer", world.workspace)
    event = last_event(world)
    assert (event.action, event.actor_kind, event.actor_name, event.reason) == (
        "support.visit_begun", "support", "sue@example.org", "looks at ticket 7"
    )  # fmt: skip
    assert event.after == {"until": visit.ends_at.isoformat()}


def test_a_visit_is_no_membership_and_no_permission_XK7(world):
    visit = visiting(world)
    assert not world.workspace.members.filter(user=visit.user).exists()
    assert not visit.user.has_perm("workspaces.read_source", world.resource("source/a"))
    assert not visit.user.has_perm("workspaces.read_workspace", world.workspace)


def test_a_visit_in_one_workspace_opens_no_other_XA1(world):
    other = build(OTHER)
    visit = visiting(world)
    access = Access.of(visit)
    assert not access.check("read", other.workspace)
    assert not access.check("read", other.resource("source/a"))
    assert not access.reach("read", "source").filter(workspace=other.workspace).exists()
    assert visit_of(visit.user, "other") is None


def test_the_window_of_one_workspace_lets_nobody_into_another_XA1(world):
    other = build(OTHER)
    opened(other)
    with pytest.raises(Conflict):
        support.begin_visit(world.workspace, assigned(world), by=SYSTEM.because("r"))
    with pytest.raises(Denied):
        support.begin_visit(
            other.workspace, User.objects.get(email="sue@example.org"), by=SYSTEM.because("r")
        )


@pytest.mark.parametrize("who", ["stranger", "superuser", "no staff", "global"])
def test_only_staff_who_were_assigned_visit_XK7(world, who):
    opened(world)
    user = User.objects.create_user(
        "eve@example.org", is_staff=who != "no staff", is_superuser=who == "superuser"
    )
    if who == "no staff":
        assign_perm("workspaces.support_workspace", user, world.workspace)
    if who == "global":  # Django's own permission, which names no workspace
        assign_perm("workspaces.support_workspace", user)
    with pytest.raises(Denied):
        support.begin_visit(world.workspace, user, by=as_support(user).because("r"))
    assert not SupportVisit.objects.exists()


def test_nobody_visits_without_a_window_or_after_it(world):
    sue = assigned(world)
    with pytest.raises(Conflict):
        support.begin_visit(world.workspace, sue, by=as_support(sue).because("r"))
    opened(world, hours=1)
    put_back(world, 2)
    with pytest.raises(Conflict):
        support.begin_visit(world.workspace, sue, by=as_support(sue).because("r"))


def test_members_do_not_visit(world):
    sue = assigned(world)
    members.add(world.workspace, sue, by=SYSTEM)
    opened(world)
    with pytest.raises(Refused):
        support.begin_visit(world.workspace, sue, by=as_support(sue).because("r"))


def test_who_begins_twice_goes_on_with_one_visit_XI7(world):
    visit = visiting(world)
    again = support.begin_visit(world.workspace, visit.user, by=as_support(visit.user).because("r"))
    assert again == visit
    assert actions(world).count("support.visit_begun") == 1


@pytest.mark.parametrize(("window", "longest"), [(24, 4), (2, 2)])
def test_a_visit_ends_after_its_hours_or_with_its_window(world, settings, window, longest):
    settings.SUPPORT_VISIT = timedelta(hours=4)
    visit = visiting(world, hours=window)
    length = (visit.ends_at - visit.began_at).total_seconds()
    assert length == pytest.approx(longest * 3600, abs=60)


def test_a_visit_ends_by_the_databases_clock(world, settings):
    settings.SUPPORT_VISIT = timedelta(hours=4)
    visit = visiting(world)
    put_back(world, 3.99)
    assert sees(visit)
    put_back(world, 0.02)
    assert not sees(visit)
    fresh = support.begin_visit(world.workspace, visit.user, by=as_support(visit.user).because("r"))
    assert fresh != visit
    assert sees(fresh)
    assert not sees(visit)


def test_a_visit_ends_when_its_window_runs_out_whatever_it_says_itself(world):
    visit = visiting(world)
    with lock_workspace(world.workspace.pk):
        visit.window.opened_at -= timedelta(days=2)
        visit.window.ends_at = timezone.now() - timedelta(seconds=1)
        visit.window.save()
    assert not sees(visit)


@pytest.mark.parametrize(
    "end",
    [
        lambda visit: support.close_window(visit.workspace, by=SYSTEM),
        lambda visit: support.end_visit(visit, by=as_support(visit.user)),
        lambda visit: members.set_user_active(visit.user, active=False, by=SYSTEM.because("r")),
        lambda visit: User.objects.filter(pk=visit.user.pk).update(is_staff=False),
        lambda visit: workspaces.close(visit.workspace, by=SYSTEM),
    ],
)
def test_what_ends_a_visit_ends_it_at_once_R4(world, end):
    visit = visiting(world)
    end(visit)
    assert not sees(visit)


def test_who_is_no_longer_assigned_sees_nothing_R4(world):
    visit = visiting(world)
    assert visit_of(visit.user, "acme") == visit
    remove_perm("workspaces.support_workspace", visit.user, world.workspace)
    assert visit_of(User.objects.get(pk=visit.user.pk), "acme") is None


def test_closing_a_window_says_how_many_visits_it_ended_A1(world):
    visiting(world)
    support.close_window(world.workspace, by=world.actor("ada"))
    event = last_event(world)
    assert event.action == "support.window_closed"
    assert event.before["visits"] == 1
    assert not world.workspace.support_visits.unsettled().exists()


def test_a_visit_ends_once(world):
    visit = visiting(world)
    by = as_support(visit.user)
    assert support.end_visit(visit, by=by)
    assert not support.end_visit(visit, by=by)
    assert actions(world).count("support.visit_ended") == 1


# --- Looking only ----------------------------------------------------------------------


def through_a_visit(visit, action="administer", resource=None):
    return Actor(
        ActorKind.SUPPORT, visit.user.email, visit.user, right=Right(visit, action, resource)
    )


@pytest.mark.parametrize(
    "write",
    [
        lambda w, by: groups.create(w.workspace, "late", by=by),
        lambda w, by: members.set_owner(w.member("bo"), owner=True, by=by),
        lambda w, by: members.remove(w.member("bo"), by=by),
        lambda w, by: resources.rename(w.resource("source/a"), "late", by=by),
        lambda w, by: workspaces.close(w.workspace, by=by),
        lambda w, by: support.close_window(w.workspace, by=by),
    ],
)
def test_no_operation_takes_the_right_of_a_visit_for_a_change_XK7(world, write):
    visit = visiting(world)
    before = everything()
    with pytest.raises(Denied):
        write(world, through_a_visit(visit))
    assert everything() == before


def test_what_a_visitor_read_is_noted_and_no_longer_once_it_is_over_A3(world):
    visit = visiting(world)
    workspaces.set_plan_and_flag(world.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    world.workspace.refresh_from_db()
    source = world.resource("source/a")
    by = through_a_visit(visit, "read", source)
    reads.note_resource(source, "resource", by=by)
    assert (last_event(world).action, last_event(world).actor_kind) == ("resource.read", "support")
    support.close_window(world.workspace, by=SYSTEM)
    with pytest.raises(Denied):
        reads.note_resource(source, "resource", by=by)


# --- Around them -----------------------------------------------------------------------


def test_a_window_ends_with_its_workspace_and_stays_closed_when_that_opens_again(world):
    visit = visiting(world)
    workspaces.close(world.workspace, by=SYSTEM)
    workspaces.reopen(world.workspace, by=SYSTEM.because("r"))
    assert not world.workspace.support_windows.open().exists()
    assert not sees(visit)


def test_erasing_a_workspace_takes_windows_and_visits_along(world):
    visiting(world)
    workspaces.close(world.workspace, by=SYSTEM)
    world.workspace.refresh_from_db()
    world.workspace.closed_at -= timedelta(days=31)
    world.workspace.save()
    assert retention.erase_closed(by=SYSTEM) == 1
    assert not SupportWindow.objects.exists()
    assert not SupportVisit.objects.exists()
    assert chain.verify(world.workspace) is None


def test_integrity_check_finds_what_no_operation_writes_XA2(world):
    other = build(OTHER)
    visiting(world)
    opened(other)
    assert list(findings()) == []
    longer = timezone.now() + timedelta(days=9)
    behind_our_back("UPDATE workspaces_supportwindow SET ends_at = %s", longer)
    behind_our_back("UPDATE workspaces_supportvisit SET workspace_id = %s", other.workspace.pk)
    assign_perm("workspaces.edit_source", world.user("dee"), world.resource("source/a"))
    found = "\n".join(findings())
    assert "support window longer than a week" in found
    assert "SupportVisit.window joins two workspaces" in found
    assert "object permission about something else than support" in found


def test_a_visit_outlives_the_account_that_made_it_as_text_alone(world):
    visit = visiting(world)
    with lock_workspace(world.workspace.pk):
        visit.user.delete()
    visit.refresh_from_db()
    assert visit.user is None
    assert not sees(visit)
    assert last_event(world).actor_name == "sue@example.org"
