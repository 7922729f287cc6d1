"""What the door found is asked again under the lock, before anything is written (XC4, XB7)."""

import ast
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.test_architecture import MODULES
from tests.world import OTHER, SYSTEM, World, build, give_grants
from workspaces.change import Actor, Right, lock_workspace
from workspaces.errors import Denied
from workspaces.models import ActorKind
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.resources import resources
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms


def through_the_door(world: World, name: str, action: str, ref: str | None = None) -> Actor:
    member = world.member(name)
    resource = world.resource(ref) if ref else None
    return Actor(
        ActorKind.USER, member.user.email, member.user, right=Right(member, action, resource)
    )


def test_an_owner_who_was_demoted_meanwhile_changes_nothing_XC4(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    bo = through_the_door(world, "bo", "administer")
    members.set_owner(world.member("bo"), owner=False, by=SYSTEM)
    with pytest.raises(Denied):
        groups.create(world.workspace, "late", by=bo)
    assert not world.workspace.groups.filter(name="late").exists()


def test_a_member_who_was_removed_meanwhile_changes_nothing_XC4(world):
    bo = through_the_door(world, "bo", "edit", "source/a")
    members.remove(world.member("bo"), by=SYSTEM)
    with pytest.raises(Denied):
        resources.rename(world.resource("source/a"), "late", by=bo)
    assert world.resource("source/a").name == "Source A"


def test_a_grant_that_ended_meanwhile_gives_nothing_XB7(world):
    dee = world.member("dee")
    ends = timezone.now() + timedelta(days=1)
    [grant] = give_grants(dee, [Terms("source-admin", "all", ends=ends)], by=SYSTEM)
    actor = through_the_door(world, "dee", "edit", "source/a")
    with lock_workspace(world.workspace.pk):
        grant.expires_at = timezone.now() - timedelta(seconds=1)
        grant.save()
    with pytest.raises(Denied):
        resources.rename(world.resource("source/a"), "late", by=actor)


def test_a_right_in_one_workspace_opens_no_other_XA7(world):
    other = build(OTHER)
    with pytest.raises(Denied):
        groups.create(other.workspace, "late", by=through_the_door(world, "ada", "administer"))


def test_a_token_is_asked_again_too(world):
    policy = [Terms("workspace-owner", "all")]
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    actor = Actor(ActorKind.TOKEN, "ci", right=Right(token, "administer"))
    groups.create(world.workspace, "early", by=actor)
    tokens.revoke(token, by=SYSTEM)
    with pytest.raises(Denied):
        groups.create(world.workspace, "late", by=actor)


def test_every_operation_hands_its_actor_to_the_lock():
    looking = []  # the locks that a support visit passes: those that note a read (XK7)
    for name, path in MODULES.items():
        if ".operations" not in name:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "lock_workspace":
                given = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
                given.pop("also_closed", None)
                if given.pop("looking", None):
                    looking.append(name)
                assert given == {"by": "by"}, f"{name}:{node.lineno}"
    assert looking == [
        "workspaces.operations.resources.reads",
        "workspaces.operations.support.support",
    ]
