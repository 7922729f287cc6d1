"""Leafing through lists while their rows come and go (XH9)."""

import base64
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api.conftest import Caller
from tests.cast.invited import ask as invite
from tests.world import OTHER, SYSTEM, build, give_grants
from workspaces.api import bearer
from workspaces.api.public import paging
from workspaces.operations.groups import groups
from workspaces.operations.members import members
from workspaces.operations.resources import resources
from workspaces.operations.tokens import tokens
from workspaces.terms import Terms

LISTS = {
    "/users": "users",
    "/groups": "userGroups",
    "/sources": "sources",
    "/invites": "invites",
    "/audit-events": "events",
    "/roles": "roles",
    "/catalog/sources": "sourcesCatalog",
}


def leaf(call, path, key, count, cursor=""):
    query = f"pagination[count]={count}" + (f"&pagination[cursor]={cursor}" if cursor else "")
    data = call.data("GET", f"{path}?{query}")
    return data[key], data["pagination"]


def all_pages(call, path, key, count):
    rows, info = leaf(call, path, key, count, "MA==")
    pages = [(rows, info)]
    while "next" in info:
        rows, info = leaf(call, path, key, count, info["next"])
        pages.append((rows, info))
    return pages


@pytest.fixture
def crowd(world):
    """Four members, five groups, five sources, three invites; two names that are equal."""
    for i, name in enumerate(("Zeta", "alpha", "Ärger", "beta 2")):
        groups.create(world.workspace, name, by=SYSTEM)
        resources.create(world.workspace, "source", f"s{i}", "Same name", by=SYSTEM)
    for name in ("c", "a", "b"):
        invite(world, f"{name}@new.org")
    give_grants(world.group("growth"), [Terms("source-read-only", "all")], by=SYSTEM)
    return world


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("count", [1, 2, 1000])
def test_every_row_is_met_once_forward_and_back(call, crowd, path, count):
    key = LISTS[path]
    whole = call.data("GET", path)[key]
    pages = all_pages(call, path, key, count)
    assert [row for rows, _ in pages for row in rows] == whole
    assert {info["totalEntries"] for _, info in pages} == {len(whole)}
    assert "previous" not in pages[0][1]
    assert "next" not in pages[-1][1]
    for i, (rows, info) in enumerate(pages):
        assert leaf(call, path, key, count, info["current"]) == (rows, info)
        if i:
            before, _ = leaf(call, path, key, count, info["previous"])
            assert before == pages[i - 1][0]


@pytest.mark.parametrize("path", ["/users", "/sources", "/groups", "/invites"])
def test_a_row_that_goes_makes_no_other_skipped(call, crowd, path):
    key = LISTS[path]
    whole = call.data("GET", path)[key]
    _, info = leaf(call, path, key, 2)
    gone = {
        "/users": lambda: members.remove(crowd.member("bo"), by=SYSTEM),
        "/sources": lambda: call.data("DELETE", f"/sources/{whole[0]['id']}"),
        "/groups": lambda: call.data("DELETE", f"/groups/{whole[0]['id']}"),
        "/invites": lambda: call.data("DELETE", f"/invites?emails={whole[0]}"),
    }
    gone[path]()
    rows, info = leaf(call, path, key, 2, info["next"])
    assert rows == whole[2:4]
    before, first = leaf(call, path, key, 2, info["previous"])
    assert "previous" not in first
    assert before[0] == call.data("GET", path)[key][0]


@pytest.mark.parametrize("number", [0, 1, 2, 200, 999])
def test_old_cursors_open_the_first_page(call, crowd, number):
    old = base64.b64encode(str(number).encode()).decode()
    assert leaf(call, "/sources", "sources", 2, old) == leaf(call, "/sources", "sources", 2)


def test_a_cursor_of_another_list_or_workspace_is_refused_XA5(call, crowd):
    _, info = leaf(call, "/groups", "userGroups", 1)
    growth = crowd.group("growth").public_id
    for path in ("/sources", "/users", f"/groups/{growth}/users"):
        fault = call.error("GET", f"{path}?pagination[cursor]={info['next']}", status=422)
        assert fault["field"] == "pagination.cursor"
    build(OTHER)
    for cursor in (info["next"][:-1], info["next"] + "x", "W10:" + info["next"], ":", "a:b:c"):
        call.error("GET", f"/groups?pagination[cursor]={cursor}", status=422)


@pytest.mark.parametrize("path", ["/sources", "/invites", "/roles"])
def test_a_later_page_takes_as_many_statements_as_the_first(
    call, crowd, path, unlimited, monkeypatch
):
    monkeypatch.setattr(bearer, "NOTED_EVERY", timedelta(days=1))

    def statements(cursor):
        with CaptureQueriesContext(connection) as found:
            leaf(call, path, LISTS[path], 1, cursor)
        return len(found)

    second = leaf(call, path, LISTS[path], 1)[1]["next"]
    third = leaf(call, path, LISTS[path], 1, second)[1]
    first = statements("MA==")
    assert statements(second) == statements(third["next"]) == first
    assert statements(third["previous"]) <= first + 1  # it looks whether that is the beginning


def test_lists_that_roles_narrow_are_leafed_through_alike(client, crowd):
    """What a token reaches by labels and by name comes from several parts of one question."""
    b = crowd.resource("source/b")
    policy = [
        Terms("source-read-only", "labels", labels=(crowd.label("environment:dev"),)),
        Terms("source-read-only", "resources", resources=(b, crowd.resource("source/s1"))),
    ]
    secret = tokens.create(crowd.workspace, "narrow", policy=policy, by=SYSTEM)[1]
    pages = all_pages(Caller(client, secret), "/sources", "sources", 1)
    assert [row["slug"] for rows, _ in pages for row in rows] == ["s1", "b", "c"]


@pytest.mark.parametrize(("heavy", "rows"), [(1, [1] * 7), (8_000, [1, 6]), (10**9, [7])])
def test_a_page_ends_before_it_grows_too_heavy_XH8(call, crowd, monkeypatch, heavy, rows):
    monkeypatch.setattr(paging, "FEW", 0)
    monkeypatch.setattr(paging, "HEAVY", heavy)
    first = call.data("GET", "/sources")["sources"][0]["id"]
    call.data("PATCH", f"/sources/{first}", {"settings": {"note": "x" * 8_950}})
    pages = all_pages(call, "/sources", "sources", 1000)
    assert [len(page) for page, _ in pages] == rows
    assert len({row["id"] for page, _ in pages for row in page}) == 7
    for i, (_, info) in enumerate(pages):
        assert info["totalEntries"] == 7
        if i:
            assert leaf(call, "/sources", "sources", 1000, info["previous"])[0]
