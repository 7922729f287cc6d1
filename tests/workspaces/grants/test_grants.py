from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import OTHER, SYSTEM, build, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.errors import Refused
from workspaces.models import Grant
from workspaces.operations.resources import resources
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms


def refused(world, grant, *, holder=None):
    """Give the grant, see it refused with nothing written, and return the rule."""
    holder = holder or world.member("dee")
    before = (Grant.objects.count(), world.workspace.events.count())
    with pytest.raises(Refused) as refusal:
        give_grants(holder, [grant], by=SYSTEM)
    assert (Grant.objects.count(), world.workspace.events.count()) == before
    return refusal.value.rule


def test_an_unknown_role_is_refused_XB4(world):
    assert refused(world, Terms("Source-Admin", "all")) == "XB4"


def test_a_scope_the_role_does_not_take_is_refused_XB5(world):
    labels = (world.label("environment:prod"),)
    assert refused(world, Terms("warehouse-admin", "labels", labels=labels)) == "XB5"


@pytest.mark.parametrize("role", ["pii-access", "identity-admin", "decision-reader"])
def test_roles_on_the_whole_workspace_take_only_all_XB5(world, role):
    one = (world.resource("source/a"),)
    assert refused(world, Terms(role, "resources", resources=one)) == "XB5"


def test_labels_and_all_together_are_refused_XB5(world):
    labels = (world.label("environment:prod"),)
    assert refused(world, Terms("source-admin", "all", labels=labels)) == "XB6"


@pytest.mark.parametrize("scope", ["labels", "resources"])
def test_an_empty_scope_is_refused_XB6(world, scope):
    assert refused(world, Terms("source-admin", scope)) == "XB6"


def test_two_values_of_one_key_are_refused_XD8(world):
    labels = (world.label("environment:prod"), world.label("environment:dev"))
    assert refused(world, Terms("source-admin", "labels", labels=labels)) == "XD8"


def test_a_resource_of_another_type_is_refused_XB5(world):
    listed = (world.resource("warehouse/bq"),)
    assert refused(world, Terms("source-admin", "resources", resources=listed)) == "XB5"


def test_a_resource_of_another_workspace_is_refused_XA2(world):
    foreign = (build(OTHER).resource("source/a"),)
    assert refused(world, Terms("source-admin", "resources", resources=foreign)) == "R5"


def test_a_label_of_another_workspace_is_refused_XA2(world):
    foreign = (build(OTHER).label("environment:prod"),)
    assert refused(world, Terms("source-admin", "labels", labels=foreign)) == "R5"


def test_owning_is_never_a_members_grant_R7(world):
    assert refused(world, Terms("workspace-owner", "all")) == "R7"


@pytest.mark.parametrize("plan", ["free", "team"])
def test_small_plans_take_source_admin_and_owner_only_L7(world, plan):
    workspaces.set_plan_and_flag(
        world.workspace, plan=plan, hipaa_eligible=False, by=SYSTEM.because("smaller")
    )
    assert refused(world, Terms("source-read-only", "all")) == "L7"
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)


@pytest.mark.parametrize("plan", ["free", "team"])
def test_small_plans_give_nothing_by_label_L7(world, plan):
    workspaces.set_plan_and_flag(
        world.workspace, plan=plan, hipaa_eligible=False, by=SYSTEM.because("smaller")
    )
    by_label = Terms("source-admin", "labels", labels=(world.label("environment:prod"),))
    assert refused(world, by_label) == "L7"


def test_one_bad_grant_of_several_writes_none(world):
    dee = world.member("dee")
    with pytest.raises(Refused):
        give_grants(dee, [Terms("source-admin", "all"), Terms("source-admin", "labels")], by=SYSTEM)
    assert not dee.grants.exists()


def test_a_grant_that_has_ended_gives_nothing_but_stays_visible_R6(world):
    dee = world.member("dee")
    ended = timezone.now() - timedelta(seconds=1)
    give_grants(dee, [Terms("source-admin", "all", ends=ended)], by=SYSTEM)
    assert not Access.of(dee).check("read", world.resource("source/a"))
    assert dee.grants.exists()


def test_a_grant_that_ends_later_holds_R6(world):
    dee = world.member("dee")
    soon = timezone.now() + timedelta(minutes=1)
    give_grants(dee, [Terms("source-admin", "all", ends=soon)], by=SYSTEM)
    assert Access.of(dee).check("read", world.resource("source/a"))


def test_a_revoked_grant_gives_nothing_at_the_next_check_R4(world):
    cy = world.member("cy")
    take_grants(cy, cy.grants.all(), by=SYSTEM)
    assert not Access.of(cy).check("read", world.resource("source/a"))


def test_revoking_one_of_two_overlapping_grants_leaves_the_other_R1(world):
    cy = world.member("cy")
    give_grants(cy, [Terms("source-read-only", "all")], by=SYSTEM)
    take_grants(cy, cy.grants.filter(scope="resources"), by=SYSTEM)
    assert Access.of(cy).check("read", world.resource("source/a"))


def test_pii_access_alone_gives_nothing_XB8(world):
    dee = world.member("dee")
    give_grants(dee, [Terms("pii-access", "all")], by=SYSTEM)
    assert not Access.of(dee).check("view_pii", world.resource("source/a"))


def test_pii_access_shows_what_can_be_read_and_no_more_XB8(world):
    cy = world.member("cy")
    give_grants(cy, [Terms("pii-access", "all")], by=SYSTEM)
    seen = Access.of(cy).reach("view_pii", "source")
    assert [source.ref for source in seen] == ["source/a"]


def test_a_resource_that_goes_leaves_the_lists(world):
    cy = world.member("cy")
    listed = (world.resource("source/b"), world.resource("source/c"))
    give_grants(cy, [Terms("source-admin", "resources", resources=listed)], by=SYSTEM)
    resources.delete(world.resource("source/b"), by=SYSTEM)
    assert [s.ref for s in Access.of(cy).reach("edit", "source")] == ["source/c"]


def test_a_grant_whose_list_is_empty_then_goes_and_the_trail_says_so(world):
    resources.delete(world.resource("source/a"), by=SYSTEM)
    assert not world.member("cy").grants.exists()
    event = world.workspace.events.newest_first().first()
    assert event.before["with"] == ["destination/ads"]
    assert event.before["grants_removed"] == [
        {
            "of": "cy@example.org",
            "role": "source-read-only",
            "scope": {"resources": ["source/a"]},
        }
    ]
