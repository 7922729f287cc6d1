"""The page of a workspace's sign-in rules: whom a change moves, before it is saved."""

from datetime import UTC, timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from accounts.models.sign_in import SignIn
from tests.filled import filled
from tests.world import SYSTEM, everything
from workspaces.models import Plan
from workspaces.operations.sign_in import rules as sign_in_rules
from workspaces.operations.sign_in.rules import SignInRules, rules_of
from workspaces.operations.workspace import workspaces

PAGE = "/w/acme/settings/sign-in"
REVIEW = f"{PAGE}/review"


def form_of(client, **values):
    """Return the form that stands on the page, some fields filled in otherwise."""
    return filled(client.get(PAGE), PAGE, blanks="") | values


def day(ahead):
    return f"{timezone.now().astimezone(UTC) + timedelta(days=ahead):%Y-%m-%d}"


def rules_now(world):
    world.workspace.refresh_from_db()
    return rules_of(world.workspace)


def test_an_owner_shortens_sessions_and_can_take_it_back(as_user, world):
    client = as_user("ada")
    answer = client.post(PAGE, form_of(client, idle_minutes="30", session_hours="12"))
    assert answer["Location"] == PAGE
    assert rules_now(world) == SignInRules(30, 12)
    page = client.get(PAGE).content.decode()
    assert "Sessions last 12 hours, or 30 minutes without activity." in page
    assert f"/w/acme/audit/{world.workspace.events.newest_first()[0].number}/undo" in page


def test_saving_what_stands_there_is_no_change(as_user, world):
    client, before = as_user("ada"), world.workspace.events.count()
    client.post(PAGE, form_of(client))
    assert world.workspace.events.count() == before
    assert "Nothing changed" in client.get(PAGE).content.decode()


@pytest.mark.parametrize(
    "values",
    [
        {"idle_minutes": "4"},
        {"idle_minutes": "10081"},
        {"idle_minutes": "9" * 400},
        {"session_hours": "0"},
        {"session_hours": "169"},
        {"session_hours": "x"},
        {"required": "on", "required_from": ""},
        {"required": "on", "required_from": "yesterday"},
        {"required": "on", "required_from": "0001-01-01"},
        {"idle_minutes": ["10", "20"]},
        {"seen": "made-up"},
    ],
)
def test_what_does_not_fit_is_told_beside_the_field_and_changes_nothing_XB4(as_user, values):
    client = as_user("ada")
    body = form_of(client, **values)
    before = everything()
    answer = client.post(PAGE, body)
    assert answer.status_code == 422
    assert "data-errors" in answer.content.decode()
    assert everything() == before
    assert client.post(REVIEW, body).status_code == 200


def test_the_day_from_when_is_a_week_ahead_unless_chosen(as_user):
    assert form_of(as_user("ada"))["required_from"] == [day(7)]


def test_an_owner_without_a_second_factor_is_told_to_set_one_up_first(as_user, world):
    client = as_user("ada")
    answer = client.post(PAGE, form_of(client, required="on", required_from=day(0)))
    assert answer.status_code == 422
    assert "You have no second factor yourself" in answer.content.decode()
    assert rules_now(world).mfa_required_from is None
    client.post(PAGE, form_of(client, required="on", required_from=day(1)))
    assert f"{rules_now(world).mfa_required_from:%Y-%m-%d}" == day(1)


def test_the_page_says_how_many_have_no_second_factor(see):
    assert "4 of 4 people here have none." in see("ada", "settings/sign-in")


def test_the_review_says_whom_it_moves_and_saves_nothing(as_user, world):
    client = as_user("ada")
    body = form_of(client, session_hours="2", required="on", required_from=day(3))
    before = everything()
    page = client.post(REVIEW, body).content.decode()
    assert "4 people" in page
    assert "signed out sooner than today, in every workspace" in page
    assert "4 people without a second factor" in page
    assert everything() == before


def test_the_review_warns_of_the_end_of_ones_own_session(as_user):
    client = as_user("ada")
    idle = client.post(REVIEW, form_of(client, idle_minutes="5")).content.decode()
    assert "You yourself are then signed out after 5 minutes without activity." in idle
    soon = client.post(REVIEW, form_of(client, session_hours="1")).content.decode()
    assert "Your own session then ends at" in soon
    SignIn.objects.update(signed_in_at=F("signed_in_at") - timedelta(hours=3))
    now = client.post(REVIEW, form_of(client, session_hours="2")).content.decode()
    assert "Your own session is over as you save." in now
    assert "1 open session" in now


def test_a_session_that_the_new_limit_ends_is_over_at_the_next_click_S3(as_user):
    client = as_user("ada")
    SignIn.objects.update(signed_in_at=F("signed_in_at") - timedelta(hours=3))
    client.post(PAGE, form_of(client, session_hours="2"))
    assert client.get(PAGE)["Location"].startswith("/accounts/login/")


def test_the_review_as_a_fragment_is_the_review_alone(as_user):
    client = as_user("ada")
    headers = {"HX-Request": "true", "HX-Target": "change-review"}
    part = client.post(REVIEW, form_of(client, idle_minutes="9"), headers=headers).content.decode()
    assert part.strip().startswith("<div")
    assert "<form" not in part


def test_rules_changed_meanwhile_are_shown_and_redone_on_top_XI8(as_user, world):
    client = as_user("ada")
    mine = form_of(client, idle_minutes="20")
    sign_in_rules.change(world.workspace, SignInRules(session_hours=8), by=SYSTEM)
    answer = client.post(PAGE, mine)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Sessions now" in page
    assert "8 hours" in page
    assert client.post(PAGE, filled(answer, PAGE, blanks="")).status_code == 302
    assert rules_now(world) == SignInRules(idle_minutes=20)


def test_the_flag_is_shown_with_its_meaning_and_not_for_owners_to_set_S5_XB1(as_user, world, see):
    assert "Not HIPAA-eligible" in see("ada", "settings/sign-in")
    client = as_user("ada")
    client.post(PAGE, form_of(client, hipaa_eligible="on", plan="free"))
    world.workspace.refresh_from_db()
    assert (world.workspace.hipaa_eligible, world.workspace.plan) == (False, "business")
    workspaces.set_plan_and_flag(
        world.workspace, plan=Plan.BUSINESS, hipaa_eligible=True, by=SYSTEM
    )
    page = see("ada", "settings/sign-in")
    assert "signed out after 15 minutes without activity, in all their workspaces" in page
    assert client.post(PAGE, form_of(client, idle_minutes="16")).status_code == 422


def test_an_undo_says_the_rules_it_brings_back(see, world):
    event = sign_in_rules.change(world.workspace, SignInRules(idle_minutes=10), by=SYSTEM)
    page = see("ada", f"audit/{event.number}/undo")
    assert "Sessions last 7 days. No second factor is required." in page


def test_owners_alone_find_the_page_in_the_sidebar_and_the_palette(see):
    assert PAGE in see("ada", "members").links()
    assert PAGE in see("ada", "jump?q=sign-in").links()
    assert PAGE not in see("bo", "my-access").links()


class TestOverview:
    def test_it_says_the_policy_in_force_with_links_to_change_it(self, see, world):
        page = see("ada", "overview")
        assert "7 days" in page
        assert "No second factor is required." in page
        assert "4 people have none" in page
        assert PAGE in page.links()

    def test_it_says_shorter_limits_and_the_requirement(self, see, world):
        rules = SignInRules(20, 10, timezone.now() + timedelta(days=2))
        sign_in_rules.change(world.workspace, rules, by=SYSTEM)
        page = see("ada", "overview")
        assert "10 hours, or 20 minutes without activity" in page
        assert "A second factor is required from" in page

    def test_the_hipaa_flag_counts_as_a_limit_in_force_S2(self, see, world):
        workspaces.set_plan_and_flag(
            world.workspace, plan=Plan.BUSINESS, hipaa_eligible=True, by=SYSTEM
        )
        assert "7 days, or 15 minutes without activity" in see("ada", "overview")
