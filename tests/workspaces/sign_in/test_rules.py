"""Owners shorten sessions and require a second factor, and never lengthen (S1–S3, XI8)."""

from datetime import UTC, datetime, time, timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import F
from django.utils import timezone

from accounts.models.sign_in import SignIn
from accounts.sessions import Limits
from tests.world import OTHER, SYSTEM, build
from workspaces.change import Actor, Right
from workspaces.errors import Conflict, Denied, Refused
from workspaces.models import Plan, Workspace
from workspaces.operations.sign_in.rules import SignInRules, change, preview, rules_of
from workspaces.operations.trail.undo import undo
from workspaces.operations.workspace import workspaces

HOUR = timedelta(hours=1)


def today(**ahead):
    day = timezone.now().astimezone(UTC).date() + timedelta(**ahead)
    return datetime.combine(day, time(), UTC)


def sign_in(world, client, name):
    client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
    return SignIn.objects.get(user=world.user(name))


def older(sign_in, time):
    """Let a session have begun, and been used last, this long ago."""
    SignIn.objects.filter(pk=sign_in.pk).update(
        signed_in_at=F("signed_in_at") - time,
        last_active_at=F("last_active_at") - time,
        ends_at=F("ends_at") - time,
    )
    sign_in.refresh_from_db()


def hipaa(world):
    workspaces.set_plan_and_flag(
        world.workspace, plan=Plan.BUSINESS, hipaa_eligible=True, by=SYSTEM
    )
    return Workspace.objects.get(pk=world.workspace.pk)


def give_factor(user):
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})


def test_a_change_is_one_event_with_what_changed(world):
    event = change(world.workspace, SignInRules(idle_minutes=30), by=SYSTEM)
    assert (event.before, event.after) == ({"idle_minutes": None}, {"idle_minutes": 30})
    world.workspace.refresh_from_db()
    assert rules_of(world.workspace) == SignInRules(idle_minutes=30)


def test_setting_what_is_set_is_no_change(world):
    assert change(world.workspace, SignInRules(), by=SYSTEM) is None


@pytest.mark.parametrize(
    "rules",
    [
        {"idle_minutes": 4},
        {"idle_minutes": 7 * 24 * 60 + 1},
        {"session_hours": 0},
        {"session_hours": 169},
    ],
)
def test_limits_too_short_or_longer_than_the_sites_are_refused_S1(world, rules):
    with pytest.raises(Refused) as refused:
        change(world.workspace, SignInRules(**rules), by=SYSTEM)
    assert refused.value.field in rules
    world.workspace.refresh_from_db()
    assert rules_of(world.workspace) == SignInRules()


@pytest.mark.parametrize(
    "rules",
    [
        {"idle_minutes": 5},
        {"idle_minutes": 7 * 24 * 60},
        {"session_hours": 1},
        {"session_hours": 168},
    ],
)
def test_the_bounds_themselves_are_allowed_S1(world, rules):
    assert change(world.workspace, SignInRules(**rules), by=SYSTEM)


def test_where_hipaa_eligible_nothing_longer_than_15_idle_minutes_S2(world):
    workspace = hipaa(world)
    with pytest.raises(Refused):
        change(workspace, SignInRules(idle_minutes=16), by=SYSTEM)
    assert change(workspace, SignInRules(idle_minutes=15), by=SYSTEM)


def test_a_shorter_site_is_never_lengthened_S1(world, settings):
    settings.SESSION_WHOLE = timedelta(hours=12)
    with pytest.raises(Refused):
        change(world.workspace, SignInRules(session_hours=13), by=SYSTEM)


def test_open_sessions_follow_in_the_same_transaction_S3(world, client):
    bo = sign_in(world, client, "bo")
    older(bo, 10 * HOUR)
    change(world.workspace, SignInRules(session_hours=9), by=SYSTEM)
    bo.refresh_from_db()
    assert bo.ends_at == bo.signed_in_at + 9 * HOUR
    assert client.get("/w/acme/my-access").status_code == 302


def test_what_ended_by_a_limit_stays_ended_when_it_goes_S3_XG6(world, client):
    bo = sign_in(world, client, "bo")
    older(bo, 10 * HOUR)
    change(world.workspace, SignInRules(session_hours=9), by=SYSTEM)
    change(world.workspace, SignInRules(), by=SYSTEM)
    assert not SignIn.objects.filter(pk=bo.pk).exists()


def test_without_an_event_no_session_moves_A1(world, client, monkeypatch):
    bo = sign_in(world, client, "bo")

    def broken(*args, **options):
        raise RuntimeError

    monkeypatch.setattr("workspaces.change.audit.record", broken)
    with pytest.raises(RuntimeError):
        change(world.workspace, SignInRules(session_hours=1), by=SYSTEM)
    assert SignIn.objects.get(pk=bo.pk).ends_at == bo.ends_at


def test_rules_changed_meanwhile_are_not_overwritten_XI8(world):
    drawn = rules_of(world.workspace).written()
    change(world.workspace, SignInRules(idle_minutes=30), by=SYSTEM)
    with pytest.raises(Conflict):
        change(world.workspace, SignInRules(session_hours=8), by=SYSTEM, drawn=drawn)


def test_who_is_owner_no_more_changes_nothing_XC4(world):
    by = world.actor("bo")
    right = Right(world.member("bo"), "administer")
    with pytest.raises(Denied):
        change(
            world.workspace,
            SignInRules(idle_minutes=5),
            by=Actor(by.kind, by.name, by.user, right=right),
        )


class TestSecondFactor:
    def test_a_day_that_is_over_is_refused(self, world):
        with pytest.raises(Refused, match="over"):
            change(world.workspace, SignInRules(mfa_required_from=today(days=-1)), by=SYSTEM)

    def test_an_owner_without_one_cannot_require_it_from_today(self, world):
        rules = SignInRules(mfa_required_from=today())
        with pytest.raises(Refused, match="no second factor yourself"):
            change(world.workspace, rules, by=world.actor("ada"))

    def test_an_owner_with_one_can(self, world):
        give_factor(world.user("ada"))
        assert change(
            world.workspace, SignInRules(mfa_required_from=today()), by=world.actor("ada")
        )

    def test_from_a_later_day_any_owner_can(self, world):
        rules = SignInRules(mfa_required_from=today(days=7))
        event = change(world.workspace, rules, by=world.actor("ada"))
        assert event.after == {"mfa_required_from": today(days=7).isoformat()}

    def test_one_that_holds_already_may_stay_when_something_else_changes(self, world):
        since = today(days=-20)
        Workspace.objects.update(mfa_required_from=since)
        rules = SignInRules(idle_minutes=20, mfa_required_from=since)
        assert change(world.workspace, rules, by=world.actor("ada"))

    def test_people_without_one_are_counted_less_those_deactivated(self, world):
        give_factor(world.user("bo"))
        cy = world.user("cy")
        cy.is_active = False
        cy.save()
        assert preview(world.workspace, SignInRules()).unready == 2


class TestReview:
    def test_nobody_moves_when_nothing_changes(self, world):
        review = preview(world.workspace, SignInRules())
        assert (review.sooner, review.later, review.ending) == (0, 0, 0)

    def test_people_held_to_less_elsewhere_do_not_move(self, world):
        other = build(OTHER).workspace
        change(other, SignInRules(idle_minutes=10), by=SYSTEM)  # bo is there too
        review = preview(world.workspace, SignInRules(idle_minutes=10))
        assert review.sooner == 3
        assert preview(world.workspace, SignInRules(idle_minutes=9)).sooner == 4

    def test_a_longer_limit_lengthens_only_whom_nothing_else_holds(self, world):
        other = build(OTHER).workspace
        change(other, SignInRules(session_hours=5), by=SYSTEM)
        change(world.workspace, SignInRules(session_hours=5), by=SYSTEM)
        world.workspace.refresh_from_db()
        review = preview(world.workspace, SignInRules(session_hours=8))
        assert (review.sooner, review.later) == (0, 3)

    def test_sessions_that_would_end_at_once_are_counted(self, world, client):
        older(sign_in(world, client, "bo"), 2 * HOUR)
        sign_in(world, client, "cy")
        assert preview(world.workspace, SignInRules(session_hours=1)).ending == 1
        assert preview(world.workspace, SignInRules(idle_minutes=30)).ending == 1
        assert preview(world.workspace, SignInRules(session_hours=3)).ending == 0

    def test_the_person_looking_learns_when_their_own_session_ends(self, world, client):
        mine = sign_in(world, client, "ada")
        review = preview(world.workspace, SignInRules(session_hours=1), mine=mine)
        assert review.my_end == mine.signed_in_at + HOUR
        assert review.mine == (Limits(timedelta(days=7)), Limits(HOUR))

    @pytest.mark.parametrize("size", [1, 30])
    def test_statements_do_not_grow_with_people(self, size, django_assert_num_queries, db):
        people = [{"email": f"p{n}@example.org", "owner": n == 0} for n in range(size)]
        world = build(
            {
                "format": "gatehouse/workspace@1",
                "workspace": {"slug": "acme", "name": "Acme"},
                "members": people,
            }
        )
        with django_assert_num_queries(3):
            preview(world.workspace, SignInRules(idle_minutes=5))


def test_an_undo_brings_back_what_it_changed_and_leaves_the_rest_S3(world):
    event = change(world.workspace, SignInRules(idle_minutes=10), by=SYSTEM)
    change(world.workspace, SignInRules(idle_minutes=10, session_hours=8), by=SYSTEM)
    undo(world.workspace, event.number, by=SYSTEM)
    world.workspace.refresh_from_db()
    assert rules_of(world.workspace) == SignInRules(session_hours=8)


def test_an_undo_that_would_lengthen_is_refused_with_the_reason_S2(world):
    change(world.workspace, SignInRules(idle_minutes=60), by=SYSTEM)
    event = change(world.workspace, SignInRules(idle_minutes=10), by=SYSTEM)
    workspace = hipaa(world)
    with pytest.raises(Conflict, match="at most 15 minutes"):
        undo(workspace, event.number, by=SYSTEM)


def test_an_undo_that_would_require_from_a_day_that_is_over_is_refused(world):
    Workspace.objects.update(mfa_required_from=today(days=-20))
    event = change(world.workspace, SignInRules(), by=SYSTEM)
    with pytest.raises(Conflict, match="That day is over"):
        undo(world.workspace, event.number, by=SYSTEM)
