"""Renaming, connecting and deleting a resource through its pages."""

import re

import pytest

from tests.workspaces.conftest import Seen
from tests.world import SYSTEM, everything, give_grants
from workspaces.models import Connection
from workspaces.operations.resources import resources
from workspaces.terms import Terms


def last_event(world):
    return world.workspace.events.newest_first().first()


# --- Renaming --------------------------------------------------------------------------


def test_whoever_may_edit_renames_and_the_slug_stays(world, as_user):
    sent = {"name": "Website", "seen": "Source A"}
    answer = as_user("bo").post("/w/acme/sources/a/edit", sent)
    assert answer["Location"] == "/w/acme/sources/a"
    assert world.resource("source/a").name == "Website"
    assert last_event(world).before == {"name": "Source A"}
    assert last_event(world).after == {"name": "Website"}


def test_a_name_that_changed_meanwhile_is_not_written_over_XI8(world, as_user):
    resources.rename(world.resource("source/a"), "Theirs", by=SYSTEM)
    sent = {"name": "Mine", "seen": "Source A"}
    answer = as_user("ada").post("/w/acme/sources/a/edit", sent)
    assert answer.status_code == 409
    assert "it is called Theirs now" in Seen(answer)
    assert world.resource("source/a").name == "Theirs"
    assert 'name="seen" value="Theirs"' in answer.content.decode()
    assert 'name="name" value="Mine"' in answer.content.decode()


@pytest.mark.parametrize("sent", [{}, {"name": " "}, {"name": ["A", "B"]}, {"name": "x" * 151}])
def test_a_faulty_name_changes_nothing_XB4(world, as_user, sent):
    client, before = as_user("ada"), everything()
    assert client.post("/w/acme/sources/a/edit", sent).status_code == 422
    assert everything() == before


def test_fields_that_are_none_of_the_form_are_ignored_XB1(world, as_user):
    sent = {"name": "New", "type": "space", "workspace": "other", "source": "b"}
    as_user("bo").post("/w/acme/sources/a/edit", sent)
    assert world.resource("source/a").name == "New"


def test_owners_undo_a_rename_from_the_toast(world, as_user):
    client = as_user("ada")
    client.post("/w/acme/sources/a/edit", {"name": "New"})
    page = client.get("/w/acme/sources/a").content.decode()
    undo = f"/w/acme/audit/{last_event(world).number}/undo"
    assert f'hx-get="{undo}"' in page
    client.post(undo)
    assert world.resource("source/a").name == "Source A"


def test_others_get_no_undo_they_could_not_use(world, as_user):
    client = as_user("bo")
    client.post("/w/acme/sources/a/edit", {"name": "New"})
    page = client.get("/w/acme/sources/a").content.decode()
    assert "It is called New now." in page
    assert "/undo" not in page


# --- Connecting (XB9) -------------------------------------------------------------------


def connected(world, *pair):
    one, other = (world.resource(ref) for ref in pair)
    return world.workspace.resources.connected_with(one).filter(pk=other.pk).exists()


def test_an_owner_connects_several_in_one_event_A1(world, as_user):
    sent = {"warehouse": "bq", "space": "Europe", "tracking_plan": ["web"]}
    before = world.workspace.events.count()
    answer = as_user("ada").post("/w/acme/sources/b/connect", sent)
    assert answer["Location"] == "/w/acme/sources/b"
    for ref in ("warehouse/bq", "space/eu", "tracking_plan/web"):
        assert connected(world, "source/b", ref)
    assert world.workspace.events.count() == before + 1
    assert last_event(world).after == ["space/eu", "tracking_plan/web", "warehouse/bq"]


def test_a_warehouse_is_connected_with_sources_from_its_own_page(world, as_user):
    as_user("ada").post("/w/acme/warehouses/bq/connect", {"source": "source/b"})
    assert connected(world, "source/b", "warehouse/bq")


def test_what_is_connected_already_is_no_change(world, as_user):
    client, before = as_user("ada"), everything()
    assert client.post("/w/acme/sources/a/connect", {"warehouse": "bq"}).status_code == 302
    assert "That was connected already." in client.get("/w/acme/sources/a").content.decode()
    assert everything()["workspaces.Event"] == before["workspaces.Event"]


def test_edit_on_one_end_only_connects_nothing_and_says_which_end_lacks_XB9(world, as_user):
    client, before = as_user("bo"), everything()
    answer = client.post("/w/acme/sources/b/connect", {"warehouse": "bq"})
    assert answer.status_code == 403
    assert "You can see BigQuery but not edit it" in Seen(answer)
    assert everything() == before
    assert client.post("/w/acme/warehouses/bq/connect", {"source": "b"}).status_code == 403
    assert everything() == before


def test_edit_on_both_ends_connects_XB9(world, as_user):
    give_grants(world.member("bo"), [Terms("warehouse-admin", "all")], by=SYSTEM)
    as_user("bo").post("/w/acme/sources/b/connect", {"warehouse": "bq"})
    assert connected(world, "source/b", "warehouse/bq")


@pytest.mark.parametrize(
    "sent", [{}, {"warehouse": "nope"}, {"space": "eu"}, {"function": "clean"}]
)
def test_what_is_not_there_for_one_is_no_choice_XA2_R5(world, as_user, sent):
    client, before = as_user("bo"), everything()
    assert client.post("/w/acme/sources/b/connect", sent).status_code == 422
    assert everything() == before


def test_a_function_has_nothing_to_connect_with(see):
    assert see("ada", "functions/clean/connect").status == 404
    assert see("ada", "destinations/ads/connect").status == 404
    assert "Connected" not in see("ada", "functions/clean")


def test_the_page_shows_which_end_lacks_rights_XB9(see):
    bo = see("bo", "sources/a")
    assert "You can only view this end" in bo
    assert not [url for url in bo.links() if "disconnect" in url]
    cy = see("cy", "sources/a")
    assert "Connecting needs edit on both ends; you can only view Source A." in cy
    assert "/w/acme/sources/a/disconnect/warehouses/bq" in see("ada", "sources/a").links()


def test_an_owner_disconnects_after_a_question(world, as_user, see):
    path = "/w/acme/sources/a/disconnect/warehouses/bq"
    assert "Disconnect Source A and BigQuery?" in see("ada", path)
    for _ in range(2):
        assert as_user("ada").post(path)["Location"] == "/w/acme/sources/a"
    assert not Connection.objects.exists()
    assert world.workspace.events.filter(action="resource.disconnected").count() == 1


def test_disconnecting_needs_both_ends_too_XB9(world, as_user):
    client, before = as_user("bo"), everything()
    path = "/w/acme/sources/a/disconnect/warehouses/bq"
    assert client.get(path).status_code == 403
    assert client.post(path).status_code == 403
    assert everything() == before


def test_what_is_not_connected_cannot_be_disconnected(see):
    assert see("ada", "sources/b/disconnect/warehouses/bq").status == 404
    assert see("ada", "sources/a/disconnect/warehouses/none").status == 404
    assert see("bo", "sources/a/disconnect/spaces/eu").status == 403
    assert see("bo", "sources/a/disconnect/spaces/none").status == 403


def test_owners_undo_a_connection_from_the_toast(world, as_user):
    client = as_user("ada")
    client.post("/w/acme/sources/b/connect", {"warehouse": "bq", "space": "eu"})
    page = client.get(f"/w/acme/audit/{last_event(world).number}/undo").content.decode()
    assert "Source B is no longer connected with" in page
    client.post(f"/w/acme/audit/{last_event(world).number}/undo")
    assert not connected(world, "source/b", "warehouse/bq")
    assert not connected(world, "source/b", "space/eu")


# --- Deleting (R11) ---------------------------------------------------------------------


@pytest.fixture
def listed(world):
    """Somebody whose list names two sources, and one that names source a alone (cy)."""
    both = (world.resource("source/a"), world.resource("source/c"))
    give_grants(world.member("dee"), [Terms("source-admin", "resources", resources=both)],
                by=SYSTEM)  # fmt: skip
    return world


def test_the_question_says_in_numbers_what_goes(listed, see):
    page = see("ada", "sources/a/delete")
    assert "4 people reach it today." in page
    assert "1 destination goes with it: Ads." in page
    assert "1 connection ends." in page
    kept = "1 grant names other things too and goes on with those: "
    assert f"{kept}Source Admin of dee@example.org." in page
    assert "1 grant names nothing else and goes: Source Read-only of cy@example.org." in page
    assert "It cannot be brought back." in page


def test_others_than_owners_see_counts_and_no_holders(listed, see):
    page = see("bo", "sources/a/delete")
    assert "1 grant names nothing else and goes." in page
    assert "cy@example.org" not in page
    assert "dee@example.org" not in page


def test_a_source_goes_with_its_destinations_in_one_event_A1(listed, as_user):
    before = listed.workspace.events.count()
    answer = as_user("bo").post("/w/acme/sources/a/delete", {"typed": "a"})
    assert answer["Location"] == "/w/acme/sources"
    assert not listed.workspace.resources.filter(slug__in=["a", "ads"]).exists()
    assert not listed.member("cy").grants.exists()
    [kept] = listed.member("dee").grants.all()
    assert [row.resource.slug for row in kept.listed.all()] == ["c"]
    assert listed.workspace.events.count() == before + 1
    event = last_event(listed)
    assert event.before["with"] == ["destination/ads"]
    assert event.before["grants_shrunk"] == 1
    assert [gone["of"] for gone in event.before["grants_removed"]] == ["cy@example.org"]


@pytest.mark.parametrize("typed", ["", "b", "A", None])
def test_a_source_with_destinations_is_named_before_it_goes(world, as_user, typed):
    client, before = as_user("ada"), everything()
    sent = {} if typed is None else {"typed": typed}
    answer = client.post("/w/acme/sources/a/delete", sent)
    assert answer.status_code == 422
    assert "typed" in answer.context["form"].errors
    assert everything() == before


def test_what_has_nothing_beneath_goes_without_typing(world, as_user):
    assert as_user("ada").post("/w/acme/sources/c/delete").status_code == 302
    assert not world.workspace.resources.filter(type="source", slug="c").exists()


def test_a_deletion_that_grew_meanwhile_is_looked_at_again(world, as_user):
    client = as_user("ada")
    seen = client.get("/w/acme/sources/a/delete").context["form"].initial["seen"]
    source = world.resource("source/a")
    resources.create(world.workspace, "destination", "late", "Late", source=source, by=SYSTEM)
    answer = client.post("/w/acme/sources/a/delete", {"typed": "a", "seen": seen})
    assert answer.status_code == 409
    assert "2 destinations go with it: Ads, Late." in Seen(answer)
    again = answer.context["form"].data["seen"]
    answer = client.post("/w/acme/sources/a/delete", {"typed": "a", "seen": again})
    assert answer.status_code == 302


def test_a_second_send_finds_nothing_left(world, as_user):
    client = as_user("ada")
    for status in (302, 404):
        answer = client.post("/w/acme/sources/c/delete")
        assert answer.status_code == status
    assert world.workspace.events.filter(action="resource.deleted").count() == 1


def test_the_question_opens_as_a_dialog(see):
    part = see("ada", "sources/a/delete", **{"HX-Request": "true", "HX-Target": "dialog"})
    assert "<html" not in part.raw
    assert 'action="/w/acme/sources/a/delete"' in part.raw


def test_invites_and_tokens_are_named_as_holders_too(world, see):
    growth = [Terms("source-read-only", "resources", resources=(world.resource("source/c"),))]
    give_grants(world.group("growth"), growth, by=SYSTEM)
    assert "Source Read-only of growth." in see("ada", "sources/c/delete")


# --- Readers (XB11) ---------------------------------------------------------------------

WRITES = {
    "sources/a/edit": {"name": "Mine"},
    "sources/a/delete": {"typed": "a"},
    "sources/a/connect": {"warehouse": "bq"},
    "sources/a/disconnect/warehouses/bq": {},
    "sources/new": {"name": "Mine", "slug": "mine"},
    "destinations/new": {"name": "Mine", "slug": "mine", "source": "source/a"},
    "destinations/ads/edit": {"name": "Mine"},
    "destinations/ads/delete": {},
    "warehouses/new": {"name": "Mine", "slug": "mine"},
    "warehouses/bq/edit": {"name": "Mine"},
    "warehouses/bq/delete": {},
    "warehouses/bq/connect": {"source": "a"},
}


@pytest.mark.parametrize("path", WRITES)
def test_a_reader_writes_nothing_hidden_button_or_not_XB11(world, as_user, path):
    give_grants(world.member("cy"), [Terms("warehouse-read-only", "all")], by=SYSTEM)
    client = as_user("cy")
    before = everything()
    assert client.post(f"/w/acme/{path}", WRITES[path]).status_code == 403
    assert everything() == before


def test_a_reader_is_offered_no_write(see):
    page = see("cy", "sources/a")
    writes = re.compile(r"^/w/acme/.*/(edit|delete|connect|disconnect|new)\b")
    assert not [url for url in page.links() if writes.match(url)]
    assert "Changing it needs edit on it." in page


# --- History ---------------------------------------------------------------------------


def test_owners_see_what_happened_to_it(world, see):
    resources.rename(world.resource("source/a"), "Website", by=world.actor("bo"))
    resources.rename(world.resource("source/b"), "Elsewhere", by=SYSTEM)
    page = see("ada", "sources/a/history")
    assert "bo@example.org renamed Website" in page  # who acted without a membership
    assert "Elsewhere" not in page
    assert "/w/acme/sources/a/history" in see("ada", "sources/a").links()


def test_the_history_is_for_owners_A3(see):
    assert see("bo", "sources/a/history").status == 403
    assert "/w/acme/sources/a/history" not in see("bo", "sources/a").links()
    assert see("ada", "sources/none/history").status == 404


def test_a_history_begins_with_what_made_the_thing_A1(see):
    assert "made the workspace" in see("ada", "sources/a/history")
