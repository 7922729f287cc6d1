"""Destroying what has gone is no error; to whoever could not have destroyed it, it never was."""

import pytest

from tests.api.conftest import Caller
from tests.world import OTHER, SYSTEM, build, everything
from workspaces.catalogue import Scope
from workspaces.operations.groups import groups
from workspaces.operations.resources import resources
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

THINGS = {
    "source/a": "/sources/",
    "destination/ads": "/destinations/",
    "warehouse/bq": "/warehouses/",
    "tracking_plan/web": "/tracking-plans/",
    "function/clean": "/functions/",
}
DONE = {"status": "SUCCESS"}


def ids_of(world, *refs):
    return [world.resource(ref).public_id for ref in refs]


def delete(world, *refs):
    for ref in refs:
        resources.delete(world.resource(ref), by=SYSTEM)


def call_for(client, world, *grants):
    return Caller(client, tokens.create(world.workspace, "narrow", policy=grants, by=SYSTEM)[1])


def disconnections(warehouse="never", plan="never", source="never"):
    """Return the addresses that part a warehouse and a tracking plan from a source."""
    return (
        f"/warehouses/{warehouse}/connected-sources/{source}",
        f"/tracking-plans/{plan}/sources?sourceId={source}",
    )


@pytest.mark.parametrize("ref", THINGS)
def test_who_may_delete_all_of_a_type_deletes_what_has_gone(call_as, world, ref):
    path = THINGS[ref] + world.resource(ref).public_id
    delete(world, ref)
    role = f"{ref.partition('/')[0].replace('_', '-')}-admin"
    before = everything()["workspaces.Event"]
    for caller in (call_as("workspace-owner"), call_as(role)):
        assert caller.data("DELETE", path) == DONE
        caller.error("GET", path, status=404)
    assert len(everything()["workspaces.Event"]) == len(before) + 2  # the tokens of this test


@pytest.mark.parametrize("ref", THINGS)
def test_to_others_what_has_gone_never_was_R5(call_as, world, ref):
    path, ident = THINGS[ref], world.resource(ref).public_id
    delete(world, ref)
    reader = f"{ref.partition('/')[0].replace('_', '-')}-read-only"
    for caller in (call_as(reader), call_as("space-admin")):
        assert caller.error("DELETE", path + ident, status=404) == caller.error(
            "DELETE", f"{path}never", status=404
        )


def test_what_is_of_another_type_or_workspace_never_was(call, world):
    elsewhere = build(OTHER).resource("source/a").public_id
    source, warehouse = ids_of(world, "source/a", "warehouse/bq")
    delete(world, "warehouse/bq")
    for path in (f"/sources/{warehouse}", f"/warehouses/{source}", f"/sources/{elsewhere}"):
        call.error("DELETE", path, status=404)
    assert world.resource("source/a").public_id == source


def test_a_destination_that_went_with_its_source_has_gone(call, world):
    (ident,) = ids_of(world, "destination/ads")
    delete(world, "source/a")
    assert call.data("DELETE", f"/destinations/{ident}") == DONE


def test_who_deleted_it_is_told_so_again_though_the_grant_went_with_it(client, world):
    source, destination = world.resource("source/a"), world.resource("destination/ads")
    listed = Terms("source-admin", Scope.RESOURCES, resources=(source,))
    mine, other = (call_for(client, world, listed) for _ in range(2))
    for _ in range(2):
        assert mine.data("DELETE", f"/sources/{source.public_id}") == DONE
        other.error("DELETE", f"/sources/{source.public_id}", status=404)
    assert mine.data("DELETE", f"/destinations/{destination.public_id}") == DONE


def test_a_connection_of_what_has_gone_is_undone(call, world):
    bq, web, a, b = ids_of(world, "warehouse/bq", "tracking_plan/web", "source/a", "source/b")
    delete(world, "source/a")
    for path in disconnections(bq, web, a):
        assert call.data("DELETE", path) == DONE
    delete(world, "warehouse/bq", "tracking_plan/web")
    for path in (*disconnections(bq, web, a), *disconnections(bq, web, b)):
        assert call.data("DELETE", path) == DONE


def test_an_end_that_never_was_is_none_that_has_gone(call, world):
    bq, web, a = ids_of(world, "warehouse/bq", "tracking_plan/web", "source/a")
    delete(world, "warehouse/bq", "tracking_plan/web")
    for path, status in zip(disconnections(bq, web), (404, 422), strict=True):
        call.error("DELETE", path, status=status)
    call.error("DELETE", f"/tracking-plans/{web}/sources?sourceId=", status=422)
    delete(world, "source/a")
    for path in disconnections(source=a):
        call.error("DELETE", path, status=404)


def test_a_connection_needs_edit_on_the_end_that_is_there_and_on_that_which_has_gone_XB9(
    call_as, world
):
    bq, web, a, b = ids_of(world, "warehouse/bq", "tracking_plan/web", "source/a", "source/b")
    ends, sources = ("warehouse-admin", "tracking-plan-admin"), "source-admin"
    delete(world, "source/a")
    half, reader = call_as(*ends), call_as(*ends, "source-read-only")
    for caller in (half, reader):
        for path, status in zip(disconnections(bq, web, a), (404, 422), strict=True):
            caller.error("DELETE", path, status=status)
    only = call_as(sources, "warehouse-read-only", "tracking-plan-read-only")
    for path in disconnections(bq, web, a):
        only.error("DELETE", path, status=403)
    delete(world, "warehouse/bq", "tracking_plan/web")
    for path in disconnections(bq, web, b):
        only.error("DELETE", path, status=404)
        reader.error("DELETE", path, status=403)
        assert call_as(*ends, sources).data("DELETE", path) == DONE


@pytest.mark.parametrize("ref", ["source/a", "growth"])
def test_what_another_call_deletes_at_this_moment_is_no_error(call, world, monkeypatch, ref):
    module, thing, path = (
        (resources, world.resource(ref), "/sources/")
        if "/" in ref
        else (groups, world.group(ref), "/groups/")
    )
    found = module.delete

    def gone_first(row, **options):
        found(type(row).objects.get(pk=row.pk), by=SYSTEM)
        found(row, **options)

    monkeypatch.setattr(module, "delete", gone_first)
    assert call.data("DELETE", path + thing.public_id) == DONE


def test_an_end_that_another_call_deletes_at_this_moment_is_no_error(call, world, monkeypatch):
    bq, web, a = ids_of(world, "warehouse/bq", "tracking_plan/web", "source/a")
    found = resources.disconnect

    def gone_first(*ends, **options):
        delete(world, "source/a")
        found(*ends, **options)

    monkeypatch.setattr(resources, "disconnect", gone_first)
    assert call.data("DELETE", disconnections(bq, web, a)[0]) == DONE
