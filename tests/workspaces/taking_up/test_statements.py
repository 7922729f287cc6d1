"""What can be taken up costs pages no statement: 500 people hold 10 such grants each (U9, W8)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client

from tests.workspaces.console.test_statement_counts import statements
from tests.world import World, acme, build

pytestmark = pytest.mark.any_database

PEOPLE, HELD = 500, 10
FREE = {"eligible": {"proof": False}}
OWNERS_PAGES = (
    "members", "members?q=p&status=member&role=source-read-only", "members/{member}",
    "members/{member}?tab=groups", "check?who=p0@example.org&do=read&which=source/a",
    "groups", "groups/{group}", "groups/{group}?tab=members", "sources", "sources/a/people",
)  # fmt: skip
OWN_PAGES = ("my-access", "check?who=p0@example.org&do=read&which=source/a", "sources", "sources/a")


def crowded(*, eligible: bool) -> World:
    """Return a world of people who hold something, and perhaps could take up much more."""
    emails = [f"p{number}@example.org" for number in range(PEOPLE)]
    things = [
        {"type": "source", "slug": f"s{number}", "name": f"S {number}"} for number in range(HELD)
    ]
    more = [
        {"role": "source-admin", "scope": {"resources": [f"source/s{number}"]}, **FREE}
        for number in range(HELD)
    ]
    standing = {"role": "source-read-only", "scope": {"labels": ["environment:prod"]}}
    document = acme()
    document["resources"] += things
    document["members"] += [
        {"email": email, "grants": [standing, *(more if eligible else ())]} for email in emails
    ]
    document["groups"] += [{"name": "pager", "members": emails, "grants": []}]
    if eligible:
        document["groups"][0]["members"] += [{"email": email, **FREE} for email in emails]
    return build(document)


def counted(client: Client, *, eligible: bool) -> dict[tuple[str, str], int]:
    """Return how many statements each page takes in such a world, which is undone then."""
    found = {}
    with transaction.atomic():
        world = crowded(eligible=eligible)
        words = {
            "member": world.member("p0").public_id, "group": world.group("growth").public_id
        }  # fmt: skip
        for name, pages in (("ada", OWNERS_PAGES), ("p0", OWN_PAGES)):
            client.force_login(world.user(name), backend="accounts.backends.SignInBackend")
            client.get("/w/acme/my-access")  # notes the activity once a minute
            found |= {(name, page): statements(client, page.format(**words)) for page in pages}
        transaction.set_rollback(True)
    return found


def test_pages_take_as_many_statements_with_what_is_eligible_as_without_W8_U9(
    db, client, monkeypatch
):
    monkeypatch.setattr("workspaces.asker.ACTIVITY_STEP", timedelta(days=1))
    monkeypatch.setattr("accounts.sessions.STAMP_EVERY", timedelta(days=1))
    without = counted(client, eligible=False)
    assert counted(client, eligible=True) == without
