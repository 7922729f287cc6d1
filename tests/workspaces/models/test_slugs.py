"""Slugs of things: what they are made of, told apart without case, changed, and leading on."""

from dataclasses import replace
from io import StringIO

import pytest
from django.core.management import call_command

from tests.api.conftest import Caller, secret_for
from tests.world import OTHER, SYSTEM, acme, build, everything, give_grants, take_grants
from workspaces.access.engine import Access
from workspaces.catalogue import Scope
from workspaces.errors import Conflict, Refused
from workspaces.models import FormerSlug
from workspaces.operations.documents import dump_document, load_document
from workspaces.operations.resources import resources
from workspaces.operations.trail import undo
from workspaces.terms import Terms

HERE = "/w/acme/sources"


def rename(world, slug, ref="source/a", **options):
    thing = world.resource(ref)
    return resources.rename(thing, thing.name, slug=slug, by=SYSTEM, **options)


@pytest.fixture
def call(client, world):
    return Caller(client, secret_for(world.workspace, "workspace-owner", name="owner"))


def decides(client, world, slug, type_="source"):
    body = {
        "subject": {"type": "user", "id": "cy@example.org"},
        "action": {"name": "read"},
        "resource": {"type": type_, "id": slug},
    }
    secret = secret_for(world.workspace, "decision-reader")
    answer = client.post(
        "/access/v1/evaluation", body, "application/json",
        headers={"Authorization": f"Bearer {secret}"},
    )  # fmt: skip
    return answer.json()["decision"]


@pytest.mark.parametrize("slug", ["A", "a", "Web_Prod", "0", "x" * 63, "a-", "a_", "NEW"])
def test_what_a_slug_is_made_of_comes_back_as_it_was_sent(world, call, slug):
    body = {"slug": slug, "enabled": True, "metadataId": "ios"}
    if slug.lower() == "a":
        assert call.error("POST", "/sources", body, status=409)["field"] == "slug"
        return
    made = call.data("POST", "/sources", body, status=201)["source"]
    assert made["slug"] == slug
    exported = [r["slug"] for r in dump_document(world.workspace)["resources"]]
    assert slug in exported


@pytest.mark.parametrize(
    "slug", ["", " ", "-a", "_a", "a b", "a.b", "ä", "a/b", "x" * 64, "a\u200b", "\uff41", "a\nb"]
)
def test_what_is_no_slug_is_refused_at_every_door_N1(world, call, as_user, slug):
    path = f"/sources/{world.resource('source/b').public_id}"
    before = everything()["workspaces.Resource"]
    body = {"slug": slug, "enabled": True, "metadataId": "ios"}
    made = call("POST", "/sources", body)
    if slug != "a\u200b":  # cut at the end, like any blank: then it is taken
        assert (made.status_code, made.json()["errors"][0]["field"]) == (422, "slug")
        assert call.error("PATCH", path, {"slug": slug}, status=422)["field"] == "slug"
    if slug.strip():
        fields = {"name": "X", "slug": slug}
        assert as_user("ada").post(f"{HERE}/new", fields).status_code in {400, 422}
    assert everything()["workspaces.Resource"] == before


def test_two_slugs_are_the_same_without_regard_to_case_N2(world, call, as_user):
    with pytest.raises(Refused):
        resources.create(world.workspace, "source", "A", "X", by=SYSTEM)
    path = f"/sources/{world.resource('source/b').public_id}"
    assert call.error("PATCH", path, {"slug": "A"}, status=409)["field"] == "slug"
    assert as_user("ada").post(f"{HERE}/new", {"name": "X", "slug": "A"}).status_code == 422
    resources.create(world.workspace, "function", "A", "X", by=SYSTEM)  # another type
    build(OTHER)  # another workspace has a source of this slug


def test_a_slug_of_other_case_is_found_at_every_door_N2(world, client):
    rename(world, "Web_1")
    for slug in ("Web_1", "web_1", "WEB_1"):
        assert decides(client, world, slug)
        out = StringIO()
        asked = ("who", "read", f"source/{slug}", "--workspace", "acme", "--json")
        call_command("access", *asked, stdout=out)
        assert "cy@example.org" in out.getvalue()


def test_pages_lead_on_to_the_slug_as_it_is_spelled(world, as_user):
    rename(world, "Web_1")
    for page in ("", "/people", "/history", "/edit", "/labels"):
        answer = as_user("ada").get(f"{HERE}/wEB_1{page}?page=1")
        assert (answer.status_code, answer.url) == (302, f"{HERE}/Web_1{page}?page=1")
        assert as_user("ada").get(answer.url).status_code == 200


def test_a_slug_called_new_in_any_case_has_its_own_address(world, as_user):
    for ref, slug, path in (("source/a", "NEW", "NEW"), ("source/b", "new-", "new-")):
        rename(world, slug, ref)
        assert as_user("ada").get(f"{HERE}/{path}").status_code == 200
    rename(world, "new", "source/NEW")
    assert as_user("ada").get(f"{HERE}/-new").status_code == 200
    assert as_user("ada").get(f"{HERE}/NEW").url == f"{HERE}/-new"
    assert (
        as_user("ada").get(f"{HERE}/new").templates[0].name
        == "workspaces/resources/resource_new.html"
    )


def test_grants_labels_and_connections_follow_a_change_of_slug(world):
    rename(world, "shop")
    source = world.resource("source/shop")
    assert Access.of(world.member("cy")).check("read", source)
    assert Access.of(world.member("bo")).check("edit", source)
    document = dump_document(world.workspace)
    named = {r["slug"]: r for r in document["resources"]}
    assert named["ads"]["source"] == "source/shop"
    assert named["bq"]["connected"] == ["source/shop"]
    cy = next(m for m in document["members"] if m["email"] == "cy@example.org")
    assert cy["grants"][0]["scope"] == {"resources": ["source/shop"]}


def test_the_old_slug_leads_on_on_pages_and_names_nothing_for_programs(world, as_user, client):
    rename(world, "shop")
    rename(world, "store", "source/shop")
    for old in ("a", "A", "shop"):
        answer = as_user("ada").get(f"{HERE}/{old}/people")
        assert (answer.status_code, answer.url) == (302, f"{HERE}/store/people")
        assert not decides(client, world, old)
    assert decides(client, world, "store")


def test_what_is_sent_to_the_old_address_reaches_the_thing(world, as_user):
    rename(world, "shop")
    answer = as_user("ada").post(f"{HERE}/a/edit", {"name": "Sent late"})
    assert (answer.status_code, answer.url) == (302, f"{HERE}/shop")
    assert world.resource("source/shop").name == "Sent late"


def test_an_old_slug_tells_nothing_to_whoever_may_not_see_the_thing_R5(world, as_user):
    rename(world, "shop", "source/b")
    gone = as_user("cy").get(f"{HERE}/nowhere")
    old = as_user("cy").get(f"{HERE}/b")
    assert (old.status_code, gone.status_code) == (403, 403)
    assert "shop" not in old.content.decode()
    assert "Source B" not in old.content.decode()


def test_an_old_slug_of_another_workspace_leads_nowhere_R5(world, as_user):
    other = build(OTHER)
    rename(other, "moved")
    rename(world, "shop")
    assert as_user("bo").get("/w/acme/sources/moved").status_code in {403, 404}
    assert as_user("ada").get("/w/acme/sources/moved").status_code == 404
    resources.create(world.workspace, "source", "a", "New A", by=SYSTEM)
    assert FormerSlug.objects.count() == 1


def test_an_old_slug_leads_on_until_another_thing_takes_it(world, as_user):
    rename(world, "shop")
    resources.create(world.workspace, "source", "A", "Newer", by=SYSTEM)
    page = as_user("ada").get(f"{HERE}/A")
    assert (page.status_code, "Newer" in page.content.decode()) == (200, True)
    rename(world, "b2", "source/b")
    rename(world, "B", "source/c")
    assert as_user("ada").get(f"{HERE}/b").url == f"{HERE}/B"
    assert not FormerSlug.objects.filter(slug_key__in=["a", "b"]).exists()


def test_going_back_to_an_old_slug_turns_the_way(world, as_user):
    rename(world, "shop")
    rename(world, "a", "source/shop")
    assert as_user("ada").get(f"{HERE}/a").status_code == 200
    assert as_user("ada").get(f"{HERE}/shop").url == f"{HERE}/a"
    assert FormerSlug.objects.get().slug == "shop"


def test_other_case_alone_leaves_no_old_slug(world):
    rename(world, "A")
    assert world.resource("source/A").slug == "A"
    assert not FormerSlug.objects.exists()


def test_what_is_deleted_leads_nowhere(world, as_user):
    rename(world, "shop")
    resources.delete(world.resource("source/shop"), by=SYSTEM)
    assert as_user("ada").get(f"{HERE}/a").status_code == 404


def test_the_page_changes_name_and_slug_in_one_event_and_undo_brings_both_back(world, as_user):
    events = world.workspace.events.count()
    page = as_user("ada").get(f"{HERE}/a/edit").content.decode()
    assert 'name="slug" value="a"' in page
    sent = {"name": "Shop", "slug": "Shop_1", "seen": "Source A", "seen_slug": "a"}
    assert as_user("ada").post(f"{HERE}/a/edit", sent).url == f"{HERE}/Shop_1"
    event = world.workspace.events.newest_first().first()
    assert world.workspace.events.count() == events + 1
    assert event.action == "resource.renamed"
    assert event.before == {"name": "Source A", "slug": "a"}
    assert event.after == {"name": "Shop", "slug": "Shop_1"}
    undo.undo(world.workspace, event.number, by=SYSTEM)
    assert (world.resource("source/a").name, world.resource("source/a").slug) == ("Source A", "a")
    assert as_user("ada").get(f"{HERE}/shop_1").url == f"{HERE}/a"


def test_undo_of_a_slug_that_was_taken_since_is_a_clash(world):
    rename(world, "shop")
    number = world.workspace.events.newest_first().first().number
    resources.create(world.workspace, "source", "A", "Newer", by=SYSTEM)
    with pytest.raises(Conflict):
        undo.undo(world.workspace, number, by=SYSTEM)


def test_a_slug_changed_meanwhile_is_a_clash_XI8(world, as_user):
    rename(world, "shop")
    sent = {"name": "Source A", "slug": "b2", "seen": "Source A", "seen_slug": "a"}
    answer = as_user("ada").post(f"{HERE}/shop/edit", sent)
    assert answer.status_code == 409
    assert 'name="seen_slug" value="shop"' in answer.content.decode()


def test_changing_a_slug_needs_edit(world, as_user, client):
    before = everything()["workspaces.Resource"]
    assert as_user("cy").post(f"{HERE}/a/edit", {"name": "X", "slug": "x"}).status_code == 403
    reader = Caller(client, secret_for(world.workspace, "source-read-only"))
    path = f"/sources/{world.resource('source/a').public_id}"
    reader.error("PATCH", path, {"slug": "x"}, status=403)
    assert everything()["workspaces.Resource"] == before


def test_documents_match_slugs_without_regard_to_case_and_respell_them_N2(world):
    ident = world.resource("source/a").public_id
    document = acme()
    document["resources"][0]["slug"] = "A"
    load_document(document, by=SYSTEM)
    assert world.resource("source/A").public_id == ident
    assert world.workspace.grants.filter(member=world.member("cy")).exists()
    again = dump_document(world.workspace)
    load_document(again, by=SYSTEM)
    assert dump_document(world.workspace) == again


def test_another_slug_in_a_document_is_another_thing_and_takes_the_old_one(world, as_user):
    rename(world, "shop", "source/b")
    document = dump_document(world.workspace)
    document["resources"].append({"type": "source", "slug": "B", "name": "Another"})
    load_document(document, by=SYSTEM)
    assert not FormerSlug.objects.exists()
    assert "Another" in as_user("ada").get(f"{HERE}/B").content.decode()


def test_undo_of_an_older_event_follows_the_thing_and_never_another_of_its_slug(world):
    cy = world.member("cy")
    take_grants(cy, cy.grants.all(), by=SYSTEM)
    number = world.workspace.events.newest_first().first().number
    rename(world, "shop")
    rename(world, "a", "source/b")  # which was there before the event, too
    with pytest.raises(Conflict):
        undo.undo(world.workspace, number, by=SYSTEM)
    assert not world.workspace.grants.filter(member=world.member("cy")).exists()
    rename(world, "b", "source/a")
    rename(world, "other", "source/shop")
    with pytest.raises(Conflict):
        undo.undo(world.workspace, number, by=SYSTEM)


def test_undo_of_an_older_event_reaches_a_thing_under_its_new_slug(world):
    cy = world.member("cy")
    take_grants(cy, cy.grants.all(), by=SYSTEM)
    number = world.workspace.events.newest_first().first().number
    rename(world, "shop")
    undo.undo(world.workspace, number, by=SYSTEM)
    assert Access.of(world.member("cy")).check("read", world.resource("source/shop"))


def test_undo_takes_no_grant_on_another_thing_that_is_called_so_since(world):
    cy = world.member("cy")
    given = Terms("source-admin", Scope.RESOURCES, resources=(world.resource("source/c"),))
    give_grants(cy, [given], by=SYSTEM)
    number = world.workspace.events.newest_first().first().number
    rename(world, "shop", "source/c")
    rename(world, "c", "source/b")
    give_grants(cy, [replace(given, resources=(world.resource("source/c"),))], by=SYSTEM)
    with pytest.raises(Conflict):
        undo.undo(world.workspace, number, by=SYSTEM)
