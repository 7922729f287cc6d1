"""Users, groups and labels by Terraform: the plan after an apply is empty."""

import pytest
from allauth.account.models import EmailAddress

from accounts.models.user import User as User_
from tests.api.conftest import labelled, secret_for
from tests.api.public.terraform import (
    Client,
    Failed,
    Label,
    User,
    UserGroup,
    planned_group,
    planned_user,
)
from workspaces.change import Actor
from workspaces.models import ActorKind
from workspaces.operations.invites import acceptance

MINIMAL = "minimal-workspace-access"


def both(*permissions):
    """Return one permission with the places of several."""
    first = permissions[0]
    return first | {"resources": [place for one in permissions for place in one["resources"]]}


@pytest.fixture
def terraform(live_server, world, unlimited):
    return Client(live_server.url, secret_for(world.workspace, "workspace-owner", name="terraform"))


def plain(role):
    return {"roleId": role, "resources": [{"id": "acme", "type": "WORKSPACE", "labels": []}]}


def accept(world, email):
    """Let somebody come in by their open invite."""
    invite = world.workspace.invites.open().select_related("workspace").get(email=email)
    user = User_.objects.create_user(email)
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    acceptance.accept(invite, user, by=Actor(ActorKind.USER, email, user))


def policies(world):
    a, b = (world.resource(f"source/{slug}").public_id for slug in "ab")
    listed = {"roleId": "source-admin", "resources": [
        {"id": b, "type": "SOURCE", "labels": []}, {"id": a, "type": "SOURCE", "labels": []},
    ]}  # fmt: skip
    prod, dev = labelled("environment:prod"), labelled("product:car", "environment:dev")
    return [
        [plain(MINIMAL)],
        [plain(MINIMAL), plain("source-admin")],
        [both(prod, dev)],
        [both(dev, prod, listed | {"roleId": prod["roleId"]})],
        [dev, prod, listed, plain("source-read-only")],
        [plain("workspace-owner"), prod],
        [prod],
    ]


def test_a_user_group_is_as_it_was_planned(terraform, world):
    people = ["dee@example.org", "bo@example.org"]
    group = None
    for i, permissions in enumerate(policies(world)):
        plan = {"name": f"Group {i}", "members": people[: i % 2 + 1], "permissions": permissions}
        if group is None:
            group = UserGroup(terraform, plan)
        else:
            group.update(plan)
        assert group.read() == planned_group(plan)
    group.destroy()
    group.destroy()
    with pytest.raises(Failed, match="404"):
        group.read()


def test_a_user_is_as_planned_before_and_after_they_accept(terraform, world):
    plan = {"email": "new@example.org", "permissions": [plain(MINIMAL), plain("source-admin")]}
    user = User(terraform, plan)
    assert user.read() == planned_user(plan)
    for permissions in ([plain("space-admin"), plain(MINIMAL)], [plain("source-read-only")]):
        plan = plan | {"permissions": permissions}
        user.update(plan)  # within the hour
        assert user.read() == planned_user(plan)
    accept(world, "new@example.org")
    assert user.read() == planned_user(plan)
    for permissions in policies(world):
        plan = plan | {"permissions": permissions}
        user.update(plan)
        assert user.read() == planned_user(plan)
    user.destroy()
    user.destroy()


def test_an_invited_user_is_destroyed_and_made_again(terraform, world):
    plan = {"email": "new@example.org", "permissions": [plain("source-admin")]}
    for _ in range(3):
        user = User(terraform, plan)
        assert user.read() == planned_user(plan)
        user.destroy()
        user.destroy()
    assert not world.workspace.invites.open().exists()


@pytest.mark.parametrize("description", [{}, {"description": "What runs"}])
def test_a_label_is_as_it_was_planned(terraform, description):
    plan = {"key": "Team", "value": "Blue-1", **description}
    label = Label(terraform, plan)
    assert label.read() == plan
    label.destroy()
    label.destroy()
    assert label.read() is None
