"""Support in Django's admin sees and sets what it may, and nothing behind the engine (XK6, XK7)."""

import pytest
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.models import Permission
from guardian.shortcuts import assign_perm

from accounts.models.user import User
from labels.models import Label
from tests.cast.factors import BACKEND, code, give_app, sign_in_by_factor
from tests.world import OTHER, build
from workspaces.models import Event
from workspaces.models.closed import ClosedModel

pytestmark = pytest.mark.ignore_template_errors


@pytest.fixture
def root(client, world):
    """A client signed in as superuser."""
    return sign_in_by_factor(client, User.objects.create_superuser("root@example.org", "x"))


@pytest.fixture
def support(client, world):
    """A client signed in as a support person who may see and change, and is assigned to acme."""
    user = User.objects.create_user("sue@example.org", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(
            codename__in=[
                "view_workspace", "change_workspace", "view_event", "view_user", "change_user",
            ]
        )
    )  # fmt: skip
    assign_perm("workspaces.support_workspace", user, world.workspace)
    return sign_in_by_factor(client, user)


def test_no_model_that_means_access_is_edited_in_the_admin_XK6_XD10():
    shown = {model for model in admin.site._registry if issubclass(model, ClosedModel)}
    assert shown == {Event}
    assert Label not in admin.site._registry


def test_the_flag_is_set_with_a_reason_and_one_event_S5_XK6(root, world):
    page = f"/admin/workspaces/workspace/{world.workspace.pk}/change/"
    root.post(page, {"plan": "business", "hipaa_eligible": "on", "reason": "contract 12"})
    world.workspace.refresh_from_db()
    assert world.workspace.hipaa_eligible
    event = world.workspace.events.newest_first().first()
    assert (event.actor_kind, event.actor_name, event.reason) == (
        "support", "root@example.org", "contract 12"
    )  # fmt: skip


def test_the_flag_is_not_set_without_a_reason_XK6(root, world):
    page = f"/admin/workspaces/workspace/{world.workspace.pk}/change/"
    answer = root.post(page, {"plan": "business", "hipaa_eligible": "on", "reason": ""})
    assert "This field is required" in answer.content.decode()
    world.workspace.refresh_from_db()
    assert not world.workspace.hipaa_eligible


@pytest.mark.parametrize("path", ["add/", "{pk}/delete/"])
def test_workspaces_are_neither_made_nor_deleted_there(root, world, path):
    url = f"/admin/workspaces/workspace/{path.format(pk=world.workspace.pk)}"
    assert root.get(url).status_code == 403
    assert root.post(url, {"post": "yes"}).status_code == 403


def test_events_can_be_read_and_not_changed_A2(root, world):
    event = world.workspace.events.first()
    assert root.get("/admin/workspaces/event/").status_code == 200
    page = f"/admin/workspaces/event/{event.pk}/change/"
    assert root.get(page).status_code == 200
    assert root.post(page, {"reason": "x"}).status_code == 403
    assert root.get(f"/admin/workspaces/event/{event.pk}/delete/").status_code == 403
    assert root.get("/admin/workspaces/event/add/").status_code == 403


def test_support_sees_the_workspaces_assigned_to_them_only(support, world):
    other = build(OTHER)
    listing = support.get("/admin/workspaces/workspace/").content.decode()
    assert "Acme" in listing
    assert "Quixotry" not in listing
    page = f"/admin/workspaces/workspace/{other.workspace.pk}/change/"
    assert support.get(page).status_code == 302
    events = support.get("/admin/workspaces/event/").content.decode()
    assert "Quixotry" not in events


@pytest.mark.parametrize("field", ["is_superuser", "is_staff", "groups", "user_permissions"])
def test_staff_cannot_give_themselves_rights_XK7(support, field):
    sue = User.objects.get(email="sue@example.org")
    before = set(sue.user_permissions.all())
    value = ["1"] if field in {"groups", "user_permissions"} else "on"
    support.post(
        f"/admin/accounts/user/{sue.pk}/change/", {"name": "Sue", field: value, "reason": "r"}
    )
    sue.refresh_from_db()
    assert sue.name == "Sue"
    assert not sue.is_superuser
    assert set(sue.user_permissions.all()) == before


@pytest.mark.parametrize("field", ["is_active", "email", "password"])
def test_not_even_superusers_change_who_somebody_is_there_XK6(root, world, field):
    bo = world.user("bo")
    kept = getattr(bo, field)
    root.post(f"/admin/accounts/user/{bo.pk}/change/", {"name": "Bo", field: ""})
    bo.refresh_from_db()
    assert getattr(bo, field) == kept


def test_users_are_neither_made_nor_deleted_there(root, world):
    assert root.get("/admin/accounts/user/add/").status_code == 403
    assert root.post(f"/admin/accounts/user/{world.user('bo').pk}/delete/").status_code == 403


def test_only_superusers_open_guardians_assignment_screens(support, world):
    page = f"/admin/workspaces/workspace/{world.workspace.pk}/permissions/"
    assert support.get(page).status_code == 403


def test_superusers_assign_support_there(root, world):
    page = f"/admin/workspaces/workspace/{world.workspace.pk}/permissions/"
    assert root.get(page).status_code == 200


def test_a_superuser_opens_no_workspace_XK7(root, world):
    assert root.get("/w/acme/members").status_code == 404


# --- Staff need a second factor (XK8) -----------------------------------------------------

ADMIN = "/admin/workspaces/workspace/"


@pytest.mark.django_db(transaction=True)
def test_staff_without_a_second_factor_are_led_to_set_up_and_back_XK8(client, world):
    user = User.objects.create_superuser("root@example.org", "x")
    client.force_login(user, backend=BACKEND)
    assert client.get(ADMIN)["Location"] == f"/admin/login/?next={ADMIN}"
    assert client.get(f"/admin/login/?next={ADMIN}")["Location"] == "/accounts/2fa/"
    secret = client.get("/accounts/2fa/totp/activate/").context["form"].secret
    done = client.post("/accounts/2fa/totp/activate/", {"code": code(secret)})
    assert f'href="{ADMIN}"' in client.get(done["Location"]).content.decode()
    assert client.get(ADMIN).status_code == 200


def test_staff_who_signed_in_without_it_show_it_first_XK8(client, world):
    user = User.objects.create_superuser("root@example.org", "x")
    give_app(user)
    client.force_login(user, backend=BACKEND)
    asked = client.get(f"/admin/login/?next={ADMIN}")["Location"]
    assert asked == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2Fworkspaces%2Fworkspace%2F"
    assert client.get(ADMIN).status_code == 302
    answer = client.post(asked, {"code": code(), "next": ADMIN})
    assert answer["Location"] == ADMIN
    assert client.get(ADMIN).status_code == 200


def test_a_password_is_no_second_factor_XK8(client, world):
    user = User.objects.create_superuser("root@example.org", "x")
    give_app(user)
    client.force_login(user, backend=BACKEND)
    client.post("/accounts/reauthenticate/", {"password": "x", "next": ADMIN})
    assert client.get(ADMIN).status_code == 302


def test_a_factor_that_is_gone_opens_the_admin_no_more_XK8(root, world):
    assert root.get(ADMIN).status_code == 200
    Authenticator.objects.all().delete()
    assert root.get(ADMIN).status_code == 302
    assert root.post(f"{ADMIN}{world.workspace.pk}/change/", {"plan": "free"}).status_code == 302
    world.workspace.refresh_from_db()
    assert world.workspace.plan == "business"


def test_a_factor_makes_nobody_staff_XK7(client, world):
    sign_in_by_factor(client, world.user("ada"))
    assert client.get(ADMIN).status_code == 302
    assert client.get(f"/admin/login/?next={ADMIN}").status_code == 403


@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_the_way_to_the_admin_stays_on_this_host_XI4(client, world, evil):
    user = User.objects.create_superuser("root@example.org", "x")
    give_app(user)
    client.force_login(user, backend=BACKEND)
    answer = client.get("/admin/login/", {"next": evil})
    assert answer["Location"] == "/accounts/2fa/reauthenticate/?next=%2Fadmin%2F"
