"""An undo is a new change that takes an event back exactly, or says why not (A1, R7, R8)."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from labels import operations as labels
from labels.syntax import LabelName
from tests.cast.managing import manage, offered
from tests.cast.reviewing import reviewed
from tests.world import SYSTEM, World, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.change import Actor, Right, audit, chain, lock_workspace, target
from workspaces.errors import Conflict, Denied
from workspaces.events import KINDS, UNDOABLE
from workspaces.models import Event, Plan
from workspaces.operations.grants import policies
from workspaces.operations.grants.policies import Proposal
from workspaces.operations.groups import groups, places
from workspaces.operations.members import members
from workspaces.operations.requests import requests
from workspaces.operations.resources import resources
from workspaces.operations.sign_in import rules
from workspaces.operations.sign_in.rules import SignInRules
from workspaces.operations.tokens import tokens
from workspaces.operations.trail.undo import INVERSES, inverse_of, undo, undone_by
from workspaces.operations.workspace import decision_names, workspaces
from workspaces.spans import Span
from workspaces.terms import Terms

ADMIN = Terms("source-admin", "all")


def in_days(number: int) -> datetime:
    return timezone.now() + timedelta(days=number)


# For each action that can be undone, changes that make such an event.
CHANGES: dict[str, tuple[Callable[[World], object], ...]] = {
    "policy.changed": (
        lambda w: policies.change(w.member("cy"), Proposal((ADMIN,), owner=True), by=SYSTEM),
        lambda w: policies.change(w.member("cy"), Proposal(()), by=SYSTEM),
        lambda w: policies.change(
            w.group("growth"),
            Proposal((Terms("source-admin", "labels", labels=(w.label("product:car"),)),)),
            by=SYSTEM,
        ),
    ),
    "policy.extended": (
        lambda w: give_grants(w.member("cy"), [ADMIN, Terms("pii-access", "all")], by=SYSTEM),
        lambda w: give_grants(w.group("growth"), [ADMIN], by=SYSTEM),
    ),
    "member.owner_changed": (lambda w: members.set_owner(w.member("bo"), owner=True, by=SYSTEM),),
    "request.approved": (
        lambda w: approved(w, "named"),
        lambda w: approved(w, f"group-{w.group('growth').public_id}"),
    ),
    "group.members_added": (
        lambda w: groups.add_members(w.group("growth"), [w.member("cy")], by=SYSTEM),
    ),
    "group.members_removed": (
        lambda w: groups.remove_members(w.group("growth"), [w.member("bo")], by=SYSTEM),
    ),
    "group.members_moved": (
        lambda w: groups.move_members(
            w.group("growth"),
            [w.member("bo")],
            w.group("sales"),
            by=SYSTEM,
        ),
    ),
    "group.memberships_moved": (
        lambda w: places.move(
            w.group("growth"), [w.member("bo")], Span(ends=in_days(9)), by=SYSTEM
        ),
        lambda w: places.move(
            w.group("growth"), [w.member("bo")], Span(starts=in_days(2)), by=SYSTEM
        ),
    ),
    "group.described": (lambda w: groups.describe(w.group("growth"), "g", "other", by=SYSTEM),),
    "group.managers_changed": (lambda w: manage(w, "cy"),),
    "group.offer_changed": (offered,),
    "review.closed": (reviewed,),
    "resource.renamed": (lambda w: resources.rename(w.resource("source/a"), "New", by=SYSTEM),),
    "resource.relabelled": (
        lambda w: labels.relabel(
            w.resource("source/a"),
            put=[w.label("product:truck")],
            take=[w.label("environment:prod")],
            replace=True,
            by=SYSTEM,
        ),
    ),
    "resource.connected": (
        lambda w: resources.connect(
            w.resource("source/b"), [w.resource("warehouse/bq")], by=SYSTEM
        ),
    ),
    "resource.disconnected": (
        lambda w: resources.disconnect(
            w.resource("source/a"), [w.resource("warehouse/bq")], by=SYSTEM
        ),
    ),
    "label.replaced": (
        lambda w: labels.replace(
            w.label("environment:prod"), LabelName("stage", "live"), by=SYSTEM
        ),
    ),
    "workspace.sign_in_changed": (
        lambda w: rules.change(
            w.workspace, SignInRules(idle_minutes=10, session_hours=8), by=SYSTEM
        ),
    ),
    "label.created": (lambda w: labels.create(w.workspace, LabelName("un", "used"), by=SYSTEM),),
    "workspace.name_mapped": (
        lambda w: decision_names.add(w.workspace, "type", "record", "source", by=SYSTEM),
    ),
    "workspace.name_unmapped": (
        lambda w: decision_names.remove(w.workspace.decision_names.get(), by=SYSTEM),
    ),
}
EACH = [
    pytest.param(action, change, id=f"{action}-{number}")
    for action, changes in CHANGES.items()
    for number, change in enumerate(changes)
]


def prepare(world: World) -> None:
    """Make what the changes start from: a word of the decision API and a second group."""
    decision_names.add(world.workspace, "action", "write", "edit", by=SYSTEM)
    groups.create(world.workspace, "sales", by=SYSTEM)


@pytest.fixture
def world(world):
    prepare(world)
    return world


def test_every_action_that_can_be_undone_is_tried_here():
    assert CHANGES.keys() == INVERSES.keys()
    assert INVERSES.keys() == set(UNDOABLE)


def approved(world: World, key: str) -> None:
    asked = requests.Asked("source/a", "edit")
    request = requests.ask(world.member("dee"), asked, by=SYSTEM)
    requests.approve(request, key, by=SYSTEM)


def newest(world: World) -> Event:
    return world.workspace.events.newest_first().first()


def changed(world: World, change: Callable[[World], object]) -> Event:
    change(world)
    return newest(world)


def state(world: World) -> dict[str, object]:
    """Return what the changes touch, as text, without ids that rightly differ."""
    return {
        "members": {
            m.user.email: (policies.state_of(m), Access.of(m).on_workspace())
            for m in world.workspace.members.select_related("user")
        },
        "groups": {
            g.public_id: (
                g.name,
                g.description,
                sorted(map(str, policies.state_of(g)["grants"])),
                sorted(g.memberships.values_list("member__user__email", flat=True)),
            )
            for g in world.workspace.groups.all()
        },
        "resources": {
            r.ref: (
                r.name,
                sorted(str(row.label) for row in r.labelled.select_related("label")),
                sorted(row.target.ref for row in r.connected_to.select_related("target")),
            )
            for r in world.workspace.resources.all()
        },
        "labels": sorted(str(label) for label in world.workspace.labels.all()),
        "words": sorted(
            (name.word, name.means) for name in world.workspace.decision_names.with_meanings()
        ),
    }


@pytest.mark.parametrize(("action", "change"), EACH)
def test_an_undo_restores_what_was_as_one_new_event_A1_XK1(world, action, change):
    before = state(world)
    event = changed(world, change)
    assert event.action == action
    done = undo(world.workspace, event.number, by=world.actor("ada").because("by mistake"))
    assert state(world) == before
    assert done.number == event.number + 1
    assert (done.undoes, done.reason, done.actor_name) == (
        event.number,
        "by mistake",
        "ada@example.org",
    )
    assert chain.verify(world.workspace) is None


@pytest.mark.parametrize(("action", "change"), EACH)
def test_an_undo_can_itself_be_undone(world, action, change):
    event = changed(world, change)
    after = state(world)
    done = undo(world.workspace, event.number, by=SYSTEM)
    if done.action not in INVERSES:
        return  # an undone "label.created" is a "label.deleted", which is made anew by hand
    undo(world.workspace, done.number, by=SYSTEM)
    assert state(world) == after


@pytest.mark.parametrize(("action", "change"), EACH)
def test_nothing_is_undone_twice_XI7(world, action, change):
    event = changed(world, change)
    done = undo(world.workspace, event.number, by=SYSTEM)
    with pytest.raises(Conflict, match=f"undone already, by event {done.number}"):
        undo(world.workspace, event.number, by=SYSTEM)
    assert undone_by(world.workspace, [event.number, done.number]) == {event.number: done.number}
    assert newest(world).number == done.number


@pytest.mark.parametrize(("action", "change"), EACH)
def test_no_event_no_undo_A1_XJ6(world, action, change, monkeypatch):
    event = changed(world, change)
    after = state(world)

    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError, match="cannot be written"):
        undo(world.workspace, event.number, by=SYSTEM)
    assert state(world) == after


@pytest.mark.parametrize("action", sorted(KINDS.keys() - INVERSES.keys()))
def test_what_is_never_undone_says_why(world, action):
    with lock_workspace(world.workspace.pk) as locked:
        event = audit.record(locked, action, by=SYSTEM.because("r"), target=target(locked))
    with pytest.raises(Conflict) as refused:
        undo(world.workspace, event.number, by=SYSTEM)
    assert refused.value.messages == [KINDS[action].why_not]


def test_a_removed_member_is_not_brought_back_R8(world):
    members.remove(world.member("cy"), by=SYSTEM)
    with pytest.raises(Conflict, match="starts from minimal access"):
        undo(world.workspace, newest(world).number, by=SYSTEM)


# Each: the change, what happens after it, and the words of the refusal.
OVERTAKEN: dict[str, tuple[Callable[[World], object], Callable[[World], object], str]] = {
    "policy": (
        CHANGES["policy.changed"][0],
        lambda w: give_grants(w.member("cy"), [Terms("function-admin", "all")], by=SYSTEM),
        r"cy@example.org was changed again since, in event \d+",
    ),
    "owner flag": (
        CHANGES["policy.changed"][0],
        lambda w: members.set_owner(w.member("cy"), owner=False, by=SYSTEM),
        "changed again since",
    ),
    "given": (
        CHANGES["policy.extended"][0],
        lambda w: take_grants(
            w.member("cy"), w.member("cy").grants.filter(role="source-admin"), by=SYSTEM
        ),
        "changed again since",
    ),
    "revoked": (
        CHANGES["policy.changed"][1],
        lambda w: give_grants(
            w.member("cy"),
            [Terms("source-read-only", "resources", resources=(w.resource("source/a"),))],
            by=SYSTEM,
        ),
        "changed again since",
    ),
    "owner": (
        CHANGES["member.owner_changed"][0],
        lambda w: members.set_owner(w.member("bo"), owner=False, by=SYSTEM),
        "changed again since",
    ),
    "joined": (
        CHANGES["group.members_added"][0],
        lambda w: groups.remove_members(w.group("growth"), [w.member("cy")], by=SYSTEM),
        "changed again since",
    ),
    "left": (
        CHANGES["group.members_removed"][0],
        lambda w: groups.add_members(w.group("growth"), [w.member("bo")], by=SYSTEM),
        "changed again since",
    ),
    "moved": (
        CHANGES["group.members_moved"][0],
        lambda w: groups.add_members(w.group("growth"), [w.member("bo")], by=SYSTEM),
        "changed again since",
    ),
    "described": (
        CHANGES["group.described"][0],
        lambda w: groups.describe(w.group("g"), "h", "other", by=SYSTEM),
        "changed again since",
    ),
    "renamed": (
        CHANGES["resource.renamed"][0],
        lambda w: resources.rename(w.resource("source/a"), "Newer", by=SYSTEM),
        "changed again since",
    ),
    "relabelled": (
        CHANGES["resource.relabelled"][0],
        lambda w: labels.relabel(
            w.resource("source/a"), put=[w.label("environment:dev")], by=SYSTEM
        ),
        "changed again since",
    ),
    "connected": (
        CHANGES["resource.connected"][0],
        lambda w: resources.disconnect(
            w.resource("source/b"), [w.resource("warehouse/bq")], by=SYSTEM
        ),
        "changed again since",
    ),
    "disconnected": (
        CHANGES["resource.disconnected"][0],
        lambda w: resources.connect(
            w.resource("source/a"), [w.resource("warehouse/bq")], by=SYSTEM
        ),
        "changed again since",
    ),
    "label in use L4": (
        CHANGES["label.created"][0],
        lambda w: labels.relabel(w.resource("source/a"), put=[w.label("un:used")], by=SYSTEM),
        "un:used is in use by now",
    ),
    "label made again": (
        CHANGES["label.created"][0],
        lambda w: (
            labels.delete(w.label("un:used"), by=SYSTEM),
            labels.create(w.workspace, LabelName("un", "used"), by=SYSTEM),
        ),
        "changed again since",
    ),
    "label of the old name": (
        CHANGES["label.replaced"][0],
        lambda w: labels.create(w.workspace, LabelName("environment", "prod"), by=SYSTEM),
        "There is a label environment:prod again",
    ),
    "member gone": (
        CHANGES["policy.changed"][0],
        lambda w: members.remove(w.member("cy"), by=SYSTEM),
        "cy@example.org is no longer here",
    ),
    "group gone": (
        CHANGES["group.members_added"][0],
        lambda w: groups.delete(w.group("growth"), by=SYSTEM),
        "The group growth is no longer here",
    ),
    "person gone": (
        CHANGES["group.members_removed"][0],
        lambda w: members.remove(w.member("bo"), by=SYSTEM),
        "bo@example.org is no longer here",
    ),
    "person back R8": (
        CHANGES["group.members_removed"][0],
        lambda w: (
            members.remove(w.member("bo"), by=SYSTEM),
            members.add(w.workspace, w.user("bo"), by=SYSTEM),
        ),
        "left and was added again",
    ),
    "resource gone": (
        CHANGES["policy.changed"][1],
        lambda w: resources.delete(w.resource("source/a"), by=SYSTEM),
        "source/a was deleted since",
    ),
    "another resource of that name": (
        CHANGES["policy.changed"][1],
        lambda w: (
            resources.delete(w.resource("source/a"), by=SYSTEM),
            resources.create(w.workspace, "source", "a", "Other", by=SYSTEM),
        ),
        "source/a was deleted since",
    ),
    "label gone": (
        lambda w: take_grants(w.group("growth"), w.group("growth").grants.all(), by=SYSTEM),
        lambda w: unused_and_deleted(w, "environment:prod"),
        "The label environment:prod was deleted since",
    ),
    "plan shrank L7": (
        CHANGES["policy.changed"][1],
        lambda w: workspaces.set_plan_and_flag(
            w.workspace, plan=Plan.TEAM, hipaa_eligible=False, by=SYSTEM
        ),
        "not part of the team plan",
    ),
    "name taken": (
        CHANGES["group.described"][0],
        lambda w: groups.create(w.workspace, "Growth", by=SYSTEM),
        "already a group named growth",
    ),
}


def unused_and_deleted(world: World, name: str) -> None:
    for resource in world.workspace.resources.filter(type__in=("source", "space")):
        labels.relabel(resource, take=[world.label(name)], by=SYSTEM)
    labels.delete(world.label(name), by=SYSTEM)


@pytest.mark.parametrize("case", OVERTAKEN)
def test_an_undo_that_no_longer_fits_is_refused_with_the_reason(world, case):
    change, meanwhile, words = OVERTAKEN[case]
    event = changed(world, change)
    meanwhile(world)
    now, last = state(world), newest(world).number
    with pytest.raises(Conflict, match=words):
        undo(world.workspace, event.number, by=SYSTEM)
    assert (state(world), newest(world).number) == (now, last)


def test_a_label_that_took_over_another_is_not_split_again(world):
    labels.replace(world.label("product:car"), LabelName("product", "truck"), by=SYSTEM)
    with pytest.raises(Conflict, match="what it took over is not known"):
        undo(world.workspace, newest(world).number, by=SYSTEM)


def test_people_who_were_in_both_groups_are_moved_back_by_hand(world):
    groups.add_members(world.group("sales"), [world.member("bo")], by=SYSTEM)
    groups.move_members(
        world.group("growth"), [world.member("bo")], world.group("sales"), by=SYSTEM
    )
    with pytest.raises(Conflict, match="by hand"):
        undo(world.workspace, newest(world).number, by=SYSTEM)


def test_an_undo_never_takes_the_last_owner_R7(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    made = newest(world)
    members.set_owner(world.member("ada"), owner=False, by=SYSTEM)
    with pytest.raises(Conflict, match="last owner"):
        undo(world.workspace, made.number, by=SYSTEM)
    assert world.member("bo").owner


def test_a_revoked_token_gets_no_grants_back_L4(world):
    token, _ = tokens.create(world.workspace, "ci", by=SYSTEM, policy=[ADMIN])
    take_grants(token, token.grants.all(), by=SYSTEM)
    event = newest(world)
    tokens.revoke(token, by=SYSTEM)
    with pytest.raises(Conflict, match="no longer here"):
        undo(world.workspace, event.number, by=SYSTEM)


def test_what_was_looked_at_must_still_hold(world):
    event = changed(world, CHANGES["group.members_added"][0])
    seen = inverse_of(world.workspace, event.number).digest(world.workspace)
    give_grants(world.member("cy"), [Terms("warehouse-admin", "all")], by=SYSTEM)
    with pytest.raises(Conflict, match="Look again"):
        undo(world.workspace, event.number, by=SYSTEM.having_seen(seen))
    fresh = inverse_of(world.workspace, event.number).digest(world.workspace)
    assert undo(world.workspace, event.number, by=SYSTEM.having_seen(fresh))


@pytest.mark.parametrize(("action", "change"), EACH)
def test_what_is_shown_stays_the_same_while_nothing_changes(world, action, change):
    event = changed(world, change)
    seen = inverse_of(world.workspace, event.number).digest(world.workspace)
    assert undo(world.workspace, event.number, by=SYSTEM.having_seen(seen))


def test_the_right_is_asked_again_under_the_lock_XC4(world):
    event = changed(world, CHANGES["group.members_added"][0])
    bo = Right(world.member("bo"), "administer")
    actor = Actor("user", "bo", world.user("bo"), right=bo)
    with pytest.raises(Denied):
        undo(world.workspace, event.number, by=actor)


def test_grants_with_an_end_come_back_with_it_R6(world):
    ends = timezone.now() + timedelta(days=3)
    give_grants(world.member("dee"), [Terms("source-admin", "all", ends=ends)], by=SYSTEM)
    take_grants(world.member("dee"), world.member("dee").grants.all(), by=SYSTEM)
    undo(world.workspace, newest(world).number, by=SYSTEM)
    assert world.member("dee").grants.get().expires_at == ends


def test_a_foreign_event_is_not_found_XA1(world):
    with pytest.raises(Conflict, match="no event 99"):
        undo(world.workspace, 99, by=SYSTEM)
