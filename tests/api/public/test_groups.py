"""Groups and labels over the Public API."""

import pytest

from tests.api.conftest import labelled
from tests.cast.directories import directory_of
from tests.cast.invited import ask as invite
from workspaces.operations.directory import groups


def test_a_group_from_making_to_deleting(call, world):
    made = call.data("POST", "/groups", {"name": "Analysts"})["userGroup"]
    assert made["memberCount"] == 0
    assert made["permissions"] == []
    path = f"/groups/{made['id']}"
    renamed = call.data("PATCH", path, {"name": "Data analysts"})["userGroup"]
    assert renamed["name"] == "Data analysts"
    granted = call.data("PUT", f"{path}/permissions", {"permissions": [labelled()]})
    assert granted["permissions"][0]["roleId"] == "source-read-only"
    more = call.data("POST", f"{path}/permissions", {"permissions": [
        labelled(role="workspace-owner"), labelled("environment:prod"),
    ]})  # fmt: skip
    assert len(more["permissions"]) == 3
    assert call.data("DELETE", path) == {"status": "SUCCESS"}
    call.error("GET", path, status=404)
    assert call.data("DELETE", path) == {"status": "SUCCESS"}  # it has gone
    call.error("DELETE", "/groups/never", status=404)


def test_a_name_that_is_taken_is_a_clash(call, world):
    call.error("POST", "/groups", {"name": "GROWTH"}, status=409)
    call.error("POST", "/groups", {"name": ""}, status=422)


def test_people_of_a_group_are_members_and_invited_ones(call, world):
    invite(world, "new@example.org")
    path = f"/groups/{world.group('growth').public_id}"
    odd = path.replace("groups", "group")
    both = {"emails": ["dee@example.org", "New@Example.org"]}
    assert call.data("POST", f"{path}/users", both)["userGroup"]["memberCount"] == 3
    users = call.data("GET", f"{path}/users")["users"]
    assert [user["email"] for user in users] == ["bo@example.org", "dee@example.org"]
    assert call.data("GET", f"{path}/invites")["emails"] == ["new@example.org"]
    only = call.data("PUT", f"{odd}/users", {"emails": ["cy@example.org"]})["userGroup"]
    assert only["memberCount"] == 1
    call.data("DELETE", f"{odd}/users?emails[0]=cy@example.org")
    assert call.data("PUT", f"{path}/users", {"emails": []})["userGroup"]["memberCount"] == 0
    call.error("POST", f"{path}/users", {"emails": ["nobody@example.org"]}, status=422)


def test_what_a_directory_pushes_is_not_changed_by_other_programs(call, world):
    group = world.group("growth")
    groups.change(group, external_id="g1", by=directory_of(world))
    path, dee = f"/groups/{group.public_id}", {"emails": ["dee@example.org"]}
    call.error("PATCH", path, {"name": "Renamed"}, status=409)
    call.error("POST", f"{path}/users", dee, status=409)
    call.error("PUT", f"{path}/users", dee, status=409)
    call.error("DELETE", f"{path}/users?emails=bo@example.org", status=409)
    users = call.data("GET", f"{path}/users")["users"]
    assert [user["email"] for user in users] == ["bo@example.org"]


def test_what_a_directory_pushed_may_be_put_again_as_it_is(call, world):
    group = world.group("growth")
    groups.change(group, external_id="g1", by=directory_of(world))
    path, before = f"/groups/{group.public_id}", world.workspace.events.count()
    there = {"emails": ["BO@example.org"]}
    for method, address in (("PUT", path.replace("groups", "group")), ("POST", path)):
        made = call.data(method, f"{address}/users", there)["userGroup"]
        assert (made["name"], made["memberCount"]) == ("growth", 1)
    call.data("PATCH", path, {"name": "growth"})
    call.data("DELETE", f"{path}/users?emails=dee@example.org")  # who is not in it
    assert world.workspace.events.count() == before


def test_labels_from_making_to_deleting(call, world):
    label = {"key": "team", "value": "Blue", "description": "The blue one"}
    assert call.data("POST", "/labels", {"label": label}, status=201) == {"label": label}
    assert label in call.data("GET", "/labels")["labels"]
    call.error("POST", "/labels", {"label": {"key": "TEAM", "value": "blue"}}, status=409)
    assert call.data("DELETE", "/labels/team/blue") == {"status": "SUCCESS"}
    assert call.data("DELETE", "/labels/Team/blue") == {"status": "SUCCESS"}  # it has gone
    call.error("DELETE", "/labels/team/never", status=404)
    call.error("DELETE", "/labels/environment/prod", status=409)


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("1team", "blue", "label.key"),
        ("team", "b b", "label.value"),
        ("team", "blue\n", "label.value"),
        ("te:am", "blue", "label.key"),
        ("team", " blue", "label.value"),
        ("", "blue", "label.key"),
    ],
)
def test_what_is_no_label_L1(call, key, value, field):
    body = {"label": {"key": key, "value": value}}
    assert call.error("POST", "/labels", body, status=422)["field"] == field


def test_the_labels_of_a_source(call, world):
    path = f"/sources/{world.resource('source/c').public_id}/labels"
    body = {"labels": [{"key": "product", "value": "truck"}]}
    call.error("POST", path, body, status=422)  # it has product:car (L3)
    put = call.data("PUT", path, body)["labels"]
    assert [(label["key"], label["value"]) for label in put] == [("product", "truck")]
    dev = {"labels": [{"key": "environment", "value": "dev"}]}
    assert len(call.data("POST", path, dev)["labels"]) == 2
    assert call.data("PUT", path, {"labels": []})["labels"] == []
    call.error("PUT", path, {"labels": [{"key": "no", "value": "such"}]}, status=422)
