"""What stands around a page counts what the QuerySets of the same words count."""

from tests.api.conftest import secret_for
from tests.cast.invited import age, ask
from tests.world import SYSTEM
from workspaces.operations.invites import invites
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import suspended
from workspaces.views.console.around import around


def sizes(world):
    return around(world.user("ada").pk, world.workspace).sizes


def test_open_invites_are_those_that_can_be_accepted(world):
    ask(world, "open@example.org")
    age(ask(world, "ended@example.org", ident="2"), days=4)
    invites.revoke(ask(world, "void@example.org", ident="3"), by=world.actor("ada"))
    assert sizes(world)["invited"] == world.workspace.invites.open().count() == 1
    suspended.hold(world.workspace, by=SYSTEM)
    assert sizes(world)["invited"] == world.workspace.invites.open().count() == 0


def test_members_owners_groups_tokens_and_things(world):
    secret_for(world.workspace, "source-admin")
    secret_for(world.workspace, "source-admin", name="gone")
    tokens.revoke(world.workspace.tokens.get(name="gone"), by=SYSTEM)
    found, workspace = sizes(world), world.workspace
    assert found["members"] == workspace.members.count()
    assert found["owners"] == workspace.members.owners().count()
    assert found["groups"] == workspace.groups.count()
    assert found["labels"] == workspace.labels.count()
    assert found["tokens"] == 1
    assert found["source"] == workspace.resources.of_type("source").count()
