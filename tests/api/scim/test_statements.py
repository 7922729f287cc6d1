"""What a call of a directory costs, in statements: the same for few and for many (U9)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models.user import User
from workspaces.api import bearer
from workspaces.change import lock_workspace
from workspaces.models import Group, GroupMember, Member

# The token, the note of the call (2), and: how many; which, known and others, their groups ·
# which and their members.
LIST_USERS, LIST_GROUPS = 8, 6
ONE_USER, ONE_GROUP = 6, 5


@pytest.fixture(autouse=True)
def _use_was_noted_lately(scim, monkeypatch):
    monkeypatch.setattr(bearer, "NOTED_EVERY", timedelta(days=1))
    scim.ok("GET", "/Schemas")


def crowd(world, count, start=0):
    """Put people into the workspace, quickly; return their memberships."""
    people = [User(email=f"p{i}@acme.test") for i in range(start, start + count)]
    people = User.objects.bulk_create(people)
    with lock_workspace(world.workspace.pk):
        return Member.objects.bulk_create(
            Member(workspace=world.workspace, user=user) for user in people
        )


def groups_of(world, people, count):
    with lock_workspace(world.workspace.pk):
        made = Group.objects.bulk_create(
            Group(workspace=world.workspace, name=f"group {i}") for i in range(count)
        )
        GroupMember.objects.bulk_create(
            GroupMember(workspace=world.workspace, group=group, member=member)
            for group in made
            for member in people
        )
    return made


def statements(call):
    """Return what was asked of the database, less the mails: one to each, to at most 200."""
    with CaptureQueriesContext(connection) as found:
        call()
    return [query["sql"] for query in found if "accounts_mail" not in query["sql"]]


@pytest.mark.parametrize("count", [1, 100])
def test_a_page_of_users(scim, world, count):
    people = crowd(world, count)
    groups_of(world, people, 2)
    for person in people[:: max(1, count // 5)]:
        path = f"/Users/{person.public_id}"
        scim.patch(path, {"op": "add", "path": "externalId", "value": person.public_id})
    found = statements(lambda: scim.ok("GET", "/Users?count=100"))
    assert len(found) == LIST_USERS, found


@pytest.mark.parametrize("count", [1, 30])
def test_one_user_and_one_group(scim, world, count):
    (person,) = crowd(world, 1)
    group, *_ = groups_of(world, [person, *crowd(world, count, start=1)], count)
    found = statements(lambda: scim.ok("GET", f"/Users/{person.public_id}"))
    assert len(found) == ONE_USER, found
    found = statements(lambda: scim.ok("GET", f"/Groups/{group.public_id}"))
    assert len(found) == ONE_GROUP, found


@pytest.mark.parametrize(("count", "each"), [(1, 1), (100, 30)])
def test_a_page_of_groups(scim, world, count, each):
    groups_of(world, crowd(world, each), count)
    found = statements(lambda: scim.ok("GET", "/Groups?count=100"))
    assert len(found) == LIST_GROUPS, found
    without = statements(lambda: scim.ok("GET", "/Groups?excludedAttributes=members"))
    assert len(without) == LIST_GROUPS - 1


def change(world, people, kind):
    refs = [{"value": person.public_id} for person in people]
    return {
        "one in": {"op": "add", "path": "members", "value": refs[-1]},
        "one out": {"op": "remove", "path": f'members[value eq "{refs[0]["value"]}"]'},
        "other half": {"op": "replace", "path": "members", "value": refs[len(refs) // 2 :]},
        "all": {"op": "add", "path": "members", "value": refs},
    }[kind]


@pytest.mark.parametrize("kind", ["one in", "one out", "other half", "all"])
def test_a_change_of_a_group_of_a_thousand(scim, world, kind):
    counts = set()
    for size in (20, 1000):
        people = crowd(world, size, start=size)
        with lock_workspace(world.workspace.pk):
            group = Group.objects.create(workspace=world.workspace, name=f"g{size}")
            GroupMember.objects.bulk_create(
                GroupMember(workspace=world.workspace, group=group, member=member)
                for member in people[: size * 3 // 4]
            )
        step = change(world, people, kind)
        path = f"/Groups/{group.public_id}?excludedAttributes=members"
        counts.add(len(statements(lambda path=path, step=step: scim.patch(path, step))))
    assert len(counts) == 1, counts
