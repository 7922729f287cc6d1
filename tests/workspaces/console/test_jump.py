"""The palette finds what the asker may see, by a few letters, and nothing else (R9)."""

import re

import pytest

from config.web.lists.filters import LONGEST
from labels.models import Label
from tests.world import OTHER, SYSTEM, build
from workspaces.change import lock_workspace
from workspaces.models import Resource
from workspaces.operations.groups import groups
from workspaces.operations.invites import invites
from workspaces.operations.invites.contents import Offer
from workspaces.operations.resources import resources
from workspaces.operations.tokens import tokens

HITS = {"HX-Request": "true", "HX-Target": "hits"}


def titles(page):
    return re.findall(r'class="hits-title"[^>]*>([^<]*)<', page.raw)


def found(page):
    return re.findall(r"<strong>([^<]*)</strong>", page.raw.partition('id="hits"')[2])


def test_owners_find_people_groups_labels_and_resources(see):
    page = see("ada", "jump?q=o", **HITS)
    assert titles(page) == ["People", "Groups", "Labels", "Resources", "Actions", "Pages"]
    assert "<html" not in page.raw


def test_what_begins_with_the_text_stands_before_what_holds_it(see, world):
    for name in ("a car", "car park"):
        groups.create(world.workspace, name, by=SYSTEM)
    page = see("ada", "jump?q=car", **HITS)
    assert found(page)[:2] == ["car park", "a car"]


@pytest.mark.parametrize(
    ("text", "hit"),
    [("bo@ex", "Bo Diddley"), ("DIDDLEY", "Bo Diddley"), ("environment:pr", "environment:prod"),
     ("source a", "Source A"), ("audit", "Audit trail"), ("check", "Check access…"),
     ("invite", "Invite people…"), ("new gr", "New group")],
)  # fmt: skip
def test_each_kind_is_found_by_any_of_its_names(see, text, hit):
    assert hit in found(see("ada", f"jump?q={text}", **HITS))


def first(see, text):
    """Return the title of the first kind, and the first hit with what stands beside it."""
    kind = see("ada", f"jump?q={text}").answer.context["kinds"][0]
    return kind.title, kind.found[0].text, kind.found[0].note


def test_whoever_bears_the_name_stands_first_whatever_they_are_N4(see, world):
    for name in ("a", "a car"):
        groups.create(world.workspace, name, by=SYSTEM)
    assert first(see, "A") == ("Groups", "a", "group")
    assert first(see, "source b") == ("Resources", "Source B", "Source · b")
    assert first(see, "source/B") == ("Resources", "Source B", "Source · b")
    assert first(see, "BO@example.org") == ("People", "Bo Diddley", "bo@example.org")
    assert first(see, "environment:prod") == ("Labels", "environment:prod", "")


def test_owners_find_tokens_and_open_invites_and_nobody_else_does(see, world):
    tokens.create(world.workspace, "nightly source import", by=SYSTEM, policy=[])
    gone, _secret = tokens.create(world.workspace, "nightly gone", by=SYSTEM, policy=[])
    tokens.revoke(gone, by=SYSTEM)
    address = ["night.watch@example.org"]
    invites.send(world.workspace, address, Offer(), by=world.actor("ada"), ident="once")
    page = see("ada", "jump?q=night", **HITS)
    assert found(page) == ["nightly source import", "night.watch@example.org"]
    assert "invited, not yet accepted" in page
    assert titles(page) == ["Tokens", "Invites"]
    for link in page.links():
        assert see("ada", link.removeprefix("/w/acme/")).status == 200
    for name in ("cy", "dee"):
        assert found(see(name, "jump?q=night", **HITS)) == []


def test_a_thing_is_found_by_the_slug_it_had_R13(see, world):
    resources.rename(world.resource("source/b"), "Source B", slug="other", by=SYSTEM)
    assert first(see, "source/b")[1] == "Source B"


def test_members_find_their_own_resources_and_pages_only(see):
    page = see("cy", "jump?q=a", **HITS)
    assert "Source A" in found(page)
    assert not {"Source B", "Ada Lovelace", "growth", "Audit trail"} & set(found(page))
    assert titles(page) == ["Resources", "Actions", "Pages"]


def test_minimal_access_finds_pages_and_nothing_that_is_there(see):
    page = see("dee", "jump?q=source", **HITS)
    assert found(page) == ["Sources"]


def test_nothing_of_another_workspace_is_found_XA3(see):
    build(OTHER)
    page = see("ada", "jump?q=quixot", **HITS)
    assert found(page) == []
    assert "Nothing matches" in page


def test_every_hit_opens_for_who_found_it(see, as_user):
    for name, texts in (("ada", ("", "b")), ("cy", ("", "a"))):
        for text in texts:
            links = [url for url in see(name, f"jump?q={text}", **HITS).links() if url[0] == "/"]
            assert links
            for url in links:
                assert as_user(name).get(url).status_code in {200, 302}, (name, url)


def test_without_a_text_it_offers_pages_and_actions(see):
    assert titles(see("ada", "jump", **HITS)) == ["Actions", "Pages"]


def test_without_script_it_is_a_page_with_a_search(see):
    page = see("ada", "jump?q=growth")
    assert "<html" in page.raw
    assert 'value="growth"' in page.raw
    assert "growth" in found(page)


@pytest.mark.parametrize("text", ["<img onerror>", "%", "_", "'", "\\", "a" * 5000, "environment:"])
def test_any_text_is_only_text_XI1_XJ1(see, text):
    page = see("ada", "jump", **HITS).answer.client.get("/w/acme/jump", {"q": text})
    assert page.status_code == (422 if len(text) > LONGEST else 200)
    assert "<img onerror" not in page.content.decode()


def test_at_most_eight_of_a_kind_and_the_way_to_all_of_them(see, world):
    for number in range(12):
        groups.create(world.workspace, f"team {number:02}", by=SYSTEM)
    page = see("ada", "jump?q=team", **HITS)
    assert len(found(page)) == 8
    assert "/w/acme/groups?q=team" in page.links()


@pytest.mark.parametrize("size", [1, 500])
def test_statements_do_not_grow(world, as_user, size, django_assert_max_num_queries):
    add_resources(world, size)
    client = as_user("ada")
    client.get("/w/acme/jump")
    with django_assert_max_num_queries(25):
        client.get("/w/acme/jump?q=thing", headers=HITS)


def test_each_statement_stops_after_a_few_rows(world, as_user, django_assert_max_num_queries):
    add_resources(world, 50)
    client = as_user("ada")
    with django_assert_max_num_queries(25) as seen:
        client.get("/w/acme/jump?q=thing", headers=HITS)
    for query in seen.captured_queries:
        if "LIKE" in query["sql"]:
            assert query["sql"].rstrip().endswith(("LIMIT 9", "LIMIT 20"))


def add_resources(world, size):
    with lock_workspace(world.workspace.pk) as workspace:
        Resource.objects.bulk_create(
            Resource(workspace=workspace, type="source", slug=f"t{i}", name=f"Thing {i}")
            for i in range(size)
        )
        Label.objects.bulk_create(
            Label(workspace=workspace, key=f"thing{i}", value="v") for i in range(min(size, 500))
        )
