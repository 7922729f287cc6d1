"""A save takes a fixed number of statements, session and guard among them, for 1 row and many.

A plan is read once under the lock, and handed on to what checks, writes, tells and mails.
"""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Mail
from labels.operations import assigning
from labels.operations.assigning import Assignment
from tests.filled import filled
from tests.world import SYSTEM, acme, build
from workspaces.access.engine import Access
from workspaces.change import lock_workspace
from workspaces.models import Resource
from workspaces.operations.groups import groups
from workspaces.operations.requests import requests
from workspaces.operations.requests.requests import MOST_OPEN, Asked

SIZES = [1, 50]
# Of one person's access: what is named, twice; who it is, their grants and policy; the rows that go
# and come; the event; the mail.
SAVING = 24
CLOSING = 30  # the same where it overtakes a request: what waits, for whom, and an event of that
JOINING = 17


def crowded(size):
    """Return a world where everything that a save reads is there `size` times."""
    people = [f"p{i}@example.org" for i in range(size)]
    labels = [f"k{i}:v" for i in range(size)]
    held = [{"role": "source-read-only", "scope": {"labels": [label]}} for label in labels]
    listed = {
        "role": "source-read-only",
        "scope": {"resources": [f"source/s{i}" for i in range(2)]},
    }
    return build(
        acme(
            labels=["environment:prod", *labels],
            resources=[
                {"type": "source", "slug": f"s{i}", "name": str(i), "labels": ["environment:prod"]}
                for i in range(size + 1)
            ],
            members=[
                {"email": "ada@example.org", "name": "Ada", "owner": True},
                {"email": "cy@example.org", "name": "Cy", "grants": [*held, listed]},
                *({"email": email} for email in people),
            ],
            groups=[
                {"name": f"g{i}", "members": ["cy@example.org"], "grants": [held[0]]}
                for i in range(size)
            ] + [{"name": "crew", "members": [], "grants": held}],
        )
    )  # fmt: skip


def looked_at(answer):
    return re.search(r'name="seen" value="(\w*)"', answer.content.decode())[1]


@pytest.fixture
def ada(client, monkeypatch):
    """Sign ada in to a world, her activity noted already."""
    monkeypatch.setattr("workspaces.asker.ACTIVITY_STEP", timedelta(days=1))
    monkeypatch.setattr("accounts.sessions.STAMP_EVERY", timedelta(days=1))

    def sign_in(world):
        client.force_login(world.user("ada"), backend="accounts.backends.SignInBackend")
        client.get("/w/acme/my-access")
        return client

    return sign_in


def editing(client, world):
    """Return the address of cy's editor and a form that lists another thing, looked at."""
    path = f"/w/acme/members/{world.member('cy').public_id}/access"
    sent = filled(client.get(path), path, blanks="")
    [prefix] = {key.rpartition("-")[0] for key, value in sent.items() if "source/s0" in value}
    sent[f"{prefix}-resources"] = ["source/s1"]
    sent["seen"] = [looked_at(client.post(f"{path}/review", sent))]
    return path, sent


def saved_in(client, path, sent):
    """Send a form; return how many statements that took."""
    mails = Mail.objects.count()
    with CaptureQueriesContext(connection) as captured:
        answer = client.post(path, sent)
    assert answer.status_code == 302
    assert Mail.objects.count() > mails
    return len(captured)


@pytest.mark.parametrize("size", SIZES)
def test_saving_what_somebody_may_do(db, ada, size):
    world = crowded(size)
    client = ada(world)
    path, sent = editing(client, world)
    assert saved_in(client, path, sent) == SAVING
    assert not Access.of(world.member("cy")).check("read", world.resource("source/s0"))


@pytest.mark.parametrize("size", SIZES)
def test_saving_what_overtakes_requests(db, ada, size):
    world = crowded(size)
    client = ada(world)
    path, sent = editing(client, world)
    for i in range(min(size, MOST_OPEN)):
        asked = Asked.of(world.workspace, f"source/s{i}", "edit")
        requests.ask(world.member("cy"), asked, by=world.actor("cy"), message="")
    sent["seen"] = [looked_at(client.post(f"{path}/review", sent))]
    assert saved_in(client, path, sent) == CLOSING
    assert not world.workspace.requests.open().exists()


@pytest.mark.parametrize("size", SIZES)
def test_putting_people_into_a_group(db, ada, size):
    world = crowded(size)
    client = ada(world)
    path = f"/w/acme/groups/{world.group('crew').public_id}/members"
    people = [f"p{i}@example.org" for i in range(size)]
    seen = looked_at(client.post(path, {"people": people}))
    assert saved_in(client, path, {"people": people, "seen": seen}) == JOINING
    assert world.group("crew").memberships.count() == size


def relabel(world):
    """Let one thing fewer carry the label that cy's first grant asks for."""
    label = world.label("environment:prod")
    some = Resource.objects.filter(pk=world.resource("source/s0").pk)
    assigning.assign(world.workspace, Assignment("source", some, take=(label,)), by=SYSTEM)


def test_what_labels_changed_meanwhile_is_noticed_though_nobody_s_grants_did_XI8(db, ada):
    world = crowded(1)
    client = ada(world)
    path = f"/w/acme/members/{world.member('p0').public_id}/access"
    sent = filled(client.get(path), path, blanks="")
    [prefix] = {k.removesuffix("-role") for k, v in sent.items() if v == ["source-admin"]}
    sent |= {f"{prefix}-on": ["on"], f"{prefix}-scope": ["labels"]}
    sent[f"{prefix}-labels"] = ["environment:prod"]
    sent["seen"] = [looked_at(client.post(f"{path}/review", sent))]
    relabel(world)
    assert client.post(path, sent).status_code == 409


def test_what_only_time_changed_is_shown_again_before_it_is_saved_R6(db, ada):
    world = crowded(1)
    client, cy = ada(world), world.member("cy")
    path = f"/w/acme/groups/{world.group('crew').public_id}/members"
    body = {"people": ["cy@example.org"]}
    seen = looked_at(client.post(path, body))
    with lock_workspace(world.workspace.pk):
        cy.grants.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.post(path, {**body, "seen": seen}).status_code == 422
    assert world.group("crew").memberships.count() == 0


def test_what_somebody_changed_elsewhere_does_not_hold_up_a_save(db, ada):
    world = crowded(1)
    client = ada(world)
    path, sent = editing(client, world)
    groups.create(world.workspace, "other", by=SYSTEM)
    assert client.post(path, sent).status_code == 302
