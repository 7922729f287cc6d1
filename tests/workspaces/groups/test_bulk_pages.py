"""Choosing many on the list of groups: deleting, adding people, a file (U5, U7, A1)."""

import csv
import io

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.cast.invited import ask
from tests.filled import filled
from tests.world import OTHER, SYSTEM, build, everything, give_grants
from workspaces.change import lock_workspace
from workspaces.models import Grant, Group, GroupMember
from workspaces.operations.directory import groups as directory_groups
from workspaces.operations.groups import groups
from workspaces.operations.invites.contents import Offer
from workspaces.terms import Terms

PAGE = "/w/acme/groups"
KINDS = {"bulk/delete": {"typed": "2"}, "bulk/people": {"people": "dee@example.org"}}


@pytest.fixture
def ids(world):
    """Make two groups beside growth; the id of each by its name."""
    policy = [Terms("function-admin", "all")]
    groups.create(world.workspace, "=ops", policy=policy, members=[world.member("cy")], by=SYSTEM)
    groups.create(world.workspace, "sales", by=SYSTEM)
    return dict(world.workspace.groups.values_list("name", "public_id"))


@pytest.fixture
def clients(world):
    """Sign them in before anything is compared."""
    found = {name: Client() for name in ("ada", "bo")}
    for name, client in found.items():
        client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
        client.get("/w/acme/my-access")  # notes the activity once a minute
    return found


@pytest.fixture
def send(clients):
    def post(kind, data, by="ada"):
        return clients[by].post(f"{PAGE}/{kind}", {**KINDS[kind], **data})

    return post


def seen_in(answer, kind):
    assert answer.status_code == 200
    return filled(answer, f"{PAGE}/{kind}")["seen"]


def looked(send, kind, data):
    """Look first, then send what came back."""
    answer = send(kind, {**data, "look": "1"})
    return send(kind, {**data, "seen": seen_in(answer, kind)})


def two(ids):
    return {"who": [ids["growth"], ids["=ops"]]}


def test_every_row_can_be_ticked_and_the_bar_sends_which(see, ids):
    page = see("ada", "groups?q=o")
    assert f'name="who" value="{ids["growth"]}" form="chosen"' in page.raw
    assert 'id="chosen" method="get" action="/w/acme/groups/bulk/people"' in page.raw
    assert 'name="filters" value="q=o"' in page.raw


def test_deleting_opens_with_what_goes_and_who_loses_what_by_name(see, world, ids):
    ask(world, "new@example.org", Offer(groups=(world.group("growth"),)))
    page = see("ada", f"groups/bulk/delete?who={ids['growth']}&who={ids['=ops']}")
    for words in (
        "Deletes 2 groups: =ops, growth",
        "Removes 3 grants.",
        "2 people stay in the workspace and leave them.",
        "Bo Diddley",
        "Cy Twombly",
        "Open invites lose it: new@example.org",
        "Type 2, the number of groups, to delete them",
    ):
        assert words in page
    assert "sales" not in page


@pytest.mark.parametrize("kind", KINDS)
def test_a_form_that_was_not_looked_at_saves_nothing(send, ids, kind):
    before = everything()
    assert send(kind, two(ids)).status_code == 200
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_looked_at_is_saved_as_one_event_A1(send, world, ids, kind):
    before = world.workspace.events.count()
    answer = looked(send, kind, {**two(ids), "reason": "tidy"})
    assert answer["Location"] == PAGE
    assert world.workspace.events.count() == before + 1
    event = world.workspace.events.newest_first().first()
    assert (event.target_name, event.reason) == ("2 groups", "tidy")
    mentioned = world.workspace.mentions.filter(number=event.number, kind="group")
    assert set(mentioned.values_list("ident", flat=True)) == {ids["growth"], ids["=ops"]}


def test_deleted_groups_go_with_what_they_granted_and_the_trail_says_what_it_was(send, world, ids):
    looked(send, "bulk/delete", two(ids))
    assert [group.name for group in world.workspace.groups.all()] == ["sales"]
    assert not world.workspace.grants.filter(group__isnull=False).exists()
    before = world.workspace.events.newest_first().first().before
    assert before["members"] == {"=ops": ["cy@example.org"], "growth": ["bo@example.org"]}
    assert [grant["role"] for grant in before["grants"]["=ops"]] == ["function-admin"]


@pytest.mark.parametrize("typed", ["", "3", "two", "growth"])
def test_deleting_asks_for_their_number_U7(send, ids, typed):
    before = everything()
    answer = send("bulk/delete", {**two(ids), "typed": typed, "seen": "x"})
    assert answer.status_code == 422
    assert everything() == before


def test_adding_says_what_people_gain_and_leaves_whoever_is_in_one(send, world, ids):
    people = {"people": "bo@example.org, dee@example.org"}
    answer = send("bulk/people", {**two(ids), **people, "look": "1"})
    text = answer.content.decode()
    assert "Adds them to 2 groups: =ops, growth" in text
    assert "Dee Dee Bridgewater" in text
    seen = seen_in(answer, "bulk/people")
    send("bulk/people", {**two(ids), **people, "seen": seen})
    inside = GroupMember.objects.filter(workspace=world.workspace)
    assert set(inside.values_list("group__name", "member__user__email")) == {
        ("growth", "bo@example.org"), ("growth", "dee@example.org"), ("=ops", "bo@example.org"),
        ("=ops", "cy@example.org"), ("=ops", "dee@example.org"),
    }  # fmt: skip


def test_a_group_that_a_directory_keeps_refuses_the_lot(send, world, ids):
    kept = directory_groups.create(world.workspace, name="Analysts", by=SYSTEM)
    before = everything()
    answer = send("bulk/people", {"who": [ids["sales"], kept.public_id], "look": "1"})
    assert answer.status_code == 409
    assert "The directory pushes Analysts" in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_stale_review_is_409_XD4(send, world, ids, kind):
    seen = seen_in(send(kind, {**two(ids), "look": "1"}), kind)
    give_grants(world.group("growth"), [Terms("space-admin", "all")])
    before = everything()
    assert send(kind, {**two(ids), "seen": seen}).status_code == 409
    assert everything() == before


@pytest.mark.parametrize("kind", KINDS)
def test_a_double_click_is_one_change_XI7(send, ids, kind):
    seen = seen_in(send(kind, {**two(ids), "look": "1"}), kind)
    assert send(kind, {**two(ids), "seen": seen}).status_code == 302
    before = everything()
    assert send(kind, {**two(ids), "seen": seen}).status_code in {409, 422}
    assert everything() == before


def test_all_that_match_are_those_the_filter_leaves(send, world, ids):
    data = {"matching": "on", "filters": "q=sales&sort=-name", "typed": "1"}
    assert looked(send, "bulk/delete", data)["Location"] == f"{PAGE}?q=sales&sort=-name"
    assert not world.workspace.groups.filter(name="sales").exists()
    assert world.workspace.groups.count() == 2


@pytest.mark.parametrize("path", [*KINDS, "export"])
def test_only_owners_may_XB2(clients, ids, path):
    before = everything()
    assert clients["bo"].get(f"{PAGE}/{path}?who={ids['growth']}").status_code == 403
    data = {"who": [ids["growth"]], "typed": "1", "seen": "x"}
    assert clients["bo"].post(f"{PAGE}/{path}", data).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("path", [*KINDS, "export"])
def test_groups_of_another_workspace_cannot_be_named_XA2(clients, ids, path):
    foreign = build(OTHER).workspace.groups.get()
    before = everything()
    data = {"who": [ids["growth"], foreign.public_id], **KINDS.get(path, {})}
    answer = clients["ada"].post(f"{PAGE}/{path}", data)
    assert answer.status_code == 422
    assert "1 of those you chose are not here" in answer.content.decode()
    assert "quixotic" not in answer.content.decode()
    assert everything() == before


@pytest.mark.parametrize("path", [*KINDS, "export"])
@pytest.mark.parametrize(
    "query",
    ["", "matching=on&filters=stat%3Dlive", "q=growth", "matching=yes", "who=nosuch",
     "matching=on&matching=on", "matching=on&filters=q%3Dnosuch"],
)  # fmt: skip
def test_a_choice_that_is_not_understood_chooses_nothing_N4(clients, ids, path, query):
    before = everything()
    assert clients["ada"].get(f"{PAGE}/{path}?{query}").status_code == 422
    answer = clients["ada"].post(f"{PAGE}/{path}?{query}", KINDS.get(path, {}))
    assert answer.status_code == 422
    assert everything() == before


def test_the_file_holds_what_is_chosen_A1_XI9(clients, world, ids):
    answer = clients["ada"].post(f"{PAGE}/export", {"matching": "on", "filters": ""})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    rows = {row[0]: row for row in csv.reader(io.StringIO(text))}
    assert rows.keys() == {"Name", "'=ops", "growth", "sales"}
    assert rows["'=ops"][3:] == ["Function Admin on all current & future", "1", "no"]
    assert "Source Admin on environment:prod" in rows["growth"][3].split("; ")
    event = world.workspace.events.newest_first().first()
    assert (event.action, event.after) == ("groups.exported", {"rows": 3, "filters": {}})


def crowd(world, number):
    workspace = world.workspace
    with lock_workspace(workspace.pk):
        made = Group.objects.bulk_create(
            Group(workspace=workspace, name=f"g{i} of {number}") for i in range(number)
        )
        Grant.objects.bulk_create(
            Grant(workspace=workspace, group=group, role="source-admin", scope="all")
            for group in made
        )
        cy = world.member("cy")
        GroupMember.objects.bulk_create(
            GroupMember(workspace=workspace, group=group, member=cy) for group in made
        )


@pytest.mark.parametrize("kind", KINDS)
def test_statements_do_not_grow_with_groups(send, world, kind):
    """But for reading and clearing what belonged to them when they go, some a thousand."""
    found = []
    for number in (3, 9_996):
        crowd(world, number)
        typed = {"typed": str(world.workspace.groups.count())} if "delete" in kind else {}
        choice = {"matching": "on", "filters": "", **typed}
        with CaptureQueriesContext(connection) as captured:
            answer = send(kind, {**choice, "look": "1"})
        found.append(len(captured))
        seen = seen_in(answer, kind)
    assert found[0] == found[1] <= 30
    with CaptureQueriesContext(connection) as captured:
        assert send(kind, {**choice, "seen": seen}).status_code == 302
    assert len(captured) <= (400 if "delete" in kind else 60)
