"""However much a workspace holds, a page reads a page of rows: no statement brings back more."""

import json

import pytest
from django.db import connection
from django.db.backends.utils import CursorWrapper

from config.web.lists.listing import ROWS
from tests.api.conftest import secret_for
from tests.workspaces.console.test_statement_counts import big
from workspaces.change import lock_workspace
from workspaces.models import GroupMember

HOLDS = 500
# Of everybody on a page the grants and labels, and two kinds of things a panel shows.
AT_MOST = 5 * ROWS
LISTS = (
    "overview", "members", "members?q=p&role=source-admin", "members?group=g1&sort=-active",
    "members/{member}", "members/{member}?tab=groups", "members/invited", "groups?sort=people",
    "groups/{group}", "groups/{group}?tab=members", "tokens", "labels",
    "labels/environment:prod", "audit", "audit?about=member/{member}", "requests", "my-access",
    "sources", "sources?q=s&label=environment:prod", "destinations", "warehouses", "sources/s0",
    "sources/s0/people", "jump?q=p", "jump?q=s", "check?who=p0@example.org&do=edit&which=source/s0",
    "members/{member}/compare?with=p1@example.org", "members/{member}/view-as?type=source",
)  # fmt: skip
PICKERS = ("pick/members?q=p", "pick/groups?q=g", "pick/labels?q=k", "pick/sources?q=s")
# Its list of labels is the exception: that comes whole, as the interface has it.
API = (
    "users", "groups", "groups/{group}/users", "sources", "destinations", "warehouses",
    "invites", "roles", "audit-events",
)  # fmt: skip
SEARCHES = (
    ("resource", {"subject": {"type": "user", "id": "p1@example.org"},
                  "action": {"name": "read"}, "resource": {"type": "source"}}),
    ("subject", {"subject": {"type": "user"}, "action": {"name": "read"},
                 "resource": {"type": "source", "id": "s0"}}),
)  # fmt: skip


class Counted(CursorWrapper):
    """A cursor that counts the rows each of its statements brings back."""

    most = 0

    def execute(self, *args):
        self.rows = 0
        return super().execute(*args)

    def fetchmany(self, *args):
        return self._seen(self.cursor.fetchmany(*args))

    def fetchall(self):
        return self._seen(self.cursor.fetchall())

    def fetchone(self):
        return self.cursor.fetchone()

    def _seen(self, rows):
        self.rows += len(rows)
        Counted.most = max(Counted.most, self.rows)
        return rows


@pytest.fixture
def most(monkeypatch):
    """Return the most rows a statement brought back while something was done."""
    monkeypatch.setattr(connection, "make_cursor", lambda cursor: Counted(cursor, connection))

    def of(do):
        Counted.most = 0
        answer = do()
        assert answer.status_code == 200, answer.content
        return Counted.most

    return of


@pytest.fixture
def world(db):
    """A world with many of everything, where nobody is in more than a few groups."""
    found = big(HOLDS)
    with lock_workspace(found.workspace.pk):
        GroupMember.objects.filter(member=found.member("p0")).delete()
    return found


def test_no_page_reads_more_than_a_page(world, most, as_user):
    client = as_user("ada")
    words = {"member": world.member("p1").public_id, "group": world.group("g0").public_id}
    pages = [f"/w/acme/{page.format(**words)}" for page in (*LISTS, *PICKERS)]
    found = {page: most(lambda page=page: client.get(page)) for page in pages}
    assert {page: n for page, n in found.items() if n > AT_MOST} == {}
    assert found["/w/acme/members"] >= ROWS  # and it does count


def test_no_call_of_the_public_api_reads_more_than_a_page(world, most, client):
    secret = secret_for(world.workspace, "workspace-owner")
    headers = {"Authorization": f"Bearer {secret}"}
    paths = [f"/api/{path.format(group=world.group('g0').public_id)}" for path in API]
    asked = "?pagination.count=50"
    found = {p: most(lambda p=p: client.get(p + asked, headers=headers)) for p in paths}
    assert {path: n for path, n in found.items() if n > AT_MOST} == {}


@pytest.mark.parametrize(("search", "body"), SEARCHES)
def test_no_search_of_the_decision_api_reads_more_than_a_page(world, most, client, search, body):
    secret = secret_for(world.workspace, "decision-reader")
    headers = {"Authorization": f"Bearer {secret}"}
    address, text = f"/access/v1/search/{search}", json.dumps(body)
    post = lambda: client.post(address, text, content_type="application/json", headers=headers)  # noqa: E731
    assert most(post) <= AT_MOST
