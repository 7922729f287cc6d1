"""A page needs as many statements for 10,000 rows as for one."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.web.lists.listing import ROWS
from tests.world import SYSTEM, World, acme, build
from workspaces.change import lock_workspace
from workspaces.models import AccessRequest, Event, Grant, Invite, InviteGroup, Review, Token
from workspaces.operations.reviews import answering, opening
from workspaces.operations.reviews.answering import Said

pytestmark = pytest.mark.any_database

# Statements of each page, session, user, guard and the frame around it among them.
OWNERS_PAGES = {
    "overview": 23,
    "members": 10,
    "members?q=p&status=member&role=source-admin": 10,
    "members?no_mfa=on": 10,
    "members?no_sso=on": 10,
    "members/{member}": 22,
    "members/{member}?tab=groups": 14,
    "members/{member}?tab=activity": 14,
    "members/{member}/access": 19,
    "members/invited": 10,
    "members/invited/{invite}": 24,
    "members/invite": 9,
    "members/{member}/compare?with=ada@example.org": 20,
    "members/{member}/view-as": 17,
    "members/{member}/view-as?type=source": 9,
    "members/{member}/copy": 6,
    "members/{member}/remove": 10,
    "members/{member}/owner": 6,
    "members/export?matching=on&filters=q%3Dp": 6,
    "members/bulk/group?matching=on": 6,
    "members/bulk/role?matching=on": 6,
    "members/bulk/remove?matching=on": 27,
    "groups": 8,
    "groups/{group}": 23,
    "groups/{group}?tab=members": 15,
    "groups/{group}?tab=activity": 15,
    "groups/{group}/access": 25,
    "groups/{group}/delete": 16,
    "groups/{group}/duplicate": 7,
    "groups/{group}/members?people=p0@example.org": 12,
    "groups/{group}/members/move?people=p0@example.org": 7,
    "groups/{group}/members/remove?people=p0@example.org": 13,
    "labels": 7,
    "labels/new?name=k0:new": 7,
    "labels/environment:prod": 10,
    "labels/environment:prod/delete": 10,
    "labels/k0:v0/replace?new=environment:prod": 20,
    "labels/assign": 7,
    "labels/assign/review?type=source&every=1&take=environment:prod": 20,
    "sources/s0/labels?key-environment=": 17,
    "tokens": 8,
    "tokens?q=t&state=unused&sort=-used": 8,
    "tokens/new": 7,
    "tokens/{token}": 15,
    "tokens/{token}/access": 15,
    "tokens/{token}/rotate": 6,
    "tokens/{token}/revoke": 7,
    "audit": 7,
    "audit/2": 11,
    "check?who=p0@example.org&do=edit&which=source/s0": 13,
    "my-access": 16,
    "requests": 6,
    "requests?status=open&q=p": 6,
    "requests/{request}": 21,
    "reviews": 7,
    "reviews?q=a&state=open&sort=-name": 7,
    "reviews/new": 8,
    "reviews/new?covers=people&idle=on&group=g0": 11,
    "reviews/{review}": 22,
    "reviews/{review}?q=p": 22,
    "reviews/{review}/items/1": 41,
    "settings/general": 5,
    "settings/scim": 10,
    "settings/scim/new": 5,
    "settings/support": 7,
    "settings/support/close": 6,
    "settings/sign-in": 8,
    "sources": 11,
    "sources?q=s&label=environment:prod&columns=k1": 11,
    "sources/new": 5,
    "sources/s0": 9,
    "sources/s0/people": 17,
    "sources/s0/history": 7,
    "sources/s0/edit": 6,
    "sources/s0/delete": 18,
    "sources/s0/connect": 6,
    "sources/s0/disconnect/warehouses/w0": 8,
    "destinations/new?source=s0": 6,
    "warehouses": 9,
}
# After the last member, and so on the only page of a small workspace, stand invites.
WITH_INVITES = {
    "members", "members/{member}", "members/{member}?tab=groups", "members/{member}?tab=activity",
}  # fmt: skip
FOR_INVITES = 5
COMPARED_WITH_ALL = "members/{member}/compare?with=ada@example.org"
MEMBERS_PAGES = {
    "my-access": 22,
    "sources": 11,
    "sources/s0": 12,
    "sources/s0/people": 19,
    "sources/s0/edit": 7,
    "sources/s0/delete": 17,
    "sources/s0/connect": 7,
    "destinations/new?source=s0": 7,
}


def big(size: int) -> World:
    """Return a world with `size` of everything, everybody in everything that counts."""
    emails = [f"p{i}@example.org" for i in range(size)]
    labels = [f"k{i % 5}:v{i}" for i in range(size)]
    world = build(
        acme(
            labels=["environment:prod", *labels],
            resources=[
                {"type": "source", "slug": f"s{i}", "name": f"S {i}",
                 "labels": ["environment:prod", labels[i]]}
                for i in range(size)
            ] + [
                {"type": "destination", "slug": f"d{i}", "name": f"D {i}", "source": "source/s0"}
                for i in range(size)
            ] + [
                {"type": "warehouse", "slug": f"w{i}", "name": f"W {i}",
                 "connected": ["source/s0"]}
                for i in range(size)
            ],
            members=[{"email": "ada@example.org", "name": "Ada", "owner": True}] + [
                {"email": email, "grants": [
                    {"role": "source-admin", "scope": {"resources": ["source/s0"]}},
                    {"role": "source-read-only", "scope": {"labels": ["environment:prod"]},
                     "expires": "2199-01-01T00:00:00Z"},
                ]}
                for email in emails
            ],
            groups=[
                {"name": f"g{i}", "members": emails if i == 0 else ["p0@example.org"],
                 "grants": [{"role": "source-read-only", "scope": {"labels": [labels[i]]}}]}
                for i in range(size)
            ],
        )
    )  # fmt: skip
    with lock_workspace(world.workspace.pk):
        tokens_and_events(world, size)
        invites_and_requests(world, size)
    return world


def tokens_and_events(world: World, size: int) -> None:
    workspace = world.workspace
    tokens = Token.objects.bulk_create(
        Token(workspace=workspace, name=f"t{i}", secret_hash="x") for i in range(size)
    )
    Grant.objects.bulk_create(
        Grant(workspace=workspace, token=token, role="source-admin", scope="all")
        for token in tokens
    )
    Event.objects.bulk_create(
        Event(workspace=workspace, number=i + 2, at=timezone.now(), actor_kind="user",
              actor_name="ada@example.org", action="group.created", target_type="member",
              target_id=world.member("p0").public_id, target_name="x", digest="x")
        for i in range(size)
    )  # fmt: skip


def invites_and_requests(world: World, size: int) -> None:
    workspace = world.workspace
    ada = world.user("ada")
    soon = timezone.now() + timedelta(days=1)
    invites = Invite.objects.bulk_create(
        Invite(
            workspace=workspace,
            email=f"i{i}@example.org",
            link_hash=f"{i}",
            sent_by=ada,
            expires_at=soon,
        )
        for i in range(size)
    )
    Grant.objects.bulk_create(
        Grant(workspace=workspace, invite=invite, role="source-admin", scope="all")
        for invite in invites
    )
    InviteGroup.objects.bulk_create(
        InviteGroup(workspace=workspace, invite=invite, group=world.group("g0"))
        for invite in invites[:60]
    )
    AccessRequest.objects.bulk_create(
        AccessRequest(workspace=workspace, member=member, action="delete",
                      asked_for="warehouse/w0", resource=world.resource("warehouse/w0"))
        for member in workspace.members.filter(owner=False)
    )  # fmt: skip


def a_review(world: World) -> Review:
    """Open a review of whatever is given by a label; some of it is answered."""
    words = opening.Asked("All", "labels", timezone.now().date() + timedelta(days=14))
    prod = world.label("environment:prod").pk
    review = opening.open_review(
        world.workspace, words, lambda workspace: workspace.labels.filter(pk=prod), by=SYSTEM
    )
    ends = timezone.now() + timedelta(days=30)
    items = review.items.filter(way="grant").in_order()
    said = (Said("keep"), Said("end", ends), Said("remove"))
    for item, one in zip(items[:3], said, strict=False):
        answering.answer(review, [item.number], one, by=world.actor("ada"))
    return review


@pytest.mark.parametrize("size", [1, 50, 10_000])
def test_statements_do_not_grow_with_rows(db, client, size, monkeypatch):
    # Activity is noted once a minute; many rows take longer than that, so here once a day.
    monkeypatch.setattr("workspaces.asker.ACTIVITY_STEP", timedelta(days=1))
    monkeypatch.setattr("accounts.sessions.STAMP_EVERY", timedelta(days=1))
    world = big(size)
    words = {
        "token": world.workspace.tokens.get(name="t0").public_id,
        "member": world.member("p0").public_id,
        "group": world.group("g0").public_id,
        "request": world.workspace.requests.first().public_id,
        "invite": world.workspace.invites.by_address()[0].public_id,
        "review": a_review(world).public_id,
    }
    for name, expected in (("ada", OWNERS_PAGES), ("p0", MEMBERS_PAGES)):
        client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
        client.get("/w/acme/my-access")  # notes the activity once a minute
        found = {page: statements(client, page.format(**words)) for page in expected}
        if size == 1:
            for page in WITH_INVITES & found.keys():
                found[page] -= FOR_INVITES
            for page in {COMPARED_WITH_ALL} & found.keys():
                found[page] += 1  # nothing more is left to name
        assert found == expected


def statements(client: Client, page: str) -> int:
    """Return how many statements a page takes; it shows no more rows than one page has."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/w/acme/{page}")
    assert answer.status_code == 200, page
    assert answer.content.count(b"<tr") <= ROWS + 1, page
    return len(captured)
