"""Taking up from where it is needed: the locked door, the palette, the clock in the menu (W2)."""

import re

import pytest
from django.test import Client

from tests.workspaces.taking_up.test_take_ups import let_pass
from tests.world import give_grants
from workspaces.models import TakeUp
from workspaces.operations.taking_up.held import takable
from workspaces.terms import Terms

DOOR = "/w/acme/sources/a"
MINE = "/w/acme/my-access"


@pytest.fixture
def dee(eligibles, client):
    client.force_login(eligibles.world.user("dee"), backend="accounts.backends.SignInBackend")
    return client


def text_of(answer):
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def links(answer):
    return re.findall(r'data-take-up\s+href="([^"]+)"', answer.content.decode())


def test_the_door_names_what_would_open_it_and_two_clicks_do_W2_W8(eligibles, dee):
    eligibles.grant()
    door = dee.get(DOOR)
    assert door.status_code == 403
    assert "You can open it yourself" in text_of(door)
    [link] = links(door)
    form = dee.get(link).context["form"]
    sent = {"minutes": "30", "reason": "Pager", "which": form["which"].value()}
    answer = dee.post(link.partition("?")[0], sent)
    assert answer["Location"] == DOOR, "one goes on to what was locked"
    assert dee.get(DOOR).status_code == 200


def test_the_nearest_comes_first_what_nobody_agrees_to_W2(eligibles, dee):
    eligibles.grant(break_glass=True)
    asks = eligibles.grant(role="source-read-only", approvers=frozenset({"cy@example.org"}))
    place = eligibles.membership()
    door = dee.get(DOOR)
    found = [link.partition("?")[0].rpartition("/")[2] for link in links(door)]
    glass = next(
        what for what in takable(eligibles.world.member("dee")) if what.eligibility.break_glass
    )
    assert found == [f"group-{place.pk}", f"grant-{asks.pk}", glass.name]
    assert "breaks glass: every owner is told" in text_of(door)


def test_what_does_not_open_this_door_is_not_named_at_it_W8_XO10(eligibles, dee):
    eligibles.grant(role="warehouse-admin")
    assert not links(dee.get(DOOR))
    assert not links(dee.get("/w/acme/sources/none"))


def test_what_waits_for_an_answer_is_not_offered_again_XO1_XO10(eligibles, dee):
    eligibles.grant(approvers=frozenset({"cy@example.org"}))
    eligibles.take()
    assert not links(dee.get(DOOR))


def test_owners_pages_open_by_eligible_ownership_W7(eligibles, dee):
    eligibles.grant(role="warehouse-admin")
    assert not links(dee.get("/w/acme/members"))
    world = eligibles.world
    give_grants(world.group("growth"), [Terms("workspace-owner", "all")])
    place = eligibles.membership(approvers=frozenset())
    [link] = links(dee.get("/w/acme/members"))
    assert f"group-{place.pk}" in link


def test_somebody_elses_are_never_named_R5_XO10(eligibles, client):
    eligibles.grant("cy")
    client.force_login(eligibles.world.user("dee"), backend="accounts.backends.SignInBackend")
    assert not links(client.get(DOOR))


@pytest.mark.parametrize("page", [MINE, "/w/acme/check", "/w/acme/sources"])
def test_what_runs_stands_in_the_menu_of_every_page_with_its_minutes_W2(eligibles, dee, page):
    eligibles.grant()
    row = eligibles.take(minutes=60)
    let_pass(row, minutes=17, seconds=30)
    answer = dee.get(page)
    assert "Source Admin 43 min left" in text_of(answer)
    assert f"/w/acme/take-ups/{row.public_id}/end" in answer.content.decode()
    assert "running-one short" not in answer.content.decode()


def test_it_is_amber_in_its_last_minutes_and_gone_afterwards_W2(eligibles, dee):
    eligibles.membership()
    row = eligibles.take(minutes=60)
    let_pass(row, minutes=56)
    page = dee.get(MINE)
    assert "running-one short" in page.content.decode()
    assert "growth 4 min left" in text_of(page).lower()
    let_pass(row, minutes=4)
    assert "min left" not in text_of(dee.get(MINE))


def test_nobody_sees_anybody_elses_in_the_menu_W2(eligibles):
    eligibles.grant()
    eligibles.take()
    ada = Client()
    ada.force_login(eligibles.world.user("ada"), backend="accounts.backends.SignInBackend")
    assert "running-one" not in ada.get("/w/acme/overview").content.decode()


def test_the_palette_takes_up_and_ends_W2(eligibles, dee):
    eligibles.grant()
    [what] = takable(eligibles.world.member("dee"))
    found = dee.get("/w/acme/jump?q=take+up")
    assert "Take up Source Admin…" in text_of(found)
    assert f"{MINE}/take-up/{what.name}" in found.content.decode()
    eligibles.take()
    found = dee.get("/w/acme/jump?q=end+source")
    assert "End Source Admin now…" in text_of(found)
    assert TakeUp.objects.get().public_id in found.content.decode()
