import pytest

from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, Right, lock_workspace
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import ActorKind, Connection, Resource
from workspaces.operations.resources import resources
from workspaces.operations.resources.deletion import Deletion
from workspaces.terms import Terms


def test_a_new_resource_is_reached_by_whoever_has_all_at_once_R4(world):
    dee = world.member("dee")
    give_grants(dee, [Terms("source-admin", "all")], by=SYSTEM)
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


def test_a_source_of_another_workspace_is_no_source_here_XA2(world):
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
        resources.connect(source, [plan], by=SYSTEM)
    assert Connection.objects.filter(source=source, target=plan).count() == 1
    assert world.workspace.events.filter(action="resource.connected").count() == 1


def test_a_function_cannot_be_connected(world):
    with pytest.raises(Conflict):
        resources.connect(world.resource("source/a"), [world.resource("function/clean")], by=SYSTEM)


def test_disconnecting_what_is_not_connected_changes_nothing(world):
    before = world.workspace.events.count()
    resources.disconnect(world.resource("source/b"), [world.resource("warehouse/bq")], by=SYSTEM)
    assert world.workspace.events.count() == before


def test_disconnecting_undoes_a_connection(world):
    resources.disconnect(world.resource("source/a"), [world.resource("warehouse/bq")], by=SYSTEM)
    assert not Connection.objects.exists()


def test_a_source_with_many_destinations_goes_in_few_statements(
    world, django_assert_max_num_queries
):
    source = world.resource("source/a")
    with lock_workspace(world.workspace.pk) as workspace:
        Resource.objects.bulk_create(
            Resource(
                workspace=workspace, type="destination", slug=f"d{i}", name=str(i), source=source
            )
            for i in range(500)
        )
    with django_assert_max_num_queries(62):
        resources.delete(source, by=SYSTEM.having_seen(Deletion(source).digest()))
    assert not world.workspace.resources.of_type("destination").exists()
    event = world.workspace.events.newest_first().first()
    assert len(event.before["with"]) == 501


def test_a_deletion_takes_no_grant_that_was_empty_before(world):
    """What the operation did not empty is for `integrity_check` to find."""
    cy = world.member("cy")
    [grant] = cy.grants.all()
    with lock_workspace(world.workspace.pk):
        grant.listed.all().delete()
    resources.delete(world.resource("source/a"), by=SYSTEM)
    assert cy.grants.filter(pk=grant.pk).exists()


def test_a_deletion_that_no_longer_fits_is_refused(world):
    seen = Deletion(world.resource("source/a")).digest()
    resources.delete(world.resource("destination/ads"), by=SYSTEM)
    with pytest.raises(Conflict, match="Look again"):
        resources.delete(world.resource("source/a"), by=SYSTEM.having_seen(seen))


def test_both_ends_are_asked_under_the_lock_XB9(world):
    bo = world.member("bo")
    source, warehouse = world.resource("source/b"), world.resource("warehouse/bq")
    by = Actor(ActorKind.USER, bo.user.email, bo.user, right=Right(bo, "edit", source))
    for change in (resources.connect, resources.disconnect):
        with pytest.raises(Denied):
            change(source, [warehouse], by=by)
    give_grants(bo, [Terms("warehouse-admin", "all")], by=SYSTEM)
    assert resources.connect(source, [warehouse], by=by) == [warehouse]


def test_an_end_of_another_workspace_is_none_here_XA2(world):
    foreign = build(OTHER).resource("source/a")
    with pytest.raises(Conflict):
        resources.connect(world.resource("warehouse/bq"), [foreign], by=SYSTEM)
