from functools import partial

import pytest

from accounts.models.user import User
from config.web.values.public_ids import public_id
from tests.peers.race import together
from tests.world import SYSTEM
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Refused
from workspaces.models import Workspace
from workspaces.operations.workspace import workspaces


def test_a_new_workspace_has_its_maker_as_owner_and_the_default_labels_L2(world):
    new = workspaces.create("new-one", "New", world.user("bo"), by=world.actor("bo"))
    member = new.members.get(user=world.user("bo"))
    assert Access.of(member).is_owner
    assert [str(label) for label in new.labels.by_name()] == ["environment:dev", "environment:prod"]


def test_a_taken_address_is_refused(world):
    with pytest.raises(Refused, match="taken"):
        workspaces.create("acme", "Again", world.user("bo"), by=SYSTEM)


def test_a_reserved_address_is_refused(world):
    with pytest.raises(Refused, match="reserved"):
        workspaces.create("admin", "Admin", world.user("ada"), by=SYSTEM)


def test_the_same_form_makes_one_workspace_XI7(world):
    once = public_id()
    made = [
        workspaces.create(slug, "New", world.user("bo"), by=SYSTEM, ident=once)
        for slug in ("new-one", "new-one", "new-two")
    ]
    assert len({workspace.pk for workspace in made}) == 1
    assert made[0].events.count() == 1


def test_somebody_elses_form_gives_nothing_away(world):
    once = public_id()
    workspaces.create("new-one", "New", world.user("bo"), by=SYSTEM, ident=once)
    with pytest.raises(Refused, match="taken"):
        workspaces.create("new-one", "New", world.user("dee"), by=SYSTEM, ident=public_id())


@pytest.mark.django_db(transaction=True)
def test_sent_twice_at_the_same_moment_it_is_one_XI7():
    bo, once = User.objects.create_user("bo@example.org"), public_id()
    make = partial(workspaces.create, "new-one", "New", bo, by=SYSTEM, ident=once)
    first, second = together(make, make)
    assert first == second
    assert Workspace.objects.count() == 1


def test_staff_only_means_staff_only(world, settings):
    assert workspaces.may_create(world.user("dee"))
    settings.WORKSPACES_MADE_BY_STAFF_ONLY = True
    assert not workspaces.may_create(world.user("ada"))
    assert workspaces.may_create(User.objects.create_superuser("root@example.org", "x"))


def test_settings_are_changed_with_before_and_after_of_what_changed(world):
    wanted = workspaces.general(world.workspace) | {"name": "Acme Ltd"}
    assert workspaces.set_general(world.workspace, wanted, by=SYSTEM)
    event = world.workspace.events.newest_first().first()
    assert (event.before, event.after) == ({"name": "Acme"}, {"name": "Acme Ltd"})
    world.workspace.refresh_from_db()
    assert (world.workspace.slug, world.workspace.name) == ("acme", "Acme Ltd")


def test_settings_changed_meanwhile_are_not_overwritten_XI8(world):
    seen = workspaces.general(world.workspace)
    workspaces.set_general(world.workspace, seen | {"name": "First"}, by=SYSTEM)
    with pytest.raises(Conflict):
        workspaces.set_general(
            world.workspace, seen | {"token_max_days": 30}, by=SYSTEM, drawn=seen
        )


def test_plan_and_flag_are_kept_in_the_trail_with_the_reason_S5(world):
    workspaces.set_plan_and_flag(
        world.workspace, plan="team", hipaa_eligible=True, by=SYSTEM.because("contract 12")
    )
    event = world.workspace.events.newest_first().first()
    assert event.reason == "contract 12"
    assert event.before == {"plan": "business", "hipaa_eligible": False}
    assert event.after == {"plan": "team", "hipaa_eligible": True}


def test_setting_what_is_set_is_no_change(world):
    before = world.workspace.events.count()
    workspaces.set_plan_and_flag(
        world.workspace, plan="business", hipaa_eligible=False, by=SYSTEM.because("again")
    )
    assert world.workspace.events.count() == before
