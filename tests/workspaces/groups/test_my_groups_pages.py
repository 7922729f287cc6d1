"""The pages of whoever manages a group, and of owners who say who does (W4, W6, XO6)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models.user import User
from config.web.values.dates import end_of
from tests.cast.managing import ask_to_join, manage, offer
from tests.world import SYSTEM, everything, give_grants
from workspaces.models import AccessRequest, Manager
from workspaces.operations.groups import groups
from workspaces.operations.groups.managers import managers_of
from workspaces.operations.members import members
from workspaces.terms import Terms

PUT_IN = {"people": "dee@example.org"}


@pytest.fixture
def mine(world):
    """Let cy manage growth; return the address of its page."""
    manage(world, "cy")
    return f"/w/acme/my-groups/{world.group('growth').public_id}"


def day(number):
    return timezone.now().date() + timedelta(days=number)


def test_a_manager_finds_their_groups_in_the_menu_W6(world, see, mine):
    offer(world)
    ask_to_join(world, "dee")
    assert "My groups" in see("cy", "my-access")
    assert "1 asks" in see("cy", "my-groups")
    page = see("cy", mine)
    assert "Bo Diddley" in page
    assert "Dee Dee Bridgewater" in page
    assert "My groups" not in see("dee", "my-access")
    assert "You manage no group." in see("dee", "my-groups")


def test_a_manager_puts_in_until_a_day_and_takes_out_W6(world, as_user, mine):
    sent = {**PUT_IN, "ends": str(day(3))}
    assert as_user("cy").post(f"{mine}/add", sent).status_code == 302
    place = world.group("growth").memberships.get(member=world.member("dee"))
    assert place.expires_at == end_of(day(3))
    assert as_user("cy").post(f"{mine}/dates", {**PUT_IN, "ends": str(day(5))}).status_code == 302
    place.refresh_from_db()
    assert place.expires_at == end_of(day(5))
    assert as_user("cy").post(f"{mine}/remove", PUT_IN).status_code == 302
    assert not world.group("growth").memberships.filter(pk=place.pk).exists()


@pytest.mark.parametrize("page", ["", "/add", "/dates", "/remove"])
def test_nobody_elses_groups_open_and_none_that_is_not_there_R5(world, as_user, mine, page):
    other = f"/w/acme/my-groups/{'x' * 22}"
    assert {
        as_user("dee").get(path + page).status_code for path in (mine, other)
    } == {as_user("cy").get(other + page).status_code} == {403}  # fmt: skip


def test_a_manager_cannot_put_themselves_in_by_a_form_XO6(world, as_user, mine):
    cy, before = as_user("cy"), everything()
    assert cy.post(f"{mine}/add", {"people": "cy@example.org"}).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("page", ["access", "describe", "managers", "offer", "members", "delete"])
def test_a_manager_opens_none_of_the_owners_pages_XO6(world, as_user, mine, page):
    path = f"/w/acme/groups/{world.group('growth').public_id}/{page}"
    cy, before = as_user("cy"), everything()
    assert cy.get(path).status_code == 403
    assert cy.post(path, {"name": "mine", "to": "everybody"}).status_code == 403
    assert everything() == before


def test_the_page_is_locked_once_the_group_may_have_no_managers_XO6(world, as_user, mine):
    give_grants(world.group("growth"), [Terms("pii-access", "all")])
    cy, before = as_user("cy"), everything()
    assert cy.get(mine).status_code == 403
    assert cy.post(f"{mine}/add", PUT_IN).status_code == 403
    assert everything() == before


def test_owners_look_at_who_will_manage_and_then_save_U5(world, as_user, see):
    path = f"/w/acme/groups/{world.group('growth').public_id}/managers"
    looked = as_user("ada").post(path, PUT_IN)
    assert b"Dee Dee Bridgewater will manage it." in looked.content
    assert not Manager.objects.exists()
    seen = looked.context["digest"]
    assert as_user("ada").post(path, {**PUT_IN, "seen": seen}).status_code == 302
    assert managers_of(world.group("growth")).get() == world.member("dee")
    assert "Managed by Dee Dee Bridgewater" in see("ada", path.removesuffix("/managers"))


def test_who_manages_now_and_what_is_offered_now_stand_in_the_forms_W4_W6(world, see):
    manage(world, "cy")
    offer(world, "cy", "group:growth", minutes=480, to=[])
    page = f"groups/{world.group('growth').public_id}"
    assert "cy@example.org" in see("ada", f"{page}/managers")
    form = see("ada", f"{page}/offer")
    assert form.status == 200
    assert 'value="cy@example.org, group:growth"' in form.raw
    assert 'value="8"' in form.raw


def test_a_save_of_what_changed_meanwhile_is_a_clash_U5(world, as_user):
    path = f"/w/acme/groups/{world.group('growth').public_id}/managers"
    seen = as_user("ada").post(path, PUT_IN).context["digest"]
    manage(world, "cy")
    assert as_user("ada").post(path, {**PUT_IN, "seen": seen}).status_code == 409
    assert managers_of(world.group("growth")).get() == world.member("cy")


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"to": "groups"}, "Name a group or more."),
        ({"to": "groups", "groups": "growth"}, "need not ask"),
        ({"to": "everybody", "longest": "366"}, "Between 15 minutes and 365 days."),
        ({"to": "everybody", "longest": "14", "unit": "minutes"}, "Between 15 minutes"),
        ({"to": "everybody", "approvers": "zz@example.org"}, "neither a member nor a group"),
        ({"to": "all"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_offered_is_said_beside_the_field_W4(world, as_user, sent, words):
    path = f"/w/acme/groups/{world.group('growth').public_id}/offer"
    answer = as_user("ada").post(path, {"longest": "14", "unit": "days", **sent})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_what_is_offered_stands_on_ones_own_page_and_at_locked_doors_W4(world, see):
    offer(world, "cy", minutes=480)
    page = see("dee", "my-access")
    assert "You can ask for" in page
    assert "8 hours at most · Cy Twombly agrees" in page
    door = see("dee", "members")
    assert (door.status, "You can ask for growth" in door) == (403, True)
    assert "You can ask for" not in see("bo", "members")


def test_one_asks_and_an_approver_answers_W4(world, as_user, see):
    offer(world, "cy")
    path = f"/w/acme/my-access/offers/{world.group('growth').public_id}"
    sent = {"ends": str(day(0)), "message": "The pager"}
    assert as_user("dee").post(path, sent).status_code == 302
    request = AccessRequest.objects.get()
    assert "Waiting for your answer" in see("cy", "my-access")
    answer = f"/w/acme/asked/{request.public_id}/answer"
    sent = {"agreed": "yes", "ends": str(day(0))}
    assert as_user("dee").post(answer, sent).status_code == 403
    assert as_user("bo").post(answer, sent).status_code == 404
    assert as_user("cy").post(answer, sent).status_code == 302
    place = world.group("growth").memberships.get(member=world.member("dee"))
    assert place.expires_at == request.until
    assert as_user("cy").post(answer, sent).status_code == 409


def test_too_long_a_while_is_said_beside_the_day_W4(world, as_user):
    offer(world, minutes=60)
    path = f"/w/acme/my-access/offers/{world.group('growth').public_id}"
    assert as_user("dee").post(path, {"ends": str(day(3))}).status_code == 422
    assert not AccessRequest.objects.exists()


def test_statements_do_not_grow_with_groups_people_and_requests_U9(world, as_user, mine):
    offer(world)
    counts = set()
    for number in (1, 5):
        for at in range(number):
            name = f"n{number}-{at}"
            user = User.objects.create_user(f"{name}@example.org")
            members.add(world.workspace, user, by=SYSTEM)
            made = groups.create(world.workspace, name, members=[world.member("bo")], by=SYSTEM)
            offer(world, group=made.name)
            manage(world, "cy", group=made.name)
            ask_to_join(world, name)
        client = as_user("cy")
        client.get("/w/acme/my-access")
        for page in ("/w/acme/my-groups", mine, "/w/acme/my-access"):
            with CaptureQueriesContext(connection) as captured:
                assert client.get(page).status_code == 200
            counts.add((page, len(captured)))
    assert len(counts) == 3, sorted(counts)
