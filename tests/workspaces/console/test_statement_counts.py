"""A page needs as many statements for 10,000 rows as for one."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from config.web.lists.listing import ROWS
from tests.world import SYSTEM, World, acme, build
from workspaces.change import lock_workspace
from workspaces.forms.grants.ways import value_in, value_of
from workspaces.models import (
    AccessRequest,
    Event,
    Grant,
    Group,
    Invite,
    InviteGroup,
    Member,
    Review,
    Token,
)
from workspaces.operations.reviews import answering, opening
from workspaces.operations.reviews.answering import Said

pytestmark = pytest.mark.any_database

# Statements of each page, session, user, guard and the frame around it among them.
OWNERS_PAGES = {
    "overview": 27,
    "members": 9,
    "members?q=p&status=member&role=source-admin": 9,
    "members?no_mfa=on": 9,
    "members?no_sso=on": 9,
    "members/{member}": 21,
    "members/{member}?tab=groups": 13,
    "members/{member}?tab=activity": 13,
    "members/{member}/access": 20,
    "members/invited": 9,
    "members/invited/{invite}": 23,
    "members/invite": 8,
    "members/{member}/compare?with=ada@example.org": 19,
    "members/{member}/view-as": 16,
    "members/{member}/view-as?type=source": 8,
    "members/{member}/copy": 5,
    "members/{member}/what-if?{ways}&on=source/s0": 27,
    "members/{member}/remove": 22,
    "members/{member}/owner": 5,
    "members/export?matching=on&filters=q%3Dp": 5,
    "members/bulk/group?matching=on": 5,
    "members/bulk/role?matching=on": 5,
    "members/bulk/remove?matching=on": 26,
    "groups": 7,
    "groups/{group}": 22,
    "groups/{group}?tab=members": 14,
    "groups/{group}?tab=activity": 14,
    "groups/{group}/access": 20,
    "groups/{group}/delete": 25,
    "groups/{group}/duplicate": 6,
    "groups/{group}/members?people=p0@example.org": 10,
    "groups/{group}/members/move?people=p0@example.org": 6,
    "groups/{group}/members/remove?people=p0@example.org": 18,
    "labels": 6,
    "labels/new?name=k0:new": 6,
    "labels/environment:prod": 9,
    "labels/environment:prod/delete": 9,
    "labels/k0:v0/replace?new=environment:prod": 19,
    "labels/assign": 6,
    "labels/assign/review?type=source&every=1&take=environment:prod": 19,
    "sources/s0/labels?key-environment=": 16,
    "tokens": 7,
    "tokens?q=t&state=unused&sort=-used": 7,
    "tokens/new": 6,
    "tokens/{token}": 14,
    "tokens/{token}/access": 14,
    "tokens/{token}/rotate": 5,
    "tokens/{token}/revoke": 6,
    "audit": 7,
    "audit/2": 12,
    "check?who=p0@example.org&do=edit&which=source/s0": 10,
    "my-access": 15,
    "requests": 5,
    "requests?status=open&q=p": 5,
    "requests/{request}": 20,
    "reviews": 6,
    "reviews?q=a&state=open&sort=-name": 6,
    "reviews/new": 7,
    "reviews/new?covers=people&idle=on&group=g0": 10,
    "reviews/{review}": 21,
    "reviews/{review}?q=p": 21,
    "reviews/{review}/items/1": 40,
    "settings/general": 4,
    "settings/scim": 9,
    "settings/scim/new": 4,
    "settings/support": 6,
    "settings/support/close": 5,
    "settings/sign-in": 7,
    "sources": 10,
    "sources?q=s&label=environment:prod&columns=k1": 11,
    "sources/new": 4,
    "sources/s0": 8,
    "sources/s0/people": 21,
    "sources/s0/people?q=p&level=reaches&by=group&sort=-name": 21,
    "sources/s0/people?{ways}": 37,
    "sources/s0/history": 6,
    "sources/s0/edit": 5,
    "sources/s0/delete": 17,
    "sources/s0/connect": 5,
    "sources/s0/disconnect/warehouses/w0": 7,
    "destinations/new?source=s0": 5,
    "warehouses": 8,
    "views/members?role=source-admin&sort=-name": 5,
}
# After the last member, and so on the only page of a small workspace, stand invites.
WITH_INVITES = {
    "members", "members/{member}", "members/{member}?tab=groups", "members/{member}?tab=activity",
}  # fmt: skip
FOR_INVITES = 5
REMOVED, EDITED = "members/{member}/remove", "members/{member}/access"
COMPARED_WITH_ALL = "members/{member}/compare?with=ada@example.org"
MEMBERS_PAGES = {
    "my-access": 22,
    "sources": 11,
    "sources/s0": 12,
    "sources/s0/people": 16,
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
        "ways": some_ways(world.member("p0"), world.group("g0")),
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
            if "groups/{group}/delete" in found:
                found["groups/{group}/delete"] += 4  # two more people to name things of
            for page in {COMPARED_WITH_ALL, REMOVED, EDITED} & found.keys():
                found[page] += 1  # nothing more is left to name
        assert found == expected


def some_ways(member: Member, group: Group) -> str:
    """Tick a grant of somebody's own, and their place in a group."""
    own = member.grants.order_by("pk")[0]
    return urlencode({"way": [value_of(member, own), value_in(member, group)]}, doseq=True)


def statements(client: Client, page: str) -> int:
    """Return how many statements a page takes; it shows no more rows than one page has."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(f"/w/acme/{page}")
    assert answer.status_code == 200, page
    assert answer.content.count(b"<tr") <= ROWS + 1, page
    return len(captured)
