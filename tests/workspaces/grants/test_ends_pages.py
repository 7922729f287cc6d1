"""A grant that ends is extended from its card (R6)."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from tests.world import OTHER, SYSTEM, build, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.change import audit
from workspaces.errors import Conflict, Refused
from workspaces.models import Grant
from workspaces.operations.grants import ends
from workspaces.terms import Terms

FAR = datetime(2199, 1, 1, tzinfo=UTC)


@pytest.fixture
def ending(world):
    """Dee's grant, which ends in three days."""
    return grant_of(world, days=3)


def grant_of(world, *, days):
    when = timezone.now() + timedelta(days=days)
    [grant] = give_grants(
        world.member("dee"),
        [Terms("source-admin", "labels", (world.label("environment:prod"),), ends=when)],
        by=SYSTEM,
    )
    return grant


def address(world, grant):
    return f"/w/acme/members/{world.member('dee').public_id}/grants/{grant.pk}/end"


def test_the_card_of_a_grant_that_ends_offers_to_extend_it(see, world, ending):
    page = see("ada", f"members/{world.member('dee').public_id}")
    assert address(world, ending) in page.links()


def test_thirty_days_more_are_offered_and_set_as_one_event_R6_A1(as_user, see, world, ending):
    page = see("ada", address(world, ending))
    assert "When does Source Admin of Dee Dee Bridgewater end?" in page
    assert "reaches today stays the same" in page
    answer = as_user("ada").post(address(world, ending), {"ends": "2198-12-31", "reason": "stays"})
    assert answer.status_code == 302
    assert Grant.objects.get(pk=ending.pk).expires_at == FAR
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.reason, event.target_name) == (
        "grant.end_moved", "stays", "dee@example.org"
    )  # fmt: skip
    assert event.after["expires"] == FAR.isoformat()


def test_an_ended_grant_is_extended_with_what_it_gives_back_R6(as_user, see, world):
    ended = grant_of(world, days=-1)
    page = see("ada", address(world, ended))
    assert "It has ended. With a later end, Dee gains edit on 2 sources" in page
    as_user("ada").post(address(world, ended), {"ends": "2198-12-31"})
    assert Access.of(world.member("dee")).check("edit", world.resource("source/a"))


@pytest.mark.parametrize("day", ["2020-01-01", "", "soon", ["2198-12-31", "2198-12-30"]])
def test_a_day_that_is_past_or_no_day_is_422(as_user, world, ending, day):
    answer = as_user("ada").post(address(world, ending), {"ends": day, "x": "x"})
    assert answer.status_code == 422
    assert Grant.objects.get(pk=ending.pk).expires_at == ending.expires_at


def test_a_review_that_no_longer_fits_is_409_XD4(as_user, see, world):
    ended = grant_of(world, days=-1)
    seen = ends.preview(Grant.objects.get(pk=ended.pk)).digest
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    answer = as_user("ada").post(address(world, ended), {"ends": "2198-12-31", "seen": seen})
    assert answer.status_code == 409
    fresh = answer.context["form"]["seen"].value()
    again = as_user("ada").post(address(world, ended), {"ends": "2198-12-31", "seen": fresh})
    assert again.status_code == 302


def test_only_owners_may_XB2(as_user, world, ending):
    assert as_user("dee").post(address(world, ending), {"ends": "2198-12-31"}).status_code == 403
    assert Grant.objects.get(pk=ending.pk).expires_at == ending.expires_at


def test_a_grant_of_somebody_else_or_elsewhere_is_nowhere_XA1(see, world, ending):
    other = build(OTHER)
    olga = other.workspace.members.get(user__email="olga@example.net")
    ends_at = timezone.now() + timedelta(days=3)
    [foreign] = give_grants(olga, [Terms("source-admin", "all", ends=ends_at)], by=SYSTEM)
    for grant in (foreign, world.member("cy").grants.get()):
        assert see("ada", address(world, grant)).status == 404


def test_a_grant_that_has_gone_is_a_conflict(world, ending):
    take_grants(world.member("dee"), [ending], by=SYSTEM)
    with pytest.raises(Conflict):
        ends.set_end(ending, FAR, by=SYSTEM)


def test_an_end_in_the_past_is_refused_R6(world, ending):
    with pytest.raises(Refused, match="passed"):
        ends.set_end(ending, timezone.now(), by=SYSTEM)


def test_no_event_no_change_A1(world, ending, monkeypatch):
    def broken(*args, **options):
        raise RuntimeError("the trail cannot be written")

    monkeypatch.setattr(audit, "record", broken)
    with pytest.raises(RuntimeError):
        ends.set_end(ending, FAR, by=SYSTEM)
    assert Grant.objects.get(pk=ending.pk).expires_at == ending.expires_at
