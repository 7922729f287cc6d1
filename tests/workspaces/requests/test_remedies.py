"""What would satisfy a request: it does, it is small, and the look is not another than the deed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.world import SYSTEM, acme, build, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.operations.groups import groups
from workspaces.operations.requests import requests
from workspaces.operations.requests.closing import is_satisfied
from workspaces.operations.requests.remedies import remedies
from workspaces.operations.requests.requests import Asked
from workspaces.terms import Terms


def ask(world, name, which, action):
    asked = Asked.of(world.workspace, which, action)
    return requests.ask(world.member(name), asked, by=SYSTEM)


def keys(found):
    return [remedy.key.partition("-")[0] for remedy in found]


def test_the_smallest_comes_first_and_there_are_three_at_most(world):
    found = remedies(ask(world, "dee", "source/a", "edit"))
    assert keys(found) == ["named", "labels", "group"]
    assert [remedy.size for remedy in found] == sorted(remedy.size for remedy in found)


def test_of_several_groups_the_one_that_gives_least_is_offered(world):
    small = groups.create(world.workspace, "small", by=SYSTEM)
    groups.add_members(small, [world.member("bo"), world.member("cy")], by=SYSTEM)
    only = Terms("source-admin", "resources", resources=(world.resource("source/a"),))
    give_grants(small, [only], by=SYSTEM)
    found = remedies(ask(world, "dee", "source/a", "edit"))
    assert [remedy.group for remedy in found if remedy.group] == [small]


@pytest.mark.parametrize(
    ("which", "action"),
    [
        ("source/c", "read"), ("source/c", "edit"), ("source/c", "label"),
        ("source/c", "view_pii"), ("destination/ads", "edit"), ("warehouse/bq", "read"),
        ("space/eu", "engage"), ("tracking_plan/web", "delete"), ("workspace/acme", "create_space"),
        ("workspace/acme", "edit_privacy"),
    ],
)  # fmt: skip
def test_each_remedy_gives_what_was_asked_for_and_what_it_showed(world, which, action):
    first = remedies(ask(world, "dee", which, action))
    assert first
    for number in range(len(first)):
        request = ask(world, "dee", which, action)
        shown = remedies(request)[number]
        dee = world.member("dee")
        before = rights_of(world, dee)
        requests.approve(request, shown.key, by=SYSTEM.having_seen(shown.digest))
        thing = request.resource or world.workspace
        assert Access.of(dee).check(action, thing)
        risen = {key for key, rights in rights_of(world, dee).items() if rights != before[key]}
        assert len(risen) == len({name for move in shown.moves for name in move.names})
        take_grants(dee, list(dee.grants.all()), by=SYSTEM)
        for group in dee.groups():
            groups.remove_members(group, [dee], by=SYSTEM)


def rights_of(world, member):
    access = Access.of(member)
    rows = list(world.workspace.resources.select_related("source"))
    return {row.ref: access.rights([row])[row.pk] for row in rows}


def test_no_small_thing_makes_an_owner(world):
    assert remedies(ask(world, "dee", "workspace/acme", "administer")) == []


def test_a_role_the_plan_lacks_is_not_offered_L7(db):
    plan = {"slug": "acme", "name": "Acme", "plan": "team"}
    without = [member for member in acme()["members"] if "grants" not in member]
    world = build(acme(workspace=plan, groups=[], members=without))
    assert remedies(ask(world, "dee", "warehouse/bq", "read")) == []
    assert keys(remedies(ask(world, "dee", "source/a", "edit"))) == ["named"]


def test_what_the_asker_may_do_by_now_needs_nothing(world):
    request = ask(world, "dee", "source/a", "read")
    label = Terms("source-read-only", "labels", labels=(world.label("product:car"),))
    group = world.group("growth")
    groups.add_members(group, [world.member("dee")], by=SYSTEM)
    give_grants(group, [label], by=SYSTEM)
    assert is_satisfied(request)
    assert remedies(request) == []


def test_an_ended_grant_can_be_extended_from_today_R6(world):
    ends = timezone.now() - timedelta(days=1)
    [grant] = give_grants(
        world.member("dee"), [Terms("function-admin", "all", ends=ends)], by=SYSTEM
    )
    request = requests.ask_to_extend(world.member("dee"), grant, by=SYSTEM)
    [remedy] = remedies(request)
    assert [(move.becomes, move.count) for move in remedy.moves] == [("edit", 1)]
