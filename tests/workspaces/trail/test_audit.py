"""The trail: who, what, when – and a chain that shows where it was touched (A2, XK2, XK3)."""

from functools import partial

import pytest
from django.db import connection

from tests.peers.race import together
from tests.world import OTHER, SYSTEM, build
from workspaces.change import chain
from workspaces.models import Event
from workspaces.models.event import SealedError
from workspaces.operations.groups import groups


def fill(world, count=4):
    for number in range(count):
        groups.create(world.workspace, f"g{number}", by=world.actor("ada"))


def behind_our_back(statement, *params):
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def test_an_untouched_chain_holds_A2(world):
    fill(world)
    assert chain.verify(world.workspace) is None
    assert chain.verify(world.workspace, chain.newest(world.workspace)) is None


@pytest.mark.parametrize(
    "column",
    ["action", "actor_name", "target_name", "reason", "request_id", "digest", "target_id"],
)
def test_an_edited_event_is_named_XK2(world, column):
    fill(world)
    behind_our_back(f"UPDATE workspaces_event SET {column} = 'x' WHERE number = 3")  # noqa: S608
    assert chain.verify(world.workspace).number == 3


def test_a_changed_time_is_named_XK2(world):
    fill(world)
    behind_our_back("UPDATE workspaces_event SET at = '2020-01-01 00:00:00+00' WHERE number = 2")
    assert chain.verify(world.workspace).number == 2


def test_a_changed_before_or_after_is_named_XK2(world):
    fill(world)
    behind_our_back("UPDATE workspaces_event SET after = '{\"x\": 1}' WHERE number = 4")
    assert chain.verify(world.workspace).number == 4


def test_a_deleted_event_is_named_XK2(world):
    fill(world)
    behind_our_back("DELETE FROM workspaces_event WHERE number = 3")
    assert chain.verify(world.workspace).number == 3


def test_two_events_that_changed_places_are_named_XK2(world):
    fill(world)
    for was, becomes in ((2, 99), (3, 2), (99, 3)):
        behind_our_back("UPDATE workspaces_event SET number = %s WHERE number = %s", becomes, was)
    assert chain.verify(world.workspace).number == 2


def test_an_event_taken_from_another_workspace_is_named_XK2(world):
    fill(world)
    other = build(OTHER)
    behind_our_back(
        "DELETE FROM workspaces_event WHERE number = 1 AND workspace_id = %s", world.workspace.pk
    )
    behind_our_back(
        "UPDATE workspaces_event SET workspace_id = %s WHERE workspace_id = %s",
        world.workspace.pk,
        other.workspace.pk,
    )
    assert chain.verify(world.workspace).number == 1


def test_a_cut_tail_is_found_with_the_head_kept_outside_XK2(world):
    fill(world)
    head = chain.newest(world.workspace)
    behind_our_back("DELETE FROM workspaces_event WHERE number > 3")
    assert chain.verify(world.workspace) is None
    assert chain.verify(world.workspace, head).number == 4


def test_a_tail_made_anew_is_found_with_the_head_kept_outside_XK2(world):
    fill(world)
    head = chain.newest(world.workspace)
    behind_our_back("DELETE FROM workspaces_event WHERE number = 5")
    behind_our_back("DELETE FROM workspaces_mention WHERE number = 5")
    groups.create(world.workspace, "forged", by=SYSTEM)
    assert chain.verify(world.workspace) is None
    assert chain.verify(world.workspace, head).number == 5


def test_a_chain_made_with_another_key_does_not_hold_A2(world, settings):
    fill(world)
    settings.AUDIT_KEY = "another key, long enough for the purpose"
    assert chain.verify(world.workspace).number == 1


def test_events_are_neither_changed_nor_deleted_A2(world):
    event = world.workspace.events.first()
    for attempt in (
        event.save,
        event.delete,
        world.workspace.events.all().delete,
        lambda: world.workspace.events.update(reason="x"),
        lambda: Event.objects.bulk_update([event], ["reason"]),
    ):
        with pytest.raises((SealedError, RuntimeError)):
            attempt()
    assert chain.verify(world.workspace) is None


@pytest.mark.django_db(transaction=True)
def test_two_writers_at_once_make_one_chain_XK3():
    world = build()
    for number in range(10):
        together(
            *(
                partial(groups.create, world.workspace, f"{name}{number}", by=SYSTEM)
                for name in "xy"
            )
        )
    assert chain.verify(world.workspace) is None
    assert world.workspace.events.count() == 21
