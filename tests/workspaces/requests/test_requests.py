"""Requests for access: asked, answered, overtaken (Q1, R5, XE13, XI7, XK4)."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.peers.race import together
from tests.world import SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import AccessRequest, Outcome
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.requests import requests
from workspaces.operations.requests.remedies import remedies
from workspaces.operations.requests.requests import Asked
from workspaces.operations.resources import resources
from workspaces.operations.trail.undo import undo
from workspaces.spans import Span
from workspaces.terms import Terms

DAY = timedelta(days=1)


def ask(world, name, which="source/c", action="edit", message=""):
    asked = Asked.of(world.workspace, which, action)
    return requests.ask(world.member(name), asked, by=world.actor(name), message=message)


def approve(world, request, key, name="ada", seen="", **more):
    requests.approve(request, key, by=world.actor(name).having_seen(seen), **more)


def outcome(request):
    return AccessRequest.objects.get(pk=request.pk).outcome


def a_grant_that_ends(holder, days=5):
    ends = timezone.now() + days * DAY
    [grant] = give_grants(holder, [Terms("function-admin", "all", ends=ends)], by=SYSTEM)
    return grant


# --- Asking ------------------------------------------------------------------------------


def test_every_owner_gets_one_mail_with_a_link_Q1(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    Mail.objects.all().delete()
    request = ask(world, "dee", message="for the launch")
    assert set(Mail.objects.values_list("to", flat=True)) == {"ada@example.org", "bo@example.org"}
    mail = Mail.objects.first()
    assert f"http://127.0.0.1:8000/w/acme/requests/{request.public_id}" in mail.text
    assert "dee@example.org" in mail.text
    assert "for the launch" in mail.text


def test_an_owner_through_a_group_gets_the_mail_too_R3(world):
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    give_grants(insiders, [Terms("workspace-owner", "all")], by=SYSTEM)
    groups.add_members(insiders, [world.member("cy")], by=SYSTEM)
    Mail.objects.all().delete()
    ask(world, "dee")
    assert "cy@example.org" in Mail.objects.values_list("to", flat=True)


def test_asking_again_is_answered_with_the_same_request_and_no_second_mail_XI7(world):
    first, again = ask(world, "dee"), ask(world, "dee", which=" SOURCE/C ")
    assert first.pk == again.pk
    assert Mail.objects.filter(to="ada@example.org").count() == 1
    assert world.workspace.events.filter(action="request.made").count() == 1


def test_after_an_answer_one_may_ask_again(world):
    first = ask(world, "dee")
    requests.decline(first, by=world.actor("ada"))
    assert ask(world, "dee").pk != first.pk


def test_one_may_ask_for_what_does_not_exist_and_learns_nothing_R5(world):
    there, nowhere = ask(world, "dee", "source/c"), ask(world, "dee", "source/none")
    assert (there.asked_for, nowhere.asked_for) == ("source/c", "source/none")
    assert there.resource is not None
    assert nowhere.resource is None


def test_what_one_may_do_already_is_not_asked_for(world):
    with pytest.raises(Refused, match="already"):
        ask(world, "bo", "source/a", "edit")


def test_an_action_the_type_lacks_is_refused_whether_the_thing_is_there_or_not_R5(world):
    for slug in ("bq", "none"):
        with pytest.raises(Refused, match="such a thing"):
            ask(world, "dee", f"warehouse/{slug}", "engage")


def test_too_many_requests_of_one_member_do_not_wait_at_once_XE14(world):
    for number in range(requests.MOST_OPEN):
        ask(world, "dee", f"thing {number}")
    with pytest.raises(Refused, match="Withdraw one"):
        ask(world, "dee", "one more")


def test_the_text_of_a_request_stays_out_of_the_trail_XK4(world):
    request = ask(world, "dee", message="my password is hunter2")
    requests.decline(request, by=world.actor("ada"), answer="no")
    for event in world.workspace.events.filter(action__startswith="request."):
        assert "hunter2" not in str((event.before, event.after, event.reason, event.target_name))


def test_only_what_one_holds_and_what_ends_is_extended(world):
    lasting = world.member("cy").grants.get()
    foreign = a_grant_that_ends(world.member("cy"))
    for grant in (lasting, foreign):
        with pytest.raises(Refused):
            requests.ask_to_extend(world.member("dee"), grant, by=SYSTEM)
    with pytest.raises(Refused):
        requests.ask_to_extend(world.member("cy"), lasting, by=SYSTEM)


# --- Answering ---------------------------------------------------------------------------


def test_an_approval_gives_closes_and_tells_the_asker_Q1(world):
    request = ask(world, "dee")
    ends = timezone.now() + 30 * DAY
    approve(world, request, "named", ends=ends)
    dee = world.member("dee")
    assert Access.of(dee).check("edit", world.resource("source/c"))
    assert not Access.of(dee).check("edit", world.resource("source/a"))
    assert dee.grants.get().expires_at == ends
    assert dee.grants.get().granted_by == world.user("ada")
    assert outcome(request) == Outcome.APPROVED
    assert "approved" in Mail.objects.get(to="dee@example.org").subject


@pytest.mark.parametrize("days", [-1, 0, 365 * 1000])
def test_an_approval_ends_in_the_future_and_on_a_day_that_can_be_said_R6(world, days):
    request = ask(world, "dee")
    with pytest.raises(Refused) as refused:
        approve(world, request, "named", ends=timezone.now() + days * DAY)
    assert refused.value.field == "ends"
    assert not world.member("dee").grants.exists()


def test_the_event_of_an_approval_names_the_request_A1(world):
    request = ask(world, "dee")
    approve(world, request, "named")
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.target_name) == ("request.approved", "dee@example.org")
    assert event.after["request"]["request"] == request.public_id
    assert event.before["grants"] == []
    assert event.after["grants"][0]["scope"] == {"resources": ["source/c"]}


def test_a_group_is_joined_by_an_approval(world):
    key = f"group-{world.group('growth').public_id}"
    request = ask(world, "dee", "source/a")
    approve(world, request, key)
    assert world.workspace.members.in_group(world.group("growth")).count() == 2
    assert outcome(request) == Outcome.APPROVED


def test_a_group_is_joined_from_a_day_until_another_and_undo_takes_that_W1_Q1(world):
    growth, starts, ends = world.group("growth"), timezone.now() + DAY, timezone.now() + 9 * DAY
    request = ask(world, "dee", "source/a")
    approve(world, request, f"group-{growth.public_id}", starts=starts, ends=ends)
    place = growth.memberships.get(member=world.member("dee"))
    assert (place.starts_at, place.expires_at) == (starts, ends)
    assert not Access.of(world.member("dee")).check("edit", world.resource("source/a"))
    event = world.workspace.events.filter(action="request.approved").get()
    assert event.after["group"]["expires"] == ends.isoformat()
    assert "It ends " in Mail.objects.get(to="dee@example.org").text
    undo(world.workspace, event.number, by=SYSTEM)
    assert not growth.memberships.filter(pk=place.pk).exists()


def test_no_group_is_joined_until_a_day_that_has_passed_W1(world):
    request = ask(world, "dee", "source/a")
    key = f"group-{world.group('growth').public_id}"
    with pytest.raises(Refused) as refused:
        approve(world, request, key, ends=timezone.now() - DAY)
    assert refused.value.field == "ends"
    assert outcome(request) != Outcome.APPROVED


def test_a_place_that_is_planned_answers_no_request_yet_W1_Q1(world):
    request = ask(world, "dee", "source/a")
    span = Span(starts=timezone.now() + DAY)
    groups.add_members(world.group("growth"), [world.member("dee")], span=span, by=SYSTEM)
    assert AccessRequest.objects.open().filter(pk=request.pk).exists()


def test_an_approval_can_start_later_and_says_so_Q1_W1(world):
    request = ask(world, "dee")
    starts, ends = timezone.now() + DAY, timezone.now() + 30 * DAY
    approve(world, request, "named", starts=starts, ends=ends)
    dee = world.member("dee")
    assert (dee.grants.get().starts_at, dee.grants.get().expires_at) == (starts, ends)
    assert not Access.of(dee).check("edit", world.resource("source/c"))
    assert outcome(request) == Outcome.APPROVED
    text = Mail.objects.get(to="dee@example.org").text
    assert "It starts " in text
    assert "It ends " in text


def test_an_approval_does_not_end_before_it_starts_W1(world):
    request = ask(world, "dee")
    with pytest.raises(Refused) as refused:
        approve(world, request, "named", starts=timezone.now() + 3 * DAY, ends=timezone.now() + DAY)
    assert refused.value.field == "ends"
    assert not world.member("dee").grants.exists()


def test_an_extension_takes_no_start(world):
    grant = a_grant_that_ends(world.member("cy"))
    request = requests.ask_to_extend(world.member("cy"), grant, by=SYSTEM)
    with pytest.raises(Refused):
        approve(world, request, "extend", starts=timezone.now() + DAY)


def test_ones_own_grant_lasts_longer_by_the_same_row(world):
    grant = a_grant_that_ends(world.member("cy"))
    request = requests.ask_to_extend(world.member("cy"), grant, by=SYSTEM)
    later = grant.expires_at + 60 * DAY
    approve(world, request, "extend", ends=later)
    grant.refresh_from_db()
    assert (grant.expires_at, grant.end_told_at) == (later, None)


def test_an_extension_ends_later_than_now(world):
    grant = a_grant_that_ends(world.member("cy"))
    request = requests.ask_to_extend(world.member("cy"), grant, by=SYSTEM)
    with pytest.raises(Refused, match="no later"):
        approve(world, request, "extend", ends=grant.expires_at - DAY)


def test_a_groups_grant_is_kept_by_the_asker_alone(world):
    grant = a_grant_that_ends(world.group("growth"))
    request = requests.ask_to_extend(world.member("bo"), grant, by=SYSTEM)
    approve(world, request, "own")
    assert world.member("bo").grants.get().role == "function-admin"
    assert world.group("growth").grants.get(pk=grant.pk).expires_at == grant.expires_at


def test_declining_changes_no_access_and_tells_the_line(world):
    request = ask(world, "dee")
    requests.decline(request, by=world.actor("ada"), answer="Ask the platform team.")
    assert not world.member("dee").grants.exists()
    assert outcome(request) == Outcome.DECLINED
    assert "Ask the platform team." in Mail.objects.get(to="dee@example.org").text


def test_answers_come_also_to_who_wants_no_mail_about_access(world):
    User.objects.filter(email="dee@example.org").update(mail_about_access=False)
    requests.decline(ask(world, "dee"), by=world.actor("ada"))
    assert Mail.objects.filter(to="dee@example.org").exists()


def test_a_request_is_answered_once_XE13(world):
    request = ask(world, "dee")
    approve(world, request, "named")
    with pytest.raises(Conflict):
        approve(world, request, "named")
    with pytest.raises(Conflict):
        requests.decline(request, by=world.actor("ada"))
    assert world.member("dee").grants.count() == 1


def test_whoever_left_meanwhile_gets_nothing_XE13(world):
    request = ask(world, "dee")
    members.remove(world.member("dee"), by=SYSTEM)
    with pytest.raises(Conflict):
        approve(world, request, "named")


def test_nobody_approves_their_own_while_another_owner_exists_XE13(world):
    insiders = groups.create(world.workspace, "insiders", by=SYSTEM)
    [grant] = give_grants(
        insiders,
        [Terms("workspace-owner", "all", ends=timezone.now() + DAY)],
        by=SYSTEM,
    )
    groups.add_members(insiders, [world.member("bo")], by=SYSTEM)
    groups_grant = a_grant_that_ends(world.group("growth"))
    request = requests.ask_to_extend(world.member("bo"), groups_grant, by=SYSTEM)
    with pytest.raises(Denied):
        approve(world, request, "own", name="bo")
    assert outcome(request) == ""
    assert grant.pk


def test_the_only_owner_may_answer_their_own_XE13(world):
    grant = a_grant_that_ends(world.member("ada"))
    request = requests.ask_to_extend(world.member("ada"), grant, by=SYSTEM)
    approve(world, request, "extend")
    assert outcome(request) == Outcome.APPROVED


def test_an_approval_that_would_do_something_else_by_now_is_stale_XD4(world):
    request = ask(world, "dee", "source/a")
    group = world.group("growth")
    key = f"group-{group.public_id}"
    seen = next(r.digest for r in remedies(request) if r.key == key)
    give_grants(group, [Terms("space-admin", "all")], by=SYSTEM)
    with pytest.raises(Conflict):
        approve(world, request, key, seen=seen)
    assert outcome(request) == ""


def test_an_unrelated_change_meanwhile_does_no_harm(world):
    request = ask(world, "dee")
    seen = next(r.digest for r in remedies(request) if r.key == "named")
    groups.create(world.workspace, "unrelated", by=SYSTEM)
    approve(world, request, "named", seen=seen)
    assert outcome(request) == Outcome.APPROVED


def test_an_approval_leaves_the_other_requests_waiting_unless_it_satisfies_them(world):
    asked = ask(world, "dee", "source/c", "edit")
    same, other = ask(world, "dee", "source/c", "read"), ask(world, "dee", "function/clean")
    approve(world, asked, "named")
    assert outcome(same) == Outcome.SATISFIED
    assert outcome(other) == ""


# --- The thing goes, the grant goes ------------------------------------------------------


def test_a_request_about_what_was_deleted_is_closed_and_kept_Q1(world):
    request = ask(world, "dee")
    resources.delete(world.resource("source/c"), by=SYSTEM)
    request = AccessRequest.objects.select_related("member", "workspace").get(pk=request.pk)
    assert request.outcome == Outcome.GONE
    assert remedies(request) == []


def test_a_request_goes_with_its_asker(world):
    ask(world, "dee")
    members.remove(world.member("dee"), by=SYSTEM)
    assert not AccessRequest.objects.exists()


# --- Races -------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_owners_approve_at_once_and_one_grant_is_given_XE13(transactional_db):
    world = build()
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    request = ask(world, "dee")
    outcomes = together(
        *(partial(approve, world, request, "named", name) for name in ("ada", "bo"))
    )
    assert sorted(type(outcome) for outcome in outcomes if outcome) == [Conflict]
    assert world.member("dee").grants.count() == 1
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_asking_twice_at_once_makes_one_request_and_one_mail_XI7(transactional_db):
    world = build()
    outcomes = together(*(partial(ask, world, "dee") for _ in range(2)))
    assert len({request.pk for request in outcomes}) == 1
    assert Mail.objects.count() == 1
