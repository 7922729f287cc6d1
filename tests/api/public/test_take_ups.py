"""What is eligible, and taken up, as programs see it; what a program may do about it (W2, W3)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Caller, secret_for
from tests.workspaces.taking_up.conftest import Eligibles
from tests.workspaces.taking_up.test_take_ups import let_pass
from tests.world import OTHER, SYSTEM, World, build, everything, give_grants
from workspaces.access.engine import Access
from workspaces.api import bearer
from workspaces.api.public.document import document
from workspaces.models import Event, TakeUp
from workspaces.operations.members import members
from workspaces.operations.taking_up import take_ups
from workspaces.operations.tokens import tokens
from workspaces.terms import Eligible, Terms

OWNS = Terms("workspace-owner", "all")
OWNERS_AGREE = frozenset()
CY_AGREES = frozenset({"cy@example.org"})


@pytest.fixture
def eligibles(world):
    return Eligibles(world)


def caller(client, world: World, maker="ada"):
    """Return what calls with an owner's token that this member made."""
    secret = tokens.create(world.workspace, "bot", policy=[OWNS], by=world.actor(maker))[1]
    return Caller(client, secret)


def edits(world, name="dee"):
    return Access.of(world.member(name)).check("edit", world.resource("source/a"))


def test_what_is_eligible_is_listed_with_how_it_is_taken_up_W2(call, eligibles):
    world = eligibles.world
    eligibles.grant(approvers=frozenset({"cy@example.org", "group:growth"}), longest_minutes=30)
    eligibles.membership("cy")
    give_grants(world.group("growth"), [Terms("pii-access", "all", eligible=Eligible(proof=True))])
    own, place, groups = call.data("GET", "/x/eligible")["eligible"]
    dee, growth = world.member("dee"), {"id": world.group("growth").public_id, "name": "growth"}
    assert own["user"] == {"id": dee.public_id, "name": dee.user.name, "email": dee.user.email}
    assert (own["type"], own["permission"]["roleId"]) == ("PERMISSION", "source-admin")
    assert own["permission"]["resources"] == [{"id": "acme", "type": "WORKSPACE", "labels": []}]
    assert (own["longestMinutes"], own["asksForProof"], own["breaksGlass"]) == (30, False, False)
    assert {one["name"] for one in own["approvers"]} == {"Cy Twombly", "growth"}
    assert (place["type"], place["group"], "permission" in place) == ("MEMBERSHIP", growth, False)
    assert (groups["group"], "user" in groups, "approvers" in groups) == (growth, False, False)


def test_without_approvers_and_with_none_left_are_told_apart_W3(call, eligibles):
    eligibles.grant(approvers=OWNERS_AGREE)
    eligibles.grant("cy", "space-admin")
    asked, free = call.data("GET", "/x/eligible")["eligible"]
    assert asked["approvers"] == []
    assert "approvers" not in free


def test_what_has_ended_is_not_eligible_any_more_and_what_is_standing_never_was_W1(call, eligibles):
    give_grants(eligibles.world.member("cy"), [Terms("source-admin", "all")])
    eligibles.grant()
    row = eligibles.grant("bo")
    row.__class__._base_manager.filter(pk=row.pk)._update(
        [(row._meta.get_field("expires_at"), None, row.granted_at)]
    )
    [only] = call.data("GET", "/x/eligible")["eligible"]
    assert only["user"]["email"] == "dee@example.org"


def test_permissions_of_users_and_groups_do_not_name_it_W8(call, eligibles):
    world = eligibles.world
    eligibles.grant("dee")
    give_grants(world.group("growth"), [Terms("pii-access", "all", eligible=Eligible(proof=True))])
    user = call.data("GET", f"/users/{world.member('dee').public_id}")["user"]
    group = call.data("GET", f"/groups/{world.group('growth').public_id}")["userGroup"]
    assert user["permissions"] == []
    assert "pii-access" not in {one["roleId"] for one in group["permissions"]}


def test_what_is_read_and_put_back_makes_nothing_standing_W2(call, eligibles):
    eligibles.grant("dee")
    path = f"/users/{eligibles.world.member('dee').public_id}"
    read = call.data("GET", path)["user"]["permissions"]
    call.data("PUT", f"{path}/permissions", {"permissions": read})
    assert not edits(eligibles.world)
    assert eligibles.take(), "it can be taken up still"


def test_each_state_by_the_databases_clock_W3(call, eligibles):
    rows = {}
    for name, how in {
        "RUNNING": {}, "ENDED": {}, "WAITING": {"approvers": CY_AGREES},
        "REFUSED": {"approvers": CY_AGREES}, "VOID": {"approvers": CY_AGREES},
    }.items():  # fmt: skip
        grant = eligibles.grant("dee", "space-admin" if how else "source-admin", **how)
        rows[name] = take_ups.take_up(
            eligibles.world.member("dee"), f"grant-{grant.pk}", 60, name, by=eligibles.actor("dee")
        )
    let_pass(rows["ENDED"], hours=1)
    let_pass(rows["VOID"], hours=24)
    take_ups.answer(rows["REFUSED"], agreed=False, by=eligibles.actor("cy"))
    found = call.data("GET", "/x/take-ups")["takeUps"]
    assert [row["state"] for row in found] == [row["reason"] for row in found]
    assert [row["reason"] for row in found] == [*rows][::-1]
    for state in rows:
        [only] = call.data("GET", f"/x/take-ups?state={state}")["takeUps"]
        assert only == call.data("GET", f"/x/take-ups/{rows[state].public_id}")["takeUp"]
        assert only["state"] == state
    assert call.error("GET", "/x/take-ups?state=OPEN", status=422)["field"] == "state"


def test_a_taking_up_leads_to_what_is_eligible(call, eligibles):
    eligibles.membership()
    eligibles.take()
    [row] = call.data("GET", "/x/take-ups")["takeUps"]
    [what] = call.data("GET", "/x/eligible")["eligible"]
    assert (row["eligibleId"], row["name"]) == (what["id"], "growth")


@pytest.mark.parametrize("path", ["/x/eligible", "/x/take-ups"])
def test_one_row_takes_as_many_statements_as_many(call, eligibles, path, monkeypatch):
    monkeypatch.setattr(bearer, "NOTED_EVERY", timedelta(days=1))
    world = eligibles.world

    def add(name):
        grant = eligibles.grant(name, approvers=CY_AGREES | {"group:growth"})
        place = eligibles.membership(name, approvers=CY_AGREES)
        member = world.member(name)
        for what in (f"grant-{grant.pk}", f"group-{place.pk}"):
            take_ups.take_up(member, what, 5, "x", by=world.actor(name))

    def statements():
        with CaptureQueriesContext(connection) as found:
            call.data("GET", path)
        return len(found)

    add("dee")
    statements()  # the first use is noted
    one = statements()
    add("ada")
    add("cy")
    assert statements() == one


# --- What a program may do ----------------------------------------------------------------


def test_a_program_takes_nothing_up_for_anybody_W2(client, eligibles):
    world = eligibles.world
    grant = eligibles.grant("ada")
    bot = caller(client, world)
    bot.data("GET", "/")
    before = everything()
    for name in ("ada", "dee"):
        ident = world.member(name).public_id
        body = {"userId": ident, "eligibleId": f"grant-{grant.pk}", "minutes": 5, "reason": "x"}
        bot.error("POST", "/x/take-ups", body, status=403)
    assert everything() == before


def answered(bot, row, *, agreed=True, status=200):
    path, body = f"/x/take-ups/{row.public_id}/answer", {"agreed": agreed}
    if status == 200:
        return bot.data("POST", path, body)["takeUp"]
    return bot.error("POST", path, body, status=status)


def test_a_program_that_owns_agrees_where_owners_do_W3(client, eligibles):
    eligibles.grant(approvers=OWNERS_AGREE)
    bot, row = caller(client, eligibles.world), eligibles.take()
    assert answered(bot, row)["state"] == "RUNNING"
    assert edits(eligibles.world)
    event = Event.objects.latest("number")
    assert (event.action, event.actor_kind) == ("take_up.begun", "token")
    answered(bot, row, status=409)


def test_a_program_that_owns_refuses_where_owners_do_W3(client, eligibles):
    eligibles.grant(approvers=OWNERS_AGREE)
    bot, row = caller(client, eligibles.world), eligibles.take()
    assert answered(bot, row, agreed=False)["state"] == "REFUSED"
    assert not edits(eligibles.world)


def test_no_program_agrees_in_the_place_of_named_approvers_W3(client, eligibles):
    eligibles.grant(approvers=CY_AGREES)
    bot, row = caller(client, eligibles.world), eligibles.take()
    answered(bot, row, status=403)
    take_ups.end(row, by=eligibles.actor("dee"))
    members.remove(eligibles.world.member("cy"), by=SYSTEM)
    assert answered(bot, eligibles.take())["state"] == "RUNNING", "nobody of them is left"


def test_nobody_agrees_by_a_token_they_made_W3_XO3(client, eligibles):
    members.set_owner(eligibles.world.member("dee"), owner=True, by=SYSTEM)
    bot = caller(client, eligibles.world, maker="dee")
    eligibles.grant(approvers=OWNERS_AGREE)
    row = eligibles.take()
    answered(bot, row, status=403)
    assert TakeUp.objects.get().starts_at is None


def test_nobody_agrees_by_a_token_whose_secret_they_drew_W3_XO3(client, eligibles):
    world = eligibles.world
    members.set_owner(world.member("dee"), owner=True, by=SYSTEM)
    token, _ = tokens.create(world.workspace, "bot", policy=[OWNS], by=world.actor("ada"))
    _, secret = tokens.rotate(token, by=world.actor("dee"))
    eligibles.grant(approvers=OWNERS_AGREE)
    answered(Caller(client, secret), eligibles.take(), status=403)


def test_a_program_answers_nothing_that_has_changed_meanwhile_W3(client, eligibles):
    grant = eligibles.grant(approvers=OWNERS_AGREE)
    bot, row = caller(client, eligibles.world), eligibles.take()
    let_pass(row, hours=24)
    answered(bot, row, status=409)
    again = eligibles.take()
    grant.__class__._base_manager.filter(pk=grant.pk)._update(
        [(grant._meta.get_field("role"), None, "source-read-only")]
    )
    answered(bot, again, status=409)


def test_a_program_that_owns_ends_a_taking_up_W2(client, eligibles):
    eligibles.grant()
    bot, row = caller(client, eligibles.world), eligibles.take()
    path = f"/x/take-ups/{row.public_id}/end"
    assert bot.data("POST", path)["takeUp"]["state"] == "ENDED"
    assert not edits(eligibles.world)
    bot.error("POST", path, status=409)


def test_a_taking_up_elsewhere_is_not_there_R5(client, eligibles):
    eligibles.grant()
    row, other = eligibles.take(), build(OTHER)
    stranger = Caller(client, secret_for(other.workspace, "workspace-owner"))
    for method, path, body in (
        ("GET", "", None), ("POST", "/end", None), ("POST", "/answer", {"agreed": False}),
    ):  # fmt: skip
        stranger.error(method, f"/x/take-ups/{row.public_id}{path}", body, status=404)
    assert stranger.data("GET", "/x/take-ups")["takeUps"] == []
    assert edits(eligibles.world)


def test_an_unknown_key_of_an_answer_is_refused_by_name_N4(call, eligibles):
    eligibles.grant(approvers=OWNERS_AGREE)
    path = f"/x/take-ups/{eligibles.take().public_id}/answer"
    assert call.error("POST", path, {"agree": True, "agreed": True}, status=422)["field"] == "agree"
    assert call.error("POST", path, {"agreed": "yes"}, status=422)["field"] == "agreed"


def test_what_is_ours_is_marked_so_in_the_document():
    marked = {
        path.startswith("/api/x/"): {call.get("x-gatehouse", False) for call in calls.values()}
        for path, calls in document()["paths"].items()
    }
    assert marked == {True: {True}, False: {False}}
