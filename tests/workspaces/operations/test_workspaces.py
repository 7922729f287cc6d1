import pytest

from tests.world import SYSTEM
from workspaces.access.engine import Access
from workspaces.errors import Refused
from workspaces.operations import workspaces


def test_a_new_workspace_has_its_maker_as_owner_and_the_default_labels_L2(world):
    new = workspaces.create("new-one", "New", world.user("bo"), by=world.actor("bo"))
    member = new.members.get(user=world.user("bo"))
    assert Access.of(member).is_owner
    assert [str(label) for label in new.labels.by_name()] == ["environment:dev", "environment:prod"]


def test_a_taken_address_is_refused(world):
    with pytest.raises(Refused, match="taken"):
        workspaces.create("acme", "Again", world.user("bo"), by=SYSTEM)


def test_plan_and_flag_are_kept_in_the_trail_with_the_reason_S5(world):
    workspaces.set_plan_and_flag(
        world.workspace, plan="team", hipaa_eligible=True, by=SYSTEM, reason="contract 12"
    )
    event = world.workspace.events.newest_first().first()
    assert event.reason == "contract 12"
    assert event.before == {"plan": "business", "hipaa_eligible": False}
    assert event.after == {"plan": "team", "hipaa_eligible": True}


def test_setting_what_is_set_is_no_change(world):
    before = world.workspace.events.count()
    workspaces.set_plan_and_flag(
        world.workspace, plan="business", hipaa_eligible=False, by=SYSTEM, reason="again"
    )
    assert world.workspace.events.count() == before
