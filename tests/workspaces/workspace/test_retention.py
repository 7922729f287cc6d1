"""Old events go, the rest stays verifiable, and the purge is an event (A3)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import SYSTEM
from workspaces.change import audit, chain
from workspaces.operations.groups import groups
from workspaces.operations.workspace import workspaces
from workspaces.operations.workspace.retention import purge_old_events


@pytest.fixture
def old(world, monkeypatch):
    """The import of today, then five events that say they are 500 days old."""
    then = timezone.now() - timedelta(days=500)
    with monkeypatch.context() as patch:
        patch.setattr(audit.timezone, "now", lambda: then)
        for number in range(5):
            groups.create(world.workspace, f"old{number}", by=SYSTEM)
    return world


def purged(world):
    return purge_old_events(world.workspace, by=SYSTEM)


def test_young_events_stay(world):
    assert purged(world) == 0
    assert world.workspace.events.count() == 1


def test_events_past_their_retention_go_and_the_rest_holds(old, settings):
    settings.AUDIT_KEPT_DAYS = -1
    groups.create(old.workspace, "new", by=SYSTEM)
    assert purged(old) == 7
    assert [e.action for e in old.workspace.events.order_by("number")] == ["audit.purged"]
    assert chain.verify(old.workspace) is None


def test_only_the_oldest_go_until_the_first_young_one(old):
    """The import is younger than what follows it here, so nothing may go before it."""
    assert purged(old) == 0


def test_a_chain_goes_on_after_a_purge_and_shows_what_is_cut_XK2(old, settings):
    settings.AUDIT_KEPT_DAYS = -1
    purged(old)
    settings.AUDIT_KEPT_DAYS = 400
    for name in ("x", "y"):
        groups.create(old.workspace, name, by=SYSTEM)
    assert chain.verify(old.workspace) is None
    lost = old.workspace.events.filter(number=8)
    lost._raw_delete(lost.db)
    assert chain.verify(old.workspace).number == 8


def test_hipaa_workspaces_keep_theirs_for_six_years_A3(old, settings):
    settings.AUDIT_KEPT_DAYS = -1
    workspaces.set_plan_and_flag(old.workspace, plan="business", hipaa_eligible=True, by=SYSTEM)
    assert purged(old) == 0
