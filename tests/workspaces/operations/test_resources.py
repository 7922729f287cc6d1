import pytest

from tests.world import OTHER, SYSTEM, build
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Refused
from workspaces.models.resource import Connection
from workspaces.operations import grants, resources
from workspaces.operations.grants import NewGrant


def test_a_new_resource_is_reached_by_whoever_has_all_at_once_R4(world):
    dee = world.member("dee")
    grants.give(dee, [NewGrant("source-admin", "all")], by=SYSTEM)
    new = resources.create(world.workspace, "source", "new", "New", by=SYSTEM)
    assert Access.of(dee).check("edit", new)


def test_a_slug_is_unique_per_type(world):
    with pytest.raises(Refused, match="already"):
        resources.create(world.workspace, "source", "a", "Again", by=SYSTEM)
    assert resources.create(world.workspace, "function", "a", "Another type", by=SYSTEM)


def test_a_destination_needs_its_source(world):
    with pytest.raises(Refused):
        resources.create(world.workspace, "destination", "x", "X", by=SYSTEM)


def test_nothing_else_has_a_source(world):
    with pytest.raises(Refused):
        resources.create(
            world.workspace, "warehouse", "x", "X", by=SYSTEM, source=world.resource("source/a")
        )


def test_a_source_of_another_workspace_is_no_source_here_A2(world):
    foreign = build(OTHER).resource("source/a")
    with pytest.raises(Conflict):
        resources.create(world.workspace, "destination", "x", "X", by=SYSTEM, source=foreign)


def test_renaming_keeps_the_slug(world):
    renamed = resources.rename(world.resource("source/a"), "Website", by=SYSTEM)
    assert (renamed.name, renamed.slug) == ("Website", "a")


def test_renaming_to_the_same_name_is_no_change(world):
    before = world.workspace.events.count()
    resources.rename(world.resource("source/a"), "Source A", by=SYSTEM)
    assert world.workspace.events.count() == before


def test_connecting_twice_connects_once(world):
    source, plan = world.resource("source/b"), world.resource("tracking_plan/web")
    for _ in range(2):
        resources.connect(source, plan, by=SYSTEM)
    assert Connection.objects.filter(source=source, target=plan).count() == 1
    assert world.workspace.events.filter(action="resource.connected").count() == 1


def test_a_function_cannot_be_connected(world):
    with pytest.raises(Conflict):
        resources.connect(world.resource("source/a"), world.resource("function/clean"), by=SYSTEM)


def test_disconnecting_what_is_not_connected_changes_nothing(world):
    before = world.workspace.events.count()
    resources.disconnect(world.resource("source/b"), world.resource("warehouse/bq"), by=SYSTEM)
    assert world.workspace.events.count() == before


def test_disconnecting_undoes_a_connection(world):
    resources.disconnect(world.resource("source/a"), world.resource("warehouse/bq"), by=SYSTEM)
    assert not Connection.objects.exists()
