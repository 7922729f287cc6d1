"""People hear that a grant of theirs is about to end: at 14 days, at 2, and no more (R6)."""

from datetime import timedelta
from functools import partial

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models.mail import Mail
from accounts.models.user import User
from tests.peers.race import together
from tests.world import SYSTEM, build, give_grants
from workspaces.change import lock_workspace
from workspaces.models import GroupMember
from workspaces.operations.grants import ending_mails
from workspaces.operations.grants.ending_mails import tell_endings
from workspaces.operations.groups import membership
from workspaces.operations.tokens import tokens
from workspaces.spans import Span
from workspaces.terms import Terms

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def ending(holder, left, role="function-admin"):
    new = Terms(role, "all", ends=timezone.now() + left)
    [grant] = give_grants(holder, [new], by=SYSTEM)
    Mail.objects.all().delete()
    return grant


def tell(world):
    return tell_endings(world.workspace, by=SYSTEM)


@pytest.mark.parametrize(("left", "told"), [(13 * DAY, 1), (15 * DAY, 0), (-HOUR, 0)])
def test_only_what_ends_within_fourteen_days_is_told(world, left, told):
    ending(world.member("dee"), left)
    assert tell(world) == told
    assert Mail.objects.filter(to="dee@example.org").count() == told


def test_once_in_a_period_however_often_it_runs(world):
    ending(world.member("dee"), 13 * DAY)
    tell(world)
    assert tell(world) == 0
    assert Mail.objects.count() == 1


def test_once_more_when_two_days_are_left(world):
    grant = ending(world.member("dee"), 13 * DAY)
    tell(world)
    with lock_workspace(world.workspace.pk):
        grant.expires_at = timezone.now() + DAY
        grant.end_told_at = timezone.now() - 5 * DAY
        grant.save()
    assert tell(world) == 1
    assert tell(world) == 0
    assert Mail.objects.count() == 2


def test_what_was_given_for_a_day_is_told_once(world):
    ending(world.member("dee"), DAY)
    assert (tell(world), tell(world)) == (1, 0)


def test_several_grants_make_one_mail_that_names_each(world):
    ending(world.member("dee"), 3 * DAY)
    ending(world.member("dee"), 4 * DAY, "space-admin")
    assert tell(world) == 2
    mail = Mail.objects.get()
    assert "Function Admin" in mail.text
    assert "Unify and Engage Admin" in mail.text
    assert "http://127.0.0.1:8000/w/acme/my-access" in mail.text


def test_a_groups_grant_is_told_to_everybody_in_it(world):
    ending(world.group("growth"), 3 * DAY)
    tell(world)
    assert "through the group growth" in Mail.objects.get(to="bo@example.org").text


def put_in(world, name, span):
    with lock_workspace(world.workspace.pk, by=SYSTEM) as workspace:
        membership.put_in(workspace, world.group("growth"), [world.member(name)], span)
    Mail.objects.all().delete()


@pytest.mark.parametrize(("left", "told"), [(13 * DAY, 1), (15 * DAY, 0), (-HOUR, 0)])
def test_the_end_of_a_place_in_a_group_is_told_W1(world, left, told):
    put_in(world, "dee", Span(ends=timezone.now() + left))
    assert (tell(world), tell(world)) == (told, 0)
    assert Mail.objects.filter(text__contains="your place in the group growth").count() == told


def test_what_is_planned_is_not_told_of_before_it_holds_W1(world):
    now = timezone.now()
    put_in(world, "dee", Span(now + DAY, now + 3 * DAY))
    assert tell(world) == 0


def test_a_place_that_ends_is_told_once_more_when_two_days_are_left_W1(world):
    put_in(world, "dee", Span(ends=timezone.now() + DAY))
    GroupMember.objects.filter(member=world.member("dee")).update(
        end_told_at=timezone.now() - 5 * DAY
    )
    assert (tell(world), tell(world)) == (1, 0)


def test_grants_and_places_of_one_person_stand_in_one_mail_W1(world):
    ending(world.member("dee"), 3 * DAY)
    put_in(world, "dee", Span(ends=timezone.now() + 4 * DAY))
    assert tell(world) == 2
    mail = Mail.objects.get(to="dee@example.org")
    assert "Function Admin" in mail.text
    assert "your place in the group growth ends" in mail.text


def test_a_groups_grant_is_told_to_nobody_who_is_not_in_it_now_W1(world):
    put_in(world, "dee", Span(starts=timezone.now() + DAY))
    ending(world.group("growth"), 3 * DAY)
    tell(world)
    assert list(Mail.objects.values_list("to", flat=True)) == ["bo@example.org"]


def test_who_wants_no_mail_gets_none_and_is_not_asked_again(world):
    User.objects.filter(email="dee@example.org").update(mail_about_access=False)
    ending(world.member("dee"), 3 * DAY)
    assert (tell(world), tell(world)) == (1, 0)
    assert not Mail.objects.exists()


def test_tokens_are_no_people(world):
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM)
    ending(token, 3 * DAY)
    assert tell(world) == 0


def test_more_than_one_round_tells_each_once(world, monkeypatch):
    monkeypatch.setattr(ending_mails, "AT_ONCE", 2)
    for _ in range(5):
        ending(world.member("dee"), 3 * DAY)
    assert tell(world) == 5


def test_housekeeping_tells_and_says_so(world, capsys):
    ending(world.member("dee"), 3 * DAY)
    call_command("housekeeping")
    assert (
        "the ends of 1 grants and places in groups and of 0 certificates told"
        in capsys.readouterr().out
    )


@pytest.mark.django_db(transaction=True)
def test_two_housekeepings_at_once_tell_once(transactional_db):
    world = build()
    ending(world.member("dee"), 3 * DAY)
    together(*(partial(tell, world) for _ in range(2)))
    assert Mail.objects.count() == 1
