"""One change for many: one review, one step, one event, however many (A1, R7, R8, R14)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.workspaces.access.test_property import in_many_worlds
from tests.world import OTHER, SYSTEM, acme, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.catalogue import ACTIONS, ResourceType
from workspaces.change import Actor, Right, audit, chain, lock_workspace
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import ActorKind, Event, Grant, Invite, Token
from workspaces.operations.changes.consequences import MOST_TOLD
from workspaces.operations.groups import groups
from workspaces.operations.members import bulk, members
from workspaces.operations.members.bulk_changes import Give, Join, MoveEnds, Remove
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

FAR = datetime(2199, 1, 1, tzinfo=UTC)


def named(*names):
    emails = [f"{name}@example.org" for name in names]
    return lambda workspace: workspace.members.filter(user__email__in=emails)


def everybody(workspace):
    return workspace.members.all()


def by_label(world, *labels, role="source-admin", **more):
    return Terms(role, "labels", tuple(world.label(text) for text in labels), **more)


def newest(world):
    return world.workspace.events.newest_first().first()


# One of each, with people to whom it makes a difference.
CHANGES = {
    "join": lambda w: (Join(w.group("growth")), named("cy", "dee")),
    "give all": lambda _: (Give(Terms("function-admin", "all")), named("cy", "dee")),
    "give by label": lambda w: (
        Give(by_label(w, "environment:prod", "product:car")), named("cy", "dee")
    ),
    "give by name": lambda w: (
        Give(Terms("source-admin", "resources", resources=(w.resource("source/a"),))),
        named("cy", "dee"),
    ),
    "move ends": lambda _: (MoveEnds(FAR), named("cy", "dee")),
    "remove": lambda w: (Remove(w.user("ada").pk), named("cy", "dee")),
}  # fmt: skip


@pytest.fixture(params=CHANGES)
def case(request, world):
    return CHANGES[request.param](world)


def test_a_review_writes_nothing(world, case):
    change, choose = case
    before = everything()
    bulk.review(world.workspace, choose, change)
    assert everything() == before


def test_the_lot_is_one_event_A1_XK1(world, case):
    change, choose = case
    before = Event.objects.count()
    assert bulk.apply(world.workspace, choose, change, by=SYSTEM.because("tidy")) in {1, 2}
    assert Event.objects.count() == before + 1
    assert newest(world).reason == "tidy"
    assert chain.verify(world.workspace) is None


def test_no_event_no_change_A1_XJ6(world, case, monkeypatch):
    change, choose = case
    before = everything()

    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        bulk.apply(world.workspace, choose, change, by=SYSTEM)
    assert everything() == before


def test_for_nobody_nothing_happens(world, case):
    change, _ = case
    before = Event.objects.count()
    assert bulk.apply(world.workspace, named(), change, by=SYSTEM) == 0
    assert Event.objects.count() == before


def test_a_right_lost_meanwhile_changes_nothing_XC4(world, case):
    change, choose = case
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    bo = world.member("bo")
    actor = Actor(ActorKind.USER, bo.user.email, bo.user, right=Right(bo, "administer"))
    members.set_owner(bo, owner=False, by=SYSTEM)
    before = everything()
    with pytest.raises(Denied):
        bulk.apply(world.workspace, choose, change, by=actor)
    assert everything() == before


def test_a_review_that_no_longer_fits_is_a_conflict_XD4(world, case):
    change, choose = case
    seen = bulk.review(world.workspace, choose, change).digest
    members.remove(world.member("cy"), by=SYSTEM)
    before = everything()
    with pytest.raises(Conflict, match="meanwhile"):
        bulk.apply(world.workspace, choose, change, by=SYSTEM.having_seen(seen))
    assert everything() == before


def test_what_was_looked_at_is_saved_and_a_resend_is_not_XI7(world, case):
    change, choose = case
    seen = bulk.review(world.workspace, choose, change).digest
    assert bulk.apply(world.workspace, choose, change, by=SYSTEM.having_seen(seen))
    before = everything()
    with pytest.raises(Conflict):
        bulk.apply(world.workspace, choose, change, by=SYSTEM.having_seen(seen))
    assert everything() == before


def test_another_change_elsewhere_in_the_workspace_does_not_make_it_stale(world, case):
    change, choose = case
    seen = bulk.review(world.workspace, choose, change).digest
    groups.create(world.workspace, "unrelated", by=SYSTEM)
    assert bulk.apply(world.workspace, choose, change, by=SYSTEM.having_seen(seen))


def test_people_of_another_workspace_are_never_among_them_XA1(world, case):
    change, _ = case
    other = build(OTHER)
    before = list(other.workspace.members.values())
    bulk.apply(world.workspace, lambda _: other.workspace.members.all(), change, by=SYSTEM)
    assert list(other.workspace.members.values()) == before
    assert not Grant.objects.filter(workspace=world.workspace, member__workspace=other.workspace)


def test_a_choice_by_filter_is_asked_again_under_the_lock(world):
    def minimal(workspace):
        return workspace.members.filter(owner=False, grants=None, joined_groups=None)

    change = Give(Terms("function-admin", "all"))
    seen = bulk.review(world.workspace, minimal, change).digest
    members.add(world.workspace, build(OTHER).user("olga@example.net"), by=SYSTEM)
    with pytest.raises(Conflict):
        bulk.apply(world.workspace, minimal, change, by=SYSTEM.having_seen(seen))


def test_who_leaves_the_filter_by_the_change_gets_all_of_it(world):
    def without_grants(workspace):
        return workspace.members.filter(owner=False, grants=None)

    new = by_label(world, "environment:prod", "product:car")
    assert bulk.apply(world.workspace, without_grants, Give(new), by=SYSTEM) == 2
    assert Access.of(world.member("dee")).check("edit", world.resource("source/a"))


def test_a_given_grant_is_as_if_given_one_by_one(world):
    new = by_label(world, "environment:prod", "product:car", ends=FAR)
    bulk.apply(world.workspace, named("cy"), Give(new), by=world.actor("ada"))
    give_grants(world.member("dee"), [new], by=world.actor("ada"))
    bulked, single = (world.member(name).grants.get(role="source-admin") for name in ("cy", "dee"))
    for field in ("role", "scope", "n_labels", "expires_at", "granted_by", "end_told_at"):
        assert getattr(bulked, field) == getattr(single, field), field
    assert bulked.granted_at - single.granted_at < timedelta(minutes=1)
    assert {str(row.label) for row in bulked.label_set.all()} == {
        "environment:prod", "product:car"
    }  # fmt: skip


def test_whoever_holds_just_this_grant_is_left_out_XI7(world):
    cases = [
        Terms("function-admin", "all"),
        by_label(world, "environment:prod", "product:car"),
        Terms("source-admin", "resources", resources=(world.resource("source/a"),)),
    ]
    for new in cases:
        give_grants(world.member("cy"), [new], by=SYSTEM)
        assert bulk.apply(world.workspace, named("cy", "dee"), Give(new), by=SYSTEM) == 1
    assert world.member("cy").grants.count() == 1 + len(cases)


@pytest.mark.parametrize(
    "new",
    [
        Terms("workspace-owner", "all"), Terms("king", "all"),
        Terms("source-admin", "labels"), Terms("source-admin", "resources"),
        Terms("warehouse-admin", "labels"),
        Terms("function-admin", "all", ends=datetime(2020, 1, 1, tzinfo=UTC)),
    ],
)  # fmt: skip
def test_a_grant_that_is_none_is_refused_for_the_lot_XB4_XB5_XB6(world, new):
    before = everything()
    with pytest.raises(Refused):
        bulk.apply(world.workspace, everybody, Give(new), by=SYSTEM)
    assert everything() == before


def test_a_label_of_another_workspace_is_refused_XA2(world):
    foreign = build(OTHER).label("environment:prod")
    with pytest.raises(Refused, match="not in the workspace"):
        bulk.apply(
            world.workspace, named("dee"), Give(Terms("source-admin", "labels", (foreign,))),
            by=SYSTEM,
        )  # fmt: skip
    assert not world.member("dee").grants.exists()


def test_ends_move_for_live_own_grants_only_R6(world):
    ended = timezone.now() - timedelta(days=1)
    give_grants(world.member("cy"), [Terms("space-admin", "all", ends=ended)], by=SYSTEM)
    bulk.apply(world.workspace, everybody, MoveEnds(FAR), by=SYSTEM)
    ends = dict(world.workspace.grants.values_list("role", "expires_at"))
    assert ends == {
        "source-read-only": FAR, "space-admin": ended,
        "source-admin": None, "warehouse-read-only": None,
    }  # fmt: skip


def test_ends_of_one_role_leave_the_others(world):
    give_grants(world.member("cy"), [Terms("space-admin", "all")], by=SYSTEM)
    bulk.apply(world.workspace, everybody, MoveEnds(FAR, "space-admin"), by=SYSTEM)
    assert world.member("cy").grants.get(role="source-read-only").expires_at is None
    assert newest(world).before == {
        "cy@example.org": [{"role": "space-admin", "scope": {"all": True}}]
    }


def test_an_end_in_the_past_is_refused_for_the_lot_R6(world):
    with pytest.raises(Refused, match="passed"):
        bulk.apply(world.workspace, everybody, MoveEnds(timezone.now()), by=SYSTEM)


def test_a_grant_given_meanwhile_makes_the_move_of_ends_stale(world):
    seen = bulk.review(world.workspace, everybody, MoveEnds(FAR)).digest
    give_grants(world.member("cy"), [Terms("space-admin", "all")], by=SYSTEM)
    with pytest.raises(Conflict):
        bulk.apply(world.workspace, everybody, MoveEnds(FAR), by=SYSTEM.having_seen(seen))


def test_removal_takes_grants_groups_tokens_and_invites_along_R8_XH7(world):
    token, _ = tokens.create(
        world.workspace, "ci", by=world.actor("bo"), policy=[Terms("source-admin", "all")]
    )
    with lock_workspace(world.workspace.pk) as workspace:
        invite = Invite.objects.create(
            workspace=workspace, email="x@example.org", link_hash="x",
            sent_by=world.user("bo"), expires_at=FAR,
        )  # fmt: skip
    found = bulk.review(world.workspace, everybody, Remove(world.user("ada").pk))
    assert {number.kind: number.count for number in found.numbers} == {
        "grants": 1, "memberships": 1, "tokens": 1, "invites": 1
    }  # fmt: skip
    bulk.apply(world.workspace, everybody, Remove(world.user("ada").pk), by=SYSTEM)
    assert [m.user.email for m in world.workspace.members.all()] == ["ada@example.org"]
    assert Token.objects.get(pk=token.pk).revoked_at
    assert not token.grants.exists()
    assert Invite.objects.get(pk=invite.pk).voided_at
    before = world.workspace.events.get(action="members.removed").before
    assert before["groups"] == {"growth": ["bo@example.org"]}
    assert before["tokens"] == [f"ci {token.prefix}"]
    assert [*before["grants"]] == ["cy@example.org"]


def test_removal_keeps_the_tokens_when_told_so_R8(world):
    token, _ = tokens.create(world.workspace, "ci", by=world.actor("bo"))
    change = Remove(world.user("ada").pk, revoking=False)
    bulk.apply(world.workspace, named("bo"), change, by=SYSTEM)
    assert Token.objects.get(pk=token.pk).revoked_at is None


def test_oneself_is_never_among_the_removed(world):
    bulk.apply(world.workspace, everybody, Remove(world.user("ada").pk), by=SYSTEM)
    assert world.member("ada").owner


@pytest.mark.parametrize("still", ["nobody", "by group", "deactivated"])
def test_the_last_owner_is_never_removed_with_the_lot_R7_XC3(world, still):
    """Who acts may be an owner through a group or a token, and not count."""
    if still == "by group":
        owners = groups.create(world.workspace, "owners", by=SYSTEM)
        give_grants(owners, [Terms("workspace-owner", "all")], by=SYSTEM)
        groups.add_members(owners, [world.member("dee")], by=SYSTEM)
    if still == "deactivated":
        members.set_owner(world.member("dee"), owner=True, by=SYSTEM)
        members.set_user_active(world.user("dee"), active=False, by=SYSTEM.because("left"))
    before = everything()
    change = Remove(world.user("dee").pk)
    assert "ada@example.org" in str(bulk.review(world.workspace, everybody, change).refusal)
    with pytest.raises(Conflict, match=r"without an owner: ada@example\.org"):
        bulk.apply(world.workspace, everybody, change, by=SYSTEM)
    assert everything() == before


def test_with_another_owner_left_owners_may_go_too_R7(world):
    members.set_owner(world.member("bo"), owner=True, by=SYSTEM)
    bulk.apply(world.workspace, everybody, Remove(world.user("bo").pk), by=SYSTEM)
    assert [m.user.email for m in world.workspace.members.all()] == ["bo@example.org"]


# --- The preview never differs from what the save does (R14) -----------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["join", "give", "remove"])
def test_the_review_is_the_difference_of_the_answers_R9(kind, request):
    in_many_worlds(lambda world, _: same(world, kind), request.config.getoption("--worlds") // 20)


def same(world, kind):
    change = a_change(world, kind)
    if change is None:
        return
    people = list(world.workspace.members.select_related("user"))
    before = {person.pk: levels(person) for person in people}
    review = bulk.review(world.workspace, everybody, change)
    told = {one.member.pk: one.moves for one in review.shown}
    try:
        bulk.apply(world.workspace, everybody, change, by=SYSTEM.having_seen(review.digest))
    except Refused:
        assert review.refusal is not None
        return
    for person in people:
        after = levels(person)
        moved = {}
        for key in before[person.pk]:
            step = (key[0], before[person.pk][key], after[key])
            if step[1] != step[2]:
                moved[step] = moved.get(step, 0) + 1
        shown = {
            (move.type, move.was, move.becomes): move.count
            for move in told.get(person.pk, ())
            if {move.was, move.becomes} <= {"none", "view", "edit"}
        }
        assert shown == moved, person.user.email


def levels(person):
    """Return the level on every resource, by type and id, as the engine answers now."""
    gone = not person.workspace.members.filter(pk=person.pk).exists()
    access = Access.of(person)
    found = {}
    for type_ in ResourceType:
        sets = {
            a: set(access.reach(a, type_).values_list("pk", flat=True)) for a in ("read", "edit")
        }
        for pk in person.workspace.resources.filter(type=type_).values_list("pk", flat=True):
            level = "edit" if pk in sets["edit"] else "view" if pk in sets["read"] else "none"
            found[type_, pk] = "none" if gone else level
    return found


def a_change(world, kind):
    """Return a change out of what the random world holds."""
    match kind:
        case "join":
            group = world.workspace.groups.by_name().first()
            return Join(group) if group else None
        case "remove":
            return Remove(world.user("p0@example.org").pk)
    labels = tuple(world.workspace.labels.by_name()[:1])
    role = "source-admin" if world.workspace.resources.count() % 2 else "space-read-only"
    assert "label" in ACTIONS["source"]
    return Give(Terms(role, "labels", labels))


# --- However many people ----------------------------------------------------------------


def crowd(size):
    emails = [f"p{i}@example.org" for i in range(size)]
    return build(
        acme(
            workspace={"slug": f"of-{size}", "name": "Many"},
            members=[{"email": "ada@example.org", "owner": True}]
            + [{"email": email} for email in emails],
            groups=[{"name": "growth", "members": [], "grants": []}],
        )
    )


@pytest.mark.django_db
def test_statements_do_not_grow_with_people():
    few, many = (crowd(size) for size in (MOST_TOLD + 1, 2000))  # fewer get a mail each
    for kind in ("join", "give all", "give by label", "give by name"):
        assert statements(few, kind) == statements(many, kind), kind
    assert many.workspace.grants.filter(member__isnull=False).count() == 3 * 2001
    assert many.group("growth").memberships.count() == 2001


def statements(world, kind):
    change, _ = CHANGES[kind](world)
    with CaptureQueriesContext(connection) as seen:
        review = bulk.review(world.workspace, everybody, change)
        bulk.apply(world.workspace, everybody, change, by=SYSTEM.having_seen(review.digest))
    return len(seen)
