"""Requests end by themselves once they are satisfied or about nothing, and say why (Q1)."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models.mail import Mail
from labels import operations as labels
from labels.operations.assigning import Assignment
from labels.syntax import LabelName
from tests.workspaces.changes.test_one_event import CHANGES
from tests.world import SYSTEM, acme, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.change import lock_workspace
from workspaces.models import AccessRequest, Outcome
from workspaces.models.request import EXTEND
from workspaces.operations.documents import load_document
from workspaces.operations.grants import ends
from workspaces.operations.groups import groups
from workspaces.operations.members import bulk, members
from workspaces.operations.members.bulk_changes import Give, Join, MoveEnds
from workspaces.operations.requests import closing, requests
from workspaces.operations.requests.requests import Asked
from workspaces.operations.resources import resources
from workspaces.terms import Terms

DAY = timedelta(days=1)


def ask(world, name, which, action="edit"):
    return requests.ask(
        world.member(name), Asked.of(world.workspace, which, action), by=world.actor(name)
    )


def outcome(request):
    return AccessRequest.objects.get(pk=request.pk).outcome


def choose(name):
    return lambda now: now.members.filter(user__email=f"{name}@example.org")


def regrouped(world, *people):
    [group] = acme()["groups"]
    load_document(acme(groups=[{**group, "members": [*group["members"], *people]}]), by=SYSTEM)


# dee may edit source/a by each of these.
SATISFYING = {
    "grant": lambda w: give_grants(
        w.member("dee"),
        [Terms("source-admin", "resources", resources=(w.resource("source/a"),))],
        by=SYSTEM,
    ),
    "grant in bulk": lambda w: bulk.apply(
        w.workspace, choose("dee"), Give(Terms("source-admin", "all")), by=SYSTEM
    ),
    "group": lambda w: groups.add_members(w.group("growth"), [w.member("dee")], by=SYSTEM),
    "group in bulk": lambda w: bulk.apply(
        w.workspace, choose("dee"), Join(w.group("growth")), by=SYSTEM
    ),
    "ownership": lambda w: members.set_owner(w.member("dee"), owner=True, by=SYSTEM),
    "import": lambda w: regrouped(w, "dee@example.org"),
}


@pytest.mark.parametrize("way", SATISFYING)
def test_a_request_that_became_satisfied_closes_and_says_so_Q1(world, way):
    request, other = ask(world, "dee", "source/a"), ask(world, "cy", "source/a")
    Mail.objects.all().delete()
    SATISFYING[way](world)
    assert outcome(request) == Outcome.SATISFIED
    assert outcome(other) == ""
    mail = Mail.objects.get(to="dee@example.org")
    assert "You can edit it now." in mail.text
    assert "You can edit it now." in mail.html


# bo is in growth, which edits what carries environment:prod; source/c carries environment:dev.
BY_LABELS = {
    "relabelled": lambda w: labels.relabel(
        w.resource("source/c"), put=[w.label("environment:prod")], replace=True, by=SYSTEM
    ),
    "labelled with others": lambda w: labels.assign(
        w.workspace,
        Assignment("source", w.workspace.resources.all(), put=(w.label("environment:prod"),)),
        replacing=True,
        by=SYSTEM,
    ),
    "label replaced": lambda w: labels.replace(
        w.label("environment:dev"), LabelName("environment", "prod"), by=SYSTEM
    ),
    "label imported": lambda _: load_document(
        acme(
            resources=[
                {**r, "labels": ["environment:prod"]} if r["slug"] == "c" else r
                for r in acme()["resources"]
            ]
        ),
        by=SYSTEM,
    ),
}


@pytest.mark.parametrize("way", BY_LABELS)
def test_a_label_put_on_the_source_satisfies_too_Q1(world, way):
    request = ask(world, "bo", "source/c")
    BY_LABELS[way](world)
    assert outcome(request) == Outcome.SATISFIED


def test_a_right_on_the_workspace_itself_is_satisfied_too_Q1(world):
    request = ask(world, "dee", "workspace/acme", "read_privacy")
    give_grants(world.member("dee"), [Terms("privacy-admin", "all")], by=SYSTEM)
    assert outcome(request) == Outcome.SATISFIED


ELSEWHERE = {"workspaces.reopen", "retention.erase"}  # nobody waits in a closed workspace


@pytest.mark.parametrize("name", [name for name in CHANGES if name not in ELSEWHERE])
def test_no_operation_leaves_a_satisfied_request_open_Q1(world, name):
    """Everybody waits for everything they may not do; then something is changed.

    Their words tell these requests from those that some of the changes begin with.
    """
    change = CHANGES[name](world)
    everybody_waits(world)
    assert AccessRequest.objects.open().exists()
    change(by=SYSTEM.because("why"))
    still = AccessRequest.objects.open().with_details()
    assert [str(request) for request in still if closing.is_satisfied(request)] == []


def everybody_waits(world):
    things = list(world.workspace.resources.select_related("source"))
    with lock_workspace(world.workspace.pk) as workspace:
        AccessRequest.objects.bulk_create(
            AccessRequest(
                workspace=workspace,
                member=member,
                resource=None if thing == workspace else thing,
                asked_for="" if thing == workspace else f"{thing.ref} too",
                action=action,
            )
            for member in world.workspace.members.all()
            for thing, action in [
                *((thing, action) for thing in things for action in ("read", "edit")),
                (workspace, "administer"),
                (workspace, "create_source"),
            ]
            if not Access.of(member).check(action, thing)
        )


# --- What it was about is gone ------------------------------------------------------------


def test_a_request_about_what_is_deleted_with_its_source_closes_Q1(world):
    request = ask(world, "dee", "destination/ads")
    Mail.objects.all().delete()
    resources.delete(world.resource("source/a"), by=SYSTEM)
    assert outcome(request) == Outcome.GONE
    assert "nothing of that name any more" in Mail.objects.get(to="dee@example.org").text


def test_a_document_that_names_it_no_more_closes_it_too_Q1(world):
    request = ask(world, "dee", "source/c")
    rest = [r for r in acme()["resources"] if r["slug"] != "c"]
    load_document(acme(resources=rest), by=SYSTEM)
    assert outcome(request) == Outcome.GONE


@pytest.mark.parametrize("way", ["revoked", "group deleted"])
def test_a_grant_that_went_is_no_longer_extended_Q1(world, way):
    until = Terms("function-admin", "all", ends=timezone.now() + DAY)
    holder = world.member("bo") if way == "revoked" else world.group("growth")
    [grant] = give_grants(holder, [until], by=SYSTEM)
    request = requests.ask_to_extend(world.member("bo"), grant, by=SYSTEM)
    if way == "revoked":
        take_grants(holder, [grant], by=SYSTEM)
    else:
        groups.delete(holder, by=SYSTEM)
    assert outcome(request) == Outcome.GONE


@pytest.mark.parametrize("way", ["one", "many"])
def test_an_end_that_moved_closes_what_asked_for_it_Q1(world, way):
    until = Terms("function-admin", "all", ends=timezone.now() + DAY)
    [grant] = give_grants(world.member("dee"), [until], by=SYSTEM)
    request = requests.ask_to_extend(world.member("dee"), grant, by=SYSTEM)
    later = timezone.now() + 9 * DAY
    if way == "one":
        ends.set_end(grant, later, by=SYSTEM)
    else:
        bulk.apply(world.workspace, choose("dee"), MoveEnds(later), by=SYSTEM)
    assert outcome(request) == Outcome.CHANGED


# --- How it is told -----------------------------------------------------------------------


def test_the_trail_says_which_were_closed_and_why_A1(world):
    request = ask(world, "dee", "source/a")
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    event = world.workspace.events.get(action="requests.closed")
    assert event.after == [
        {
            "request": request.public_id,
            "asked_for": "source/a",
            "action": "edit",
            "of": "dee@example.org",
            "why": "satisfied",
        }
    ]
    assert world.workspace.events.filter(action="request.made").exists()


def test_what_nobody_asked_for_costs_one_statement(world, django_assert_num_queries):
    with (
        lock_workspace(world.workspace.pk) as workspace,
        django_assert_num_queries(1),
    ):
        closing.settle(workspace, by=SYSTEM)


@pytest.mark.parametrize("names", [["dee"], ["dee", "cy", "bo"]])
def test_statements_do_not_grow_with_those_who_wait(world, names, django_assert_num_queries):
    for name in names:
        ask(world, name, "source/c")
        ask(world, name, "something in my own words")
    everybody = world.workspace.members.all()
    with (
        lock_workspace(world.workspace.pk) as workspace,
        django_assert_num_queries(9),
    ):
        closing.settle(workspace, by=SYSTEM, moved=everybody)
    assert not AccessRequest.objects.open().exists()


# --- Names --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "which", ["Source A", "  source   a ", "SOURCE A", "source/a", "Source/Source A", "a", "A"]
)
def test_a_thing_is_asked_for_by_slug_or_name_N2(world, which):
    request = ask(world, "dee", which)
    assert request.resource == world.resource("source/a")


@pytest.mark.parametrize("which", ["Source", "source/bq", "Source AA", "b*", "%", "warehouse/a"])
def test_what_is_not_its_name_is_not_it_N4(world, which):
    assert ask(world, "dee", which).resource is None


def test_a_name_that_several_bear_means_none_of_them_yet_N4(world):
    resources.create(world.workspace, "space", "source-a", "Source A", by=SYSTEM)
    request = ask(world, "dee", "Source A")
    assert request.resource is None
    meant = closing.read_name(request)
    assert {thing.ref for thing in meant} == {"source/a", "space/source-a"}
    assert request.resource is None
    closing.read_name(request, "source/b")
    assert request.resource is None
    closing.read_name(request, "space/source-a")
    assert request.resource.ref == "space/source-a"


def test_only_what_knows_the_action_is_meant_R5(world):
    resources.create(world.workspace, "warehouse", "wh", "Source A", by=SYSTEM)
    assert ask(world, "dee", "Source A", "label").resource == world.resource("source/a")


def test_what_is_added_later_is_found_by_the_name_it_was_asked_by_Q1(world):
    request = ask(world, "dee", "Checkout web")
    assert request.resource is None
    give_grants(world.member("dee"), [Terms("tracking-plan-admin", "all")], by=SYSTEM)
    request = ask(world, "dee", "Checkout web")
    resources.create(world.workspace, "tracking_plan", "cw", "Checkout Web", by=SYSTEM)
    assert outcome(request) == Outcome.SATISFIED


def test_the_asker_learns_nothing_of_what_is_there_R5(world):
    there, nowhere = ask(world, "dee", "Source A"), ask(world, "dee", "Source Q")
    assert (there.asked_for, nowhere.asked_for) == ("Source A", "Source Q")
    assert EXTEND not in {there.action, nowhere.action}
