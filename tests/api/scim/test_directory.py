"""What a directory said, in whatever order, is what is there afterwards.

Some forty people in the suite; `pytest tests/api/scim/test_directory.py --cases 100` takes a
thousand, and a hundred groups.
"""

import logging
import random

import pytest

from tests.api.scim.remembering import Remembering
from workspaces.change.chain import verify

EACH, MORE = 10, 3  # people for each case; further calls for each of them


@pytest.fixture
def directory(scim, world, request, caplog):
    """A directory that has done much."""
    caplog.set_level(logging.CRITICAL)
    people = EACH * request.config.getoption("--cases")
    found = Remembering(scim, random.Random(2024))  # noqa: S311 - calls that can be repeated
    for _ in range(people):
        found.hire()
    for _ in range(people // 10):
        found.found()
    for _ in range(people * MORE):
        found.do_anything()
    return found


def everything(scim, path):
    """Return all resources of a kind by id, page after page."""
    found, start = {}, 1
    while True:
        page = scim.ok("GET", f"{path}?startIndex={start}&count=37")
        found |= {resource["id"]: resource for resource in page["Resources"]}
        start += page["itemsPerPage"]
        if start > page["totalResults"]:
            assert len(found) == page["totalResults"]
            return found


def test_the_workspace_is_as_the_directory_said(scim, world, directory):
    before = {"ada", "bo", "cy", "dee"}
    seen_by_reading(scim, directory, before)
    seen_in_the_console(world, directory, before)
    assert verify(world.workspace) is None


def seen_by_reading(scim, directory, before):
    users = {
        ident: user for ident, user in everything(scim, "/Users").items()
        if user["userName"].partition("@")[0] not in before
    }  # fmt: skip
    assert {
        ident: (u["userName"], u["displayName"], u["externalId"], u["active"],
                {group["value"] for group in u["groups"]})
        for ident, u in users.items()
    } == {
        ident: (p.address.upper(), p.name, p.external, p.active,
                {group for group, g in directory.groups.items() if ident in g.members})
        for ident, p in directory.people.items()
    }  # fmt: skip
    groups = everything(scim, "/Groups")
    assert {
        ident: (g["displayName"], g.get("externalId", ""), {m["value"] for m in g["members"]})
        for ident, g in groups.items() if g["displayName"] != "growth"
    } == {
        ident: (g.name, g.external, g.members) for ident, g in directory.groups.items()
    }  # fmt: skip


def seen_in_the_console(world, directory, before):
    active = {person.address: person for person in directory.people.values() if person.active}
    members = {
        member.user.email: member
        for member in world.workspace.members.select_related("user")
        if member.user.email.partition("@")[0] not in before
    }
    assert members.keys() == active.keys()
    assert {m.user.name for m in members.values()} == {p.name for p in active.values()}
    assert not any(member.grants.exists() or member.owner for member in members.values())
    groups = world.workspace.groups.exclude(name="growth").prefetch_related("memberships__member")
    assert {
        group.name: {one.member.public_id for one in group.memberships.all()} for group in groups
    } == {
        group.name: {ident for ident in group.members if directory.people[ident].active}
        for group in directory.groups.values()
    }
