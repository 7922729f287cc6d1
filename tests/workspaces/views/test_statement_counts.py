"""A page needs as many statements for 10,000 rows as for one."""

from datetime import timedelta

import pytest
from django.utils import timezone

from config.web.listing import ROWS
from tests.world import World, acme, build
from workspaces.locks import lock_workspace
from workspaces.models.event import Event
from workspaces.models.grant import Grant
from workspaces.models.invite import Invite, InviteGroup
from workspaces.models.request import AccessRequest
from workspaces.models.token import Token

# Statements of each page, session, user, guard and the frame around it among them.
OWNERS_PAGES = {
    "overview": 22,
    "members": 20,
    "members?q=p&status=member&role=source-admin": 20,
    "members?no_mfa=on": 20,
    "members/{member}": 31,
    "members/{member}?tab=groups": 25,
    "members/{member}?tab=activity": 24,
    "members/{member}/access": 24,
    "members/invited": 14,
    "members/invited/{invite}": 28,
    "members/invite": 10,
    "members/{member}/compare?with=ada@example.org": 20,
    "members/{member}/view-as": 16,
    "members/{member}/view-as?type=source": 11,
    "members/{member}/copy": 7,
    "members/{member}/remove": 11,
    "members/{member}/owner": 7,
    "members/export?matching=on&filters=q%3Dp": 7,
    "members/bulk/group?matching=on": 7,
    "members/bulk/role?matching=on": 7,
    "members/bulk/remove?matching=on": 29,
    "groups": 13,
    "groups/{group}": 23,
    "groups/{group}?tab=members": 17,
    "groups/{group}?tab=activity": 16,
    "groups/{group}/access": 29,
    "groups/{group}/delete": 14,
    "groups/{group}/duplicate": 8,
    "groups/{group}/members?people=p0@example.org": 13,
    "groups/{group}/members/move?people=p0@example.org": 8,
    "groups/{group}/members/remove?people=p0@example.org": 14,
    "labels": 8,
    "labels/new?name=k0:new": 8,
    "labels/environment:prod": 13,
    "labels/environment:prod/delete": 13,
    "labels/k0:v0/replace?new=environment:prod": 21,
    "labels/assign": 9,
    "labels/assign/review?type=source&every=1&take=environment:prod": 22,
    "sources/s0/labels?key-environment=": 18,
    "tokens": 12,
    "tokens?q=t&state=unused&sort=-used": 12,
    "tokens/new": 8,
    "tokens/{token}": 20,
    "tokens/{token}/access": 16,
    "tokens/{token}/rotate": 7,
    "tokens/{token}/revoke": 8,
    "audit": 9,
    "audit/2": 13,
    "check?who=p0@example.org&do=edit&which=source/s0": 14,
    "my-access": 10,
    "requests": 8,
    "requests?status=open&q=p": 8,
    "requests/{request}": 19,
    "settings/general": 6,
    "settings/support": 8,
    "settings/support/close": 7,
    "settings/sign-in": 9,
    "sources": 14,
    "sources?q=s&label=environment:prod&columns=k1": 14,
    "sources/new": 6,
    "sources/s0": 12,
    "sources/s0/people": 16,
    "sources/s0/history": 8,
    "sources/s0/edit": 7,
    "sources/s0/delete": 17,
    "sources/s0/connect": 7,
    "sources/s0/disconnect/warehouses/w0": 9,
    "destinations/new?source=s0": 7,
    "warehouses": 11,
}
# After the last member, and so on the only page of a small workspace, stand invitations.
WITH_INVITATIONS = {
    "members", "members/{member}", "members/{member}?tab=groups", "members/{member}?tab=activity",
}  # fmt: skip
FOR_INVITATIONS = 7
COMPARED_WITH_ALL = "members/{member}/compare?with=ada@example.org"
SESSION_RULE = 1  # on every page beside its own
MEMBERS_PAGES = {
    "my-access": 14,
    "sources": 13,
    "sources/s0": 13,
    "sources/s0/people": 17,
    "sources/s0/edit": 7,
    "sources/s0/delete": 16,
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
        invitations_and_requests(world, size)
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


def invitations_and_requests(world: World, size: int) -> None:
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


@pytest.mark.parametrize("size", [1, 50, 10_000])
def test_statements_do_not_grow_with_rows(db, client, size, django_assert_num_queries, monkeypatch):
    # Activity is noted once a minute; many rows take longer than that, so here once a day.
    monkeypatch.setattr("workspaces.guards.ACTIVITY_STEP", timedelta(days=1))
    monkeypatch.setattr("accounts.sessions.STAMP_EVERY", timedelta(days=1))
    world = big(size)
    words = {
        "token": world.workspace.tokens.get(name="t0").public_id,
        "member": world.member("p0").public_id,
        "group": world.group("g0").public_id,
        "request": world.workspace.requests.first().public_id,
        "invite": world.workspace.invites.by_address()[0].public_id,
    }
    for name, pages in (("ada", OWNERS_PAGES), ("p0", MEMBERS_PAGES)):
        client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
        client.get("/w/acme/my-access")  # notes the activity once a minute
        for page, expected in pages.items():
            more = FOR_INVITATIONS if size == 1 and page in WITH_INVITATIONS else 0
            more -= size == 1 and page == COMPARED_WITH_ALL  # nothing more is left to name
            with django_assert_num_queries(expected + more + SESSION_RULE, info=page):
                answer = client.get(f"/w/acme/{page.format(**words)}")
            assert answer.status_code == 200
            assert answer.content.count(b"<tr") <= ROWS + 1
