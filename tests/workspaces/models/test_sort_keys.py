"""Rows get the keys that lists are sorted by, those too of an older version (N3, XJ9)."""

from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from accounts.models.user import User
from labels.models import Label
from tests.cast.invited import ask
from tests.world import SYSTEM
from workspaces.change import lock_workspace
from workspaces.models import Group, Invite, Member, Resource, Token
from workspaces.operations.members.joining import enter_all
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace.integrity import findings

MIGRATIONS = [
    import_module(f"{app}.migrations.{name}")
    for app, name in (
        ("accounts", "0012_sort_keys"),
        ("labels", "0005_sort_keys"),
        ("workspaces", "0035_sort_keys"),
    )
]
TABLES = ["accounts_user", "labels_label"] + [
    f"workspaces_{name}" for name in ("group", "invite", "resource", "review", "token", "workspace")
]
NAMES = ["team 1", "Team 2", "team 10", "Team 100"]


@pytest.fixture
def numbered(world):
    """acme with four of each kind, made in an order of their own."""
    workspace = world.workspace
    with lock_workspace(workspace.pk):
        for name in (NAMES[2], NAMES[0], NAMES[3], NAMES[1]):
            slug = name.lower().replace(" ", "-")
            Group.objects.create(workspace=workspace, name=name)
            Resource.objects.create(workspace=workspace, type="space", slug=slug, name=name)
            Label.objects.create(workspace=workspace, key="no", value=slug)
            user = User.objects.create_user(f"{slug}@example.org", name=name)
            enter_all(workspace, [(user.pk, False)], by=SYSTEM)
    for name in reversed(NAMES):
        tokens.create(workspace, name, by=SYSTEM)
        ask(world, f"new-{name[5:]}@example.org", ident=name[5:])
    return world


def in_order(world):
    """Return the four of each kind, as lists show them."""
    workspace = world.workspace
    members = Member.objects.filter(workspace=workspace, user__email__startswith="team")
    return {
        "groups": [row.name for row in Group.objects.begun("team").by_name()],
        "members": [row.user.name for row in members.by_name()],
        "resources": [row.name for row in Resource.objects.matching("team").by_name()],
        "tokens": [row.name for row in Token.objects.matching("team").by_name()],
        "labels": [row.value for row in Label.objects.matching("team").by_name()],
        "invites": [row.email for row in Invite.objects.matching("new").by_address()],
    }


EXPECTED = {
    **dict.fromkeys(("groups", "members", "resources", "tokens"), NAMES),
    "labels": ["team-1", "team-2", "team-10", "team-100"],
    "invites": [f"new-{number}@example.org" for number in (1, 2, 10, 100)],
}


def test_numbers_in_names_sort_by_what_they_count_N3(numbered):
    assert in_order(numbered) == EXPECTED


def test_rows_without_keys_are_found_and_get_them_by_migration_N3_XJ9(numbered):
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"UPDATE {table} SET sort_key = ''")  # noqa: S608 - names of ours
    assert {line.partition(" ")[0] for line in findings()} >= {"accounts.User", "labels.Label"}
    with lock_workspace(numbered.workspace.pk):  # of which the models of migrations know nothing
        for migration in MIGRATIONS:
            migration.make_keys(apps, None)
    assert in_order(numbered) == EXPECTED
    assert not list(findings())


@pytest.mark.parametrize(
    ("typed", "names"),
    [("team", NAMES), ("TEAM 1", ["team 1", "team 10", "Team 100"]), ("team 2", ["Team 2"])],
)
def test_what_begins_so_comes_in_order_and_a_number_may_go_on_N3(numbered, typed, names):
    for model in (Group, Resource, Token):
        assert [row.name for row in model.objects.begun(typed).by_name()] == names
    members = Member.objects.filter(workspace=numbered.workspace).begun(typed)
    assert [row.user.name for row in members.by_name()] == names
