"""An invite offers places in groups from a day until another, and accepting gives those (W1)."""

import re
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models.user import User
from config.web.values.dates import end_of, start_of
from tests.cast.invited import ask, sent_to
from tests.workspaces.invites.test_inviting_pages import form_of, send
from tests.world import SYSTEM
from workspaces.access.engine import Access
from workspaces.change import lock_workspace
from workspaces.errors import Refused
from workspaces.models import InviteGroup
from workspaces.operations.directory import groups as directory_groups
from workspaces.operations.groups import groups
from workspaces.operations.invites import acceptance, invites
from workspaces.operations.invites.contents import Offer, offer_of
from workspaces.spans import ALWAYS, Span

NEW = "new@example.org"


def day(number):
    return timezone.now().date() + timedelta(days=number)


def until(days):
    return Span(ends=end_of(day(days)))


@pytest.fixture
def growth(world):
    return world.group("growth")


@pytest.fixture
def crew(world):
    return groups.create(world.workspace, "crew", by=SYSTEM)


def accepted(invite):
    user = User.objects.create_user(NEW)
    EmailAddress.objects.create(user=user, email=NEW, verified=True, primary=True)
    return acceptance.accept(invite, user, by=SYSTEM)


def let_end(invite, group):
    with lock_workspace(invite.workspace_id, by=SYSTEM):
        rows = InviteGroup.objects.filter(invite=invite, group=group)
        rows.update(expires_at=timezone.now() - timedelta(hours=1))


def test_whoever_accepts_is_in_the_group_until_then_W1(world, growth):
    member = accepted(ask(world, NEW, Offer(groups=(growth,), span=until(5))))
    assert growth.memberships.get(member=member).span == until(5)
    assert Access.of(member).check("edit", world.resource("source/a"))


def test_a_planned_place_gives_nothing_at_once_W1(world, growth):
    offer = Offer(groups=(growth,), span=Span(start_of(day(3))))
    member = accepted(ask(world, NEW, offer))
    assert not Access.of(member).check("edit", world.resource("source/a"))


def test_a_group_whose_place_has_ended_is_not_joined_and_the_trail_says_so_W1(world, growth, crew):
    invite = ask(world, NEW, Offer(groups=(growth, crew), span=until(5)))
    let_end(invite, growth)
    member = accepted(invite)
    assert [group.name for group in member.groups()] == ["crew"]
    assert not member.joined_groups.filter(group=growth).exists()
    event = world.workspace.events.newest_first().first()
    assert event.after["not_joined"] == ["growth"]


def test_who_accepts_is_told_what_has_ended_W1(world, growth, client):
    invite = ask(world, NEW, Offer(groups=(growth,), span=until(5)))
    link = re.search(r"http://\S+?(/\S+)", sent_to(NEW).text)[1]
    let_end(invite, growth)
    user = User.objects.create_user(NEW)
    EmailAddress.objects.create(user=user, email=NEW, verified=True, primary=True)
    client.force_login(user, backend="accounts.backends.SignInBackend")
    assert "is none any more" in client.get(link).content.decode()
    answer = client.post(link, follow=True)
    assert "What you would have been in has ended: growth." in answer.content.decode()


def test_the_mail_and_the_trail_say_until_when_W1(world, growth):
    ask(world, NEW, Offer(groups=(growth,), span=until(5)))
    assert "A place in the group growth, with what it gives, ends after" in sent_to(NEW).text
    event = world.workspace.events.newest_first().first()
    assert event.after["groups"] == [{"group": "growth", **until(5).told()}]


def test_nobody_is_invited_for_a_span_that_is_over_W1(world, growth):
    with pytest.raises(Refused) as refused:
        ask(world, NEW, Offer(groups=(growth,), span=until(-3)))
    assert refused.value.field == "ends"


def test_an_invite_that_is_edited_keeps_what_each_place_has_W1(world, growth, crew):
    invite = ask(world, NEW, Offer(groups=(growth, crew), span=until(5)))
    let_end(invite, growth)
    spans = {row.group_id: row.span for row in InviteGroup.objects.all()}
    begun = offer_of(invite)
    invites.edit(
        invite, Offer(owner=True, groups=begun.groups, span=begun.span, own=begun.own), by=SYSTEM
    )
    assert {row.group_id: row.span for row in InviteGroup.objects.all()} == spans


def test_what_a_directory_pushes_gets_no_end_by_an_edit_W1(world, growth):
    invite = ask(world, NEW, Offer(groups=(growth,)))
    directory_groups.change(growth, external_id="g", by=SYSTEM)
    invites.edit(invite, Offer(groups=(growth,), span=until(5)), by=SYSTEM)
    assert InviteGroup.objects.get().span == ALWAYS


def test_the_form_asks_from_when_until_when_W1(world, as_user):
    days = {"group_starts": str(day(2)), "group_ends": str(day(9))}
    client = as_user("ada")
    assert send(client, form_of(client, addresses=NEW, groups="growth", **days)).status_code == 302
    assert InviteGroup.objects.get().span == Span(start_of(day(2)), end_of(day(9)))


def test_a_day_that_has_passed_is_told_beside_it_W1(as_user):
    client = as_user("ada")
    answer = send(client, form_of(client, groups="growth", group_ends=str(day(-2))))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert "This day has passed." in text
    assert f'value="{day(-2)}"' in text
    assert not InviteGroup.objects.exists()


def test_the_panel_of_an_invite_says_until_when_W1(world, see, growth):
    invite = ask(world, NEW, Offer(groups=(growth,), span=until(5)))
    assert "joins the group Ends after" in see("ada", f"members/invited/{invite.public_id}")
