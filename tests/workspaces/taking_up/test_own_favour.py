"""Nobody takes up or agrees in their own favour: by no door, by no detour, at no moment (W2, W3).

The detours: an approving group that one is in, or is put into after asking; a token that one made.
The moments: two approvers at once, agreeing while the asker takes it back or is taken out.
"""

import json

import pytest
from django.test import Client

from tests.api.conftest import secret_for
from tests.peers.race import together
from tests.workspaces.taking_up.conftest import Eligibles
from tests.workspaces.taking_up.test_take_ups import let_pass
from tests.world import SYSTEM, build, everything, take_grants
from workspaces.access.engine import Access
from workspaces.errors import Conflict, Denied
from workspaces.models import Event, TakeUp
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.taking_up import take_ups
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

CY_AGREES = frozenset({"cy@example.org"})
GROWTH_AGREES = frozenset({"group:growth"})
OWNERS_AGREE = frozenset()
BY_HERSELF = {
    "as the approver named": frozenset({"dee@example.org"}),
    "in the approving group": GROWTH_AGREES,
    "as an owner": OWNERS_AGREE,
}


def edits(eligibles, name="dee"):
    world = eligibles.world
    return Access.of(world.member(name)).check("edit", world.resource("source/a"))


def signed_in(world, name):
    client = Client()
    client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
    return client


def page(eligibles, name, row, agreed):
    path = f"/w/acme/take-ups/{row.public_id}/answer"
    return signed_in(eligibles.world, name).post(path, {"agreed": "yes" if agreed else "no"})


def program(secret, method, path, body):
    return Client().generic(
        method, f"/api/x/take-ups{path}", json.dumps(body), content_type="application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip


@pytest.fixture(params=BY_HERSELF)
def asked(request, eligibles):
    """What Dee asked for, who is whatever may agree to it; and is in the group only since then."""
    members.set_owner(eligibles.world.member("dee"), owner=True, by=SYSTEM)
    eligibles.grant(approvers=BY_HERSELF[request.param])
    row = eligibles.take()
    groups.add_members(eligibles.world.group("growth"), [eligibles.world.member("dee")], by=SYSTEM)
    return row


def test_nobody_agrees_to_their_own_on_a_page_W3_XO3(eligibles, asked):
    assert page(eligibles, "dee", asked, agreed=True).status_code in {403, 404}
    assert TakeUp.objects.get().starts_at is None


def test_nobody_agrees_to_their_own_by_a_token_they_made_W3_XO3(eligibles, asked):
    owns, by = [Terms("workspace-owner", "all")], eligibles.actor("dee")
    _, secret = tokens.create(eligibles.world.workspace, "mine", policy=owns, by=by)
    answer = program(secret, "POST", f"/{asked.public_id}/answer", {"agreed": True})
    assert answer.status_code == 403
    assert TakeUp.objects.get().starts_at is None


def test_nobody_agrees_to_their_own_by_the_operation_W3_XO3(eligibles, asked):
    with pytest.raises(Denied):
        take_ups.answer(asked, agreed=True, by=eligibles.actor("dee"))
    assert TakeUp.objects.get().starts_at is None


def test_who_was_put_into_the_approving_group_after_asking_agrees_to_others_alone_W3(eligibles):
    world = eligibles.world
    eligibles.grant("dee", approvers=GROWTH_AGREES)
    eligibles.grant("cy", approvers=GROWTH_AGREES)
    row, other = eligibles.take("dee"), eligibles.take("cy")
    groups.add_members(world.group("growth"), [world.member("dee")], by=SYSTEM)
    with pytest.raises(Denied):
        take_ups.answer(row, agreed=True, by=eligibles.actor("dee"))
    take_ups.answer(other, agreed=True, by=eligibles.actor("dee"))
    assert edits(eligibles, "cy")


def test_two_who_agree_to_each_other_are_two_people_W3(eligibles):
    eligibles.grant("dee", approvers=CY_AGREES)
    eligibles.grant("cy", approvers=frozenset({"dee@example.org"}))
    of_dee, of_cy = eligibles.take("dee"), eligibles.take("cy")
    take_ups.answer(of_dee, agreed=True, by=eligibles.actor("cy"))
    take_ups.answer(of_cy, agreed=True, by=eligibles.actor("dee"))
    assert Event.objects.filter(action="take_up.begun").count() == 2


def test_nobody_takes_up_what_is_eligible_for_another_by_any_door_W2(eligibles):
    world = eligibles.world
    grant = eligibles.grant("dee")
    secret = secret_for(world.workspace, "workspace-owner")
    client = signed_in(world, "ada")
    client.get("/w/acme/my-access")
    program(secret, "GET", "", {})
    before = everything()
    body = {"userId": world.member("dee").public_id, "eligibleId": f"grant-{grant.pk}"}
    answer = program(secret, "POST", "", {**body, "minutes": 5, "reason": "For her"})
    assert answer.status_code == 403
    for name in ("ada", "cy"):
        path = f"/w/acme/my-access/take-up/grant-{grant.pk}"
        sent = signed_in(world, name) if name != "ada" else client
        assert sent.post(path, {"minutes": 5, "reason": "For her"}).status_code == 404
    assert not TakeUp.objects.exists()
    assert everything()["workspaces.Event"] == before["workspaces.Event"]


# --- What came in between ----------------------------------------------------------------


def left(eligibles, row, grant):
    members.remove(eligibles.world.member("dee"), by=SYSTEM)


def a_day(eligibles, row, grant):
    let_pass(row, hours=24)


def taken_away(eligibles, row, grant):
    take_grants(eligibles.world.member("dee"), [grant])


def taken_back(eligibles, row, grant):
    take_ups.end(row, by=eligibles.actor("dee"))


@pytest.mark.parametrize("between", [left, a_day, taken_away, taken_back])
@pytest.mark.parametrize("door", ["page", "program", "operation"])
def test_an_answer_to_what_is_no_more_begins_nothing_by_any_door_W3(eligibles, between, door):
    world = eligibles.world
    by = CY_AGREES if door != "program" else OWNERS_AGREE
    grant = eligibles.grant(approvers=by)
    row = eligibles.take()
    between(eligibles, row, grant)
    gone = not TakeUp.objects.exists()
    match door:
        case "page":
            assert page(eligibles, "cy", row, agreed=True).status_code == (404 if gone else 409)
        case "program":
            secret = secret_for(world.workspace, "workspace-owner")
            answer = program(secret, "POST", f"/{row.public_id}/answer", {"agreed": True})
            assert answer.status_code == (404 if gone else 409)
        case _:
            with pytest.raises(Conflict):
                take_ups.answer(row, agreed=True, by=eligibles.actor("cy"))
    assert not TakeUp.objects.running().exists()


# --- At one moment -----------------------------------------------------------------------


@pytest.fixture
def racing(transactional_db):
    return Eligibles(build())


def begun():
    return Event.objects.filter(action="take_up.begun").count()


@pytest.mark.django_db(transaction=True)
def test_of_two_approvers_at_once_one_agrees_W3_XO1(racing, rounds):
    racing.grant(approvers=frozenset({"cy@example.org", "bo@example.org"}))
    for number in range(rounds):
        row = racing.take()
        outcomes = together(
            lambda row=row: take_ups.answer(row, agreed=True, by=racing.actor("cy")),
            lambda row=row: take_ups.answer(row, agreed=True, by=racing.actor("bo")),
        )
        assert sorted(isinstance(one, Conflict) for one in outcomes) == [False, True]
        assert begun() == number + 1
        take_ups.end(row, by=racing.actor("dee"))


@pytest.mark.django_db(transaction=True)
def test_agreeing_and_refusing_at_once_one_counts_W3(racing, rounds):
    racing.grant(approvers=frozenset({"cy@example.org", "bo@example.org"}))
    for _ in range(rounds):
        row = racing.take()
        agreeing, refusing = together(
            lambda row=row: take_ups.answer(row, agreed=True, by=racing.actor("cy")),
            lambda row=row: take_ups.answer(row, agreed=False, by=racing.actor("bo")),
        )
        assert isinstance(agreeing, Conflict) != isinstance(refusing, Conflict)
        assert edits(racing) == isinstance(refusing, Conflict)
        if edits(racing):
            take_ups.end(row, by=racing.actor("dee"))


@pytest.mark.django_db(transaction=True)
def test_agreeing_and_taking_back_at_once_leave_nothing_running_W3(racing, rounds):
    """Whoever comes second meets what the first one did: it has been taken back, or it ends."""
    racing.grant(approvers=CY_AGREES)
    for _ in range(rounds):
        row = racing.take()
        agreeing, ending = together(
            lambda row=row: take_ups.answer(row, agreed=True, by=racing.actor("cy")),
            lambda row=row: take_ups.end(row, by=racing.actor("dee")),
        )
        assert not isinstance(ending, Conflict)
        assert isinstance(agreeing, TakeUp | Conflict)
        assert not edits(racing)


@pytest.mark.django_db(transaction=True)
def test_agreeing_while_the_grant_goes_gives_nothing_W3_XO5(racing, rounds):
    for _ in range(rounds):
        grant = racing.grant(approvers=CY_AGREES)
        row = racing.take()
        agreeing, _gone = together(
            lambda row=row: take_ups.answer(row, agreed=True, by=racing.actor("cy")),
            lambda grant=grant: take_grants(racing.world.member("dee"), [grant]),
        )
        assert isinstance(agreeing, TakeUp | Conflict)
        assert not edits(racing)


@pytest.mark.django_db(transaction=True)
def test_of_two_tabs_that_take_up_at_once_one_runs_XO1(racing, rounds):
    racing.grant()
    for _ in range(rounds):
        outcomes = together(racing.take, racing.take)
        assert sorted(isinstance(one, Conflict) for one in outcomes) == [False, True]
        [row] = TakeUp.objects.running()
        take_ups.end(row, by=racing.actor("dee"))


@pytest.fixture
def rounds(request):
    return max(1, request.config.getoption("--rounds"))
