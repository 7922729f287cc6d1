"""What the door found is asked again under the lock, before anything is written (C4, B7)."""

import ast
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.test_architecture import MODULES
from tests.world import OTHER, SYSTEM, World, build
from workspaces.audit import Actor, Right
from workspaces.errors import Denied
from workspaces.locks import lock_workspace
from workspaces.models.event import ActorKind
from workspaces.operations import grants, groups, members, resources, tokens
from workspaces.operations.grants import NewGrant


def through_the_door(world: World, name: str, action: str, ref: str | None = None) -> Actor:
    member = world.member(name)
    resource = world.resource(ref) if ref else None
    return Actor(
        ActorKind.USER, member.user.email, member.user, right=Right(member, action, resource)
    )


def test_an_owner_who_was_demoted_meanwhile_changes_nothing_C4(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    bo = through_the_door(world, "bo", "administer")
    members.set_owner(world.member("bo"), owner=False, by=SYSTEM)
    with pytest.raises(Denied):
        groups.create(world.workspace, "late", by=bo)
    assert not world.workspace.groups.filter(name="late").exists()


def test_a_member_who_was_removed_meanwhile_changes_nothing_C4(world):
    bo = through_the_door(world, "bo", "edit", "source/a")
    members.remove(world.member("bo"), by=SYSTEM)
    with pytest.raises(Denied):
        resources.rename(world.resource("source/a"), "late", by=bo)
    assert world.resource("source/a").name == "Source A"


def test_a_grant_that_ended_meanwhile_gives_nothing_B7(world):
    dee = world.member("dee")
    ends = timezone.now() + timedelta(days=1)
    [grant] = grants.give(dee, [NewGrant("source-admin", "all", expires_at=ends)], by=SYSTEM)
    actor = through_the_door(world, "dee", "edit", "source/a")
    with lock_workspace(world.workspace.pk):
        grant.expires_at = timezone.now() - timedelta(seconds=1)
        grant.save()
    with pytest.raises(Denied):
        resources.rename(world.resource("source/a"), "late", by=actor)


def test_a_right_in_one_workspace_opens_no_other_A7(world):
    other = build(OTHER)
    with pytest.raises(Denied):
        groups.create(other.workspace, "late", by=through_the_door(world, "ada", "administer"))


def test_a_token_is_asked_again_too(world):
    policy = [NewGrant("workspace-owner", "all")]
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    actor = Actor(ActorKind.TOKEN, "ci", right=Right(token, "administer"))
    groups.create(world.workspace, "early", by=actor)
    tokens.revoke(token, by=SYSTEM)
    with pytest.raises(Denied):
        groups.create(world.workspace, "late", by=actor)


def test_every_operation_hands_its_actor_to_the_lock():
    looking = []  # the locks that a support visit passes: those that note a read (K7)
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
    assert looking == ["workspaces.operations.reads", "workspaces.operations.support"]
