"""Open invites follow when a group or a listed resource goes: by name, and void when empty (I1)."""

import pytest

from tests.cast.directories import NEW, directory_of, put_in, somebody
from tests.cast.invited import ask, link_to
from tests.world import SYSTEM, acme
from workspaces.errors import Conflict
from workspaces.models import Invite
from workspaces.operations.directory import groups as directory_groups
from workspaces.operations.documents import load_document
from workspaces.operations.groups import groups, people, reviews
from workspaces.operations.invites.contents import Offer
from workspaces.operations.members import members
from workspaces.operations.resources import resources
from workspaces.terms import Terms

WAYS = {
    "console": lambda w: groups.delete(w.group("growth"), by=SYSTEM),
    "directory": lambda w: directory_groups.delete(w.group("growth"), by=directory_of(w)),
    "import": lambda _: load_document(acme(groups=[]), by=SYSTEM),
}


def offers_growth(world, email, **more) -> Invite:
    return ask(world, email, Offer(groups=(world.group("growth"),), **more), ident=email)


def told(world) -> dict[str, list[str]]:
    rows = world.workspace.events.newest_first()[:3]
    return next(e.before for e in rows if "invites" in (e.before or {}))


@pytest.mark.parametrize("way", WAYS)
def test_an_invite_that_offered_just_the_group_is_void_with_it_I1(world, way):
    empty = offers_growth(world, "empty@example.org")
    rich = offers_growth(world, "rich@example.org", grants=(Terms("space-admin", "all"),))
    owning = offers_growth(world, "own@example.org", owner=True)
    WAYS[way](world)
    for invite in (empty, rich, owning):
        invite.refresh_from_db()
    assert empty.voided_at
    assert rich.voided_at is None
    assert owning.voided_at is None
    assert told(world)["invites"] == ["empty@example.org", "own@example.org", "rich@example.org"]
    assert told(world)["invites_void"] == ["empty@example.org"]


def test_the_review_names_the_invited_by_address_XI8(world, as_user):
    offers_growth(world, "empty@example.org")
    offers_growth(world, "rich@example.org", grants=(Terms("space-admin", "all"),))
    group = world.group("growth")
    page = as_user("ada").get(f"/w/acme/groups/{group.public_id}/delete").content.decode()
    assert "2 open invites lose it: empty@example.org, rich@example.org." in page
    assert "1 of them would give nothing any more and is void: empty@example.org." in page


def test_an_invite_sent_meanwhile_makes_the_review_another_XI8(world):
    group = world.group("growth")
    seen = reviews.of_deleting(group).digest
    offers_growth(world, "empty@example.org")
    with pytest.raises(Conflict):
        groups.delete(group, by=SYSTEM.having_seen(seen))


def test_what_a_directory_asks_for_outlives_the_group_XL5(world):
    somebody()
    scim = directory_of(world)
    put_in(world, scim)
    people.join(world.group("growth"), [NEW], by=SYSTEM)
    groups.delete(world.group("growth"), by=SYSTEM)
    assert world.workspace.invites.open().filter(email=NEW).exists()


def test_the_link_of_an_invite_that_is_void_by_it_gives_nothing_XE1(world, client):
    offers_growth(world, NEW)
    groups.delete(world.group("growth"), by=SYSTEM)
    client.force_login(somebody(), backend="accounts.backends.SignInBackend")
    assert client.post(link_to(NEW)).status_code == 410


def test_deleting_a_listed_source_says_which_invites_end_I1(world, as_user):
    listed = Terms("source-admin", "resources", resources=(world.resource("source/c"),))
    ask(world, "empty@example.org", Offer(grants=(listed,)))
    page = as_user("ada").get("/w/acme/sources/c/delete").content.decode()
    assert "1 of them would give nothing any more and is void: empty@example.org." in page
    resources.delete(world.resource("source/c"), by=SYSTEM)
    assert Invite.objects.get(email="empty@example.org").voided_at
    assert told(world)["invites_void"] == ["empty@example.org"]


def test_a_document_without_the_source_ends_them_too_I1(world):
    listed = Terms("source-admin", "resources", resources=(world.resource("source/c"),))
    ask(world, "empty@example.org", Offer(grants=(listed,)))
    rest = [r for r in acme()["resources"] if r["slug"] != "c"]
    load_document(acme(resources=rest), by=SYSTEM)
    assert Invite.objects.get(email="empty@example.org").voided_at
    assert told(world)["invites_void"] == ["empty@example.org"]


def test_an_invite_without_a_gift_has_nothing_to_lose(world):
    plain = ask(world, "plain@example.org", Offer())
    groups.delete(world.group("growth"), by=SYSTEM)
    resources.delete(world.resource("source/a"), by=SYSTEM)
    members.remove(world.member("dee"), by=SYSTEM)
    plain.refresh_from_db()
    assert plain.voided_at is None
