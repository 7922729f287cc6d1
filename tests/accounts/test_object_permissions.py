"""Django's permission API asks the engine about things, whoever asks (R19)."""

import pytest
from guardian.shortcuts import assign_perm

from accounts.models.user import User
from tests.oracle import ACTIONS, Oracle
from tests.workspaces.access.test_property import in_many_worlds
from tests.world import OTHER, SYSTEM, build
from workspaces.operations.members import members


@pytest.mark.parametrize(
    ("name", "perm", "ref", "answer"),
    [
        ("ada", "workspaces.edit_source", "source/c", True),
        ("bo", "workspaces.edit_source", "source/a", True),
        ("bo", "workspaces.edit_source", "source/c", False),
        ("cy", "workspaces.read_destination", "destination/ads", True),
        ("cy", "workspaces.edit_destination", "destination/ads", False),
        ("dee", "workspaces.read_source", "source/a", False),
        ("ada", "workspaces.engage_source", "source/a", False),
        ("ada", "workspaces.edit_space", "source/a", False),
        ("ada", "labels.edit_source", "source/a", False),
        ("ada", "edit_source", "source/a", False),
        ("ada", "workspaces.fly_source", "source/a", False),
    ],
)
def test_a_permission_on_a_thing_is_the_engines_answer_R9(world, name, perm, ref, answer):
    assert world.user(name).has_perm(perm, world.resource(ref)) is answer


def test_the_workspace_itself_can_be_asked_about(world):
    assert world.user("ada").has_perm("workspaces.administer_workspace", world.workspace)
    assert not world.user("bo").has_perm("workspaces.administer_workspace", world.workspace)


def test_a_superuser_is_a_stranger_in_every_workspace(world):
    root = User.objects.create_superuser("root@example.org", "x")
    assert root.has_perm("accounts.view_user")
    assert not root.has_perm("workspaces.read_source", world.resource("source/a"))
    assert not root.has_perm("workspaces.read_workspace", world.workspace)


def test_owner_somewhere_is_nobody_elsewhere_XA7(world):
    other = build(OTHER)
    assert not world.user("ada").has_perm("workspaces.edit_source", other.resource("source/a"))
    olga = User.objects.get(email="olga@example.net")
    assert not olga.has_perm("workspaces.edit_source", world.resource("source/a"))


def test_a_row_of_guardian_means_no_access_to_a_resource_R9(world):
    """Should such a row ever be written, nothing reads it."""
    source = world.resource("source/c")
    assign_perm("workspaces.edit_source", world.user("dee"), source)
    assert not world.user("dee").has_perm("workspaces.edit_source", source)


def test_support_is_asked_of_guardian_whatever_the_superuser_flag_says(world):
    root = User.objects.create_superuser("root@example.org", "x")
    assert not root.has_perm("workspaces.support_workspace", world.workspace)
    assign_perm("workspaces.support_workspace", root, world.workspace)
    fresh = User.objects.get(pk=root.pk)
    assert fresh.has_perm("workspaces.support_workspace", world.workspace)
    assert not fresh.has_perm("workspaces.read_workspace", world.workspace)


def test_a_deactivated_user_may_nothing(world):
    members.set_user_active(world.user("bo"), active=False, by=SYSTEM.because("left"))
    assert not world.user("bo").has_perm("workspaces.edit_source", world.resource("source/a"))


@pytest.mark.django_db
def test_the_backend_agrees_with_the_plain_reading_R9(request):
    def agree(world, oracle: Oracle):
        for email in ("owner@example.org", "p0@example.org", "p1@example.org"):
            user, held = world.user(email), oracle.grants_of(email)
            for thing in world.workspace.resources.all():
                for action in sorted(ACTIONS[thing.type]):
                    expected = oracle.allowed(held, action, thing.ref)
                    perm = f"workspaces.{action}_{thing.type}"
                    assert user.has_perm(perm, thing) == expected

    in_many_worlds(agree, max(request.config.getoption("--worlds") // 8, 1))
