"""A new group in four steps, each checked again; it is made once, at the last one."""

import re

import pytest

from tests.filled import filled
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.access.engine import Access
from workspaces.models import Plan
from workspaces.operations.groups import groups
from workspaces.operations.workspace import workspaces
from workspaces.terms import Terms

PATH = "/w/acme/groups/new"
DEE = "dee@example.org"


@pytest.fixture
def walk(as_user):
    """Fill in the page one is on and go to a step: `walk(page, "access", name=["x"])`."""

    def go(page, to, **changes):
        body = {**filled(page, PATH, blanks=""), **changes, "to": to}
        return as_user("ada").post(PATH, body)

    return go


@pytest.fixture
def start(as_user):
    return as_user("ada").get(PATH)


@pytest.fixture
def at_access(walk, start):
    return walk(start, "access", name=["crew"], description=["All hands"])


@pytest.fixture
def at_members(walk, at_access):
    return walk(at_access, "members", **ticked(at_access, "source-admin", "all"))


@pytest.fixture
def at_review(walk, at_members):
    return walk(at_members, "review", people=[DEE])


def ticked(page, role, scope, **more):
    """Return the fields that tick a role of the access step."""
    body = filled(page, PATH, blanks="")
    [number] = [
        key.split("-")[1] for key, value in body.items()
        if key.endswith("-role") and value == [role]
    ]  # fmt: skip
    fields = {f"grants-{number}-on": ["on"], f"grants-{number}-scope": [scope]}
    return fields | {f"grants-{number}-{key}": value for key, value in more.items()}


def step_of(page):
    return re.search(r'name="at" value="(\w+)"', page.content.decode())[1]


def n_events(world):
    return world.workspace.events.count()


def test_the_steps_lead_to_a_group_with_access_and_people_A1(world, walk, at_review):
    events = n_events(world)
    assert step_of(at_review) == "review"
    text = at_review.content.decode()
    assert "Source Admin" in text
    assert "gains edit on 3 sources" in text
    answer = walk(at_review, "make")
    crew = world.group("crew")
    assert answer["Location"] == f"/w/acme/groups/{crew.public_id}"
    assert crew.description == "All hands"
    assert Access.of(world.member("dee")).check("edit", world.resource("source/c"))
    assert n_events(world) == events + 1


def test_nothing_is_made_on_the_way_there(world, at_review):
    assert not world.workspace.groups.filter(name="crew").exists()


@pytest.mark.parametrize("name", ["", "GROWTH"])
def test_a_step_that_is_not_right_is_shown_again(walk, start, name):
    page = walk(start, "access", name=[name], description=["kept"])
    assert page.status_code == 422
    assert step_of(page) == "name"
    assert "kept" in page.content.decode()


def test_access_that_is_not_complete_stays_at_its_step_XB6(walk, at_access):
    page = walk(at_access, "members", **ticked(at_access, "source-admin", "labels"))
    assert (page.status_code, step_of(page)) == (422, "access")
    assert "Name at least one label" in page.content.decode()


def test_a_role_outside_the_plan_stays_at_its_step_L7(world, walk, at_access):
    workspaces.set_plan_and_flag(world.workspace, plan=Plan.FREE, hipaa_eligible=False, by=SYSTEM)
    page = walk(at_access, "members", **ticked(at_access, "function-admin", "all"))
    assert (page.status_code, step_of(page)) == (422, "access")


def test_unknown_people_stay_at_their_step_XA2(walk, at_members):
    build(OTHER)
    page = walk(at_members, "review", people=["olga@example.net"])
    assert (page.status_code, step_of(page)) == (422, "members")
    assert "There is no “olga@example.net” here." in page.content.decode()


@pytest.mark.parametrize("step", ["name", "access", "members"])
def test_going_back_keeps_all_input(walk, at_review, step):
    back = walk(at_review, step)
    assert (back.status_code, step_of(back)) == (200, step)
    again = walk(back, "review").content.decode()
    for kept in ("crew", "All hands", "Source Admin", "Dee Dee Bridgewater"):
        assert kept in again


def test_a_step_cannot_be_jumped_over(walk, start):
    page = walk(start, "make", seen=["x"])
    assert (page.status_code, step_of(page)) == (422, "name")


def test_a_group_may_start_with_nobody_and_nothing(world, walk, at_access):
    review = walk(walk(at_access, "members"), "review")
    assert "It grants nothing yet." in review.content.decode()
    assert walk(review, "make").status_code == 302
    assert not world.group("crew").memberships.exists()


def test_whoever_skips_the_review_is_shown_it(world, walk, at_members):
    page = walk(at_members, "make", seen=[""], people=[DEE])
    assert (page.status_code, step_of(page)) == (200, "review")
    assert not world.workspace.groups.filter(name="crew").exists()


def test_a_double_click_makes_one_group_XI7(world, walk, at_review):
    events = n_events(world)
    first, second = walk(at_review, "make"), walk(at_review, "make")
    assert first["Location"] == second["Location"]
    assert world.workspace.groups.filter(name="crew").count() == 1
    assert n_events(world) == events + 1


def test_a_stale_review_is_409_and_shows_the_fresh_one_XI8(world, walk, at_review):
    give_grants(world.member("dee"), [Terms("source-admin", "all")], by=SYSTEM)
    stale = walk(at_review, "make")
    assert (stale.status_code, step_of(stale)) == (409, "review")
    assert "keeps what they reach" in stale.content.decode()
    assert walk(stale, "make").status_code == 302


def test_a_name_taken_meanwhile_leads_back_to_it(world, walk, at_review):
    groups.create(world.workspace, "Crew", by=SYSTEM)
    page = walk(at_review, "make")
    assert (page.status_code, step_of(page)) == (422, "name")
    assert "There is already a group named crew." in page.content.decode()


def test_what_is_ticked_is_shown_as_it_would_reach(as_user, at_access):
    body = filled(at_access, PATH, blanks="") | ticked(at_access, "source-admin", "all")
    headers = {"HX-Request": "true", "HX-Target": "change-review"}
    part = as_user("ada").post(PATH, body, headers=headers).content.decode()
    assert "<strong>4</strong> things" in part or "edit 4" in part.replace("<strong>", "")
    assert "<html" not in part


def test_one_more_block_of_a_role_can_be_asked_for(as_user, at_access):
    body = filled(at_access, PATH, blanks="") | ticked(at_access, "source-admin", "all")
    page = as_user("ada").post(PATH, body | {"more": "source-admin"})
    assert (page.status_code, step_of(page)) == (200, "access")
    assert page.content.decode().count('value="source-admin"') > 1


def test_a_group_of_owners_says_so_R3(walk, at_access):
    page = walk(at_access, "review", owner=["1"], people=[DEE])
    assert "may do everything, as an owner does" in page.content.decode()


@pytest.mark.parametrize(("who", "status"), [("bo", 403), ("olga@example.net", 404)])
def test_only_owners_make_groups_XB11(world, client, who, status):
    build(OTHER)
    client.force_login(world.user(who), backend="accounts.backends.SignInBackend")
    assert client.get(PATH).status_code == status
    assert client.post(PATH, {"name": "crew", "to": "make", "seen": "x"}).status_code == status
    assert not world.workspace.groups.filter(name="crew").exists()


def test_what_starts_later_is_said_before_the_group_is_made_W1_U5(walk, at_access):
    days = {"starts": ["2198-01-01"], "ends": ["2198-12-31"]}
    page = walk(at_access, "members", **ticked(at_access, "source-admin", "all", **days))
    page = walk(page, "review", people=[DEE])
    assert "From 1 Jan 2198 (UTC) on: Source Admin on" in page.content.decode()
    assert "Planned – starts 1 Jan 2198 (UTC)" in page.content.decode()
