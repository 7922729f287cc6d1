from functools import partial

import pytest

from labels import operations as labels
from labels.models import Label, ResourceLabel
from labels.syntax import parse_label
from tests.peers.race import together
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Refused
from workspaces.operations.members import members
from workspaces.operations.tokens import tokens
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms


def by_label(world, *texts, role="source-admin"):
    return Terms(role, "labels", labels=tuple(world.label(text) for text in texts))


def carried(world, ref):
    rows = ResourceLabel.objects.filter(resource=world.resource(ref)).order_by("folded_key")
    return [str(row.label) for row in rows]


def test_a_label_is_there_once_in_any_spelling_L1_XD7(world):
    with pytest.raises(Refused, match="already"):
        labels.create(world.workspace, parse_label("Environment:PROD"), by=SYSTEM)


def test_a_label_is_kept_as_typed_L1(world):
    label = labels.create(world.workspace, parse_label("Region:EMEA"), by=SYSTEM)
    assert str(label) == "Region:EMEA"
    assert world.label("region:emea") == label


def test_a_label_nobody_uses_can_go_L4(world):
    label = labels.create(world.workspace, parse_label("un:used"), by=SYSTEM)
    labels.delete(label, by=SYSTEM)
    assert not world.workspace.labels.filter(key="un").exists()


def test_a_label_on_a_resource_stays_and_the_refusal_counts_L4(world):
    with pytest.raises(Conflict, match=r"on 2 resources and in 0 grants"):
        labels.delete(world.label("product:car"), by=SYSTEM)


def test_a_label_in_a_grant_stays_L4(world):
    label = labels.create(world.workspace, parse_label("un:used"), by=SYSTEM)
    give_grants(world.member("dee"), [by_label(world, "un:used")], by=SYSTEM)
    with pytest.raises(Conflict, match=r"in 1 grants"):
        labels.delete(label, by=SYSTEM)


def test_a_revoked_token_no_longer_holds_its_label_L4(world):
    label = labels.create(world.workspace, parse_label("un:used"), by=SYSTEM)
    policy = [by_label(world, "un:used")]
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=policy)
    tokens.revoke(token, by=SYSTEM)
    labels.delete(label, by=SYSTEM)
    assert not Label.objects.filter(pk=label.pk).exists()


def test_a_label_put_on_is_reached_at_the_next_check_R4(world):
    dee = world.member("dee")
    give_grants(dee, [by_label(world, "environment:prod", "product:car")], by=SYSTEM)
    source_b = world.resource("source/b")
    labels.relabel(source_b, put=[world.label("product:car")], replace=True, by=SYSTEM)
    assert Access.of(dee).check("edit", source_b)


def test_a_second_value_of_a_key_is_refused_L3(world):
    with pytest.raises(Refused) as refusal:
        labels.relabel(world.resource("source/a"), put=[world.label("product:truck")], by=SYSTEM)
    assert refusal.value.rule == "L3"
    assert carried(world, "source/a") == ["environment:prod", "product:car"]


def test_replacing_swaps_the_value_in_one_step_L3(world):
    labels.relabel(
        world.resource("source/a"), put=[world.label("product:truck")], replace=True, by=SYSTEM
    )
    assert carried(world, "source/a") == ["environment:prod", "product:truck"]


def test_taking_a_label_off_leaves_the_others(world):
    labels.relabel(world.resource("source/a"), take=[world.label("product:car")], by=SYSTEM)
    assert carried(world, "source/a") == ["environment:prod"]


def test_labels_go_on_sources_and_spaces_only(world):
    with pytest.raises(Conflict):
        labels.relabel(world.resource("warehouse/bq"), put=[world.label("product:car")], by=SYSTEM)


def test_a_label_of_another_workspace_is_not_put_on_XA2(world):
    foreign = build(OTHER).label("environment:prod")
    with pytest.raises(Conflict):
        labels.relabel(world.resource("source/c"), put=[foreign], replace=True, by=SYSTEM)


def test_a_right_through_a_label_does_not_reach_that_label_itself_L6_XD2(world):
    """Bo edits the prod sources because they are prod, so may not make them anything else."""
    with pytest.raises(Refused) as refusal:
        labels.relabel(
            world.resource("source/a"),
            put=[world.label("environment:dev")],
            replace=True,
            by=world.actor("bo"),
        )
    assert refusal.value.rule == "L6"
    assert "environment:prod" in carried(world, "source/a")


def test_a_right_through_a_label_reaches_the_other_keys_L6(world):
    labels.relabel(
        world.resource("source/a"),
        put=[world.label("product:truck")],
        replace=True,
        by=world.actor("bo"),
    )
    assert carried(world, "source/a") == ["environment:prod", "product:truck"]


def test_a_right_by_name_reaches_every_key_L6(world):
    listed = (world.resource("source/a"),)
    give_grants(
        world.member("dee"), [Terms("source-admin", "resources", resources=listed)], by=SYSTEM
    )
    labels.relabel(listed[0], take=[world.label("environment:prod")], by=world.actor("dee"))
    assert carried(world, "source/a") == ["product:car"]


def test_the_right_is_asked_again_under_the_lock_L6_XC4(world):
    bo = world.actor("bo")
    members.remove(world.member("bo"), by=SYSTEM)
    members.add(world.workspace, world.user("bo"), by=SYSTEM)
    with pytest.raises(Refused):
        labels.relabel(world.resource("source/a"), take=[world.label("product:car")], by=bo)


@pytest.mark.parametrize(("kind", "there"), [("environment", 0), ("Environment", 0), ("brand", 2)])
def test_small_plans_take_five_of_a_kind_beside_dev_and_prod_L7(world, kind, there):
    workspaces.set_plan_and_flag(
        world.workspace, plan="free", hipaa_eligible=False, by=SYSTEM.because("smaller")
    )
    for number in range(5 - there):
        labels.create(world.workspace, parse_label(f"{kind}:v{number}"), by=SYSTEM)
    with pytest.raises(Refused) as refusal:
        labels.create(world.workspace, parse_label(f"{kind}:one-more"), by=SYSTEM)
    assert refusal.value.rule == "L7"


@pytest.mark.django_db(transaction=True)
def test_two_values_put_on_at_once_leave_one_L3_XD6():
    world = build()
    source = world.resource("source/a")
    texts = ("product:truck", "product:car")
    together(
        *(
            partial(labels.relabel, source, put=[world.label(text)], replace=True, by=SYSTEM)
            for text in texts
        )
    )
    assert len(carried(world, "source/a")) == 2


@pytest.mark.django_db(transaction=True)
def test_a_label_is_deleted_or_put_on_but_never_both_L4_XD5():
    world = build()
    source = world.resource("source/b")
    for number in range(10):
        label = labels.create(world.workspace, parse_label(f"race:r{number}"), by=SYSTEM)
        outcomes = together(
            partial(labels.delete, label, by=SYSTEM),
            partial(labels.relabel, source, put=[label], replace=True, by=SYSTEM),
        )
        assert sum(isinstance(outcome, Refused) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True)
def test_eight_writers_wait_for_each_other_XJ2():
    world = build()
    names = [parse_label(f"writer:w{number}") for number in range(8)]
    done = together(*(partial(labels.create, world.workspace, n, by=SYSTEM) for n in names))
    assert [str(label) for label in done] == [str(name) for name in names]
