"""What support does in the admin: visits begun there, accounts ended by the rules (XK6, XK7)."""

from datetime import timedelta

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import Client
from guardian.models import UserObjectPermission
from guardian.shortcuts import assign_perm

from accounts.models.sign_in import SignIn
from accounts.models.user import User
from tests.cast.factors import sign_in_by_factor
from tests.cast.visiting import assigned, opened
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.models import SupportVisit
from workspaces.operations.members import members
from workspaces.operations.support import support
from workspaces.operations.workspace import workspaces

pytestmark = pytest.mark.ignore_template_errors
MAY = (
    "view_workspace", "change_workspace", "view_event", "view_user", "change_user",
    "view_group", "change_group", "add_group", "support_workspace",
)  # fmt: skip


@pytest.fixture
def sue(world):
    """A support person assigned to acme, with every model permission that staff can have."""
    user = assigned(world)
    user.user_permissions.set(Permission.objects.filter(codename__in=MAY))
    return user


@pytest.fixture
def root(world):
    return User.objects.create_superuser("root@example.org", "x")


def signed_in(user):
    return sign_in_by_factor(Client(), user) if user.is_staff else plainly(user)


def plainly(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.SignInBackend")
    return client


def visit_page(world):
    return f"/admin/workspaces/workspace/{world.workspace.pk}/visit/"


def activity_page(user):
    return f"/admin/accounts/user/{user.pk}/activity/"


# --- Visits ----------------------------------------------------------------------------


def test_a_visit_begins_in_the_admin_with_a_reason_XK7(world, sue):
    opened(world)
    client = signed_in(sue)
    change = client.get(f"/admin/workspaces/workspace/{world.workspace.pk}/change/")
    assert visit_page(world) in change.content.decode()
    assert "Visit Acme?" in client.get(visit_page(world)).content.decode()
    answer = client.post(visit_page(world), {"reason": "ticket 7"})
    assert answer["Location"] == "/w/acme/"
    assert client.get("/w/acme/overview").status_code == 200
    event = world.workspace.events.get(action="support.visit_begun")
    assert (event.actor_kind, event.actor_name, event.reason) == (
        "support", "sue@example.org", "ticket 7"
    )  # fmt: skip


def test_no_reason_no_visit(world, sue):
    opened(world)
    client = signed_in(sue)
    before = everything()
    assert client.post(visit_page(world), {"reason": " "}).status_code == 422
    assert everything() == before


def test_no_window_no_visit(world, sue):
    client = signed_in(sue)
    before = everything()
    answer = client.post(visit_page(world), {"reason": "r"})
    assert answer.status_code == 409
    assert "No support window is open" in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize(("who", "status"), [("root", 403), ("elsewhere", 404), ("ada", 302)])
def test_nobody_else_begins_one_XK7(world, root, who, status):
    other = build(OTHER)
    opened(world)
    if who == "elsewhere":
        user = assigned(other, "tom@example.org")
        user.user_permissions.set(Permission.objects.filter(codename__in=MAY))
    else:
        user = root if who == "root" else world.user("ada")
    client = signed_in(user)
    before = everything()
    assert client.get(visit_page(world)).status_code == status
    assert client.post(visit_page(world), {"reason": "r"}).status_code == status
    assert everything() == before


def test_staff_open_a_customers_workspace_by_a_visit_alone_XK7(world, sue, root):
    opened(world)
    for user in (sue, root):
        assert signed_in(user).get("/w/acme/members").status_code == 404
    support.begin_visit(world.workspace, sue, by=SYSTEM.because("r"))
    assert signed_in(sue).get("/w/acme/members").status_code == 200
    assert signed_in(root).get("/w/acme/members").status_code == 404


def test_guardians_screens_assign_support_and_nothing_else(world, root):
    dee = world.user("dee")
    screen = f"/admin/workspaces/workspace/{world.workspace.pk}/permissions/user-manage/{dee.pk}/"
    client = signed_in(root)
    assert "change_workspace" not in client.get(screen).content.decode()
    assert client.post(screen, {"permissions": ["change_workspace"]}).status_code == 200
    assert not UserObjectPermission.objects.exists()
    assert client.post(screen, {"permissions": ["support_workspace"]}).status_code == 302
    assert UserObjectPermission.objects.get().user == dee


# --- Accounts --------------------------------------------------------------------------


def test_support_ends_an_account_with_a_reason_and_the_trail_says_so_XK6_XG8(world, sue):
    bo = world.user("bo")
    signed_in(bo)
    assert SignIn.objects.filter(user=bo).exists()
    client = signed_in(sue)
    assert client.post(activity_page(bo), {"reason": "left the firm"}).status_code == 302
    bo.refresh_from_db()
    assert not bo.is_active
    assert not SignIn.objects.filter(user=bo).exists()
    event = world.workspace.events.get(action="member.deactivated")
    assert (event.actor_kind, event.actor_name, event.reason) == (
        "support", "sue@example.org", "left the firm"
    )  # fmt: skip
    client.post(activity_page(bo), {"reason": "is back"})
    bo.refresh_from_db()
    assert bo.is_active
    assert world.workspace.events.filter(action="member.reactivated").count() == 1


def test_a_session_of_before_does_not_come_back_with_the_account_XG8(world, sue):
    bo = world.user("bo")
    tab = signed_in(bo)
    for active in (False, True):
        members.set_user_active(bo, active=active, by=SYSTEM.because("r"))
    assert tab.get("/w/acme/my-access").status_code == 302


def test_without_a_reason_the_account_stays_XK6(world, sue):
    client = signed_in(sue)
    before = everything()
    assert client.post(activity_page(world.user("bo")), {}).status_code == 422
    assert everything() == before


def test_the_last_owner_stays_whoever_asks_R7_XK6(world, sue, root):
    for user in (sue, root):
        client = signed_in(user)
        before = everything()
        answer = client.post(activity_page(world.user("ada")), {"reason": "r"})
        assert answer.status_code == 409
        assert "last owner" in answer.content.decode()
        assert everything() == before


@pytest.mark.parametrize("whose", ["own", "staff", "superuser", "elsewhere too"])
def test_support_ends_no_account_beyond_what_is_assigned_XK7(world, sue, root, whose):
    build(OTHER)  # bo belongs there too
    tom = User.objects.create_user("tom@example.org", is_staff=True)
    for user in (tom, root):
        members.add(world.workspace, user, by=SYSTEM)
    user = {"own": sue, "staff": tom, "superuser": root, "elsewhere too": world.user("bo")}[whose]
    client = signed_in(sue)
    before = everything()
    assert client.post(activity_page(user), {"reason": "r"}).status_code == 403
    assert everything() == before


def test_support_sees_the_people_of_its_workspaces_only_XK7(world, sue):
    build(OTHER)
    client = signed_in(sue)
    listing = client.get("/admin/accounts/user/").content.decode()
    assert "ada@example.org" in listing
    assert "olga@example.net" not in listing
    olga = User.objects.get(email="olga@example.net")
    assert client.get(activity_page(olga)).status_code == 404
    assert client.get(f"/admin/accounts/user/{olga.pk}/change/").status_code == 302


def test_nothing_of_a_user_changes_without_a_reason_XK6(world, root):
    bo = world.user("bo")
    page = f"/admin/accounts/user/{bo.pk}/change/"
    client = signed_in(root)
    answer = client.post(page, {"name": "Robert", "is_staff": "on"})
    assert "This field is required" in answer.content.decode()
    bo.refresh_from_db()
    assert (bo.name, bo.is_staff) == ("Bo Diddley", False)
    client.post(page, {"name": "Robert", "is_staff": "on", "reason": "joins support"})
    bo.refresh_from_db()
    assert (bo.name, bo.is_staff) == ("Robert", True)
    assert "joins support" in client.get(f"/admin/accounts/user/{bo.pk}/history/").content.decode()


@pytest.mark.parametrize("path", ["", "add/", "{pk}/change/", "{pk}/delete/"])
def test_groups_of_staff_are_for_superusers_XK7(sue, root, path):
    group = Group.objects.create(name="support")
    sue.groups.add(group)
    url = f"/admin/auth/group/{path.format(pk=group.pk)}"
    client = signed_in(sue)
    assert client.get(url).status_code == 403
    assert client.post(url, {"name": "x", "permissions": ["1"]}).status_code == 403
    assert signed_in(root).get(url).status_code == 200


def test_the_admin_shows_nothing_that_would_go_round_the_rules_XK6():
    """No addresses, no factors, no passwords, no rows edited in a list or in bulk."""
    shown = {model._meta.label for model in admin.site._registry}
    assert shown == {"accounts.User", "workspaces.Workspace", "workspaces.Event", "auth.Group"}
    for registered in admin.site._registry.values():
        assert registered.actions is None
        assert not registered.list_editable
        assert not registered.inlines


@pytest.mark.parametrize("model", ["accounts/user", "workspaces/workspace", "workspaces/event"])
def test_no_bulk_action_does_anything_XK6(world, root, model):
    client = signed_in(root)
    before = everything()
    client.post(
        f"/admin/{model}/",
        {"action": "delete_selected", "_selected_action": ["1", "2"], "post": "yes"},
    )
    assert everything() == before


def test_staff_change_their_password_where_everybody_does_XK6(root):
    answer = signed_in(root).get("/admin/password_change/")
    assert answer["Location"] == "/accounts/password/change/"
    page = f"/admin/accounts/user/{root.pk}/password/"
    assert signed_in(root).get(page).status_code == 302  # as for any id that is none
    assert signed_in(root).post(page, {"password1": "x", "password2": "x"}).status_code == 302


def test_plan_and_reopening_need_a_reason_too_XK6(world, root):
    workspaces.close(world.workspace, by=SYSTEM)
    page = f"/admin/workspaces/workspace/{world.workspace.pk}/change/"
    client = signed_in(root)
    before = everything()
    client.post(page, {"plan": "free", "reopen": "on", "reason": ""})
    assert everything() == before


def test_staff_idle_for_15_minutes_are_signed_out_of_a_visit_XK8(world, sue):
    opened(world)
    client = signed_in(sue)
    support.begin_visit(world.workspace, sue, by=SYSTEM.because("r"))
    assert client.get("/w/acme/overview").status_code == 200
    sign_in = SignIn.objects.get(user=sue)
    sign_in.last_active_at -= timedelta(minutes=15, seconds=1)
    sign_in.save()
    assert client.get("/w/acme/overview").status_code == 302
    assert SupportVisit.objects.unsettled().exists()


def test_a_group_of_staff_can_be_assigned_too(world):
    opened(world)
    group = Group.objects.create(name="support")
    tom = User.objects.create_user("tom@example.org", is_staff=True)
    tom.groups.add(group)
    assign_perm("workspaces.support_workspace", group, world.workspace)
    support.begin_visit(world.workspace, tom, by=SYSTEM.because("r"))
    assert signed_in(tom).get("/w/acme/overview").status_code == 200
